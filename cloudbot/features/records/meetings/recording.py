"""Meetings that ended, put into the records: minutes, actions and the agenda in one change, corrections in later ones.

The rules, in this order:

1. What has ended and is not in the records is asked for, whatever the fact: a restart loses nothing.
2. Each try has a key of its own. One that waits or is proposed stays in the outbox and is not asked for twice.
3. A change that was refused is made anew when the records have changed, from what they are then; a few times.
4. Without anybody of the team there is nobody for whom to commit: it is said once, and the files stay where they are.
5. The minutes are mailed from the record, so that the numbers are right; without one after a time, or when given up.
   So are the comments on merge requests.
6. Host names that are said to resolve are looked up before anything is asked for.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.core.effects import CommitRecords, LookUp, Say
from cloudbot.core.engine import Feature, Reaction
from cloudbot.core.records.kinds.meetings import Minutes, Series
from cloudbot.core.records.operations import Author, Operation
from cloudbot.features.meetings.document import Meetings
from cloudbot.features.meetings.fixing import corrected
from cloudbot.features.meetings.publishing import reading_of
from cloudbot.features.records.meetings.attending import Attendance
from cloudbot.features.records.meetings.carrying import carried
from cloudbot.features.records.meetings.closing import hosts
from cloudbot.features.records.meetings.extracting import extracts
from cloudbot.features.records.meetings.fixing import correction, reworded
from cloudbot.features.records.meetings.mailing import mailed
from cloudbot.features.records.meetings.minutes import identity, recorded, texts, written
from cloudbot.features.records.meetings.progress import Entry, Recorded, ended, without_forgotten
from cloudbot.features.records.meetings.promising import Promises

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.effects import Effect
    from cloudbot.core.engine import World
    from cloudbot.core.facts import Fact
    from cloudbot.core.records.operations import Change, FileChange
    from cloudbot.features.meetings.document import Held

PATIENCE = timedelta(hours=1)
"""How long the mail waits for the records."""
LOOKING = timedelta(minutes=2)
"""How long a host name is tried to be looked up."""


def react(known: Recorded, fact: Fact, world: World) -> Reaction[Recorded]:
    """Note how changes ended, then do what is to be done for each meeting."""
    known = ended(known, fact, world)
    if world.records is None:
        return Reaction(known)
    meetings = world.document(Meetings)
    effects: list[Effect] = []
    for held in meetings.held:
        if held.ended is None or held.began not in meetings.folded:
            continue
        entry = known.of(held)
        after, found = _looked_at(held, entry, Attendance.of(held, meetings, world), world)
        known = known if after is entry or after is None else known.put(held, after)
        effects += found
    return Reaction(without_forgotten(known, meetings), tuple(effects))


def _looked_at(held: Held, entry: Entry | None, who: Attendance, world: World) -> tuple[Entry | None, list[Effect]]:
    """Return a meeting's entry after what is to be done for it now."""
    effects: list[Effect] = []
    commit = world.records.commit if world.records is not None else ""
    if entry is None:
        entry, effects = _begun(held, who, world)
    elif (entry.state == "refused" and entry.commit != commit) or _has_looked(held, entry, who, world):
        entry, effects = _asked(held, entry, who, world)
    elif entry.state == "there" and len(held.fixes) > entry.fixes:
        entry, effects = _corrected(held, entry, who, world)
    if not entry.mailed and entry.state != "strangers" and _may_be_mailed(held, entry, who, world):
        effects += mailed(who, world, f"{_key(held)}/mail")
        effects += extracts(who, world, f"{_key(held)}/extract")
        entry = replace(entry, mailed=True)
    return entry, effects


def _begun(held: Held, who: Attendance, world: World) -> tuple[Entry, list[Effect]]:
    """Look up what has to be for the record of a meeting, or ask for it at once."""
    looks = {f"{_key(held)}/look/{host}": host for host in hosts(who)} if who.author() is not None else {}
    if not looks or who.view.get(Minutes, "minutes", identity(held)) is not None:
        return _asked(held, Entry(state="refused"), who, world)
    effects = [LookUp(key=key, host=host, expires=world.at + LOOKING) for key, host in looks.items()]
    return Entry(state="looking", looks=dict.fromkeys(looks, "")), [*effects]


