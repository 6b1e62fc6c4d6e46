"""Bytes to lines to messages: whatever a server sends, nothing is raised, and only a lost line is lost."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudbot.adapters.irc.lines import LONGEST, Lines
from cloudbot.adapters.irc.message import Message, compose, parse


def lines(*portions: bytes) -> list[str]:
    buffer = Lines()
    found: list[str] = []
    for portion in portions:
        buffer.feed(portion)
        found += buffer
    return found


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r\r\n"])
def test_every_line_end_in_use_is_understood(end: bytes) -> None:
    assert lines(b"PING :a" + end + b"PING :b" + end) == ["PING :a", "PING :b"]


def test_a_line_may_come_in_single_bytes() -> None:
    assert lines(*(bytes([byte]) for byte in "PRIVMSG #c :hé\r\n".encode())) == ["PRIVMSG #c :hé"]


def test_a_thousand_lines_may_come_at_once() -> None:
    assert lines(b"".join(b"PING :%d\r\n" % number for number in range(1000))) == [f"PING :{n}" for n in range(1000)]


def test_bytes_that_are_not_utf_8_are_latin_1() -> None:
    assert lines(b":a!b@c PRIVMSG #c :caf\xe9 \xff\n") == [":a!b@c PRIVMSG #c :café ÿ"]


def test_a_character_that_the_server_cut_off_is_left_out() -> None:
    assert lines("PRIVMSG #c :größe 😀".encode()[:-2] + b"\r\n") == ["PRIVMSG #c :größe "]


def test_quoting_that_the_library_would_turn_into_a_line_end_is_removed() -> None:
    assert lines(b"PRIVMSG #c :a\x10rQUIT\x00 b\rc\n") == ["PRIVMSG #c :arQUIT bc"]


def test_a_line_beyond_belief_is_discarded_and_the_next_is_read() -> None:
    assert lines(b"x" * (LONGEST + 1) + b"\nPING :a\n", b"y" * LONGEST, b"zz", b"\nPING :b\n") == ["PING :a", "PING :b"]


def test_ten_megabytes_without_a_line_end_cost_neither_time_nor_memory() -> None:
    buffer = Lines()
    began = time.perf_counter()
    for _ in range(2560):
        buffer.feed(b"x" * 4096)
    buffer.feed(b"\nPING :a\n")
    assert list(buffer) == ["PING :a"]
    assert time.perf_counter() - began < 1


@given(st.lists(st.binary()))
def test_no_bytes_raise(portions: list[bytes]) -> None:
    for line in lines(*portions, b"\n"):
        parse(line)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("PING :a b", Message("PING", ("a b",))),
        ("ping a", Message("PING", ("a",))),
        (":n!u@h PRIVMSG #c :hi :) there", Message("PRIVMSG", ("#c", "hi :) there"), "n!u@h")),
        (":n!u@h PRIVMSG #c :", Message("PRIVMSG", ("#c", ""), "n!u@h")),
        (":n!u@h PRIVMSG #c", Message("PRIVMSG", ("#c",), "n!u@h")),
        (
            "@time=x;+a  :n!u@h  PRIVMSG  #c  :two  spaces",
            Message("PRIVMSG", ("#c", "two  spaces"), "n!u@h", {"time": "x", "+a": ""}),
        ),
        ("   PING  a  ", Message("PING", ("a",))),
        ("@a=1;a=2;b=;;=x;c PING x", Message("PING", ("x",), "", {"a": "2", "b": "", "c": ""})),
        ("@a=\\:\\s\\\\\\n\\q\\ PING x", Message("PING", ("x",), "", {"a": "; \\\nq"})),
        ("@only-tags", None),
        (":only-source", None),
        ("", None),
        (" ", None),
        (":n!u@h JOIN #a\u00a0b", Message("JOIN", ("#a\u00a0b",), "n!u@h")),
    ],
)
def test_lines_are_taken_apart_leniently(line: str, message: Message | None) -> None:
    assert parse(line) == message


def test_tags_of_the_longest_size_are_read() -> None:
    tags = ";".join(f"k{number}=v" for number in range(1100))[:8190]
    message = parse(f"@{tags} :n!u@h PRIVMSG #c :hi")
    assert message is not None
    assert (message.params, message.nick, message.tags["k7"]) == (("#c", "hi"), "n", "v")


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("nick!user@host", ("nick", "user", "host", False)),
        ("irc.example.org", ("irc.example.org", "", "", True)),
        ("a!b@c@d", ("a", "b", "c@d", False)),
        ("nick[m]!~u@cloak/x", ("nick[m]", "~u", "cloak/x", False)),
        ("odd!mask", ("odd", "mask", "", False)),
        ("", ("", "", "", True)),
    ],
)
def test_a_source_has_parts(source: str, parts: tuple[str, str, str, bool]) -> None:
    message = Message("PRIVMSG", (), source)
    assert (message.nick, message.user, message.host, message.from_server) == parts


def test_a_composed_line_is_one_line() -> None:
    assert compose("PRIVMSG", "#c", trailing="a\r\nQUIT\0 :b\r") == "PRIVMSG #c :aQUIT :b"
    assert compose("JOIN", "#c") == "JOIN #c"


@pytest.mark.parametrize("param", ["", ":x", "a b"])
def test_a_parameter_that_would_become_two_is_refused(param: str) -> None:
    with pytest.raises(ValueError, match="middle parameter of JOIN"):
        compose("JOIN", param)
