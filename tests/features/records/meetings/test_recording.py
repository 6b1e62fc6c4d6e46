"""Meetings in the records: what is committed for whom, once, whatever is in the way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cloudbot.core.facts import RecordsRefused, RecordsWait
from cloudbot.core.records.checking import check
from tests.core.records.trees import person
from tests.features.records.meetings.held import ACCOUNT, FILES, ID, NOW, PEOPLE, Meeting
from tests.features.records.worlds import carried_out

NOTED = (
    "ann: #topic Builds",
    "ben: #info arm64 is red",
    "ann: #agreed we fix it",
    "ann: #action ben to mend the runner",
)
KEY = f"meeting/oftc/debian-cloud/2019/{ID}/records"


def test_a_meeting_becomes_a_record_with_what_was_noted() -> None:
    found = Meeting().meets(*NOTED).record("minutes", ID)
    assert [(one["kind"], one["text"], one["line"], one.get("person")) for one in found["items"]] == [
        ("topic", "Builds", 2, "ann"),
        ("info", "arm64 is red", 3, "ben"),
        ("agreed", "we fix it", 4, "ann"),
        ("action", "ben to mend the runner", 5, "ann"),
    ]
    assert (found["series"], found["channel"], found["decisions"]) == ("monthly", "oftc/#debian-cloud", (3,))
    assert found["actions"] == ({"item": 4, "action": "A-2019-001", "owners": ("ben",)},)
    assert found["present"] == (
        {"name": "ann", "lines": 5, "person": "ann"},
        {"name": "ben", "lines": 1, "person": "ben"},
    )


def test_the_texts_stand_beside_it() -> None:
    held = Meeting().meets(*NOTED)
    assert "* AGREED: we fix it  (ann, 19:00:30)" in held.text(f"minutes/{ID}.txt")
    assert "- AGREED: we fix it" in held.text(f"minutes/{ID}.md")
    assert held.text(f"minutes/{ID}.log.txt").splitlines()[1] == "19:00:10 <ann> #topic Builds"


def test_all_of_it_is_one_change_for_the_chair_told_in_the_channel() -> None:
    held = Meeting().meets(*NOTED)
    (asked,) = held.asked
    assert (asked.key, asked.author.person, asked.author.account) == (KEY, "ann", "oftc/ann")
    assert held.said[-1] == f"the minutes are in the records: {ID}, with A-2019-001, monthly (c0ffee00)."


def test_what_the_records_say_then_has_no_finding_but_what_is_due() -> None:
    held = Meeting().meets(*NOTED)
    assert held.bot.records is not None
    files = {path: text.encode() for path, text in held.bot.records.tree.texts.items()}
    assert [str(one) for one in check(files, held.at.date(), today=held.at.date()) if one.severity != "D"] == []


def test_it_is_asked_for_once_however_often_anything_happens() -> None:
    held = Meeting().meets(*NOTED).looks().looks("beef" * 10)
    assert [one.key for one in held.asked] == [KEY]


def test_while_the_change_waits_nothing_more_is_asked_for() -> None:
    held = Meeting(refuses=True).meets(*NOTED)
    wait = RecordsWait(at=held.at, key=KEY, person="ann", to=held.venue, why="away", detail="no route")
    held.take(wait)
    held.looks("beef" * 10)
    assert [one.key for one in held.asked] == [KEY]


def refused(held: Meeting, key: str, *, closed: bool = False) -> None:
    held.take(RecordsRefused(at=held.at, key=key, person="ann", to=None, reasons=("no",), closed=closed))


def test_what_was_refused_is_made_anew_when_the_records_have_changed_and_not_told_again() -> None:
    held = Meeting(refuses=True).meets(*NOTED)
    refused(held, KEY)
    held.looks()
    assert [one.key for one in held.asked] == [KEY]
    held.looks("beef" * 10)
    assert [(one.key, one.to) for one in held.asked] == [(KEY, held.venue), (f"{KEY}/2", None)]


def test_it_is_given_up_after_a_few_tries_and_when_its_merge_request_is_closed() -> None:
    held = Meeting(refuses=True).meets(*NOTED)
    for number in range(1, 9):
        refused(held, held.asked[-1].key)
        held.looks(f"{number}" * 40)
    assert len(held.asked) == 5
    other = Meeting(refuses=True).meets(*NOTED)
    refused(other, KEY, closed=True)
    assert len(other.looks("beef" * 10).asked) == 1


def test_a_meeting_whose_record_is_there_already_is_not_made_again() -> None:
    held = Meeting(refuses=True).meets(*NOTED)
    done = Meeting().meets(*NOTED)
    refused(held, KEY)
    held.bot.records = done.bot.records
    held.looks("beef" * 10)
    assert [one.key for one in held.asked] == [KEY]


def test_minutes_by_strangers_are_not_put_into_the_records_and_that_is_said_once() -> None:
    held = Meeting().hears("guest: #startmeeting", "guest: #info x", "guest: #endmeeting").looks().looks()
    assert held.asked == []
    said = "nobody of the team was here with an account that I know: the minutes are not put into the records"
    assert held.said.count(said) == 1
    assert held.mails == []


def test_a_stranger_may_chair_where_somebody_of_the_team_was_there() -> None:
    held = Meeting().hears("guest: #startmeeting", "ben: #info x", "guest: #endmeeting").looks()
    assert [one.author.person for one in held.asked] == ["ben"]
    assert held.record("minutes", ID)["chairs"] == ({"nick": "guest"},)


def test_somebody_who_has_left_is_not_committed_for() -> None:
    files = {**FILES, **person("ann", "left = 2019-01-01\n" + ACCOUNT.format("ann"))}
    held = Meeting(files=files).meets("ben: #info x")
    assert [one.author.person for one in held.asked] == ["ben"]


def test_a_meeting_without_a_series_is_recorded_too() -> None:
    held = Meeting(files=PEOPLE).meets(*NOTED)
    assert "series" not in held.record("minutes", ID)
    assert held.mails == []


def test_a_log_that_is_not_published_is_not_in_the_records() -> None:
    held = Meeting().meets("ann: #restrictlogs", *NOTED)
    assert f"minutes/{ID}.log.txt" not in held.bot.records.tree.texts  # type: ignore[union-attr]
    assert "log" not in held.record("minutes", ID)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("write to zoe@example.com", "write to [address]"),
        ("write to team@lists.example.org", "write to team@lists.example.org"),
        ("my IBAN is DE89 3704 0044 0532 0130 00", "[left out: a bank account]"),
        ("the token is glpat-abcdefghijklmnop", "[left out: a secret]"),
        ("call +49 30 1234567", "call [number]"),
        ("cafe\u0301", "caf\u00e9"),
    ],
)
def test_what_is_private_is_left_out_and_the_minutes_are_not_refused_for_it(said: str, kept: str) -> None:
    held = Meeting().meets(f"ann: #info {said}", f"ann: #action {said}")
    assert [one["text"] for one in held.record("minutes", ID)["items"]] == [kept, kept]
    assert held.actions()["A-2019-001"]["title"] == kept
    assert [path for path in ("txt", "md", "log.txt") if "zoe" in held.text(f"minutes/{ID}.{path}")] == []


def test_what_was_not_reached_is_first_on_the_next_agenda_and_everything_else_there_is_cleared() -> None:
    agenda = """schema = "cloudbot/agenda/1"
