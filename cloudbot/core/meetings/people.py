"""Who was there, and how much each said: one attendee per person, not per nick.

A person is an account where the network vouched for one; a change of nick is followed; and `moray_`, `moray|away`,
`moray[m]` beside `moray` are taken for one person while no accounts say otherwise. For counting and for finding whose
an action is, never for a right. The bot is not counted. The classic manner counts nicks as MeetBot 0.1.4 does, bot and
all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cloudbot.core.meetings.identity import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cloudbot.core.meetings.lines import Line
    from cloudbot.core.meetings.meeting import Meeting, Named

ROBOTS = frozenset({"rrsagent", "zakim", "trackbot", "agendabot", "ghurlbot", "gb"})
"Who serves in W3C meetings."
_WORN = re.compile(
    r"(?:[_`^]+|\[(?:m|mds|irc|away|afk)\]"
    r"|[|_-](?:away|afk|work|home|phone|mobile|laptop|bnc|irc|web|lunch|dinner|zzz|brb|matrix|m))$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """One person; `name` is what they are shown as, `names` every nick and alias that means them."""

    name: str
    names: tuple[str, ...]
    lines: int
    account: str = ""
    here: bool = True
    "was heard, or said to be present, and has not left since"


@dataclass(slots=True)
class _Found:
    """Somebody while the lines are walked."""

    account: str = ""
    names: list[str] = field(default_factory=list)
    lines: int = 0
    here: set[str] = field(default_factory=set)
    "folded nicks under which they are in the channel"

    def called(self, name: str) -> None:
        if name not in self.names:
            self.names.append(name)


def plain(nick: str) -> str:
    """Return a nick without what clients and people hang on to it: `ben_`, `ben|away`, `ben[m]` are `ben`."""
    while (found := _WORN.search(nick)) is not None and found.start() > 0:
        nick = nick[: found.start()]
    return nick


def attendance(meeting: Meeting) -> tuple[Attendee, ...]:
    """Return who was there, most lines first, else in the order of appearance."""
    return by_lines(appearance(meeting))


def by_lines(people: Iterable[Attendee]) -> tuple[Attendee, ...]:
    """Return people with those first who said most."""
    return tuple(sorted(people, key=lambda one: -one.lines))


def appearance(meeting: Meeting) -> list[Attendee]:
    """Return who was there, in the order in which they were first heard or named."""
    return _nicks(meeting) if meeting.rules.manner == "classic" else _people(meeting)


def _nicks(meeting: Meeting) -> list[Attendee]:
    counts: dict[str, int] = {}
    names = list(reversed(tuple(meeting.named)))
    spoken = (line for line in meeting.lines if line.kind in {"says", "does"})
    for number, line in enumerate(spoken, start=1):
        counts[line.nick] = counts.get(line.nick, 0) + 1
        while names and names[-1].line == number:
            counts.setdefault(names.pop().name, 0)
    return [Attendee(name=nick, names=(nick,), lines=lines) for nick, lines in counts.items()]


class _Walk:
    """The people of a meeting, found line by line; made and used up in one call."""

    def __init__(self, persons: Mapping[str, str]) -> None:
        self._persons = persons
        "folded account to the person of the team whose it is, who may have several"
        self.found: list[_Found] = []
        self._by_nick: dict[str, _Found] = {}
        self._by_account: dict[str, _Found] = {}
        self._by_bare: dict[str, _Found] = {}
        self._folded: dict[str, str] = {}

    def same(self, nick: str) -> str:
        """Fold a nick: ten thousand lines have few."""
        found = self._folded.get(nick)
        if found is None:
            found = self._folded[nick] = folded(nick)
        return found

    def speaks(self, line: Line) -> None:
        one = self._whose(line.nick, line.account)
        one.called(line.nick)
        one.lines += 1
        one.here.add(self.same(line.nick))

    def is_named(self, named: Named) -> None:
        one = self._whose(named.of or named.name, "")
        one.called(named.name)
        if folded(named.name) not in self._by_nick:
            self._knows(named.name, one)
        if named.how == "present":
            one.here.add(folded(named.name))
        elif named.how == "absent":
            one.here.clear()

    def leaves(self, line: Line) -> None:
        one = self._by_nick.get(folded(line.nick))
        if one is not None:
            one.here.discard(folded(line.nick))

    def logs_in(self, line: Line) -> None:
        """Take it that what somebody said before they were vouched for was said by them."""
        before = self._by_nick.get(self.same(line.nick))
        one = None if before is None or before.account or not line.account else self._whose(line.nick, line.account)
        if before is None or one is None or one is before:
            return
        for name in before.names:
            one.called(name)
        one.lines += before.lines
        one.here |= before.here
        self.found.remove(before)

    def is_now(self, line: Line) -> None:
        one = self._by_nick.pop(folded(line.nick), None)
        if one is not None and line.text.strip():
            one.called(line.text.strip())
            if folded(line.nick) in one.here:
                one.here.discard(folded(line.nick))
                one.here.add(folded(line.text.strip()))
            self._knows(line.text.strip(), one)

    def _knows(self, nick: str, one: _Found) -> None:
        self._by_nick[folded(nick)] = one
        self._by_bare.setdefault(folded(plain(nick)), one)

    def _whose(self, nick: str, account: str) -> _Found:
        whose = self._persons.get(self.same(account), account)
        one = self._by_account.get(whose) if account else self._by_nick.get(self.same(nick))
        if one is None:
            one = self._unclaimed(nick, account)
        if account:
            one.account = account
            self._by_account[whose] = one
        if self._by_nick.get(self.same(nick)) is not one:
            self._knows(nick, one)
        return one

    def _unclaimed(self, nick: str, account: str) -> _Found:
        before = self._by_nick.get(folded(nick)) or self._by_bare.get(folded(plain(nick)))
        if before is not None and (not account or not before.account):
            return before
        self.found.append(_Found())
        return self.found[-1]


def _people(meeting: Meeting) -> list[Attendee]:
    walk = _Walk({folded(account): f"={one.person}" for one in meeting.rules.known for account in one.accounts})
    names = list(reversed(tuple(meeting.named)))
    robots = (ROBOTS if meeting.rules.w3c else frozenset()) | {folded(meeting.rules.bot)}
    number = 0
    for line in meeting.lines:
        if line.kind == "is now":
            walk.is_now(line)
        elif line.kind == "leaves":
            walk.leaves(line)
        elif line.kind == "logs in":
            walk.logs_in(line)
        elif line.kind in {"says", "does"}:
            number += 1
            if not (line.bot or walk.same(line.nick) in robots):
                walk.speaks(line)
            while names and names[-1].line == number:
                name = names.pop()
                if folded(name.name) != folded(meeting.rules.bot):
                    walk.is_named(name)
    return [
        Attendee(name=min(one.names, key=lambda name: name != plain(name)), names=tuple(one.names), lines=one.lines,
                 account=one.account, here=bool(one.here))
        for one in walk.found
    ]  # fmt: skip
