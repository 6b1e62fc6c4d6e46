"""What holds for every line the bot can say, with the worst that the outside can send.

At most 400 bytes, whatever titles and however many projects; nothing outside begins a line; no nick in a line that
nobody asked for.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.effects import Say, TellOperator, WouldSay
from cloudbot.core.facts import Delivered, FactParked, LookFailed, LookSucceeded, TimerFired
from cloudbot.core.text import MARK, is_harmless_start
from cloudbot.features.ci.pipelines import STILL_RED
from cloudbot.features.voice import Settings as VoiceSettings
from tests.features.builders import (
    NOW,
    Bot,
    ago,
    commit,
    commits_seen,
    given,
    job,
    merge_request,
    merge_requests_seen,
    pipeline,
    pipelines_seen,
    projects_seen,
    settings,
)

if TYPE_CHECKING:
    from cloudbot.core.facts import Fact

CJK = "漢" * 255
LONG = "a-very-long-name-of-a-project-that-somebody-typed-in-full"
QUESTIONS = (
    "status",
    "pipelines",
    "mrs",
    "mr 7",
    "mr 8",
    "health",
    "people",
    "duty",
    "trend",
    "freeze",
    "help",
    "about",
    f"health {CJK}",
    f"mr {CJK}",
)
TALKATIVE = VoiceSettings(listen_first=False, lines_a_day=100)


def everything(paths: list[str], *, text: str, offset: int) -> tuple[Fact, ...]:
    """A look at many projects, of which every second is red, with one outside text in every place that takes one."""
    at = NOW + timedelta(minutes=offset)
    status = ["failed" if (number + offset) % 2 else "success" for number in range(len(paths))]
    jobs = tuple(
        job(1000 * offset + number, f"ec2 sid{'x' * (number % 7)} amd64 build", status[number], at=at, reason=text)
        for number in range(min(50, len(paths)))
    )
    broken = (job(999, text, "failed", may_fail=False, reason=text), *jobs)
    return (
        projects_seen(*paths, at=at),
        pipelines_seen(
            *(
                pipeline(offset * 10000 + number, status[number], path=path, made=at, jobs=broken)
                for number, path in enumerate(paths)
            ),
            *(pipeline(offset * 10000 + 5000, "failed", path=paths[0], ref=text, made=at) for _ in range(1)),
            at=at,
        ),
        merge_requests_seen(
            *(
                merge_request(7 if number else 8, path=path, title=text, author=text, made=ago(days=400))
                for number, path in enumerate(paths)
            ),
            at=at,
        ),
        commits_seen(*(commit(f"digest {number}", ago(days=1)) for number in range(300)), at=at),
    )


def story(paths: list[str], text: str) -> tuple[Fact, ...]:
    due = NOW + timedelta(days=3)
    return (
        *everything(paths, text=text, offset=1),
        given("freeze", {"text": text}, number="m0"),
        *everything(paths, text=text, offset=2),
        given("quiet", {"span": "1h"}, at=NOW + timedelta(minutes=3)),
        *everything(paths, text=text, offset=4),
        given("quiet", {"span": "off"}, at=NOW + timedelta(minutes=5), number="m2"),
        LookFailed(at=NOW + timedelta(minutes=6), source="salsa", reason="unauthorised", detail=text),
        TimerFired(at=NOW + timedelta(minutes=30), name="sources/away/salsa", due=NOW),
        LookSucceeded(at=NOW + timedelta(minutes=40), source="salsa"),
        FactParked(at=due, fact_id=1, kind="PipelinesSeen", fingerprint="f", summary=text),
        Delivered(at=due, key=f"pipelines/{text}", state="dead", detail=text),
        TimerFired(at=due, name=STILL_RED, due=due),
    )


def spoken(paths: list[str], text: str, *, budget: int = 100) -> list[str]:
    """Tell the story and ask everything; return each line as it would go out."""
    bot = Bot(chosen=settings(VoiceSettings(listen_first=False, lines_a_day=budget)))
    lines = []
    for fact in story(paths, text):
        for effect in bot.take(fact):
            if isinstance(effect, Say | WouldSay):
                lines.append(bot.line(effect))
            elif isinstance(effect, TellOperator):
                lines.append(bot.words.render(f"irc/{effect.words}", effect.values))
        bot.looked = {"salsa": ago(days=2)}
    names = (paths[0].split()[0], text.split(maxsplit=1)[0])
    asked = ("mrs", "pipelines", "trend", "mr 7", "health")
    questions = (*QUESTIONS, *(f"{ask} {name}" for ask in asked for name in names))
    return [*lines, *(line for question in questions for line in bot.answer(question).splitlines())]


@pytest.mark.parametrize("budget", [100, 1], ids=["said", "last of the day"])
@pytest.mark.parametrize(
    ("paths", "text"),
    [
        ([f"cloud-team/{LONG}-{number}" for number in range(1000)], CJK),
        ([f"cloud-team/{LONG}"], CJK),
        ([f"cloud-team/{LONG}"], "x" * 255),
        (["cloud-team/a", "cloud-team/b", "cloud-team/c"], "👩‍👩‍👧‍👦" * 60),
    ],
    ids=["1000 projects", "one project", "one word", "emoji"],
)
def test_no_line_is_longer_than_400_bytes(paths: list[str], text: str, budget: int) -> None:
    lines = spoken(paths, text, budget=budget)

    assert len(lines) > 20
    assert [(len(line.encode()), line) for line in lines if len(line.encode()) > 400] == []


@pytest.mark.parametrize("text", ["#topic x", "!op x", "/me waves", "KGB-0: x", "@all", "s/a/b/", ".help", "[off] x"])
def test_nothing_outside_begins_a_line(text: str) -> None:
    lines = spoken([text, f"cloud-team/{text}"], text)

    assert len(lines) > 20
    assert [line for line in lines if not is_harmless_start(line) and not line.startswith((MARK, "Ask: "))] == []
    assert any(line.startswith(MARK) for line in lines), "some did begin with it"


def test_no_nick_is_in_a_line_that_nobody_asked_for() -> None:
    bot = Bot(chosen=settings(TALKATIVE))
    paths = [f"cloud-team/p{number}" for number in range(3)]
    lines = [line for fact in story(paths, "a-nick") if not hasattr(fact, "merge_requests") for line in bot.lines(fact)]
    bot = Bot(chosen=settings(TALKATIVE))
    told = bot.take(*everything(paths, text="x", offset=1), merge_requests_seen(merge_request(9, author="a-nick")))

    assert lines != []
    assert [line for line in lines if "alex" in line.lower() or "robin" in line.lower()] == []
    assert [line for line in bot.said(told) if "a-nick" in line] == []
