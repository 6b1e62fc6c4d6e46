"""`!sprint ID VERB ...`: what can be done to the public part of a sprint, each verb one operation."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cloudbot.core.effects import Effect
from cloudbot.core.records.gates import NEXT, OFF, ahead, is_over, next_sprint
from cloudbot.core.records.kinds.sprints import Sprint
from cloudbot.core.records.operations import NEW_ID, Change, Operation, add, make, put
from cloudbot.core.records.tree import Filed
from cloudbot.features.records.actions.orders import due_words, new_action
from cloudbot.features.records.actions.wording import wanted
from cloudbot.features.records.answering import meant, none_such
from cloudbot.features.records.orders import NotSo, Order
from cloudbot.features.records.sprints.edits import CHANGED, NO, Misread, change_of, seen, told
from cloudbot.features.records.sprints.ending import cancel, claims, report, set_state
from cloudbot.features.records.sprints.gating import booking, budget, dates, decision
from cloudbot.features.records.sprints.people import host, invite, join, leave, reply

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_PLACE = re.compile(r"(?P<city>[^,:]{1,60}),\s*(?P<country>[A-Z]{2})(?:\s*[,:]\s*(?P<venue>.+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One thing that can be done: how it is typed after the sprint, and what it makes of the order."""

    usage: str
    carry: Callable[[Order, Filed[Sprint], str], Effect]


def change_sprint(order: Order) -> Effect:
    """Carry out `!sprint`: `new ID TITLE`, or a verb on the sprint named, else on the next one."""
    words = order.arg("text").split(maxsplit=1)
    first, rest = words[0], words[1] if len(words) > 1 else ""
    if first.casefold() == "new":
        return _new(order, rest)
    if first.casefold() in VERBS:
        one, verb = _meant_sprint(order, first.casefold()), first.casefold()
    else:
        one = _named(order, first)
        verb, _, rest = rest.partition(" ")
        verb = verb.casefold()
    if verb not in VERBS:
        raise NotSo(NO, why="verb", verb="" if verb == "help" else verb, id=one.id, verbs=tuple(VERBS))
    try:
        return VERBS[verb].carry(order, one, rest.strip())
    except Misread:
        raise NotSo(NO, why="usage", id=one.id, verb=verb, usage=VERBS[verb].usage) from None


def _named(order: Order, name: str) -> Filed[Sprint]:
    every = order.view.all(Sprint)
    found = meant(name, every, lambda sprint: (sprint.title,))
    if isinstance(found, tuple):
        raise NotSo.answered(none_such("sprint", name, found, every))
    return found


def _meant_sprint(order: Order, verb: str) -> Filed[Sprint]:
    """Return the sprint that is meant where none is named: the next one; of reports and claims, the last one."""
    view = order.view
    if verb in {"report", "claims"}:
        over = [one for one in view.all(Sprint) if is_over(view, one.record) and one.record.dates.to is not None]
        if over:
            return max(over, key=lambda one: str(one.record.dates.to))
    found = next_sprint(view)
    if found is None or (verb not in {"report", "claims"} and not ahead(view, found.record)):
        raise NotSo(NO, why="none ahead")
    return found


def _new(order: Order, text: str) -> Effect:
    words = text.split(maxsplit=1)
    if len(words) < 2 or not _SLUG.fullmatch(words[0]):  # noqa: PLR2004 - an id and a title
        raise NotSo(
            NO, why="usage", id="new", verb="", usage="ID TITLE; the id is short: s2020, lower-case letters and digits"
        )
    name, title = words[0], order.free(words[1].strip().strip("\"'“”"))[:160].strip()
    if order.view.get(Sprint, "sprint", name) is not None or name in VERBS or name == "new":
        raise NotSo(NO, why="taken", id=name)
    changes = (
        make("sprint", name, {"title": title, "state": "idea", "booking": "closed"}),
        make("sprint-attendees", name, {"people": []}),
    )
    return order.to(Operation(verb="add", changes=changes), CHANGED, what="new", sprint=name, title=title)


def _venue(order: Order, one: Filed[Sprint], text: str) -> Effect:
    if not text:
        raise Misread
    place = _PLACE.fullmatch(order.free(text))
    found = place.groupdict() if place is not None else {"venue": text}
    edits = [put("place", key, value=value.strip()) for key, value in found.items() if value]
    return told(order, one, change_of(one, "place", edits), "venue", text=text)


def _visa(order: Order, one: Filed[Sprint], text: str) -> Effect:
    weeks = re.fullmatch(r"(\d{1,2})\s*(?:w|weeks?)?", text)
    if weeks is None:
        raise Misread
    return told(
        order, one, change_of(one, "visa", [put("place", "visa_weeks", value=int(weeks[1]))]), "visa", weeks=weeks[1]
    )


def _promise(order: Order, one: Filed[Sprint], text: str) -> Effect:
    if one.record.state in OFF:
        raise NotSo(NO, why="over", id=one.id)
    found = wanted(order, text)
    promised = Change(kind="sprint", id=one.id, edits=(add("promises", value=NEW_ID),), expects=seen(one, "state"))
    operation = Operation(verb="promise", changes=(new_action(order, found, {"sprint": one.id}), promised))
    return told(
        order,
        one,
        operation,
        "promised",
        text=found.title,
        owner=found.owner or "",
        mine="yes" if found.owner == order.person else "",
        due=due_words(found.due),
    )


def _goal(order: Order, one: Filed[Sprint], text: str) -> Effect:
    if not text:
        raise Misread
    goal = order.free(text)[:160].strip()
    return told(order, one, change_of(one, "goal", [add("goals", value=goal)]), "goal", text=goal)


VERBS: Mapping[str, Verb] = {
    "dates": Verb(usage="2019-10-14 2019-10-16 [final]", carry=dates),
    "venue": Verb(usage="CITY, CC: HOUSE", carry=_venue),
    "visa": Verb(usage="WEEKS", carry=_visa),
    "host": Verb(usage="ORG [contact PERSON] [backup PERSON]", carry=host),
    "decision": Verb(usage="D-2019-001", carry=decision),
    "budget": Verb(usage="requested | approved MAIL | declined | not needed", carry=budget),
    "booking": Verb(usage="open | close", carry=booking),
    "invite": Verb(usage="PROVIDER", carry=invite),
    "reply": Verb(usage="PROVIDER coming | remote | not coming | thinking", carry=reply),
    "join": Verb(usage="[onsite | remote], each for themself", carry=join),
    "leave": Verb(usage="(nothing more), each for themself", carry=leave),
    "goal": Verb(usage="TEXT", carry=_goal),
    "promise": Verb(usage="TEXT [for PERSON] [due DAY]", carry=_promise),
    "report": Verb(usage="URL", carry=report),
    "claims": Verb(usage="open | closed | none", carry=claims),
    "state": Verb(usage=" | ".join(NEXT), carry=set_state),
    "cancel": Verb(usage="[REASON]", carry=cancel),
}
"""Everything that can be typed after a sprint."""
