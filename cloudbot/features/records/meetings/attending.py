"""Who of the team was at a meeting, by their records: whose rights a commit has, and whom the minutes name.

Rights are by account alone; for naming, what somebody is called is enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, cast

from cloudbot.core.meetings.meeting import Meeting
from cloudbot.core.meetings.recusing import known
from cloudbot.core.records.kinds.meetings import Series
from cloudbot.core.records.permissions import holder_of, is_member
from cloudbot.core.records.tree import View
from cloudbot.features.meetings.document import Held
from cloudbot.features.meetings.publishing import reading_of
from cloudbot.features.records.orders import person_called

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.engine import World
    from cloudbot.core.meetings.meeting import Item
    from cloudbot.core.meetings.minutes.reading import Reading
    from cloudbot.core.meetings.people import Attendee
    from cloudbot.core.records.state import Records
    from cloudbot.features.meetings.document import Meetings


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """The people of one meeting, looked up in the records of a day."""

    held: Held
    meeting: Meeting
    view: View

    @classmethod
    def of(cls, held: Held, meetings: Meetings, world: World) -> Attendance:
        """Return the people of a meeting by the records of the day. There must be records."""
        records = cast("Records", world.records)
        return cls(held=held, meeting=meetings.meeting(held), view=records.at(world.at))

    @cached_property
    def reading(self) -> Reading:
        """The meeting as its minutes are written."""
        return reading_of(self.held, self.meeting)

    @property
    def everybody(self) -> tuple[Attendee, ...]:
        """Who was there, in the order of appearance."""
        return self.reading.people

    def proven(self, account: str) -> str | None:
        """Return whose account it is, of those who are of the team."""
        person = holder_of(self.view, account, self.held.venue.network) if account else None
        return person if is_member(self.view, person) else None

    def speaker(self, item: Item) -> str | None:
        """Return who noted an item: also where the network said only later whose that nick is. For naming alone."""
        if item.account:
            return self.proven(item.account)
        found = [one for one in self.everybody if item.nick in one.names]
        return self.proven(found[0].account) if len(found) == 1 else None

    def called(self, name: str) -> str | None:
        """Return the member of the team that a name of the minutes means, there or not."""
        attendee = next((one for one in self.everybody if one.name == name), None)
        if attendee is not None and attendee.account:
            return self.proven(attendee.account)
        found = known(self.meeting.rules, "", attendee.names if attendee is not None else (name,))
        person = found.person if found is not None else person_called(self.view, name)
        return person if is_member(self.view, person) else None

    def author(self) -> tuple[str, str] | None:
        """Return for whom the minutes are committed, with the account: a chair, else who was there, proven.

        None where nobody of the team was there: minutes by strangers are no records.
        """
        there = dict(self._proven())
        series = self.view.get(Series, "series", self.held.prepared.series or None)
        keepers = (series.facilitator, series.backup) if series is not None else ()
        seats = (self.meeting.owner, *self.meeting.chairs)
        chairs = tuple(self.proven(seat.account) for seat in seats)
        return next(((one, there[one]) for one in (*chairs, *keepers, *there) if one in there), None)

    def _proven(self) -> Iterator[tuple[str, str]]:
        for one in self.everybody:
            person = self.proven(one.account)
            if person is not None and one.lines:
                yield person, one.account
