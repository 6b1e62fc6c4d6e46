"""`!minutes fix N TEXT` and `!minutes fix N drop`: a correction after the end, by who led the meeting or a delegate.

Both versions are kept: the item says what it is now, and right below it stands what it was, when and by whom it was
changed. What was said stays in the log.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from cloudbot.core.effects import Say
from cloudbot.core.engine import Reaction
from cloudbot.core.meetings.links import target
from cloudbot.core.meetings.logs.privacy import published
from cloudbot.core.meetings.meeting import Item
from cloudbot.core.meetings.minutes.outline import label
from cloudbot.core.meetings.trail import Trail
from cloudbot.core.text import clean
from cloudbot.features.meetings import index, publishing
from cloudbot.features.meetings.document import Fix
from cloudbot.features.meetings.remembering import past
from cloudbot.features.meetings.saying import LATER, Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cloudbot.core.engine import World
    from cloudbot.core.facts import CommandGiven
    from cloudbot.core.meetings.meeting import Meeting
    from cloudbot.features.meetings.document import Held, Meetings

_FIX = re.compile(r"fix\s+(?:#?l-(?P<line>\d{1,6})|#?(?P<number>\d{1,6}))\s+(?P<text>\S.*)", re.IGNORECASE | re.DOTALL)
_DROP = "drop"


def corrected(meeting: Meeting, fixes: Iterable[Fix]) -> Meeting:
    """Return a meeting as it reads with its corrections."""
    for fix in fixes:
        items: Trail[Item] = Trail()
        for item in meeting.items:
            for shown in _with(item, fix) if item.id == fix.item else (item,):
                items = items.added(shown)
        meeting = replace(meeting, items=items)
    return meeting


def _with(item: Item, fix: Fix) -> Iterator[Item]:
    if fix.text:
        yield replace(item, text=fix.text, url=target(fix.text) if item.kind == "link" else "")
    what = "corrected" if fix.text else "taken out"
    was = f"[{what} {fix.at:%Y-%m-%d} by {fix.by}; was: {label(item)}{item.text}]"
    # The number is nobody's: a remark is not corrected, and every other item keeps the one it had. Who reads the text
    # by program takes one word for the nick.
    yield Item(
        id=-item.id, kind="info", text=was, nick="_".join(fix.by.split()), at=item.at, line=item.line, of=item.id
    )


def given(document: Meetings, fact: CommandGiven, world: World) -> Reaction[Meetings]:
    """Correct an item of the last meeting of the channel, or in a query of the last one that one led."""
    key = f"minutes/{fact.venue.network}/{fact.id}"

    def answer(words: str, **values: object) -> Say:
        return Say(key=key, to=fact.venue, words=f"irc/{words}", values=values, expires=fact.at + LATER)

    typed = _FIX.fullmatch(fact.args.get("text", "").strip())
    if typed is None:
        return Reaction(document, (answer("meeting_fix_how"),))
    held = _held(document, fact)
    if held is None:
        return Reaction(document, (answer("meeting_fix_none"),))
    if not _may(document, held, fact):
        owner = document.meeting(held).owner.nick
        return Reaction(document, (answer("meeting_fix_not_yours", owner=owner, title=_title(held)),))
    item = _item(corrected(document.meeting(held), held.fixes), typed)
    if item is None:
        return Reaction(document, (answer("meeting_fix_no_item", title=_title(held)),))
    text = published(clean(typed["text"]))
    fix = Fix(at=fact.at, by=fact.person or fact.nick, item=item.id, text="" if text.lower() == _DROP else text)
    held = replace(held, fixes=(*held.fixes, fix))
    fixed = publishing.reading_of(held, corrected(document.meeting(held), held.fixes))
    again = past(held, fixed)
    remembered = tuple(again if one.stem == held.stem else one for one in document.past)
    document = replace(document.with_held(held), past=remembered)
    words = Words(held=held, number=world.number, at=fact.at)
    files = (
        *publishing.files(words, held, fixed, world.team.site),
        *index.pages(words, document.past, held, world.team.site),
    )
    url = publishing.url(world.team.site, held, ".html") if world.team.site else ""
    return Reaction(document, (*files, answer("meeting_fixed", fix=fix, item=item, url=url)))


def _held(document: Meetings, fact: CommandGiven) -> Held | None:
    ended = [one for one in reversed(document.held) if one.ended is not None]
    if fact.venue.is_channel:
        return next((one for one in ended if one.venue == fact.venue), None)
    return next((one for one in ended if _may(document, one, fact)), ended[0] if ended else None)


def _may(document: Meetings, held: Held, fact: CommandGiven) -> bool:
    """Whether who asks led the meeting, or is a delegate: by the account, as ever."""
    account = fact.proof.account if fact.proof is not None else ""
    meeting, rules = document.meeting(held), held.prepared.ruled()
    led = {seat.account for seat in (meeting.owner, *meeting.chairs)}
    return account != "" and held.venue.network == fact.venue.network and account in led | rules.deciding


def _item(meeting: Meeting, typed: re.Match[str]) -> Item | None:
    """Return the item of a number, or of the line that an anchor names."""
    items = [item for item in meeting.items if item.id > 0]
    if typed["number"]:
        return next((item for item in items if item.id == int(typed["number"])), None)
    return next((item for item in items if item.line == int(typed["line"])), None)


def _title(held: Held) -> str:
    return f"{held.venue.name} of {held.started:%Y-%m-%d %H:%M}"
