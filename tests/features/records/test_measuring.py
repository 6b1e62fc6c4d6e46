"""Which areas are measured when, and that of their authors only counts are kept."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.facts import PathCommitsSeen
from cloudbot.core.forge import Commit
from cloudbot.core.ports import SourceAway
from cloudbot.features.records.measuring import due
from cloudbot.runtime.measuring import Measuring
from tests.features.builders import Bot, commit, project, projects_seen
from tests.features.records.worlds import AT, bot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudbot.core.facts import Fact
    from cloudbot.core.forge import Project

SINCE = datetime(2018, 7, 23, tzinfo=UTC)
IMAGES, FINDER = "team/images", "team/finder"


def area(name: str, *paths: str) -> dict[str, str]:
    listed = ", ".join(f'"{path}"' for path in paths)
    head = f'schema = "cloudbot/area/1"\nid = "{name}"\ntitle = "x"\ntarget = 2\n'
    return {f"areas/{name}.toml": f"{head}paths = [{listed}]\n"}


def knowing(files: dict[str, str]) -> Bot:
    one = bot(files)
    one.take(projects_seen(IMAGES, FINDER, at=AT))
    return one


@pytest.mark.parametrize(
    ("paths", "places"),
    [
        (("images:publish/",), [(IMAGES, "publish/")]),
        (("team/images:publish/", "finder:."), [(IMAGES, "publish/"), (FINDER, ".")]),
        (("elsewhere:publish/",), None),
        (("images:publish/", "elsewhere:x"), None),
        (("publish/",), None),
        ((), None),
    ],
)
def test_an_area_is_measured_where_all_its_projects_are_known(
    paths: tuple[str, ...], places: list[tuple[str, str]] | None
) -> None:
    found = due(knowing(area("work", *paths)).world(AT))

    assert [[(one.path, path) for one, path in wanted.places] for wanted in found] == (
        [] if places is None else [places]
    )
    assert [wanted.since for wanted in found] == [SINCE] * len(found)


@pytest.mark.parametrize(("later", "again"), [(timedelta(hours=23, minutes=59), 0), (timedelta(days=1), 1)])
def test_it_is_measured_again_after_a_day(later: timedelta, again: int) -> None:
    one = knowing(area("work", "images:x"))
    one.take(PathCommitsSeen(at=AT, area="work", since=SINCE, counts=(3,)))

    assert len(due(one.world(AT + later))) == again


def test_without_records_nothing_is_due() -> None:
    assert due(Bot().world(AT)) == ()


@dataclass
class Server:
    """Remembers what it is asked; a project in `away` cannot be read."""

    commits: tuple[Commit, ...]
    away: str = ""
    asked: list[list[tuple[str, str]]] = field(default_factory=list)

    async def history(self, places: Sequence[tuple[Project, str]], since: datetime, at: datetime) -> tuple[Commit, ...]:
        assert (since, at) == (SINCE, AT)
        self.asked.append([(one.path, path) for one, path in places])
        if any(one.path == self.away for one, _ in places):
            raise SourceAway("unreachable", "no route")
        return self.commits


def measure(one: Bot, server: Server) -> list[Fact]:
    told: list[Fact] = []

    async def put(fact: Fact) -> None:
        told.append(fact)
        one.take(fact)

    asyncio.run(Measuring(history=server.history, world=lambda: one.world(AT), put=put).round())
    return told


COMMITS = tuple(commit(author, AT - timedelta(days=number)) for number, author in enumerate("abaca"))


def test_what_was_measured_is_told_in_counts_and_answered() -> None:
    one, server = knowing(area("work", "images:x")), Server(COMMITS)

    assert measure(one, server) == [PathCommitsSeen(at=AT, area="work", since=SINCE, counts=(3, 1, 1))]
    assert one.answer("!bus work", at=AT).endswith(
        "git since 2018-07-23: 5 commits by 3 people, 3 by one, 1 made half."
    )
    assert (measure(one, server), server.asked) == ([], [[(IMAGES, "x")]])


def test_an_area_that_cannot_be_read_keeps_no_other_from_being_measured() -> None:
    one = knowing(area("a", "finder:x") | area("b", "images:x"))
    server = Server(COMMITS, away=FINDER)

    assert [fact.area for fact in measure(one, server) if isinstance(fact, PathCommitsSeen)] == ["b"]
    assert [wanted.area for wanted in due(one.world(AT))] == ["a"]


def test_a_project_is_asked_by_its_own_branch() -> None:
    (wanted,) = due(knowing(area("work", "images:x")).world(AT))

    assert wanted.places == ((project(IMAGES), "x"),)
