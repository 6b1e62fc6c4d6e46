"""Whether a line is a command, and which. Decides nothing about who may.

The rule is MeetBot's 0.1.4: `#` at column 0, letters, digits and underscores in any case, then the argument, with or
without a blank between (`#info:x` notes ":x"). Live, a blank before the `#` makes it prose; when a log is read the
blanks are the log's. /me lines and notices are never commands.

Decided here, as people type on phones and from memory:
- colours, zero-width characters and byte order marks around a command do not count, any kind of blank is a blank;
- `# topic x` with a blank is taken where the word is a documented command, and so are plurals and guesses (`#addchair`,
  `#todo`): `taken` then says so, and the person is told once;
- `[topic] x`, as at Ubuntu, is taken for the words that are noted so;
- a word with punctuation only stuck to it (`#agreed?`, `#info.`) is prose, and so is one that is asked about (`#agreed?
  I think so`), as are `#1078608`, `##info` and every `#word` that is no command; these get no answer either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cloudbot.core.meetings.commands import BY_NAME, CLASSIC, EXACT, MeetingCommand
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from cloudbot.core.meetings.lines import Line

Manner = Literal["live", "replay", "classic"]
"""`live`: typed now; `replay`: read from a log; `classic`: read from a log exactly as MeetBot 0.1.4 reads it."""

_CLASSIC = re.compile(r"#(\w+)[ \t]*(.*)")
_TYPED = re.compile(r"#(?P<blank> ?)(?P<word>\w+)(?P<gap> *)(?P<rest>.*)")
_BRACKETED = re.compile(r"\[(?P<word>[a-z]+)\](?P<gap> *)(?P<rest>.*)", re.IGNORECASE)
_IN_BRACKETS = """
topic subtopic progress info action link agreed agree idea help halp done vote endvote accepted rejected
"""
BRACKETED = frozenset(_IN_BRACKETS.split())
"What Ubuntu's bot takes in brackets."
SCHEMES = frozenset({"http:", "https:", "irc:", "ftp:", "mailto:", "ssh:"})
"What MeetBot takes for the beginning of a link, before the first `//` of a line."
_LINKS = frozenset((scheme, "//") for scheme in SCHEMES)
_BLANKS = " \t\xa0\u3000"
"What disables a command live; not str.isspace, for which the code of underlined text is a blank."


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A command as it was typed; `taken` is the word that was typed instead of the command's own, or empty."""

    command: MeetingCommand
    argument: str
    taken: str = ""
    by_all: bool = False
    "anybody may, whatever the command says"


def recognise(line: Line, manner: Manner) -> Typed | None:
    """Return the command of a line, a bare link being `#link`; None for everything that is only said."""
    if line.kind != "says":
        return None
    text = line.text.strip() if manner == "classic" else _typed(line.text, manner)
    found = _classic(text) if manner == "classic" else _tolerant(text)
    if found is None and text.partition("//")[:2] in _LINKS:
        return Typed(command=BY_NAME["link"], argument=text)
    return found


def _typed(text: str, manner: Manner) -> str:
    blank = text[:1] != "" and text[0] in _BLANKS and manner == "live"
    return " " + clean(text) if blank else clean(text)


def _classic(text: str) -> Typed | None:
    found = _CLASSIC.match(text)
    command = None if found is None else CLASSIC.get(found[1].lower())
    return None if found is None or command is None else Typed(command=command, argument=found[2])


def _tolerant(text: str) -> Typed | None:
    found = _TYPED.match(text)
    if found is None:
        return _bracketed(text)
    word = found["word"].lower()
    command = BY_NAME.get(word)
    if command is None or (found["blank"] and word not in EXACT) or _is_prose(found):
        return None
    exact = word in EXACT and not found["blank"]
    return Typed(command=command, argument=found["rest"], taken="" if exact else f"#{found['blank']}{word}")


def _bracketed(text: str) -> Typed | None:
    found = _BRACKETED.match(text)
    if found is None or found["word"].lower() not in BRACKETED or _is_prose(found):
        return None
    return Typed(command=BY_NAME[found["word"].lower()], argument=found["rest"])


def _is_prose(found: re.Match[str]) -> bool:
    stuck = bool(found["rest"]) and not found["gap"]
    return stuck and (found["rest"][0] == "?" or not any(character.isalnum() for character in found["rest"]))
