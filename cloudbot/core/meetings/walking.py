"""The agenda as it is walked: which item is at hand, which are done, which stay for the next meeting, and the clock.

What was taken is read from the topics, so that taking a topic back takes its item back too. A topic typed by hand that
resembles an item takes it. A second #next within a minute by somebody else is nobody's wish and does nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from cloudbot.core.meetings.identity import author, person
from cloudbot.core.meetings.meeting import Reply
from cloudbot.core.meetings.noting import added, alike, say, tell, topic_reply, typed_again
from cloudbot.core.meetings.planned import Planned
from cloudbot.core.meetings.recusing import stepping_back, touched

if TYPE_CHECKING:
    from cloudbot.core.meetings.meeting import Deed, Item, ItemKind, Meeting, Step

TWICE = timedelta(minutes=1)
"In which several people say #next at once and mean it once."
_AROUND = re.compile(r"^\s*(?:\d{1,3}[.)]\s*)?|\s*\(\d+ ?min\w*\)\s*$")
_LEAST = 4
"Characters of a topic that is taken for the beginning of an item."
Mark = Literal["done", "now", "left", "next time"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """An item of the agenda with its number, from 1, and how it stands."""

    number: int
    item: Planned
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """When the time of the item at hand is over, and what is said then, once."""

    item: Planned
    due: datetime
    hint: Reply


def head(meeting: Meeting) -> Item | None:
    """Return the topic that is talked about."""
    return next((item for item in reversed(meeting.items) if item.kind == "topic"), None)


def at_hand(meeting: Meeting) -> Planned | None:
    """Return the item of the agenda that is talked about."""
    topic = head(meeting)
    if topic is None or not topic.planned or topic.planned in meeting.closed:
        return None
    return next((one for one in meeting.agenda if one.id == topic.planned), None)


def marked(meeting: Meeting) -> tuple[Marked, ...]:
    """Return the agenda with how each item stands."""
    taken = {item.planned for item in meeting.items if item.planned} | meeting.closed
    now = at_hand(meeting)

    def mark(one: Planned) -> Mark:
        if one.id in meeting.skipped:
            return "next time"
        if now is not None and one.id == now.id:
            return "now"
        return "done" if one.id in taken else "left"

    return tuple(Marked(number=number, item=one, mark=mark(one)) for number, one in enumerate(meeting.agenda, start=1))


def leftovers(meeting: Meeting) -> tuple[Planned, ...]:
    """Return what was not talked about: first on the next agenda."""
    return tuple(one.item for one in marked(meeting) if one.mark in {"left", "next time"})


def clock(meeting: Meeting) -> Clock | None:
    """Return when the item at hand is over; None where none is, or where it may take as long as it likes."""
    now, topic = at_hand(meeting), head(meeting)
    if now is None or topic is None or now.minutes <= 0 or meeting.phase != "running":
        return None
    left = [one for one in marked(meeting) if one.mark == "left"]
    hint = say("meeting_item_time", item=now, minutes=now.minutes, next=left[0].item if left else None)
    return Clock(item=now, due=topic.at + timedelta(minutes=now.minutes), hint=hint)


def begun(meeting: Meeting, deed: Deed, text: str, kind: ItemKind = "topic", planned: Planned | None = None) -> Step:
    """Begin a topic or subtopic: with the link of its agenda item, and with who steps back at it."""
    again = typed_again(meeting, deed, text) if kind == "topic" and not _is_another(meeting, planned) else None
    meeting = meeting if again is None else again
    rules, number = meeting.rules, meeting.next_id
    meeting = added(meeting, deed, kind, text, planned="" if planned is None else planned.id)
    said = (topic_reply(meeting),) if kind == "topic" else ()
    if planned is not None and planned.link:
        meeting = added(meeting, deed, "link", planned.link, of=number)
    back = stepping_back(rules, (*(() if planned is None else planned.providers), *touched(rules, text)))
    if not back:
        return meeting, said
    for who, provider in back:
        meeting = added(meeting, deed, "info", f"{who} steps back at {provider} (declared)", of=number, nick=rules.bot)
    return meeting, (*said, say("meeting_steps_back", people=back))


def _is_another(meeting: Meeting, planned: Planned | None) -> bool:
    """Whether the topic that is talked about took up another item, however alike their words are."""
    now = head(meeting)
    return now is not None and now.planned != "" and (planned is None or planned.id != now.planned)


def topic(meeting: Meeting, deed: Deed) -> Step:
    """Begin a topic that was typed by hand."""
    return begun(meeting, deed, deed.argument, planned=resembling(meeting, deed.argument))


def subtopic(meeting: Meeting, deed: Deed) -> Step:
    """Begin a topic within the topic."""
    return begun(meeting, deed, deed.argument, "subtopic")


def resembling(meeting: Meeting, text: str) -> Planned | None:
    """Return the only item of the agenda, done or not, that a text is nearly the same as, or the beginning of."""
    if not meeting.agenda:
        return None
    typed = _plain(text)
    near = [one for one in meeting.agenda if alike(_plain(one.text), typed)]
    begins = [one for one in meeting.agenda if len(typed) >= _LEAST and _plain(one.text).startswith(typed)]
    found = near or begins
    return found[0] if len(found) == 1 else None


def _plain(text: str) -> str:
    return _AROUND.sub("", text).casefold()


def next_item(meeting: Meeting, deed: Deed) -> Step:
    """Take up the next item that is left; after the last one say so."""
    last = head(meeting)
    if last is not None and last.planned and deed.line.at - last.at < TWICE and author(last) != person(deed.line):
        return meeting, ()
    left = [one for one in marked(meeting) if one.mark == "left"]
    if left:
        return taken_up(meeting, deed, left[0])
    return meeting, (say("meeting_agenda_done", later=len(meeting.skipped)),)


def taken_up(meeting: Meeting, deed: Deed, one: Marked) -> Step:
    """Make an item the topic."""
    item = one.item
    meeting = replace(meeting, skipped=meeting.skipped - {item.id}, closed=meeting.closed - {item.id})
    meeting, said = begun(meeting, deed, item.text, planned=item)
    left = sum(other.mark == "left" for other in marked(meeting))
    shown = say("meeting_item", number=one.number, total=len(meeting.agenda), item=item, left=left)
    lines = (say("meeting_item_lines", lines=item.lines),) if item.lines else ()
    return meeting, (*said[:1], shown, *lines, *said[1:])  # who steps back is said below what it is about


def numbered(meeting: Meeting, text: str) -> Marked | None:
    """Return the item of a number, as #agenda shows it."""
    typed = text.strip().lstrip("#").rstrip(".")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 0  # noqa: PLR2004 - of digits
    return marked(meeting)[number - 1] if 0 < number <= len(meeting.agenda) else None


