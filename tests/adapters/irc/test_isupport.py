"""What a server says about itself, sense and nonsense."""

from __future__ import annotations

import pytest

from cloudbot.adapters.irc.isupport import Support


def support(*lines: str) -> Support:
    made = Support()
    for line in lines:
        made.load(["me", *line.split(" "), "are supported by this server"])
    return made


@pytest.mark.parametrize(
    ("casemapping", "same"),
    [
        ("ascii", False),
        ("rfc1459", True),
        ("strict-rfc1459", True),
        ("rfc1459-strict", True),
        ("unheard-of", True),
    ],
)
def test_brackets_are_capital_braces_where_the_server_says_so(casemapping: str, same: bool) -> None:  # noqa: FBT001 - data
    made = support(f"CASEMAPPING={casemapping}")
    assert made.same("a[B]", "A{b}") is same
    assert made.same("Alice", "aLICE") is True


def test_the_tilde_is_a_capital_caret_in_rfc1459_only() -> None:
    assert support("CASEMAPPING=rfc1459").same("a~", "a^")
    assert not support("CASEMAPPING=rfc1459-strict").same("a~", "a^")


def test_rfc7613_folds_letters_of_all_writing() -> None:
    assert support("CASEMAPPING=rfc7613").same("ÄRGER", "ärger")
    assert not support("CASEMAPPING=ascii").same("ÄRGER", "ärger")


def test_tokens_come_in_several_lines_and_can_be_taken_back() -> None:
    made = support("NICKLEN=20 MONITOR=100", "WHOX -MONITOR LINELEN=2048", "-NICKLEN")
    assert (made.has("MONITOR"), made.has("WHOX"), made.line_length, made.nick_length) == (False, True, 2048, None)


def test_taking_casemapping_back_returns_to_rfc1459() -> None:
    assert support("CASEMAPPING=ascii", "-CASEMAPPING").same("[", "{")


def test_escapes_are_decoded() -> None:
    assert support(r"NETWORK=The\x20Net\x3D").tokens["NETWORK"] == "The Net="


@pytest.mark.parametrize(
    ("token", "prefixes"),
    [
        ("PREFIX=(qaohv)~&@%+", {"~": "q", "&": "a", "@": "o", "%": "h", "+": "v"}),
        ("PREFIX=", {}),
        ("PREFIX", {}),
        ("PREFIX=(ov)@", {"@": "o", "+": "v"}),
    ],
)
def test_prefixes(token: str, prefixes: dict[str, str]) -> None:
    assert support(token).prefixes == prefixes


@pytest.mark.parametrize(
    ("target", "parts"),
    [
        ("@#team", ("@", "#team")),
        ("@+#team", ("@+", "#team")),
        ("#team", ("", "#team")),
        ("@lice", ("", "@lice")),
        ("", ("", "")),
    ],
)
def test_a_status_message_has_prefix_and_channel(target: str, parts: tuple[str, str]) -> None:
    assert support("STATUSMSG=@+").split_status(target) == parts


def test_a_server_may_have_no_channels() -> None:
    assert not support("CHANTYPES=").is_channel("#team")
    assert support("CHANTYPES=#!").is_channel("!team")


@pytest.mark.parametrize(
    "value", ["LINELEN=", "LINELEN=10", "LINELEN=-5", "LINELEN=many", "LINELEN=١٢٣٤", "LINELEN=99999999"]
)
def test_a_line_length_that_makes_no_sense_is_ignored(value: str) -> None:
    assert support(value).line_length == 512


def test_the_library_s_stumbling_token_is_nothing_special() -> None:
    assert support("CHANLIMIT=# =x - MODES").has("CHANLIMIT")


@pytest.mark.parametrize(
    ("letter", "adding", "takes"),
    [
        ("b", True, True),
        ("k", False, True),
        ("l", True, True),
        ("l", False, False),
        ("n", True, False),
        ("o", False, True),
        ("Z", True, False),
    ],
)
def test_mode_letters_take_arguments_by_their_type(letter: str, adding: bool, takes: bool) -> None:  # noqa: FBT001 - data
    assert support("CHANMODES=beI,k,l,imnt PREFIX=(ov)@+").takes_argument(letter, adding=adding) is takes


@pytest.mark.parametrize(
    ("token", "letter"), [("BOT=B", "B"), ("BOT=", ""), ("BOT", ""), ("BOT=+", ""), ("NETWORK=x", "")]
)
def test_the_bot_mode_is_one_letter_or_none(token: str, letter: str) -> None:
    assert support(token).bot_mode == letter
