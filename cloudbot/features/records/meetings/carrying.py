"""What a meeting leaves on the agenda of the next one: what it did not come to, first and counted; all else is cleared.

A meeting that is held long before the planned one leaves what was said for that one: who cannot come, who takes the
chair, how its agenda is ordered.

What the bot drafts from the state of things is drafted again next time, from the state as it is then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloudbot.core.meetings.agenda import ACTIONS
from cloudbot.core.meetings.walking import leftovers
from cloudbot.core.records.kinds.meetings import Agenda, Series
from cloudbot.core.records.operations import Change, Edit, add, drop, make, put
from cloudbot.features.records.meetings.masking import recordable
from cloudbot.features.records.meetings.planning import is_extraordinary, rhythm_of

if TYPE_CHECKING:
    from cloudbot.core.meetings.planned import Planned
    from cloudbot.core.records.kinds.meetings import AgendaItem
    from cloudbot.features.records.meetings.attending import Attendance

_AGAIN = frozenset({"state", "actions"})
"""Sources of items that are made anew for each agenda."""
_CLEARED = ("chair", "chair_at", "regrets", "hidden", "order", "times")


def carried(who: Attendance) -> Change | None:
    """Return the change of the series' agenda after a meeting; None where nothing of it changes."""
    series = who.view.get(Series, "series", who.held.prepared.series or None)
    if series is None:
        return None
    closing = {one.id for one in series.standing if one.closes} | {ACTIONS}
    left = [one for one in leftovers(who.meeting) if one.source not in _AGAIN and one.id not in closing]
    held = who.view.get(Agenda, "agenda", series.id)
    if held is None:
        items = [_put(who, one) for one in left]
        return make("agenda", series.id, {"items": items}) if items else None
    cleared = () if is_extraordinary(rhythm_of(series), who.held.started) else _CLEARED
    edits = (*_items(who, held, left), *(drop(key) for key in cleared if getattr(held, key)))
    return Change(kind="agenda", id=series.id, edits=edits) if edits else None


def _items(who: Attendance, held: Agenda, left: list[Planned]) -> list[Edit]:
    """Take out what was done, count what stays; what was put there during the meeting is for the next one."""
    names, planned = {one.id for one in left}, {one.id for one in who.meeting.agenda}
    edits: list[Edit] = []
    for one in held.items:
        if one.id in names:
            edits += _left_again(one)
        elif one.id in planned:
            edits.append(drop("items", value={"id": one.id}))
    there = {one.id for one in held.items}
    return [*edits, *(add("items", value=_put(who, one)) for one in left if one.id not in there)]


def _left_again(one: AgendaItem) -> list[Edit]:
    at = f"@id={one.id}"
    return [put("items", at, "source", value="left over"), put("items", at, "left", value=min(one.left + 1, 99))]


def _put(who: Attendance, one: Planned) -> dict[str, Any]:
    owner = who.called(one.owner) if one.owner else None
    values = {
        "id": one.id,
        "text": recordable(one.text)[:400],
        "minutes": max(one.minutes, 1),
        "owner": owner,
        "by": recordable(one.owner) if one.owner and owner is None else None,
        "link": one.link or None,
        "source": "left over",
        "left": 1,
        "providers": list(one.providers) or None,
    }
    return {key: value for key, value in values.items() if value is not None}
