"""`!agenda`, `!regrets`, `!chair`: what is planned for the next meeting, and what people do to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cloudbot.core.commands import Ask, Invocation
from cloudbot.core.effects import CommitRecords
from cloudbot.core.records.kinds.meetings import Agenda
from cloudbot.core.speech import Speaker, Venue
from tests.core.records.trees import example
from tests.features.builders import COMMANDS, Bot
from tests.features.records.worlds import AT, bot, by, carried_out, tell, typed

SERIES = "series/monthly.toml"
SECOND = """\
schema = "cloudbot/series/1"
id = "weekly"
title = "Image builders"
channel = "oftc/#debian-images"
rule = "FREQ=WEEKLY;BYDAY=MO"
time = "18:00"
rota = ["bob"]
"""
HEAD = "Monthly team meeting, Wed 2019-08-14 19:00 UTC (in 22 d)"
ACTIONS = "Actions of last time: 2 open, 1 late"
MOVE = "A-2018-001 Move the publish account to the trusted organisation"
COPY = "A-2019-001 Copy CI images to the publish host"
NOTED = "noted: you cannot come to the Monthly team meeting, Wed 2019-08-14"
PUBLISHING = "Publishing: what runs, what is missing"
BUILDERS = Venue("oftc", "#debian-images")
QUERY = Venue("oftc", "alice")


def with_two() -> Bot:
    return bot({**example(), "series/weekly.toml": SECOND.encode()})


def agenda_of(one: Bot, series: str = "monthly") -> Agenda:
    assert one.records is not None
    found = one.records.at(AT).get(Agenda, "agenda", series)
    assert found is not None
    return found


def asked(one: Bot, line: str, venue: Venue, at: datetime = AT) -> list[str]:
    """Ask in a venue; return the answer's lines."""
    parsed = COMMANDS.parse(line, me=("cloudbot",), query=True)
    assert isinstance(parsed, Invocation)
    assert parsed.command.answer is not None
    ask = Ask(at=at, args=parsed.args, venue=venue, speaker=Speaker(nick="alice"))
    answer = parsed.command.answer(ask, one.world(at))
    return [line for line in one.words.render(answer.words, answer.values).splitlines() if line.strip()]


@pytest.mark.need("N06", "N60", by="!agenda")
def test_the_next_meeting_is_told_with_its_items_its_time_and_whose_turn_the_chair_is() -> None:
    assert typed(bot(), "alice", "!agenda") == [
        f"{HEAD}: 7 items, 40 of 60 min; chair: grace's turn; say !chair me to take it.",
        f"1 {ACTIONS} (5); 2 {PUBLISHING} (10); 3 Decisions due (5); 4 Delegations and declarations (5); 5 Sprints (5)",
        "6 Images older than they may be (5); 7 Any other business (5)",
    ]


@pytest.mark.need("N06", by="!agenda")
def test_an_item_is_told_with_its_lines() -> None:
    assert typed(bot(), "alice", "!agenda 1") == [
        f"item 1 of 7, 5 min: {ACTIONS}",
        f"{MOVE}; erin; 173 d late; waits for rainforest-inc since 2019-03-01 | {COPY}; nobody yet; due 2019-10-13",
    ]
    assert typed(bot(), "alice", "!agenda decisions")[0] == "item 3 of 7, 5 min: Decisions due"


