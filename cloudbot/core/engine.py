"""How a fact reaches features: one step is a pure function of documents and a fact.

A step applies one fact to every feature in the order they are registered, then lets the voice decide which unasked
lines are said. It never renders, stores or sends; what raises is the caller's to park.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from cloudbot.core.effects import Effect
from cloudbot.core.facts import Fact
from cloudbot.core.people import Team
from cloudbot.core.speech import NetworkHealth

if TYPE_CHECKING:
    from datetime import timedelta

    from cloudbot.core.commands import Command, Commands  # noqa: TC004 - a command answers from a World, which has them
    from cloudbot.core.records.state import Records  # noqa: TC004 - a bot without records does not load their models

D = TypeVar("D")
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Reaction(Generic[D]):
    """What a feature makes of a fact: its next document and what is to be done."""

    document: D
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The read-only view of one instant that reactions and answers are made from."""

    at: datetime
    team: Team
    documents: Mapping[type, object]
    settings: Mapping[type, object]
    commands: Commands
    looked: Mapping[str, datetime] = field(default_factory=dict)
    "when each source was last read whole, also when nothing had changed"
    networks: tuple[NetworkHealth, ...] = ()
    version: str = ""
    number: int = 0
    "of the fact that is being handled, in the journal; 0 where something is asked"
    records: Records | None = None
    "the team's records at a commit; None in an installation that has none, or before they were first read"

    def document(self, kind: type[D]) -> D:
        """Return the document of that type; each feature's document is a type of its own."""
        return cast("D", self.documents[kind])

    def setting(self, kind: type[S]) -> S:
        """Return the settings of that type."""
        return cast("S", self.settings[kind])

    def age(self, source: str, since: datetime | None) -> timedelta | None:
        """Return how old what we know of a source is: by the last whole look, else by when it last changed."""
        seen = self.looked.get(source, since)
        return None if seen is None else self.at - seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay(Generic[D]):
    """How a document that grows with every fact is kept: not at all, it is made again from the journal at the start.

    `since` names the oldest fact that it still needs, by number, and `again` takes the document as it was stored and
    the facts of these kinds from there on, each with its number. So a line of a long meeting costs what one of a short
    meeting does.
    """

    kinds: tuple[type[Fact], ...]
    since: Callable[[D], int | None]
    again: Callable[[D, Iterable[tuple[int, Fact]]], D]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature(Generic[D]):
    """One capability: its settings, document, commands and reaction. `document()` is what it knows on the first day.

    What a document holds outside its equality is not stored: `replay` makes it again.
    """

    name: str
    document: type[D]
    react: Callable[[D, Fact, World], Reaction[D]]
    commands: tuple[Command, ...] = ()
    settings: type | None = None
    replay: Replay[D] | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """The outcome of one fact: all documents afterwards, the names of those that changed, and the effects in order."""

    documents: Mapping[type, object]
    changed: frozenset[str]
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """The registered features and, last, the voice through which unasked lines must pass."""

    features: tuple[Feature[Any], ...]
    voice: Feature[Any]
    admit: Callable[[Any, Sequence[Effect], World], Reaction[Any]]

    @property
    def all(self) -> tuple[Feature[Any], ...]:
        """Every feature, the voice last."""
        return (*self.features, self.voice)

    def first_day(self) -> dict[type, object]:
        """Return the documents of a bot that has seen nothing."""
        return {feature.document: feature.document() for feature in self.all}

    def step(self, fact: Fact, world: World) -> Step:
        """Apply one fact. Features later in the order see the documents as left by the earlier ones."""
        documents = dict(world.documents)
        effects: list[Effect] = []
        changed: set[str] = set()

        def keep(feature: Feature[Any], document: object) -> None:
            if document != documents[feature.document]:
                changed.add(feature.name)
            documents[feature.document] = document

        world = replace(world, documents=documents)
        for feature in self.all:
            reaction = feature.react(documents[feature.document], fact, world)
            keep(feature, reaction.document)
            effects.extend(reaction.effects)
        admitted = self.admit(documents[self.voice.document], effects, world)
        keep(self.voice, admitted.document)
        return Step(documents, frozenset(changed), admitted.effects)
