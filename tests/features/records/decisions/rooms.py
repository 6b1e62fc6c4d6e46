"""A bot in a room in which time passes: its lines arrive, its changes are made, its timer fires, also late."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cloudbot.core.commands import Invocation
from cloudbot.core.effects import CommitRecords, Say, SetTimer
from cloudbot.core.facts import Delivered, RecordsSeen, TimerFired
from cloudbot.core.records.kinds.governance import Decision
from cloudbot.features.records.decisions.clock import TIMER
from tests.core.records.trees import example
from tests.features.builders import COMMANDS, Bot
from tests.features.records.worlds import COMMIT, LONGEST, bot, by, carried_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cloudbot.core.effects import Effect
    from cloudbot.core.facts import Fact

BOF = datetime(2019, 7, 23, 21, 17, tzinfo=UTC)
"A Tuesday: the end of the week is five days away."
SUNDAY = datetime(2019, 7, 28, 23, 59, tzinfo=UTC)
GRACE = timedelta(hours=6)
MAIL = "<m1@lists.example.org>"


def files(**changed: str) -> dict[str, str]:
    """Return the example team without its decisions, and files of a decision each by its number."""
    found = {path: text.decode() for path, text in example().items() if not path.startswith("decisions/")}
    sprint = "sprints/s2019/sprint.toml"
    found[sprint] = found[sprint].replace('decision = "D-2019-001"\n', "")
    return found | changed


@dataclass(slots=True)
class Room:
    """One bot and the time; what it said is kept with its instant."""

    one: Bot = field(default_factory=lambda: bot(files()))
    at: datetime = BOF
    due: datetime | None = None
    lines: list[tuple[datetime, str]] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    "keys of the changes that were asked for"

    def __post_init__(self) -> None:
        """Let the bot see its records."""
        self.happens(RecordsSeen(at=self.at, commit=COMMIT, good=COMMIT))

    def happens(self, fact: Fact) -> list[str]:
        """Give the bot a fact and all that follows at that instant; return what it says."""
        said: list[str] = []
        waiting = [fact]
        while waiting:
            effects = self.one.take(waiting.pop(0))
            lines = self.one.said(effects)
            assert [line for line in lines if len(line.encode()) >= LONGEST] == []
            said += lines
            waiting += self._followed(effects)
        self.lines += [(self.at, line) for line in said]
        return said

    def _followed(self, effects: Iterable[Effect]) -> list[Fact]:
        facts: list[Fact] = []
        for effect in effects:
            match effect:
                case SetTimer(name=name, due=due) if name == TIMER:
                    self.due = due
                case CommitRecords():
                    self.made.append(effect.key)
                    facts.append(carried_out(self.one, effect, self.at))
                case Say() if effect.key.startswith("decision/"):
                    facts.append(Delivered(at=self.at, key=effect.key, state="sent"))
                case _:
                    pass
        return facts

    def says(self, person: str, line: str) -> list[str]:
        """Let somebody type a command in the channel."""
        parsed = COMMANDS.parse(line, me=("cloudbot",), query=True)
        assert isinstance(parsed, Invocation), parsed
        if parsed.command.answer is not None:
            return self.one.answer(line, at=self.at).splitlines()
        order = by(person, parsed.command.name, at=self.at, number=f"{person} {line} {self.at}")
        return self.happens(replace(order, args=dict(parsed.args)))

    def until(self, at: datetime) -> list[str]:
        """Let time pass with the bot there: its timer fires when it is due."""
        said: list[str] = []
        while self.due is not None and self.due <= at:
            self.at, due = max(self.at, self.due), self.due
            self.due = None
            said += self.happens(TimerFired(at=self.at, name=TIMER, due=due))
        self.at = at
        return said

    def away_until(self, at: datetime) -> list[str]:
        """Let time pass without the bot; what was due fires when it is back."""
        self.at = at
        due, self.due = self.due, None
        return [] if due is None or due > at else self.happens(TimerFired(at=at, name=TIMER, due=due))

    def decision(self, number: str = "D-2019-001") -> Decision:
        assert self.one.records is not None
        found = self.one.records.at(self.at).get(Decision, "decision", number)
        assert found is not None
        return found

    @property
    def states(self) -> Mapping[str, str]:
        """How far each decision is."""
        assert self.one.records is not None
        return {each.id: each.record.state for each in self.one.records.at(self.at).all(Decision)}


def proposed(line: str = "!lazy Meet each month until the end of the week", person: str = "grace") -> Room:
    """Return a room in which somebody has just proposed something."""
    room = Room()
    room.says(person, line)
    return room


def opened(line: str = "!lazy Meet each month until the end of the week", person: str = "grace") -> Room:
    """Return a room in which a decision is open."""
    room = proposed(line, person)
    room.says(person, f"!announced D-2019-001 {MAIL}")
    return room
