"""The minutes as Markdown, for the records and for merge requests: what was decided, then who does what, then all.

Every item links to its line of the log. What people typed is text: nothing in it makes a heading, a list, a mention, a
reference or HTML (CommonMark 0.31 section 2.4: a backslash before punctuation), and only links are links.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from cloudbot.core.meetings.minutes.outline import label, sections, title
from cloudbot.core.meetings.minutes.reading import Reading, read
from cloudbot.core.meetings.minutes.team import LEFT, ROLL, left, rolled
from cloudbot.core.meetings.references import Places, linked
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.meetings.meeting import Item, Meeting
    from cloudbot.core.meetings.minutes.outline import Section

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~!&@$^%]|:(?=[\w+-]+:)")
"Also GitLab's: mentions, references, mathematics and `:names:` of emoji."
_LIST = re.compile(r"^(\s*)(\d+(?=[.)])|(?=[-+]))")
"What would make a list of the text at its beginning."
_NOWHERE = Places(forge="", bugs="", security="", releases="")
DECIDED = frozenset({"agreed", "accepted", "rejected", "inconclusive", "vote"})


def escaped(text: str, places: Places = _NOWHERE) -> str:
    """Return outside text as Markdown that shows it, with its links, and those of `places`."""
    return "".join(_piece(shown, url) for shown, url in linked(clean(text), places))


def _piece(shown: str, url: str) -> str:
    if not url:
        return _plain(shown)
    return f"<{url}>" if url in {shown, f"https://{shown}"} else f"[{_plain(shown)}](<{url}>)"


def _plain(text: str) -> str:
    return _LIST.sub(r"\1\2\\", _SPECIAL.sub(r"\\\g<0>", text))


def markdown(meeting: Meeting | Reading, *, log_url: str) -> str:
    """Write the minutes; `log_url` is where the log's page is, with anchors `l-N`."""
    reading = read(meeting)
    meeting = reading.meeting
    page = _Page(log_url, meeting.rules.places)
    parts = [
        f"# {escaped(title(meeting))}",
        _when(meeting, log_url),
        _listed("Decided", [item for item in meeting.items if item.kind in DECIDED], page),
        _to_do(reading, page),
        *_topics(meeting, page),
        _plain_list(ROLL, [f"{name}: {text}" for name, text in rolled(reading)]),
        _plain_list(LEFT, left(meeting)),
        _present(reading),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _when(meeting: Meeting, log_url: str) -> str:
    start = "" if meeting.started is None else f"{meeting.started:%a %Y-%m-%d, %H:%M}"
    end = "" if meeting.ended is None else f" to {meeting.ended:%H:%M}"
    gaps = "".join(f"\n\nNobody listened: {escaped(gap.text)}." for gap in meeting.gaps)
    return f"{start}{end} UTC, chair: {escaped(meeting.owner.nick)}. [The log](<{log_url}>).{gaps}"


class _Page(NamedTuple):
    log_url: str
    places: Places


def _item(item: Item, page: _Page) -> str:
    where = f"[{escaped(item.nick)}, {item.at:%H:%M}](<{page.log_url}#l-{item.line}>)"
    return f"{label(item)}{escaped(item.text, page.places)} ({where})"


def _listed(name: str, items: list[Item], page: _Page) -> str:
    return "\n".join((f"## {name}", "", *(f"- {_item(item, page)}" for item in items))) if items else ""


def _to_do(reading: Reading, page: _Page) -> str:
    found = reading.duties
    groups = [*found.by_name, *([("nobody yet", found.unassigned)] if found.unassigned else [])]
    lines = [
        line
        for name, items in groups
        for line in (f"- {escaped(name)}", *(f"  - {_item(item, page)}" for item in items))
    ]
    return "\n".join(("## To do", "", *lines)) if lines else ""


def _topics(meeting: Meeting, page: _Page) -> Iterator[str]:
    for section in sections(meeting):
        yield _section(section, "##", page)
        for below in section.below:
            yield _section(below, "###", page)


def _section(section: Section, level: str, page: _Page) -> str:
    head = "Before the first topic" if section.head is None else _item(section.head, page)
    items = [f"- {_item(item, page)}" for item in section.items]
    return "\n".join((f"{level} {head}", *([""] if items else []), *items))


def _plain_list(name: str, lines: list[str]) -> str:
    return "\n".join((f"## {name}", "", *(f"- {escaped(line)}" for line in lines))) if lines else ""


def _present(reading: Reading) -> str:
    lines = [f"- {escaped(one.name)} ({one.lines})" for one in reading.present]
    return "\n".join(("## People present (lines said)", "", *lines))