def take(meeting: Meeting, deed: Deed) -> Step:
    """Take up the item of that number."""
    one = numbered(meeting, deed.argument)
    if one is None:
        return meeting, (tell(deed, "meeting_no_agenda_item", total=len(meeting.agenda)),)
    return taken_up(meeting, deed, one)


def skip(meeting: Meeting, deed: Deed) -> Step:
    """Leave an item for the next meeting: that of a number, else the one at hand, after which the next one follows."""
    now = at_hand(meeting)
    if deed.argument.strip():
        one = numbered(meeting, deed.argument)
    else:
        one = next((one for one in marked(meeting) if now is None or one.item.id == now.id), None)
    if one is None:
        return meeting, (tell(deed, "meeting_no_agenda_item", total=len(meeting.agenda)),)
    meeting = replace(meeting, skipped=meeting.skipped | {one.item.id})
    said = say("meeting_item_later", number=one.number, item=one.item)
    if now is None or one.item.id != now.id:
        return meeting, (said,)
    left = [other for other in marked(meeting) if other.mark == "left"]
    after, more = taken_up(meeting, deed, left[0]) if left else (meeting, ())
    return after, (said, *more)


def agenda(meeting: Meeting, deed: Deed) -> Step:
    """Tell the agenda and how far it is; a chair can have the channel see it by `show`."""
    values = {"items": marked(meeting)}
    if deed.chair and deed.argument.strip().lower() == "show":
        return meeting, (say("meeting_agenda", **values),)
    return meeting, (tell(deed, "meeting_agenda", **values),)
