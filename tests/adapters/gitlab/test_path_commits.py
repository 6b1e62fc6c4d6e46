"""The commits to paths of projects, for the measure of the areas: whole, each once, merges left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.forge import Project
from cloudbot.core.ports import SourceAway
from cloudbot.demo.salsa import World
from cloudbot.demo.salsa.big import NOW
from cloudbot.demo.salsa.world import CommitStory, ProjectStory
from tests.adapters.gitlab.stage import play

if TYPE_CHECKING:
    from tests.adapters.gitlab.stage import Stage

YEAR = timedelta(days=365)
IMAGES = Project(id=1, path="team/images", url="https://salsa.example.org/team/images", default_branch="master")


def story(
    sha: str, *paths: str, email: str = "dev01@example.org", days_ago: float = 1, parents: int = 1
) -> CommitStory:
    at = NOW - timedelta(days=days_ago)
    return CommitStory(project_id=1, sha=sha, at=at, email=email, title=sha, parents=parents, paths=paths)


WORLD = World(
    groups=("team",),
    projects=(ProjectStory(id=1, path="team/images", born=NOW - 3 * YEAR, default_branch="master"),),
    commits=(
        story("aa", "publish/upload.py"),
        story("ab", "publish/sign.py", "docs/README"),
        story("ac", "docs/README", email="dev02@example.org"),
        story("ad", "publish", parents=2),
        story("ae", "publish/old", days_ago=400),
        story("af", "publisher/x"),
    ),
)


def read(*paths: str, world: World = WORLD, project: Project = IMAGES, page: int = 100) -> list[str]:
    """Return the commits that are read for these paths of the last year."""
    found: list[str] = []

    async def scenario(stage: Stage) -> None:
        places = [(project, path) for path in paths]
        found.extend(one.sha for one in await stage.forge.commits_to(places, NOW - YEAR, NOW))

    play(scenario, world, page_size=page)
    return found


@pytest.mark.parametrize(
    ("paths", "commits"),
    [
        (("publish/",), ["aa", "ab"]),
        (("publish",), ["aa", "ab"]),
        (("publish/", "docs/"), ["aa", "ab", "ac"]),
        (("docs/README",), ["ab", "ac"]),
        ((".",), ["aa", "ab", "ac", "af"]),
        (("nothing/",), []),
        ((), []),
    ],
)
def test_the_commits_to_each_path_are_read_once_without_merges_and_older_ones(
    paths: tuple[str, ...], commits: list[str]
) -> None:
    assert read(*paths) == commits


def test_every_page_is_read() -> None:
    many = tuple(story(f"{number:03}", "publish/x") for number in range(45))

    assert len(read("publish/", world=replace(WORLD, commits=many), page=20)) == 45


def test_a_project_without_a_branch_has_no_commit() -> None:
    assert read("publish/", project=replace(IMAGES, default_branch=None)) == []


def test_authors_are_told_apart_and_not_named() -> None:
    async def scenario(stage: Stage) -> None:
        commits = await stage.forge.commits_to([(IMAGES, ".")], NOW - YEAR, NOW)
        authors = Counter(one.author for one in commits)
        assert sorted(authors.values()) == [1, 3]
        assert [author for author in authors if "dev" in author or "@" in author] == []

    play(scenario, WORLD)


def test_a_page_that_fails_is_no_half_measure() -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject("too many", "30", path="/repository/commits", page=2)
        with pytest.raises(SourceAway) as away:
            await stage.forge.commits_to([(IMAGES, "publish/")], NOW - YEAR, NOW)
        assert away.value.reason == "limited"
        stage.salsa.faults.clear()
        assert len(await stage.forge.commits_to([(IMAGES, "publish/")], NOW - YEAR, NOW)) == 45

    many = tuple(story(f"{number:03}", "publish/x") for number in range(45))
    play(scenario, replace(WORLD, commits=many), page_size=20)
