"""Who may begin a meeting, where, and what is known of it then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.core.effects import TellOperator
from cloudbot.core.meetings.grammar import recognise
from cloudbot.core.meetings.meeting import Meeting
from cloudbot.core.meetings.minutes.names import stem
from cloudbot.core.meetings.noting import topic_reply
from cloudbot.features.meetings.document import Held, Meetings
from cloudbot.features.meetings.folding import line_of
from cloudbot.features.meetings.publishing import shows_log, url
from cloudbot.features.meetings.saying import BEGUN, TOLD, told, unlogged
from cloudbot.features.meetings.settings import Settings
from cloudbot.features.meetings.sources import unprepared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cloudbot.core.effects import Effect
    from cloudbot.core.engine import World
    from cloudbot.core.facts import LineSaid
    from cloudbot.core.meetings.prepared import Prepared
    from cloudbot.core.speech import Venue
    from cloudbot.features.meetings.saying import Words

    Prepare = Callable[[World, Venue], Prepared]
    Begun = tuple[Meetings, Held | None, tuple[Effect, ...]]

AGAIN = timedelta(minutes=10)
"""How long after a meeting that was begun by somebody unknown the next such one may begin in a channel."""


def command_of(fact: LineSaid) -> str:
    """Return which command of meetings a line is, outside of any meeting; empty for none."""
    line = line_of(fact)
    if line.kind != "says" or line.bot:
        return ""
    typed = recognise(line, "live")
    return "" if typed is None else typed.command.name


def begun(document: Meetings, fact: LineSaid, world: World, prepare: Prepare) -> Begun:
    """Return the meeting that a #startmeeting begins, or what its typer is told instead; nothing to who was told."""
    refusal, values = _refusal(document, fact, world)
    if refusal:  # before anything is prepared: whoever tries it all day costs nothing
        return _refused(document, fact, world, refusal, values)
    prepared, told_of = _prepared(fact, world, prepare)
    same = next((one for one in document.held if one.ended is None and one.prepared.series == prepared.series), None)
    if prepared.series and same is not None:
        where = {"series": prepared.title or prepared.series, "channel": same.venue.name}
        return _refused(document, fact, world, "meeting_elsewhere", where)
    rules = replace(prepared.rules, bot=prepared.rules.bot or fact.me)
    started = Meeting(channel=fact.venue.name, started=fact.at)
    held = Held(
        venue=fact.venue,
        began=world.number,
        started=fact.at,
        prepared=replace(prepared, rules=rules),
        stem=stem(started, taken={*(one.stem for one in document.held), *(one.stem for one in document.past)}),
        topic=unlogged(fact.topic),
        by=fact.person or "",
    )
    return document.with_held(held), held, told_of


def _prepared(fact: LineSaid, world: World, prepare: Prepare) -> tuple[Prepared, tuple[Effect, ...]]:
    """Return what is known. People wait in the channel: where that fails, they begin with the defaults."""
    try:
        return prepare(world, fact.venue), ()
    except Exception as error:  # noqa: BLE001 - whatever it is; a fact that raises is parked, and the meeting with it
        values = {"channel": fact.venue.name, "summary": f"{type(error).__name__}: {error}"}
        key = f"operator/meeting/{fact.venue}/{world.number}"
        return unprepared(world, fact.venue), (TellOperator(key=key, words="operator_meeting", values=values),)


def _refusal(document: Meetings, fact: LineSaid, world: World) -> tuple[str, Mapping[str, object]]:
    if world.setting(Settings).start == "member" and fact.person is None:
        return "meeting_members_only", {}
    last = max((one.started for one in document.held if one.venue == fact.venue and not one.by), default=None)
    if fact.person is None and last is not None and fact.at < last + AGAIN:
        return "meeting_wait", {"until": last + AGAIN, "at": fact.at}
    return "", {}


def _refused(document: Meetings, fact: LineSaid, world: World, words: str, values: Mapping[str, object]) -> Begun:
    """Tell of a refusal once in a while, however often it is tried."""
    what = f"{fact.venue} {words}"
    last = document.refused.get(what)
    if last is not None and fact.at < last + AGAIN:
        return document, None, ()
    recent = {one: at for one, at in document.refused.items() if fact.at < at + AGAIN}
    key = f"meeting/{fact.venue}/{world.number}/{TOLD}"
    say = told(key, fact.venue, fact.nick, words, {"command": "startmeeting", **values}, fact.at)
    return replace(document, refused={**recent, what: fact.at}), None, (say,)


def greeting(held: Held, meeting: Meeting, words: Words, world: World) -> Iterator[Effect]:
    """Say as MeetBot does that it began, and what it never says: that the channel is logged, and where that goes."""
    site, settings = world.team.site, world.setting(Settings)
    where = url(site, held, ".log.html" if shows_log(held, meeting) else ".html") if site else ""
    published = shows_log(held, meeting)
    yield words.say("meeting_started", at=held.started, owner=meeting.owner.nick, url=where, published=published)
    if settings.greeting:
        yield words.say("meeting_useful")
    if settings.topic:
        yield words.topic(str(topic_reply(meeting).values["text"]) or held.topic, BEGUN)
