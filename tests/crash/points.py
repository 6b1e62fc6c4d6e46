"""Crash points: every moment at which the bot may die, numbered, so that a test can let it die at each.

They lie before and after every SQL statement (`Connections`) and before and after every act on the outside (the fakes
call `Points.reach`). The production code has no hook for any of this: it is given a class of connection.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


class Crash(BaseException):
    """The process ends here. No `except Exception` may see it."""


@dataclass(slots=True)
class Points:
    """Counts the moments; at number `fatal`, and at every later one, the bot is dead.

    `left` says what a crash would leave behind: since memory is lost, moments that leave the same have the same future,
    and `distinct` holds the first of each.
    """

    fatal: int | None = None
    left: Callable[[], bytes] | None = None
    moments: list[str] = field(default_factory=list)
    distinct: dict[bytes, int] = field(default_factory=dict)
    dead: bool = False

    def reach(self, moment: str) -> None:
        """Pass a moment, or die at it."""
        if self.dead:
            raise Crash
        number = len(self.moments)
        if number == self.fatal:
            self.dead = True
            raise Crash(moment)
        self.moments.append(moment)
        if self.left is not None:
            self.distinct.setdefault(self.left(), number)


def connections(points: Points) -> Callable[..., sqlite3.Connection]:
    """Return a `connect` whose connections reach a point before and after every statement."""

    class Mortal(sqlite3.Connection):
        def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:  # noqa: ANN401 - as sqlite3 has it
            if sql.startswith("PRAGMA synchronous"):
                sql = "PRAGMA synchronous = OFF"  # the test crashes the process, not the machine
            short = " ".join(sql.split()[:3])
            points.reach(f"before {short}")
            cursor = super().execute(sql, parameters)
            points.reach(f"after {short}")
            return cursor

        def executescript(self, script: str, /) -> sqlite3.Cursor:
            statement = ""
            for piece in script.split(";"):
                statement += piece + ";"
                if sqlite3.complete_statement(statement) and statement.strip("; \n"):
                    self.execute(statement)
                    statement = ""
            return self.cursor()

    def connect(path: Path, **options: Any) -> sqlite3.Connection:  # noqa: ANN401 - as sqlite3 has it
        return sqlite3.connect(path, factory=Mortal, **options)

    return connect
