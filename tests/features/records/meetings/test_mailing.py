"""The minutes by mail: what stands in it, to whom, as an answer to what, and when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cloudbot.core.facts import RecordsRefused
from cloudbot.core.meetings.minutes.wrapping import WIDTH, columns
from tests.features.records.meetings.held import FILES, ID, PEOPLE, SERIES, Meeting, action
from tests.features.records.meetings.minutes_mail import GOLDEN, LONG, busy, golden

NOTED = ("ann: #topic Builds", "ann: #agreed we fix it", "ann: #action ben to mend the runner")
KEY = f"meeting/oftc/debian-cloud/2019/{ID}"


def test_the_mail_is_the_golden_one_each_time() -> None:
    assert golden() == GOLDEN.read_text(encoding="utf-8") == golden()


def test_it_answers_the_announcement_in_its_thread_and_by_its_subject() -> None:
    (mail,) = busy().mails
    assert (mail.key, mail.to) == (f"{KEY}/mail", ("team@lists.example.org",))
    assert mail.reply_to == "meeting/monthly/2019-08-14/agenda"
    assert golden().splitlines()[0] == "Re: Team meeting: Wed Aug 14 @19:00 UTC"


def test_without_an_announcement_it_begins_a_thread() -> None:
    held = Meeting().meets(*NOTED)
    assert held.mails[0].reply_to == ""
    assert held.mail().splitlines()[0] == "Minutes: Team meeting, Wed 2019-08-14 19:00 UTC"


def test_lines_have_72_columns_and_links_are_whole() -> None:
    lines = golden().splitlines()[1:]
    assert [line for line in lines if columns(line) > WIDTH and "https://" not in line] == []
    assert [line for line in lines if LONG in line] == [f"     - LINK: {LONG}"] or f"       {LONG}" in lines
    assert [line for line in lines if line != line.rstrip() and line != "-- "] == []


def test_it_is_sent_when_the_records_have_the_minutes_and_once() -> None:
    held = Meeting(refuses=True).meets(*NOTED)
    assert held.mails == []
    other = Meeting().meets(*NOTED).looks().looks("beef" * 10)
    assert len(other.mails) == 1
    assert "  A-2019-001  ben to mend the runner" in other.mail()


@pytest.mark.parametrize("closed", [True, False])
def test_where_the_records_do_not_take_the_minutes_it_is_sent_without_numbers(closed: bool) -> None:  # noqa: FBT001
    held = Meeting(refuses=True).meets(*NOTED)
    if closed:
        held.take(
            RecordsRefused(at=held.at, key=held.asked[0].key, person="ann", to=None, reasons=("no",), closed=True)
        )
    else:
        held.at += timedelta(minutes=61)
        held.looks()
    assert "  -  ben: ben to mend the runner" in held.mail()


def test_nothing_is_sent_where_no_list_is_named() -> None:
    without = SERIES.replace('lists = ["team@lists.example.org"]\n', "")
    assert Meeting(files={**PEOPLE, "series/monthly.toml": without}).meets(*NOTED).mails == []


def test_a_meeting_in_which_nothing_was_noted_is_mailed_as_that() -> None:
    text = Meeting().meets().mail()
    assert [word for word in ("Decided", "To do", "By topic") if word in text] == []
    assert "Minutes, 2019-08-14, 19:00 to 19:00 UTC, 1 person, chair: ann" in text


def test_what_is_private_is_not_mailed() -> None:
    held = Meeting().meets(
        "ann: #topic Builds", "ann: #info write to zoe@example.com", "ann: #action call zoe@example.com"
    )
    assert "zoe" not in held.mail()


def test_an_action_that_was_carried_is_named_by_its_record() -> None:
    files = FILES | action("A-2018-007", "publish the images", 'owner = "ben"\nassigned = 2018-07-01\n')
    text = Meeting(files=files).meets("ann: #action ben to publish the images").mail()
    assert "  A-2018-007  ben: publish the images" in text
