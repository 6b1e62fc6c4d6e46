"""What is done by the clock while a meeting runs: its log is published, its time is told, and its end is asked about.

There is no timer per line: one that fires looks when the last line was, and sets itself again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.core.effects import SetTimer
from cloudbot.core.engine import Reaction
from cloudbot.core.meetings import walking
from cloudbot.features.meetings import closing, ending, publishing
from cloudbot.features.meetings.clocks import BEFORE_END, OFTEN, timers
from cloudbot.features.meetings.saying import TIMER, Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.effects import Effect
    from cloudbot.core.engine import World
    from cloudbot.core.facts import TimerFired
    from cloudbot.core.meetings.meeting import Meeting
    from cloudbot.features.meetings.document import Held, Meetings

GRACE = timedelta(minutes=15)
"""How long after the question whether it is over a meeting is closed."""
ABANDONED = timedelta(hours=24)
"""How long the bot may be away until a meeting is over all the same."""
LINES_A_MINUTE = 300
"""The log of so many lines is published once a minute at most, of twice as many every other minute."""


def fired(document: Meetings, fact: TimerFired, world: World) -> Reaction[Meetings]:
    """Do what a timer of a meeting is for; one of a meeting that is over does nothing."""
    number, _, what = fact.name.removeprefix(TIMER).partition("/")
    held = next((one for one in document.held if str(one.began) == number and one.ended is None), None)
    if held is None:
        return Reaction(document)
    words = Words(held=held, number=world.number, at=fact.at)
    meeting = document.meeting(held)
    match what:
        case "idle":
            return _idle(document, held, words, world)
        case "item":
            return Reaction(document, tuple(_item(meeting, words, fact)))
        case "clock":
            return Reaction(document, tuple(_clock(held, meeting, words, fact)))
        case _:
            return Reaction(document, tuple(_log(held, meeting, words, fact)))


def _idle(document: Meetings, held: Held, words: Words, world: World) -> Reaction[Meetings]:
    meeting, at, name = document.meeting(held), world.at, timers(held)[0]
    if held.away is not None and at - held.away < ABANDONED:  # nobody can know whether they talk
        return Reaction(document, (SetTimer(name=name, due=at + GRACE),))
    pause = closing.pause(held, meeting, at)
    if pause is None:
        timer = SetTimer(name=name, due=closing.next_look(held, meeting))
        return Reaction(document.with_held(replace(held, warned=None)), (timer,))
    if held.warned is None or pause.since > held.warned:
        return _asked(document, held, words, pause, at + GRACE)
    if at < held.warned + GRACE:
        return Reaction(document, (SetTimer(name=name, due=held.warned + GRACE),))
    return _closed(document, replace(held, closed=pause.who, ended=world.number), meeting, words, world)


def _asked(document: Meetings, held: Held, words: Words, pause: closing.Pause, due: object) -> Reaction[Meetings]:
    effects: list[Effect] = [SetTimer(name=timers(held)[0], due=due)]  # type: ignore[arg-type]
    if not document.meeting(held).quiet:
        effects.append(words.say("meeting_idle", since=pause.since, who=pause.who, at=words.at, due=due))
    return Reaction(document.with_held(replace(held, warned=words.at)), tuple(effects))


def _closed(document: Meetings, held: Held, meeting: Meeting, words: Words, world: World) -> Reaction[Meetings]:
    document = document.with_meeting(held, closing.closed(meeting, held.closed))
    document, effects = ending.ended(document, held, replace(words, held=held), world, ())
    return Reaction(document, tuple(effects))


def _clock(held: Held, meeting: Meeting, words: Words, fact: TimerFired) -> Iterator[Effect]:
    """Say that there are five minutes left, and that the time is over: each once, and late is never."""
    end = held.started + held.prepared.duration
    if fact.due < end:
        yield SetTimer(name=fact.name, due=end)
    nobody = held.warned is not None or held.away is not None
    if meeting.quiet or nobody or fact.at - fact.due > BEFORE_END:
        return
    left = [one.item.text for one in walking.marked(meeting) if one.mark == "left"]
    yield words.say("meeting_minutes_left" if fact.due < end else "meeting_time_over", left=left)


def _item(meeting: Meeting, words: Words, fact: TimerFired) -> Iterator[Effect]:
    """Say once that an item's time is over; if another one was taken up, wait for its end."""
    now = walking.clock(meeting)
    if now is None:
        return
    if fact.at < now.due:
        yield SetTimer(name=fact.name, due=now.due)
    elif not meeting.quiet and fact.at - now.due < BEFORE_END:
        yield words.say(now.hint.words, **now.hint.values)


def _log(held: Held, meeting: Meeting, words: Words, fact: TimerFired) -> Iterator[Effect]:
    """Publish the log, if anything was said since."""
    every = OFTEN * (1 + meeting.said // LINES_A_MINUTE)
    yield SetTimer(name=fact.name, due=fact.at + every)
    last = meeting.lines.last
    if last is not None and last.at >= fact.due - every and publishing.shows_log(held, meeting):
        yield from publishing.log_files(words, held, meeting)
