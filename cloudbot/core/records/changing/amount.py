"""How much one change ends at once: guards against a mass removal that looks like one small edit."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from cloudbot.core.records.changing.alteration import File
from cloudbot.core.records.kinds.providers import Provider
from cloudbot.core.records.kinds.work import Area
from cloudbot.core.records.standing import delegates_on
from cloudbot.core.records.tree import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.records.changing.alteration import Alteration
    from cloudbot.core.records.tree import Filed, View
    from cloudbot.core.records.words import Part

MANY: Final = 5
"""More records than these are never ended by one person at once (spec 3.8, H-BLAST)."""
_ENDED: Final = {
    "state": frozenset({"dropped", "moved", "retired", "cancelled", "declined", "lost", "revoked", "expired"}),
}


def blast(change: Alteration) -> Iterator[Hit]:
    """What ends more than five records, or two and more than a quarter of a kind or role, has a second person.

    A role is the delegates of a team, the people of an area, those who may reach it, and the custodians of an account.
    Work that is done is not counted as ended.
    """
    if change.seconds():
        return
    before, after = _groups(change, change.before, old=True), _groups(change, change.after, old=False)
    gone = {group: members - after.get(group, set()) for group, members in before.items()}
    records = sum(len(members) for group, members in gone.items() if " " not in group)
    paths = [one.path for one in change.differences if one.before is not None]
    write = "it in smaller steps, or have a second person of the team approve it"
    if records > MANY:
        yield Hit(File(min(paths)), (), "records", f"and others: {records} records end at once", write)
    for group, members in gone.items():
        whole = _whole(change.before, group, before[group]) if len(members) > 1 else MANY
        if len(members) > 1 and len(members) * 4 > whole:
            what = f"and others: {len(members)} of {whole} end at once of {group}"
            yield Hit(File(min(paths)), (), group.replace(" ", "/"), what, write)


def _whole(view: View, group: str, members: set[str]) -> int:
    """Return how many a kind or role has; of a kind, those that had not ended."""
    if " " in group:
        return len(members)
    return sum(not _is_over(one, view) for one in view.tree.filed if one.kind.name == group)


def _groups(change: Alteration, view: View, *, old: bool) -> dict[str, set[str]]:
    """Return, by kind and role, who or what has not ended among the records that differ, and all delegates."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one in change.differences:
        filed = one.before if old else one.after
        if filed is None:
            continue
        if not _is_over(filed, view):
            found[filed.kind.name].add(filed.id)
        for role, person in _roles(filed.record):
            found[role].add(person)
    if any(one.kind == "delegation-act" for one in change.differences):
        for team, standing in delegates_on(view, view.on).items():
            found[f"delegates {team}"] = set(standing.active)
    return dict(found)


def _roles(record: Part) -> Iterator[tuple[str, str]]:
    match record:
        case Area():
            yield from ((f"people {record.id}", one.person) for one in record.people)
            yield from ((f"access {record.id}", one.person) for one in record.access)
        case Provider():
            yield from ((f"custody {account.id}", one) for account in record.accounts for one in account.custody)


def _is_over(filed: Filed[Part], view: View) -> bool:
    """Whether a record says that it has ended, as `CLOSING` tells to write it."""
    record = filed.record
    for key in ("left", "closed", "to"):
        if filed.kind.name != "action" and getattr(record, key, None) is not None:
            return True
    until = getattr(record, "until", None)
    if filed.kind.name == "answer" and until is not None and until < view.on:
        return True
    state = getattr(getattr(record, "policy", record), "state", None)
    return state in _ENDED["state"]
