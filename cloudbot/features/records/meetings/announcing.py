"""The mail that announces the next meeting of a series, three days before: when, where, the agenda, who chairs.

What it says is made from the records and the state alone: the same of both gives the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.effects import SendMail
from cloudbot.core.meetings.agenda_text import items, local_times
from cloudbot.core.records.kinds.people import Person
from cloudbot.core.records.permissions import is_member

if TYPE_CHECKING:
    from datetime import datetime

    from cloudbot.core.engine import World
    from cloudbot.core.records.tree import View
    from cloudbot.features.records.meetings.planning import Plan


def key_of(series: str, at: datetime) -> str:
    """Return the key of the mail that announces a meeting: the minutes are a reply to it."""
    return f"meeting/{series}/{at:%Y-%m-%d}/agenda"


def announcement(planned: Plan, at: datetime, world: World, view: View) -> SendMail:
    """Return the mail about a meeting that begins at an instant, to the lists of its series."""
    series = planned.series.record
    network, _, channel = series.channel.partition("/")
    values = {
        "title": series.title,
        "at": at,
        "network": network,
        "channel": channel,
        "team": world.team.name,
        "local": tuple(local_times(at, _zones(view))),
        "items": tuple(items(planned.agenda, planned.budget)),
        "budget": planned.budget,
        "chair": planned.chair,
        "said": planned.said,
        "regrets": planned.regrets,
        "site": world.team.site,
    }
    return SendMail(key=key_of(planned.series.id, at), to=series.lists, words="mail/agenda", values=values, expires=at)


def _zones(view: View) -> set[str]:
    """Return the zones that people of the team let stand in public."""
    people = (one.record for one in view.all(Person) if is_member(view, one.id))
    return {person.zone for person in people if person.zone is not None and person.zone_consent}
