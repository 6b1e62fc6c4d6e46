"""The item under which a meeting goes through its actions: what was done since the last one, what is open and late.

Each line has the id, what was promised, whose it is and how late or old it is. It is in the order of `!actions`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.meetings.agenda import ACTIONS
from cloudbot.core.meetings.planned import Planned
from cloudbot.core.records.dues import still_open
from cloudbot.core.records.kinds.work import Action, DueBefore
from cloudbot.core.times import span
from cloudbot.features.records.meetings.drafting import LEAST, MOST

if TYPE_CHECKING:
    from datetime import date

    from cloudbot.core.records.dues import Standing
    from cloudbot.core.records.tree import View

SHOWN = 20
"""Lines of open actions; of more, how many and where the rest is."""


def review(view: View, since: date | None) -> Planned | None:
    """Return the item, or None where nothing is open and nothing was done; `since` is the day of the last meeting."""
    every = list(still_open(view))
    done = sum(_is_done_since(one.record, since, view) for one in view.all(Action))
    if not every and not done:
        return None
    late = sum(one.is_late for one in every)
    counts = ((done, "done"), (len(every), "open"), (late, "late"))
    said = ", ".join(f"{number} {word}" for number, word in counts if number)
    more = len(every) - SHOWN
    lines = (*map(_line, every[:SHOWN]), *((f"and {more} more: !actions",) if more > 0 else ()))
    minutes = min(MOST, LEAST * (1 + max(0, len(every) - 1) // 4))
    return Planned(id=ACTIONS, text=f"Actions of last time: {said}", source="actions", minutes=minutes, lines=lines)


def _is_done_since(action: Action, since: date | None, view: View) -> bool:
    closed = action.closed
    return action.state == "done" and closed is not None and since is not None and since <= closed <= view.on


def _line(one: Standing) -> str:
    action = one.action
    parts = (f"{one.id} {action.title}", _whose(one), _when(one), _age(one), _waits(one))
    return "; ".join(part for part in parts if part)


def _whose(one: Standing) -> str:
    owner = one.action.owner
    words = {"yes": f"{owner}", "asked": f"{owner} was asked", "nobody": "nobody yet"}
    return words.get(one.hold) or f"nobody ({owner} {'has left' if one.hold == 'left' else 'did not answer'})"


def _when(one: Standing) -> str:
    due = one.action.due
    if one.void:
        return "due before a sprint that is cancelled"
    if one.late:
        return f"{span(one.late)} late"
    if one.due is not None:
        return f"due {one.due}"
    return f"due before {due.before}" if isinstance(due, DueBefore) else ""


def _age(one: Standing) -> str:
    """Say from when it is, where that is known; of a late one the days late are enough."""
    day = one.action.assigned
    return f"since {day}" if day is not None and not one.late else ""


def _waits(one: Standing) -> str:
    blocked = one.action.blocked_by
    if blocked is None:
        return ""
    return f"waits for {blocked.party or blocked.action or 'somebody'} since {blocked.since}"
