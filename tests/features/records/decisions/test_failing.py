"""What goes wrong on the way: a line that is not said, two changes at once, a network away, a change refused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.core.effects import CommitRecords, Say, SetTimer
from cloudbot.core.facts import Delivered, RecordsRefused, RecordsSeen, TimerFired
from cloudbot.core.speech import NetworkHealth
from cloudbot.features.records.decisions.clock import AGAIN, TIMER
from tests.features.builders import Bot
from tests.features.records.decisions.rooms import BOF, GRACE, MAIL, SUNDAY, Room, files, opened
from tests.features.records.worlds import COMMIT, bot, by, carried_out

if TYPE_CHECKING:
    from datetime import datetime

    from cloudbot.core.engine import World

ID = "D-2019-001"
SEEN = RecordsSeen(at=BOF, commit=COMMIT, good=COMMIT)
LAZY = by("grace", "lazy", text="Meet each month until the end of the week", at=BOF)


def announcements(effects: list[object]) -> list[Say]:
    return [each for each in effects if isinstance(each, Say) and "/announced/" in each.key]


def changes(effects: list[object]) -> list[CommitRecords]:
    return [each for each in effects if isinstance(each, CommitRecords)]


def test_a_line_that_did_not_go_out_is_said_again_under_another_name_and_not_for_ever() -> None:
    one = bot(files())
    (order,) = changes([*one.take(LAZY)])
    (line,) = announcements([*one.take(carried_out(one, order, BOF))])
    keys = []
    for _ in range(9):
        keys.append(line.key)
        assert announcements([*one.take(Delivered(at=BOF, key=line.key, state="dead"))]) == []
        again = announcements([*one.take(SEEN)])
        if not again:
            break
        (line,) = again
    assert keys == [f"decision/{ID}/announced/oftc/#debian-cloud{number}" for number in ("", "/2", "/3", "/4", "/5")]


def test_two_proofs_at_once_are_both_recorded() -> None:
    one = bot(files())
    (order,) = changes([*one.take(LAZY)])
    (line,) = announcements([*one.take(carried_out(one, order, BOF))])
    (mail,) = changes([*one.take(by("grace", "announced", id=ID, proof=MAIL, at=BOF))])
    (said,) = changes([*one.take(Delivered(at=BOF, key=line.key, state="sent"))])
    made = carried_out(one, mail, BOF)
    assert one.records is not None
    one.records = replace(one.records, commit="beef" * 10)
    one.take(made)
    refused = carried_out(one, said, BOF)
    assert isinstance(refused, RecordsRefused)
    (again,) = changes([*one.take(refused)])
    room = Room(one)
    room.happens(carried_out(one, again, BOF))
    assert (room.states, [each.venue for each in room.decision().announced]) == ({ID: "open"}, ["list", "irc"])


def test_what_was_refused_is_tried_again_on_other_records_only_and_looked_at_once_an_hour() -> None:
    room = opened()
    fired = TimerFired(at=SUNDAY + GRACE, name=TIMER, due=SUNDAY + GRACE)
    (change,) = changes([*room.one.take(fired)])
    no = RecordsRefused(at=fired.at, key=change.key, person="grace", to=None, reasons=("no",))
    room.one.take(no)
    effects = room.one.take(replace(fired, at=fired.at + timedelta(seconds=1)))
    assert changes([*effects]) == []
    assert [each.due for each in effects if isinstance(each, SetTimer)] == [fired.at + timedelta(seconds=1) + AGAIN]
    assert room.one.records is not None
    room.one.records = replace(room.one.records, commit="beef" * 10)
    (again,) = changes([*room.one.take(replace(fired, at=fired.at + AGAIN, due=fired.at + AGAIN))])
    assert again.key == f"{change.key}/2"


@dataclass(slots=True, kw_only=True)
class Apart(Bot):
    """A bot that knows how its network stands."""

    state: str = "ready"

    def world(self, at: datetime) -> World:
        """Return its world, with the network in it."""
        health = NetworkHealth(network="oftc", state=self.state, since=BOF)  # type: ignore[arg-type]
        return replace(Bot.world(self, at), networks=(health,))


def test_off_the_network_over_the_deadline_nothing_is_closed_before_a_grace_of_its_own() -> None:
    plain = bot(files())
    one = Apart(records=plain.records, team=plain.team)
    room = Room(one)
    room.says("grace", "!lazy Meet each month until the end of the week")
    room.says("grace", f"!announced {ID} {MAIL}")
    one.state = "connecting"
    room.until(SUNDAY + timedelta(hours=12))
    assert room.states == {ID: "open"}
    one.state = "ready"
    room.until(SUNDAY + timedelta(hours=24))
    assert (room.states, room.decision().closed_at) == ({ID: "accepted"}, SUNDAY + 3 * GRACE)


def test_where_nobody_of_the_team_is_left_to_act_for_it_waits_and_does_not_spin() -> None:
    room = opened()
    assert room.one.records is not None
    tree = room.one.records.tree
    path = "people/grace.toml"
    gone = dict(tree.texts) | {path: tree.texts[path].replace('name = "Grace', 'left = 2019-07-24\nname = "Grace')}
    room.one.records = bot(gone).records
    before = list(room.made)
    room.until(SUNDAY + timedelta(days=2))
    assert (room.states, room.made) == ({ID: "open"}, before)
