"""The would-say file: what listen-only mode keeps from the channel, one line each, for the team to judge.

Appending is not atomic over a crash, so each line carries its key and one that is there is not written again.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cloudbot.core.ports import Outcome, Sent, Transient

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

TAIL_BYTES = 65536


class Paper:
    """One file in the state directory."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, *, key: str, venue: str, text: str, at: datetime) -> Outcome:
        """Append a line unless the end of the file has it; what the disk refuses is tried again."""
        mark = f"[{key}]"
        try:
            with self.path.open("a+b") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL_BYTES))
                tail = file.read().decode("utf-8", "replace")
                if any(line.endswith(mark) for line in tail.splitlines()):
                    return Sent()
                start = "" if not tail or tail.endswith("\n") else "\n"
                file.write(f"{start}{at:%Y-%m-%d %H:%M}Z {venue} {text}  {mark}\n".encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            return Transient(f"{self.path.name} cannot be written: {error.strerror}")
        return Sent()
