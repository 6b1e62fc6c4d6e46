"""The raw log: `HH:MM:SS <nick> text` and `HH:MM:SS * nick text`, one line each, line N being anchor `l-N`.

No date, no joins, no changes of nick, nothing that was said off the record, no colours and no line in a line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.meetings.lines import Line
    from cloudbot.core.meetings.meeting import Meeting


def spoken(meeting: Meeting) -> Iterator[tuple[int, Line]]:
    """Yield the lines of the log with their numbers."""
    lines = (line for line in meeting.lines if line.kind in {"says", "does"})
    return enumerate(lines, start=1)


def time_of(line: Line) -> str:
    """Return when a line was said: `19:00:05`. Ten thousand are written at the end, and strftime takes its time."""
    return line.at.isoformat()[11:19]


def raw(meeting: Meeting) -> str:
    """Write the log, every line ended."""
    classic = meeting.rules.manner == "classic"
    return "".join(f"{_line(line, classic=classic)}\n" for _, line in spoken(meeting))


def _line(line: Line, *, classic: bool) -> str:
    said = line.text.strip() if classic else clean(line.text)
    if line.kind == "does":
        return f"{time_of(line)} * {line.nick} {said}"
    if classic and said.startswith("ACTION"):  # the whole family of MeetBot takes this word for a /me
        return f"{time_of(line)} * {line.nick} {said[7:].strip()}"
    return f"{time_of(line)} <{line.nick}> {said}"
