"""News of merge requests: opened, ready, merged, closed. Every one is off until somebody chooses it with `!notify`.

The first look is learnt in silence; a project that appears with old merge requests brings no news either.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cloudbot.core.effects import Announce, Effect
from cloudbot.core.forge import MergeRequest
from cloudbot.features.merge_requests.standing import Standing
from cloudbot.features.projects import Projects

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloudbot.core.engine import World

EXPIRES = timedelta(hours=12)
OVERLAP = timedelta(hours=1)
"""How much earlier than the look before something may have happened that it did not show: lists take time, clocks
differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One merge request as it was known and stood, and as it is and stands; equal where nothing changed."""

    was: MergeRequest | None
    now: MergeRequest
    stood: Standing | None
    stands: Standing | None


def news(changes: Iterable[Change], seen: datetime | None, at: datetime, world: World) -> tuple[Effect, ...]:
    """Announce what changed, each change once: the key holds the instant of the change as the forge tells it.

    `seen` is the whole look before; without one nothing is news.
    """
    if seen is None:
        return ()
    told = ((change.now, _event(change, seen - OVERLAP)) for change in changes)
    return tuple(_line(*event, one, at, world) for one, event in told if event is not None)


def _event(change: Change, fresh: datetime) -> tuple[str, datetime] | None:
    was, now = change.was, change.now
    if change.stands is None:
        ended = now.merged_at or now.updated_at
        is_new = ended >= fresh if was is None else was.state != now.state
        return (f"mr-{now.state}", ended) if is_new else None
    if was is None:
        return ("mr-opened", now.created_at) if now.created_at >= fresh else None
    is_ready = change.stands.state == "ready" and change.stood is not None and change.stood.state != "ready"
    return ("mr-ready", change.stands.since) if is_ready else None


def _line(event: str, instant: datetime, one: MergeRequest, at: datetime, world: World) -> Announce:
    name = f"{world.document(Projects).short(one.project)} !{one.iid}"
    word = event.removeprefix("mr-")
    return Announce(
        key=f"merge_requests/{one.reference}/{word}/{instant:%Y-%m-%dT%H:%M:%S}",
        words="irc/mr_news",
        values={"one": one, "name": name, "word": word},
        gist=f"{word} {name}",
        expires=at + EXPIRES,
        event=event,
        about=one.reference,
        noun="merge request",
        name=name,
        project=one.project,
        ref=one.target_branch,
        kind="merge_request",
    )