def test_an_item_is_added_where_it_belongs_and_the_answer_says_whether_it_fits() -> None:
    one = bot()
    line = "!agenda add where do we point people who ask for Buster images (10 min)"
    assert typed(one, "alice", line) == [
        "item 3, 10 min, 50 of 60 planned. Undo: !agenda drop where-do-we-point-people (c0ffee00)."
    ]
    item = agenda_of(one).items[0]
    assert (item.id, item.text) == ("where-do-we-point-people", "where do we point people who ask for Buster images")
    assert (item.minutes, item.owner, item.added, item.source) == (10, "alice", AT.date(), "added")
    assert typed(one, "bob", "!agenda add Hotel https://example.org/hotel (20 min)") == [
        "item 4, 20 min, 70 of 60 planned: 10 min too long. Undo: !agenda drop hotel (c0ffee00)."
    ]
    assert agenda_of(one).items[1].link == "https://example.org/hotel"
    assert typed(one, "bob", "!agenda")[0] == (
        f"{HEAD}: 9 items, 70 of 60 min, 10 too many: 8, 9 are beyond; chair: grace's turn; say !chair me to take it."
    )
    assert typed(one, "bob", "!agenda 3") == [
        "item 3 of 9, 10 min: where do we point people who ask for Buster images, by alice"
    ]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("!agenda add", "what is to be spoken about? Type: agenda add TEXT (10 min)"),
        ("!agenda add (10 min)", "what is to be spoken about? Type: agenda add TEXT (10 min)"),
        ("!agenda add Hotel (999 min)", "an item takes 1 to 240 minutes; write (10 min)."),
        ("!agenda add PUBLISHING - what runs, what is missing?", f'that is item 2 already: "{PUBLISHING}"'),
        ("!agenda drop 9", 'no item "9"; they are numbered 1 to 7: !agenda'),
        ("!agenda move 2", "type: agenda move N first, last, before M or after M"),
        ("!agenda move 2 before 2", "type: agenda move N first, last, before M or after M"),
        ("!agenda move 2 before 9", 'no item "9"; they are numbered 1 to 7: !agenda'),
        ("!agenda time 2 long", "an item takes 1 to 240 minutes; write (10 min)."),
        ("!agenda back sprints", "nothing that I draft was taken off."),
        ("!agenda 8", 'no item "8"; they are numbered 1 to 7: !agenda'),
        ("!agenda what is this", 'no item "what is this"; they are numbered 1 to 7: !agenda'),
        ("!regrets 2019-08-15", "the next meeting is on Wed 2019-08-14 19:00 UTC; I note regrets for that one only."),
        (
            "!regrets 2019-02-30",
            ('"2019-02-30" is no day; write it as 2019-08-01, tomorrow, friday, 2w, or no day at all: '
            "regrets are for the next meeting."),
        ),
        ("!regrets none", "I had noted no regrets of yours."),
        ("!chair none", "nobody has said to take the chair."),
        ("!chair zoe", 'no record of a person called "zoe"; write the id, as in people/ID.toml, or "me".'),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_with_the_way_out_and_changes_nothing(line: str, answer: str) -> None:
    one = bot()
    before = one.records
    assert typed(one, "alice", line) == [answer]
    assert one.records is before


@pytest.mark.parametrize(
    ("line", "begin"),
    [
        ("!agenda add " + "x" * 161, "that is longer than 160 characters; say in a line what it is about"),
        ("!agenda add my phone is +1 617 555 0123", "that holds a telephone number, so I keep none of it"),
        ("!agenda add the token glpat-abcdefghijkl", "that holds what looks like a secret"),
        ("!agenda add write to zoe@example.net", "that holds somebody's address, so I keep none of it"),
        ("!agenda other add Hotel", "type: agenda add TEXT (10 min), drop N, back ID, move N"),
    ],
)
def test_what_may_not_be_in_public_or_is_too_long_is_refused_with_the_reason(line: str, begin: str) -> None:
    one = bot()
    before = one.records
    assert [said[: len(begin)] for said in typed(one, "alice", line)] == [begin]
    assert one.records is before


def test_what_is_added_is_taken_off_and_what_is_drafted_is_hidden_this_time() -> None:
    one = bot()
    typed(one, "alice", "!agenda add Hotel")
    assert typed(one, "bob", "!agenda drop hotel") == ['off the agenda: "Hotel"; 40 of 60 min planned (c0ffee00).']
    assert agenda_of(one).items == ()
    assert typed(one, "bob", "!agenda drop 5") == [
        'off this agenda: "Sprints"; 35 of 60 min planned. Back: !agenda back sprints (c0ffee00).'
    ]
    assert agenda_of(one).hidden == ("sprints",)
    assert "Sprints" not in "".join(typed(one, "bob", "!agenda"))
    assert typed(one, "bob", "!agenda back builds") == ["taken off were sprints."]
    assert typed(one, "bob", "!agenda back sprints") == [
        "sprints is on the agenda again, if there is something to say about it (c0ffee00)."
    ]
    assert typed(one, "bob", "!agenda 5")[0] == "item 5 of 7, 5 min: Sprints"


@pytest.mark.parametrize(
    ("line", "answer", "order"),
    [
        ("!agenda move 6 first", '"Images older than they may be" is item 1 now (c0ffee00).', ["images", "actions"]),
        ("!agenda move sprints before 2", '"Sprints" is item 2 now (c0ffee00).', ["actions", "sprints", "publishing"]),
        ("!agenda move 2 last", f'"{PUBLISHING}" is item 7 now (c0ffee00).', ["actions", "decisions"]),
        ("!agenda move 2 after 3", f'"{PUBLISHING}" is item 3 now (c0ffee00).', ["actions", "decisions", "publishing"]),
    ],
)  # fmt: skip
def test_an_item_is_moved(line: str, answer: str, order: list[str]) -> None:
    one = bot()
    assert typed(one, "alice", line) == [answer]
    assert list(agenda_of(one).order[: len(order)]) == order
    typed(one, "alice", "!agenda add Hotel")
    assert answer.partition('"')[2].partition('"')[0] in "".join(typed(one, "alice", "!agenda"))


