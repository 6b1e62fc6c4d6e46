"""What a badge says of a project, and what is given out as data: never green by silence, nothing that is not public."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from cloudbot.core.facts import LookFailed, PipelinesSeen, ProjectsSeen
from cloudbot.features.ci.badges import Badge, badge, trend_figures
from tests.features.builders import (
    IMAGES,
    NOW,
    WORDS,
    Bot,
    ago,
    job,
    pipeline,
    pipelines_seen,
    project,
    projects_seen,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudbot.core.facts import Fact

AWAY = LookFailed(at=ago(hours=2), source="salsa", reason="unreachable", detail="no route")
WARNED = pipeline(1, made=ago(days=1), jobs=(job(1, "lintian", "failed"),))
RED = pipeline(2, "failed", made=ago(days=3))
NIGHTLY = pipeline(3, "failed", source="schedule", made=ago(hours=5))


def shown(*facts: Fact, read: Mapping[str, float] | None = None, path: str = IMAGES) -> Badge | None:
    bot = Bot(looked={"salsa": NOW} if read is None else {"salsa": ago(**read)})
    bot.take(*facts)
    return badge(path, bot.world(NOW))


@pytest.mark.parametrize(
    ("facts", "read", "state", "text"),
    [
        ((), None, "?", "?"),
        ((pipelines_seen(),), None, "?", "?"),
        ((pipelines_seen(pipeline(1)),), None, "ok", "ok"),
        ((pipelines_seen(WARNED),), None, "warnings", "warnings"),
        ((pipelines_seen(RED),), None, "FAIL", "FAIL 3 d"),
        ((pipelines_seen(pipeline(1), NIGHTLY),), None, "FAIL", "FAIL 5 h"),
        ((pipelines_seen(pipeline(1), pipeline(4, "failed", ref="topic")),), None, "ok", "ok"),
        ((pipelines_seen(pipeline(1)), AWAY), {"minutes": 10}, "ok", "ok, read 10 min ago"),
        ((pipelines_seen(RED),), {"hours": 3}, "FAIL", "FAIL 3 d, read 3 h ago"),
        ((pipelines_seen(pipeline(1)), AWAY), {"days": 2}, "?", "?"),
        ((PipelinesSeen(at=NOW, forge="salsa", pipelines=(pipeline(1),), missing=(IMAGES,)),), None, "?", "?"),
    ],
    ids=[
        "nothing seen",
        "nothing ran",
        "ok",
        "warnings",
        "red",
        "red by night",
        "a red branch is nobody's business",
        "away",
        "stale",
        "too old",
        "not read this time",
    ],
)
def test_a_badge_is_never_green_by_silence(
    facts: tuple[Fact, ...],
    read: Mapping[str, float] | None,
    state: str,
    text: str,
) -> None:
    found = shown(projects_seen(), *facts, read=read)
    assert found is not None
    assert (found.label, found.state, found.text) == ("master", state, text)


@pytest.mark.parametrize(
    ("known", "path", "there"),
    [
        (project(), IMAGES, True),
        (project(), IMAGES.upper(), True),
        (project(), "debian-cloud-images", False),
        (project(), "cloud-team/finder", False),
        (project(public=False), IMAGES, False),
    ],
    ids=["whole path", "any case", "not whole", "unknown", "not public"],
)
def test_only_a_public_project_that_is_known_has_one(known: object, path: str, there: bool) -> None:  # noqa: FBT001
    assert isinstance(known, type(project()))
    found = shown(ProjectsSeen(at=NOW, forge="salsa", projects=(known,)), path=path)
    assert (found is not None) == there


@pytest.mark.parametrize("ref", ["<script>alert(1)</script>", "a\"b&c'd", "x" * 300, "漢字", "master"])
def test_the_picture_is_words_in_well_formed_xml_whatever_the_ref_is_called(ref: str) -> None:
    path = f"cloud-team/{ref[:60]}&<script>"
    known = ProjectsSeen(at=NOW, forge="salsa", projects=(project(path, branch=ref),))
    found = shown(known, pipelines_seen(pipeline(2, "failed", path=path, ref=ref, made=ago(days=3))), path=path)
    assert found is not None

    svg = WORDS.render("web/badge.svg", {"badge": found})

    root = ET.fromstring(svg)  # noqa: S314 - our own
    names = [element.tag.removeprefix("{http://www.w3.org/2000/svg}") for element in root.iter()]
    assert names == ["svg", "title", "rect", "rect", "g", "text", "text"]
    said = f"{path} {found.label}: FAIL 3 d"
    assert (root.get("aria-label"), root[0].text) == (said, said)
    assert [text.text for text in root[3]] == [found.label, "FAIL 3 d"]
    assert len(found.label) <= 40
    assert root.get("width") == str(sum(found.widths))
    assert svg.count("://") == 1  # the name of the format; nothing is loaded


def test_a_project_without_a_branch_says_so() -> None:
    known = ProjectsSeen(at=NOW, forge="salsa", projects=(project(branch=None),))
    assert shown(known) == Badge(project=IMAGES, label="no branch", state="?", text="?")


def test_the_trends_are_given_out_as_data() -> None:
    bot = Bot(looked={"salsa": ago(minutes=2)})
    bot.take(
        projects_seen(at=ago(days=9)),
        pipelines_seen(pipeline(1, made=ago(days=9)), at=ago(days=9)),
        pipelines_seen(pipeline(2, "failed", made=ago(days=3)), at=ago(days=3)),
        pipelines_seen(pipeline(3, made=ago(days=3) + timedelta(hours=2)), at=ago(days=2)),
    )
    figures = dict(trend_figures(bot.world(NOW)))
    assert figures == {
        "team": "Debian Cloud Team",
        "at": NOW,
        "seen": ago(days=2),
        "age_seconds": 120,
        "note": "",
        "missing": [],
        "lines": [
            {
                "name": "debian-cloud-images master",
                "project": IMAGES,
                "ref": "master",
                "kind": "push",
                "result": "success",
                "since": ago(days=3) + timedelta(hours=2),
                "known_days": 10,
                "red_days": 1,
                "red_seconds": 7200,
                "recoveries": 1,
                "median_seconds_to_green": 7200,
                "letters": "----.-----F---",
                "days": {
                    "2019-07-13": {"ok": 1, "warnings": 0, "failed": 0, "red_seconds": 0},
                    "2019-07-19": {"ok": 1, "warnings": 0, "failed": 1, "red_seconds": 7200},
                },
            }
        ],
    }


def test_what_is_not_public_is_not_among_the_data() -> None:
    bot = Bot()
    hidden = ProjectsSeen(at=NOW, forge="salsa", projects=(project(public=False),))
    bot.take(hidden, PipelinesSeen(at=NOW, forge="salsa", pipelines=(pipeline(1),), missing=(IMAGES,)))
    figures = trend_figures(bot.world(NOW))
    assert (figures["lines"], figures["missing"]) == ([], [])
