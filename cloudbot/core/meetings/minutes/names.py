"""What the files of a meeting are called, as in Debian's archive: `CHANNEL/YYYY/CHANNEL.YYYY-MM-DD-HH.MM`, an ending.

UTC, the time of the start; the channel in lower case without `#` and `/`. Nothing that anybody typed leaves its folder.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container
    from datetime import datetime

    from cloudbot.core.meetings.meeting import Meeting

ENDINGS = (".html", ".txt", ".log.html", ".log.txt", ".md")
LONGEST = 60
_OTHER = re.compile(r"[^a-z0-9-]+")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)$")
"Names that some file systems keep for devices, whatever the ending."


def slug(name: str) -> str:
    """Return a name as a part of a path: lower case, everything but letters, digits and hyphens as one `_`."""
    plain = _OTHER.sub("_", name.lower()).strip("_-")[:LONGEST].rstrip("_-")
    return f"{plain}_" if _RESERVED.match(plain) else plain


def channel(name: str) -> str:
    """Return a channel's part of the path."""
    return slug(name.lstrip("#&+!")) or "channel"


def stem(meeting: Meeting, *, named: bool = False, taken: Container[str] = frozenset()) -> str:
    """Return the path of a meeting's files without their ending.

    With `named` the file has the meeting's name, where it has one, instead of the channel's. A second meeting of the
    same minute gets `-2`: it does not take the first one's place. `ValueError` for a meeting that was not begun.
    """
    if meeting.started is None:
        raise ValueError("a meeting that was not begun has no files")
    folder = channel(meeting.channel)
    name = (slug(meeting.name) if named else "") or folder
    first = _stem(folder, name, meeting.started)
    number = 1
    while (found := first if number == 1 else f"{first}-{number}") in taken:
        number += 1
    return found


def _stem(folder: str, name: str, started: datetime) -> str:
    return f"{folder}/{started:%Y}/{name}.{started:%Y-%m-%d-%H.%M}"
