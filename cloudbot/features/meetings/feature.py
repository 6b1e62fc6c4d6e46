"""Meetings: held live in a channel, asked about, corrected. What they are made of is loaded with the first of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.engine import Feature, Reaction, Replay
from cloudbot.core.facts import ChannelEntered, ChannelLeft, CommandGiven, Delivered, LineSaid, TimerFired
from cloudbot.features.meetings.commands import commands
from cloudbot.features.meetings.document import Meetings
from cloudbot.features.meetings.saying import TIMER, TOPIC
from cloudbot.features.meetings.settings import Settings
from cloudbot.features.meetings.sources import Found, Prepare, Sources, unprepared

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloudbot.core.engine import World
    from cloudbot.core.facts import Fact


def _in_memory(world: World, words: str) -> tuple[Found, ...]:
    from cloudbot.features.meetings.searching import in_memory  # noqa: PLC0415 - as below

    return in_memory(world, words)


FROM_STATE = Sources(search=_in_memory)


def make(prepare: Prepare, sources: Sources = FROM_STATE) -> Feature[Meetings]:
    """Return the feature; `prepare` says what is known of a meeting before it begins, `sources` what of others."""

    def react(document: Meetings, fact: Fact, world: World) -> Reaction[Meetings]:
        match fact:
            case LineSaid() | ChannelEntered() | ChannelLeft() | CommandGiven(command="minutes"):
                pass
            case TimerFired() if fact.name.startswith(TIMER):
                pass
            case Delivered(state="dead") if fact.key.startswith("meeting/") and fact.key.endswith(f"/{TOPIC}"):
                pass
            case _:
                return Reaction(document)
        from cloudbot.features.meetings import living  # noqa: PLC0415 - 1.5 MiB that a bot without a meeting need not load

        return living.react(document, fact, world, prepare)

    kinds = (LineSaid, ChannelEntered, ChannelLeft)
    return Feature(
        name="meetings",
        document=Meetings,
        react=react,
        settings=Settings,
        commands=commands(sources),
        replay=Replay(kinds=kinds, since=_since, again=_again),
    )


def _since(document: Meetings) -> int | None:
    """Return the number of the oldest fact that a meeting is folded from."""
    return min((one.began for one in document.held), default=None)


def _again(document: Meetings, facts: Iterable[tuple[int, Fact]]) -> Meetings:
    from cloudbot.features.meetings.folding import again  # noqa: PLC0415 - as above

    return again(document, facts)


meetings = make(unprepared)
