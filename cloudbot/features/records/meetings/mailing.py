"""The minutes as a mail to the team's lists: decided, to do, then by topic. Nothing stands in it that nobody noted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloudbot.core.effects import SendMail
from cloudbot.core.meetings.agenda import ACTIONS
from cloudbot.core.meetings.minutes.markdown import DECIDED
from cloudbot.core.meetings.minutes.outline import label, sections
from cloudbot.core.meetings.minutes.wrapping import columns, wrapped
from cloudbot.core.meetings.walking import leftovers
from cloudbot.core.records.dues import last_day
from cloudbot.core.records.kinds.meetings import Minutes
from cloudbot.core.records.kinds.work import Action
from cloudbot.features.meetings.fixing import corrected
from cloudbot.features.meetings.publishing import reading_of, url
from cloudbot.features.records.meetings.announced import Announced
from cloudbot.features.records.meetings.masking import recordable
from cloudbot.features.records.meetings.minutes import identity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from cloudbot.core.engine import World
    from cloudbot.core.meetings.meeting import Item, Meeting
    from cloudbot.core.meetings.minutes.outline import Section
    from cloudbot.core.meetings.minutes.reading import Reading
    from cloudbot.features.records.meetings.attending import Attendance

WIDTH = 72


def mailed(who: Attendance, world: World, key: str) -> list[SendMail]:
    """Return the mail, or nothing where nobody is to be sent one."""
    prepared = who.held.prepared
    if not prepared.mail:
        return []
    values = minutes(who, world)
    return [SendMail(key=key, to=prepared.mail, words="mail/minutes", values=values, reply_to=prepared.thread)]


def minutes(who: Attendance, world: World) -> dict[str, Any]:
    """Return what the mail says. Lines are made here, so that columns agree and no link is broken."""
    held, reading = who.held, who.reading
    if held.fixes:
        reading = reading_of(held, corrected(who.meeting, held.fixes))
    meeting = reading.meeting
    decided = [item for item in meeting.items if item.kind in DECIDED]
    names = {item.id: f"D{number}" for number, item in enumerate(decided, start=1)}
    return {
        "planned": world.document(Announced).planned(held.prepared.thread),
        "title": recordable(held.prepared.title or meeting.topic or meeting.channel),
        "started": held.started,
        "ended": meeting.ended or held.started,
        "people": sum(one.lines > 0 for one in reading.present),
        "chair": recordable(meeting.owner.nick),
        "decided": [line for item in decided for line in _ranged(names[item.id], item.text, f"[{item.at:%H:%M}]")],
        "todo": [line for row in _todo(who, reading) for line in row],
        "topics": [*_topics(meeting, names)],
        "left": [recordable(one.text) for one in leftovers(meeting) if one.id != ACTIONS],
        "next": held.prepared.following,
        "log": url(world.team.site, held, ".html") if world.team.site else "",
        "records": world.records.site if world.records is not None else "",
        "closed": held.closed,
    }


def _ranged(name: str, text: str, mark: str) -> list[str]:
    """Write a text beside its name, with a mark at the end of the last line if there is room, else on its own."""
    head = f"  {name}  "
    lines = wrapped(head + recordable(text), classic=False, hanging=len(head)).split("\n")
    lines = [lines[0], *(f"{' ' * len(head)}{line.strip()}" for line in lines[1:])]
    if not mark:
        return lines
    room = WIDTH - columns(lines[-1]) - len(mark)
    if room > 1:
        return [*lines[:-1], lines[-1] + " " * room + mark]
    return [*lines, mark.rjust(WIDTH)]


def _todo(who: Attendance, reading: Reading) -> Iterator[list[str]]:
    """Yield the lines of each action: from the record those that have numbers, else all as they were said."""
    record = who.view.get(Minutes, "minutes", identity(who.held))
    known = {item.id for item in reading.meeting.items if item.kind == "action"}
    numbers = {one.item for one in record.actions if one.action is not None} if record is not None else set()
    seen: set[str] = set()
    for one in record.actions if record is not None else ():
        action = who.view.get(Action, "action", one.action)
        if action is not None and action.id not in seen and one.item in known:
            seen.add(action.id)
            yield _ranged(action.id, _whose(action), _due(last_day(who.view, action)))
    for name, item in _said(reading):
        if item.id not in numbers:
            yield _ranged("-", f"{name}: {item.text}", "")


def _whose(action: Action) -> str:
    """Say whose it is, unless its words begin with that."""
    owner = action.owner or "nobody yet"
    return action.title if action.title.casefold().startswith(owner) else f"{owner}: {action.title}"


def _due(day: date | None) -> str:
    return f"by {day:%a %m-%d}" if day is not None else ""


def _said(reading: Reading) -> Iterator[tuple[str, Item]]:
    found = reading.duties
    whose: dict[int, list[str]] = {}
    for name, items in found.by_name:
        for item in items:
            whose.setdefault(item.id, []).append(name)
    for item in reading.meeting.items:
        if item.kind == "action":
            yield ", ".join(whose.get(item.id, ["nobody yet"])), item


def _topics(meeting: Meeting, names: dict[int, str]) -> Iterator[str]:
    """Yield the lines of each topic with its times; what was decided is only named."""
    every = sections(meeting)
    starts = [one.head.at if one.head is not None else meeting.started for one in every]
    number = 0
    for one, start, end in zip(every, starts, (*starts[1:], meeting.ended), strict=False):
        number += one.head is not None
        span = f"[{start:%H:%M}-{end:%H:%M}]" if start is not None and end is not None else ""
        if one.head is not None:
            yield from _ranged(f"{number}.", one.head.text, span)
        yield from _noted(one, names)
        for below in one.below:
            yield from _wrapped(f"{below.head.text if below.head is not None else ''}:", " " * 5)
            yield from _noted(below, names)


def _noted(section: Section, names: dict[int, str]) -> Iterator[str]:
    for item in section.items:
        text = f"see {names[item.id]}" if item.id in names else f"{label(item)}{item.text}"
        yield from _wrapped(f"- {text}", " " * 5, more=2)


def _wrapped(text: str, before: str, more: int = 0) -> list[str]:
    return wrapped(recordable(text), classic=False, indent=len(before), hanging=more).split("\n")
