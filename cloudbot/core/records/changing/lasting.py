"""What is not taken away and what is not changed any more once it was published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cloudbot.core.records.changing.alteration import File
from cloudbot.core.records.kinds.governance import Decision, Declaration, DelegationAct, Proof
from cloudbot.core.records.kinds.policies import PolicyConsensus
from cloudbot.core.records.kinds.work import Area
from cloudbot.core.records.tree import Hit
from cloudbot.core.records.words import Part

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from cloudbot.core.records.changing.alteration import Alteration
    from cloudbot.core.records.changing.differences import Difference
    from cloudbot.core.records.places import Path

CLOSING: Final = {
    "person": "left = the first day no longer of the team",
    "org": "to on its parents and contracts, and on the affiliations with it",
    "provider": "to on its operators and accounts",
    "delegation-act": 'a new act that revokes or corrects it: corrects = "ID"',
    "declaration": "valid_until = its last day",
    "decision": 'state = "withdrawn" or "superseded"',
    "sprint": 'state = "cancelled"',
    "sprint-attendees": "people = [] if nobody agrees to be named",
    "action": 'state = "dropped", closed and why',
    "area": 'was = ["ID"] in the area that takes its place, or people = []',
    "image": 'state = "retired" in its policy',
    "answer": "until = its last day",
    "service": 'state = "retired"',
    "offer": 'state = "declined" or "lost"',
    "registration": 'state = "revoked" or "refused"',
    "newcomer": "closed = the day",
    "link": "the url that took its place, or a note why there is none",
    "agenda": "items = []",
    "minutes": "a correction in fixes, or to on its series",
    "series": "to = the first day it is not held any more",
}
"""By which key a record of each kind ends. Policies end by other values."""


def deletion(change: Alteration) -> Iterator[Hit]:
    """A record that was published is closed and not deleted; only an area may live on under another name."""
    renamed = {name for area in change.after.all(Area) for name in area.record.was}
    for one in change.differences:
        if one.after is not None or (one.kind == "area" and one.id in renamed):
            continue
        named = sorted(
            {by.id for by, mark, to in change.after.tree.references() if mark.value == one.id and one.kind in to.kinds}
        )
        by = f", and {', '.join(named[:4])} still name{'s' if len(named) == 1 else ''} it" if named else ""
        write = CLOSING.get(one.kind, "the values that hold from now on").replace("ID", one.id)
        yield Hit(File(one.path), (), one.id, f"is taken away{by}", f"it back, and to end it {write}")


FINAL: Final = frozenset({"accepted", "lapsed", "stalled", "withdrawn", "superseded", "reverted"})
"""States in which a decision is closed."""
_AFTER_ACCEPTED = frozenset({"reverted", "superseded"})


def immutable(change: Alteration) -> Iterator[Hit]:
    """An act, an issued declaration and a closed decision stay as they are; a link to a proof may be added to them.

    An accepted decision may still be superseded, or reverted within the days of the policy of consensus, and a
    declaration may be given an earlier last day.
    """
    for one in change.differences:
        if one.before is None or one.after is None or not _is_closed(one.before.record):
            continue
        kept = [at for at in _changed(one.before.record, one.after.record) if not _may(change, one, at)]
        if kept:
            what = f"changes {_names(kept)} of {_WHAT[one.kind]}"
            yield Hit(one.filed, kept[0], one.id, what, _WRITE[one.kind].replace("ID", one.id))


_WHAT = {
    "delegation-act": "an act that was issued",
    "declaration": "a declaration that was made",
    "decision": "a decision that is closed",
}
_WRITE = {
    "delegation-act": 'it as it was, and a new act with act = "correct" and corrects = "ID"',
    "declaration": "it as it was, and a new declaration; valid_until may become earlier",
    "decision": 'it as it was, and a new decision with supersedes = "ID"',
}


def _is_closed(record: Part) -> bool:
    return isinstance(record, DelegationAct | Declaration) or (isinstance(record, Decision) and record.state in FINAL)


def _may(change: Alteration, one: Difference, at: Path) -> bool:
    """Whether a key may still change: how a decision ended afterwards, and an earlier end of a declaration."""
    before, after = (filed.record for filed in (one.before, one.after) if filed is not None)
    match before, after:
        case Decision(), Decision() if before.state == "accepted" and after.state in _AFTER_ACCEPTED:
            late = after.state == "reverted" and _is_late(change, before)
            return at[0] in {"state", "closed_at", "closed_by"} and not late
        case Declaration(), Declaration() if at == ("valid_until",):
            ends: tuple[date | None, date | None] = (before.valid_until, after.valid_until)
            return ends[1] is not None and (ends[0] is None or ends[1] < ends[0])
        case _:
            return False


def _is_late(change: Alteration, decision: Decision) -> bool:
    """Whether the days are over in which anybody may revert it; then it takes a new decision."""
    days = change.before.policy(PolicyConsensus).revert_days
    return decision.closed_at is not None and (change.before.on - decision.closed_at.date()).days > days


def _changed(before: Any, after: Any, at: Path = ()) -> Iterator[Path]:  # noqa: ANN401 - values of any key
    """Yield where two values differ, but for a proof in which something was added."""
    if before == after:
        return
    if isinstance(before, Part) and type(before) is type(after):
        for name, field in type(before).model_fields.items():
            was, now = getattr(before, name), getattr(after, name)
            if not (isinstance(before, Proof) and was is None) and not (was is None and isinstance(now, Proof)):
                yield from _changed(was, now, (*at, field.alias or name))
    elif isinstance(before, tuple) and isinstance(after, tuple) and len(before) == len(after):
        for number, (was, now) in enumerate(zip(before, after, strict=True)):
            yield from _changed(was, now, (*at, number))
    else:
        yield at


def _names(paths: list[Path]) -> str:
    return ", ".join(dict.fromkeys(str(path[0]) for path in paths if path))
