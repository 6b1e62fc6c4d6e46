"""Decisions by lazy consensus: the commands, and what happens by itself between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.commands import Command, Param
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import CommandGiven, Delivered, RecordsCommitted, RecordsRefused, RecordsSeen, TimerFired
from cloudbot.features.records.answering import from_records
from cloudbot.features.records.asking import answer
from cloudbot.features.records.decisions.announcing import announced
from cloudbot.features.records.decisions.changing import NO
from cloudbot.features.records.decisions.clock import TIMER, alive, learnt, struck, wound
from cloudbot.features.records.decisions.document import Decisions
from cloudbot.features.records.decisions.listing import decisions
from cloudbot.features.records.decisions.orders import ORDERS
from cloudbot.features.records.orders import carried

if TYPE_CHECKING:
    from cloudbot.core.effects import Effect
    from cloudbot.core.facts import Fact


def react(known: Decisions, fact: Fact, world: World) -> Reaction[Decisions]:
    """Carry out orders; after each change say what stands nowhere yet; end what is over when the timer says so."""
    match fact:
        case CommandGiven() if fact.command in ORDERS:
            return Reaction(known, (_ordered(fact, world),))
        case TimerFired(name=name) if name == TIMER and world.records is not None:
            return Reaction(*_both(struck(known, fact, world.records.at(fact.at), world)))
        case Delivered() if fact.key in known.saying:
            return _said(known, fact, world)
        case RecordsCommitted() | RecordsRefused() | RecordsSeen():
            return _followed(_after(known, fact), world)
        case _:
            return Reaction(known)


def _ordered(fact: CommandGiven, world: World) -> Effect:
    if fact.command == "object" and fact.person is None:
        return answer(fact, NO, {"why": "stranger", "id": fact.args.get("id", "")})
    return carried(fact, world, ORDERS)


def _said(known: Decisions, fact: Delivered, world: World) -> Reaction[Decisions]:
    """Record that a line stands in the channel; one that did not go out is tried again when something happens."""
    if fact.state == "sent":
        return _followed(known.with_said(fact.key, fact.at), world)
    return Reaction(known.with_said(fact.key, None))


def _after(known: Decisions, fact: RecordsCommitted | RecordsRefused | RecordsSeen) -> Decisions:
    """Note how a change of our own ended."""
    match fact:
        case RecordsCommitted():
            return known.ended(fact.key, made=True).moved(fact.ids)
        case RecordsRefused():
            return known.ended(fact.key, made=False)
        case RecordsSeen():
            return known


def _both(found: tuple[Decisions, list[Effect]]) -> tuple[Decisions, tuple[Effect, ...]]:
    return found[0], tuple(found[1])


def _followed(known: Decisions, world: World) -> Reaction[Decisions]:
    """Announce drafts that stand nowhere, and set the timer."""
    if world.records is None:
        return Reaction(known)
    view = world.records.at(world.at)
    known = learnt(known, view, world.at)
    effects: list[Effect] = []
    for one in alive(view):
        if one.record.state == "draft" or one.id in known.said:
            known, lines = announced(known, one, view, world)
            effects += lines
    known, timer = wound(known, view, world.at)
    return Reaction(known, (*effects, *timer))


_ID = Param(name="id")
_TEXT = Param(name="text", kind="rest")

decisions_feature = Feature(
    name="decisions",
    document=Decisions,
    react=react,
    commands=(
        Command(
            name="decisions",
            help="what is to be decided and until when; of one: who said what, what is lacking",
            params=(Param(name="which", kind="rest", optional=True),),
            answer=from_records(decisions),
            examples=("!decisions", "!decisions D-2019-001"),
        ),
        Command(
            name="lazy",
            help="propose what passes if nobody objects: TEXT until WHEN; the clock starts when it was announced",
            params=(_TEXT,),
            who="member",
            examples=("!lazy Meet on the second Wednesday of each month until the end of the week",),
        ),
        Command(
            name="propose",
            help="propose a decision: TEXT [class standard] [until WHEN] [about PROVIDER] [replaces D-2019-001]",
            params=(_TEXT,),
            who="member",
            examples=("!propose Push images directly about swisshost until in 10 days",),
        ),
        Command(
            name="announced",
            help="a decision stands on the list, and its Message-ID or a link to it; that starts its clock",
            params=(_ID, Param(name="proof", kind="rest", optional=True)),
            who="member",
            examples=("!announced D-2019-001 <sprint-2019@example.org>",),
        ),
        Command(
            name="support",
            help="say yes to a decision by name; a yes with a condition is an objection",
            params=(_ID, Param(name="text", kind="rest", optional=True)),
            who="member",
            examples=("!support D-2019-001",),
        ),
        Command(
            name="object",
            help="object to a decision, and why; for somebody elsewhere with a link: LINK from NAME: WHY",
            params=(_ID, Param(name="why", kind="rest", optional=True)),
            examples=("!object D-2019-001 the hotel is too far from the university",),
        ),
        Command(
            name="resolve",
            help="your own objection is met; another's only by a meeting: NUMBER in minutes ID",
            params=(_ID, Param(name="text", kind="rest", optional=True)),
            who="member",
            examples=("!resolve D-2019-001", "!resolve D-2019-001 1 in minutes debian-cloud.2019-08-14-19.00"),
        ),
        Command(
            name="revise",
            help="say your own proposal in other words, which restarts its clock; `typo TEXT` does not",
            params=(_ID, Param(name="text", kind="rest", optional=True)),
            who="member",
            examples=("!revise D-2019-001 Hold the sprint at the library, 14-16 October",),
        ),
        Command(
            name="withdraw",
            help="give up your own proposal",
            params=(_ID,),
            who="member",
            examples=("!withdraw D-2019-001",),
        ),
        Command(
            name="revert",
            help="have what was accepted talked about again, and why; for some days after it was",
            params=(_ID, Param(name="why", kind="rest", optional=True)),
            who="member",
            examples=("!revert D-2019-001 the room is taken",),
        ),
        Command(
            name="gate",
            help="what who has to approve it outside the team said, with the mail",
            params=(
                _ID,
                Param(name="how", choices=("approved", "declined")),
                Param(name="proof", kind="rest", optional=True),
            ),
            who="member",
            examples=("!gate D-2019-001 approved <yes@example.org>",),
        ),
    ),
)