def test_an_order_given_on_what_somebody_saw_before_it_changed_is_refused() -> None:
    one = bot()
    typed(one, "alice", "!agenda move 1 last")
    orders = [by(who, "agenda", number=who, text=f"move {number} first") for who, number in (("alice", 2), ("bob", 3))]
    effects = [effect for order in orders for effect in one.take(order)]
    asked_for = [effect for effect in effects if isinstance(effect, CommitRecords)]
    said = [line for effect in asked_for for line in tell(one, carried_out(one, effect, AT))]
    assert said == [
        '"Decisions due" is item 1 now (c0ffee00).',
        "not done: the agenda of monthly changed meanwhile; look at it (!agenda) and say it again",
    ]


def test_time_is_given_to_any_item() -> None:
    one = bot()
    assert typed(one, "alice", "!agenda time 2 45 min") == [
        '"Publishing: what runs, what is missing" has 45 min now, 75 of 60 planned: 15 min too long (c0ffee00).'
    ]
    assert agenda_of(one).times == {"publishing": 45}
    typed(one, "alice", "!agenda time sprints 1")
    assert agenda_of(one).times == {"publishing": 45, "sprints": 1}


@pytest.mark.need("N42", by="!chair")
def test_whose_turn_it_is_goes_on_to_who_can_come_and_who_says_so_takes_the_chair() -> None:
    one = bot()
    assert typed(one, "grace", "!regrets I am at a wedding") == [
        f"{NOTED}; why is not kept. Back: !regrets none (c0ffee00)."
    ]
    assert "wedding" not in (one.records.tree.texts["agendas/monthly.toml"] if one.records else "wedding")
    assert "chair: dan's turn; say !chair me to take it; regrets: grace." in typed(one, "dan", "!agenda")[0]
    assert typed(one, "erin", "!chair me") == [
        "erin takes the chair of the Monthly team meeting, Wed 2019-08-14 (c0ffee00)."
    ]
    assert "chair: erin; regrets: grace." in typed(one, "dan", "!agenda")[0]
    assert typed(one, "erin", "!chair me") == ["erin takes the chair already."]
    assert typed(one, "erin", "!chair grace") == ["grace said that they cannot come."]
    assert typed(one, "erin", "!regrets 2019-08-14") == [
        f"{NOTED}, and take its chair no more; why is not kept. Back: !regrets none (c0ffee00)."
    ]
    assert (agenda_of(one).chair, [each.person for each in agenda_of(one).regrets]) == (None, ["grace", "erin"])
    assert typed(one, "erin", "!regrets") == ["noted already; !regrets none takes it back."]
    assert typed(one, "grace", "!regrets none") == [
        "noted: you come to the Monthly team meeting, Wed 2019-08-14 (c0ffee00)."
    ]
    assert [each.person for each in agenda_of(one).regrets] == ["erin"]


def test_somebody_may_be_named_for_the_chair_and_it_may_be_given_back() -> None:
    one = bot()
    typed(one, "bob", "!chair dan")
    assert agenda_of(one).chair == "dan"
    assert typed(one, "bob", "!chair none") == [
        "nobody has said to take the chair of the Monthly team meeting, Wed 2019-08-14 now (c0ffee00)."
    ]
    assert agenda_of(one).chair is None


def test_of_two_series_the_channel_decides_and_in_a_query_one_is_named() -> None:
    one = with_two()
    assert asked(one, "!agenda", BUILDERS)[0].startswith("Image builders, Mon 2019-07-29 18:00 UTC (in 6 d): 5 items")
    assert asked(one, "!agenda", QUERY) == [
        "which meeting? Name it first, as in !agenda monthly; there are monthly, weekly."
    ]
    assert asked(one, "!agenda weekly", QUERY)[0].startswith("Image builders, Mon 2019-07-29 18:00 UTC")
    assert "!chair weekly me" in asked(one, "!agenda weekly", QUERY)[0]
    assert asked(one, "!agenda weekly 1", QUERY)[0].startswith("item 1 of 5, 5 min: Actions of last time")
    order = replace(by("bob", "agenda", text="weekly add Hotel"), venue=QUERY)
    assert tell(one, order)[0] == "item 2, 5 min, 30 of 60 planned. Undo: !agenda weekly drop hotel (c0ffee00)."
    assert [item.id for item in agenda_of(one, "weekly").items] == ["hotel"]
    assert tell(one, replace(by("bob", "agenda", text="add Hotel"), venue=QUERY)) == [
        "which meeting? Name it first, as in !agenda monthly; there are monthly, weekly."
    ]


