"""Which day a line is of, by what the log says, by its name, by the clock going round, and in which zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from cloudbot.core.meetings.logs.reading import channel_named
from cloudbot.core.meetings.logs.stamps import day_in
from tests.core.meetings.foreign.written import DAY, LOGS, day_of, lines

BERLIN = ZoneInfo("Europe/Berlin")


def at(log: str, form: str, day: date = DAY) -> list[str]:
    return [f"{line.at:%m-%d %H:%M:%S}" for line in lines(log, form, day=day)]


def in_berlin(log: str, form: str, day: date = DAY) -> list[str]:
    return [f"{line.at:%m-%d %H:%M}" for line in lines(log, form, day=day, zone=BERLIN)]


FOUND = {
    "a row that opens the log": ("irssi", LOGS["irssi"], (), DAY),
    "a row that begins the logging": ("xchat", LOGS["xchat"], (), DAY),
    "a session": ("mirc", LOGS["mirc"], (), DAY),
    "the head of a conversation": ("pidgin", LOGS["pidgin"], (), DAY),
    "whole times": ("weechat", LOGS["weechat"], ("2020-01-01.log",), DAY),
    "the times of JSON": ("hcoop", LOGS["hcoop"], (), DAY),
    "where RRSAgent logs to": (
        "rrsagent",
        "23:59:00 <ana> hello\n00:01:00 <RRSAgent> logging to https://www.w3.org/2026/03/05-chan-irc\n",
        (),
        DAY,
    ),
    "not what somebody links to": (
        "rrsagent",
        "14:26:00 <ana> https://www.w3.org/2020/01/01-chan-minutes.html\n14:26:01 <Zakim> Date: 04 March 2026\n",
        (),
        DAY,
    ),
    "when MeetBot started": (
        "meetbot",
        "14:26:00 <ana> #startmeeting\n14:26:00 <bot> Meeting started Wed Mar  4 14:26:00 2026 UTC.\n",
        (),
        DAY,
    ),
    "the date that a scribe gave": ("rrsagent", "14:26:00 <trackbot> Date: 04 March 2026\n", (), DAY),
    "the name, though somebody spoke of a date": (
        "meetbot",
        "14:26:00 <ana> Date: 20 July 2026 is the sprint\n",
        ("2026-03-04.log",),
        DAY,
    ),
    "a day that changes below": ("irssi", "23:59 < ana> hi\n--- Day changed Thu Mar 05 2026\n", (), DAY),
    "a day that changes below a midnight": (
        "quassel",
        "[23:59:00] <ana> hi\n[00:01:00] <ana> hi\n[00:00:00] - {Day changed to Friday March 6 2026}\n",
        (),
        DAY,
    ),
    "the name of ZNC's file": ("znc", LOGS["znc"], ("#chan_20260304.log",), DAY),
    "the name of ZNC's newer file": ("znc", LOGS["znc"], ("2026-03-04.log", "#chan"), DAY),
    "the name of MeetBot's file": ("meetbot", LOGS["meetbot"], ("chan.2026-03-04-14.26.log.txt",), DAY),
    "the name of the folder": ("meetbot", LOGS["meetbot"], ("irc.log", "2026-03-04"), DAY),
    "nothing": ("meetbot", LOGS["meetbot"], ("irc.log", "logs"), None),
    "a number that is no day": ("meetbot", LOGS["meetbot"], ("20261341.log",), None),
}


@pytest.mark.parametrize(("form", "log", "names", "day"), FOUND.values(), ids=list(FOUND))
def test_the_day_of_the_first_row_is_found(form: str, log: str, names: tuple[str, ...], day: date | None) -> None:
    assert day_of(log, form, *names) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Thu Sep 27 2007", date(2007, 9, 27)),
        ("Thu Sep 27 05:16:00 2007", date(2007, 9, 27)),
        ("Wednesday June 10 2026", date(2026, 6, 10)),
        ("10 June 2026", date(2026, 6, 10)),
        ("10. Jun 2026", date(2026, 6, 10)),
        ("Mi Mär 04 2026", date(2026, 3, 4)),
        ("mer. 4 févr. 2026", date(2026, 2, 4)),
        ("4 juillet 2026", date(2026, 7, 4)),
        ("\u017fep 04 2026", None),
        ("2026-02-29 2026-02-28", date(2026, 2, 28)),
        ("0001-01-01", None),
        ("version 20261301", None),
    ],
)
def test_a_day_in_a_text(text: str, day: date | None) -> None:
    assert day_in(text) == day


def test_months_are_read_in_other_languages_too() -> None:
    log = "Mär 04 14:26:00 <ana>\ta\nOkt 05 14:26:00 <ana>\tb\n"
    assert at(log, "xchat", date(2026, 6, 1)) == ["03-04 14:26:00", "10-05 14:26:00"]


def test_a_time_that_goes_back_by_most_of_a_day_is_of_the_next_day() -> None:
    log = "23:59:00 <ana> a\n00:01:00 <ana> b\n12:00:00 <ana> c\n00:00:30 <ana> d\n"
    assert at(log, "meetbot") == ["03-04 23:59:00", "03-05 00:01:00", "03-05 12:00:00", "03-05 00:00:30"]


def test_a_clock_that_is_set_back_stays_in_its_day() -> None:
    log = "14:26:40 <ana> a\n14:26:00 <ana> b\n"
    assert at(log, "meetbot") == ["03-04 14:26:40", "03-04 14:26:00"]


def test_a_clock_that_is_set_back_over_midnight_is_of_the_day_before_again() -> None:
    log = "23:59:50 <ana> a\n00:00:10 <ana> b\n23:59:30 <ana> c\n00:00:05 <ana> d\n"
    assert at(log, "meetbot") == ["03-04 23:59:50", "03-05 00:00:10", "03-04 23:59:30", "03-05 00:00:05"]


def test_a_midnight_that_the_log_tells_is_not_crossed_twice() -> None:
    log = "23:59 < ana> a\n--- Day changed Thu Mar 05 2026\n00:01 < ana> b\n"
    assert at(log, "irssi") == ["03-04 23:59:00", "03-05 00:01:00"]


def test_a_log_that_was_closed_and_opened_days_later_goes_on_there() -> None:
    rows = (
        "14:26 < ana> a",
        "--- Log closed Wed Mar 04 15:00:00 2026",
        "--- Log opened Mon Mar 09 08:00:00 2026",
        "08:01 < ana> b",
    )
    log = "\n".join(rows)
    assert at(log, "irssi") == ["03-04 14:26:00", "03-09 08:01:00"]


def test_days_without_a_year_go_over_the_new_year() -> None:
    log = "Dec 31 23:59:00 <ana>\ta\nJan 01 00:01:00 <ana>\tb\n"
    assert [str(line.at.date()) for line in lines(log, "xchat", day=date(2025, 12, 31))] == ["2025-12-31", "2026-01-01"]


def test_a_leap_day_without_a_year_is_read_in_a_leap_year() -> None:
    assert at("Feb 29 12:00:00 <ana>\ta\n", "xchat", date(2028, 2, 28)) == ["02-29 12:00:00"]


def test_a_log_in_a_zone_is_put_into_utc() -> None:
    assert in_berlin("14:26:00 <ana> a\n", "meetbot") == ["03-04 13:26"]


def test_a_zone_that_the_row_names_is_stronger() -> None:
    assert in_berlin("2026-03-04T14:26:00-05:00 <ana> a\n", "iso") == ["03-04 19:26"]


def test_the_hour_that_a_zone_has_twice_is_told_apart_by_the_clock_going_back() -> None:
    log = "02:10 < ana> a\n02:50 < ana> b\n02:10 < ana> c\n02:50 < ana> d\n03:10 < ana> e\n"
    assert in_berlin(log, "irssi", date(2026, 10, 25)) == [
        "10-25 00:10",
        "10-25 00:50",
        "10-25 01:10",
        "10-25 01:50",
        "10-25 02:10",
    ]


def test_a_meeting_over_midnight_in_a_zone_is_one_in_utc() -> None:
    assert in_berlin("00:30:00 <ana> a\n", "meetbot") == ["03-03 23:30"]


def test_lines_without_times_stand_at_the_beginning_of_the_day() -> None:
    assert lines("<ana> a\n", "plain")[0].at == datetime(2026, 3, 4, tzinfo=UTC)


def test_the_last_day_that_there_is_ends_no_reading() -> None:
    assert len(lines("23:59:00 <ana> a\n00:01:00 <ana> b\n", "meetbot", day=date.max)) == 2


@pytest.mark.parametrize(
    ("name", "channel"),
    [
        ("#chan_20260304.log", "#chan"),
        ("oftc_#debian-cloud_2026-03-04.log", "#debian-cloud"),
        ("irc.oftc.#debian-cloud.weechatlog", "#debian-cloud"),
        ("#chan.log", "#chan"),
        ("#chan", "#chan"),
        ("debian-cloud.2026-03-04-14.26.log.txt", "#debian-cloud"),
        ("irc.log", ""),
    ],
)
def test_the_channel_in_the_name_of_a_file(name: str, channel: str) -> None:
    assert channel_named(name) == channel