id = "monthly"
chair = "ann"
hidden = ["x"]
items = [
    { id = "keys", text = "Keys", minutes = 10, owner = "ann" },
    { id = "mirror", text = "The mirror", by = "guest", left = 1, source = "left over" },
]
regrets = [{ person = "ben", at = 2019-08-01 }]
"""
    held = Meeting(files={**FILES, "agendas/monthly.toml": agenda})
    held.meets("ann: #topic Keys", "ann: #topic Builds")
    assert held.record("agenda", "monthly") == {
        "id": "monthly",
        "items": (
            {"id": "mirror", "text": "The mirror", "by": "guest", "left": 2, "source": "left over"},
            {"id": "sprint", "text": "The sprint", "source": "left over", "left": 1},
        ),
    }
    assert held.record("minutes", ID)["regrets"] == ("ben",)


def test_a_meeting_long_before_the_planned_one_takes_what_it_treats_and_leaves_what_was_said_for_that_one() -> None:
    agenda = """schema = "cloudbot/agenda/1"
id = "monthly"
chair = "ann"
items = [{ id = "keys", text = "Keys" }, { id = "mirror", text = "The mirror" }]
regrets = [{ person = "ben", at = 2019-08-01 }]
"""
    held = Meeting(files={**FILES, "agendas/monthly.toml": agenda}, at=NOW - timedelta(days=9))
    held.meets("ann: #topic Keys", "ann: #topic Builds", "ann: #topic The sprint")
    after = held.record("agenda", "monthly")
    assert (after["chair"], [one["person"] for one in after["regrets"]]) == ("ann", ["ben"])
    assert [(one["id"], one["left"]) for one in after["items"]] == [("mirror", 1)]
    assert "The next one is Wed 2019-08-14 19:00 UTC." in " ".join(held.said)


def test_what_is_put_on_the_agenda_during_the_meeting_stays_for_the_next_one() -> None:
    agenda = 'schema = "cloudbot/agenda/1"\nid = "monthly"\nitems = [{ id = "keys", text = "Keys" }]\n'
    held = Meeting(files={**FILES, "agendas/monthly.toml": agenda})
    held.hears("ann: #startmeeting")
    held.edits("agendas/monthly.toml", "[{", '[{ id = "later", text = "Later" }, {')
    held.hears("ann: #topic Keys", "ann: #topic Builds", "ann: #topic The sprint", "ann: #endmeeting")
    assert held.record("agenda", "monthly") == {"id": "monthly", "items": ({"id": "later", "text": "Later"},)}


def test_an_agenda_on_which_nothing_changes_is_no_change() -> None:
    held = Meeting().meets("ann: #topic Builds", "ann: #topic The sprint")
    assert [change.kind for change in held.asked[0].operation.changes] == ["minutes"]


def test_a_correction_is_one_more_change_and_both_versions_are_kept() -> None:
    held = Meeting().meets(*NOTED).fixes(2, "arm64 is green")
    found = held.record("minutes", ID)
    assert found["items"][1]["text"] == "arm64 is green"
    assert found["fixes"] == ({"at": held.at, "by": "ann", "item": 2, "was": "arm64 is red", "now": "arm64 is green"},)
    assert "* arm64 is green  (ben, 19:00:20)" in held.text(f"minutes/{ID}.txt")
    assert held.text(f"minutes/{ID}.log.txt").splitlines()[2] == "19:00:20 <ben> #info arm64 is red"
    assert [one.key for one in held.asked] == [KEY, f"{KEY}/correct-1"]
    assert held.said[-1].startswith("the correction is in the records")


def test_an_item_that_is_taken_out_leaves_the_record_and_stands_in_the_corrections() -> None:
    found = Meeting().meets(*NOTED).fixes(3, "").record("minutes", ID)
    assert [one["id"] for one in found["items"]] == [1, 2, 4]
    assert [(one["item"], one["was"]) for one in found["fixes"]] == [(3, "we fix it")]


def test_a_correction_of_a_promise_is_one_of_its_action() -> None:
    held = Meeting().meets(*NOTED).fixes(4, "ben to replace the runner")
    found = held.actions()["A-2019-001"]
    assert found["title"] == "ben to replace the runner"
    assert [one["text"] for one in found["updates"]] == [f"promised at {ID}", f"reworded in the minutes {ID}"]


def test_a_promise_that_is_taken_out_stays_an_action_until_somebody_drops_it() -> None:
    held = Meeting().meets(*NOTED).fixes(4, "")
    found = held.actions()["A-2019-001"]
    assert (found["title"], found["state"]) == ("ben to mend the runner", "open")
    assert found["updates"][-1]["text"] == f"taken out of the minutes {ID}"


def test_the_words_that_somebody_gave_an_action_since_stay() -> None:
    held = Meeting().meets(*NOTED)
    held.edits("actions/A-2019-001.toml", "ben to mend the runner", "the runner of arm64")
    assert held.fixes(4, "ben to replace the runner").actions()["A-2019-001"]["title"] == "the runner of arm64"


def test_corrections_come_one_after_the_other() -> None:
    held = Meeting().meets(*NOTED).fixes(2, "one").fixes(2, "two")
    found = held.record("minutes", ID)
    assert found["items"][1]["text"] == "two"
    assert [(one["was"], one["now"]) for one in found["fixes"]] == [("arm64 is red", "one"), ("one", "two")]
    assert "* two  (ben" in held.text(f"minutes/{ID}.txt")


def test_what_a_person_changed_in_git_stays_when_something_else_is_corrected() -> None:
    held = Meeting().meets(*NOTED)
    held.edits(f"minutes/{ID}.txt", "* Builds  (ann", "* The builds of arm64  (ann")
    held.edits(f"minutes/{ID}.toml", "we fix it", "we fix it this week")
    held.fixes(4, "ben mends the runner")
    assert "* The builds of arm64  (ann" in held.text(f"minutes/{ID}.txt")
    assert "ACTION: ben mends the runner" in held.text(f"minutes/{ID}.txt")
    assert [one["text"] for one in held.record("minutes", ID)["items"]][2:] == [
        "we fix it this week",
        "ben mends the runner",
    ]


def test_the_words_of_a_person_in_git_stay_where_the_correction_is_of_the_same_item() -> None:
    held = Meeting().meets(*NOTED)
    held.edits(f"minutes/{ID}.toml", "arm64 is red", "arm64 has been red")
    held.edits(f"minutes/{ID}.txt", "arm64 is red", "arm64 has been red")
    held.fixes(2, "arm64 is green")
    found = held.record("minutes", ID)
    assert found["items"][1]["text"] == "arm64 has been red"
    assert [(one["was"], one["now"]) for one in found["fixes"]] == [("arm64 is red", "arm64 is green")]
    assert "arm64 has been red" in held.text(f"minutes/{ID}.txt")
    assert held.said[-1].startswith(
        f"the correction is in the records: {ID} (c0ffee00). To note: minutes/{ID}.txt:1: W M-KEPT"
    )


def test_a_correction_before_the_minutes_are_there_is_in_the_change_after_them() -> None:
    held = Meeting(refuses=True).meets(*NOTED).fixes(2, "arm64 is green")
    assert [one.key for one in held.asked] == [KEY]
    held.refuses, first = False, held.asked[0]
    held.take(carried_out(held.bot, first, held.at))
    assert [one.key for one in held.asked] == [KEY, f"{KEY}/correct-1"]
    assert held.record("minutes", ID)["items"][1]["text"] == "arm64 is green"


def test_a_restart_forgets_nothing_and_doubles_nothing() -> None:
    held = Meeting().meets(*NOTED)
    later = Meeting(files=held.bot.records.tree.texts)  # type: ignore[union-attr]
    later.bot.documents, later.bot.number = held.bot.documents, held.bot.number
    assert later.looks("beef" * 10).asked == []
