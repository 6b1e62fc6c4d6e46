"""News of merge requests: opened, ready, merged, closed. Every one is off until somebody chooses it with `!notify`.

The first look is learnt in silence; a project that appears with old merge requests brings no news either.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cloudbot.core.effects import Announce, Effect
from cloudbot.features.projects import Projects

if TYPE_CHECKING:
    from cloudbot.core.engine import World
    from cloudbot.core.forge import MergeRequest
    from cloudbot.features.merge_requests import MergeRequests

EXPIRES = timedelta(hours=12)
OVERLAP = timedelta(hours=1)
"""How much earlier than the look before something may have happened that it did not show: lists take time, clocks
differ."""


def news(before: MergeRequests, now: MergeRequests, at: datetime, world: World) -> tuple[Effect, ...]:
    """Announce what changed, each change once: the key holds the instant of the change as the forge tells it."""
    if before.seen is None:
        return ()
    were_open = {one.reference: one for one in before.open}
    had_ended = {one.reference: one.state for one in before.ended}
    fresh = before.seen - OVERLAP
    told: list[Announce] = []
    for one in now.open:
        known = one.reference in were_open or one.reference in had_ended
        if not known and one.created_at >= fresh:
            told.append(_line("mr-opened", one, one.created_at, at, world))
        stood, stands = before.standings.get(one.reference), now.standing(one)
        if stood is not None and stands.state == "ready" != stood.state:
            told.append(_line("mr-ready", one, stands.since, at, world))
    for one in now.ended:
        ended = one.merged_at if one.state == "merged" else one.updated_at
        if one.reference in had_ended:
            is_new = had_ended[one.reference] != one.state  # reopened and merged between two looks
        else:
            is_new = one.reference in were_open or (ended or at) >= fresh
        if is_new:
            event = "mr-merged" if one.state == "merged" else "mr-closed"
            told.append(_line(event, one, ended or at, at, world))
    return tuple(told)


def _line(event: str, one: MergeRequest, instant: datetime, at: datetime, world: World) -> Announce:
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
