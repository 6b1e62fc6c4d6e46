from __future__ import annotations

from datetime import timedelta

import pytest

from cloudbot.core.meetings.fold import fold, meetings, step
from cloudbot.core.meetings.meeting import Meeting, Reply, Rules
from tests.core.meetings.meeting_lines import LIVE, START, items, line, met, replies, said


def words(found: list[Reply]) -> list[tuple[str, str, str]]:
    return [(reply.how, reply.words, reply.to) for reply in found]


def test_a_meeting_waits_for_its_start() -> None:
    meeting = fold(Meeting(channel="#clouds"), said("ana: hello", "ana: #info x"))
    assert meeting == Meeting(channel="#clouds")


def test_who_starts_it_is_the_owner() -> None:
    assert met().owner.nick == "ana"


def test_the_text_of_the_start_is_the_meetings_topic() -> None:
    assert met().topic == "Clouds"


def test_a_start_is_said() -> None:
    assert [one.words for one in step(Meeting(channel="#c"), line("ana", "#startmeeting"))[1]] == ["meeting_started"]


def test_a_second_start_is_refused_to_who_typed_it() -> None:
    assert words(replies("bea: #startmeeting again")) == [("tell", "meeting_runs", "bea")]


def test_a_second_start_changes_nothing() -> None:
    meeting = met("bea: #startmeeting again")
    assert (meeting.owner.nick, meeting.topic, meeting.started) == ("ana", "Clouds", START)


def test_meetbots_replay_begins_again() -> None:
    meeting = met("ana: #startmeeting again", rules=Rules(manner="classic"))
    assert (meeting.topic, meeting.started) == ("again", START + timedelta(seconds=1))


def test_for_nobodys_actions_somebody_is_asked_for_at_the_end() -> None:
    found = replies("bea: #action bea to do", "bea: #action book it", "ana: #endmeeting")
    assert [(one.words, one.values.get("items") is not None) for one in found] == [
        ("meeting_unassigned", True),
        ("meeting_ended", False),
    ]


def test_what_the_bot_says_is_kept_and_is_no_command() -> None:
    meeting = met("cloudbot: #info x", "ana: #motion y", "cloudbot: hm")
    assert (items(meeting), meeting.said) == ([], 4)


def test_after_the_end_nothing_is_kept() -> None:
    ended = met("ana: #endmeeting")
    assert fold(ended, said("bea: a private word", "ana: #info x")) == ended


def test_the_end_is_said() -> None:
    assert words(replies("ana: #endmeeting")) == [("say", "meeting_ended", "")]


@pytest.mark.parametrize(
    ("typed", "item"),
    [
        ("#info x", ("info", "x")),
        ("#action x", ("action", "x")),
        ("#todo x", ("action", "x")),
        ("#idea x", ("idea", "x")),
        ("#help x", ("help", "x")),
        ("#done x", ("done", "x")),
        ("#agreed x", ("agreed", "x")),
        ("#accepted x", ("accepted", "x")),
        ("#rejected x", ("rejected", "x")),
        ("#failed x", ("rejected", "x")),
        ("#inconclusive x", ("inconclusive", "x")),
        ("#subtopic x", ("subtopic", "x")),
        ("#topic x", ("topic", "x")),
        ("#link x", ("link", "x")),
    ],
)
def test_an_item_is_noted(typed: str, item: tuple[str, str]) -> None:
    assert items(met(f"ana: {typed}")) == [item]


@pytest.mark.parametrize("typed", ["#topic x", "#agreed x", "#undo", "#chair bea", "#endmeeting", "#save", "#motion x"])
def test_a_chairs_command_by_somebody_else_is_answered_to_them(typed: str) -> None:
    assert words(replies(f"bea: {typed}")) == [("tell", "meeting_chairs_only", "bea")]


def test_it_is_answered_once() -> None:
    assert replies("bea: #topic x", "bea: #topic y") == []


@pytest.mark.parametrize("typed", ["#action x", "#info x", "#idea x", "#link x", "#help x", "#nick cyd", "#here"])
def test_what_anybody_may_is_taken_in_silence(typed: str) -> None:
    assert replies(f"bea: {typed}") == []


def test_an_unknown_command_gets_no_answer() -> None:
    assert replies("ana: #unknown x") == []


