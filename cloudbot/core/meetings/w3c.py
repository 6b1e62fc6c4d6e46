"""The words of W3C meetings, an option of a series: `Topic: x`, `ACTION: x`, `RESOLVED: x`, `present+`.

As RRSAgent and scribe.perl take them: in any case, by anybody, at the beginning of a line.

`agendum 3 -- Images -- taken up`, said by Zakim, begins a topic as well. What robots say else is only said: RRSAgent
repeats every action at the end. The speaker queue, the agenda and corrections (`q+`, `agenda+`, `s/old/new/`) are not
here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cloudbot.core.meetings.commands import BY_NAME
from cloudbot.core.meetings.grammar import Typed

if TYPE_CHECKING:
    from cloudbot.core.meetings.lines import Line

ROBOTS = frozenset({"rrsagent", "zakim", "trackbot", "agendabot", "ghurlbot", "gb"})
_MEANT = {
    "topic": "topic",
    "subtopic": "subtopic",
    "action": "action",
    "resolved": "agreed",
    "resolution": "agreed",
    "meeting": "meetingtopic",
    "chair": "chair",
    "chairs": "chair",
}
_WORD = re.compile(rf"(?P<word>{'|'.join(_MEANT)})\s*:\s*(?P<text>\S.*)", re.IGNORECASE)
_PRESENT = re.compile(r"present\+\s*(?P<text>.*)", re.IGNORECASE)
_TAKEN_UP = re.compile(r"agendum \d+(?:\. \"| -- )(?P<text>.+?)(?:\"| --) taken up")


def recognise(line: Line, text: str) -> Typed | None:
    """Return what a line means in these words; `text` is the line's, cleaned."""
    if line.nick.lower() in ROBOTS:
        taken = _TAKEN_UP.match(text) if line.nick.lower() == "zakim" else None
        return None if taken is None else _typed("topic", taken["text"])
    word = _WORD.match(text)
    if word is not None:
        return _typed(_MEANT[word["word"].lower()], word["text"])
    present = _PRESENT.match(text)
    if present is None:
        return None
    return _typed("nick", present["text"]) if present["text"] else _typed("here", "")


def _typed(name: str, text: str) -> Typed:
    return Typed(command=BY_NAME[name], argument=text, by_all=True)
