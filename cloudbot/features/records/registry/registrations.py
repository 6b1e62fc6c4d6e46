"""`!registrations`, and one of them: what providers asked for and waits to be judged: since when, who did already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.core.commands import Answer, Ask, Command
from cloudbot.core.records.checks import providers as rules
from cloudbot.core.records.kinds.providers import TWO, Provider, Registration
from cloudbot.core.records.moderating import may_judge
from cloudbot.features.records.answering import age, from_records, meant, none_such
from cloudbot.features.records.edits import squeezed
from cloudbot.features.records.numbers import identity_of, pattern_of

if TYPE_CHECKING:
    from cloudbot.core.engine import World
    from cloudbot.core.records.tree import Filed, View

MOST_WAITING = 3
OPEN = frozenset({"pending", "needs-info"})
"""States in which it waits to be judged."""
ENDED = frozenset({"revoked", "expired", "refused"})
ID = pattern_of("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One registration in the queue."""

    id: str
    one: Registration
    since: timedelta
    approved: int
    missing: int
    "how many approvals it needs still"
    judges: tuple[str, ...]
    barred: tuple[str, ...]
    "delegates with an interest in the provider"
    twins: tuple[str, ...]
    "other registrations, not ended, of the provider or one that is called the same but for its spelling"


def registrations(_ask: Ask, _world: World, view: View) -> Answer:
    """Answer `!registrations`: the queue, the oldest first, and keys that have expired."""
    every = view.all(Registration)
    known = by_name(view)
    queue = [_waiting(one, view, known) for one in every if one.record.state in OPEN]
    values = {
        "count": len(every),
        "queue": sorted(queue, key=lambda one: (-one.since, one.id)),
        "active": sum(one.record.state == "active" for one in every),
        "expired": [hit.subject for hit in rules.expired_keys(view)],
        "most": MOST_WAITING,
    }
    return Answer(words="irc/registrations", values=values)


def registration(ask: Ask, world: World, view: View) -> Answer:
    """Answer `!registration R-...`: what it asks for, who said what, who may still judge it, its key."""
    wanted = ask.args.get("text")
    if wanted is None:
        return registrations(ask, world, view)
    every = view.all(Registration)
    found = meant(identity_of("R", wanted), every, lambda _one: ())
    if isinstance(found, tuple):
        return none_such("registration", wanted, found, every)
    one, key = found.record, found.record.key
    values = {
        "one": one,
        "waits": one.state in OPEN,
        "row": _waiting(found, view, by_name(view) if one.state not in ENDED else {}),
        "key": key,
        "expired": key is not None and key.expires <= view.on,
    }
    return Answer(words="irc/registration", values=values)


def by_name(view: View) -> dict[str, list[str]]:
    """Return the registrations that are not ended by what their providers are called."""
    found: dict[str, list[str]] = {}
    for one in view.all(Registration):
        if one.record.state not in ENDED:
            for name in called(view, one.record.provider):
                found.setdefault(name, []).append(one.id)
    return found


def _waiting(one: Filed[Registration], view: View, known: dict[str, list[str]]) -> Waiting:
    approving = {said.person for said in one.record.moderators if said.verdict == "approve"}
    judges, barred = may_judge(view, one.record.provider, asked=one.record.requested.at)
    names = called(view, one.record.provider)
    twins = {other for name in names for other in known.get(name, ()) if other != one.id}
    return Waiting(
        id=one.id,
        one=one.record,
        since=age(view, one.record.requested.at),
        approved=len(approving),
        missing=max(TWO - len(approving), 0),
        judges=tuple(name for name in judges if name not in approving),
        barred=barred,
        twins=tuple(sorted(twins)),
    )


def called(view: View, provider: str) -> frozenset[str]:
    """Return the names of a provider as they are compared: who registers twice rarely spells alike."""
    found = view.get(Provider, "provider", provider)
    names = (provider,) if found is None else (provider, found.name)
    return frozenset(squeezed(name) for name in names)


COMMANDS = (
    Command(
        name="registrations",
        help="providers that want to be notified or to post images and wait to be judged: since when, by whom",
        answer=from_records(registrations),
        examples=("!registrations",),
    ),
)
