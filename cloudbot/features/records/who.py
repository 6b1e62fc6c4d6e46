"""`!who`: whom to ask: who can do it, runs it, holds the accounts, answers for it. Never a ranking."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cloudbot.core.commands import Answer, Ask, Command, Param
from cloudbot.core.records.checks.areas import covering, has_left
from cloudbot.core.records.checks.providers import accounts_of
from cloudbot.core.records.kinds.images import Answer as Known
from cloudbot.core.records.kinds.images import Image, Service
from cloudbot.core.records.kinds.meetings import Series
from cloudbot.core.records.kinds.providers import Provider
from cloudbot.core.records.kinds.work import Area, Link
from cloudbot.core.records.matching import matching, words_of
from cloudbot.features.records.answering import from_records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.engine import World
    from cloudbot.core.records.tree import View

MOST = 3
MOST_NAMED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whom to ask about one thing. What each kind's people are is said in the template."""

    kind: Literal["area", "service", "provider", "image", "series", "answer", "link"]
    id: str
    names: tuple[str, ...]
    "the words by which it is found"
    people: tuple[str, ...]
    "who can do it, or has it; in the order to ask"
    second: tuple[str, ...] = ()
    "who knows about it, or else can"
    learning: tuple[str, ...] = ()
    role: str = ""
    "an address of a role, or a team"


def who(ask: Ask, _world: World, view: View) -> Answer:
    """Answer `!who WORDS`: the things that match best, in the order areas, services, providers and the rest."""
    wanted = ask.args["words"]
    asked = words_of(wanted)
    every = list(_contacts(view))
    ranked = [(matching(asked, (one.id, *one.names)), one) for one in every]
    top = max((rank for rank, _ in ranked), default=0)
    found = [one for rank, one in ranked if rank == top and top]
    named = [one for one in found if one.id == wanted.strip().casefold()]
    values = {
        "wanted": wanted,
        "found": (named or found)[:MOST],
        "known": [one.id for one in every if one.kind in {"area", "service", "provider"}],
        "most": MOST_NAMED,
    }
    return Answer(words="irc/who", values=values)


def _contacts(view: View) -> Iterator[Contact]:
    yield from _areas(view)
    yield from _services(view)
    yield from _providers(view)
    for image in view.all(Image):
        names = (image.record.title, image.record.platform)
        people = _there(view, *image.record.responsible.people)
        team = image.record.responsible.team or ""
        yield Contact(kind="image", id=image.id, names=names, people=people, role=team)
    for series in view.all(Series):
        if series.record.holds(view.on):
            first, second = _there(view, series.record.facilitator), _there(view, series.record.backup)
            yield Contact(
                kind="series", id=series.id, names=(series.record.title, "meeting"), people=first, second=second
            )
    for answer in view.all(Known):
        yield Contact(kind="answer", id=answer.id, names=answer.record.ask, people=_there(view, answer.record.owner))
    for link in view.all(Link):
        words = (link.record.title, *link.record.ask)
        yield Contact(kind="link", id=link.id, names=words, people=_there(view, link.record.owner))


def _areas(view: View) -> Iterator[Contact]:
    for one in view.all(Area):
        area, can = one.record, covering(view, one.record)
        learning = _there(view, *(t.person for t in area.trainees))
        others = _there(view, *(s.person for s in area.people if s.person not in can and s.person not in learning))
        yield Contact(
            kind="area",
            id=one.id,
            names=(area.title, *area.was),
            people=tuple(skill.person for skill in area.people if skill.person in can),
            second=others,
            learning=learning,
        )


def _services(view: View) -> Iterator[Contact]:
    for one in view.all(Service):
        service = one.record
        if service.state != "retired":
            first, second = _there(view, service.owner), _there(view, service.backup)
            yield Contact(kind="service", id=one.id, names=(service.title,), people=first, second=second)


def _providers(view: View) -> Iterator[Contact]:
    custody: defaultdict[str, list[str]] = defaultdict(list)
    for one, _, account in accounts_of(view):
        custody[one.id].extend(account.custody)
    for one in view.all(Provider):
        yield Contact(
            kind="provider",
            id=one.id,
            names=(one.record.name, "provider"),
            people=_there(view, *dict.fromkeys(custody[one.id])),
            second=_there(view, one.record.contacts.backup),
            role=one.record.contacts.role or "",
        )


def _there(view: View, *names: str | None) -> tuple[str, ...]:
    return tuple(name for name in names if name is not None and not has_left(view, name))


COMMANDS = (
    Command(
        name="who",
        help="whom to ask: who can do it, runs it, has the accounts or answers for it; by area or by words",
        params=(Param(name="words", kind="rest"),),
        answer=from_records(who),
        examples=("!who publish", "!who rainforest"),
    ),
)