def _has_looked(held: Held, entry: Entry, who: Attendance, world: World) -> bool:
    """Whether all that was looked up is known, or will never be."""
    is_late = world.at - (who.meeting.ended or held.started) > PATIENCE
    return entry.state == "looking" and (is_late or all(entry.looks.values()))


def _may_be_mailed(held: Held, entry: Entry, who: Attendance, world: World) -> bool:
    if entry.state == "there":
        return who.view.get(Minutes, "minutes", identity(held)) is not None
    return entry.state == "given up" or world.at - (who.meeting.ended or held.started) > PATIENCE


def _asked(held: Held, entry: Entry, who: Attendance, world: World) -> tuple[Entry, list[Effect]]:
    """Ask for the record of a meeting, or for the corrections that were refused before."""
    if who.view.get(Minutes, "minutes", identity(held)) is not None:
        known = replace(entry, state="there", fixes=entry.before)
        return _corrected(held, known, who, world) if len(held.fixes) > known.fixes else (known, [])
    author = who.author()
    if author is None:
        return replace(entry, state="strangers"), list(_strangers(held))
    person, account = author
    promises, actions = Promises(
        who=who, world=world, minutes=identity(held), author=person, day=who.view.on, resolving=entry.resolving
    ).made()
    series = held.prepared.series or None
    series = series if who.view.get(Series, "series", series) is not None else None
    changes = [recorded(who, promises, world.team.site, series), *actions]
    agenda = carried(who)
    files = written({}, texts(held, who.reading, world.team.site))
    effect = _commit(held, entry, (*changes, *((agenda,) if agenda is not None else ())), files, (person, account))
    return replace(entry, state="asked", key=effect.key, tries=entry.tries + 1, before=0), [effect]


def _corrected(held: Held, entry: Entry, who: Attendance, world: World) -> tuple[Entry, list[Effect]]:
    """Ask for what was corrected since; of minutes that somebody took away nothing is."""
    change = correction(who.meeting, held.fixes, entry.fixes, who.view, identity(held))
    author = who.author()
    if change is None or author is None:
        return replace(entry, fixes=len(held.fixes)), []
    both = (corrected(who.meeting, held.fixes[:count]) for count in (entry.fixes, len(held.fixes)))
    old, new = (reading_of(held, one) for one in both)
    site = world.team.site
    files = written(texts(held, old, site), texts(held, new, site))
    actions = reworded(who.meeting, held.fixes, entry.fixes, who.view, identity(held), author[0])
    effect = _commit(held, entry, (change, *actions), files, author, verb="correct")
    asked = replace(entry, state="asked", key=effect.key, tries=entry.tries + 1)
    return replace(asked, before=entry.fixes, fixes=len(held.fixes)), [effect]


def _commit(
    held: Held,
    entry: Entry,
    changes: tuple[Change, ...],
    files: tuple[FileChange, ...],
    author: tuple[str, str],
    *,
    verb: str = "record",
) -> CommitRecords:
    """Ask for a change. Only the first try is answered in the channel: what is refused again was told."""
    number = f"/{verb}-{len(held.fixes)}" if verb != "record" else ""
    again = f"/{entry.tries + 1}" if entry.tries else ""
    person, account = author
    return CommitRecords(
        key=f"{_key(held)}/records{number}{again}",
        operation=Operation(verb=verb, changes=changes, files=files),
        author=Author(person=person, account=f"{held.venue.network}/{account}", via=f"irc {held.venue.name}"),
        to=held.venue if not entry.tries else None,
        words="irc/meeting_recorded",
        values={"verb": verb},
    )


def _key(held: Held) -> str:
    return f"meeting/{held.venue.network}/{held.stem}"


def _strangers(held: Held) -> Iterator[Say]:
    """Say once that the minutes are not in the records, where the meeting belongs to the team."""
    yield Say(key=f"{_key(held)}/strangers", to=held.venue, words="irc/meeting_strangers", notice=True)


recording = Feature(name="recording", document=Recorded, react=react)
