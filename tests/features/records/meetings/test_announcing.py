"""The mail that announces a meeting: the same bytes from the same state, 72 columns, nothing left out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudbot.core.effects import SendMail
from cloudbot.core.meetings.agenda import budget
from cloudbot.core.meetings.agenda_text import items, local_times
from cloudbot.core.meetings.minutes.wrapping import WIDTH, columns
from cloudbot.core.meetings.planned import Planned
from tests.features.records.meetings.mails import GOLDEN, busy, golden, mail_of
from tests.features.records.worlds import bot, typed

WHEN = datetime(2019, 8, 14, 19, 0, tzinfo=UTC)


@pytest.mark.need("N06", by="cloudbot agenda")
def test_the_mail_is_the_golden_one_each_time() -> None:
    assert golden() == GOLDEN.read_text(encoding="utf-8") == golden()


def test_it_goes_to_the_lists_of_the_series_and_has_a_key_of_its_meeting() -> None:
    mail = mail_of(busy())
    assert isinstance(mail, SendMail)
    assert (mail.key, mail.to, mail.expires) == ("meeting/monthly/2019-08-14/agenda", ("team@lists.example.org",), WHEN)


def test_lines_are_no_longer_than_72_columns() -> None:
    assert [line for line in golden().splitlines() if columns(line) > WIDTH] == []


def test_who_takes_the_chair_and_who_cannot_come_is_said() -> None:
    one = bot()
    typed(one, "grace", "!regrets")
    typed(one, "erin", "!chair me")
    mail = mail_of(one)
    assert 'Chair: erin.\nCannot come? Say "!regrets". So did grace.\n' in one.words.render(mail.words, mail.values)


def test_local_times_are_from_west_to_east_two_a_line() -> None:
    zones = ("Europe/London", "America/New_York", "UTC", "Asia/Tokyo", "America/Los_Angeles", "Europe/London")
    assert list(local_times(WHEN, zones)) == [
        "  Los Angeles   Wed 12:00         London        Wed 20:00",
        "  New York      Wed 15:00         Tokyo         Thu 04:00",
    ]
    assert list(local_times(WHEN, ("Asia/Kolkata",))) == ["  Kolkata       Thu 00:30"]
    assert list(local_times(WHEN, ())) == []


WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=30)
PLANNED = st.builds(
    Planned,
    id=WORDS,
    text=st.lists(WORDS, min_size=1, max_size=12).map(" ".join),
    source=st.just("added"),
    minutes=st.integers(1, 240),
    owner=st.sampled_from(["", "anna"]),
    lines=st.lists(st.lists(WORDS, min_size=1, max_size=9).map(" ".join), max_size=3).map(tuple),
)


@given(st.lists(PLANNED, max_size=12))
def test_every_word_of_an_agenda_is_in_its_text_and_fits(agenda: list[Planned]) -> None:
    lines = list(items(agenda, budget(agenda, 60)))
    words = "".join(lines).split()
    assert "".join(words).count("min)") >= len(agenda)
    for one in agenda:
        assert set(one.text.split()) <= set(" ".join(lines).split())
    assert [line for line in lines if columns(line) > WIDTH and len(line.split()) > 2] == []
    assert sum("[beyond the 60 minutes]" in line for line in lines) == len(budget(agenda, 60).beyond)
