"""What people write short and readers follow: `#1042367`, `cloud-team/x!123`, `CVE-2024-1`, `dsa-5555`, `trixie/13.1`.

In pages and in Markdown these become links; the text stays as it was typed, and none of them is ever a command. Where a
short name leads is a series' to say; the defaults are Debian's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from cloudbot.core.meetings.links import pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHORT = (
    r"(?<![\w/!#&.@-])(?:"
    r"#(?P<bug>\d{5,7})"
    r"|(?P<project>[A-Za-z][\w.-]{0,60}(?:/[\w.-]{1,60}){1,3})?!(?P<request>\d{1,7})"
    r"|(?P<cve>CVE-\d{4}-\d{1,7})"
    r"|(?P<advisory>D[SL]A-\d{1,5}(?:-\d{1,2})?)"
    r"|(?P<release>buster|bullseye|bookworm|trixie|forky|duke)/\d{1,2}(?:\.\d{1,2})?"
    r")(?![\w/-]|\.\d)"
)

_NUMBER = re.compile(r"[0-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where short names lead. Without a `project`, `!123` alone leads nowhere."""

    forge: str = "https://salsa.debian.org"
    project: str = ""
    bugs: str = "https://bugs.debian.org"
    security: str = "https://security-tracker.debian.org/tracker"
    releases: str = "https://www.debian.org/releases"


@cache
def _short() -> re.Pattern[str]:
    """Return the expression, made when the first minutes are written: every bot loads this, few hold meetings."""
    return re.compile(_SHORT, re.IGNORECASE | re.ASCII)


def linked(text: str, places: Places) -> Iterator[tuple[str, str]]:
    """Yield the text in pieces, each with the target it links to, or with nothing; together they are the text."""
    for shown, url in pieces(text):
        if url:
            yield shown, url
        else:
            yield from _referred(shown, places)


def _referred(text: str, places: Places) -> Iterator[tuple[str, str]]:
    done = 0
    for found in _short().finditer(text) if _NUMBER.search(text) else ():  # most lines of a log have no number
        target = _target(found, places)
        if target:
            if text[done : found.start()]:
                yield text[done : found.start()], ""
            yield found[0], target
            done = found.end()
    if text[done:]:
        yield text[done:], ""


def _target(found: re.Match[str], places: Places) -> str:
    if found["bug"]:
        return f"{places.bugs}/{found['bug']}" if places.bugs else ""
    if found["request"]:
        project = found["project"] or places.project
        return f"{places.forge}/{project}/-/merge_requests/{found['request']}" if places.forge and project else ""
    if found["release"]:
        return f"{places.releases}/{found['release'].lower()}/" if places.releases else ""
    name = (found["cve"] or found["advisory"]).upper()
    return f"{places.security}/{name}" if places.security else ""
