"""Two stories: a morning in which everything happens that the bot knows of, and a short one to crash in twice."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.core.facts import Fact, LookFailed, WentLive
from cloudbot.core.ports import SourceAway
from cloudbot.store.journal import Journal
from tests.crash.lives import Life, Outside, Stimulus
from tests.fakes.outside import MONDAY
from tests.features.builders import (
    commit,
    commits_seen,
    given,
    job,
    merge_request,
    merge_requests_seen,
    pipeline,
    pipelines_seen,
    projects_seen,
    reported,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from cloudbot.core.facts import AwayReason
    from cloudbot.core.forge import Pipeline

FINDER = "cloud-team/image-finder"
IMAGES = "cloud-team/debian-cloud-images"


def _at(minute: float) -> datetime:
    return MONDAY + timedelta(minutes=minute)


def _nothing(_outside: Outside) -> None:
    pass


async def _look(life: Life) -> None:
    await life.watch.look()


async def _wait(life: Life) -> None:
    del life


def _shows(minute: float, images: int, finder: int, *, red: str = "", people: int = 1) -> tuple[Fact, ...]:
    """Everything the forge shows: two pipelines by number, of which those in `red` failed, and one image build."""
    made = _at(minute)
    build = job(1000 + images, "ec2 sid amd64 build", "failed" if "b" in red else "success", at=made)
    return (
        projects_seen(IMAGES, FINDER, *(["cloud-team/new"] if people > 1 else [])),
        pipelines_seen(
            pipeline(images, "failed" if "i" in red else "success", path=IMAGES, made=made, jobs=(build,)),
            pipeline(finder, "failed" if "f" in red else "success", path=FINDER, made=made),
        ),
        merge_requests_seen(*(merge_request(number, made=MONDAY) for number in range(1, people + 1))),
        commits_seen(*(commit(f"author-{number}", MONDAY) for number in range(people))),
    )


def seen(minute: float, *facts: Fact) -> Stimulus:
    """The forge shows something, and the bot looks."""

    def happens(outside: Outside) -> None:
        outside.forge.away, outside.forge.facts = None, facts or outside.forge.facts

    return Stimulus(minute=minute, happens=happens, brings=_look)


def away(minute: float, reason: AwayReason) -> Stimulus:
    """The forge cannot be read, and the bot looks."""

    def happens(outside: Outside) -> None:
        outside.forge.away = SourceAway(reason, f"it is {reason}")

    return Stimulus(minute=minute, happens=happens, brings=_look)


def brought(minute: float, fact: Fact, external_id: str) -> Stimulus:
    """A sender brings a fact until it is acknowledged."""

    def brings(life: Life) -> Awaitable[None]:
        return life.give(fact, source="sender", external_id=external_id)

    return Stimulus(minute=minute, happens=_nothing, brings=brings)


def typed(minute: float, command: str, args: dict[str, str] | None = None) -> Stimulus:
    number = f"{command}-{minute}"
    return brought(minute, given(command, args, at=_at(minute), number=number), number)


def burst(minute: float, *commands: tuple[str, dict[str, str]]) -> Stimulus:
    """Several senders bring facts at once; they are one transaction."""

    async def brings(life: Life) -> None:
        await asyncio.gather(
            *(
                life.give(fact, source="sender", external_id=fact.id)
                for number, (command, args) in enumerate(commands)
                for fact in (given(command, args, at=_at(minute), number=f"{command}-{minute}-{number}"),)
            ),
        )

    return Stimulus(minute=minute, happens=_nothing, brings=brings)


def hooked(minute: float, *pipelines: Pipeline) -> Stimulus:
    """A forge's hooks arrive at once, the first of them twice; each is sent until it is acknowledged."""

    async def brings(life: Life) -> None:
        await asyncio.gather(
            *(
                life.give(reported(one, at=_at(minute)), source="hooks", external_id=f"{one.id}-{one.status}")
                for one in (*pipelines, *pipelines[:1])
            ),
        )

    return Stimulus(minute=minute, happens=_nothing, brings=brings)


