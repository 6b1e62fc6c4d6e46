"""`!retry`, `!cancel`, `!run`: a person of the team has GitLab do something. Off unless the operator allows it.

Who may is decided by the account that services vouch for, before the command becomes a fact. The answer comes when the
outcome is known, in the venue where it was asked for, over restarts too; what may have been done is never done twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pydantic import Field

from cloudbot.core.commands import Answer, Command, Param
from cloudbot.core.effects import Act, Say
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import CommandGiven, Delivered, Fact
from cloudbot.core.settings import Table
from cloudbot.core.speech import Venue
from cloudbot.features.ci.targets import Target, to_cancel, to_retry, to_run
from cloudbot.features.projects import Projects

if TYPE_CHECKING:
    from collections.abc import Mapping

PATIENCE = timedelta(minutes=10)
"""How long it is tried: whoever asked for it is still about."""
FORGET = timedelta(days=1)
FINDERS = {"retry": to_retry, "cancel": to_cancel, "run": to_run}


class Settings(Table):
    """What people of the team may have GitLab do from chat."""

    enabled: bool = Field(
        default=False,
        description="Take `!retry`, `!cancel` and `!run` from people of the team; needs a token with scope `api`.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody asked for, until its outcome is known."""

    target: Target
    venue: Venue
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """Everything whose outcome is not known yet, by the key of its effect."""

    asked: dict[str, Asked] = field(default_factory=dict)


def react(acting: Acting, fact: Fact, world: World) -> Reaction[Acting]:
    """Take an order, or tell its outcome."""
    match fact:
        case CommandGiven() if fact.command in FINDERS:
            return _given(acting, fact, world)
        case Delivered() if fact.key in acting.asked:
            return _ended(acting, fact)
        case _:
            return Reaction(acting)


def _given(acting: Acting, fact: CommandGiven, world: World) -> Reaction[Acting]:
    key = f"act/{fact.venue.network}/{fact.id}"

    def answered(words: str, values: Mapping[str, object]) -> Reaction[Acting]:
        return Reaction(acting, (Say(key=f"{key}/answer", to=fact.venue, words=words, values=values),))

    if not world.setting(Settings).enabled:
        return answered("irc/act_disabled", {"command": fact.command})
    target = FINDERS[fact.command](fact.args, world)
    if isinstance(target, Answer):
        return answered(target.words, target.values)
    waiting = {key: one for key, one in acting.asked.items() if fact.at - one.at < FORGET}
    before = next((one for one in waiting.values() if one.target == target), None)
    if before is not None:
        return answered("irc/act_waits", {"asked": before})
    asked = Asked(target=target, venue=fact.venue, by=fact.person or fact.nick, at=fact.at)
    act = Act(
        key=key,
        forge=world.document(Projects).forge,
        action=target.action,
        project=target.project,
        id=target.id,
        by=asked.by,
        expires=fact.at + PATIENCE,
    )
    return Reaction(Acting(asked={**waiting, key: asked}), (act,))


def _ended(acting: Acting, fact: Delivered) -> Reaction[Acting]:
    asked = acting.asked[fact.key]
    rest = {key: one for key, one in acting.asked.items() if key != fact.key}
    values = {"asked": asked, "state": fact.state, "why": fact.detail}
    said = Say(key=f"{fact.key}/{fact.state}", to=asked.venue, words="irc/act_ended", values=values)
    return Reaction(replace(acting, asked=rest), (said,))


acting = Feature(
    name="acting",
    document=Acting,
    react=react,
    settings=Settings,
    commands=(
        Command(
            name="retry",
            help="run again what failed: a build, a project's pipeline, or a pipeline by its number; where enabled",
            params=(Param(name="what", kind="rest"),),
            who="member",
            examples=("!retry ec2 sid arm64", "!retry debian-cloud-images master", "!retry 4711"),
        ),
        Command(
            name="cancel",
            help="cancel a project's pipeline that is under way, by ref or number if there are several; where enabled",
            params=(Param(name="project"), Param(name="ref", optional=True)),
            who="member",
            examples=("!cancel debian-cloud-images", "!cancel debian-cloud-images master"),
        ),
        Command(
            name="run",
            help="run a pipeline schedule now, by its description or number; where enabled",
            params=(Param(name="project"), Param(name="schedule", kind="rest")),
            who="member",
            examples=("!run debian-cloud-images daily",),
        ),
    ),
)
