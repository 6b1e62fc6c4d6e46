"""What is noted: items, topics, and taking them back. An effect that an item had is taken back with it."""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import islice
from typing import TYPE_CHECKING

from cloudbot.core.meetings.identity import author, person
from cloudbot.core.meetings.links import classic_text, target
from cloudbot.core.meetings.meeting import Deed, Item, ItemKind, Meeting, Reply, Step

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudbot.core.meetings.grammar import Manner
    from cloudbot.core.meetings.trail import Trail

_ALIKE = 0.85
"From which likeness on a topic typed twice is one that was corrected."
_LONG = 400
"Longer topics, which only logs can have, are alike when they are equal: likeness takes the square of the length."
LONGEST = 4000
"Characters of an item that was changed; nobody makes it grow without end."
_NUMBERED = re.compile(r"#?(\d{1,9})\b\s*(.*)", re.DOTALL)
_DIGITS = re.compile(r"\d+")


def tell(deed: Deed, words: str, **values: object) -> Reply:
    """Return a word to whoever typed the command, and nobody else."""
    return Reply(how="tell", words=words, values={"command": deed.word, **values}, to=deed.line.nick)


def say(words: str, **values: object) -> Reply:
    """Return a word to the channel."""
    return Reply(how="say", words=words, values=values)


def topic_reply(meeting: Meeting) -> Reply:
    """Return what the channel's topic has to be now."""
    now = next((item.text for item in reversed(meeting.items) if item.kind == "topic"), "")
    shown = f"{now} (Meeting topic: {meeting.topic})" if meeting.topic else now
    return Reply(how="topic", words="meeting_topic", values={"text": shown})


def added(  # noqa: PLR0913 - an item has so many sides
    meeting: Meeting, deed: Deed, kind: ItemKind, text: str, *, planned: str = "", of: int = 0, nick: str = ""
) -> Meeting:
    """Return the meeting with one item more; with a `nick` it is not noted by whoever typed the command."""
    item = Item(
        id=meeting.next_id,
        kind=kind,
        text=_substituted(meeting, _shown(kind, text, meeting.rules.manner)),
        nick=nick or deed.line.nick,
        account="" if nick else deed.line.account,
        at=deed.line.at,
        line=deed.number,
        url=target(text) if kind == "link" else "",
        planned=planned,
        of=of,
    )
    return replace(meeting, items=meeting.items.added(item), next_id=meeting.next_id + 1)


def _shown(kind: ItemKind, text: str, manner: Manner) -> str:
    return classic_text(text) if kind == "link" and manner == "classic" else text


def _substituted(meeting: Meeting, text: str) -> str:
    for one in meeting.always:
        text = text.replace(one.old, one.new)[:LONGEST]
    return text


def noting(kind: ItemKind) -> Callable[[Meeting, Deed], Step]:
    """Return what a command does that notes an item of that kind."""

    def note(meeting: Meeting, deed: Deed) -> Step:
        return added(meeting, deed, kind, deed.argument), ()

    return note


def typed_again(meeting: Meeting, deed: Deed, text: str) -> Meeting | None:
    """Return the meeting without its last topic, where the same person right away types nearly the same again."""
    first = next((item for item in reversed(meeting.items) if not item.of), None)
    if meeting.rules.manner == "classic" or first is None or first.kind != "topic":
        return None
    if author(first) != person(deed.line) or not alike(first.text, text):
        return None
    return without(meeting, first) if _nothing_between(meeting, first.line, deed.number) else None


def _nothing_between(meeting: Meeting, first: int, second: int) -> bool:
    spoken = (line for line in reversed(meeting.lines) if line.kind in {"says", "does"})
    return all(line.bot or line.nick == meeting.rules.bot for line in islice(spoken, 1, second - first))


def alike(one: str, other: str) -> bool:
    """Whether one text is the other, corrected: nearly the same, with the same numbers in it."""
    if _DIGITS.findall(one) != _DIGITS.findall(other) or max(len(one), len(other)) > _LONG:
        return one == other
    return SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False).ratio() >= _ALIKE


def undo(meeting: Meeting, deed: Deed) -> Step:
    """Take back the newest item, or the one of that number; an open vote that nothing was noted after ends unheld.

    What the bot noted with an item goes with it.
    """
    numbered = _NUMBERED.match(deed.argument) if meeting.rules.manner != "classic" else None
    vote, last = meeting.vote, meeting.items.last
    if numbered is None and vote is not None and (last is None or last.line < vote.line):
        return replace(meeting, vote=None), (say("meeting_vote_undone", question=vote.question),)
    newest = 0 if last is None else last.of or last.id
    gone = _item(meeting, newest if numbered is None else int(numbered[1]))
    if gone is None:
        return meeting, () if meeting.rules.manner == "classic" else (tell(deed, "meeting_no_item"),)
    after = without(meeting, gone)
    undone = say("meeting_undone", item=gone)
    return after, (undone, topic_reply(after)) if gone.kind == "topic" else (undone,)


def without(meeting: Meeting, gone: Item) -> Meeting:
    """Return the meeting without an item and what was noted with it."""
    items = meeting.items
    for item in reversed(meeting.items):
        if item.of == gone.id:
            items = replaced(items, item, None)
        if item.id == gone.id:
            break
    return replace(meeting, items=replaced(items, gone, None))


def _item(meeting: Meeting, number: int) -> Item | None:
    return next((item for item in reversed(meeting.items) if item.id == number), None)


def replaced(items: Trail[Item], old: Item, new: Item | None) -> Trail[Item]:
    """Return the items with one in another's place, or without it."""
    later: list[Item] = []
    while items.last is not None and items.last.id != old.id:
        later.append(items.last)
        items = items.before
    items = items.before if new is None else items.before.added(new)
    for item in reversed(later):
        items = items.added(item)
    return items


def edit(meeting: Meeting, deed: Deed) -> Step:
    """Reword an item: one's own, or as a chair anybody's."""
    numbered = _NUMBERED.match(deed.argument)
    item = None if numbered is None else _item(meeting, int(numbered[1]))
    if numbered is None or item is None or not numbered[2].strip():
        return meeting, (tell(deed, "meeting_no_item"),)
    if not (person(deed.line) == author(item) or deed.chair):
        return meeting, (tell(deed, "meeting_not_yours", item=item),)
    text = numbered[2].strip()
    new = replace(item, text=text, url=target(text) if item.kind == "link" else "")
    edited = replace(meeting, items=replaced(meeting.items, item, new))
    said = say("meeting_edited", item=new)
    return edited, (said, topic_reply(edited)) if item.kind == "topic" else (said,)


def catchup(meeting: Meeting, deed: Deed) -> Step:
    """Tell a late comer what there was so far."""
    kinds: tuple[ItemKind, ...] = ("topic", "agreed", "accepted", "rejected", "vote", "action")
    told = {kind: tuple(item.text for item in meeting.items if item.kind == kind) for kind in kinds}
    return meeting, (tell(deed, "meeting_catchup", **told),)
