"""What becomes of actions: made, taken, done with evidence, blocked, dropped, handed over; each leaves its line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.commands import Ask, Invocation
from cloudbot.core.effects import CommitRecords, LookUp
from cloudbot.core.facts import Delivered
from cloudbot.core.records.kinds.work import Action
from cloudbot.core.speech import Speaker, Venue
from tests.core.records.trees import example
from tests.features.builders import COMMANDS, merge_request, merge_requests_seen
from tests.features.records.worlds import AT, bot, by, carried_out, tell

if TYPE_CHECKING:
    from tests.features.builders import Bot

NEW = "A-2019-002"
COPY = "A-2019-001"
MOVE = "A-2018-001"
MOVE_LINE = (
    "A-2018-001 erin, late by 173 d, waits for rainforest-inc since 2019-03-01: "
    "Move the publish account to the trusted organisation"
)
WHAT_COUNTS = (
    f"how does one see that {COPY} is done? What counts: a link, a merge request (images!7) that is merged, "
    f"the id of an image that is published, resolves HOST. Nothing to see any more: !drop {COPY} REASON"
)


def asked(one: Bot, text: str, *, at: datetime = AT, nick: str = "bob") -> list[str]:
    """Ask a question as a person of the team; return the lines."""
    parsed = COMMANDS.parse(text, me=("cloudbot",), query=True)
    assert isinstance(parsed, Invocation), parsed
    assert parsed.command.answer is not None
    person = next((each for each in one.team.people if each.name == nick), None)
    ask = Ask(at=at, args=parsed.args, venue=Venue("oftc", nick), speaker=Speaker(nick=nick), person=person)
    answer = parsed.command.answer(ask, one.world(at))
    rendered = one.words.render(answer.words, answer.values)
    return [line.strip() for line in rendered.splitlines() if line.strip()]


def known(one: Bot, identity: str = NEW) -> Action:
    assert one.records is not None
    action = one.records.at(AT).get(Action, "action", identity)
    assert action is not None
    return action


def story(one: Bot, identity: str = NEW) -> list[str]:
    return [f"{update.at} {update.by}: {update.text}" for update in known(one, identity).updates]


def new(one: Bot, text: str, person: str = "bob", *, at: datetime = AT) -> list[str]:
    return tell(one, by(person, "action", text=text, at=at, number=f"{person} {text} {at}"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Write docs", f'{NEW}: "Write docs" is nobody\'s yet; whoever takes it says: accept {NEW} (c0ffee00).'),
        (
            "Write docs effort 2d",
            f'{NEW}: "Write docs" is nobody\'s yet (2d of work); whoever takes it says: accept {NEW} (c0ffee00).',
        ),
        ("Write docs for me", f'{NEW}: "Write docs" is yours (c0ffee00).'),
        ("Write docs for Bob", f'{NEW}: "Write docs" is yours (c0ffee00).'),
        ("Write docs for grace", f'{NEW}: "Write docs" waits for grace to say: accept {NEW} (c0ffee00).'),
        (
            "Write docs by grace until 2019-08-01",
            f'{NEW}: "Write docs" waits for grace to say: accept {NEW}; due Thu 2019-08-01 (c0ffee00).',
        ),
        ("Write docs due friday for me", f'{NEW}: "Write docs" is yours; due Fri 2019-07-26 (c0ffee00).'),
        ("Write docs, for me (effort 2 d), by 2w", f'{NEW}: "Write docs" is yours; due Tue 2019-08-06 (c0ffee00).'),
        ('"Write docs" for me before s2019', f'{NEW}: "Write docs" is yours; due before s2019 (c0ffee00).'),
        ("Write docs for me before the next sprint", f'{NEW}: "Write docs" is yours; due before s2019 (c0ffee00).'),
        ("Write docs for me before 2019-08-01", f'{NEW}: "Write docs" is yours; due Wed 2019-07-31 (c0ffee00).'),
        ("Write docs for me, before October", f'{NEW}: "Write docs" is yours; due Mon 2019-09-30 (c0ffee00).'),
        ("Write docs for users for me", f'{NEW}: "Write docs for users" is yours (c0ffee00).'),
        (
            "Publish before the bullseye freeze for me",
            f'{NEW}: "Publish before the bullseye freeze" is yours (c0ffee00).',
        ),
    ],
)
def test_an_action_is_written_down_as_people_say_it(text: str, line: str) -> None:
    assert new(bot(), text) == [line]


@pytest.mark.need("N01", "N40", by="!action")
def test_a_new_action_says_who_wrote_it_down_whose_it_is_and_what_it_is_before() -> None:
    one = bot()
    new(one, "Write docs for grace before s2019 effort 2d")
    action = known(one)
    assert (action.title, action.owner, action.assigned, action.accepted, action.effort, action.state) == (
        "Write docs",
        "grace",
        date(2019, 7, 23),
        None,
        "2d",
        "open",
    )
    assert getattr(action.due, "before", None) == "s2019"
    assert story(one) == ["2019-07-23 bob: given to grace"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "for bob 2019",
            f'{NEW}: "for bob 2019" is nobody\'s yet; whoever takes it says: accept {NEW} (c0ffee00).',
        ),
        ('""', "what is to be done? Type: action TEXT [for PERSON] [due DAY or before SPRINT] [effort 2d]"),
        (
            "Write docs due 2019-02-30",
            '"2019-02-30" is no day that I can read; write 2019-08-01, tomorrow, friday, 2w or before SPRINT.',
        ),
        ("Write docs due 2019-07-22", "2019-07-22 is over; write a day to come."),
        (
            "Write docs before s2018",
            "s2018 is over or cancelled; write a day, or a sprint to come (!sprints lists them).",
        ),
        ("x" * 161, "that is longer than 160 characters; say in a line what is to be done, and link to the rest."),
    ],
)
def test_words_that_are_no_action_get_one_line_with_the_way_out(text: str, line: str) -> None:
    assert new(bot(), text) == [line]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Fetch carol, arrives with LH 454", "a flight"),
        ("Call +49 30 1234567 about the venue", "a telephone number"),
        ("Book a room, room mate: Ben", "who shares a room"),
        ("Ask ben.smith@example.org for the key", "somebody's address"),
        ("Ask Ben <ben.smith@example.org> for the key", "somebody's address"),
    ],
)
def test_private_things_are_refused_and_not_repeated(text: str, what: str) -> None:
    one = bot()
    effects = one.take(by("bob", "action", text=text))
    assert [effect for effect in effects if isinstance(effect, CommitRecords)] == []
    assert one.said(effects) == [
        (
            f"that holds {what}, so I keep none of it: what stands in the records is public for ever. "
            "Say it without, and tell such things only to whom they concern."
        )
    ]


def test_who_has_no_record_is_told_what_to_do() -> None:
    stranger = replace(by("bob", "action", text="Write docs"), person="Robin")
    assert tell(bot(), stranger) == [
        (
            "there is no record of Robin, so I cannot write who did it: people/ID.toml with your "
            "account in it has to be "
            "merged into the records first."
        )
    ]


def test_the_configuration_may_write_a_name_in_another_case() -> None:
    one = bot()
    tell(one, replace(by("bob", "accept", id=COPY), person="Bob"))
    assert known(one, COPY).owner == "bob"


def test_before_the_records_were_read_it_is_said_so() -> None:
    one = bot()
    one.records = None
    assert new(one, "Write docs") == ["I have not read the team's records yet; ask again in a minute."]


@pytest.mark.need("N10", by="!accept")
def test_what_somebody_was_given_is_theirs_when_they_say_so() -> None:
    one = bot()
    new(one, "Write the deployment for grace")
    assert asked(one, "!actions grace")[1] == f"{NEW} grace was asked: Write the deployment"
    assert tell(one, by("grace", "accept", id=NEW)) == [f'{NEW} is yours: "Write the deployment" (c0ffee00).']
    assert (known(one).owner, known(one).accepted) == ("grace", AT.date())
    assert story(one) == ["2019-07-23 bob: given to grace", "2019-07-23 grace: accepted"]


@pytest.mark.need("N36", by="!accept")
@pytest.mark.parametrize(
    ("later", "line"),
    [
        (14, f"{NEW} was given to grace, who has not answered yet; grace can pass it on: !handover {NEW} frank"),
        (15, f'{NEW} is yours: "Write docs" (c0ffee00).'),
    ],
)
def test_who_did_not_answer_for_two_weeks_does_not_keep_it(later: int, line: str) -> None:
    one = bot()
    new(one, "Write docs for grace")
    assert tell(one, by("frank", "accept", id=NEW, at=AT + timedelta(days=later))) == [line]


def test_what_is_anothers_is_not_taken_away() -> None:
    assert tell(bot(), by("bob", "accept", id=MOVE)) == [f"{MOVE} is erin's; erin can pass it on: !handover {MOVE} bob"]


def test_what_an_owner_who_left_had_can_be_taken() -> None:
    files = {path: text.decode() for path, text in example().items()}
    files["people/erin.toml"] = files["people/erin.toml"].replace("accounts = [", "left = 2019-07-01\naccounts = [")
    one = bot(files)
    assert asked(one, "!actions unowned")[1].startswith(f"{MOVE} nobody (erin has left), late by 173 d")
    tell(one, by("bob", "accept", id=MOVE))
    assert story(one, MOVE)[-1] == "2019-07-23 bob: accepted; it was erin's"


def test_an_action_may_be_named_by_its_words() -> None:
    assert tell(bot(), by("bob", "accept", id="CI")) == [
        f'{COPY} is yours: "Copy CI images to the publish host" (c0ffee00).'
    ]


@pytest.mark.parametrize("wanted", ["a-2019-1", "2019-001", "A-2019-001:"])
def test_an_id_may_be_written_short(wanted: str) -> None:
    assert asked(bot(), f"!action {wanted.rstrip(':')}")[0].startswith(COPY)
    assert tell(bot(), by("bob", "accept", id=wanted))[0].startswith(f"{COPY} is yours")


def test_a_longer_number_is_found_as_it_is_written() -> None:
    files = {path: text.decode() for path, text in example().items()}
    files["actions/A-2019-01000.toml"] = files[f"actions/{COPY}.toml"].replace(COPY, "A-2019-01000")
    assert asked(bot(files), "!action A-2019-01000")[0].startswith("A-2019-01000 ")


def test_an_action_that_is_not_there_names_those_that_are() -> None:
    assert tell(bot(), by("bob", "accept", id="A-2019-009")) == [
        f'no action "A-2019-009"; did you mean {COPY} or {MOVE}?'
    ]


MERGED = merge_requests_seen(
    merge_request(7, state="merged", merged=datetime(2019, 7, 20, tzinfo=UTC)),
    merge_request(8),
    merge_request(9, state="closed"),
    at=AT,
)


@pytest.mark.need("N01", by="!done")
@pytest.mark.parametrize(
    ("evidence", "line", "kept"),
    [
        ("debian-cloud-images!7", "merged 2019-07-20, as I see myself", {"merged": "cloud-team/debian-cloud-images!7"}),
        ("!7", "merged 2019-07-20, as I see myself", {"merged": "cloud-team/debian-cloud-images!7"}),
        ("other!7 it is in", "taken as said: I cannot look at that", {"merged": "other!7", "note": "it is in"}),
        ("https://example.org/x", "taken as said: I cannot look at that", {"url": "https://example.org/x"}),
        (
            "vagrant box at https://example.org/x.",
            "taken as said: I cannot look at that",
            {"url": "https://example.org/x", "note": "vagrant box at"},
        ),
        (
            "see https://example.org/x, at last",
            "taken as said: I cannot look at that",
            {"url": "https://example.org/x", "note": "see at last"},
        ),
    ],
)
def test_done_is_said_with_evidence_that_is_looked_at_where_it_can_be(
    evidence: str, line: str, kept: dict[str, str]
) -> None:
    one = bot()
    one.take(MERGED)
    (said,) = tell(one, by("bob", "done", id=COPY, evidence=evidence))
    assert line in said
    action = known(one, COPY)
    assert action.evidence is not None
    assert action.evidence.model_dump(exclude_none=True) == kept
    assert (action.state, action.owner, action.closed) == ("done", "bob", AT.date())


@pytest.mark.parametrize(
    ("evidence", "line"),
    [
        (
            "",
            WHAT_COUNTS,
        ),
        (
            "really",
            WHAT_COUNTS,
        ),
        (
            "!8",
            "cloud-team/debian-cloud-images!8 is still open, so it shows nothing yet; done is when it is merged.",
        ),
        (
            "https://salsa.example.org/mr/8",
            f'{COPY} is done, taken as said: I cannot look at that. "Copy CI images to the publish host" (c0ffee00).',
        ),
        (
            "!9",
            (
                "cloud-team/debian-cloud-images!9 is closed without being merged, so it shows nothing yet; "
                "done is when it "
                "is merged."
            ),
        ),
        ("!77", "I know no merge request !77; write it with its project, as images!7, or its link."),
        (
            "vagrant",
            (
                "vagrant was last published on 2019-01-20 as far as the records know, and may be 35 d old. "
                "If it is there, "
                "show its link."
            ),
        ),
    ],
)
def test_what_was_seen_to_be_otherwise_is_no_evidence(evidence: str, line: str) -> None:
    one = bot()
    one.take(MERGED)
    assert tell(one, by("bob", "done", id=COPY, evidence=evidence)) == [line]


def test_an_image_that_is_fresh_is_evidence() -> None:
    one = bot()
    at = datetime(2019, 2, 1, tzinfo=UTC)
    (line,) = tell(one, by("bob", "done", id=COPY, evidence="vagrant", at=at))
    assert line.startswith(f"{COPY} is done: published 2019-01-20, as I see myself.")


def test_who_says_that_anothers_is_done_stands_in_its_history() -> None:
    one = bot()
    tell(one, by("bob", "done", id=MOVE, evidence="https://example.org/account"))
    assert story(one, MOVE)[-1] == "2019-07-23 bob: done, as bob says"
    assert known(one, MOVE).blocked_by is None
    assert asked(one, f"!action {MOVE}")[0] == (
        f'{MOVE} "Move the publish account to the trusted organisation": done 2019-07-23 by erin, see '
        "https://example.org/account"
    )


def test_what_is_done_is_not_done_again() -> None:
    one = bot()
    tell(one, by("bob", "done", id=COPY, evidence="https://example.org/x"))
    assert tell(one, by("bob", "drop", id=COPY, reason="late")) == [
        f"{COPY} is done since 2019-07-23; for what is left to do, write a new !action."
    ]


@pytest.mark.need("N02", by="!block")
def test_what_waits_says_for_whom_since_when_and_for_what() -> None:
    one = bot()
    assert tell(one, by("bob", "block", id=COPY, text="on university-w for the host key")) == [
        f'{COPY} waits for university-w: "Copy CI images to the publish host" (c0ffee00).'
    ]
    at = AT + timedelta(days=30)
    assert asked(one, "!actions blocked", at=at)[1].endswith(
        f"{COPY} nobody (1d of work), due 2019-10-13, waits for university-w since 2019-07-23: Copy CI "
        "images to the publish host"
    )
    assert tell(one, by("bob", "unblock", id=COPY, at=at)) == [
        f'{COPY} waits no longer for university-w: "Copy CI images to the publish host" (c0ffee00).'
    ]
    assert (known(one, COPY).state, known(one, COPY).blocked_by) == ("open", None)
    assert story(one, COPY) == [
        "2019-07-23 bob: waits for university-w",
        "2019-08-22 bob: no longer waits for university-w (since 2019-07-23)",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", f"whom does {COPY} wait for? Type: block {COPY} PERSON, ORGANISATION or ACTION, and for what"),
        (
            "rainforst-inc",
            (
                'no person, organisation, provider or action "rainforst-inc" in the records; '
                "did you mean rainforest-inc or rainforest?"
            ),
        ),
        (
            "carol because carol is on parental leave",
            (
                "that holds somebody's health or family, so I keep none of it: what stands in the records "
                "is public for "
                "ever. Say it without, and tell such things only to whom they concern."
            ),
        ),
    ],
)
def test_nobody_can_be_waited_for_who_is_not_known_nor_reasons_be_kept(text: str, line: str) -> None:
    assert tell(bot(), by("bob", "block", id=COPY, text=text)) == [line]


def test_two_actions_cannot_wait_for_each_other() -> None:
    one = bot()
    assert tell(one, by("bob", "block", id=COPY, text=MOVE))[0].startswith(f"{COPY} waits for {MOVE}")
    (line,) = tell(one, by("erin", "block", id=MOVE, text=COPY))
    assert line.startswith("not done: ")
    assert "R-CYCLE" in line


def test_what_is_given_up_says_why() -> None:
    one = bot()
    assert tell(one, by("bob", "drop", id=COPY)) == [f"why is {COPY} given up? Type: drop {COPY} REASON"]
    tell(one, by("bob", "drop", id=COPY, reason="the host went away", number="d2"))
    assert asked(one, f"!action {COPY}")[0].endswith("dropped 2019-07-23: the host went away")


def test_what_goes_on_as_an_issue_is_moved_there() -> None:
    one = bot()
    assert tell(one, by("bob", "drop", id=COPY, reason="moved to https://salsa.example.org/x/-/issues/7")) == [
        f'{COPY} has moved to https://salsa.example.org/x/-/issues/7: "Copy CI images to the publish host" (c0ffee00).'
    ]
    assert known(one, COPY).state == "moved"
    assert asked(one, f"!action {COPY}")[0].endswith("moved 2019-07-23: https://salsa.example.org/x/-/issues/7")


STRICT = (
    'schema = "cloudbot/policy-permissions/1"\n'
    '[[grants]]\nwho = "anybody"\nmay = ["own action", "own attendance"]\n'
    '[[grants]]\nwho = "delegate"\nmay = ["action", "sprint", "sprint-attendees"]\n'
)


@pytest.mark.parametrize(
    ("command", "args", "line"),
    [
        ("accept", {"id": COPY}, f"{COPY} is yours: "),
        ("action", {"text": "Write docs for me"}, f'{NEW}: "Write docs" is yours'),
        ("sprint", {"text": "s2019 join"}, "s2019: you stand on the public list"),
        ("drop", {"id": COPY, "reason": "late"}, "not done: actions/A-2019-001.toml:"),
        ("sprint", {"text": "s2019 goal more"}, "not done: sprints/s2019/sprint.toml:"),
    ],
)
def test_who_may_not_write_them_may_do_what_is_their_own(command: str, args: dict[str, str], line: str) -> None:
    files = {path: text.decode() for path, text in example().items()} | {"policy/permissions.toml": STRICT}
    (said,) = tell(bot(files), replace(by("frank", command), args=args))
    assert said.startswith(line)


@pytest.mark.parametrize(
    "text",
    ["x Signed-off-by: Leader <leader@lists.example.org>", "Closes #1", "@all come here", "/merge it", "!op bob"],
)
def test_a_title_that_would_be_obeyed_elsewhere_begins_no_line(text: str) -> None:
    one = bot()
    (made,) = new(one, text)
    assert made.startswith(f'{NEW}: "')
    assert [line for line in asked(one, f"!action {NEW}") + asked(one, "!actions") if not line[0].isalnum()] == []


def test_what_is_handed_over_waits_for_a_yes_and_keeps_its_history() -> None:
    one = bot()
    tell(one, by("erin", "nag", id=MOVE, how="on"))
    assert tell(one, by("erin", "handover", id=MOVE, whom="to Grace")) == [
        (
            f'{MOVE}: grace is asked to take "Move the publish account to the trusted organisation" '
            f"and says: accept {MOVE} (c0ffee00)."
        )
    ]
    action = known(one, MOVE)
    assert (action.owner, action.assigned, action.accepted, action.nag) == ("grace", AT.date(), None, None)
    assert story(one, MOVE) == [
        "2019-03-01 erin: new account opened",
        "2019-07-23 erin: wants to be reminded weekly",
        "2019-07-23 erin: handed to grace by erin",
    ]


@pytest.mark.parametrize(
    ("person", "line"),
    [
        ("zoe", 'no record of a person called "zoe"; write the id, as in people/ID.toml, or "me".'),
        ("erin", f"{MOVE} is with erin already."),
    ],
)
def test_it_is_handed_to_somebody_who_is_known(person: str, line: str) -> None:
    assert tell(bot(), by("bob", "handover", id=MOVE, whom=person)) == [line]


@pytest.mark.parametrize(
    ("day", "line", "update"),
    [
        ("2019-09-01", f"{COPY} is due Sun 2019-09-01", "due Sun 2019-09-01 (was before s2019)"),
        ("before s2019", f"{COPY} is due before s2019", "due before s2019 (was before s2019)"),
        ("none", f"{COPY} is due on no day", "due on no day (was before s2019)"),
    ],
)
def test_a_day_is_moved_and_the_old_one_kept_in_the_history(day: str, line: str, update: str) -> None:
    one = bot()
    assert tell(one, by("bob", "due", id=COPY, day=day)) == [
        f'{line}: "Copy CI images to the publish host" (c0ffee00).'
    ]
    assert story(one, COPY) == [f"2019-07-23 bob: {update}"]


def test_words_that_are_no_day_move_nothing() -> None:
    assert tell(bot(), by("bob", "due", id=COPY, day="soon")) == [
        '"soon" is no day that I can read; write 2019-08-01, tomorrow, friday, 2w or before SPRINT.'
    ]


def test_an_operation_on_what_changed_meanwhile_is_refused() -> None:
    one = bot()
    late, first = by("bob", "accept", id=COPY), by("grace", "accept", id=COPY)
    (wanted,) = [effect for effect in one.take(late) if isinstance(effect, CommitRecords)]
    tell(one, first)
    assert tell(one, carried_out(one, wanted, AT)) == [
        f"not done: {COPY} changed meanwhile; look at it (!action {COPY}) and say it again"
    ]


@pytest.mark.need("N17", by="!actions")
@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "!actions",
            [
                "2 open: 1 late, 1 blocked, 1 unowned.",
                f"{MOVE_LINE}; A-2019-001 nobody (1d of work), due 2019-10-13: Copy CI images to the publish host",
            ],
        ),
        (
            "!actions unowned",
            [
                "1 open (unowned): 0 late, 0 blocked, 1 unowned.",
                "A-2019-001 nobody (1d of work), due 2019-10-13: Copy CI images to the publish host",
            ],
        ),
        (
            "!actions overdue",
            [
                "1 open (overdue): 1 late, 1 blocked, 0 unowned.",
                MOVE_LINE,
            ],
        ),
        ("!actions mine", ["nothing is open (yours)."]),
        ("!actions bob", ["nothing is open (of bob)."]),
        (
            "!actions s2018",
            [
                "1 open (of s2018): 1 late, 1 blocked, 0 unowned; 0 of 1 promises are done.",
                MOVE_LINE,
            ],
        ),
        (
            "!actions zoe",
            [
                (
                    'no person and no sprint called "zoe"; ask for mine, unowned, overdue, blocked, a person, a sprint'
                    " or nothing."
                )
            ],
        ),
        (
            "!action A-2018-001",
            [
                (
                    'A-2018-001 "Move the publish account to the trusted organisation": erin, late by 173 d, waits for '
                    "rainforest-inc since 2019-03-01 (agreement)"
                ),
                "2019-03-01 erin: new account opened",
            ],
        ),
    ],
)
def test_what_is_open_is_told_with_owner_day_and_whom_it_waits_for(text: str, lines: list[str]) -> None:
    assert asked(bot(), text) == lines


def test_ones_own_are_told_to_whoever_has_proved_who_they_are() -> None:
    assert asked(bot(), "!actions mine", nick="erin")[0] == "1 open (yours): 1 late, 1 blocked, 0 unowned."


def test_many_are_three_lines_that_fit_with_the_rest_counted() -> None:
    one = bot()
    for number in range(9):
        new(one, f"{number} {'ü' * 150}")
    lines = asked(one, "!actions")
    assert lines[0] == "11 open: 1 late, 1 blocked, 10 unowned."
    assert (len(lines), lines[2][-8:]) == (3, " +7 more")
    assert [line for line in lines if len(line.encode()) > 400] == []


@pytest.mark.need("N02", by="!actions")
def test_what_is_due_before_a_sprint_that_is_cancelled_has_no_day_any_more() -> None:
    files = {path: text.decode() for path, text in example().items()}
    files["sprints/s2019/sprint.toml"] = files["sprints/s2019/sprint.toml"].replace('"proposed"', '"cancelled"')
    assert asked(bot(files), "!actions overdue")[1].endswith(
        "; A-2019-001 nobody (1d of work), due before s2019, which is cancelled: Copy CI images to the publish host"
    )


def test_a_history_shows_its_last_lines() -> None:
    one = bot()
    for number, day in enumerate(("2019-09-01", "2019-09-02", "2019-09-03", "2019-09-04", "2019-09-05")):
        tell(one, by("bob", "due", id=COPY, day=day, number=str(number)))
    (_, line) = asked(one, f"!action {COPY}")
    assert line.startswith("2019-07-23 bob: due Mon 2019-09-02 (was 2019-09-01); ")
    assert line.count(";") == 3


def test_a_name_that_is_said_to_resolve_is_looked_up_first_and_the_order_carried_out_then() -> None:
    one = bot()
    (look,) = one.take(by("erin", "done", id=MOVE, evidence="resolves finder.example.org since today", number="d1"))
    expires = AT + timedelta(minutes=2)
    assert look == LookUp(key="look/oftc/d1", host="finder.example.org", expires=expires)
    found = Delivered(at=AT + timedelta(seconds=1), key="look/oftc/d1", state="sent")
    (line,) = tell(one, found)
    assert line.startswith(f"{MOVE} is done: finder.example.org resolves, as I see myself.")
    assert one.records is not None
    assert 'evidence = { resolves = "finder.example.org" }' in one.records.tree.texts[f"actions/{MOVE}.toml"]
    assert tell(one, found) == []


@pytest.mark.parametrize(
    ("state", "detail", "line"),
    [
        ("dead", "finder.example.org does not resolve", "finder.example.org does not resolve"),
        (
            "dead",
            "given up after 3 tries: the resolver does not answer",
            "given up after 3 tries: the resolver does not answer",
        ),
        ("expired", "not sent in time", "not sent in time"),
    ],
)
def test_a_name_that_does_not_resolve_is_no_evidence(state: str, detail: str, line: str) -> None:
    one = bot()
    one.take(by("erin", "done", id=MOVE, evidence="finder.example.org resolves", number="d1"))
    fact = Delivered(at=AT, key="look/oftc/d1", state=state, detail=detail)  # type: ignore[arg-type]
    assert tell(one, fact) == [f"{line}, so it shows nothing yet; when the name is there, say it again."]
