"""What is asked about meetings: what a late comer missed, how the last one went, which there are, what minutes say.

Everything is answered from memory. Of meetings that ended long ago only the line of the index is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.commands import Answer, Ask
from cloudbot.core.meetings.minutes.markdown import DECIDED
from cloudbot.core.meetings.minutes.outline import label
from cloudbot.features.meetings import publishing
from cloudbot.features.meetings.document import Meetings
from cloudbot.features.meetings.fixing import corrected

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cloudbot.core.engine import World
    from cloudbot.core.meetings.meeting import ItemKind, Meeting
    from cloudbot.features.meetings.document import Held, Past
    from cloudbot.features.meetings.sources import Search, Sources

MOST = 3
"""What is shown of a list in one answer."""
MOST_ITEMS = 24


def catch_up(_sources: Sources, ask: Ask, world: World) -> Answer:
    """Tell a late comer, alone, what there was so far: in this channel, or in a query of the newest meeting."""
    document = world.document(Meetings)
    running = [one for one in document.held if one.ended is None]
    here = [one for one in running if one.venue == ask.venue] if ask.venue.is_channel else running
    if not here:
        return Answer(words="irc/meeting_none_runs")
    meeting = document.meeting(here[-1])

    def texts(*kinds: ItemKind) -> list[str]:
        return [item.text for item in meeting.items if item.kind in kinds]

    values = {
        "channel": here[-1].venue.name,
        "started": here[-1].started,
        "topics": texts("topic"),
        "decided": [item.text for item in meeting.items if item.kind in DECIDED],
        "actions": texts("action"),
    }
    return Answer(words="irc/meeting_so_far", values=values, private=True)


def last_meeting(sources: Sources, ask: Ask, world: World) -> Answer:
    """Answer how the last meeting went: of a channel, of a series, or of all."""
    wanted = ask.args.get("which", "")
    found = _found(ask, sources.past(world), wanted)
    if found is None:
        return _unknown(wanted)
    held = _held(world, found)
    items = () if held is None else _as_it_reads(world, held).items
    decided = [item.text for item in items if item.kind in DECIDED] or list(found.decided)
    return Answer(words="irc/meeting_last", values={"one": found, "decided": decided, "url": _url(world, found)})


def list_meetings(sources: Sources, _ask: Ask, world: World) -> Answer:
    """Answer which meetings run, which come next, and which were the last."""
    running = [(one.venue.name, one.started) for one in world.document(Meetings).held if one.ended is None]
    past = sources.past(world)
    values = {
        "running": running,
        "coming": sources.coming(world)[:MOST],
        "last": [(one, _url(world, one)) for one in reversed(past)][:MOST],
        "count": len(past),
        "index": f"{world.team.site}/{publishing.FOLDER}/" if world.team.site else "",
    }
    return Answer(words="irc/meeting_list", values=values)


def minutes(sources: Sources, ask: Ask, world: World) -> Answer:
    """Answer `!minutes`, `!minutes ID`, `!minutes items` and `!minutes grep`."""
    word, _, rest = ask.args.get("text", "").strip().partition(" ")
    match word.lower():
        case "grep":
            return _grep(sources.search, world, rest.strip())
        case "items":
            return _items(ask, world, sources.past(world), rest.strip())
        case _:
            return _minutes(ask, world, sources.past(world), word)


def _minutes(ask: Ask, world: World, past: tuple[Past, ...], wanted: str) -> Answer:
    found = _found(ask, past, "" if wanted.lower() == "last" else wanted)
    if found is None:
        return _unknown(wanted)
    return Answer(words="irc/meeting_minutes", values={"one": found, "url": _url(world, found)})


def _items(ask: Ask, world: World, past: tuple[Past, ...], wanted: str) -> Answer:
    """Tell who asks the items with their numbers, by which `!minutes fix` corrects them."""
    found = _found(ask, past, "" if wanted.lower() == "last" else wanted)
    held = None if found is None else _held(world, found)
    if held is None:
        return _unknown(wanted)
    rows = [(one.id, f"{label(one)}{one.text}") for one in _as_it_reads(world, held).items if one.id > 0]
    values = {"one": found, "rows": rows[:MOST_ITEMS], "count": len(rows), "url": _url(world, found)}
    return Answer(words="irc/meeting_items", values=values, private=True)


def _grep(search: Search, world: World, words: str) -> Answer:
    if not words:
        return Answer(words="irc/meeting_grep_what")
    found = search(world, words)
    return Answer(words="irc/meeting_grep", values={"words": words, "found": found[:MOST], "more": len(found) - MOST})


def _found(ask: Ask, past: tuple[Past, ...], wanted: str) -> Past | None:
    """Return the newest meeting that is meant: of this channel where there was one, of a channel, a series, a day."""
    past = past[::-1]
    if not wanted:
        here = (one for one in past if one.venue == ask.venue)
        return next(here, past[0] if past else None)
    name = wanted.casefold()
    exact = (one for one in past if name in {one.venue.name.casefold(), one.series.casefold(), one.stem})
    return next(exact, None) or next((one for one in past if name.lstrip("#") in one.stem), None)


def _held(world: World, past: Past) -> Held | None:
    return next((one for one in world.document(Meetings).held if one.stem == past.stem), None)


def _as_it_reads(world: World, held: Held) -> Meeting:
    return corrected(world.document(Meetings).meeting(held), held.fixes)


def _url(world: World, past: Past | None) -> str:
    if past is None or past.url is not None:
        return "" if past is None else past.url or ""
    site = world.team.site
    return f"{site}/{publishing.FOLDER}/{past.stem}.html" if site else ""


def _unknown(wanted: str) -> Answer:
    return Answer(words="irc/meeting_unknown", values={"wanted": wanted})


ANSWERS: Mapping[str, Callable[[Sources, Ask, World], Answer]] = {
    "catchup": catch_up,
    "lastmeeting": last_meeting,
    "meetings": list_meetings,
    "minutes": minutes,
}
