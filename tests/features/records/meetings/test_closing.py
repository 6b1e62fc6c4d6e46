"""A host name as what shows that an action is done: looked up after the meeting, before its records are asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from cloudbot.core.facts import Delivered
from cloudbot.features.records.meetings.progress import Recorded
from cloudbot.store.codec import decode, encode
from tests.features.records.meetings.held import FILES, ID, Meeting, action

if TYPE_CHECKING:
    from typing import Literal

OPEN = action("A-2019-017", "set up the finder", 'owner = "ben"\nassigned = 2019-07-01\n')
HOST = "images.example.org"
KEY = f"meeting/oftc/debian-cloud/2019/{ID}/look"
DONE = f"ben: #done A-2019-017 {HOST} resolves"


def meets(*lines: str) -> Meeting:
    return Meeting(files=FILES | OPEN).meets(*(lines or (DONE,)))


def told(held: Meeting, state: Literal["sent", "dead", "expired", "unknown"], host: str = HOST) -> dict[str, Any]:
    """Tell how a look ended; return the action then, without who it is of."""
    held.take(Delivered(at=held.at, key=f"{KEY}/{host}", state=state))
    return held.actions()["A-2019-017"]


def test_a_name_is_looked_up_first_and_nothing_is_asked_for_until_that_is_known() -> None:
    held = meets().looks("beef" * 10)
    assert [(one.key, one.host) for one in held.looked_up] == [(f"{KEY}/{HOST}", HOST)]
    assert held.looked_up[0].expires - held.at <= timedelta(minutes=2)
    assert (held.asked, held.mails) == ([], [])


def test_a_name_that_resolves_closes_the_action() -> None:
    found = told(meets(), "sent")
    assert (found["state"], found["evidence"]) == ("done", {"resolves": HOST})
    assert [one["text"] for one in found["updates"]] == [f"done; {HOST} resolves at {ID}"]


@pytest.mark.parametrize("state", ["dead", "expired", "unknown"])
def test_a_name_that_does_not_is_noted_and_the_action_stays_open(state: Literal["dead", "expired", "unknown"]) -> None:
    found = told(meets(), state)
    assert found["state"] == "open"
    assert [one["text"] for one in found["updates"]] == [f"said to be done; {HOST} did not resolve"]


def test_what_is_looked_up_is_known_after_a_restart() -> None:
    held = meets()
    kept = held.bot.documents[Recorded]
    held.bot.documents = {**held.bot.documents, Recorded: decode(Recorded, encode(kept))}
    assert told(held, "sent")["state"] == "done"


def test_of_two_names_both_are_waited_for() -> None:
    held = meets(DONE, "ben: #done A-2019-017 resolves: www.example.org")
    assert told(held, "sent", "www.example.org")["state"] == "open"
    assert held.asked == []
    assert told(held, "sent")["state"] == "done"


def test_a_look_of_which_nothing_is_heard_holds_up_minutes_for_an_hour() -> None:
    held = meets()
    held.at += timedelta(minutes=59)
    assert held.looks().asked == []
    held.at += timedelta(minutes=2)
    assert held.looks().actions()["A-2019-017"]["state"] == "open"
    assert len(held.mails) == 1


@pytest.mark.parametrize(
    "lines",
    [
        ("ben: #done A-2019-017 https://example.org/it",),
        (f"ben: #done A-2019-099 {HOST} resolves",),
        (f"ben: #done {HOST} resolves",),
        (f"ben: #info A-2019-017 {HOST} resolves",),
        (f"ben: A-2019-017 {HOST} resolves",),
    ],
)
def test_nothing_else_is_looked_up(lines: tuple[str, ...]) -> None:
    held = meets(*lines)
    assert (held.looked_up, len(held.asked)) == ([], 1)


def test_strangers_have_nothing_looked_up() -> None:
    held = Meeting(files=FILES | OPEN)
    held.hears("guest: #startmeeting", f"guest: #done A-2019-017 {HOST} resolves", "guest: #endmeeting")
    assert held.looks().looked_up == []


def test_of_many_names_five_are_looked_up() -> None:
    assert len(meets(*(f"ben: #done A-2019-017 n{number}.example.org resolves" for number in range(9))).looked_up) == 5
