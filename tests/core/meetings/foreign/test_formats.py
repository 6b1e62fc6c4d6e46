"""Every format is known by its rows and read into the same lines; nothing else of a log becomes one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cloudbot.core.meetings.logs.formats import FORMATS, recognise
from tests.core.meetings.foreign.written import LOGS, SAME, form_of, read, rows_of, said

if TYPE_CHECKING:
    from cloudbot.core.meetings.logs.entries import Format

WITHOUT_CHANGES_OF_NICK = {"meetbot", "meetbot-html", "iso", "hcoop"}
WITHOUT_DOINGS = {"rrsagent-html"}


def test_there_is_a_log_for_every_format() -> None:
    assert set(LOGS) == {one.name for one in FORMATS}


@pytest.mark.parametrize("name", LOGS)
def test_a_log_is_recognised(name: str) -> None:
    assert form_of(LOGS[name]) == name


@pytest.mark.parametrize("name", LOGS)
def test_a_log_says_what_was_said_and_nothing_else(name: str) -> None:
    same = [line for line in SAME if " is now: " not in line or name not in WITHOUT_CHANGES_OF_NICK]
    same = [line for line in same if " does: " not in line or name not in WITHOUT_DOINGS]
    assert said(LOGS[name], name) == same


@pytest.mark.parametrize("name", LOGS)
def test_nothing_of_a_good_log_is_not_understood(name: str) -> None:
    assert read(LOGS[name], name).reading.misread == 0


@pytest.mark.parametrize("name", LOGS)
def test_no_address_of_a_machine_gets_into_a_line(name: str) -> None:
    assert [line for line in said(LOGS[name], name) if "203.0.113" in line] == []


@pytest.mark.parametrize(
    "name", sorted(set(LOGS) - {"meetbot", "meetbot-html", "znc", "iso", "bip", "pidgin", "plain"})
)
def test_the_channel_is_found_in_the_log(name: str) -> None:
    assert read(LOGS[name], name).reading.channel == "#chan"


@pytest.mark.parametrize("name", sorted(set(LOGS) - {"hcoop"}))
def test_a_log_is_recognised_with_the_line_ends_and_the_mark_of_windows(name: str) -> None:
    assert form_of(b"\xef\xbb\xbf" + LOGS[name].replace("\n", "\r\n").encode()) == name


@pytest.mark.parametrize("one", FORMATS, ids=lambda one: one.name)
def test_the_example_of_a_format_is_read_by_it(one: Format) -> None:
    assert read(one.example.replace("⇥", "\t"), one.name).reading.misread == 0


OTHER_LOGS = {
    "irssi without a blank for the mode": ("irssi", "14:26 <ana> hello", "14:26:00 ana says: hello"),
    "irssi with ISO 8601": ("irssi", "2026-03-04T14:26:00 -!- x [y@z] has joined #c\n2026-03-04T14:26:01 <@ana> hello",
                            "14:26:01 ana says: hello"),
    "irssi in brackets": ("irssi", "[14:25] -!- x [y@z] has left #c\n[14:26] <@ana> hello", "14:26:00 ana says: hello"),
    "irssi with a bar": ("irssi", "14:25  --> | ben (b@c) has left\n14:26 @  ana | hello", "14:26:00 ana says: hello"),
    "irssi with a bar, a /me": ("irssi", "14:26           * | ana waves", "14:26:00 ana does: waves"),
    "irssi with a bar, a change of nick": ("irssi", "14:26   «Nick» | ana is now known as a", "14:26:00 ana is now: a"),
    "irssi, a notice to the channel": ("irssi", "14:26 -ana:#chan- hello", "14:26:00 ana says: hello"),
    "weechat of today": ("weechat", "2026-03-04T14:26:00.123456Z\t@ana\thello", "14:26:00 ana says: hello"),
    "weechat, a notice": ("weechat", "2026-03-04 14:26:00\t--\tNotice(ana): hello", "14:26:00 ana says: hello"),
    "weechat, a tab in what was said": ("weechat", "2026-03-04 14:26:00\tana\tone\ttwo", "14:26:00 ana says: one two"),
    "weechat, a nick like a zone": ("weechat", "2026-03-04 14:26:00\tZ\thello", "14:26:00 Z says: hello"),
    "ZNC, a notice": ("znc", "[14:26:00] -ana- hello", "14:26:00 ana says: hello"),
    "ZNC without seconds": ("znc", "[14:26] <ana> hello", "14:26:00 ana says: hello"),
    "Quassel with pm": ("quassel", "[2:26:00 PM] <ana> hello", "14:26:00 ana says: hello"),
    "Quassel with a day": ("quassel", "[2026-03-04 14:26:00] -*- ana waves", "14:26:00 ana does: waves"),
    "Quassel, a notice": ("quassel", "[14:26:00] [ana] hello", "14:26:00 ana says: hello"),
    "a log in a block of Markdown": ("irccloud", "    [2026-03-04 14:26:00] — ana waves", "14:26:00 ana does: waves"),
    "qwebirc": ("mirc", "[14:25] == ben [~b@203.0.113.7] has joined #chan\n[14:26] <ana> hello",
                "14:26:00 ana says: hello"),
    "HexChat with another clock": ("xchat", "2026-03-04 14:26:00 <@ana>\thello", "14:26:00 ana says: hello"),
    "XChat, a notice": ("xchat", "Mar 04 14:26:00 -ana-\thello", "14:26:00 ana says: hello"),
    "Pidgin on the next day": ("pidgin", "(03/04/2026 02:26:00 PM) ana: hello", "14:26:00 ana says: hello"),
    "an empty line": ("meetbot", "14:26:00 <ana> ", "14:26:00 ana says: "),
    "a client that cuts blanks": ("meetbot", "14:26:00 <ana>", "14:26:00 ana says: "),
    "colours": ("znc", "[14:26:00] <\x0304,01@ana\x03> \x02#info\x02 \x1b[1mhello", "14:26:00 ana says: #info hello"),
    "NULs": ("meetbot", "14:26:00\0 <ana> hel\0lo", "14:26:00 ana says: hello"),
    "two modes": ("irssi", "14:26 <@+ana> hello", "14:26:00 ana says: hello"),
    "a nick with a blank": ("meetbot", "14:26:00 <ana of the team> hello", "14:26:00 ana of the team says: hello"),
    "a nick of brackets": ("meetbot", "14:26:00 <[ana]`^> hello", "14:26:00 [ana]`^ says: hello"),
    "a nick beyond ASCII": ("meetbot", "14:26:00 <Ünïcöde> hello", "14:26:00 Ünïcöde says: hello"),
    "a host with the nick": ("meetbot", "14:26:00 <ana!~a@203.0.113.7> hello", "14:26:00 ana says: hello"),
    "a relay": ("meetbot", "14:26:00 <bridge> <ben> hello", "14:26:00 bridge says: <ben> hello"),
    "a leap second": ("meetbot", "23:59:60 <ana> hello", "23:59:59 ana says: hello"),
    "irssi, nicks in a column": ("irssi", "14:26 <       @ana> hello", "14:26:00 ana says: hello"),
    "weechat, copied": ("irssi", "14:26:00      @ana | hello", "14:26:00 ana says: hello"),
    "weechat, copied without seconds": ("irssi", "14:26   * | ana waves", "14:26:00 ana does: waves"),
    "weechat, signs of one's own": ("weechat", "2026-03-04 14:25:00\t\u2139\tx\n2026-03-04 14:26:00\tana\thello",
                                    "14:26:00 ana says: hello"),
    "weechat, times in brackets": ("weechat", "[14:25:00]\t-->\tben (b@c) has joined #c\n[14:26:00]\t@ana\thello",
                                   "14:26:00 ana says: hello"),
    "HexChat, times in brackets": ("xchat", "[14:25:00] *\tben has quit (x)\n[14:26:00] <ana>\thello",
                                   "14:26:00 ana says: hello"),
    "weechat, aligned": ("weechat", "2026-03-04 14:26:00\t     @ana\thello", "14:26:00 ana says: hello"),
    "Quassel, a new day": ("quassel", "{Day changed to Thursday, March 5, 2026}\n[14:26:00] <ana> hello",
                           "14:26:00 ana says: hello"),
    "IRCCloud, a heading": ("irccloud", "Wednesday, March 4th, 2026\n[14:26:00] <ana> hello",
                            "14:26:00 ana says: hello"),
    "IRCCloud, a change of nick": ("irccloud", "[2026-03-04 14:26:00] — ana → ana_", "14:26:00 ana is now: ana_"),
    "HexChat without times": ("xchat", "**** BEGIN LOGGING AT Wed Mar  4 14:20:00 2026\n<ana>\thello",
                              "00:00:00 ana says: hello"),
    "HexChat in German": ("xchat", "**** PROTOKOLL BEGINNT AM Wed Mar  4 14:20:00 2026\nMär 04 14:26:00 <ana>\thello",
                          "14:26:00 ana says: hello"),
    "HexChat in German, who goes": ("xchat", "Mär 04 14:25:00 *\tben hat den Chat verlassen (x)\n<ana>\thello",
                                    "00:00:00 ana says: hello"),
    "HexChat in German, a change of nick": ("xchat", "Mär 04 14:26:00 *\tana ist jetzt bekannt als a",
                                            "14:26:00 ana is now: a"),
    "HexChat in French": ("xchat", "mars 04 14:26:00 *\tana s'appelle maintenant a", "14:26:00 ana is now: a"),
    "noon": ("pidgin", "(12:00:00 PM) ana: hello", "12:00:00 ana says: hello"),
    "midnight": ("pidgin", "(12:00:00 AM) ana: hello", "00:00:00 ana says: hello"),
    "a CTCP": ("znc", "[14:26:00] <ana> \x01ACTION waves\x01", "14:26:00 ana does: waves"),
    "no times": ("plain", "<ana> hello", "00:00:00 ana says: hello"),
    "no times, a colon": ("plain", "ana: hello", "00:00:00 ana says: hello"),
    "JSON in one row": (
        "hcoop",
        '{"messages":[{"sender":"ana","payload":"a \\"]}\\" b","action":false,"timestamp":"2026-03-04T14:26:00"}]}',
        '14:26:00 ana says: a "]}" b',
    ),
    "the bot's own nick": ("wire", "<:x!y@z INVITE Bot #chan\n>PRIVMSG #chan :hello", "00:00:00 Bot says: hello"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "log", "line"), OTHER_LOGS.values(), ids=list(OTHER_LOGS))
def test_variants_of_a_format_are_read(name: str, log: str, line: str) -> None:
    assert said(log, name) == [line]


@pytest.mark.parametrize(
    "rest",
    ["ana has left the building", "ana joined the team", "ana quits smoking", "ana sets the table"],
)
def test_what_somebody_does_is_not_taken_for_a_going(rest: str) -> None:
    nick, text = rest.split(" ", 1)
    assert said(f"Mar 04 14:26:00 *\t{rest}", "xchat") == [f"14:26:00 {nick} does: {text}"]


NO_LOGS = {
    "prose": "Dear all,\n\nwe meet on Wednesday.\n\nAna\n",
    "a mail": "From: ana@example.org\nSubject: agenda\nTo: list@example.org\n\nHello\n",
    "configuration": "name: cloud\nsize: 3\nimage: trixie\n",
    "a page": "<!DOCTYPE html>\n<html>\n<body>\n<p>14:26 ana</p>\n</body>\n</html>\n",
    "other JSON": '{"name": "x", "size": 3}\n',
    "commands alone": "#startmeeting\n#info x\nhello\n#endmeeting\n",
    "nothing": "",
    "blanks": "\n\n  \n",
    "bytes": "\0\1\2\3\n" * 9,
}


@pytest.mark.parametrize("text", NO_LOGS.values(), ids=list(NO_LOGS))
def test_what_is_no_log_is_not_taken_for_one(text: str) -> None:
    assert form_of(text) is None


def test_of_what_is_none_the_nearest_is_named_with_what_it_understood() -> None:
    judged = recognise(rows_of(b"14:26 -!- ana has joined #chan\nhello\nyou\nthere\n"))
    assert (judged.format, judged.nearest.name, judged.understood, judged.rows) == (None, "irssi", 1, 4)


def test_one_odd_row_does_not_decide() -> None:
    log = LOGS["weechat"].splitlines()[0] + "\n" + LOGS["meetbot"]
    assert form_of(log) == "meetbot"


RECOGNISED = {
    "Quassel with days": ("quassel", LOGS["quassel"].replace("[14:", "[2026-03-04 14:")),
    "ZNC with a few joins": ("znc", "[14:26:00] <ana> hi\n" * 200 + LOGS["znc"]),
    "irssi in brackets": ("irssi", "[14:25:00] -!- x [y@z] has joined #c\n" + "[14:26:00] <@ana> hello\n" * 9),
    "what is said in brackets alone": ("znc", "[14:26:00] <ana> hi\n" * 9),
    "what is said with days alone": ("irccloud", "[2026-03-04 14:26:00] <ana> hi\n" * 9),
    "what is said without seconds": ("irssi", "14:26 <ana> hi\n" * 9),
    "a bot of many channels": (
        "iso",
        "2026-03-04T14:26:00  *** ben <ben!b@c> has joined #x\n2026-03-04T14:26:01  <ana> hi\n",
    ),
    "irssi with ISO 8601": (
        "irssi",
        "2026-03-04T14:26:00Z -!- b [c@d] has joined #x\n2026-03-04T14:26:01Z < ana> hi\n",
    ),
    "irssi with ISO 8601 and no pads": (
        "irssi",
        "2026-03-04T14:26:00Z -!- b [c@d] has joined #x\n" + "2026-03-04T14:26:01Z <a> x\n" * 9,
    ),
    "irssi with a bar": ("irssi", "14:26      ana | hello\n14:26        * | ben waves\n"),
    "what is said without times": ("plain", "<ana> hi\n<ben> hi\n"),
    "a paste between lines": ("meetbot", "14:26:00 <ana> hi\nname: value\n" * 3 + "14:27:00 <ana> hi\n" * 9),
}


@pytest.mark.parametrize(("name", "log"), RECOGNISED.values(), ids=list(RECOGNISED))
def test_logs_that_look_alike_are_told_apart(name: str, log: str) -> None:
    assert form_of(log) == name


def test_rows_that_are_not_understood_are_counted_and_the_first_is_kept() -> None:
    reading = read("14:26:00 <ana> one\n\n# remark\n14:26:01 <ana> two\n  and more\n", "meetbot").reading
    assert (reading.misread, reading.first_misread and reading.first_misread.number, reading.rows) == (2, 3, 5)


def test_a_time_that_does_not_exist_is_not_understood() -> None:
    assert read("25:26:00 <ana> a\n14:26:00 <ana> b\n", "meetbot").reading.misread == 1


def test_a_log_of_two_channels_is_read_for_the_first_that_is_spoken_in() -> None:
    assert read(LOGS["wire"], "wire").reading.elsewhere == 1


def test_a_log_of_two_channels_is_read_for_the_one_asked_for() -> None:
    found = read(LOGS["wire"], "wire", channel="#OTHER")
    assert [line.text for line in found.lines if line.kind == "says"] == ["elsewhere"]


OWN = {
    "irssi": "14:26 <@ana> hello\n14:27 -!- You're now known as ana_\n14:28 < ana_> hello\n",
    "weechat": "2026-03-04 14:26:00\tana\thello\n2026-03-04 14:27:00\t--\tYou are now known as ana_\n14:28\tana_\thello\n",  # noqa: E501 - rows are long
    "xchat": "Mar 04 14:26 <ana>\thello\nMar 04 14:27 *\tYou are now known as ana_\nMar 04 14:28 <ana_>\thello\n",
}


@pytest.mark.parametrize(("form", "log"), OWN.items())
def test_the_change_of_nick_of_who_wrote_the_log_is_theirs(form: str, log: str) -> None:
    assert said(log, form) == ["14:26:00 ana says: hello", "14:27:00 ana is now: ana_", "14:28:00 ana_ says: hello"]


def test_whose_the_second_change_is_was_told_by_the_first() -> None:
    log = "14:26 <ana> hello\n14:27 -!- You're now known as ana_\n14:28 -!- You're now known as chair\n"
    assert said(log, "irssi")[-1] == "14:28:00 ana_ is now: chair"


def test_a_change_of_nick_that_may_be_anybodys_is_nobodys() -> None:
    assert said("14:26 <ana> hello\n14:27 -!- You're now known as chair\n", "irssi") == ["14:26:00 ana says: hello"]
