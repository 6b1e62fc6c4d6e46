"""`!whatif leave`: what nobody could do if some people left. It is asked before, and nothing is announced."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from cloudbot.core.commands import Answer, Ask, Command, Param
from cloudbot.core.records.kinds.people import Person
from cloudbot.core.records.leaving import if_they_leave
from cloudbot.features.records.answering import from_records

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudbot.core.engine import World
    from cloudbot.core.records.tree import View

MOST_NAMED = 4
_REST = ("accounts", "in_their_name", "images", "series", "actions", "offers", "providers", "services", "sprints")
_BETWEEN = re.compile(r"[\s,]+")


def what_if(ask: Ask, _world: World, view: View) -> Answer:
    """Answer `!whatif leave A B`: all people by id, name or account, else whom nobody knows."""
    asked = [name for name in _BETWEEN.split(ask.args["people"]) if name and name.casefold() != "and"]
    known = _names(view)
    unknown = [name for name in asked if name.casefold() not in known]
    if unknown or not asked:
        ids = sorted({one.id for one in view.all(Person)})
        near = difflib.get_close_matches(unknown[0].casefold(), known, n=2, cutoff=0.6) if unknown else []
        values = {"unknown": unknown, "near": sorted({known[name] for name in near}), "known": ids, "most": 8}
        return Answer(words="irc/whatif_unknown", values=values)
    people = sorted({known[name.casefold()] for name in asked})
    loss = if_they_leave(view, frozenset(people))
    rest = [(kind, names) for kind in _REST if (names := getattr(loss, kind))]
    return Answer(words="irc/whatif", values={"people": people, "loss": loss, "rest": rest, "most": MOST_NAMED})


def _names(view: View) -> Mapping[str, str]:
    """Return who is meant by what: an account means its person only where no id says otherwise."""
    every = view.all(Person)
    accounts = {
        account.account.casefold(): one.id for one in every for account in one.record.accounts if account.holds(view.on)
    }
    return accounts | {one.id.casefold(): one.id for one in every}


WHATIF = Command(
    name="whatif",
    help="what nobody could do if these people left: areas, accounts, meetings, actions, contacts, delegates",
    params=(Param(name="what", choices=("leave",)), Param(name="people", kind="rest")),
    answer=from_records(what_if),
    examples=("!whatif leave alice", "!whatif leave alice carol"),
)
