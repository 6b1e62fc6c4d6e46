"""A bot's parts on a state file in memory, for tests that need some of them and no network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cloudbot.adapters.render import Words
from cloudbot.config.settings import Features
from cloudbot.core.engine import World
from cloudbot.core.limits import Limits
from cloudbot.core.people import Team
from cloudbot.core.speech import NetworkHealth, Venue
from cloudbot.features import make_commands, make_engine
from cloudbot.runtime.consumer import Consumer
from cloudbot.runtime.conversation import Conversation
from cloudbot.runtime.figures import Figures
from cloudbot.runtime.posting import Operator, Posting
from cloudbot.runtime.supervisor import Supervisor
from cloudbot.runtime.writer import Writer
from cloudbot.store.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cloudbot.core.records.state import Records

CHANNEL = Venue("oftc", "#team")
TEAM = Team(name="Example Team", channels=(CHANNEL,))


def figures_of_a_new_bot(
    at: datetime,
    networks: tuple[NetworkHealth, ...] = (),
    looked: Mapping[str, datetime] | None = None,
    records: Records | None = None,
) -> Figures:
    """Make the figures of a bot that has seen nothing."""
    engine = make_engine()
    commands = make_commands(engine)
    words = Words()
    settings = {type(value): value for _, value in Features()}

    def world(instant: datetime, documents: Mapping[type, object]) -> World:
        return World(
            at=instant,
            team=TEAM,
            documents=documents,
            settings=settings,
            commands=commands,
            looked=looked or {},
            networks=networks,
            version="0",
            records=records,
        )

    journal = Journal.open(Path(":memory:"))
    consumer = Consumer(
        writer=Writer(journal),
        engine=engine,
        posting=Posting(render=words.render, operator=Operator(), mail_domain="example.org"),
        world=world,
    )
    consumer.load()
    conversation = Conversation(
        commands=commands,
        chats={},
        consumer=consumer,
        world=lambda: world(at, consumer.documents),
        render=words.render,
        limits=Limits(),
        seconds=lambda: 0.0,
    )
    return Figures(
        now=lambda: world(at, consumer.documents),
        consumer=consumer,
        conversation=conversation,
        supervisor=Supervisor(),
        started=at,
        counts=lambda: {("irc/oftc", "sent"): 1},
    )
