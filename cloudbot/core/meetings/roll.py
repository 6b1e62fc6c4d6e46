"""The roll of a meeting: who of the team is there, who said that they cannot come, and whether the delegates suffice.

For showing and for the quorum, never for a right: who has no account is found by what they are called. Delegates who
step back at what is at hand do not count, nor do those who left.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cloudbot.core.meetings.chairing import named, nicks
from cloudbot.core.meetings.noting import say, tell
from cloudbot.core.meetings.people import appearance
from cloudbot.core.meetings.recusing import known, recused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudbot.core.meetings.meeting import Deed, Meeting, Step
    from cloudbot.core.meetings.people import Attendee


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """Who is there, by the names of the team's people; `others` are nicks that belong to nobody of the team."""

    present: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    "were there, and are no longer"
    others: tuple[str, ...] = ()
    regrets: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    "delegates who are neither there nor said that they cannot come"
    deciding: int = 0
    "delegates there"
    needed: int = 0

    @property
    def reached(self) -> bool:
        """Whether there is a quorum; where none is asked for there is one."""
        return self.deciding >= self.needed


def roll(meeting: Meeting, people: Sequence[Attendee] | None = None) -> Roll:
    """Return the roll as it stands. `people` are those of `appearance`, where they are known."""
    rules, here, seen, others = meeting.rules, set[str](), set[str](), []
    for one in appearance(meeting) if people is None else people:
        if not (one.lines or one.here):
            continue
        person = known(rules, one.account, one.names)
        if person is None:
            others.append(one.name)
        else:
            (here if one.here else seen).add(person.person)
    sorry = tuple(dict.fromkeys(name for name in (*rules.regrets, *meeting.regrets) if name not in here))
    away, back = {*here, *seen, *sorry}, recused(meeting) if rules.quorum else frozenset()
    return Roll(
        present=tuple(one.person for one in rules.known if one.person in here),
        left=tuple(one.person for one in rules.known if one.person in seen - here),
        others=tuple(others),
        regrets=sorry,
        absent=tuple(one.person for one in rules.known if one.delegate and one.person not in away),
        deciding=sum(one.delegate and one.person in here and one.person not in back for one in rules.known),
        needed=rules.quorum,
    )


def called(meeting: Meeting, deed: Deed) -> Step:
    """Say the roll in the channel."""
    del deed
    return meeting, (say("meeting_roll", roll=roll(meeting)),)


def attending(meeting: Meeting, deed: Deed) -> Step:
    """Note that others are there, or, with nobody named, that one is oneself."""
    who = nicks(meeting, deed.argument)
    return named(meeting, who or (deed.line.nick,), deed.number, how="present"), ()


def leaving(meeting: Meeting, deed: Deed) -> Step:
    """Note that others are not there, or that one is not oneself."""
    who = nicks(meeting, deed.argument)
    return named(meeting, who or (deed.line.nick,), deed.number, how="absent"), ()


def regretting(meeting: Meeting, deed: Deed) -> Step:
    """Note who cannot come, by the names of the team's people where they are known."""
    who = nicks(meeting, deed.argument.replace(" and ", ","))
    if not who:
        return meeting, (tell(deed, "meeting_empty"),)
    found = {name: known(meeting.rules, "", (name,)) for name in who}
    names = tuple(name if one is None else one.person for name, one in found.items())
    return replace(meeting, regrets=tuple(dict.fromkeys((*meeting.regrets, *names)))), ()


def coming(meeting: Meeting, deed: Deed) -> Step:
    """Note who can come after all."""
    who = nicks(meeting, deed.argument)
    found = {name: known(meeting.rules, "", (name,)) for name in who}
    gone = {*who, *(one.person for one in found.values() if one is not None)}
    return replace(meeting, regrets=tuple(name for name in meeting.regrets if name not in gone)), ()
