"""A meeting as those who write its minutes read it: who was there, whose each action is, how the roll stands.

Each is found once, however many forms are written; a reading is made for one step and gone with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cloudbot.core.meetings import actions, people, roll
from cloudbot.core.meetings.meeting import Meeting

if TYPE_CHECKING:
    from cloudbot.core.meetings.actions import Duties
    from cloudbot.core.meetings.people import Attendee
    from cloudbot.core.meetings.roll import Roll


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A meeting with what is read from all of its lines. `roster` is as for `actions.duties`."""

    meeting: Meeting
    roster: tuple[str, ...] = ()

    @cached_property
    def people(self) -> tuple[Attendee, ...]:
        """Who was there, in the order of appearance."""
        return tuple(people.appearance(self.meeting))

    @cached_property
    def present(self) -> tuple[Attendee, ...]:
        """Who was there, most lines first."""
        return people.by_lines(self.people)

    @cached_property
    def duties(self) -> Duties:
        """Whose every action is."""
        return actions.duties(self.meeting, self.roster, self.people)

    @cached_property
    def roll(self) -> Roll:
        """Who of the team was there at the end."""
        return roll.roll(self.meeting, self.people)


def read(meeting: Meeting | Reading) -> Reading:
    """Return a reading of a meeting; what is one already stays as it is."""
    return meeting if isinstance(meeting, Reading) else Reading(meeting=meeting)
