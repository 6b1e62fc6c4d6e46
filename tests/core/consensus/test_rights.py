"""Who may change what of a decision, whatever way the change comes: chat and merge request are judged alike."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.records.applying import Refused, apply
from cloudbot.core.records.loading import load
from cloudbot.core.records.operations import Change, Edit, Operation, add, put
from tests.core.records.trees import TODAY, example

if TYPE_CHECKING:
    from cloudbot.core.records.tree import Tree

OPEN = "decisions/D-2019-002.toml"
ON = date(2019, 7, 24)
AT = datetime(2019, 7, 24, 9, tzinfo=UTC)
LATER = datetime(2019, 8, 30, 9, tzinfo=UTC)
MAIL = {"venue": "list", "msgid": "<again@example.org>", "at": AT}
ZOE = {"by": "zoe", "at": AT, "title": "too far"}
MINUTES = {"note": "minutes debian-cloud.2019-07-24-19.00"}


def tree(objection: str = "") -> Tree:
    """Return the example team, with an objection to the decision that bob proposed."""
    files = example()
    text = files[OPEN].decode().replace("objections = []", f"objections = [\n{objection}]")
    if objection:
        text = text.replace('state = "open"', 'state = "objected"')
    found, findings = load({**files, OPEN: text.encode()}, {})
    assert findings == []
    return found


ERINS = '    { by = "erin", at = 2019-07-23T12:00:00Z, title = "too slow" },\n'


def met(by: str, *more: Edit) -> tuple[Edit, ...]:
    at = ("objections", 0)
    return (put(*at, "resolved_at", value=AT), put(*at, "resolved_by", value=by), *more)


REOPENED = (put("state", value="open"), put("deadline", value=LATER))
BY_MINUTES = (*met("meeting", put("objections", 0, "resolved_proof", value=MINUTES)), *REOPENED)


def rules_broken(person: str, *edits: Edit, objection: str = "") -> set[str]:
    """Return the rules by which a change is refused, or takes a second person; none if somebody may make it alone."""
    operation = Operation(verb="x", changes=(Change(kind="decision", id="D-2019-002", edits=edits),))
    try:
        done = apply(tree(objection), operation, ON, today=TODAY, person=person)
    except Refused as no:
        return {reason.split(" E ")[1].split()[0] for reason in no.reasons}
    return {"second person"} if done.second else set()


@pytest.mark.parametrize(
    ("person", "edits", "found"),
    [
        pytest.param("erin", (*met("erin"), *REOPENED), set(), id="who raised it"),
        pytest.param("bob", (*met("erin"), *REOPENED), {"second person"}, id="the proposer, in its author's name"),
        pytest.param("bob", (*met("bob"), *REOPENED), {"L-OBJECTION"}, id="the proposer"),
        pytest.param("alice", BY_MINUTES, set(), id="a meeting with minutes"),
        pytest.param("alice", (*met("meeting"), *REOPENED), {"L-OBJECTION"}, id="a meeting without minutes"),
        pytest.param(
            "alice",
            (*BY_MINUTES, put("objections", 0, "title", value="fine")),
            {"second person"},
            id="other words with the minutes",
        ),
    ],
)
def test_an_objection_is_ended_by_who_raised_it_or_by_minutes(
    person: str, edits: tuple[Edit, ...], found: set[str]
) -> None:
    assert rules_broken(person, *edits, objection=ERINS) == found


@pytest.mark.parametrize(
    ("edits", "found"),
    [
        pytest.param((add("announced", value=MAIL),), set(), id="its mail"),
        pytest.param((add("announced", value=MAIL), put("deadline", value=LATER)), set(), id="the clock starts"),
        pytest.param((put("deadline", value=LATER),), {"second person"}, id="the deadline of another alone"),
        pytest.param((add("objections", value=ZOE),), {"second person"}, id="an objection of another on no proof"),
        pytest.param(
            (add("objections", value={**ZOE, "proof": {"msgid": "<zoe@example.org>"}}), put("state", value="objected")),
            set(),
            id="an objection of another that can be read",
        ),
    ],
)
def test_what_a_member_may_record_of_anothers_decision(edits: tuple[Edit, ...], found: set[str]) -> None:
    assert rules_broken("alice", *edits) == found