def left(minute: float, command: str, args: dict[str, str]) -> Stimulus:
    """Somebody types a command beside the bot, which finds it in the state file."""

    def happens(outside: Outside) -> None:
        if minute in outside.left_beside:
            return
        journal = Journal.open(outside.state)
        with journal.transaction() as transaction:
            transaction.leave(given(command, args, at=_at(minute), number=f"{command}-{minute}"), source="cli")
        journal.close()
        outside.left_beside.add(minute)

    async def brings(life: Life) -> None:
        await life.consumer.retry_waiting()

    return Stimulus(minute=minute, happens=happens, brings=brings)


def pruned(minute: float) -> Stimulus:
    """The bot forgets what was done half an hour ago."""

    async def brings(life: Life) -> None:
        def prune() -> int:
            with life.writer.journal.transaction() as transaction:
                return transaction.prune(before=_at(minute - 30))

        await life.writer.call(prune)

    return Stimulus(minute=minute, happens=_nothing, brings=brings)


def change(minute: float, happens: Callable[[Outside], None]) -> Stimulus:
    """Something outside changes that the bot is not told of."""
    return Stimulus(minute=minute, happens=happens, brings=_wait)


def network(minute: float, *, up: bool = True, pongs: bool = True) -> Stimulus:
    def happens(outside: Outside) -> None:
        outside.irc.up, outside.irc.pongs = up, pongs

    return change(minute, happens)


def mail(minute: float, *, up: bool = True, answers: bool = True) -> Stimulus:
    def happens(outside: Outside) -> None:
        outside.mail.up, outside.mail.answers = up, answers

    return change(minute, happens)


def later(minute: float) -> Stimulus:
    return change(minute, _nothing)


MORNING = (
    seen(0, *_shows(0, 1, 2)),
    brought(1, WentLive(at=_at(1)), "live"),
    seen(5, *_shows(5, 3, 2, red="i")),
    typed(6, "quiet", {"span": "30m"}),
    seen(10, *_shows(10, 4, 5, red="fb")),
    later(37),  # the quiet ends
    typed(40, "agreed", {"text": "meet on Monday"}),
    network(41, up=False),
    seen(42, *_shows(42, 4, 6, red="b")),
    network(44),
    mail(45, answers=False),
    typed(46, "poison"),
    mail(48),
    away(50, "unauthorised"),
    network(51, pongs=False),
    later(66),  # the patience with the forge ends
    network(67),
    burst(68, ("agreed", {"text": "a"}), ("poison", {}), ("agreed", {"text": "b"})),
    left(69, "agreed", {"text": "c"}),
    seen(70),
    network(71, pongs=False),
    typed(72, "agreed", {"text": "publish on Friday"}),
    network(74),
    seen(80, *_shows(80, 7, 6, red="ib")),
    seen(85, *_shows(85, 8, 6, red="b")),
    mail(88, up=False),
    away(90, "unavailable"),
    typed(91, "poison"),
    seen(95, *_shows(95, 9, 10, red="i", people=3)),
    mail(96),
    later(110),
    later(140),
    later(170),
)
"""All that the bot knows: red and green, quiet, held lines, timers, mail, paper, faults, outages."""

SHORT = (
    brought(0, WentLive(at=_at(0)), "live"),
    typed(1, "agreed", {"text": "meet on Monday"}),
    typed(2, "quiet", {"span": "1m"}),
    brought(3, LookFailed(at=_at(3), source="other", reason="unauthorised", detail="the token ended"), "failed"),
    later(10),
    later(30),
)
"""An important line, chatter, a timer and a mail."""

HOOKS = (
    seen(0, *_shows(0, 1, 2)),
    brought(1, WentLive(at=_at(1)), "live"),
    hooked(5, pipeline(3, "failed", path=IMAGES, made=_at(4))),
    hooked(5.03, pipeline(4, "failed", path=FINDER, made=_at(4)), pipeline(5, path=IMAGES, made=_at(5))),
    later(6),  # the burst is folded
    seen(7, *_shows(7, 5, 4, red="f")),  # the look brings the same
    hooked(7.1, pipeline(3, "failed", path=IMAGES, made=_at(4))),  # and a hook of before
    later(20),
)
"""Hooks that hasten what a look brings later: told once, whichever comes first."""
