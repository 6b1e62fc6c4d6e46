"""Corrections as people type them in chat: `s/old/new/`, and where a series wants W3C's `... more` and `i/at/line/`.

`s/old/new/` rewords the item that has `old`, where that is what was said last with it; anything else was only talk. One
corrects oneself; W3C meetings let anybody correct, with `g` all items so far, with `G` later ones too. What the log
says stays as it was said.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from cloudbot.core.meetings import w3c
from cloudbot.core.meetings.commands import MeetingCommand
from cloudbot.core.meetings.grammar import Typed
from cloudbot.core.meetings.identity import author, folded, person
from cloudbot.core.meetings.links import target
from cloudbot.core.meetings.meeting import Item, Substitution
from cloudbot.core.meetings.noting import LONGEST, replaced, tell, topic_reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.meetings.lines import Line
    from cloudbot.core.meetings.meeting import Deed, ItemKind, Meeting, Step

_SUBSTITUTE = re.compile(r"s([/|])(?P<old>(?:(?!\1).)+)\1(?P<new>(?:(?!\1).)*)(?:\1(?P<how>[gG]?))?\s*")
_INSERT = re.compile(r"i([/|])(?P<at>(?:(?!\1).)+)\1(?P<new>(?:(?!\1).)+)\1?\s*")
_MORE = re.compile(r"(?:\.\.\.+|\u2026)\s*(?P<text>\S.*)")
BACK = 2000
"Lines that a correction looks back over."
_HELP = {
    "s": "`s/old/new/` rewords the last item that has `old`; with `g` all so far, with `G` later ones too",
    "i": "`i/text/Topic: x/` puts an item before the line that has `text`",
    "...": "`... TEXT` goes on with the item that one noted right before",
}
OWN = {name: MeetingCommand(name=name, help=does, text="optional") for name, does in _HELP.items()}
_KINDS: dict[str, ItemKind] = {
    "topic": "topic", "subtopic": "subtopic", "action": "action", "agreed": "agreed", "proposed": "info",
}  # fmt: skip


def recognise(text: str, *, everything: bool) -> Typed | None:
    """Return the correction that a text is; `everything` is what W3C meetings have."""
    forms = (("s", _SUBSTITUTE), ("i", _INSERT), ("...", _MORE)) if everything else (("s", _SUBSTITUTE),)
    name = next((name for name, form in forms if form.fullmatch(text)), "")
    return Typed(command=OWN[name], argument=text, by_all=everything) if name else None


def substitute(meeting: Meeting, deed: Deed) -> Step:
    """Reword what was said last with `old`, if that was an item."""
    found = _SUBSTITUTE.fullmatch(deed.argument)
    if found is None:
        return meeting, ()
    old, new, how = found["old"], found["new"], found["how"] or ""
    if meeting.rules.w3c and how:
        later = (*meeting.always, Substitution(old=old, new=new))[-_MOST:] if how == "G" else meeting.always
        items = [item for item in meeting.items if old in item.text]
        for item in items:
            meeting = _reworded(meeting, item, item.text.replace(old, new))
        return replace(meeting, always=later), (topic_reply(meeting),) if _topical(items) else ()
    last = _last_with(meeting, deed, old)
    if last is None:
        return meeting, ()
    meeting = _reworded(meeting, last, last.text.replace(old, new, -1 if how else 1))
    changed = next(item for item in meeting.items if item.id == last.id)
    said = () if meeting.rules.w3c else (tell(deed, "meeting_edited", item=changed),)
    return meeting, (*said, topic_reply(meeting)) if _topical([last]) else said


_MOST = 50
"Substitutions that later items are still subject to."


def _topical(items: list[Item]) -> bool:
    return any(item.kind == "topic" for item in items)


def _reworded(meeting: Meeting, item: Item, text: str) -> Meeting:
    text = text[:LONGEST]
    new = replace(item, text=text, url=target(text) if item.kind == "link" else "")
    return replace(meeting, items=replaced(meeting.items, item, new))


def _said(meeting: Meeting) -> Iterator[tuple[int, Line]]:
    """Yield the lines of the log with their numbers, newest first, but for the one that is being acted on."""
    spoken = (line for line in reversed(meeting.lines) if line.kind in {"says", "does"})
    numbered = ((meeting.said - place, line) for place, line in enumerate(spoken))
    return islice(numbered, 1, BACK)


def _last_with(meeting: Meeting, deed: Deed, old: str) -> Item | None:
    """Return the item of the newest line that has the text; None where that line was no item."""
    items = {item.line: item for item in islice(reversed(meeting.items), BACK) if not item.of}
    mine = person(deed.line)
    for number, line in _said(meeting):
        item = items.get(number)
        whose = person(line) if item is None else author(item)
        if not (meeting.rules.w3c or whose == mine):
            continue
        if item is not None and old in item.text:
            return item
        if old in line.text and item is None and not _is_command(line):
            return None
    return None


def _is_command(line: Line) -> bool:
    """Whether a line only orders something: a correction, or `#edit 3 text`."""
    return recognise(line.text, everything=True) is not None or line.text.lower().startswith(("#edit", "#undo"))


def more(meeting: Meeting, deed: Deed) -> Step:
    """Join a line that goes on to the item that the same person noted right before."""
    found = _MORE.fullmatch(deed.argument)
    mine = folded(deed.line.nick)
    own = ((number, line) for number, line in _said(meeting) if folded(line.nick) == mine)
    number = next((number for number, line in own if _MORE.fullmatch(line.text) is None), 0)
    item = next((one for one in reversed(meeting.items) if one.line <= number and not one.of), None)
    if found is None or item is None or item.line != number or item.kind in {"topic", "subtopic"}:
        return meeting, ()
    return _reworded(meeting, item, f"{item.text} {found['text']}"), ()


def insert(meeting: Meeting, deed: Deed) -> Step:
    """Put a line before the newest one that has a text, if it is an item in W3C's words."""
    found = _INSERT.fullmatch(deed.argument)
    meant = None if found is None else w3c.meant(found["new"])
    kind = None if meant is None else _KINDS.get(meant.command.name)
    if found is None or meant is None or kind is None:
        return meeting, ()
    number = next((number for number, line in _said(meeting) if found["at"] in line.text and not _is_one(line)), 0)
    if not number:
        return meeting, ()
    item = Item(
        id=meeting.next_id, kind=kind, text=meant.argument, nick=deed.line.nick, account=deed.line.account,
        at=deed.line.at, line=number,
    )  # fmt: skip
    items, later = meeting.items, list[Item]()
    while items.last is not None and items.last.line >= number:
        later.append(items.last)
        items = items.before
    for one in (item, *reversed(later)):
        items = items.added(one)
    return replace(meeting, items=items, next_id=meeting.next_id + 1), ()


def _is_one(line: Line) -> bool:
    return recognise(line.text, everything=True) is not None
