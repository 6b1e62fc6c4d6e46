"""Actions: what was promised or is wanted, by whom, until when, and how one sees that it is done.

The records are the memory; this feature turns commands into changes of them and answers questions from them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.core.commands import Command, Param
from cloudbot.core.effects import LookUp
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import CommandGiven, Delivered
from cloudbot.features.records.actions.evidence import host_in
from cloudbot.features.records.actions.listing import action, actions
from cloudbot.features.records.actions.orders import ORDERS
from cloudbot.features.records.answering import from_records
from cloudbot.features.records.asking import answer
from cloudbot.features.records.orders import carried

if TYPE_CHECKING:
    from cloudbot.core.facts import Fact


PATIENCE = timedelta(minutes=2)
"""How long a name is tried to be looked up: whoever asks is still about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """The records are the memory; only orders that wait until a name was looked up are kept, by the look's key."""

    looking: dict[str, CommandGiven] = field(default_factory=dict)


def react(known: Actions, fact: Fact, world: World) -> Reaction[Actions]:
    """Carry out a command, or say why not."""
    match fact:
        case CommandGiven(command="done") if host := host_in(fact.args.get("evidence", "")):
            key = f"look/{fact.venue.network}/{fact.id}"
            look = LookUp(key=key, host=host, expires=fact.at + PATIENCE)
            return Reaction(replace(known, looking={**known.looking, key: fact}), (look,))
        case CommandGiven() if fact.command in ORDERS:
            return Reaction(known, (carried(fact, world, ORDERS),))
        case Delivered() if fact.key in known.looking:
            return _looked(known, fact, world)
        case _:
            return Reaction(known)


def _looked(known: Actions, fact: Delivered, world: World) -> Reaction[Actions]:
    """Go on with an order whose evidence was looked up, or say that it is none."""
    given = known.looking[fact.key]
    rest = replace(known, looking={key: one for key, one in known.looking.items() if key != fact.key})
    host = host_in(given.args["evidence"])
    if fact.state != "sent":
        values = {"why": "not resolving", "host": host, "detail": fact.detail}
        return Reaction(rest, (answer(given, "irc/action_no", values),))
    proven = replace(given, at=fact.at, args={**given.args, "looked up": host})
    return Reaction(rest, (carried(proven, world, ORDERS),))


_ID = Param(name="id")

actions_feature = Feature(
    name="actions",
    document=Actions,
    react=react,
    commands=(
        Command(
            name="actions",
            help="what is promised and not done: whose, how late, waiting for whom; of a sort, a person or a sprint",
            params=(Param(name="what", kind="rest", optional=True),),
            answer=from_records(actions),
            personal=("mine", "me"),
            examples=("!actions", "!actions mine", "!actions unowned", "!actions overdue", "!actions s2019"),
        ),
        Command(
            name="action",
            help="write down what is to be done, by whom, until when: TEXT [for PERSON] [due DAY | before SPRINT] "
            "[effort 2d]; with an id, show one",
            params=(Param(name="text", kind="rest"),),
            who="member",
            listing=from_records(action),
            asking=re.compile(r"(?i)(?:A-)?\d{4}-\d{1,5}"),
            examples=("!action Copy CI images to the publish host before s2019 effort 1d", "!action A-2019-001"),
        ),
        Command(
            name="accept",
            help="take an action that you were given, or that nobody has",
            params=(_ID,),
            who="member",
            examples=("!accept A-2019-001",),
        ),
        Command(
            name="done",
            help="an action is done, and where one sees it: a link, a merge request, an image that is published",
            params=(_ID, Param(name="evidence", kind="rest", optional=True)),
            who="member",
            examples=("!done A-2019-001 debian-cloud-images!152", "!done A-2019-001 https://example.org/it"),
        ),
        Command(
            name="block",
            help="an action waits for a person, an organisation or another action, and for what",
            params=(_ID, Param(name="text", kind="rest", optional=True)),
            who="member",
            examples=("!block A-2018-001 rainforest-inc agreement",),
        ),
        Command(
            name="unblock",
            help="an action waits no longer",
            params=(_ID,),
            who="member",
            examples=("!unblock A-2018-001",),
        ),
        Command(
            name="drop",
            help="an action is given up, and why; a link alone is the issue that it moves to",
            params=(_ID, Param(name="reason", kind="rest", optional=True)),
            who="member",
            examples=("!drop A-2019-001 the host went away", "!drop A-2019-001 https://example.org/issues/7"),
        ),
        Command(
            name="handover",
            help="ask somebody else to take an action; it is theirs when they accept it",
            params=(_ID, Param(name="whom", kind="rest")),
            who="member",
            examples=("!handover A-2019-001 bob",),
        ),
        Command(
            name="due",
            help="an action is due on another day, before a sprint, or on none",
            params=(_ID, Param(name="day", kind="rest")),
            who="member",
            examples=("!due A-2019-001 2019-09-01", "!due A-2019-001 before s2019", "!due A-2019-001 none"),
        ),
        Command(
            name="nag",
            help="be reminded of your own action in the channel: weekly (on), once or not; nobody is who did not ask",
            params=(_ID, Param(name="how", optional=True, choices=("on", "weekly", "once", "off"))),
            who="member",
            examples=("!nag A-2019-001 weekly", "!nag A-2019-001 off"),
        ),
    ),
)
