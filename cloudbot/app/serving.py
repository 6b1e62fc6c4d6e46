"""The life of a bot: everything is started, runs until a signal, and is taken down in order."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

import structlog

from cloudbot.app.parts import Parts, assemble
from cloudbot.app.setting import Setting, wall_clock
from cloudbot.core.facts import ChannelEntered, ChannelLeft, LineSaid
from cloudbot.features.meetings.settings import Settings as MeetingSettings
from cloudbot.runtime import systemd
from cloudbot.store.lock import only_process

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudbot.config import Secrets

log = structlog.get_logger()
KEPT = timedelta(days=30)
OF_MEETINGS = (LineSaid, ChannelEntered, ChannelLeft)
OUTSIDE_SECONDS = 1.0
PRUNE_SECONDS = 3600.0
DRAIN_SECONDS = 1.0


async def serve(
    setting: Setting,
    secrets: Secrets,
    *,
    clock: Callable[[], datetime] = wall_clock,
) -> None:
    """Hold the state directory and run until SIGTERM or SIGINT. Raises `StateInUse`, `NewerState`, `OSError`."""
    directory = setting.installation.state.directory
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    with only_process(directory):
        parts = assemble(setting, secrets, clock=clock)
        stop = _on_signals(setting)
        try:
            await parts.consumer.retry_waiting()  # what the operator left while nobody ran
            if parts.door is not None:
                await parts.door.open()
            _start(parts, setting, clock)
            systemd.notify("READY=1")
            await stop.wait()
            systemd.notify("STOPPING=1")
        finally:
            await _stop(parts)


def _on_signals(setting: Setting) -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(signal.SIGHUP, setting.reload)
    return stop


def _start(parts: Parts, setting: Setting, clock: Callable[[], datetime]) -> None:
    start = parts.supervisor.start
    start("consumer", parts.consumer.run)
    start("outside", lambda: _mind_the_outside(parts))
    start("prune", lambda: _prune(parts, setting, clock))
    start("timers", parts.timers.run)
    start("minuting", parts.minuting.run)
    for name, chat in parts.chats.items():
        start(f"irc {name}", chat.run)
    for lane in parts.lanes:
        start(f"lane {lane.name}", lane.run)
    for name, watch in parts.watches.items():
        start(f"watch {name}", watch.run)
    for name, keeper in parts.keepers.items():
        start(f"hooks {name}", keeper.run)
    if parts.measuring is not None:
        start("measure", parts.measuring.run)
    pause = systemd.watchdog_seconds()
    if pause is not None:
        start("watchdog", lambda: _signs_of_life(pause))


async def _stop(parts: Parts) -> None:
    """Take nothing in any more, let what was begun be committed, say goodbye, close the file."""
    await parts.supervisor.stop("watch", "hooks", "measure", "timers", "lane", "outside", "prune", within=DRAIN_SECONDS)
    await parts.supervisor.stop("irc", within=DRAIN_SECONDS)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(parts.minuting.idle(), DRAIN_SECONDS)
    if parts.door is not None:
        await parts.door.close()  # while what was posted can still be committed
    await parts.supervisor.stop("minuting", "consumer", within=DRAIN_SECONDS)
    for source in parts.sources:
        await source.close()
    parts.writer.close()


async def _mind_the_outside(parts: Parts) -> None:
    """Notice what `cloudbot journal`, `outbox` and `go-live` wrote beside us, and act on it."""
    journal, seen = parts.writer.journal, None
    while True:
        stirred = await parts.writer.call(journal.stirred)
        if stirred != seen:
            seen = stirred
            await parts.consumer.retry_waiting()
            parts.stir()
        await asyncio.sleep(OUTSIDE_SECONDS)


async def _prune(parts: Parts, setting: Setting, clock: Callable[[], datetime]) -> None:
    """Forget what was done long ago, so that the state file stays small, and what was said when its time is over."""

    def prune() -> None:
        meetings = cast("MeetingSettings", setting.installation.feature_settings[MeetingSettings])
        lines = clock() - timedelta(days=meetings.keep_lines_days)
        with parts.writer.journal.transaction() as transaction:
            pruned = transaction.prune(before=clock() - KEPT, apart={kind.__name__: lines for kind in OF_MEETINGS})
        if pruned:
            parts.writer.journal.fold_in()

    while True:
        await parts.writer.call(prune)
        await asyncio.sleep(PRUNE_SECONDS)


async def _signs_of_life(pause: float) -> None:
    while True:
        systemd.notify("WATCHDOG=1")
        await asyncio.sleep(pause)
