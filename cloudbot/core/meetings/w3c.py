"""The words of W3C meetings, an option of a series: `Topic: x`, `ACTION: x`, `RESOLVED: x`, `present+`, `agenda+`.

As RRSAgent, Zakim and scribe.perl take them: in any case, by anybody, at the beginning of a line; a backslash before
one makes it prose, and so does a block between ``` or [[ ]] (see `verbatim`). `zakim, next item` is `next item`.

`agendum 3 -- Images -- taken up`, said by Zakim, begins a topic as well, and AgendaBot may fill the agenda. What robots
say else is only said: RRSAgent repeats every action at the end.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from cloudbot.core.meetings.commands import BY_NAME, MeetingCommand
from cloudbot.core.meetings.grammar import Typed
from cloudbot.core.meetings.people import ROBOTS

if TYPE_CHECKING:
    from cloudbot.core.meetings.lines import Line

_MEANT = {
    "topic": "topic",
    "subtopic": "subtopic",
    "action": "action",
    "resolved": "agreed",
    "resolution": "agreed",
    "proposed": "proposed",
    "proposal": "proposed",
    "meeting": "meetingtopic",
    "chair": "chair",
    "chairs": "chair",
    "scribe": "scribe",
    "scribes": "scribe",
    "scribenick": "scribe",
    "present": "present+",
    "regrets": "regrets+",
    "agenda": "agenda:",
}
_WORD = re.compile(rf"(?P<word>{'|'.join(_MEANT)})\s*:\s*(?P<text>\S.*)", re.IGNORECASE)
_ACTION = re.compile(r"action\s+(?P<who>[^\s:,]+(?:\s*,\s*[^\s:,]+)*)\s*:\s*(?P<text>\S.*)", re.IGNORECASE)
_PLUS = re.compile(
    r"(?P<word>present|regrets|scribe|chair|agenda|q|queue)\s?(?P<sign>[+-])(?:\s+(?P<text>.*)|$)", re.IGNORECASE
)
_ADDRESSED = re.compile(r"zakim\s*,\s*(?=\S)", re.IGNORECASE)
_REALLY = r"(?P<really>(?:please |really )*)"
_ITEM = r"(?:(?:agend(?:um|a)|item) )*(?P<text>#?\d{1,3})"
_PHRASES = (
    (r"agenda\s*\?", "agenda?"),
    (r"(?:q|queue)\s*\?", "q?"),
    (rf"{_REALLY}(?:(?:take up |open |move to )?next (?:agendum|item)|take up next)", "next agendum"),
    (rf"{_REALLY}(?:take up|open|move to) {_ITEM}", "take up"),
    (rf"{_REALLY}close (?P<text>this)(?: (?:agendum|item))?", "close"),
    (rf"{_REALLY}close {_ITEM}", "close"),
    (rf"skip(?: (?:this|{_ITEM}))?(?: (?:agendum|item))?", "skip"),
    (r"agenda order (?:is|=) (?P<text>\d{1,3}(?:[\s,]+\d{1,3})*)", "agenda order"),
    (r"clear (?:the )?agenda", "clear agenda"),
    (rf"(?:drop|delete) {_ITEM}", "drop"),
    (r"ack(?:nowledge)? (?P<text>\S+)", "ack"),
)
_TAKEN_UP = re.compile(r"agendum \d+(?:\. \"| -- )(?P<text>.+?)(?:\"| --) taken up")
_SIGNED = {"chair+": "chair", "scribe+": "scribe", "queue+": "q+", "queue-": "q-"}
_OF_AGENDABOT = frozenset({"agenda+", "clear agenda"})
_HELP = {
    "proposed": "`PROPOSED: TEXT` notes what is proposed",
    "scribe": "`scribe: NICK`, `scribe+`: who writes",
    "scribe-": "`scribe-`: who writes no longer",
    "chair-": "`chair- NICK`: is no chair any more",
    "present+": "`present+`, `present+ NICK, NICK`: who is there",
    "present-": "`present- NICK`: who is not",
    "regrets+": "`regrets+ NICK, NICK`: who cannot come",
    "regrets-": "`regrets- NICK`: who can after all",
    "agenda:": "`agenda: URL` notes where the agenda is",
    "agenda+": "`agenda+ TEXT [PROPOSER]` adds an item to the agenda",
    "agenda?": "`agenda?` says the agenda",
    "agenda order": "`agenda order is 3,2` puts these items first",
    "clear agenda": "`clear agenda` drops every item that is left",
    "drop": "`drop item 3`: an item is off the agenda",
    "next agendum": "`next agendum`, `next item` takes up the next item",
    "take up": "`take up 3` takes up that item",
    "close": "`close this`, `close item 3`: an item is done",
    "q+": "`q+`, `q+ to note X`, `q+ NICK`: wants to speak",
    "q-": "`q-`, `q- NICK`: no longer wants to",
    "q?": "`q?` says who is on the queue",
    "ack": "`ack NICK`, `ack next` gives somebody the word",
    "taken up": "`agendum 3 -- TEXT -- taken up`, said by Zakim, begins a topic",
}
OWN = {name: MeetingCommand(name=name, help=does, text="optional") for name, does in _HELP.items()}
"What `#` has no word for."


def recognise(line: Line, text: str) -> Typed | None:
    """Return what a line means in these words; `text` is the line's, cleaned."""
    robot = line.nick.lower()
    if robot == "zakim":
        taken = _TAKEN_UP.match(text)
        return None if taken is None else _typed("taken up", taken["text"])
    found = meant(text)
    if robot in ROBOTS:
        return found if robot == "agendabot" and found is not None and found.command.name in _OF_AGENDABOT else None
    return found


def meant(text: str) -> Typed | None:
    """Return what a text means, whoever says it."""
    word = _WORD.match(text)
    if word is not None:
        return _typed(_MEANT[word["word"].lower()], word["text"])
    action = _ACTION.match(text)
    if action is not None:
        return _typed("action", f"{action['who']} to {action['text'].removeprefix('to ')}")
    plus = _PLUS.match(text)
    if plus is not None:
        name = f"{plus['word'].lower()}{plus['sign']}"
        name = _SIGNED.get(name, name)
        return _typed(name, plus["text"] or "") if name in OWN or name == "chair" else None
    return _phrase(_ADDRESSED.sub("", text, count=1))


@cache
def _phrases() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the expressions, made for the first meeting that has these words."""
    return tuple((re.compile(pattern + r"\s*[.!]?", re.IGNORECASE), name) for pattern, name in _PHRASES)


def _phrase(text: str) -> Typed | None:
    for pattern, name in _phrases():
        found = pattern.fullmatch(text)
        if found is not None:
            parts = found.groupdict()
            really = "really " if "really" in (parts.get("really") or "").lower() else ""
            return _typed(name, really + (parts.get("text") or ""))
    return None


def _typed(name: str, text: str) -> Typed:
    return Typed(command=OWN.get(name) or BY_NAME[name], argument=text, by_all=True)