@pytest.mark.parametrize("typed", ["#info", "#topic", "#action ", "#agreed"])
def test_an_item_without_text_is_not_noted(typed: str) -> None:
    assert items(met(f"ana: {typed}")) == []


def test_who_notes_nothing_is_told() -> None:
    assert words(replies("bea: #info")) == [("tell", "meeting_empty", "bea")]


def test_the_classic_manner_notes_nothing_as_an_item() -> None:
    assert items(met("ana: #info", rules=Rules(manner="classic"))) == [("info", "")]


def test_a_guess_is_told_once() -> None:
    assert words(replies("bea: #todo x")) == [("tell", "meeting_taken", "bea")]
    assert replies("bea: #todo x", "bea: #todo y") == []


def test_a_topic_goes_to_the_channel_with_the_meetings() -> None:
    assert [one.values["text"] for one in replies("ana: #topic Images")] == ["Images (Meeting topic: Clouds)"]


@pytest.mark.parametrize("unset", ["", "none", "UNSET"])
def test_the_meetings_topic_can_be_unset(unset: str) -> None:
    assert met(f"ana: #meetingtopic {unset}").topic == ""


def test_a_log_can_be_restricted() -> None:
    assert (met().restricted, met("ana: #restrictlogs").restricted) == (False, True)


def test_a_meeting_has_a_name() -> None:
    assert met("ana: #meetingname Clouds of March").name == "clouds_of_march"


def test_a_lurking_bot_is_silent() -> None:
    assert replies("ana: #lurk", "ana: #topic x") == []


def test_a_lurking_bot_still_tells_a_person() -> None:
    assert words(replies("ana: #lurk", "bea: #topic x")) == [("tell", "meeting_chairs_only", "bea")]


def test_unlurk_ends_it() -> None:
    assert [one.how for one in replies("ana: #lurk", "ana: #unlurk", "ana: #topic x")] == ["topic"]


def test_an_item_knows_its_line() -> None:
    meeting = met("bea: hello", "bea > bea_", "bea_: #info x")
    assert [(item.nick, item.line, item.id) for item in meeting.items] == [("bea_", 3, 1)]


def test_what_is_off_the_record_is_neither_kept_nor_counted() -> None:
    meeting = met("bea: [off] my phone is", "bea: #info x")
    assert [(one.text) for one in meeting.lines] == ["#startmeeting Clouds", "#info x"]
    assert [item.line for item in meeting.items] == [2]


@pytest.mark.parametrize("typed", ["[off] x", "  [OFF] x", "\x02[off]\x02 x", "\u200b[off]x", "[\x0304off] x"])
def test_off_the_record_is_recognised_in_any_dress(typed: str) -> None:
    assert met(f"bea: {typed}").said == 1


def test_a_series_can_leave_out_what_people_do() -> None:
    rules = Rules(hides=frozenset({"off", "does"}))
    assert [line.text for line in met("bea* yawns", "bea: hi", rules=rules).lines] == ["#startmeeting Clouds", "hi"]


def test_a_gap_is_remembered_and_has_no_number() -> None:
    meeting = fold(met(), [line("", "19:03 to 19:05", kind="gap"), line("ana", "#info x")])
    assert ([gap.text for gap in meeting.gaps], [item.line for item in meeting.items]) == (["19:03 to 19:05"], [2])


def test_a_log_without_a_start_begins_at_once() -> None:
    meeting = fold(Meeting(channel="#c", rules=Rules(at_once=True)), said("bea: hello", "bea: #topic x"))
    assert (meeting.owner.nick, meeting.started, items(meeting)) == ("bea", START, [("topic", "x")])


@pytest.mark.parametrize("rules", [LIVE, Rules(manner="classic"), Rules(manner="replay", at_once=True)])
def test_a_log_may_hold_several_meetings(rules: Rules) -> None:
    log = said("ana: #startmeeting a", "ana: #endmeeting", "bea: hm", "bea: #startmeeting b", "bea: #info x")
    found = meetings(log, channel="#c", rules=rules)
    assert [(one.topic, one.phase, items(one)) for one in found] == [
        ("a", "ended", []),
        ("b", "running", [("info", "x")]),
    ]
