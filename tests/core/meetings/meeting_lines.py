"""Logs as these tests write them: `10:00:05 <ana> text`, /me with a star, a change of nick with an arrow."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from cloudbot.core.meetings.fold import fold, step
from cloudbot.core.meetings.lines import Kind, Line
from cloudbot.core.meetings.meeting import Meeting, Reply, Rules

START = datetime(2026, 12, 9, 19, 0, tzinfo=UTC)
_SAYS = re.compile(r"\[?([0-9: ]*)\]? *<[@+]?([^>]+)> *(.*)")
_DOES = re.compile(r"\[?([0-9: ]*)\]? *\* *([^ ]+) *(.*)")
LIVE = Rules(bot="cloudbot")


def line(nick: str, text: str, *, second: int = 0, kind: Kind = "says", account: str = "") -> Line:
    return Line(at=START + timedelta(seconds=second), nick=nick, text=text, kind=kind, account=account)


def said(*lines: str) -> list[Line]:
    """`ana: #topic x` said by ana, `ana=a: x` by ana of account a, `ana* x` a /me, `ana > bea` a change of nick.

    `ana < quit` leaves, `ana=a ^ ` logs in, `- ~ 19:03` is a gap, `ana $ +1` a ballot in private.
    """
    found = []
    form = r"(?P<nick>[^\s:*=]+)(?:=(?P<account>\w+))?(?P<how>: ?|\* | [>^<~$] )(?P<text>.*)"
    for second, one in enumerate(lines):
        match = re.match(form, one, re.DOTALL)
        assert match is not None, one
        kinds: dict[str, Kind] = {"*": "does", ">": "is now", "<": "leaves", "^": "logs in", "~": "gap", "$": "ballot"}
        kind = kinds.get(match["how"].strip(), "says")
        account = match["account"] or ""
        found.append(line(match["nick"], match["text"], second=second, kind=kind, account=account))
    return found


def met(*lines: str, rules: Rules = LIVE) -> Meeting:
    """Hold a meeting that ana begins."""
    return fold(Meeting(channel="#clouds", rules=rules), said("ana: #startmeeting Clouds", *lines))


def replies(*lines: str, rules: Rules = LIVE) -> list[Reply]:
    """Return what the bot does about the last line."""
    *before, last = said("ana: #startmeeting Clouds", *lines)
    return list(step(fold(Meeting(channel="#clouds", rules=rules), before), last)[1])


def items(meeting: Meeting) -> list[tuple[str, str]]:
    return [(item.kind, item.text) for item in meeting.items]


def meetbot_log(text: str, date: datetime = START) -> list[Line]:
    """Read a raw log as MeetBot's own replay does."""
    found = []
    patterns: tuple[tuple[re.Pattern[str], Kind], ...] = ((_SAYS, "says"), (_DOES, "does"))
    for row in text.split("\n"):
        for pattern, kind in patterns:
            match = pattern.match(row)
            if match is not None:
                hour, minute, second = map(int, match[1].strip().split(":"))
                at = date.replace(hour=hour, minute=minute, second=second)
                found.append(Line(at=at, nick=match[2].strip(), text=match[3].strip(), kind=kind))
    return found
