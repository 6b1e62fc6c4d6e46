"""What people can type: which lines are ours, which command they are, and what is missing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies

from cloudbot.core.commands import Answer, Command, Commands, Invocation, Mistake, Param, Parsed

MRS = Command(name="mrs", help="open ones", params=(Param(name="project", optional=True),))
MR = Command(
    name="mr",
    help="one",
    params=(Param(name="number", kind="number"), Param(name="project", optional=True)),
    aliases=("merge",),
)
QUIET = Command(
    name="quiet",
    help="be quiet",
    params=(Param(name="span", kind="span", optional=True, choices=("off",)),),
    who="member",
)
REMIND = Command(name="remind", help="later", params=(Param(name="in", kind="span"), Param(name="text", kind="rest")))
VOTE = Command(name="vote", help="vote", params=(Param(name="on", choices=("yes", "no")),))
STATUS = Command(name="status", help="all")
COMMANDS = Commands([STATUS, MRS, MR, QUIET, REMIND, VOTE])
ME = ("cloudbot", "cloudbot_")


def parse(text: str, *, query: bool = False, bang: bool = True) -> Parsed:
    return COMMANDS.parse(text, me=ME, query=query, bang=bang)


@pytest.mark.parametrize(
    "text",
    [
        "!status",
        "! status",
        "!STATUS",
        "!status  ",
        "cloudbot: status",
        "cloudbot, status",
        "cloudbot:status",
        "CloudBot:   Status",
        "cloudbot_: status",
        "  cloudbot: status",
        "cloudbot: !status",
    ],
)
def test_these_are_a_command_in_a_channel(text: str) -> None:
    assert parse(text) == Invocation(STATUS, {})


@pytest.mark.parametrize(
    "text",
    [
        "status",
        "what is the status",
        "#status",
        "#topic status",
        "cloudbot: #topic status",
        "!nosuchword",
        "!",
        "!!status",
        "!1",
        "",
        "   ",
        "robin: status",
        "cloudbots: status",
        "cloudbot status",
        "cloudbot",
        "see !status",
        "http://cloudbot: status",
    ],
)
def test_these_are_nobodys_business_in_a_channel(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize("text", ["status", "!status", "cloudbot: status", " status "])
@pytest.mark.parametrize("bang", [True, False])
def test_in_a_query_a_command_needs_no_mark(text: str, *, bang: bool) -> None:
    assert parse(text, query=True, bang=bang) == Invocation(STATUS, {})


@pytest.mark.parametrize("text", ["#topic x", "#endmeeting", "cloudbot: #topic x"])
def test_meeting_lines_are_the_meetings_in_a_query_too(text: str) -> None:
    assert parse(text, query=True) is None


def test_where_another_bot_has_the_exclamation_mark_only_our_name_calls_us() -> None:
    assert parse("!status", bang=False) is None
    assert parse("cloudbot: status", bang=False) == Invocation(STATUS, {})


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("cloudbot: statsu", '"statsu" is no command of mine; did you mean status?'),
        ("cloudbot: merg 7", '"merg" is no command of mine; did you mean merge?'),
        ("cloudbot: thanks!", '"thanks!" is no command of mine; say "help" for what I can do'),
        ("cloudbot:", 'say "help" for what I can do'),
        ("cloudbot: !", 'say "help" for what I can do'),
        (f"cloudbot: {'x' * 99}", f'"{"x" * 40}" is no command of mine; say "help" for what I can do'),
    ],
)
def test_who_calls_us_by_name_learns_what_was_wrong(text: str, line: str) -> None:
    assert parse(text) == Mistake(line)


def test_in_a_query_everything_is_meant_for_us() -> None:
    assert parse("hello", query=True) == Mistake('"hello" is no command of mine; say "help" for what I can do')
    assert parse("!hello", query=True) == parse("hello", query=True)


@pytest.mark.parametrize(
    ("text", "args"),
    [
        ("!mrs", {}),
        ("!mrs images", {"project": "images"}),
        ("!mrs   images  ", {"project": "images"}),
        ("!mr 7", {"number": "7"}),
        ("!mr !7", {"number": "7"}),
        ("!mr #7 images", {"number": "7", "project": "images"}),
        ("!merge 7", {"number": "7"}),
        ("!quiet", {}),
        ("!quiet 2d", {"span": "2d"}),
        ("!quiet off", {"span": "off"}),
        ("!quiet OFF", {"span": "OFF"}),
        ("!remind 30m tea  is ready ", {"in": "30m", "text": "tea  is ready"}),
        ("!vote Yes", {"on": "Yes"}),
    ],
)
def test_words_are_given_to_their_parameters(text: str, args: dict[str, str]) -> None:
    parsed = parse(text)

    assert isinstance(parsed, Invocation)
    assert parsed.args == args


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("!status now", '"now" is too much; type: status'),
        ("!mrs a b c", '"b c" is too much; type: mrs [PROJECT]'),
        ("!mr", "NUMBER is missing; type: mr NUMBER [PROJECT]"),
        ("!mr seven", '"seven" is no number; type: mr NUMBER [PROJECT]'),
        ("!mr !", '"!" is no number; type: mr NUMBER [PROJECT]'),
        ("!mr ²", '"²" is no number; type: mr NUMBER [PROJECT]'),
        ("!mr ##7", '"##7" is no number; type: mr NUMBER [PROJECT]'),
        ("!quiet soon", '"soon" is no span of time; type: quiet [30m|2h|2d|off]'),
        ("!quiet 2y", '"2y" is no span of time; type: quiet [30m|2h|2d|off]'),
        ("!quiet 0m", '"0m" is not between a minute and a year; type: quiet [30m|2h|2d|off]'),
        ("!quiet 400d", '"400d" is not between a minute and a year; type: quiet [30m|2h|2d|off]'),
        ("!remind 30m", "TEXT is missing; type: remind 30m|2h|2d TEXT"),
        ("!remind", "30m|2h|2d is missing; type: remind 30m|2h|2d TEXT"),
        ("!vote maybe", '"maybe" is none of yes, no; type: vote yes|no'),
        (f"!status {'x' * 99}", f'"{"x" * 40}" is too much; type: status'),
    ],
)
def test_what_is_missing_too_much_or_unfit_is_said_with_what_to_type(text: str, line: str) -> None:
    assert parse(text) == Mistake(line)


@pytest.mark.parametrize(
    ("param", "usage"),
    [
        (Param(name="project"), "PROJECT"),
        (Param(name="project", optional=True), "[PROJECT]"),
        (Param(name="on", choices=("on", "off")), "on|off"),
        (Param(name="span", kind="span"), "30m|2h|2d"),
        (Param(name="span", kind="span", optional=True, choices=("off",)), "[30m|2h|2d|off]"),
        (Param(name="text", kind="rest"), "TEXT"),
    ],
)
def test_a_parameter_is_written_as_people_type_it(param: Param, usage: str) -> None:
    assert param.usage == usage


@pytest.mark.parametrize("other", [Command(name="status", help="x"), Command(name="x", help="x", aliases=("merge",))])
def test_two_commands_of_one_name_are_refused_at_the_start(other: Command) -> None:
    with pytest.raises(ValueError, match="two commands are called"):
        Commands([STATUS, MR, other])


@pytest.mark.parametrize(
    ("name", "found"), [("mrs", MRS), ("!mrs", MRS), ("MERGE", MR), ("nosuch", None), ("", None), ("!", None)]
)
def test_a_command_is_found_by_name_or_alias_in_any_case(name: str, found: Command | None) -> None:
    assert COMMANDS.find(name) == found


@given(text=strategies.text(), query=strategies.booleans(), bang=strategies.booleans())
def test_no_text_makes_the_parser_raise(text: str, *, query: bool, bang: bool) -> None:
    assert isinstance(parse(text, query=query, bang=bang), Invocation | Mistake | None)


CALLS = strategies.sampled_from(["!", "cloudbot: ", "cloudbot, "])
NAMES = strategies.sampled_from(["mr", "quiet", "remind", "vote", "status", "mrs"])


@given(CALLS, NAMES, strategies.text())
def test_no_argument_makes_the_parser_raise_and_no_mistake_is_longer_than_a_line(
    call: str, name: str, rest: str
) -> None:
    parsed = parse(f"{call}{name} {rest}")

    assert isinstance(parsed, Invocation) or (isinstance(parsed, Mistake) and len(parsed.line) < 200)


@given(strategies.text())
def test_a_line_that_begins_with_a_hash_is_never_ours(rest: str) -> None:
    assert parse(f"#{rest}") is None
    assert parse(f"#{rest}", query=True) is None


@given(strategies.text(strategies.characters(exclude_characters="!#:,")))
def test_talk_in_a_channel_is_never_ours(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "question", "args"),
    [
        ("!sprint", True, {}),
        ("!sprint s2019", True, {"text": "s2019"}),
        ("!sprint s2019 join", False, {"text": "s2019 join"}),
    ],
)
def test_a_command_that_changes_something_may_be_a_question_too(
    text: str, args: dict[str, str], *, question: bool
) -> None:
    sprint = Command(
        name="sprint",
        help="one",
        params=(Param(name="text", kind="rest"),),
        who="member",
        listing=lambda _ask, _world: Answer(words="irc/x"),
        asking=re.compile(r"\S+"),
    )
    parsed = Commands([sprint]).parse(text, me=ME, query=False)
    assert isinstance(parsed, Invocation)
    assert (parsed.command.needs_proof(parsed.args), parsed.args) == (not question, args)
