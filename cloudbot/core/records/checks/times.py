"""Whether days make sense: in order, not in the future, not twice at once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from cloudbot.core.records.kinds.governance import Decision, DelegationAct
from cloudbot.core.records.kinds.people import Person
from cloudbot.core.records.kinds.sprints import Sprint
from cloudbot.core.records.kinds.work import Action
from cloudbot.core.records.tree import Filed, Hit
from cloudbot.core.records.words import Happened, Interval

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.records.places import Path
    from cloudbot.core.records.tree import View
    from cloudbot.core.records.words import Part


def order(view: View) -> Iterator[Hit]:
    """A first day is before the first day after; nothing takes effect before it is issued."""
    for one, marks in view.tree.marks:
        for mark in marks:
            if mark.marker is Interval and mark.value.from_ and mark.value.to and mark.value.from_ >= mark.value.to:
                what = f"begins on {mark.value.from_} and is over on {mark.value.to}"
                yield Hit(one, (*mark.at, "to"), one.id, what, "the first day after the last one as to")
    for sprint in view.all(Sprint):
        dates = sprint.record.dates
        if dates.from_ and dates.to and dates.from_ > dates.to:
            yield Hit(sprint, ("dates", "to"), sprint.id, f"ends on {dates.to}, before it begins", "its last day as to")
    yield from _acts(view)
    for action in view.all(Action):
        year = date(
            int(action.id[2:6]), 1, 1
        )  # whose it is may change after updates; of its beginning the year is kept
        yield from _after(action, year, "updates", [update.at for update in action.record.updates])
    for decision in view.all(Decision):
        record = decision.record
        yield from _after(decision, record.opened, "support", [one.at for one in record.support])
        yield from _after(decision, record.opened, "objections", [one.at for one in record.objections])
        if record.deadline <= record.opened:
            yield Hit(decision, ("deadline",), decision.id, "ends before it is opened", "a deadline after opened")


def _acts(view: View) -> Iterator[Hit]:
    for act in view.all(DelegationAct):
        record = act.record
        days = (record.issued, record.effective)
        if (
            all(isinstance(day, date) for day in days)
            and str(record.effective) < str(record.issued)
            and not record.note
        ):
            what = f"takes effect on {record.effective}, before it was issued on {record.issued}"
            yield Hit(act, ("effective",), act.id, what, 'note = "why", or the right day')
        if record.until and isinstance(record.effective, date) and record.until < record.effective:
            yield Hit(act, ("until",), act.id, "ends before it takes effect", "its last day as until")
        if any(isinstance(day, str) for day in days) and not record.imported:
            yield Hit(act, ("issued",), act.id, "has a month where a day belongs", "the day, or imported = true")


def _after(one: Filed[Part], start: date | None, key: str, times: list[date]) -> Iterator[Hit]:
    for number, time in enumerate(times):
        if start is not None and type(time) is type(start) and time < start:
            yield Hit(one, (key, number, "at"), one.id, f"has {key} from before it began", "the right time")
    for number, (earlier, later) in enumerate(pairwise(times), start=1):
        if later < earlier:
            yield Hit(one, (key, number, "at"), one.id, f"has {key} out of order", "the oldest first")


def overlap(view: View) -> Iterator[Hit]:
    """Nobody has two main employments at once, and no two appointments to one team for one person overlap."""
    for person in view.all(Person):
        main = [
            (n, a) for n, a in enumerate(person.record.affiliations) if a.kind == "employment" and a.share == "main"
        ]
        main.sort(key=lambda pair: pair[1].from_ or date.min)
        for (_, one), (number, other) in pairwise(main):
            if one.to is None or other.from_ is None or other.from_ < one.to:
                at = ("affiliations", number)
                yield Hit(person, at, person.id, "has two main employments at once", "to for the earlier one")
    yield from _double_appointments(view)


def _double_appointments(view: View) -> Iterator[Hit]:
    last: dict[tuple[str, str], Filed[DelegationAct]] = {}
    appointments = [a for a in view.all(DelegationAct) if a.record.act == "appoint" and a.record.members != "all"]
    for act in sorted(appointments, key=lambda act: (str(act.record.effective), act.id)):
        start = act.record.effective
        for person in act.record.members:
            before = last.get((act.record.team, person))
            last[act.record.team, person] = act
            if before is None or act.record.replaces != "none" or not isinstance(start, date):
                continue
            if before.record.until is None or start <= before.record.until:
                what = f"appoints {person}, whom {before.id} appoints for the same time"
                yield Hit(act, ("members",), f"{act.id}/{person}", what, 'act = "renew", or what it replaces', "E")


def future(view: View) -> Iterator[Hit]:
    """What has happened has a day that has come."""
    end = datetime(view.today.year, view.today.month, view.today.day, 23, 59, 59, 999_999, tzinfo=UTC)
    for one, marks in view.tree.marks:
        for mark in marks:
            if mark.marker == _HAPPENED and _is_after(mark.value, view.today, end):
                yield Hit(
                    one,
                    mark.at,
                    f"{one.id}/{_name(mark.at)}",
                    f"has {_name(mark.at)} in the future",
                    "the day it happened",
                )


_HAPPENED = Happened()


def _is_after(value: object, today: date, end: datetime) -> bool:
    if isinstance(value, datetime):
        return value > end
    return isinstance(value, date) and value > today


def _name(at: Path) -> str:
    return ".".join(str(part) for part in at)
