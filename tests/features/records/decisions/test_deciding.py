"""Decisions in the channel: from "if I don't get any disagreement" to a commit, with a clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cloudbot.core.effects import CommitRecords, Say
from cloudbot.core.facts import CommandGiven, Delivered, RecordsSeen, TimerFired
from cloudbot.core.records.kinds.governance import Proof
from cloudbot.core.speech import Venue
from cloudbot.features.records.decisions.clock import TIMER
from cloudbot.features.voice import Settings as VoiceSettings
from tests.features.builders import CHANNEL, settings
from tests.features.records.decisions.rooms import BOF, GRACE, MAIL, SUNDAY, Room, files, opened, proposed
from tests.features.records.worlds import COMMIT, bot, by, carried_out

DAY = timedelta(days=1)
ID = "D-2019-001"


@pytest.mark.need("N27", by="!lazy")
def test_if_there_is_no_disagreement_until_the_end_of_the_week_it_is_accepted() -> None:
    room = opened()
    assert room.until(SUNDAY + GRACE - timedelta(seconds=1)) == []
    assert room.until(SUNDAY + GRACE) == [
        (
            f'{ID} is ACCEPTED: "Meet each month" Nobody\'s objection is open; for 14 days anybody may say: '
            f"revert {ID} WHY (c0ffee00)."
        )
    ]
    assert room.decision().closed_at == SUNDAY + GRACE


def test_a_proposal_is_said_in_the_channel_by_the_bot_and_that_is_the_proof() -> None:
    room = Room()
    assert room.says("grace", "!lazy Meet each month until the end of the week") == [
        f"{ID} is a draft (routine), until Sun 2019-07-28 23:59 UTC (c0ffee00).",
        f'{ID}, proposed by grace (routine): "Meet each month" Silence passes it; else !object {ID} WHY.',
        f"{ID} is announced; its clock waits for the mail to the list: announced {ID} MESSAGE-ID or LINK (c0ffee00).",
    ]
    assert [(each.venue, each.channel, each.at) for each in room.decision().announced] == [
        ("irc", "#debian-cloud", BOF)
    ]


def test_a_line_that_did_not_go_out_is_no_proof() -> None:
    one = bot(files())
    order = by("grace", "lazy", text="Meet each month until the end of the week", at=BOF)
    (change,) = (each for each in one.take(order) if isinstance(each, CommitRecords))
    said = [each for each in one.take(carried_out(one, change, BOF)) if isinstance(each, Say)]
    lost = [Delivered(at=BOF, key=each.key, state="dead") for each in said if each.key.startswith("decision/")]
    assert [each for each in one.take(*lost) if isinstance(each, CommitRecords)] == []


def test_a_mail_that_the_list_never_had_starts_no_clock() -> None:
    room = proposed()
    assert room.until(BOF + 90 * DAY) == []
    assert room.states == {ID: "draft"}


@pytest.mark.parametrize("proof", [MAIL, "https://lists.example.org/cloud/2019/07/msg00012.html"])
def test_the_mail_on_the_list_starts_the_clock(proof: str) -> None:
    room = proposed()
    room.at = BOF + timedelta(hours=2)
    assert room.says("alice", f"!announced {ID} {proof}") == [
        f"{ID} is announced; its clock runs until Sun 2019-07-28 23:59 UTC (c0ffee00)."
    ]


def test_the_period_of_the_class_wins_over_what_was_asked_and_that_is_said() -> None:
    room = Room()
    first, *_ = room.says("grace", "!lazy Meet each month until tomorrow")
    assert first == (
        f"{ID} is a draft (routine), until Fri 2019-07-26 21:17 UTC: Wed 2019-07-24 23:59 UTC is sooner than the 3 d "
        "that the class asks from the announcement on (c0ffee00)."
    )


def test_a_deadline_is_told_in_utc_and_in_the_zones_of_those_who_agreed_that_theirs_is_public() -> None:
    tokyo = files()
    tokyo["people/grace.toml"] = tokyo["people/grace.toml"].replace(
        'name = "Grace', 'zone = "Asia/Tokyo"\nzone_consent = true\nname = "Grace'
    )
    tokyo["people/bob.toml"] = tokyo["people/bob.toml"].replace('name = "Bob', 'zone = "America/New_York"\nname = "Bob')
    first, *_ = Room(bot(tokyo)).says("grace", "!lazy Meet each month until the end of the week")
    assert first == f"{ID} is a draft (routine), until Sun 2019-07-28 14:59 UTC (23:59 Tokyo) (c0ffee00)."


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (
            "!lazy Meet each month",
            "until when may people object? Type: lazy TEXT until WHEN, as in: until the end of the week",
        ),
        (
            "!lazy Meet each month until soon",
            '"soon" is no deadline; write "Fri", "the end of the week", "in 10 days", 2019-08-02, 2019-08-02 18:00',
        ),
        ("!lazy Meet until 2019-07-01", '"2019-07-01" is over; nobody could object.'),
        ("!lazy Meet until 2021-07-01", '"2021-07-01" is more than a year away.'),
        (
            "!propose Meet class sacred",
            'there is no class "sacred"; there are routine, standard, delegation, money_or_external_commitment',
        ),
        ("!propose Meet replaces D-2019-77", "there is no decision D-2019-077; !decisions lists what is open."),
        (
            "!propose call +1 617 555 0123",
            (
                "that holds a telephone number, so I keep none of it: what stands in the records is public for ever. "
                "Say it without, and tell such things only to whom they concern."
            ),
        ),
    ],
)
def test_what_cannot_be_proposed_is_told_with_the_way_out(line: str, answer: str) -> None:
    assert Room().says("grace", line) == [answer]


@pytest.mark.parametrize(
    ("line", "class_", "providers"),
    [
        ("!lazy Meet each month until Fri", "routine", ()),
        ("!lazy Push images directly until Fri about swisshost", "standard", ("swisshost",)),
        ("!lazy Push images to Rainforest Cloud until Fri", "standard", ("rainforest",)),
        ("!propose Meet each month", "standard", ()),
        ("!propose Meet each month class routine", "routine", ()),
        ("!propose Rent a room class money until in 10 days", "money_or_external_commitment", ()),
        ("!propose Talk about releases", "standard", ()),
        ("!propose Go there by train", "standard", ()),
    ],
)
def test_the_class_is_what_was_said_or_what_silence_may_pass(
    line: str, class_: str, providers: tuple[str, ...]
) -> None:
    found = proposed(line).decision()
    assert (found.class_, found.topics.providers) == (class_, providers)


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("!propose Go there by train", "Go there by train"),
        ("!propose Go there by train by 2019-08-20", "Go there by train"),
        ('!propose "Talk about releases" (until Fri, class routine)', "Talk about releases"),
        ("!propose Teach a class about rainforest until in 10 days", "Teach a class"),
        (f"!propose {'word ' * 50}", f"{'word ' * 31}word…"),
    ],
)
def test_clauses_are_taken_off_the_end_and_all_else_is_the_title(line: str, title: str) -> None:
    assert proposed(line).decision().title == title


def test_who_has_an_interest_steps_back_and_is_named_in_the_announcement() -> None:
    room = Room()
    _, line, _ = room.says("grace", "!propose Push images directly about rainforest")
    assert [(each.person, each.why) for each in room.decision().recusals] == [
        ("erin", "employment at Rainforest Inc from 2015-01-01 until 2023-04-01")
    ]
    assert line.endswith("; steps back: erin.")


def test_the_support_of_who_steps_back_is_noted_and_not_counted() -> None:
    room = opened("!propose Push images directly about rainforest")
    (line,) = room.says("erin", f"!support {ID}")
    assert line.startswith(f"{ID}: your yes is noted, and not counted: you step back (")
    assert line.endswith("; 0 of 1 wanted (c0ffee00).")
    room.until(BOF + 7 * DAY + GRACE)
    assert room.states == {ID: "no-quorum"}


def test_silence_is_no_support_and_after_one_more_period_it_lapses() -> None:
    room = opened("!propose Sign twice")
    room.until(BOF + 30 * DAY)
    ends = [BOF + 7 * DAY + GRACE, BOF + 14 * DAY + 2 * GRACE]
    assert [(at, line) for at, line in room.lines if at > BOF] == [
        (
            ends[0],
            (
                f'{ID} has no objection and fewer than 1 supporter: "Sign twice" Once more, until '
                f"Wed 2019-08-07 03:17 UTC: support {ID} (c0ffee00)."
            ),
        ),
        (ends[1], f'{ID} lapses for want of support: "Sign twice" To ask again: propose it anew (c0ffee00).'),
    ]


def test_an_objection_stops_it_and_only_who_raised_it_can_say_that_it_is_met() -> None:
    room = opened()
    assert room.says("erin", f"!object {ID} August is holidays") == [
        (
            f"{ID}: objection 1 is noted, and nothing passes before it is met; resolve {ID} 1 is yours "
            "alone to say (c0ffee00)."
        )
    ]
    assert room.says("grace", f"!resolve {ID} 1") == [
        f"only who raised an objection says that it is met; or a meeting does: resolve {ID} NUMBER in minutes ID"
    ]
    room.until(SUNDAY + DAY)
    assert room.says("erin", f"!resolve {ID}") == [
        f"{ID}: objection 1 is met; its clock runs again, until Thu 2019-08-01 23:59 UTC (c0ffee00)."
    ]


def test_an_objection_that_nobody_comes_back_to_stalls_it() -> None:
    room = opened()
    room.says("erin", f"!object {ID} August is holidays")
    room.until(BOF + 31 * DAY)
    assert room.lines[-1] == (
        BOF + 30 * DAY,
        f'{ID} is stalled, nothing was said for long: "Meet each month" To ask again: propose it anew (c0ffee00).',
    )


def test_an_objection_made_elsewhere_is_noted_by_somebody_of_the_team_with_its_link() -> None:
    room = opened()
    assert room.says("alice", f"!object {ID} <zoe-1@example.org> from zoe: the hotel is too far") == [
        (
            f"{ID}: objection 1 of zoe is noted, and nothing passes before it is met; only they can say so, or a "
            "meeting (c0ffee00)."
        )
    ]
    (one,) = room.decision().objections
    assert (one.by, one.title, one.proof) == ("zoe", "the hotel is too far", Proof(msgid="<zoe-1@example.org>"))


def test_words_put_into_anothers_mouth_without_a_link_are_ones_own() -> None:
    room = opened()
    room.says("alice", f"!object {ID} from zoe: the hotel is too far")
    assert [each.by for each in room.decision().objections] == ["alice"]


def test_who_has_no_record_is_told_how_an_objection_is_noted() -> None:
    stranger = CommandGiven(
        at=BOF,
        id="s1",
        command="object",
        args={"id": ID, "why": "no"},
        venue=CHANNEL,
        nick="zoe",
        proof=None,
        person=None,
    )
    assert opened().happens(stranger) == [
        (
            "I know no person of your account; somebody of the team can note your objection with a link to where you "
            f"wrote it: object {ID} LINK from NAME: WHY"
        )
    ]


@pytest.mark.parametrize(
    "text", ["+1", "\N{THUMBS UP SIGN}", f"> {ID} is a bad idea", "+1 but no hotel", f"I object to {ID}"]
)
def test_what_is_no_command_is_neither_support_nor_objection(text: str) -> None:
    room = opened()
    before = room.decision()
    assert not hasattr(room.one.world(BOF).commands.parse(text, me=("bot",), query=False), "command")
    assert room.decision() == before


def test_an_objection_counts_wherever_the_bot_hears_the_command() -> None:
    room = opened()
    order = by("erin", "object", id=ID, why="August is holidays", at=BOF)
    room.happens(replace(order, venue=Venue("oftc", "erin")))
    assert room.states == {ID: "objected"}


def test_a_yes_with_a_condition_is_no_yes() -> None:
    assert opened().says("erin", f"!support {ID} but no hotel") == [
        f'a yes is "support {ID}" and nothing more; a yes with a condition is an objection: object {ID} WHAT IS MISSING'
    ]


def test_other_words_ask_again_who_supported_the_old_ones() -> None:
    room = opened("!propose Sign twice")
    for person in ("alice", "dan"):
        room.says(person, f"!support {ID}")
    room.at = BOF + 3 * DAY
    assert room.says("grace", f"!revise {ID} Sign thrice") == [
        (
            f'{ID} reads now: "Sign thrice" (version 2); its period begins again, until Fri 2019-08-02 21:17 UTC; who '
            "supported the old words is asked again: alice, dan (c0ffee00)."
        )
    ]
    assert room.says("grace", f"!revise {ID} typo Sign never") == [
        f"that is more than spelling, so the period would begin again: revise {ID} TEXT"
    ]


def test_a_text_edited_by_hand_without_a_version_does_not_pass_and_is_shown() -> None:
    room = opened()
    assert room.one.records is not None
    tree = room.one.records.tree
    texts = {
        path: text.replace('title = "Meet each month"', 'title = "Meet each day"') for path, text in tree.texts.items()
    }
    edited = bot(texts).records
    assert edited is not None
    room.one.records = edited
    room.until(SUNDAY + 9 * DAY)
    assert room.states == {ID: "open"}
    assert (
        room.says("erin", f"!decisions {ID}")[1]
        == "still lacks: its text was edited without a version, so it does not pass"
    )


def test_what_was_accepted_is_reverted_for_some_days_and_not_after() -> None:
    room = opened()
    room.until(SUNDAY + GRACE + 13 * DAY)
    (line,) = room.says("dan", f"!revert {ID} the room is taken")
    assert line.startswith(
        f'{ID} is reverted: "Meet each month" What it caused elsewhere, such as mail that was sent, is not'
    )
    late = opened()
    late.until(SUNDAY + GRACE + 15 * DAY)
    assert late.says("dan", f"!revert {ID} the room is taken") == [
        f"{ID} was accepted more than 14 days ago; now it takes a new decision: propose TEXT replaces {ID}"
    ]


def test_money_waits_for_the_approval_from_outside_and_a_no_ends_it() -> None:
    def agreed() -> Room:
        room = opened("!propose Rent a room class money")
        for person in ("alice", "dan"):
            room.says(person, f"!support {ID}")
        room.until(BOF + 7 * DAY + GRACE)
        return room

    assert agreed().lines[-1][1] == (
        f"{ID} has what it needs of the team and waits for DPL: gate {ID} approved MESSAGE-ID, or declined (c0ffee00)."
    )
    yes, no = agreed(), agreed()
    yes.says("alice", f"!gate {ID} approved <yes@example.org>")
    yes.until(yes.at + DAY)
    no.says("alice", f"!gate {ID} declined <no@example.org>")
    assert (yes.states, no.states) == ({ID: "accepted"}, {ID: "lapsed"})


def test_an_approval_wants_its_mail() -> None:
    assert opened("!propose Rent a room class money").says("alice", f"!gate {ID} approved") == [
        f"where does one read that? Type: gate {ID} approved <MESSAGE-ID>, or a link to the mail in the archive."
    ]


def test_a_decision_that_replaces_an_open_one_ends_it_in_the_same_commit() -> None:
    room = opened("!lazy Meet each month until 2019-08-20")
    room.says("dan", f"!lazy Meet each week until the end of the week replaces {ID}")
    room.says("dan", "!announced D-2019-002 <m2@lists.example.org>")
    changes = len(room.made)
    room.until(SUNDAY + GRACE)
    assert (room.states, len(room.made) - changes) == ({ID: "superseded", "D-2019-002": "accepted"}, 1)


def test_two_open_decisions_about_the_same_are_told_of_each_other() -> None:
    room = opened("!propose Push images directly about swisshost")
    first, *_ = room.says("dan", "!propose Stop pushing images about swisshost")
    assert f"; open about the same: {ID} (c0ffee00)." in first


def test_over_three_days_away_it_closes_late_and_says_so() -> None:
    room = opened()
    back = SUNDAY + 3 * DAY
    assert room.away_until(back) == [
        (
            f'{ID} "Meet each month" had its deadline at Sun 2019-07-28 23:59 UTC, and I was away then. It is not '
            "closed before Thu 2019-08-01 05:59 UTC: whoever objected while nobody listened says it "
            f"again: !object {ID} WHY"
        )
    ]
    (line,) = room.until(back + GRACE)
    assert line.startswith(f'{ID} is ACCEPTED, 3 d late because I was away: "Meet each month"')


def test_an_objection_said_again_after_the_return_counts() -> None:
    room = opened()
    room.away_until(SUNDAY + 3 * DAY)
    room.says("erin", f"!object {ID} I objected on Monday")
    room.until(SUNDAY + 9 * DAY)
    assert room.states == {ID: "objected"}


def test_one_who_was_there_at_the_deadline_and_away_after_it_closes_when_back() -> None:
    room = opened()
    room.until(SUNDAY + timedelta(hours=1))
    (line,) = room.away_until(SUNDAY + 2 * DAY)
    assert line.startswith(f"{ID} is ACCEPTED, 2 d late because I was away: ")


def test_what_is_closed_is_closed_once_whoever_tries_again() -> None:
    room = opened()
    room.until(SUNDAY + GRACE)
    changes = list(room.made)
    for _ in range(3):
        room.happens(TimerFired(at=room.at, name=TIMER, due=room.at))
        room.happens(RecordsSeen(at=room.at, commit=COMMIT, good=COMMIT))
    assert room.made == changes


def test_a_second_instance_that_closes_it_too_is_refused() -> None:
    first, second = opened(), opened()
    first.until(SUNDAY + GRACE)
    fired = TimerFired(at=SUNDAY + GRACE, name=TIMER, due=SUNDAY + GRACE)
    (change,) = (each for each in second.one.take(fired) if isinstance(each, CommitRecords))
    second.one.records = first.one.records
    (no,) = second.happens(carried_out(second.one, change, fired.at))
    assert no == f"not done: {ID} changed meanwhile; look at it (!decisions {ID}) and say it again"
    assert change.key in first.made


def test_a_meeting_closes_an_objection_only_with_minutes_that_name_the_decision() -> None:
    minutes = (
        'schema = "cloudbot/minutes/1"\nid = "debian-cloud.2019-07-23-19.00"\nchannel = "oftc/#debian-cloud"\n'
        "started = 2019-07-23T19:00:00Z\nended = 2019-07-23T20:00:00Z\n\n[[items]]\n"
        'id = 1\nkind = "agreed"\ntext = "{} goes on"\nnick = "grace"\nline = 3\nat = 2019-07-23T19:30:00Z\n'
    )
    path = "minutes/debian-cloud.2019-07-23-19.00.toml"
    said: list[str] = []
    for named in ("D-2019-001", "D-2019-009"):
        room = Room(bot(files(**{path: minutes.format(named)})))
        room.says("grace", "!lazy Meet each month until the end of the week")
        room.says("grace", f"!announced {ID} {MAIL}")
        room.says("erin", f"!object {ID} August is holidays")
        said += room.says("grace", f"!resolve {ID} 1 in minutes debian-cloud.2019-07-23-19.00")
    assert said == [
        (
            f"{ID}: objection 1 is met, as the minutes debian-cloud.2019-07-23-19.00 say; its clock runs again, until "
            "Sun 2019-07-28 23:59 UTC (c0ffee00)."
        ),
        f'there are no minutes "debian-cloud.2019-07-23-19.00" in the records that name {ID}.',
    ]


def test_before_it_is_live_the_bot_announces_nothing_and_so_decides_nothing() -> None:
    quiet = bot(files())
    quiet.chosen = settings(VoiceSettings(listen_first=True))
    room = Room(quiet)
    assert len(room.says("grace", "!lazy Meet each month until the end of the week")) == 1
    room.says("grace", f"!announced {ID} {MAIL}")
    room.until(SUNDAY + 9 * DAY)
    assert room.states == {ID: "draft"}


def test_a_draft_that_came_by_merge_request_is_announced_too() -> None:
    text = (
        f'schema = "cloudbot/decision/1"\nid = "{ID}"\ntitle = "Meet each month"\nclass = "routine"\n'
        'proposer = "grace"\n'
        'opened = 2019-07-23T20:00:00Z\ndeadline = 2019-07-28T23:59:00Z\nstate = "draft"\n'
    )
    room = Room(bot(files(**{f"decisions/2019/{ID}.toml": text})))
    assert (
        room.lines[0][1]
        == f'{ID}, proposed by grace (routine): "Meet each month" Silence passes it; else !object {ID} WHY.'
    )
    assert [each.venue for each in room.decision().announced] == ["irc"]


def test_what_is_open_is_listed_with_who_said_what_and_what_is_lacking() -> None:
    room = opened("!propose Sign twice")
    room.says("alice", f"!support {ID}")
    room.says("erin", f"!object {ID} too slow")
    room.says("dan", "!lazy Meet each month until the end of the week")
    assert room.says("bob", "!decisions") == [
        '2 to decide: D-2019-002 draft "Meet each month"; D-2019-001 objected by erin "Sign twice"'
    ]
    assert room.says("bob", f"!decisions {ID}") == [
        f'{ID} "Sign twice", proposed by grace (standard): objected, until Tue 2019-07-30 21:17 UTC',
        "still open: 1 erin: too slow",
        "in favour: 1 of 1 wanted (alice)",
    ]
    assert room.says("bob", "!decisions D-2019-002")[1] == "still lacks: list announcement"


def test_without_anything_to_decide_it_is_said_how_one_begins() -> None:
    assert Room().says("bob", "!decisions open") == [
        "nothing is to be decided. To propose something: !propose TEXT, or !lazy TEXT until WHEN"
    ]
