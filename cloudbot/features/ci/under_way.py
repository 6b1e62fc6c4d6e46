"""Pipelines under way, and those that wait for a runner so long that a person should look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cloudbot.core.effects import SetTimer
from cloudbot.core.forge import CHILD_SOURCE, Pipeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cloudbot.features.ci.lines import Line

STUCK = "pipelines/stuck"
STUCK_AFTER = timedelta(hours=6)
WAITING = frozenset({"pending", "preparing", "waiting_for_resource"})
UNDER_WAY = WAITING | {"running"}


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """A pipeline that runs, or waits for a runner."""

    project: str
    ref: str
    status: str
    since: datetime
    url: str


def among(pipelines: Iterable[Pipeline]) -> dict[str, UnderWay]:
    """Return what is under way among pipelines, by number; child pipelines go with their parents."""
    return {str(one.id): _one(one) for one in pipelines if one.status in UNDER_WAY and one.source != CHILD_SOURCE}


def with_one(known: Mapping[str, UnderWay], pipeline: Pipeline, line: Line | None) -> dict[str, UnderWay]:
    """Take over one pipeline's state, unless it is older than the result its line already has."""
    rest = {number: one for number, one in known.items() if number != str(pipeline.id)}
    over = line is not None and line.pipeline >= pipeline.id and line.at >= pipeline.updated_at
    return rest if over else rest | among((pipeline,))


def _one(pipeline: Pipeline) -> UnderWay:
    return UnderWay(
        project=pipeline.project,
        ref=pipeline.ref,
        status=pipeline.status,
        since=pipeline.created_at,
        url=pipeline.url,
    )


def _waiting(
    known: Mapping[str, UnderWay], told: tuple[int, ...], mains: Mapping[str, str | None]
) -> list[tuple[int, UnderWay]]:
    return [
        (int(number), one)
        for number, one in known.items()
        if one.status in WAITING and int(number) not in told and one.ref == mains.get(one.project)
    ]


def timer(
    known: Mapping[str, UnderWay], told: tuple[int, ...], mains: Mapping[str, str | None]
) -> tuple[SetTimer, ...]:
    """Ask to be woken when the first of them has waited too long."""
    waiting = _waiting(known, told, mains)
    return (SetTimer(name=STUCK, due=min(one.since for _, one in waiting) + STUCK_AFTER),) if waiting else ()


def stuck(
    known: Mapping[str, UnderWay], told: tuple[int, ...], mains: Mapping[str, str | None], at: datetime
) -> list[tuple[int, UnderWay]]:
    """Return those that have waited too long and were not told of."""
    return [(number, one) for number, one in _waiting(known, told, mains) if at - one.since >= STUCK_AFTER]
