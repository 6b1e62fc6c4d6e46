"""The index of what was published: one page of the channels, and one per channel and year, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.effects import Publish
from cloudbot.features.meetings.publishing import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cloudbot.features.meetings.document import Held, Past
    from cloudbot.features.meetings.saying import Words

NEWEST = 20
"""Meetings that stand on the first page themselves."""


def pages(words: Words, past: Iterable[Past], held: Held, site: str) -> Iterator[Publish]:
    """Publish the first page, and that of the channel and year of the meeting that ended."""
    if not site:
        return
    newest = sorted(past, key=lambda one: one.started, reverse=True)
    year = _folder(held.stem)
    of_year = [one for one in newest if _folder(one.stem) == year]
    yield _page(words, "", {"title": "Meetings", "meetings": newest[:NEWEST], "years": _years(newest), "up": ""})
    title = f"Meetings: {held.venue.name} {held.started:%Y}"
    yield _page(words, f"{year}/", {"title": title, "meetings": of_year, "years": [], "up": "../../"})


def _page(words: Words, folder: str, values: dict[str, object]) -> Publish:
    return Publish(key=words.key(), path=f"{FOLDER}/{folder}index.html", words="minutes/index.html", values=values)


def _folder(stem: str) -> str:
    return stem.rpartition("/")[0]


def _years(past: Iterable[Past]) -> list[tuple[str, int]]:
    """Return the folders, the newest year first, with how many meetings each has."""
    counts: dict[str, int] = {}
    for one in past:
        counts[_folder(one.stem)] = counts.get(_folder(one.stem), 0) + 1
    return sorted(counts.items(), key=lambda one: (-int(one[0].rpartition("/")[2]), one[0]))