def test_without_a_series_nothing_is_planned() -> None:
    files = {path: text for path, text in example().items() if path != SERIES}
    nothing = "no series of meetings is in the records; one is a file series/ID.toml."
    assert typed(bot(files), "alice", "!agenda") == [nothing]
    assert typed(bot(files), "alice", "!agenda add Hotel") == [nothing]


def test_a_rule_that_gives_no_day_is_no_reason_to_have_no_agenda() -> None:
    files = {**example(), SERIES: example()[SERIES].replace(b"FREQ=MONTHLY;BYDAY=2WE", b"every second Wednesday")}
    assert typed(bot(files), "alice", "!agenda")[0].startswith("Monthly team meeting, no day planned: 7 items")


def test_an_agenda_longer_than_three_lines_says_how_to_see_the_rest() -> None:
    one = bot()
    for number in range(8):
        typed(one, "alice", f"!agenda add A question that is not short at all and has number {number}, which matters")
    said = typed(one, "alice", "!agenda")
    assert len(said) == 3
    assert said[2].endswith("; and 5 more: !agenda 11")


def test_who_is_nobody_to_the_records_changes_no_agenda() -> None:
    order = replace(by("zoe", "agenda", text="add Hotel"), person="zoe")
    nobody = "there is no record of zoe, so I"
    assert [line[: len(nobody)] for line in tell(bot(), order)] == [nobody]


def test_during_the_meeting_it_is_still_the_next_one_and_after_it_the_one_after() -> None:
    in_it = datetime(2019, 8, 14, 19, 30, tzinfo=UTC)
    assert asked(bot(), "!agenda", QUERY, in_it)[0].startswith("Monthly team meeting, Wed 2019-08-14 19:00 UTC: ")
    after = datetime(2019, 8, 15, 9, 0, tzinfo=UTC)
    assert asked(bot(), "!agenda", QUERY, after)[0].startswith(
        "Monthly team meeting, Wed 2019-09-11 19:00 UTC (in 27 d)"
    )


def test_the_chair_of_a_meeting_that_did_not_happen_is_not_that_of_the_next() -> None:
    one = bot()
    typed(one, "dan", "!chair me")
    assert "chair: dan" in typed(one, "alice", "!agenda")[0]
    evening = datetime(2019, 8, 14, 21, 30, tzinfo=UTC)
    assert "chair: grace's turn; say !chair me to take it." in typed(one, "alice", "!agenda", at=evening)[0]
    assert typed(one, "dan", "!chair me", at=evening) == [
        "today's meeting is over, and the next one is Wed 2019-09-11 19:00 UTC; say it from tomorrow on, for that one."
    ]
    typed(one, "dan", "!chair me", at=evening + timedelta(days=1))
    assert "chair: dan" in typed(one, "alice", "!agenda", at=evening + timedelta(days=1))[0]


@pytest.mark.parametrize("hour", [20, 22])
def test_who_takes_the_next_chair_right_after_a_meeting_has_it(hour: int) -> None:
    minutes = (
        'schema = "cloudbot/minutes/1"\nid = "debian-cloud.2019-08-14-19.00"\nseries = "monthly"\n'
        'channel = "oftc/#debian-cloud"\nstarted = 2019-08-14 19:00:00+00:00\nended = 2019-08-14 19:50:00+00:00\n'
    )
    one = bot({**example(), "minutes/debian-cloud.2019-08-14-19.00.toml": minutes.encode()})
    typed(one, "dan", "!chair me", at=datetime(2019, 8, 14, hour, 0, tzinfo=UTC))
    assert "chair: dan" in typed(one, "alice", "!agenda", at=datetime(2019, 8, 20, tzinfo=UTC))[0]


def test_regrets_for_a_meeting_that_did_not_happen_are_not_for_the_next() -> None:
    one = bot()
    day = datetime(2019, 8, 14, 9, 0, tzinfo=UTC)
    typed(one, "grace", "!regrets", at=day)
    assert typed(one, "alice", "!agenda", at=day)[0].endswith("regrets: grace.")
    evening = datetime(2019, 8, 14, 21, 1, tzinfo=UTC)
    assert typed(one, "alice", "!agenda", at=evening)[0].endswith("chair: grace's turn; say !chair me to take it.")
    assert typed(one, "grace", "!regrets", at=evening) == [
        "today's meeting is over, and the next one is Wed 2019-09-11 19:00 UTC; say it from tomorrow on, for that one."
    ]
    later = datetime(2019, 8, 15, 9, 0, tzinfo=UTC)
    assert "Wed 2019-09-11" in typed(one, "grace", "!regrets", at=later)[0]
    assert typed(one, "alice", "!agenda", at=later)[0].endswith("regrets: grace.")
