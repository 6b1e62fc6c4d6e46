"""What the state of things asks a meeting: facts with age, owner and link, and nothing where all is well."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.facts import LookFailed
from cloudbot.features.ci.acknowledged import Ack, Acknowledged
from cloudbot.features.ci.builds import Builds
from cloudbot.features.records.meetings.drafting import NAMES, SHOWN, drafted
from cloudbot.features.records.meetings.reviewing import review
from tests.core.records.trees import example
from tests.features.builders import merge_request, merge_requests_seen
from tests.features.records.meetings.mails import busy
from tests.features.records.worlds import AT, bot

if TYPE_CHECKING:
    from cloudbot.core.meetings.planned import Planned
    from tests.features.builders import Bot

MR = "https://salsa.example.org/mr/128"
TALK = "https://debconf.example.org/bof"
UNTIL = date(2019, 9, 11)
ACTION = """\
schema = "cloudbot/action/1"
id = "{id}"
title = "{title}"
state = "{state}"
"""


def draft(one: Bot, at: datetime = AT, until: date = UNTIL) -> dict[str, Planned]:
    world = one.world(at)
    assert world.records is not None
    return {item.id: item for item in drafted(world, world.records.at(at), until)}


def changed(path: str, old: str, new: str) -> dict[str, bytes]:
    files = example()
    assert old.encode() in files[path]
    files[path] = files[path].replace(old.encode(), new.encode())
    return files


def action(number: int, state: str = "open", more: str = "", title: str = "Do it") -> dict[str, bytes]:
    name = f"A-2019-{number:03}"
    return {f"actions/{name}.toml": (ACTION.format(id=name, title=title, state=state) + more).encode()}


def reviewed(files: dict[str, bytes], since: date | None = None) -> Planned | None:
    records = bot(files).records
    assert records is not None
    return review(records.at(AT), since)


def bare() -> dict[str, bytes]:
    """Return the example team without its actions."""
    return {path: text for path, text in example().items() if not path.startswith("actions/")}


@pytest.mark.need("N06", by="!agenda")
def test_what_is_red_or_waits_has_a_line_with_age_owner_and_link() -> None:
    found = draft(busy())
    assert found["builds"].lines == (
        "ec2 sid arm64 fails; script_failure; since Sat 12:00, 3 d https://salsa.example.org/j/7",
        "debian-cloud-images master fails; since Sat 12:00, 3 d https://salsa.example.org/p/41",
        "debian-cloud-images daily 3 did not run; since Tue 04:00, 8 h",
    )
    assert found["review"].lines == (
        f'debian-cloud-images !128 "Remove some packages"; needs review; since 2019-04-16, 98 d; by alex {MR}',
    )


def test_a_failure_that_somebody_knows_of_says_who_and_why() -> None:
    one = busy()
    cell = next(iter(one.world(AT).document(Builds).cells.values()))
    ack = Ack(
        name=cell.name, signature=cell.signature, reason="disk full", by="dan", at=AT, until=AT + timedelta(days=3)
    )
    one.documents = {**one.documents, Acknowledged: Acknowledged(acks={cell.name: ack})}
    assert draft(one)["builds"].lines[0] == (
        "ec2 sid arm64 fails; script_failure; since Sat 12:00, 3 d; known to dan: disk full https://salsa.example.org/j/7"
    )


def test_where_nothing_was_ever_read_and_nothing_is_due_there_is_no_item() -> None:
    files = {p: t for p, t in example().items() if p.startswith(("series/", "people/", "orgs/", "areas/"))}
    assert draft(bot(files)) == {}


def test_what_is_old_says_so_and_nothing_known_from_a_source_that_is_away_is_said_too() -> None:
    one = busy()
    one.take(LookFailed(at=AT, source="salsa", reason="unreachable", detail="no answer"))
    later = AT + timedelta(hours=3)
    away = "salsa does not answer since 3 h; read 3 h ago"
    assert draft(one, later)["builds"].lines[-1] == f"as far as is known: {away}"
    quiet = bot()
    quiet.take(merge_requests_seen(merge_request(1, made=AT), at=AT))
    assert "review" not in draft(quiet, later)
    assert draft(quiet, AT + timedelta(days=2))["review"].lines == ("nothing is known to be so: read 2 d ago",)


def test_more_lines_than_fit_are_counted() -> None:
    one = bot()
    many = [merge_request(number, made=AT - timedelta(days=30, hours=number)) for number in range(1, 16)]
    one.take(merge_requests_seen(*many, at=AT))
    lines = draft(one)["review"].lines
    assert (len(lines), lines[-1], draft(one)["review"].minutes) == (SHOWN + 1, "and 3 more", 15)
    assert lines[0].startswith(("cloud-team/debian-cloud-images !15", "debian-cloud-images !15"))


def test_decisions_are_those_that_end_before_the_meeting_after_with_the_providers_they_touch() -> None:
    found = draft(bot())["decisions"]
    assert found.lines == (
        "D-2019-001 Hold the 2019 sprint at the university, 14-16 October; open, until 2019-07-29; proposed by grace",
        "D-2019-002 Push images directly to Swiss Host; open, until 2019-07-30; proposed by bob",
    )
    assert found.providers == ("swisshost",)
    assert draft(bot(), until=date(2019, 7, 29))["decisions"].providers == ()
    assert "decisions" not in draft(bot(), until=date(2019, 7, 28))
    late = draft(bot(), AT + timedelta(days=10))["decisions"].lines[0]
    assert late.endswith("open, was to end 2019-07-29, 4 d ago; proposed by grace")


def test_an_objection_that_is_open_is_counted() -> None:
    objection = 'objections = [\n    { by = "dan", at = 2019-07-22 19:00:00+00:00, title = "too dear" },\n]'
    files = changed("decisions/D-2019-001.toml", "objections = []", objection)
    assert draft(bot(files))["decisions"].lines[0].endswith("proposed by grace; 1 open objection")


def test_delegations_that_end_and_declarations_that_do_not_count_are_facts_with_dates() -> None:
    assert draft(bot())["delegations"].lines == (
        f"cloud-2019-07-resign-alice announces that alice leaves cloud, since 2019-07-22 without a day {TALK}",
        "carol: no declaration of interests",
    )
    later = datetime(2020, 1, 10, tzinfo=UTC)
    assert [line for line in draft(bot(), later)["delegations"].lines if "counted" in line] == [
        "alice: declaration of interests counted until 2019-09-20",
        "bob: declaration of interests counted until 2019-09-21",
    ]


def test_images_and_offers_say_since_when_and_whose_they_are() -> None:
    files = changed("offers/O-2018-001.toml", 'state = "lost"', 'state = "open"')
    found = draft(bot(files))
    assert found["images"].lines == ("vagrant is 184 days old, and 35 are allowed; nobody answers for it",)
    assert [line[:11] for line in found["offers"].lines] == ["O-2018-001 "]


def test_the_draft_is_the_same_each_time_and_its_ids_are_known() -> None:
    one = busy()
    assert draft(one) == draft(one)
    assert set(draft(one)) <= NAMES


@pytest.mark.need("N17", "N36", "N40", by="!agenda")
def test_actions_say_what_was_done_since_the_last_meeting_and_what_is_open_and_late() -> None:
    files = {
        **bare(),
        **action(1, "done", 'closed = 2019-07-11\nevidence = { url = "https://example.org" }\n'),
        **action(2, "done", 'closed = 2019-07-09\nevidence = { url = "https://example.org" }\n'),
        **action(3, more='owner = "dan"\nassigned = 2019-07-01\naccepted = 2019-07-02\ndue = 2019-07-20\n'),
        **action(4, more='owner = "erin"\nassigned = 2019-07-20\n'),
        **action(5, more='owner = "bob"\nassigned = 2019-06-01\ndue = { before = "s2019" }\n'),
    }
    found = reviewed(files, date(2019, 7, 10))
    assert found is not None
    assert (found.text, found.source, found.minutes) == ("Actions of last time: 1 done, 3 open, 1 late", "actions", 5)
    assert found.lines == (
        "A-2019-003 Do it; dan; 3 d late",
        "A-2019-005 Do it; nobody (bob did not answer); due 2019-10-13; since 2019-06-01",
        "A-2019-004 Do it; erin was asked; since 2019-07-20",
    )


def test_without_actions_there_is_no_such_item_and_of_many_the_rest_is_counted() -> None:
    assert reviewed(bare()) is None
    many = bare()
    for number in range(1, 25):
        many |= action(number, title=f"Do {number}")
    found = reviewed(many)
    assert found is not None
    assert (len(found.lines), found.lines[-1], found.minutes) == (21, "and 4 more: !actions", 15)


def test_all_done_since_last_time_is_worth_an_item() -> None:
    files = {**bare(), **action(1, "done", 'closed = 2019-07-11\nevidence = { url = "https://example.org" }\n')}
    found = reviewed(files, date(2019, 7, 10))
    assert found is not None
    assert (found.text, found.lines) == ("Actions of last time: 1 done", ())
