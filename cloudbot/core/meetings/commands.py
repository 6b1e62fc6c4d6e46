"""What can be typed in a meeting: one declaration per command gives its names, who may, what it needs, and the help.

The names are MeetBot's 0.1.4, those of its forks at OpenDev (`#startvote`), Ubuntu (`#subtopic`, `#voters`) and hcoop
(`#motion`, `#here`), and the words that people have been seen to guess: `#chairs`, `#addchair`, `#todo`. A guessed word
is taken, and whoever typed it is told once what it was taken for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Who = Literal["anyone", "chair"]
Text = Literal["none", "optional", "needed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingCommand:
    """One command; `text` says what an empty argument means, `classic` whether MeetBot 0.1.4 has it."""

    name: str
    help: str
    aliases: tuple[str, ...] = ()
    guesses: tuple[str, ...] = ()
    who: Who = "anyone"
    text: Text = "none"
    classic: bool = False


def _later(name: str, aliases: str = "", *, who: Who = "anyone", text: Text = "none", does: str) -> MeetingCommand:
    return MeetingCommand(name=name, aliases=tuple(aliases.split()), who=who, text=text, help=does)


def _classic(name: str, aliases: str = "", *, who: Who = "anyone", text: Text = "none", does: str) -> MeetingCommand:
    return replace(_later(name, aliases, who=who, text=text, does=does), classic=True)


def _guessed(command: MeetingCommand, guesses: str) -> MeetingCommand:
    return replace(command, guesses=tuple(guesses.split()))


COMMANDS: tuple[MeetingCommand, ...] = (
    _guessed(
        _classic("startmeeting", text="optional", does="begins a meeting; who types it is its owner"), "startmeetings"
    ),
    _guessed(_classic("endmeeting", who="chair", does="ends it and writes the minutes"), "stopmeeting endmeetings"),
    _guessed(_classic("topic", who="chair", text="needed", does="begins a topic"), "topics"),
    _classic("meetingtopic", who="chair", text="optional", does="what the meeting is about; none unsets it"),
    _classic("meetingname", who="chair", text="needed", does="the name its files have"),
    _guessed(_classic("agreed", "agree", who="chair", text="needed", does="notes what was agreed"), "agrees agreement"),
    _classic("accepted", "accept", who="chair", text="needed", does="notes what was accepted"),
    _guessed(_classic("rejected", "reject", who="chair", text="needed", does="notes what was rejected"), "failed"),
    _guessed(_classic("action", text="needed", does="notes what somebody will do"), "actions todo todos task"),
    _guessed(_classic("info", text="needed", does="notes a fact"), "infos note notes"),
    _guessed(_classic("idea", text="needed", does="notes an idea"), "ideas"),
    _guessed(_classic("link", text="needed", does="notes a link"), "links url"),
    _classic("help", "halp", text="needed", does="calls for help: a task looking for somebody"),
    _guessed(_classic("nick", text="optional", does="makes nicks known, so that actions find them"), "nicks"),
    _guessed(
        _classic("chair", who="chair", text="optional", does="adds chairs, or says who they are"), "chairs addchair"
    ),
    _guessed(
        _classic("unchair", who="chair", text="optional", does="takes chairs away"), "unchairs removechair rmchair"
    ),
    _classic("undo", who="chair", text="optional", does="takes back the last item, or the one of that number"),
    _classic("save", who="chair", does="writes the minutes as they are now"),
    _classic("lurk", who="chair", does="the bot is silent and leaves the topic alone"),
    _classic("unlurk", who="chair", does="ends #lurk"),
    _classic("restrictlogs", who="chair", does="the log is not published"),
    _classic("commands", does="lists the commands, to you"),
    _guessed(_later("subtopic", "progress", who="chair", text="needed", does="a topic within the topic"), "subtopics"),
    _guessed(_later("next", who="chair", does="takes up the next item of the agenda"), "nextitem nexttopic"),
    _later("take", who="chair", text="needed", does="#take 3: takes up that item of the agenda"),
    _later("skip", who="chair", text="optional", does="leaves the item, or that of a number, for the next meeting"),
    _later("agenda", text="optional", does="the agenda and how far it is, to you; #agenda show: to the channel"),
    _guessed(_later("rollcall", who="chair", does="says who is there, and if delegates suffice"), "roll quorum"),
    _later("done", text="needed", does="notes what was done"),
    _later("inconclusive", who="chair", text="optional", does="nothing was decided"),
    _later("edit", who="anyone", text="needed", does="#edit 3 TEXT: rewords an item, your own or as a chair"),
    _later("here", text="optional", does="you are here; under another name: #here NAME"),
    _later("catchup", does="what was decided so far, to you"),
    _guessed(_later("motion", who="chair", text="needed", does="puts a motion to the vote: +1, 0 or -1"), "propose"),
    _later("startvote", who="chair", text="needed", does="opens a vote: #startvote QUESTION? a, b"),
    _later("vote", text="optional", does="your ballot; the last one counts"),
    _later("showvote", does="how the vote stands"),
    _guessed(_later("endvote", "close", who="chair", does="ends the vote and notes the outcome"), "closevote stopvote"),
    _guessed(_later("voters", who="chair", text="optional", does="who may vote: nicks, delegates, or all"), "voter"),
    _later("votesrequired", who="chair", text="needed", does="by how many votes a motion must be ahead"),
)

BY_NAME = {name: command for command in COMMANDS for name in (command.name, *command.aliases, *command.guesses)}
"Every word that is a command, in lower case."
EXACT = frozenset(name for command in COMMANDS for name in (command.name, *command.aliases))
"The words that are documented; the others are guesses."
CLASSIC = {name: command for command in COMMANDS if command.classic for name in (command.name, *command.aliases)}
"What MeetBot 0.1.4 knows, for minutes that are the same as its own."
