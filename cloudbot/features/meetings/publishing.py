"""The files of a meeting, as Debian's archive names them, and the index by which they are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.effects import Publish
from cloudbot.core.meetings.minutes import pages
from cloudbot.core.meetings.minutes.log import raw
from cloudbot.core.meetings.minutes.markdown import markdown
from cloudbot.core.meetings.minutes.reading import Reading
from cloudbot.core.meetings.minutes.text import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.meetings.meeting import Meeting
    from cloudbot.features.meetings.document import Held
    from cloudbot.features.meetings.saying import Words

FOLDER = "meetings"
WITHHELD = "The log of this meeting is not published.\n"


def url(site: str, held: Held, ending: str = "") -> str:
    """Return where a file of a meeting is; without a site, its name."""
    return f"{site}/{FOLDER}/{held.stem}{ending}" if site else f"{held.stem.rpartition('/')[2]}{ending}"


def shows_log(held: Held, meeting: Meeting) -> bool:
    """Whether anybody may read the log."""
    return held.prepared.publish_log and not meeting.restricted


def reading_of(held: Held, meeting: Meeting) -> Reading:
    """Return a meeting as its minutes are written: an action may be somebody's of the team who was not there."""
    roster = tuple(name for one in held.prepared.people for name in (one.person, *one.names))
    return Reading(meeting=meeting, roster=roster)


def files(words: Words, held: Held, reading: Reading, site: str) -> Iterator[Publish]:
    """Publish all files of a meeting as it stands; none where there is no site."""
    if not site:
        return
    near = held.stem.rpartition("/")[2]
    log_url = url(site, held, ".log.html")
    yield from log_files(words, held, reading.meeting)
    yield _file(words, held, ".txt", text(reading, log_url=log_url))
    yield _file(words, held, ".md", markdown(reading, log_url=log_url))
    values = pages.minutes(reading, log_url=f"{near}.log.html")
    yield _page(words, held, ".html", "minutes/minutes.html", values)


def log_files(words: Words, held: Held, meeting: Meeting) -> Iterator[Publish]:
    """Publish the log, or in its place that it is not published."""
    if not shows_log(held, meeting):
        yield _file(words, held, ".log.html", WITHHELD)
        yield _file(words, held, ".log.txt", WITHHELD)
        return
    near = held.stem.rpartition("/")[2]
    yield _file(words, held, ".log.txt", raw(meeting))
    yield _page(words, held, ".log.html", "minutes/log.html", pages.log(meeting, minutes_url=f"{near}.html"))


def _file(words: Words, held: Held, ending: str, content: str) -> Publish:
    return Publish(key=words.key(), path=f"{FOLDER}/{held.stem}{ending}", text=content)


def _page(words: Words, held: Held, ending: str, template: str, values: object) -> Publish:
    return Publish(key=words.key(), path=f"{FOLDER}/{held.stem}{ending}", words=template, values=values)  # type: ignore[arg-type]
