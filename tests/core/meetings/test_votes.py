from __future__ import annotations

import pytest

from cloudbot.core.meetings.votes import counted, private_ballot, question
from tests.core.meetings.meeting_lines import items, met, replies


def ballots(*lines: str) -> dict[str, tuple[str, ...]]:
    vote = met(*lines).vote
    assert vote is not None
    return {option: nicks for option, nicks in counted(vote).counts.items() if nicks}


def verdict(*lines: str) -> str:
    vote = met(*lines).vote
    assert vote is not None
    return counted(vote).verdict


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("Where? here, there", ("Where?", ("here", "there"))),
        ("Where? here there, here", ("Where?", ("here", "there"))),
        ("Why? or how? a b", ("Why? or how?", ("a", "b"))),
        ("Agreed?", ("Agreed?", ("Yes", "No"))),
        ("Agreed", ("Agreed", ("Yes", "No"))),
        ("Like it? +1 0 -1", ("Like it?", ("+1", "0", "-1"))),
        ("One? only", ("One?", ("Yes", "No"))),
    ],
)
def test_the_question_ends_at_the_last_mark(typed: str, asked: tuple[str, tuple[str, ...]]) -> None:
    assert question(typed) == asked


@pytest.mark.parametrize(
    ("typed", "choice"),
    [
        ("+1", "+1"),
        ("+1.", "+1"),
        ("+1!", "+1"),
        ("+1 because", "+1"),
        ("-1 because", "-1"),
        ("0", "0"),
        ("+0", "0"),
        ("abstain", "0"),
        ("yes", "+1"),
        ("Yes!", "+1"),
        ("no", "-1"),
        ("-", "-1"),
    ],
)
def test_a_ballot_on_a_motion(typed: str, choice: str) -> None:
    assert ballots("ana: #motion we sprint", f"bea: #vote {typed}") == {choice: ("bea",)}


@pytest.mark.parametrize("typed", ["", "maybe", "+2", "12", "yesterday", "+1x", "?"])
def test_what_is_no_ballot_is_told_and_not_counted(typed: str) -> None:
    lines = ("ana: #motion we sprint", f"bea: #vote {typed}")
    assert ballots(*lines) == {}
    assert [one.words for one in replies(*lines)] == ["meeting_vote_options"]


@pytest.mark.parametrize(
    ("said", "choice"), [("+1", "+1"), ("-1 too far", "-1"), ("0", "0"), ("+1!", "+1"), ("abstain", "0")]
)
def test_a_bare_ballot_on_a_motion_counts(said: str, choice: str) -> None:
    assert ballots("ana: #motion we sprint", f"bea: {said}") == {choice: ("bea",)}


@pytest.mark.parametrize(
    "said", ["yes", "abstain from that, please", "no idea", "+1000", "0 of them work", "1", "well +1"]
)
def test_prose_is_no_ballot(said: str) -> None:
    assert ballots("ana: #motion we sprint", f"bea: {said}") == {}


@pytest.mark.parametrize(
    ("typed", "choice"),
    [("oct", "oct"), ("Oct.", "oct"), ("oct, it is warm", "oct"), ("nov because of the fair", "nov"), ("nov!", "nov")],
)
def test_a_ballot_on_options_may_give_its_reason(typed: str, choice: str) -> None:
    assert ballots("ana: #startvote When? oct, nov", f"bea: #vote {typed}") == {choice: ("bea",)}


@pytest.mark.parametrize("typed", ["oct and nov", "no", "", "october"])
def test_what_is_none_of_the_options_is_told(typed: str) -> None:
    lines = ("ana: #startvote When? oct, nov", f"bea: #vote {typed}")
    assert [one.words for one in replies(*lines)] == ["meeting_vote_options"]


def test_a_bare_ballot_on_options_does_not_count() -> None:
    assert ballots("ana: #startvote Where? a, b", "bea: +1") == {}


def test_the_last_ballot_counts() -> None:
    assert ballots("ana: #motion x", "bea: +1", "bea: -1") == {"-1": ("bea",)}


