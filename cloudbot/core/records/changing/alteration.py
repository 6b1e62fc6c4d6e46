"""A change as the rules of a change see it: both states on a day, what differs, and who stands for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cloudbot.core.records.changing.differences import Difference, differences, other_files
from cloudbot.core.records.permissions import is_member
from cloudbot.core.records.tree import View

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloudbot.core.records.places import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who changes, proven, and which other people stand for it. All are identities of person records."""

    person: str | None
    "none: somebody of whom there is no record"
    approvers: tuple[str, ...] | None = ()
    "none: it is not known here who approves, as in the CI of a merge request"


@dataclass(frozen=True)
class Alteration:
    """One change of the records, from one state to another."""

    before: View
    after: View
    by: By | None

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """The records that differ."""
        return differences(self.before.tree, self.after.tree)

    @cached_property
    def other_files(self) -> tuple[str, ...]:
        """The files that differ and are no records."""
        return other_files(self.before.tree, self.after.tree)

    def seconds(self, without: Iterable[str] = ()) -> frozenset[str]:
        """Return who approves and counts: people of the team other than the author and those named."""
        if self.by is None:
            return frozenset()
        named = {self.by.person, *without}
        return frozenset(p for p in self.by.approvers or () if p not in named and is_member(self.before, p))


@dataclass(frozen=True, slots=True)
class File:
    """A file that is no record, or is no longer there: its lines are not known."""

    path: str

    def line(self, at: Path) -> int:  # noqa: ARG002 - the first, whatever the key
        """Return the first line."""
        return 1
