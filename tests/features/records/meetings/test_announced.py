"""When the agenda is mailed: days before the meeting, once, late if the bot was away, never while it only listens."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from cloudbot.core.effects import CancelTimer, Effect, SendMail, SetTimer
from cloudbot.core.facts import Delivered, RecordsSeen, TimerFired, WentLive
from cloudbot.core.meetings.prepared import Prepared
from cloudbot.features.meetings.document import Held, Meetings
from cloudbot.features.records.meetings.announced import Announced
from cloudbot.features.records.meetings.preparing import prepared
from cloudbot.features.voice import Settings
from cloudbot.runtime.posting import Operator, Posting
from cloudbot.store.codec import decode, encode
from tests.features.builders import CHANNEL, WORDS, Bot, settings
from tests.features.records.meetings.held import FILES, NOW, SERIES, Meeting
from tests.features.records.meetings.mails import busy, mail_of
from tests.features.records.worlds import COMMIT, known, typed

PLANNED = datetime(2019, 8, 14, 19, 0, tzinfo=UTC)
BEFORE = PLANNED - timedelta(days=10)
DUE = PLANNED - timedelta(days=3)
NAME = "meetings/announce/monthly"
KEY = "meeting/monthly/2019-08-14/agenda"
SILENT = settings(Settings(listen_first=True))


def waiting(series: str = SERIES, at: datetime = BEFORE, *, listens: bool = False) -> Bot:
    """Return a bot that has read its records at an instant."""
    one = Bot(records=known(FILES | {"series/monthly.toml": series}))
    if listens:
        one.chosen = SILENT
    one.take(seen(at))
    return one


def seen(at: datetime) -> RecordsSeen:
    return RecordsSeen(at=at, commit=COMMIT, good=COMMIT)


def fired(one: Bot, at: datetime = DUE) -> list[Effect]:
    return one.take(TimerFired(at=at, name=NAME, due=DUE))


def mails(effects: list[Effect]) -> list[str]:
    return [one.key for one in effects if isinstance(one, SendMail)]


def timer(effects: list[Effect]) -> list[datetime]:
    return [one.due for one in effects if isinstance(one, SetTimer) and one.name == NAME]


def changed(one: Bot, old: str, new: str, at: datetime) -> list[Effect]:
    """Let somebody change the series in git."""
    assert old in SERIES
    one.records = known(FILES | {"series/monthly.toml": SERIES.replace(old, new)})
    return one.take(seen(at))


def test_three_days_before_a_meeting_its_agenda_is_mailed_and_the_next_is_waited_for() -> None:
    one = Bot(records=known(FILES))
    assert timer(one.take(seen(BEFORE))) == [DUE]
    effects = fired(one)
    assert (mails(effects), timer(effects)) == ([KEY], [PLANNED + timedelta(hours=2)])
    after = one.take(TimerFired(at=PLANNED + timedelta(hours=2), name=NAME, due=PLANNED + timedelta(hours=2)))
    assert (mails(after), timer(after)) == ([], [datetime(2019, 9, 8, 19, 0, tzinfo=UTC)])


def test_it_is_the_mail_that_the_command_line_prints_and_is_no_news_when_the_meeting_has_begun() -> None:
    one = busy()
    one.take(seen(DUE - timedelta(hours=1)))
    expected = mail_of(one, DUE)
    assert [each for each in fired(one) if isinstance(each, SendMail)] == [expected]
    assert expected.expires == PLANNED


@pytest.mark.parametrize(
    ("more", "days"), [("announce_days = 1\n", [1]), ("announce_days = 28\n", [28]), ("announce_days = 0\n", [])]
)
def test_the_series_says_how_many_days_before(more: str, days: list[int]) -> None:
    one = Bot()
    one.records = known(FILES | {"series/monthly.toml": SERIES.replace("lists =", f"{more}lists =")})
    at = PLANNED - timedelta(days=28, hours=1)
    assert timer(one.take(seen(at))) == [PLANNED - timedelta(days=each) for each in days]


def test_without_lists_nobody_is_mailed() -> None:
    one = waiting(SERIES.replace('lists = ["team@lists.example.org"]\n', ""))
    assert (mails(fired(one)), one.documents[Announced]) == ([], Announced())


@pytest.mark.parametrize(("left", "mailed"), [(60, [KEY]), (6, [KEY]), (5, []), (0, []), (-1, [])])
def test_a_bot_that_was_away_sends_it_late_while_six_hours_are_left(left: int, mailed: list[str]) -> None:
    assert mails(fired(waiting(), at=PLANNED - timedelta(hours=left))) == mailed


def test_a_bot_that_has_not_read_its_records_yet_looks_again() -> None:
    one = waiting()
    records, one.records = one.records, None
    assert fired(one) == [SetTimer(name=NAME, due=DUE + timedelta(minutes=5))]
    one.records = records
    assert mails(fired(one, at=DUE + timedelta(minutes=5))) == [KEY]


def test_what_was_announced_is_known_after_a_restart() -> None:
    before, after = waiting(), waiting()
    fired(before)
    before.take(Delivered(at=DUE, key=KEY, state="sent"))
    after.documents = {**after.documents, Announced: decode(Announced, encode(before.documents[Announced]))}
    assert mails(fired(after, at=DUE + timedelta(minutes=5))) == []
    assert prepared(after.world(PLANNED), CHANNEL).thread == KEY


def test_neither_another_look_nor_a_new_item_nor_another_hour_of_the_day_sends_it_again() -> None:
    one = waiting()
    fired(one)
    assert mails([*fired(one), *one.take(seen(DUE + timedelta(minutes=1)))]) == []
    assert mails(one.take(WentLive(at=DUE + timedelta(minutes=2)))) == []
    typed(one, "ann", "!agenda add Hotel", at=DUE + timedelta(minutes=3))
    assert mails(changed(one, "19:00", "20:30", DUE + timedelta(minutes=4))) == []


def test_a_meeting_that_is_moved_to_another_day_is_announced_for_that_day() -> None:
    one = waiting()
    assert timer(changed(one, "2WE", "3WE", BEFORE)) == [DUE + timedelta(days=7)]
    assert mails(fired(one)) == []
    assert mails(fired(one, at=DUE + timedelta(days=7))) == ["meeting/monthly/2019-08-21/agenda"]


def test_a_series_that_is_over_or_gone_announces_nothing() -> None:
    assert timer(Bot(records=known(FILES)).take(seen(BEFORE))) != []
    one = waiting()
    assert CancelTimer(name=NAME) in changed(one, "from =", "to = 2019-08-14\nfrom =", BEFORE)
    assert mails(fired(one)) == []
    one.records = known({path: text for path, text in FILES.items() if not path.startswith("series/")})
    assert mails(fired(one)) == []


def test_a_meeting_that_was_held_a_day_early_is_not_announced_any_more() -> None:
    one = waiting(at=PLANNED - timedelta(days=20))
    held = Held(
        venue=CHANNEL, began=1, started=PLANNED - timedelta(hours=26), prepared=Prepared(series="monthly"), stem="x",
        ended=2,
    )  # fmt: skip
    one.documents = {**one.documents, Meetings: Meetings(held=(held,))}
    assert mails(fired(one, at=PLANNED - timedelta(hours=20))) == []


def test_a_bot_that_only_listens_mails_no_list_until_it_goes_live() -> None:
    one = waiting(listens=True)
    assert mails(fired(one)) == []
    assert mails(one.take(WentLive(at=DUE + timedelta(hours=1)))) == [KEY]
    assert mails(one.take(seen(DUE + timedelta(hours=2)))) == []


def test_a_bot_that_goes_live_before_sends_it_at_its_time() -> None:
    one = waiting(listens=True)
    assert mails(one.take(WentLive(at=BEFORE))) == []
    assert mails(fired(one)) == [KEY]


@pytest.mark.parametrize(
    ("state", "hours", "thread"),
    [("sent", 0, KEY), ("sent", -20, KEY), ("sent", -60, ""), ("expired", 0, ""), ("dead", 0, "")],
)
def test_the_thread_is_that_of_the_planned_meeting_if_its_mail_was_sent(state: str, hours: int, thread: str) -> None:
    one = waiting()
    fired(one)
    one.take(Delivered(at=DUE, key=KEY, state=state))  # type: ignore[arg-type]
    assert prepared(one.world(PLANNED + timedelta(hours=hours)), CHANNEL).thread == thread


def test_a_meeting_that_nobody_announced_has_no_thread() -> None:
    assert prepared(waiting().world(PLANNED), CHANNEL).thread == ""


def test_the_minutes_answer_the_announcement_by_its_message_id_and_subject() -> None:
    posting = Posting(render=WORDS.render, operator=Operator(), mail_domain="example.org")
    held = Meeting()
    held.at = BEFORE
    held.looks()
    held.take(TimerFired(at=DUE, name=NAME, due=DUE))
    held.take(Delivered(at=DUE, key=KEY, state="sent"))
    held.at = NOW
    held.meets("ann: #topic Builds", "ann: #agreed we fix it")
    first, second = (json.loads(row.body) for mail in held.mails for row in posting.rows(mail))
    assert second["in_reply_to"] == first["message_id"]
    assert second["subject"] == f"Re: {first['subject']}"
