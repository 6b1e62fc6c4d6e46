"""Who may judge what a provider asks for: delegates without an interest in it, as far as the records tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.governance.recusals import bound_to
from cloudbot.core.records.checks.areas import has_left
from cloudbot.core.records.standing import delegates_on

if TYPE_CHECKING:
    from datetime import date

    from cloudbot.core.records.tree import View


def may_judge(view: View, provider: str, *, asked: date | None = None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the delegates of the day who may judge a registration of a provider, and those with an interest in it.

    An interest counts if it is there on the day, was there when the provider asked, or is going to be.
    """
    there = [one.active for one in delegates_on(view, view.on).values()]
    delegates = sorted(name for name in frozenset[str]().union(*there) if not has_left(view, name))
    barred = tuple(name for name in delegates if provider in bound_to(view, name, view.on, since=asked))
    return tuple(name for name in delegates if name not in barred), barred
