"""`!whatif`: what would be if some people left, or were delegates. It is asked before, and nothing is announced."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from cloudbot.core.commands import Answer, Ask, Command, Param
from cloudbot.core.governance.candidates import if_appointed
from cloudbot.core.records.checks.delegations import is_debian_member
from cloudbot.core.records.days import HOW
from cloudbot.core.records.kinds.people import Person
from cloudbot.core.records.leaving import if_they_leave
from cloudbot.features.records.answering import from_records
from cloudbot.features.records.calling import called
from cloudbot.features.records.coi import at_day, split_day, split_team, teams_of

if TYPE_CHECKING:
    from cloudbot.core.engine import World
    from cloudbot.core.records.tree import View

MOST_NAMED = 4
_REST = ("accounts", "in_their_name", "images", "series", "actions", "offers", "providers", "services", "sprints")
_BETWEEN = re.compile(r"[\s,]+")


def what_if(ask: Ask, world: World, view: View) -> Answer:
    """Answer `!whatif leave A B` and `!whatif appoint A B`: all people by id or account, else whom nobody knows."""
    appoint = ask.args["what"].lower() == "appoint"
    text, day = split_day(ask.args["people"]) if appoint else (ask.args["people"], None)
    text, team = split_team(text) if appoint else (text, None)
    there = view if day is None else at_day(day, world, view)
    if there is None:
        return Answer(words="irc/coi_no", values={"why": "day", "day": day, "how": HOW})
    asked = [name for name in _BETWEEN.split(text) if name and name.casefold() != "and"]
    known = called(there)
    unknown = [name for name in asked if name.casefold() not in known]
    if unknown or not asked:
        ids = sorted({one.id for one in view.all(Person)})
        near = difflib.get_close_matches(unknown[0].casefold(), known, n=2, cutoff=0.6) if unknown else []
        values = {"unknown": unknown, "near": sorted({known[name] for name in near}), "known": ids, "most": 8}
        return Answer(words="irc/whatif_unknown", values=values)
    people = sorted({known[name.casefold()] for name in asked})
    return _appoint(there, people, team) if appoint else _leave(view, people)


def _leave(view: View, people: list[str]) -> Answer:
    loss = if_they_leave(view, frozenset(people))
    rest = [(kind, names) for kind in _REST if (names := getattr(loss, kind))]
    return Answer(words="irc/whatif", values={"people": people, "loss": loss, "rest": rest, "most": MOST_NAMED})


def _appoint(view: View, people: list[str], team: str | None) -> Answer:
    teams = teams_of(view)
    if not teams or team not in {None, *teams}:
        return Answer(words="irc/coi_no", values={"why": "team", "team": team or "", "teams": teams})
    values = {
        "people": people,
        "day": view.on,
        "candidacy": if_appointed(view, people, team or teams[0]),
        "strangers": [one for one in people if not is_debian_member(view, one, view.on)],
        "most": MOST_NAMED,
    }
    return Answer(words="irc/whatif_appoint", values=values)


WHATIF = Command(
    name="whatif",
    help="what nobody could do if these people left; what would stand against these as delegates",
    params=(Param(name="what", choices=("leave", "appoint")), Param(name="people", kind="rest")),
    answer=from_records(what_if),
    examples=("!whatif leave alice", "!whatif leave alice carol", "!whatif appoint dan erin on 2023-04-01"),
)
