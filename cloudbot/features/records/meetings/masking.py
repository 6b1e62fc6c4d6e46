"""What people say in a meeting, as it may stand in public records for ever: what is private in it is left out.

The records refuse a change with something private in it, and minutes must not fail for one line. So the line is masked:
an address alone where that is enough, else the whole of it, with what it held in a word.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from cloudbot.core.meetings.logs.privacy import ADDRESS, published
from cloudbot.core.meetings.trail import Trail
from cloudbot.core.records.checks.privacy import is_public_address, private_in
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cloudbot.core.meetings.lines import Line
    from cloudbot.core.meetings.meeting import Item, Meeting

LONGEST = 3900
"""Characters of one value; what is longer is nobody's line."""
AT_ONCE = 200
_MAIL = re.compile(r"[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,9}")


def recordable(text: str) -> str:
    """Return words on one line, in normal form C, without what is private."""
    return unicodedata.normalize("NFC", _masked(published(clean(text)))[:LONGEST].strip())


def recordable_meeting(meeting: Meeting) -> Meeting:
    """Return a meeting as it may be written: the words of its lines and items masked, all else as it was.

    The very same one, where nothing has to be masked.
    """
    if all(_plain([meeting.topic, *_words(meeting)])):
        return meeting
    lines: Trail[Line] = Trail()
    for line, plain in zip(meeting.lines, _plain([line.text for line in meeting.lines]), strict=True):
        lines = lines.added(line if plain else replace(line, text=_masked(line.text)))
    items: Trail[Item] = Trail()
    for item in meeting.items:
        items = items.added(replace(item, text=_masked(item.text), url=_masked(item.url)))
    agenda = tuple(replace(one, text=_masked(one.text)) for one in meeting.agenda)
    return replace(meeting, topic=_masked(meeting.topic), lines=lines, items=items, agenda=agenda)


def recordable_file(text: str) -> str:
    """Return a text of which no line has anything private; what is left of it by then came together in the writing."""
    lines = text.split("\n")
    return "\n".join(line if plain else _masked(line) for line, plain in zip(lines, _plain(lines), strict=True))


def _words(meeting: Meeting) -> Iterator[str]:
    yield from (line.text for line in meeting.lines)
    yield from (text for item in meeting.items for text in (item.text, item.url))
    yield from (one.text for one in meeting.agenda)


def _plain(texts: Sequence[str]) -> list[bool]:
    """Say of each text whether it has nothing private. Many are looked at at once, since hardly any has.

    No pattern runs over the end of a line, so what none of them has, all together have not.
    """
    found: list[bool] = []
    for start in range(0, len(texts), AT_ONCE):
        some = texts[start : start + AT_ONCE]
        none = private_in("\n".join(some)) is None
        found += [none or private_in(text) is None for text in some]
    return found


def _masked(text: str) -> str:
    if private_in(text) is None:
        return text
    plain = _MAIL.sub(lambda found: found[0] if is_public_address(found[0]) else ADDRESS, text)
    what = private_in(plain)
    return plain if what is None else f"[left out: {what}]"
