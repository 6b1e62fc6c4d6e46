"""A meeting as it stands after so many lines: frozen documents, no rule. The rules are in `fold` and what it calls.

What grows with the meeting (lines, items, names) is a `Trail`; what is copied on a change is small and changes rarely.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from cloudbot.core.meetings.grammar import Manner
from cloudbot.core.meetings.lines import Line
from cloudbot.core.meetings.planned import Known, Planned
from cloudbot.core.meetings.references import Places
from cloudbot.core.meetings.trail import Trail
from cloudbot.core.meetings.votes import Outcome, Vote, Votes
from cloudbot.core.text import clean

ItemKind = Literal[
    "topic", "subtopic", "info", "action", "idea", "help", "link", "agreed", "accepted", "rejected", "inconclusive",
    "done", "vote",
]  # fmt: skip
How = Literal["known", "present", "absent"]
Phase = Literal["waiting", "running", "ended"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of the minutes. `line` is the number of its line in the log, which is its anchor `l-N`."""

    id: int
    kind: ItemKind
    text: str
    nick: str
    at: datetime
    line: int
    account: str = ""
    url: str = ""
    "of a link: its target; `text` has what was typed before and after it too"
    planned: str = ""
    "of a topic: the id of the agenda's item that it took up"
    of: int = 0
    "the item with which the bot noted this one; who takes that one back takes this one back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Somebody with a right in the meeting: held by the account where there was one, else by the nick."""

    nick: str
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A name made known by #nick, #chair or #here, at that line; `of` is the nick of whom it is another name."""

    name: str
    line: int
    of: str = ""
    how: How = "known"
    "what was said of whether they are here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Somebody in the speaker queue, and what about."""

    nick: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A chair's question whether all are ready to go on; `said` are the folded nicks of those who said so."""

    at: datetime
    nick: str
    account: str
    topic: int
    "the id of the topic that it was asked at"
    said: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitution:
    """Words that later items are noted with other words for."""

    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Voted:
    """A vote that was counted, and the item that says so."""

    item: int
    vote: Vote
    outcome: Outcome
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a series decides: how lines are read, what the bot is called, who may take over when the chairs are gone."""

    manner: Manner = "live"
    bot: str = ""
    at_once: bool = False
    "the meeting begins with the first thing said, and who says it is the owner: for logs without #startmeeting"
    w3c: bool = False
    "the words of W3C meetings are commands too"
    hides: frozenset[Literal["off", "does"]] = frozenset({"off"})
    "lines that are neither kept nor counted: those that begin with [off], and those of /me, which W3C's never are"
    delegates: frozenset[str] = frozenset()
    takeover: timedelta = timedelta(minutes=10)
    "how long no chair has said anything before a delegate may take over by #chair"
    voters: Literal["everybody", "delegates"] = "everybody"
    "who may vote, unless #voters says it otherwise"
    agenda: tuple[Planned, ...] = ()
    known: tuple[Known, ...] = ()
    regrets: tuple[str, ...] = ()
    "people who said that they cannot come"
    quorum: int = 0
    "delegates without whom nothing is decided; 0: not asked for"
    providers: tuple[str, ...] = ()
    "names of providers, for who steps back at a topic that names one"
    places: Places = field(default_factory=Places)
    "where short names of bugs, merge requests and advisories lead"

    @property
    def deciding(self) -> frozenset[str]:
        """Return the accounts of the delegates."""
        return self.delegates.union(*(one.accounts for one in self.known if one.delegate))

    def keeps(self, line: Line) -> bool:
        """Whether a line may be in the log and the minutes."""
        if self.manner == "classic":
            return True
        off = clean(line.text).lower().startswith("[off]")
        does = line.kind == "does" and (self.w3c or "does" in self.hides)
        return not (does or ("off" in self.hides and off))


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting. Of a waiting one only `channel` and `rules` mean something."""

    channel: str
    rules: Rules = Rules()
    phase: Phase = "waiting"
    started: datetime | None = None
    ended: datetime | None = None
    owner: Seat = Seat(nick="")
    chairs: tuple[Seat, ...] = ()
    "besides the owner"
    chair_at: datetime | None = None
    "when a chair last said something"
    topic: str = ""
    "of the whole meeting"
    name: str = ""
    lines: Trail[Line] = field(default_factory=Trail)
    said: int = 0
    "lines of the log: changes of nick and gaps are in `lines` and have no number"
    items: Trail[Item] = field(default_factory=Trail)
    next_id: int = 1
    agenda: tuple[Planned, ...] = ()
    skipped: frozenset[str] = frozenset()
    "ids of items that stay for the next meeting"
    closed: frozenset[str] = frozenset()
    "ids of items that were closed before another topic began"
    regrets: tuple[str, ...] = ()
    "names of people who let it be said that they cannot come"
    scribes: tuple[str, ...] = ()
    queue: tuple[Waiting, ...] = ()
    verbatim: Mapping[str, str] = field(default_factory=dict)
    "folded nicks of those who are quoting, each with what ends it"
    always: tuple[Substitution, ...] = ()
    ready: Ready | None = None
    "whether all are ready was asked, and nobody objected yet"
    voted: tuple[Voted, ...] = ()
    "the votes that were counted, whose items may have been taken back since"
    named: Trail[Named] = field(default_factory=Trail)
    accounts: Mapping[str, str] = field(default_factory=dict)
    "nick, as servers write it, to account, of vouched connections; copied when somebody new is seen, not per line"
    claimed: Mapping[str, str] = field(default_factory=dict)
    "folded nick to account, as last vouched for, also when that connection is gone: who comes by it has to prove it"
    vote: Vote | None = None
    votes: Votes = field(default_factory=Votes)
    told: frozenset[tuple[str, str]] = frozenset()
    "who was told what once"
    quiet: bool = False
    "#lurk"
    restricted: bool = False

    @property
    def gaps(self) -> tuple[Line, ...]:
        """Return the times in which nobody listened."""
        return tuple(line for line in self.lines if line.kind == "gap")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the bot does about a line: says something in the channel, tells one person, or sets the topic."""

    how: Literal["say", "tell", "topic"]
    words: str
    values: Mapping[str, object] = field(default_factory=dict)
    to: str = ""
    "the nick, of `tell`"


Step = tuple[Meeting, tuple[Reply, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A command by somebody who may give it: the line, its number in the log, and the argument."""

    line: Line
    number: int
    argument: str
    chair: bool
    word: str = ""
    "the command's name"
