"""Who is meant by what people call each other: an id, or an account that is theirs on the day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.records.kinds.people import Person

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudbot.core.records.tree import View


def called(view: View) -> Mapping[str, str]:
    """Return who is meant by what: an account means its person only where no id says otherwise."""
    every = view.all(Person)
    accounts = {
        account.account.casefold(): one.id for one in every for account in one.record.accounts if account.holds(view.on)
    }
    return accounts | {one.id.casefold(): one.id for one in every}
