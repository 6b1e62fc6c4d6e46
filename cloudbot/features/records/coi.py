"""`!coi`: who is bound to what, by which way and since when; who has to declare. It judges nobody and keeps nothing.

Only the person declares. What others say of somebody's work is answered with that and not stored.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cloudbot.core.commands import Answer, Ask, Command, Param
from cloudbot.core.governance.candidates import if_appointed
from cloudbot.core.governance.declared import WANTING, contradicted, declared_on
from cloudbot.core.governance.eligibility import breaches, rules_on, sitting
from cloudbot.core.governance.explaining import explained
from cloudbot.core.governance.interests import interests_of, ways_to_provider
from cloudbot.core.records.days import HOW, day_of
from cloudbot.core.records.kinds.governance import DelegationAct
from cloudbot.core.records.kinds.people import Person
from cloudbot.core.records.kinds.providers import Provider
from cloudbot.core.records.permissions import is_member
from cloudbot.features.records.answering import from_records, meant, none_such
from cloudbot.features.records.calling import called

if TYPE_CHECKING:
    from cloudbot.core.engine import World
    from cloudbot.core.records.tree import View

MOST = 2
"""How many ways are told of each answer; of the rest the names."""
_DAY = re.compile(r"(?P<rest>.*?)\s+on\s+(?P<day>\S+)", re.IGNORECASE)
_TEAM = re.compile(r"(?P<rest>.*?)\s+for\s+(?P<team>\S+)", re.IGNORECASE)
_DELEGATES = frozenset({"delegate", "delegates"})


def coi(ask: Ask, world: World, view: View) -> Answer:
    """Answer `!coi`, `!coi check PERSON`, `!coi who PROVIDER`; anything else with who may declare, and how."""
    verb, _, rest = ask.args.get("what", "").partition(" ")
    if not verb:
        return board(view)
    if verb.lower() in {"check", "who"} and rest.strip():
        wanted, asked = split_day(rest.strip())
        there = view if asked is None else at_day(asked, world, view)
        if there is None:
            return Answer(words="irc/coi_no", values={"why": "day", "day": asked, "how": HOW})
        return check(wanted, there) if verb.lower() == "check" else who(wanted, there)
    why = verb.lower() if verb.lower() in {"check", "who", "declare"} else "claim"
    return Answer(words="irc/coi_no", values={"why": why})


def split_day(text: str) -> tuple[str, str | None]:
    """Take `on DAY` from the end of a text."""
    found = _DAY.fullmatch(text)
    return (found["rest"].strip(), found["day"]) if found else (text, None)


def split_team(text: str) -> tuple[str, str | None]:
    """Take `for TEAM` from the end of a text; `for delegate` names no team."""
    found = _TEAM.fullmatch(text)
    if found is None:
        return text, None
    return found["rest"].strip(), None if found["team"].casefold() in _DELEGATES else found["team"].casefold()


def at_day(text: str, world: World, view: View) -> View | None:
    """Return the records on a day as somebody typed it; None if it is no day."""
    day = day_of(text, view.on)
    return None if day is None or world.records is None else world.records.on(day, world.at)


def teams_of(view: View) -> tuple[str, ...]:
    """Return the teams that have delegates by the acts."""
    return tuple(sorted({one.record.team for one in view.all(DelegationAct)}))


def check(text: str, view: View) -> Answer:
    """Say what somebody is bound to, what stands against them as a delegate, how their declaration stands."""
    wanted, team = split_team(text)
    known = called(view)
    person = known.get(wanted.casefold())
    if person is None:
        return none_such("person", wanted, (), view.all(Person))
    teams = teams_of(view)
    if team is not None and team not in teams:
        return Answer(words="irc/coi_no", values={"why": "team", "team": team, "teams": teams})
    its = interests_of(view, person, view.on)
    ways = {name: ways_to_provider(view, its, name, view.on)[0] for name in sorted(its.providers())}
    declared = declared_on(view, person, view.on)
    first = team or (teams[0] if teams else None)
    values = {
        "person": person,
        "day": view.on,
        "ways": [(name, explained(view, way)) for name, way in ways.items()],
        "private": its.private,
        "unlinked": its.unlinked,
        "candidacy": if_appointed(view, [person], first) if first is not None else None,
        "declared": declared,
        "contradicted": contradicted(its),
        "most": MOST,
    }
    return Answer(words="irc/coi_check", values=values)


def who(wanted: str, view: View) -> Answer:
    """Say who of the team is bound to a provider, and by which way."""
    every = view.all(Provider)
    found = meant(wanted, every, lambda provider: (provider.name,))
    if isinstance(found, tuple):
        return none_such("provider", wanted, found, every)
    team = [one.id for one in view.all(Person) if is_member(view, one.id)]
    held = {person: interests_of(view, person, view.on) for person in team}
    bound = {
        person: explained(view, ways_to_provider(view, its, found.id, view.on)[0])
        for person, its in held.items()
        if found.id in its.providers()
    }
    private = sum(its.private for its in held.values())
    values = {"provider": found.id, "day": view.on, "bound": bound, "private": private, "most": MOST}
    return Answer(words="irc/coi_who", values=values)


def board(view: View) -> Answer:
    """Say which delegates have to declare, and what is over a limit today."""
    people: set[str] = set()
    over = []
    for team, there in sitting(view, view.on).items():
        rules = rules_on(view, view.on, team)
        people |= there if rules else set()
        over += [(team, one) for one in breaches(view, there, view.on, rules, appointing=False)]
    stand = {person: declared_on(view, person, view.on) for person in sorted(people)}
    values = {
        "count": len(people),
        "wanting": {person: one for person, one in stand.items() if one.state in WANTING},
        "over_limit": over,
    }
    return Answer(words="irc/coi", values=values)


COI = Command(
    name="coi",
    help="who has to declare interests; who is bound to a provider and how: check PERSON, who PROVIDER, on any DAY",
    params=(Param(name="what", kind="rest", optional=True),),
    answer=from_records(coi),
    examples=("!coi", "!coi check erin for cloud on 2023-04-01", "!coi who bigblue"),
)
