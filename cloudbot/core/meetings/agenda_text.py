"""An agenda as text for a mail: 72 columns, minutes at the right, the lines of an item under it, links whole."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cloudbot.core.meetings.minutes.wrapping import WIDTH, columns, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from cloudbot.core.meetings.agenda import Budget
    from cloudbot.core.meetings.planned import Planned

INDENT = 5
"""Columns before the words of an item: `  1. `."""
CITY = 14


def items(agenda: Sequence[Planned], budget: Budget) -> Iterator[str]:
    """Yield the lines of an agenda. An item beyond the time of the meeting says so."""
    for number, one in enumerate(agenda, start=1):
        yield from _headed(number, one)
        lines = [*one.lines, *([one.link] if one.link and one.link not in one.text else [])]
        if number in budget.beyond:
            lines.append(f"[beyond the {budget.of} minutes]")
        for line in lines:
            yield from wrapped(line, classic=False, indent=INDENT, hanging=2).splitlines()


def _headed(number: int, one: Planned) -> Iterator[str]:
    """Yield an item's own words, with its minutes at the end of the last line that has room for them."""
    minutes = f"({one.minutes} min)"
    by = f" ({one.owner})" if one.owner else ""
    lines = wrapped(f"{one.text}{by}", classic=False, indent=INDENT).splitlines()
    lines[0] = f"{number:>3}. {lines[0].lstrip()}"
    room = WIDTH - columns(lines[-1]) - len(minutes)
    if room > 0:
        lines[-1] += f"{' ' * room}{minutes}"
    else:
        lines.append(minutes.rjust(WIDTH))
    yield from lines


def local_times(at: datetime, zones: Iterable[str]) -> Iterator[str]:
    """Yield the time of a meeting in some zones, from west to east, two a line: `London        Wed 20:00`."""
    named = {zone: at.astimezone(ZoneInfo(zone)) for zone in set(zones) if "/" in zone}
    order = sorted(named, key=lambda zone: (named[zone].utcoffset(), zone))
    shown = [f"{_city(zone):<{CITY}}{named[zone]:%a %H:%M}" for zone in order]
    half = (len(shown) + 1) // 2
    for place in range(half):
        pair = shown[place::half]
        yield "  " + (f"{pair[0]:<{WIDTH // 2 - 4}}{pair[1]}" if pair[1:] else pair[0])


def _city(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")[: CITY - 1]