def test_an_account_votes_once_from_two_nicks() -> None:
    assert ballots("ana: #motion x", "bea=b: +1", "bea_=b: -1") == {"-1": ("bea_",)}


def test_a_ballot_follows_a_change_of_nick() -> None:
    assert ballots("ana: #motion x", "bea: +1", "bea > cyd", "cyd: -1") == {"-1": ("cyd",)}


def test_who_identifies_after_voting_still_votes_once() -> None:
    assert ballots("ana: #motion x", "bea: +1", "bea=b: -1") == {"-1": ("bea",)}


def test_a_connection_that_was_vouched_for_votes_with_its_account() -> None:
    assert ballots("ana: #motion x", "bea=b: +1", "bea > cyd", "cyd: -1") == {"-1": ("cyd",)}


@pytest.mark.parametrize("before", ["bea < quit", "- ~ 19:03 to 19:05"])
def test_who_is_known_by_an_account_votes_with_it(before: str) -> None:
    lines = ("ana: #motion x", "bea=b: +1", before, "bea: -1")
    assert ballots(*lines) == {"+1": ("bea",)}
    assert [one.words for one in replies(*lines)] == ["meeting_vote_unproven"]


def test_a_ballot_is_taken_in_silence() -> None:
    assert replies("ana: #motion x", "bea: +1") == []


def test_an_option_is_chosen_whatever_its_case() -> None:
    assert ballots("ana: #startvote Where? Here, there", "bea: #vote HERE.") == {"Here": ("bea",)}


@pytest.mark.parametrize(("nick", "words"), [("ana", "meeting_vote_how"), ("bea", "meeting_vote_none")])
def test_vote_opens_nothing(nick: str, words: str) -> None:
    assert met(f"{nick}: #vote we sprint").vote is None
    assert [(one.how, one.words, one.to) for one in replies(f"{nick}: #vote we sprint")] == [("tell", words, nick)]


def test_a_vote_does_not_replace_an_open_one() -> None:
    lines = ("ana: #motion x", "bea: +1", "ana: #motion y")
    assert [one.words for one in replies(*lines)] == ["meeting_vote_open"]
    assert ballots(*lines) == {"+1": ("bea",)}


@pytest.mark.parametrize(
    ("cast", "says"),
    [
        ((), "nobody voted"),
        (("bea: +1",), "carried"),
        (("bea: -1",), "not carried"),
        (("bea: 0",), "a tie"),
        (("bea: +1", "cyd: -1"), "a tie"),
        (("bea: +1", "cyd: 0"), "carried"),
        (("ana: #votesrequired 2", "bea: +1"), "not carried: 2 votes ahead were required"),
        (("ana: #votesrequired 2", "bea: +1", "cyd: +1"), "carried"),
    ],
)
def test_the_verdict_on_a_motion(cast: tuple[str, ...], says: str) -> None:
    assert verdict("ana: #motion x", *cast) == says


@pytest.mark.parametrize(
    ("cast", "says"),
    [
        ((), "nobody voted"),
        (("bea: #vote a",), "a"),
        (("bea: #vote a", "cyd: #vote b"), "a tie between a and b"),
        (("bea: #vote a", "cyd: #vote b", "dan: #vote b"), "b"),
    ],
)
def test_the_verdict_on_options(cast: tuple[str, ...], says: str) -> None:
    assert verdict("ana: #startvote Which? a, b, c", *cast) == says


@pytest.mark.parametrize("end", ["#endvote", "#close"])
def test_the_outcome_is_noted_with_names_and_zeros(end: str) -> None:
    meeting = met("ana: #startvote Which? a, b", "bea: #vote b", "cyd: #vote b", f"ana: {end}")
    assert (items(meeting), meeting.vote) == ([("vote", "Which? a: 0; b: 2 (bea, cyd). Result: b")], None)


def test_a_vote_that_is_open_at_the_end_is_counted() -> None:
    meeting = met("ana: #motion x", "bea: +1", "ana: #endmeeting")
    assert items(meeting) == [("vote", "x +1: 1 (bea); -1: 0; 0: 0. Result: carried")]


