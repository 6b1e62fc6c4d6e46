"""The record of a meeting's minutes and the texts beside it, as they are committed when it has ended.

Everything that people said is masked here, for the records refuse what is private.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cloudbot.core.meetings.minutes.log import raw
from cloudbot.core.meetings.minutes.markdown import DECIDED, markdown
from cloudbot.core.meetings.minutes.text import text
from cloudbot.core.meetings.walking import marked
from cloudbot.core.records.operations import Change, FileChange, make
from cloudbot.features.meetings.publishing import reading_of, shows_log, url
from cloudbot.features.records.meetings.masking import recordable, recordable_file, recordable_meeting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloudbot.core.meetings.meeting import Item, Meeting
    from cloudbot.core.meetings.minutes.reading import Reading
    from cloudbot.features.meetings.document import Held
    from cloudbot.features.records.meetings.attending import Attendance
    from cloudbot.features.records.meetings.promising import Promise

Values = dict[str, Any]


def identity(held: Held) -> str:
    """Return the name of a meeting's record, which is that of its files."""
    return held.stem.rpartition("/")[2]


def recorded(who: Attendance, promises: Iterable[Promise], site: str, series: str | None) -> Change:
    """Return the change that makes the record."""
    held, meeting = who.held, who.meeting
    items = tuple(meeting.items)
    values: Values = {
        "series": series,
        "channel": f"{held.venue.network}/{held.venue.name}",
        "title": recordable(meeting.topic) or None,
        "started": _instant(held.started),
        "ended": _instant(max(meeting.ended or held.started, held.started)),
        "log": url(site, held, ".log.html") if site and shows_log(held, meeting) else None,
        "chairs": [_said({"nick": one.nick}, who.proven(one.account)) for one in (meeting.owner, *meeting.chairs)],
        "present": [
            _said({"name": one.name, "lines": one.lines}, who.proven(one.account)) for one in who.reading.present
        ],
        "regrets": _regrets(who),
        "agenda": [
            {"id": one.item.id, "text": recordable(one.item.text), "state": _state(one.mark)} for one in marked(meeting)
        ],
        "items": [_item(who, one) for one in items],
        "decisions": [one.id for one in items if one.kind in DECIDED],
        "actions": _promised(promises),
        "votes": _votes(meeting, {one.id for one in items}),
        "gaps": [{"at": _instant(one.at), "text": recordable(one.text)} for one in meeting.gaps],
    }
    return make("minutes", identity(held), {key: one for key, one in values.items() if one not in (None, [])})


def texts(held: Held, reading: Reading, site: str) -> dict[str, str]:
    """Return the texts beside the record, by their paths: the classic text, the page in Markdown, the log."""
    path, meeting = f"minutes/{identity(held)}", recordable_meeting(reading.meeting)
    if meeting is not reading.meeting:
        reading = reading_of(held, meeting)
    log = url(site, held, ".log.html") if site else f"{identity(held)}.log.txt"
    found = {
        f"{path}.txt": text(reading, log_url=log),
        f"{path}.md": markdown(reading, log_url=log),
    }
    if shows_log(held, meeting):
        found[f"{path}.log.txt"] = raw(meeting)
    return {name: recordable_file(one) for name, one in found.items()}


def written(before: dict[str, str], now: dict[str, str]) -> tuple[FileChange, ...]:
    """Return what has to be written of the texts, with what was written before."""
    changed = {path: one for path, one in now.items() if before.get(path) != one}
    return tuple(FileChange(path=path, text=one, was=before.get(path, "")) for path, one in changed.items())


def _instant(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


def _said(values: Values, person: str | None) -> Values:
    shown = {key: recordable(one) if isinstance(one, str) else one for key, one in values.items()}
    return shown | ({"person": person} if person is not None else {})


def _item(who: Attendance, item: Item) -> Values:
    values = {"id": item.id, "kind": item.kind, "text": item.text, "nick": item.nick}
    shown = _said(values, None) | {"at": _instant(item.at), "line": item.line}
    person = who.speaker(item)
    more = {"url": recordable(item.url)} if item.url else {}
    return shown | more | ({"person": person} if person is not None else {})


def _regrets(who: Attendance) -> list[str]:
    sorry = (who.called(name) for name in (*who.held.prepared.regrets, *who.meeting.regrets))
    return list(dict.fromkeys(one for one in sorry if one is not None))


def _state(mark: str) -> str:
    return "done" if mark in {"done", "now"} else "left over"


def _promised(promises: Iterable[Promise]) -> list[Values]:
    rows: dict[tuple[int, str], list[str]] = {}
    for one in promises:
        owners = rows.setdefault((one.item, one.action), [])
        owners += [one.owner] if one.owner is not None and one.owner not in owners else []
    return [
        {"item": item, "action": action} | ({"owners": owners} if owners else {})
        for (item, action), owners in rows.items()
    ]


def _votes(meeting: Meeting, there: set[int]) -> list[Values]:
    return [
        {
            "question": recordable(one.vote.question),
            "item": one.item,
            "verdict": recordable(one.outcome.verdict),
            "counts": {recordable(each): [*map(recordable, nicks)] for each, nicks in one.outcome.counts.items()},
        }
        for one in meeting.voted
        if one.item in there
    ]
