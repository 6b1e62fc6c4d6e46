"""The end of a live meeting: what the bot does about #endmeeting, until every file of it is rendered.

All features with the records of the example team, in memory: the lines are facts of the journal, as if a bot had heard
them; what is timed is the reaction to the last one, with the change of the records that it asks for. Nothing goes out.
"""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cloudbot import demo
from cloudbot.adapters.render import Words
from cloudbot.core.effects import Publish
from cloudbot.core.engine import World
from cloudbot.core.facts import LineSaid
from cloudbot.core.people import Person, Team
from cloudbot.core.records.loading import load
from cloudbot.core.records.state import Records
from cloudbot.core.speech import Venue
from cloudbot.features import make_commands, make_engine, settings_types

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloudbot.core.effects import Effect

CHANNEL = Venue("oftc", "#debian-cloud")
LEADER = "grace"
"""Whose account is known: of a meeting of strangers nothing is put into the records."""


def example() -> Records:
    """Return the records of the example team."""
    folder = Path(demo.__file__).with_name("records")
    paths = (one for one in folder.rglob("*") if one.is_file())
    tree, _ = load({str(one.relative_to(folder)): one.read_bytes() for one in sorted(paths)}, {})
    return Records(commit="c" * 40, tree=tree, good="c" * 40)


def ended(log: Iterable[dict[str, str]], chair: str) -> tuple[float, float]:
    """Hold a meeting of these lines; return the seconds of the reaction to the last one, and of the rendering."""
    engine, words, records = make_engine(), Words(), example()
    commands, settings = make_commands(engine), {kind: kind() for _, kind in settings_types(engine)}
    leader = Person(name=LEADER, accounts={CHANNEL.network: (LEADER,)})
    team = Team(name="Team", people=(leader,), channels=(CHANNEL,), site="https://cloud.example.org")
    documents: dict[type, object] = engine.first_day()
    effects: tuple[Effect, ...] = ()
    took = 0.0
    for number, one in enumerate(log, start=1):
        account = LEADER if one["nick"] == chair else ""
        at = datetime.fromisoformat(one["at"])
        fact = LineSaid(at=at, venue=CHANNEL, nick=one["nick"], text=one["text"], account=account,
                        person=account or None, me="cloudbot")  # fmt: skip
        world = World(at=at, team=team, documents=documents, settings=settings, commands=commands, number=number,
                      records=records)  # fmt: skip
        start = time.perf_counter()
        step = engine.step(fact, world)
        took = time.perf_counter() - start
        documents, effects = dict(step.documents), tuple(step.effects)
    start = time.perf_counter()
    for effect in effects:
        if isinstance(effect, Publish) and effect.words:
            words.render(effect.words, effect.values)
    return took, time.perf_counter() - start
