"""Corrections after the end: what they change in the record of a meeting.

In the record both versions are kept, whatever else happens. An item that a person has changed in git meanwhile stays as
they made it: the correction then stands in `fixes` alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cloudbot.core.meetings.links import target
from cloudbot.core.meetings.noting import replaced, without
from cloudbot.core.records.dues import OPEN
from cloudbot.core.records.kinds.meetings import Minutes
from cloudbot.core.records.kinds.work import Action
from cloudbot.core.records.operations import Change, Edit, add, drop, expect, put
from cloudbot.features.records.meetings.masking import recordable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cloudbot.core.meetings.meeting import Item, Meeting
    from cloudbot.core.records.operations import Expect
    from cloudbot.core.records.tree import View
    from cloudbot.features.meetings.document import Fix


def _fixed(meeting: Meeting, fixes: Iterable[Fix]) -> Meeting:
    """Return a meeting with its corrections; one of an item that is not there does nothing."""
    for fix in fixes:
        item = _item_of(meeting, fix.item)
        if item is not None and not fix.text:
            meeting = without(meeting, item)
        elif item is not None:
            new = replace(item, text=fix.text, url=target(fix.text) if item.kind == "link" else "")
            meeting = replace(meeting, items=replaced(meeting.items, item, new))
    return meeting


def _item_of(meeting: Meeting, number: int) -> Item | None:
    """Return the item of that number."""
    return next((item for item in reversed(meeting.items) if item.id == number), None)


def correction(meeting: Meeting, fixes: Sequence[Fix], known: int, view: View, identity: str) -> Change | None:
    """Return the change of the record for all corrections but the first ones, which it has; None without a record."""
    record = view.get(Minutes, "minutes", identity)
    if record is None:
        return None
    meeting = _fixed(meeting, fixes[:known])
    there = {one.id: one.text for one in record.items}
    edits: list[Edit] = []
    expects: dict[int, Expect] = {}
    for fix in fixes[known:]:
        item = _item_of(meeting, fix.item)
        was, now = recordable(item.text) if item is not None else "", recordable(fix.text)
        row = {"at": fix.at, "by": recordable(fix.by), "item": fix.item, "was": was, "now": now}
        edits.append(add("fixes", value={key: value for key, value in row.items() if value != ""}))
        if fix.item in there and there[fix.item] == was:
            at = ("items", f"@id={fix.item}")
            expects.setdefault(fix.item, expect(*at, "text", value=was))
            edits.append(put(*at, "text", value=now) if now else drop("items", value={"id": fix.item}))
            there[fix.item] = now
        meeting = _fixed(meeting, (fix,))
    return Change(kind="minutes", id=identity, edits=tuple(edits), expects=tuple(expects.values()))


def reworded(
    meeting: Meeting, fixes: Sequence[Fix], known: int, view: View, identity: str, author: str
) -> tuple[Change, ...]:
    """Return the changes of open actions whose item was corrected: their words if nobody changed them, and a remark."""
    record = view.get(Minutes, "minutes", identity)
    meeting = _fixed(meeting, fixes[:known])
    changes: dict[str, Change] = {}
    for fix in fixes[known:]:
        item = _item_of(meeting, fix.item)
        was, now = recordable(item.text) if item is not None else "", recordable(fix.text)[:400].strip()
        for one in record.actions if record is not None else ():
            action = view.get(Action, "action", one.action)
            if (
                one.item == fix.item
                and action is not None
                and action.state in OPEN
                and was
                and action.id not in changes
            ):
                same = action.title == was and now != "" and now.isprintable()
                text = f"reworded in the minutes {identity}" if now else f"taken out of the minutes {identity}"
                line = add("updates", value={"at": view.on, "by": author, "text": text})
                edits = (put("title", value=now), line) if same else (line,)
                changes[action.id] = Change(kind="action", id=action.id, edits=edits)
        meeting = _fixed(meeting, (fix,))
    return tuple(changes.values())
