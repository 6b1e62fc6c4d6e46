"""What stands after the time, in the forms that several programs share: `<nick> text`, `* nick does`, comings, goings.

A nick is what stands in the brackets, without the mode before it and the host after it; a bridge's may hold blanks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cloudbot.core.meetings.logs.entries import Passed, Said, Stamp
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from cloudbot.core.meetings.lines import Kind

_MODES = " {0,40}[@+%&~!*]{0,3} {0,40}"
_ANGLED = re.compile(rf"\s{{0,3}}<{_MODES}(?P<nick>[^<>\t]{{1,80}}?) ?>(?:[ \t](?P<text>.*)|$)", re.DOTALL)
_STARRED = re.compile(r"\s{0,3}\*[ \t]+[@+%&~]{0,3}(?P<nick>[^\s*]\S{0,79})(?:[ \t](?P<text>.*))?", re.DOTALL)
_NOTICE = re.compile(
    r"\s{0,2}-[@+%&~]{0,3}(?P<nick>[^\s:()!-][^\s:()]{0,63}?)(?::[#&]\S{0,64}?|\([^\s)]{0,128}\))?-"
    r"[ \t](?P<text>.*)",
    re.DOTALL,
)
# As XChat and HexChat say it in the languages of those who have logs.
_KNOWN = (
    "is now known as", "ist (?:jetzt|nun) bekannt als", "ist (?:jetzt|nun) unter dem Namen", "heißt (?:jetzt|nun)",
    "est (?:maintenant|désormais) connue? sous le nom de", "s'appelle (?:maintenant|désormais)",
    "(?:es ahora conocid[oa]|ahora es conocid[oa]) como", "(?:ahora se llama|se llama ahora)",
    "(?:è ora conosciut[oa]|ora è conosciut[oa]) come", "staat nu bekend als", "heet nu",
    "(?:é agora conhecid[oa]|agora é conhecid[oa]) como", "är nu känd som", "heter nu", "jest teraz znan[ya] jako",
)  # fmt: skip
_RENAMED = re.compile(
    rf"[@+%&~]{{0,3}}(?P<nick>\S{{1,64}}) (?:{'|'.join(_KNOWN)}) (?P<text>\S{{1,64}}?)(?: bekannt)?\.?\s*$"
)
_OWN = re.compile(r"You(?:'re| are) now known as (?P<text>\S{1,64})\s*$")
_HOST = r"(?: [(\[][^\s)\]]{0,256}[)\]])?"
_CHANNEL = re.compile(
    r"(?:joined|left|talking on|parted|quit|mode/|Mode|modes? for|Topic for|topic of|channel|logging on)"
    r" ?([#&][^\s,:\[\]]{1,64})"
)
_HAPPENED = re.compile(
    r"[@+%&~]?\S{1,64} [(\[][^\s()\[\]]{0,64}@[^\s()\[\]]{1,256}[)\]]"  # of whom the host is told, something happened
    rf"|(?:You|\S{{1,64}}){_HOST} (?:(?:has|have|are) )?(?:(?:now )?(?:joined|left|quit|parted|talking on|rejoined)"
    r"(?= [#&]| [(\[]|:|$| the channel| the room)|been kicked|was kicked|now known as |changed the topic|"
    r"changes topic|has changed |sets? (?:the )?(?:mode|channel|topic|ban)|gives |removes |kicked |set the topic|"
    r"(?:is|are) now known as )"
    r"|(?:Topic|Mode|Users|Channel|Now talking|Disconnected|Home page|Parts|Joins|Quits|Kicks|ChanServ gives|Netsplit|"
    r"mode|topic|Irssi|ServerMode|Channel created)\b"
    r"|\S{1,64} (?:hat (?:den (?:Kanal|Raum|Chat) |das Netz )?(?:verlassen|beendet)\b|hat den (?:Kanal|Raum) betreten|"
    r"a (?:quitté|rejoint)\b|ha (?:salido|abandonado|entrado|abbandonato|lasciato)\b|è (?:entrat[oa]|uscit[oa])\b)"
    r"|(?:Jetzt in|Das Thema|Thema für|Le sujet|Vous parlez|El tema|Ahora hablando|Il topic) "
)
_ACTION = re.compile(r"\x01ACTION (?P<text>[^\x01]*)\x01?\s*$")


def said(stamp: Stamp, nick: str, text: str | None, kind: Kind = "says", *, telling: bool = False) -> Said | None:
    """Make a line of what a format took apart; None where no nick is left of it."""
    who, text = nick_of(nick), text or ""
    action = _ACTION.match(text) if kind == "says" else None
    if action is not None:
        kind, text = "does", action["text"]
    return Said(stamp=stamp, nick=who, text=clean(text), kind=kind, telling=telling) if who else None


def nick_of(written: str) -> str:
    """Return a nick without `!user@host`, and clean."""
    return clean(written.partition("!")[0] or written)


def angled(stamp: Stamp, rest: str, *, telling: bool = False) -> Said | None:
    """Read `<nick> text`."""
    match = _ANGLED.match(rest)
    return None if match is None else said(stamp, match["nick"], match["text"], telling=telling)


def starred(stamp: Stamp, rest: str, *, telling: bool = False) -> Said | None:
    """Read `* nick does`."""
    match = _STARRED.match(rest)
    return None if match is None else said(stamp, match["nick"], match["text"], "does", telling=telling)


def noticed(stamp: Stamp, rest: str, *, telling: bool = False) -> Said | None:
    """Read `-nick- text`, `-nick:#channel- text`: bots speak in notices, so these are said."""
    match = _NOTICE.match(rest)
    return None if match is None else said(stamp, match["nick"], match["text"], telling=telling)


def happened(stamp: Stamp, words: str, *, telling: bool = False, sure: bool = False) -> Said | Passed | None:
    """Read what the program itself says: a change of nick, else who came, went or changed what.

    `sure` where the row's mark says already that it is the program who speaks; else only known sentences are. Of
    whoever wrote the log a program says "You": that change of nick has none, and the reading finds whose it is.
    """
    own = _OWN.match(words)
    if own is not None:
        return Said(stamp=stamp, nick="", text=nick_of(own["text"]), kind="is now", telling=telling)
    match = _RENAMED.match(words)
    if match is not None:
        return said(stamp, match["nick"], nick_of(match["text"]), "is now", telling=telling)
    if sure or _HAPPENED.match(words):
        return Passed(channel=channel_in(words), telling=telling)
    return None


def channel_in(words: str) -> str:
    """Return the channel that a sentence of the program names, or nothing."""
    match = _CHANNEL.search(words)
    return match[1] if match is not None else ""
