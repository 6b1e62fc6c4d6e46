"""Other people's logs: each is known for what it is, with as many lines and nicks as counted by hand in the file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.core.meetings.foreign.written import DAY, day_of, form_of, read

DATA = Path(__file__).parents[5] / "shared/data/meetings"
pytestmark = [pytest.mark.real, pytest.mark.skipif(not DATA.exists(), reason="the files of others are not here")]

FEDORA = "01-fedora-iot-2020-06-10/fedora_iot_working_group_meeting.2020-06-10-14.10.log.txt"
# file: format, lines, nicks, rows not understood, day
REAL: dict[str, tuple[str, int, int, int, date | None]] = {
    "00-probe-synthetic/probe.log.txt": ("meetbot", 46, 6, 0, None),
    FEDORA: ("meetbot", 23, 5, 0, date(2020, 6, 10)),
    "03-meetbot-test-script-1/test-script-1.log.txt": ("meetbot", 64, 7, 6, None),
    "04-meetbot-test-script-2/as-said-by-chair.log.txt": ("meetbot", 49, 1, 0, None),
    "1-jsonld-2023-05-17/irc.log": ("rrsagent", 127, 10, 0, date(2023, 5, 17)),
    "2-ccg-2018-07-10/irc.log": ("iso", 264, 24, 0, date(2018, 7, 10)),
    "2-ccg-2020-02-18/irc-raw.log": ("iso", 244, 19, 0, date(2020, 2, 18)),
    "2-ccg-2020-02-18/irc.log": ("iso", 247, 19, 0, date(2020, 2, 18)),
    "3-scribe1-XChat_Log_Format/XChat_Log_Format-in.txt": ("xchat", 14, 5, 0, date(2005, 2, 14)),
    "3-scribe1-actionProcessing/actionProcessing-in.txt": ("rrsagent", 41, 5, 0, date(2005, 1, 7)),
    "3-scribe1-irssi-nick-space/irssi-nick-space-in.txt": ("irssi", 94, 3, 0, date(2007, 9, 27)),
    "3-scribe1-irssi/irssi-in.txt": ("irssi", 360, 10, 0, date(2005, 3, 29)),
    "5-scribejs-poe/poe-test.txt": ("rrsagent", 163, 10, 0, date(2017, 2, 20)),
    "6-i2p-320/320.log": ("pidgin", 153, 8, 0, None),
    "7-hcoop-json/2022-06-04.log.json": ("hcoop", 39, 7, 0, date(2021, 4, 13)),
    "8-wgmeeting-chats/invite-and-channel-separation-1.txt": ("wire", 8, 3, 0, None),
    "8-wgmeeting-chats/off-hidden-me-1.txt": ("wire", 12, 2, 0, None),
    "8-wgmeeting-chats/split-long-line-1.txt": ("wire", 28, 2, 0, None),
    "8-wgmeeting-chats/take-up-1.txt": ("wire", 56, 3, 0, None),
    "8-wgmeeting-chats/topic-2.txt": ("wire", 25, 2, 0, None),
}


@pytest.mark.parametrize("name", REAL)
def test_a_real_log_is_read(name: str) -> None:
    path, form = DATA / name, REAL[name][0]
    found = read(path.read_bytes(), form)
    nicks = {line.nick for line in found.lines}
    day = day_of(path.read_text(), form, path.name)
    assert (form_of(path.read_bytes()), len(found.lines), len(nicks), found.reading.misread, day) == REAL[name]


@pytest.mark.parametrize(
    ("page", "log"),
    [
        (FEDORA.replace("2020-06-10/", "2020-06-10/oracle-meetbot-0.1.4/").replace(".txt", ".html"), FEDORA),
        ("7-hcoop-json/hcoop-meetbot-0.8.1/2022-06-04.log.html", "7-hcoop-json/2022-06-04.log.json"),
    ],
)
def test_the_log_that_a_bot_published_has_the_lines_of_its_own(page: str, log: str) -> None:
    published, own = (DATA / page).read_bytes(), (DATA / log).read_bytes()
    assert form_of(published) == "meetbot-html"
    assert [(line.nick, line.text) for line in read(published, "meetbot-html").lines] == [
        (line.nick, line.text) for line in read(own, REAL[log][0]).lines
    ]


def test_a_script_without_nicks_is_no_log() -> None:
    assert form_of((DATA / "04-meetbot-test-script-2/test-script-2.log.txt").read_bytes()) is None


@pytest.mark.parametrize("name", ["3-scribe1-irssi/irssi-in.txt", "3-scribe1-XChat_Log_Format/XChat_Log_Format-in.txt"])
def test_no_address_of_a_row_of_joining_gets_into_a_line(name: str) -> None:
    found = read((DATA / name).read_bytes(), REAL[name][0], day=DAY)
    assert [line for line in found.lines if "203.0.113" in line.nick + line.text] == []
