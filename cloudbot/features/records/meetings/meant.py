"""Which series somebody means: the one they name, else the channel's, else the only one there is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cloudbot.core.records.kinds.meetings import Series
from cloudbot.features.records.answering import meant
from cloudbot.features.records.orders import NotSo

if TYPE_CHECKING:
    from cloudbot.core.records.tree import Filed, View
    from cloudbot.core.speech import Venue

NO = "irc/agenda_no"


def series_of(view: View, venue: Venue) -> Filed[Series] | None:
    """Return the series that meets in a channel on the day; of two in one channel the first by its name."""
    where = f"{venue.network}/{venue.name.lstrip('@%~')}".casefold()
    return next((one for one in going_on(view) if one.record.channel.casefold() == where), None)


def going_on(view: View) -> tuple[Filed[Series], ...]:
    """Return the series that are held on the day."""
    return tuple(one for one in view.all(Series) if one.record.holds(view.on))


def series_meant(view: View, venue: Venue, named: str = "") -> Filed[Series]:
    """Return the series that is meant. Raises `NotSo` where there is none, or more than one."""
    every = going_on(view)
    if named:
        found = meant(named, every, lambda series: (series.title,))
        if isinstance(found, tuple):
            raise NotSo(NO, why="series", wanted=named, known=[one.id for one in every])
        return found
    here = series_of(view, venue)
    if here is None and len(every) != 1:
        raise NotSo(NO, why="which" if every else "none", known=[one.id for one in every])
    return here or every[0]


def named_first(view: View, text: str) -> tuple[str, str]:
    """Part a text into the id of a series, if it begins with one, and the rest."""
    first, _, rest = text.strip().partition(" ")
    if first.casefold() in {one.id for one in going_on(view)} and not re.fullmatch(r"#?\d+\.?", first):
        return first.casefold(), rest.strip()
    return "", text.strip()


def prefix(view: View, one: Filed[Series], venue: Venue) -> str:
    """Return what to type before a verb for this series to be meant: its id where it must be named, or nothing."""
    here = series_of(view, venue)
    alone = len(going_on(view)) == 1 if here is None else here.id == one.id
    return "" if alone else f"{one.id} "
