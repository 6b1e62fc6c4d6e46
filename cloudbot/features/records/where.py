"""`!where` and `!link`: where something is, by words, with who keeps it true and when somebody last looked.

Only what the records say is said. The most words win; among equals the order of paths, so that a question has one
answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from cloudbot.core.commands import Answer, Ask, Command, Param
from cloudbot.core.records.checks.areas import has_left
from cloudbot.core.records.kinds.images import Answer as Known
from cloudbot.core.records.kinds.providers import Provider
from cloudbot.core.records.kinds.work import Link
from cloudbot.core.records.matching import matching, words_of
from cloudbot.features.records.answering import age, from_records
from cloudbot.features.records.registry.providers import statuses

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from cloudbot.core.engine import World
    from cloudbot.core.records.tree import Filed, View

T = TypeVar("T")
MOST_LINKS = 3
MOST_ROWS = 3
MOST_STATUSES = 4
MOST_NAMED = 12
LINK_DAYS = 180
"""A link that nobody opened for that long is said to be unchecked; links have no term of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """An answer or a link: what is said, who keeps it true, how long ago somebody looked."""

    text: str
    state: str
    url: str
    owner: str
    seen: timedelta | None
    stale: bool


def where(ask: Ask, _world: World, view: View) -> Answer:
    """Answer `!where WORDS` by what matches best, and by an answer or statuses that match but for one word."""
    asked = words_of(ask.args["words"])
    given = [((one.id, *one.record.ask), one) for one in _given(view)]
    answers, links = _ranked(asked, given), _ranked(asked, _links(view))
    names = {one.id: one.record.name for one in view.all(Provider)}
    known = [((one.provider, names[one.provider], one.release), one) for one in statuses(view)]
    seen = _ranked(asked, known)
    top = max(answers[0], links[0], seen[0])
    if top == 0:
        return Answer(words="irc/where_none", values=_what_there_is(ask.args["words"], view))
    found = (
        (answers[0], "answer", [_of_answer(one, view) for one in answers[1][:1]]),
        (seen[0], "statuses", seen[1]),
        (links[0], "link", [_of_link(one, view) for one in links[1][:1]]),
    )
    least = max(top - 1, 1)
    near = [row for row in found if row[0] >= (top if row[1] == "link" else least)]
    near.sort(key=lambda row: -row[0])
    spoken = [name for its, _ in (*given, *known, *_links(view)) for name in its]
    strange = sorted(asked - words_of(*spoken))
    rows = [row[1:] for row in near[: MOST_ROWS - bool(strange)]]
    return Answer(words="irc/where", values={"rows": rows, "most": MOST_STATUSES, "strange": strange})


def link(ask: Ask, _world: World, view: View) -> Answer:
    """Answer `!link WORDS`: the best matching links; without words, the names of all."""
    wanted = ask.args.get("words", "")
    every = _links(view)
    rank, found = _ranked(words_of(wanted), every)
    values = {
        "wanted": wanted,
        "found": [_of_link(one, view) for one in found[:MOST_LINKS]] if rank else [],
        "known": [one.id for _, one in every],
        "most": MOST_NAMED,
    }
    return Answer(words="irc/link", values=values)


def _ranked(asked: frozenset[str], every: Sequence[tuple[tuple[str, ...], T]]) -> tuple[int, list[T]]:
    """Return the most words that any has in its names, and those that have as many; none if that is 0."""
    ranked = [(matching(asked, names), one) for names, one in every]
    best = max((rank for rank, _ in ranked), default=0)
    return best, [one for rank, one in ranked if rank == best and best]


def _given(view: View) -> list[Filed[Known]]:
    """Return the answers that are still given: the last day itself counts."""
    return [one for one in view.all(Known) if one.record.until is None or view.on <= one.record.until]


def _links(view: View) -> list[tuple[tuple[str, ...], Filed[Link]]]:
    return [((one.id, one.record.title, *one.record.ask), one) for one in view.all(Link)]


def _of_answer(one: Filed[Known], view: View) -> Pointer:
    known = one.record
    return _pointer(
        view, known.text, known.state or "", known.url or "", known.owner, known.verified_at, known.review_days
    )


def _of_link(one: Filed[Link], view: View) -> Pointer:
    return _pointer(view, one.record.title, "", one.record.url, one.record.owner, one.record.checked_at, LINK_DAYS)


def _pointer(  # noqa: PLR0913, PLR0917 - the fields that an answer and a link have in common
    view: View, text: str, state: str, url: str, owner: str | None, looked: date | None, days: int
) -> Pointer:
    seen = None if looked is None else age(view, looked)
    return Pointer(
        text=text,
        state=state,
        url=url,
        owner=owner if owner is not None and not has_left(view, owner) else "",
        seen=seen,
        stale=seen is not None and seen.days > days,
    )


def _what_there_is(wanted: str, view: View) -> dict[str, object]:
    return {
        "wanted": wanted,
        "answers": [one.id for one in _given(view)],
        "links": [one.id for one in view.all(Link)],
        "releases": sorted({one.release for one in statuses(view)}),
        "providers": [one.id for one in view.all(Provider)],
        "most": MOST_NAMED // 2,
    }


COMMANDS = (
    Command(
        name="where",
        help="where something is, by words: an answer with its last check, what is known of a release, a link",
        params=(Param(name="words", kind="rest"),),
        answer=from_records(where),
        examples=("!where buster", "!where buster azure"),
    ),
    Command(
        name="link",
        help="a link by words, with the day somebody last opened it; without a word, which there are",
        params=(Param(name="words", kind="rest", optional=True),),
        answer=from_records(link),
        aliases=("links",),
        examples=("!link", "!link ci"),
    ),
)
