"""What can be asked about meetings and done to their minutes. The answers are loaded with the first question."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cloudbot.core.commands import Answer, Ask, Command, Param

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudbot.core.engine import World
    from cloudbot.features.meetings.sources import Sources

_QUESTION = re.compile(r"(?!fix\b).*", re.IGNORECASE)


def _asked(which: str, sources: Sources) -> Callable[[Ask, World], Answer]:
    def answered(ask: Ask, world: World) -> Answer:
        from cloudbot.features.meetings import asking  # noqa: PLC0415 - as in `feature`

        return asking.ANSWERS[which](sources, ask, world)

    return answered


def commands(sources: Sources) -> tuple[Command, ...]:
    """Return the commands about meetings."""
    return (
        Command(
            name="catchup",
            help="what the running meeting was about so far: topics, decisions, actions; told to you alone",
            answer=_asked("catchup", sources),
            examples=("!catchup",),
        ),
        Command(
            name="lastmeeting",
            help="how the last meeting went: when, how long, people, decisions, actions; of a channel or a series",
            params=(Param(name="which", optional=True),),
            answer=_asked("lastmeeting", sources),
            examples=("!lastmeeting", "!lastmeeting #debian-cloud"),
        ),
        Command(
            name="meetings",
            help="the meetings that run, the next ones, and the last ones with their links",
            answer=_asked("meetings", sources),
            examples=("!meetings",),
        ),
        Command(
            name="minutes",
            help="the last minutes, or those of a day; their items; what minutes say of some words; correct an item",
            params=(Param(name="text", kind="rest"),),
            who="member",
            listing=_asked("minutes", sources),
            asking=_QUESTION,
            examples=(
                "!minutes", "!minutes 2019-08-14", "!minutes items", "!minutes grep buster",
                "!minutes fix 3 anna asks the DPL", "!minutes fix 3 drop",
            ),
        ),
    )  # fmt: skip
