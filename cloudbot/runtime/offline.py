"""The engine without a network or a disk: for `cloudbot ask`, and wherever an answer is wanted from given documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot import __version__
from cloudbot.adapters.render import Words
from cloudbot.core.commands import Ask, Invocation, Mistake
from cloudbot.core.engine import World
from cloudbot.core.speech import Speaker, Venue
from cloudbot.features import make_commands, make_engine
from cloudbot.store.codec import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from cloudbot.core.facts import Fact
    from cloudbot.core.people import Team
    from cloudbot.core.records.state import Records


class Offline:
    """Documents in memory, questions answered from them, nothing sent and nothing kept."""

    def __init__(
        self,
        team: Team,
        settings: Mapping[type, object],
        clock: Callable[[], datetime],
        *,
        with_records: bool = False,
    ) -> None:
        self._team, self._settings, self._clock = team, settings, clock
        self._engine = make_engine(records=with_records)
        self.records: Records | None = None
        self._commands = make_commands(self._engine)
        self._words = Words()
        self._documents: Mapping[type, object] = self._engine.first_day()

    def load(self, stored: Mapping[str, str]) -> None:
        """Take over documents as the journal has them."""
        kinds = {feature.name: feature.document for feature in self._engine.all}
        known = {kinds[name]: decode(kinds[name], text) for name, text in stored.items() if name in kinds}
        self._documents = {**self._documents, **known}

    def feed(self, fact: Fact) -> None:
        """Let a fact happen; its effects go nowhere."""
        self._documents = self._engine.step(fact, self.world(fact.at)).documents

    def ask(self, line: str) -> tuple[list[str], bool]:
        """Answer a line as in a query; False with it where the line was no question we know."""
        at = self._clock()
        venue = Venue("local", "you")
        parsed = self._commands.parse(line, me=("cloudbot",), query=True)
        match parsed:
            case Invocation(command, args) if command.answer is not None:
                ask = Ask(at=at, args=args, venue=venue, speaker=Speaker(nick="you"))
                answer = command.answer(ask, self.world(at))
                text = self._words.render(answer.words, answer.values)
                return [one for one in text.splitlines() if one.strip()], True
            case Invocation(command, _):
                return [f"{command.name} changes something: say it on IRC, where services vouch for you"], False
            case Mistake(text):
                return [text], False
            case _:
                return ["meeting commands need a meeting"], False

    def render(self, words: str, values: Mapping[str, object]) -> str:
        """Render a template."""
        return self._words.render(words, values)

    def world(self, at: datetime) -> World:
        """Return what is known, as of an instant."""
        return World(
            at=at,
            team=self._team,
            documents=self._documents,
            settings=self._settings,
            commands=self._commands,
            version=__version__,
            records=self.records,
        )
