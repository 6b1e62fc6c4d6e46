from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cloudbot.core.meetings import correcting, w3c
from cloudbot.core.meetings.commands import BY_NAME, COMMANDS
from cloudbot.core.meetings.grammar import Manner, recognise
from cloudbot.core.meetings.table import TABLE
from tests.core.meetings.meeting_lines import line

if TYPE_CHECKING:
    from cloudbot.core.meetings.lines import Kind


def heard(text: str, manner: Manner = "live", kind: Kind = "says") -> tuple[str, str] | None:
    found = recognise(line("ana", text, kind=kind), manner)
    return None if found is None else (found.command.name, found.argument)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("#info x", ("info", "x")),
        ("#Info x", ("info", "x")),
        ("#INFO x", ("info", "x")),
        ("#info:x", ("info", ":x")),
        ("#info-x", ("info", "-x")),
        ("#info\tx", ("info", "x")),
        ("#info\u00a0x", ("info", "x")),
        ("#info", ("info", "")),
        ("#agree x", ("agreed", "x")),
        ("#accept x", ("accepted", "x")),
        ("#reject x", ("rejected", "x")),
        ("#halp x", ("help", "x")),
        ("#progress x", ("subtopic", "x")),
        ("#close", ("endvote", "")),
        ("[topic] x", ("topic", "x")),
        ("[TOPIC]x", ("topic", "x")),
        ("[progress] x", ("subtopic", "x")),
        ("[action] x", ("action", "x")),
        ("\x02#topic\x02 x", ("topic", "x")),
        ("\x1f#topic\x1f x", ("topic", "x")),
        ("\x0304#topic\x03 x", ("topic", "x")),
        ("\ufeff#topic x", ("topic", "x")),
        ("\u200b#topic x", ("topic", "x")),
        ("https://example.org/x looks good", ("link", "https://example.org/x looks good")),
    ],
)
def test_a_command_is_recognised(text: str, command: tuple[str, str]) -> None:
    assert heard(text) == command


@pytest.mark.parametrize(
    "text",
    [
        "#",
        "",
        "##info x",
        "#1078608 is fixed",
        "#debian-cloud",
        "#clouds: hello",
        "#unknown x",
        "#agreed?",
        "#agreed? I think so",
        "#info.",
        "text then #info x",
        "in favour of #endmeeting",
        "see https://example.org",
        "mailto:foo@example.org bar",
        "javascript://x",
        "# chairs bea",
        "# 1 is the first",
        "ACTION #info x",
        "[off] #info x",
        "[ken] hello",
        "[endmeeting]",
        "[topic x",
        "[topic]?",
        "well [topic] x",
    ],
)
def test_prose_is_prose(text: str) -> None:
    assert heard(text) is None


@pytest.mark.parametrize("kind", ["does", "is now", "gap"])
def test_only_what_is_said_is_a_command(kind: Kind) -> None:
    assert heard("#action x", kind=kind) is None


@pytest.mark.parametrize("blank", [" ", "  ", "\t", "\u00a0"])
def test_a_leading_blank_makes_prose_of_it_live(blank: str) -> None:
    assert heard(f"{blank}#info x") is None


@pytest.mark.parametrize("manner", ["replay", "classic"])
def test_the_blanks_of_a_log_are_the_logs(manner: Manner) -> None:
    assert heard("  #info x", manner) == ("info", "x")


@pytest.mark.parametrize(
    ("typed", "name", "taken"),
    [
        ("# topic x", "topic", "# topic"),
        ("#topics x", "topic", "#topics"),
        ("#addchair bea", "chair", "#addchair"),
        ("#chairs bea", "chair", "#chairs"),
        ("#TODO bea x", "action", "#todo"),
        ("#failed x", "rejected", "#failed"),
        ("#agree x", "agreed", ""),
        ("#Topic x", "topic", ""),
    ],
)
def test_a_guess_is_taken_and_known_to_be_one(typed: str, name: str, taken: str) -> None:
    found = recognise(line("ana", typed), "live")
    assert found is not None
    assert (found.command.name, found.taken) == (name, taken)


@pytest.mark.parametrize("typed", ["# topic x", "#topics x", "#addchair bea", "#subtopic x", "#motion x", "#here"])
def test_the_classic_manner_knows_what_meetbot_knows(typed: str) -> None:
    assert heard(typed, "classic") is None


@pytest.mark.parametrize(("typed", "argument"), [("#agreed?", "?"), ("#info. ", "."), ("#topic   x ", "x")])
def test_the_classic_manner_takes_what_is_stuck_to_it(typed: str, argument: str) -> None:
    found = heard(typed, "classic")
    assert found is not None
    assert found[1] == argument


def test_every_command_does_something_and_nothing_else_is_done() -> None:
    assert set(TABLE) == {command.name for command in COMMANDS} | set(w3c.OWN) | set(correcting.OWN)


def test_no_word_means_two_commands() -> None:
    words = [name for one in COMMANDS for name in (one.name, *one.aliases, *one.guesses)]
    assert sorted(words) == sorted(BY_NAME)


def test_every_command_says_what_it_does() -> None:
    assert [command.name for command in COMMANDS if not command.help] == []
