"""When an action is due and whose it is on a day: what was promised moves with sprints, and nobody owns by silence.

The rules of `checks.actions` report the same; here it is reckoned for whoever asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from cloudbot.core.records.checks.areas import has_left
from cloudbot.core.records.kinds.policies import PolicyActivity
from cloudbot.core.records.kinds.sprints import Sprint
from cloudbot.core.records.kinds.work import Action
from cloudbot.core.records.tree import Filed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.records.tree import View

OPEN = frozenset({"open", "blocked"})
CARRIED = "carried at "
"""How a line of an action's history begins that says at which meeting it was promised again."""
Hold = Literal["yes", "asked", "nobody", "silent", "left"]
"""Whose an action is: the owner said yes, was asked, there is none, did not answer in time, has left."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One open action on a day."""

    filed: Filed[Action]
    hold: Hold
    due: date | None
    "the last day that is in time; None without one, or while the sprint it hangs on has no dates"
    late: timedelta
    "how long it is over; nothing while it is not"
    void: bool = False
    "due before a sprint that is cancelled, so that there is no day any more"

    @property
    def id(self) -> str:
        """Its identity."""
        return self.filed.id

    @property
    def action(self) -> Action:
        """What was promised."""
        return self.filed.record

    @property
    def carried(self) -> int:
        """At how many meetings it was promised again."""
        return sum(one.text.startswith(CARRIED) for one in self.action.updates)

    @property
    def is_owned(self) -> bool:
        """Whether somebody does it; who was asked and still may answer counts."""
        return self.hold in {"yes", "asked"}

    @property
    def is_blocked(self) -> bool:
        """Whether it waits for somebody."""
        return self.action.state == "blocked" or self.action.blocked_by is not None

    @property
    def is_late(self) -> bool:
        """Whether its day has passed, or has gone with its sprint."""
        return self.void or bool(self.late)


def last_day(view: View, action: Action) -> date | None:
    """Return the last day on which an action is in time; before a sprint is the day before, at the latest."""
    due = action.due
    if due is None or isinstance(due, date):
        return due
    sprint = view.get(Sprint, "sprint", due.before)
    first = sprint.dates.from_ if sprint is not None and sprint.state != "cancelled" else None
    return None if first is None else first - timedelta(days=due.days + 1)


def hold(view: View, action: Action) -> Hold:
    """Decide whose an action is on the day: an assignment that nobody accepted in time is nobody's."""
    if action.owner is None:
        return "nobody"
    if has_left(view, action.owner):
        return "left"
    if action.accepted is not None and action.accepted <= view.on:
        return "yes"
    days = timedelta(days=view.policy(PolicyActivity).accept_days)
    return "asked" if action.assigned is not None and view.on - action.assigned <= days else "silent"


def standing(view: View, filed: Filed[Action]) -> Standing:
    """Reckon one action on the day."""
    action = filed.record
    due = last_day(view, action)
    late = max(view.on - due, timedelta()) if due is not None and action.state in OPEN else timedelta()
    sprint = None if action.due is None or isinstance(action.due, date) else action.due.before
    before = view.get(Sprint, "sprint", sprint)
    void = action.state in OPEN and before is not None and before.state == "cancelled"
    return Standing(filed, hold(view, action), due, late, void=void)


def still_open(view: View) -> Iterator[Standing]:
    """Yield what is promised or wanted and not done: the latest first, then by day, then by number."""
    found = [standing(view, one) for one in view.all(Action) if one.record.state in OPEN]
    yield from sorted(found, key=lambda one: (not one.is_late, -one.late, one.due or date.max, one.id))


def of_sprint(view: View, sprint: str) -> tuple[Filed[Action], ...]:
    """Return what a sprint promised: what it names, and what says that it is from there."""
    record = view.get(Sprint, "sprint", sprint)
    named = frozenset(record.promises) if record is not None else frozenset()
    return tuple(one for one in view.all(Action) if one.id in named or one.record.from_.sprint == sprint)
