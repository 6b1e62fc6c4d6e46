"""`help` and `about`: what can be typed, who runs this, what is kept. Made from the commands' own declarations."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import Field

from cloudbot.core.commands import Answer, Ask, Command, Param
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.settings import Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloudbot.core.facts import Fact

NAMES_WIDE = 340
"""Bytes of names in one line, which leaves room for the words around them."""


class Settings(Table):
    """What `about` says."""

    operator: str = Field(default="", description="Who runs this bot, as people should address them.")
    source: str = Field(
        default="https://salsa.debian.org/cloud-team/cloudbot",
        description="Where the source code is; the AGPL wants users to be told.",
    )


@dataclass(frozen=True, slots=True)
class Nothing:
    """Help keeps nothing."""


def react(nothing: Nothing, _fact: Fact, _world: World) -> Reaction[Nothing]:
    """React to nothing."""
    return Reaction(nothing)


def help_on(ask: Ask, world: World) -> Answer:
    """Answer `help`: what anybody may ask and what people of the team may do, or one command with its parameters."""
    wanted = ask.args.get("command")
    if wanted is None:
        return Answer(words="irc/help", values={**_names(world.commands.all), "site": world.team.site})
    command = world.commands.find(wanted)
    values = {"wanted": wanted[:40], "command": command, "near": world.commands.suggest(wanted)}
    return Answer(words="irc/help_command", values=values)


def _names(commands: Iterable[Command]) -> dict[str, list[str]]:
    """Return the names folded into lines; one that anybody may type bare and the team may change with is in both."""
    known = tuple(commands)
    groups = {
        "asked": [one.name for one in known if one.who == "anyone" or one.listing is not None],
        "given": [one.name for one in known if one.who != "anyone"],
    }
    return {group: textwrap.wrap(" ".join(names), NAMES_WIDE) for group, names in groups.items()}


def about(_ask: Ask, world: World) -> Answer:
    """Answer `about`: what this is, whose, where the source is, what is kept."""
    values = {"team": world.team.name, "version": world.version, "settings": world.setting(Settings)}
    return Answer(words="irc/about", values=values)


help_feature = Feature(
    name="help",
    document=Nothing,
    react=react,
    settings=Settings,
    commands=(
        Command(
            name="help",
            help="what I can do, or how one command is typed",
            params=(Param(name="command", optional=True),),
            answer=help_on,
            examples=("!help", "!help mrs"),
        ),
        Command(
            name="about",
            help="what this bot is, who runs it, what it keeps",
            answer=about,
            aliases=("version",),
            examples=("!about",),
        ),
    ),
)
