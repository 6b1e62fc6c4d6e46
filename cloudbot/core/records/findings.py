"""What a check says: one finding is one line with file, line, rule and what to write instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cloudbot.core.text import clean

Severity = Literal["E", "W", "D"]
"""E refuses a change, W needs an acknowledgement in it, D is a daily report and turns no change red."""


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Finding:
    """One thing that is wrong or due. Findings sort by file, line and rule."""

    file: str
    line: int
    rule: str
    subject: str
    severity: Severity
    what: str
    write: str

    @property
    def key(self) -> str:
        """The rule and its subject, the same at every date: `B-SINGLE:publish`."""
        return f"{self.rule}:{self.subject}"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.severity} {self.rule} {self.what}; write {self.write}"


def shown(value: object) -> str:
    """Write a value from a file so that it can stand in a line, or nothing if it might be somebody's private data."""
    text = clean(str(value))
    private = "@" in text or sum(character.isdigit() for character in text) > 6  # noqa: PLR2004 - a phone has seven
    return "" if private or not isinstance(value, str | int | float) else f'"{text[:40]}"'