def test_closing_nothing_is_told() -> None:
    assert [one.words for one in replies("ana: #endvote")] == ["meeting_vote_none"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_only_the_voters_vote(when: str) -> None:
    lines = ["ana: #voters bea, cyd", "ana: #motion x"]
    lines = lines if when == "before" else lines[::-1]
    assert ballots(*lines, "bea: +1", "dan: -1") == {"+1": ("bea",)}
    assert [one.words for one in replies(*lines, "dan: -1")] == ["meeting_vote_not_yours"]


def test_a_voter_is_one_under_another_nick_by_account() -> None:
    assert ballots("bea=b: hi", "ana: #voters bea", "ana: #motion x", "else=b: +1") == {"+1": ("else",)}


@pytest.mark.parametrize("when", [("bea > bee", "ana: #motion x"), ("ana: #motion x", "bea > bee")])
def test_a_voter_is_followed_through_a_change_of_nick(when: tuple[str, str]) -> None:
    lines = ("ana: #voters bea", *when)
    assert ballots(*lines, "bee: +1", "bea: -1") == {"+1": ("bee",)}


def test_a_silent_voter_with_an_account_is_shown() -> None:
    found = replies("bea=b: hi", "ana: #voters bea cyd", "ana: #motion x", "cyd: +1", "dan: #showvote")
    assert [one.values["silent"] for one in found] == [("bea",)]


def test_what_is_said_with_a_ballot_is_kept() -> None:
    vote = met("ana: #motion x", "bea: -1 too far for me", "cyd: +1").vote
    assert vote is not None
    assert [one.why for one in vote.ballots.values()] == ["too far for me", ""]


def test_all_may_vote_again() -> None:
    assert ballots("ana: #voters bea", "ana: #voters all", "ana: #motion x", "dan: +1") == {"+1": ("dan",)}


def test_who_of_the_voters_was_not_heard_is_shown() -> None:
    found = replies("ana: #voters bea cyd", "ana: #motion x", "bea: +1", "dan: #showvote")
    assert [(one.how, one.values["silent"]) for one in found] == [("say", ("cyd",))]


def test_a_voter_who_was_heard_under_another_nick_is_not_shown_as_silent() -> None:
    found = replies("bea=b: hi", "ana: #voters bea cyd", "ana: #motion x", "else=b: +1", "dan: #showvote")
    assert [one.values["silent"] for one in found] == [("cyd",)]


@pytest.mark.parametrize("typed", ["many", "-1", "2.5", "\u0662", "99999"])
def test_votes_required_is_a_number(typed: str) -> None:
    assert [one.words for one in replies(f"ana: #votesrequired {typed}")] == ["meeting_votes_number"]


def test_a_ballot_in_private_counts_without_a_name_and_is_no_line() -> None:
    meeting = met("ana: #motion x", "bea $ +1 because", "cyd: +1", "ana: #endvote")
    assert items(meeting) == [("vote", "x +1: 2 (in private, cyd); -1: 0; 0: 0. Result: carried")]
    assert (meeting.said, [one.text for one in meeting.lines][-2:]) == (4, ["+1", "#endvote"])


def test_a_ballot_in_private_is_answered_there() -> None:
    found = replies("ana: #motion x", "bea $ +1")
    assert [(one.how, one.words, one.to) for one in found] == [("tell", "meeting_vote_taken", "bea")]


def test_a_person_has_one_ballot_in_private_or_not() -> None:
    assert ballots("ana: #motion x", "bea=b: +1", "bea_=b $ -1") == {"-1": ("in private",)}


@pytest.mark.parametrize(
    ("typed", "cast"),
    [
        ("vote +1 #clouds", ("+1", "#clouds")),
        ("#vote -1 too far #clouds", ("-1 too far", "#clouds")),
        ("Vote  Here   #clouds ", ("Here", "#clouds")),
        ("vote +1", None),
        ("vote #clouds", None),
        ("voted +1 #clouds", None),
        ("", None),
    ],
)
def test_a_private_ballot_names_its_channel(typed: str, cast: tuple[str, str] | None) -> None:
    assert private_ballot(typed) == cast
