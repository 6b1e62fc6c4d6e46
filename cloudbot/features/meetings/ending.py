"""The end of a meeting: its files, the channel's topic as it was, and the links."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.core.effects import CancelTimer
from cloudbot.core.meetings.identity import is_chair
from cloudbot.features.meetings import index, publishing, remembering
from cloudbot.features.meetings.clocks import timers
from cloudbot.features.meetings.folding import line_of
from cloudbot.features.meetings.saying import AS_BEFORE, TOLD, told
from cloudbot.features.meetings.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cloudbot.core.effects import Effect, Say
    from cloudbot.core.engine import World
    from cloudbot.core.facts import LineSaid
    from cloudbot.core.meetings.meeting import Meeting, Reply
    from cloudbot.features.meetings.document import Held, Meetings
    from cloudbot.features.meetings.saying import Words

LATE = timedelta(hours=12)
"""How long after the bot closed a meeting an #endmeeting of its chairs is about that one."""


def ended(
    document: Meetings, held: Held, words: Words, world: World, replies: Iterable[Reply]
) -> tuple[Meetings, list[Effect]]:
    """Return the document without what is forgotten by now, and what is done at the end, in order."""
    meeting = document.meeting(held)
    reading = publishing.reading_of(held, meeting)
    document = remembering.remembered(document, held, reading, world)
    effects: list[Effect] = [CancelTimer(name=name) for name in timers(held)]
    effects += publishing.files(words, held, reading, world.team.site)
    effects += index.pages(words, document.past, held, world.team.site)
    if world.setting(Settings).topic and not meeting.quiet:
        effects.append(words.topic(held.topic, AS_BEFORE))
    replies = tuple(replies)
    effects += words.replies((reply for reply in replies if reply.words != "meeting_ended"), topics=False)
    if not meeting.quiet:
        effects += links(held, meeting, words, world)
    return document, effects


def links(held: Held, meeting: Meeting, words: Words, world: World) -> Iterator[Say]:
    """Say that it ended, and where its files are, in the words of MeetBot, which other programs read."""
    yield words.say("meeting_ended", at=meeting.ended, closed=held.closed, following=held.prepared.following)
    site = world.team.site
    if not site:
        records = world.records.site if world.records is not None and held.prepared.series else ""
        yield words.say("meeting_kept", records=records)
        return
    yield words.say("meeting_links", name="Minutes:       ", url=publishing.url(site, held, ".html"))
    yield words.say("meeting_links", name="Minutes (text):", url=publishing.url(site, held, ".txt"))
    if publishing.shows_log(held, meeting):
        yield words.say("meeting_links", name="Log:           ", url=publishing.url(site, held, ".log.html"))


def too_late(document: Meetings, fact: LineSaid, world: World) -> Iterator[Effect]:
    """Tell a chair who types #endmeeting after the bot closed the meeting that it is over, and where it ended."""
    of_channel = (one for one in reversed(document.held) if one.venue == fact.venue and one.ended is not None)
    held = next(of_channel, None)
    if held is None or held.closed is None or fact.at - held.started > LATE + held.prepared.duration:
        return
    meeting = document.meeting(held)
    if is_chair(meeting, line_of(fact)):
        values = {"at": meeting.ended, "url": publishing.url(world.team.site, held, ".html")}
        yield told(f"{held.key}/{world.number}/{TOLD}", held.venue, fact.nick, "meeting_closed", values, fact.at)
