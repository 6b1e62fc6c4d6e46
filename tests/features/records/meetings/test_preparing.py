"""What a meeting begins with where there are records: its series, people, who steps back, whose turn it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cloudbot.core.facts import LineSaid
from cloudbot.core.meetings.meeting import Rules
from cloudbot.core.meetings.planned import Known
from cloudbot.core.meetings.prepared import Prepared
from cloudbot.core.speech import Venue
from cloudbot.features.meetings.document import Meetings
from cloudbot.features.records.meetings.preparing import prepared
from tests.core.records.trees import example
from tests.features.builders import CHANNEL, Bot
from tests.features.records.worlds import AT, bot, typed

ELSEWHERE = Venue("oftc", "#debian-images")
PROVIDERS = (
    "bigblue", "Big Blue Cloud", "rainforest", "Rainforest Cloud", "swisshost", "Swiss Host Public Cloud",
)  # fmt: skip
SERIES = "series/monthly.toml"
RULES = b"""\
from = 2019-07-22
voters = "delegates"
grammar = "w3c"
hides = ["off", "does"]
takeover = 5
idle = 20
publish_log = false
name = "cloud"
lists = ["team@lists.example.org"]
"""


PLANNED = datetime(2019, 8, 14, 19, 0, tzinfo=UTC)


def begun(one: Bot, venue: Venue = CHANNEL, at: datetime = AT) -> Prepared:
    return prepared(one.world(at), venue)


def minutes(number: int, *chairs: str) -> dict[str, bytes]:
    """Return the minutes of an earlier meeting with these people in the chair."""
    name = f"debian-cloud.2019-07-{number:02}-19.00"
    listed = ", ".join(f'{{ nick = "{chair}", person = "{chair}" }}' for chair in chairs)
    text = (
        f'schema = "cloudbot/minutes/1"\nid = "{name}"\nseries = "monthly"\nchannel = "oftc/#debian-cloud"\n'
        f"started = 2019-07-{number:02} 19:00:00+00:00\nended = 2019-07-{number:02} 20:00:00+00:00\n"
        f"chairs = [{listed}]\n"
    )
    return {f"minutes/{name}.toml": text.encode()}


def test_the_series_of_the_channel_gives_its_agenda_and_its_defaults() -> None:
    found = begun(bot())
    assert (found.series, found.title, found.topic, found.chair, found.quorum, found.regrets) == (
        "monthly", "Monthly team meeting", "Monthly team meeting", "grace", 2, (),
    )  # fmt: skip
    assert [one.id for one in found.agenda] == [
        "actions", "publishing", "decisions", "delegations", "sprints", "images", "any-other-business",
    ]  # fmt: skip
    assert (found.duration, found.idle) == (timedelta(hours=1), timedelta(minutes=30))
    assert (found.rules, found.publish_log, found.mail) == (Rules(providers=PROVIDERS), True, ())


def test_the_rules_of_the_series_are_those_of_the_meeting() -> None:
    files = {**example(), SERIES: example()[SERIES].replace(b"from = 2019-07-22\n", RULES)}
    found = begun(bot(files))
    hides: frozenset[str] = frozenset({"off", "does"})
    assert (found.rules.w3c, found.rules.hides, found.rules.voters) == (True, hides, "delegates")
    assert (found.rules.takeover, found.idle) == (timedelta(minutes=5), timedelta(minutes=20))
    assert (found.publish_log, found.name, found.mail) == (False, "cloud", ("team@lists.example.org",))


def test_people_are_known_by_their_accounts_on_the_network_with_what_binds_them_to_a_provider() -> None:
    found = {one.person: one for one in begun(bot()).people}
    assert found["bob"] == Known(
        person="bob",
        accounts=frozenset({"bob"}),
        names=("bob", "Bob Berger"),
        delegate=True,
        recused=("swisshost", "Swiss Host Public Cloud"),
    )
    assert found["dan"].accounts == frozenset({"dan_"})
    assert found["frank"].names == ("frank", "Frank Dias", "frankd")
    assert {name for name, one in found.items() if one.delegate} == {"alice", "bob", "carol"}
    assert {name: one.recused[0] for name, one in found.items() if one.recused} == {
        "bob": "swisshost", "dan": "bigblue", "erin": "rainforest",
    }  # fmt: skip
    elsewhere = {one.person: one.accounts for one in begun(bot(), Venue("libera", "#x")).people}
    assert elsewhere["bob"] == frozenset()


def test_a_declared_interest_binds_as_an_affiliation_does() -> None:
    text = (
        'schema = "cloudbot/declaration/1"\nid = "carol-2019"\nperson = "carol"\ndate = 2019-07-01\nby = "self"\n'
        'interests = [\n    { subject = { provider = "bigblue" }, kind = "ownership", from = 2019-01-01 },\n'
        '    { subject = { org = "rainforest-inc" }, kind = "family", from = 2018-01-01, to = 2019-01-01 },\n'
        '    { subject = { private = true }, kind = "declared" },\n]\n'
    )
    found = {one.person: one for one in begun(bot({**example(), "declarations/carol-2019.toml": text.encode()})).people}
    assert found["carol"].recused == ("bigblue", "Big Blue Cloud")


def test_who_has_left_is_not_of_the_meeting() -> None:
    files = example()
    files["people/frank.toml"] = files["people/frank.toml"].replace(b"affiliations", b"left = 2019-07-01\naffiliations")
    assert "frank" not in {one.person for one in begun(bot(files)).people}


def test_a_channel_without_a_series_has_people_and_no_agenda() -> None:
    found = begun(bot(), ELSEWHERE)
    assert (found.series, found.agenda, found.quorum, found.chair) == ("", (), 0, "")
    assert [one.person for one in found.people if one.delegate] == ["alice", "bob", "carol"]
    assert found.rules.providers == PROVIDERS


def test_a_series_that_is_over_or_not_begun_is_not_held() -> None:
    text = example()[SERIES]
    for until in (b"from = 2019-07-24", b"from = 2019-07-01\nto = 2019-07-23"):
        one = bot({**example(), SERIES: text.replace(b"from = 2019-07-22", until)})
        assert begun(one).series == ""


def test_without_records_there_are_the_defaults() -> None:
    assert begun(Bot()) == Prepared()


@pytest.mark.need("N42", by="rota")
@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ((), "grace"),
        ((("grace",),), "dan"),
        ((("dan",), ("grace",)), "dan"),
        ((("erin",),), "grace"),
        ((("alice", "dan"),), "erin"),
        ((("alice",),), "grace"),
    ],
)
def test_the_chair_is_the_next_in_the_rota_after_who_chaired_last(
    held: tuple[tuple[str, ...], ...], expected: str
) -> None:
    files = example()
    for number, chairs in enumerate(held, start=1):
        files |= minutes(number, *chairs)
    assert begun(bot(files)).chair == expected


def test_who_is_away_then_is_passed_over_and_who_is_back_is_not() -> None:
    files = example()
    for until, expected in ((b"2019-08-15", "dan"), (b"2019-08-14", "grace")):
        away = b"\naway_until = " + until + b"\n[debian]"
        files["people/grace.toml"] = example()["people/grace.toml"].replace(b"\n[debian]", away)
        assert begun(bot(files)).chair == expected


def test_where_nobody_of_the_rota_can_the_facilitator_or_the_backup_does() -> None:
    text = example()[SERIES].replace(b'rota = ["grace", "dan", "erin"]', b'rota = ["erin"]')
    one = bot({**example(), SERIES: text})
    for who, expected in (("erin", "grace"), ("grace", "dan"), ("dan", "")):
        typed(one, who, "!regrets")
        assert begun(one).chair == expected
    assert begun(one, at=PLANNED).regrets == ("dan", "erin", "grace")


@pytest.mark.parametrize(
    ("early", "following", "regrets"),
    [
        ({"hours": -1}, "2019-09-11", ("dan",)),
        ({"hours": 0}, "2019-09-11", ("dan",)),
        ({"hours": 36}, "2019-09-11", ("dan",)),
        ({"hours": 37}, "2019-08-14", ()),
        ({"days": 21}, "2019-08-14", ()),
    ],
)
def test_a_meeting_long_before_the_planned_one_is_another_one(
    early: dict[str, int], following: str, regrets: tuple[str, ...]
) -> None:
    one = bot()
    typed(one, "dan", "!regrets", at=PLANNED - timedelta(days=22))
    found = begun(one, at=PLANNED - timedelta(**early))
    assert (f"{found.following:%Y-%m-%d}", found.regrets) == (following, regrets)


def test_who_takes_the_chair_on_the_planned_day_takes_it_then() -> None:
    one = bot()
    typed(one, "dan", "!chair me", at=PLANNED - timedelta(days=22))
    assert [begun(one, at=PLANNED - timedelta(days=days)).chair for days in (0, 21)] == ["dan", ""]


@pytest.mark.need("N06", by="#startmeeting")
def test_startmeeting_begins_with_the_agenda_of_the_records() -> None:
    one = bot()
    typed(one, "alice", "!agenda add Hotel (10 min)")
    fact = LineSaid(at=AT, venue=CHANNEL, nick="grace", text="#startmeeting", account="grace", person="grace", me="bot")
    one.take(fact)
    running = one.world(AT).document(Meetings).running(CHANNEL)
    assert running is not None
    assert (running.prepared.series, running.prepared.rules.bot) == ("monthly", "bot")
    assert "hotel" in [item.id for item in running.prepared.agenda]


def test_the_end_of_a_meeting_names_the_day_of_the_next() -> None:
    one = bot()
    at = datetime(2019, 8, 14, 19, 2, tzinfo=UTC)
    for minute, text in enumerate(("#startmeeting", "#info all is well", "#endmeeting")):
        said = LineSaid(
            at=at + timedelta(minutes=minute),
            venue=CHANNEL,
            nick="grace",
            text=text,
            account="grace",
            person="grace",
            me="bot",
        )
        lines = one.lines(said)
    assert lines[0] == "Meeting ended Wed Aug 14 19:04:00 2019 UTC. The next one is Wed 2019-09-11 19:00 UTC."
