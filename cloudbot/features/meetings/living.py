"""Meetings that are held live: every line is in the journal before anything is made of it, and minutes are a fold.

The rules, in this order:

1. A line of a channel in which a meeting runs is a line of that meeting. One that is #startmeeting begins one.
2. What the fold wants said is said in the channel, and errors to who typed. Nothing is said about what is only noted.
3. At the end the files are there before the lines that give their links.
4. A meeting that nobody ends is asked about, and then closed where it ended.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cloudbot.core.engine import Reaction
from cloudbot.core.facts import ChannelEntered, ChannelLeft, CommandGiven, Delivered, LineSaid, TimerFired
from cloudbot.core.meetings import walking
from cloudbot.core.meetings.identity import is_chair, proven
from cloudbot.features.meetings import clocks, ending, fixing, folding, publishing, starting, watching
from cloudbot.features.meetings.limiting import limited
from cloudbot.features.meetings.saying import Words
from cloudbot.features.meetings.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.effects import Effect
    from cloudbot.core.engine import World
    from cloudbot.core.meetings.meeting import Meeting, Reply
    from cloudbot.features.meetings.document import FactOfMeeting, Held, Meetings
    from cloudbot.features.meetings.sources import Prepare

OfMeetings = LineSaid | ChannelEntered | ChannelLeft | TimerFired | CommandGiven | Delivered


def react(document: Meetings, fact: OfMeetings, world: World, prepare: Prepare) -> Reaction[Meetings]:
    """Return what a fact that may be a meeting's business makes of them."""
    match fact:
        case LineSaid() if document.running(fact.venue) is None:
            return _outside(document, fact, world, prepare)
        case LineSaid() | ChannelEntered() | ChannelLeft():
            return _inside(document, fact, world)
        case TimerFired():
            return watching.fired(document, fact, world)
        case CommandGiven():
            return fixing.given(document, fact, world)
        case Delivered():
            return _topic_not_set(document, fact, world)


def _outside(document: Meetings, fact: LineSaid, world: World, prepare: Prepare) -> Reaction[Meetings]:
    match starting.command_of(fact):
        case "startmeeting":
            document, held, effects = starting.begun(document, fact, world, prepare)
            if held is None:
                return Reaction(document, effects)
            begun = _inside(document, fact, world)
            return Reaction(begun.document, (*begun.effects, *effects))
        case "endmeeting":
            return Reaction(document, tuple(ending.too_late(document, fact, world)))
        case _:
            return Reaction(document)


def _inside(document: Meetings, fact: FactOfMeeting, world: World) -> Reaction[Meetings]:
    before = document.running(fact.venue)
    document, replies = folding.folded(document, world.number, fact)
    if before is None:
        return Reaction(document)
    held = next(one for one in document.held if one.began == before.began)
    meeting = document.meeting(held)
    saves = isinstance(fact, LineSaid) and meeting.quiet and _saves(meeting, fact)
    if isinstance(fact, LineSaid):
        line = folding.line_of(fact)
        document, replies = limited(document, meeting, proven(meeting, line), replies)
    words = Words(held=held, number=world.number, at=fact.at)
    if held.ended is not None:
        document, effects = ending.ended(document, held, words, world, replies)
        return Reaction(document, tuple(effects))
    reading = publishing.reading_of(held, meeting)
    written = publishing.files(words, held, reading, world.team.site) if saves else ()
    return Reaction(document, (*written, *_effects(held, meeting, words, world, replies)))


def _saves(meeting: Meeting, fact: LineSaid) -> bool:
    """Whether a line is a #save, of which a bot that lurks says nothing."""
    line = proven(meeting, folding.line_of(fact))
    return starting.command_of(fact) == "save" and is_chair(meeting, line)


def _effects(held: Held, meeting: Meeting, words: Words, world: World, replies: tuple[Reply, ...]) -> Iterator[Effect]:
    topics = world.setting(Settings).topic
    said = {reply.words for reply in replies}
    if "meeting_saved" in said or ("meeting_restricted" in said and world.team.site):
        yield from publishing.files(words, held, publishing.reading_of(held, meeting), world.team.site)
    if any(reply.how == "topic" for reply in replies):
        yield from clocks.item(held, meeting)
    if "meeting_started" in said:
        yield from starting.greeting(held, meeting, words, world)
        yield from clocks.begun(held, world)
        replies = tuple(reply for reply in replies if reply.words not in {"meeting_started", "meeting_topic"})
    yield from words.replies(replies, topics=topics)


def _topic_not_set(document: Meetings, fact: Delivered, world: World) -> Reaction[Meetings]:
    """Say the first topic that we may not set, and why. Everybody has just read those that somebody typed."""
    held = next((one for one in document.held if one.ended is None and fact.key.startswith(f"{one.key}/")), None)
    topic = None if held is None else walking.head(document.meeting(held))
    if held is None or topic is None or held.said_topic or document.meeting(held).quiet:
        return Reaction(document)
    say = Words(held=held, number=world.number, at=fact.at).say("meeting_topic", text=topic.text)
    return Reaction(document.with_held(replace(held, said_topic=True)), (say,))
