"""Help and about: made from the commands' own declarations."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cloudbot.core.commands import Ask, Command, Commands
from cloudbot.core.speech import Speaker
from cloudbot.features.help import Settings, about, help_on
from tests.features.builders import CHANNEL, COMMANDS, NOW, SPEAKING, Bot, settings


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("help", "Ask: about "),
        ("help", "\nFor people of the team: accept account ack action agenda announced block "),
        ("help", "unack unblock undo untrain verify watch withdraw. One of them: help NAME."),
        (
            "help mrs",
            "or person. For example: !mrs or !mrs debian-cloud-images",
        ),
        (
            "help !quiet",
            "quiet [30m|2h|2d|off]: no unasked lines here for a while (12 h unless said); answers and meetings go on. ",
        ),
        ("help quiet", "For example: !quiet 2d or !quiet off (for people of the team)"),
        ("help CI", "the last result of each project"),
        ("help mrss", 'no command "mrss"; did you mean mrs?'),
        ("help #topic", 'no command "#topic"; help lists them all.'),
    ],
)
def test_help_says_how_things_are_typed(question: str, answer: str) -> None:
    assert answer in Bot().answer(question)


def test_help_names_every_command_and_no_other() -> None:
    asked, _, given = " ".join(Bot().answer("help").splitlines()).partition(". For people of the team: ")
    names = [*asked.removeprefix("Ask: ").split(), *given.partition(". One of")[0].split()]

    assert sorted(set(names)) == [command.name for command in COMMANDS.all]


def test_help_fits_into_three_lines_also_when_the_bot_can_do_much_more() -> None:
    bot = Bot()
    commands = [
        *(Command(name=f"question{number:02}", help="?", answer=about) for number in range(55)),
        *(Command(name=f"order{number:02}", help="!", who="member") for number in range(40)),
    ]
    speaker = Speaker(nick="alex")
    ask = Ask(at=NOW, args={}, venue=CHANNEL, speaker=speaker)
    answer = help_on(ask, replace(bot.world(NOW), commands=Commands(commands)))
    lines = [line for line in bot.words.render(answer.words, answer.values).splitlines() if line]

    assert [len(line.encode()) <= 400 for line in lines] == [True, True, True]
    assert lines[-1].endswith("order39. One of them: help NAME.")


def test_about_says_who_runs_it_and_where_the_source_is() -> None:
    chosen = settings(SPEAKING, Settings(operator="Robin", source="https://example.org/cloudbot"))

    assert Bot(chosen=chosen).answer("about") == (
        "cloudbot 0.1, for the Debian Cloud Team, run by Robin. Of the channel I keep only meetings. "
        "AGPL-3.0-or-later: https://example.org/cloudbot"
    )


@pytest.mark.parametrize("command", COMMANDS.all, ids=lambda command: command.name)
def test_every_command_has_help_that_fits_on_a_line_and_examples_that_are_understood(command: object) -> None:
    bot = Bot()
    name = getattr(command, "name", "")

    assert len(bot.answer(f"help {name}").encode()) <= 400
    for example in getattr(command, "examples", ()):
        parsed = COMMANDS.parse(example, me=("cloudbot",), query=False)
        assert getattr(getattr(parsed, "command", None), "name", None) == name
