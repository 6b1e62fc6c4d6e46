"""The records as a whole: every file that could be read, by kind and identity, and the view of them at a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar, cast

from cloudbot.core.records.findings import Severity
from cloudbot.core.records.kinds import Kind
from cloudbot.core.records.kinds.providers import Provider
from cloudbot.core.records.marks import Mark, marks_of
from cloudbot.core.records.places import Path, line_of
from cloudbot.core.records.words import Part, To

if TYPE_CHECKING:
    from collections.abc import Iterable


RecordT = TypeVar("RecordT", bound=Part)
RecordT_co = TypeVar("RecordT_co", bound=Part, covariant=True)
Identity = tuple[str, str]
"""The name of a kind and the identity of a record in it."""


@dataclass(frozen=True, slots=True)
class Filed(Generic[RecordT_co]):
    """One record and the file it is from."""

    kind: Kind
    id: str
    path: str
    text: str
    record: RecordT_co

    def line(self, at: Path) -> int:
        """Return the line of a key, or of the nearest one around it."""
        return line_of(self.text, at)


class Placed(Protocol):
    """A file in which something has a line."""

    @property
    def path(self) -> str:
        """Where it is."""

    def line(self, at: Path) -> int:
        """Return the line of a key."""


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule finds: in which record, at which key, and what to write instead."""

    filed: Placed
    at: Path
    subject: str
    what: str
    write: str
    severity: Severity | None = None
    """Where it differs from the rule's own."""


@dataclass(frozen=True, eq=False)
class Tree:
    """All records of one state of the repository."""

    filed: tuple[Filed[Part], ...]
    broken: frozenset[Identity] = frozenset()
    """Files that are there and cannot be read: a reference to one is not missing too."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """Every file that is text, also those that are no record, for what must stand in none."""

    @cached_property
    def by_model(self) -> Mapping[type[Part], tuple[Filed[Part], ...]]:
        """Records by the model of their kind, each kind in the order of paths."""
        found: defaultdict[type[Part], list[Filed[Part]]] = defaultdict(list)
        for one in self.filed:
            found[type(one.record)].append(one)
        return {model: tuple(ones) for model, ones in found.items()}

    @cached_property
    def by_identity(self) -> Mapping[Identity, Filed[Part]]:
        """Each record under its kind and identity."""
        return {(one.kind.name, one.id): one for one in self.filed}

    @cached_property
    def accounts(self) -> frozenset[str]:
        """The names of all accounts with providers."""
        return frozenset(a.id for one in self.all(Provider) for a in one.record.accounts)

    @cached_property
    def marks(self) -> tuple[tuple[Filed[Part], tuple[Mark, ...]], ...]:
        """The marked values of every record."""
        return tuple((one, tuple(marks_of(one.record))) for one in self.filed)

    def take_marks_of(self, other: Tree) -> None:
        """Take over the marks of records that both trees have, if the other one's are known."""
        known = {id(one): marks for one, marks in other.__dict__.get("marks", ())}
        if known:
            self.__dict__["marks"] = tuple(
                (one, known[id(one)] if id(one) in known else tuple(marks_of(one.record))) for one in self.filed
            )

    def all(self, model: type[RecordT]) -> tuple[Filed[RecordT], ...]:
        """Return the records of a kind."""
        return cast("tuple[Filed[RecordT], ...]", self.by_model.get(model, ()))

    def find(self, kinds: Iterable[str], identity: str) -> bool:
        """Whether there is such a record of one of these kinds, readable or not."""
        return any(
            (kind, identity) in self.by_identity
            or (kind, identity) in self.broken
            or (kind == "account" and identity in self.accounts)
            for kind in kinds
        )

    def references(self) -> Iterable[tuple[Filed[Part], Mark, To]]:
        """Yield every reference of every record."""
        for one, marks in self.marks:
            for mark in marks:
                if isinstance(mark.marker, To):
                    yield one, mark, mark.marker


@dataclass(frozen=True, slots=True)
class View:
    """The records as seen at a day. A past day does not know what happened after it."""

    tree: Tree
    on: date
    today: date
    """The day the check is made, after which nothing can have happened."""

    def all(self, model: type[RecordT]) -> tuple[Filed[RecordT], ...]:
        """Return the records of a kind."""
        return self.tree.all(model)

    def get(self, model: type[RecordT], kind: str, identity: str | None) -> RecordT | None:
        """Return one record, or None if there is none or it cannot be read."""
        found = None if identity is None else self.tree.by_identity.get((kind, identity))
        return found.record if found is not None and isinstance(found.record, model) else None

    def policy(self, model: type[RecordT]) -> RecordT:
        """Return a policy of the team, or the strict default if it has not written one."""
        found = self.tree.all(model)
        return found[0].record if found else model()
