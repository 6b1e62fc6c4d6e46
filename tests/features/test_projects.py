"""Projects: found by what people call them."""

from __future__ import annotations

import pytest

from cloudbot.features.projects import Projects
from tests.features.builders import NOW, Bot, ago, projects_seen

PATHS = ("cloud-team/images", "cloud-team/finder", "cloud-admin-team/finder", "cloud-team/images-finder")


def seen() -> Projects:
    bot = Bot()
    bot.take(projects_seen(*PATHS))
    return bot.world(NOW).document(Projects)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("images", "cloud-team/images"),
        ("IMAGES", "cloud-team/images"),
        ("cloud-team/images", "cloud-team/images"),
        ("Cloud-Team/Finder", "cloud-team/finder"),
        ("finder", None),
        ("image", None),
        ("", None),
    ],
)
def test_a_project_is_found_by_its_path_or_by_a_last_part_that_only_it_has(name: str, path: str | None) -> None:
    found = seen().find(name)

    assert (None if found is None else found.path) == path


def test_a_project_is_called_by_the_shortest_name_that_tells_it_apart() -> None:
    assert [seen().short(path) for path in (*PATHS, "cloud-team/gone")] == [
        "images",
        "cloud-team/finder",
        "cloud-admin-team/finder",
        "images-finder",
        "gone",
    ]


def test_projects_come_and_go_by_themselves_but_an_older_list_changes_nothing() -> None:
    bot = Bot()
    bot.take(projects_seen("a/b"), projects_seen("a/c"), projects_seen("a/d", at=ago(hours=1)))

    assert [project.path for project in bot.world(NOW).document(Projects).known] == ["a/c"]
