"""Folding: what several pieces of news become in one line."""

from __future__ import annotations

import pytest
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from cloudbot.adapters.render import Words
from cloudbot.features.folding import Group, Held, fold, latest, shortened


def told(event: str, name: str, *, noun: str = "pipeline", cause: str = "", gist: str = "") -> Held:
    return Held(event=event, about=name, noun=noun, name=name, cause=cause, gist=gist or name)


FAIL, OK = "problem", "recovery"
RUNNER = "runner_system_failure"


@pytest.mark.parametrize(
    ("news", "groups"),
    [
        ([told(FAIL, "a"), told(FAIL, "b")], [("problem", "pipeline", "", ("a", "b"))]),
        ([told(OK, "a"), told(FAIL, "b")], [("problem", "pipeline", "", ("b",)), ("recovery", "pipeline", "", ("a",))]),
        ([told(OK, "a"), told(FAIL, "a")], [("problem", "pipeline", "", ("a",))]),
        ([told(FAIL, "a"), told(OK, "a")], [("blip", "pipeline", "", ("a",))]),
        ([told(FAIL, "a"), told("flaky", "a")], [("blip", "pipeline", "", ("a",))]),
        ([told(FAIL, "a"), told(OK, "a"), told(FAIL, "a")], [("problem", "pipeline", "", ("a",))]),
        (
            [told(FAIL, "a", cause=RUNNER), told(FAIL, "b"), told(FAIL, "c", cause=RUNNER)],
            [("problem", "pipeline", RUNNER, ("a", "c")), ("problem", "pipeline", "", ("b",))],
        ),
        ([told(FAIL, "a", cause=RUNNER), told(FAIL, "b")], [("problem", "pipeline", "", ("a", "b"))]),
        (
            [told(FAIL, "a", noun="build", cause=RUNNER), told(FAIL, "b", cause=RUNNER)],
            [("problem", "build", RUNNER, ("a",)), ("problem", "pipeline", RUNNER, ("b",))],
        ),
        (
            [told("outage", "s", noun="", gist="salsa does not answer"), told(FAIL, "a")],
            [("problem", "pipeline", "", ("a",)), ("", "", "", ("salsa does not answer",))],
        ),
    ],
)
def test_news_are_counted_together(news: list[Held], groups: list[tuple[str, str, str, tuple[str, ...]]]) -> None:
    assert fold(news) == tuple(
        Group(event=event, noun=noun, cause=cause, names=names) for event, noun, cause, names in groups
    )


@pytest.mark.parametrize(
    ("news", "line"),
    [
        ([told(FAIL, "x master")], "1 pipeline FAIL (x master). !status"),
        (
            [told(FAIL, f"p{number}", cause=RUNNER) for number in range(12)],
            "12 pipelines FAIL, all runner_system_failure (p0, p1, p2, p3 and 8 more). !status",
        ),
        (
            [told(FAIL, "x"), told(OK, "y"), told(FAIL, "z"), told(OK, "z")],
            "1 pipeline FAIL (x); 1 pipeline ok again (y); 1 pipeline failed and ok again (z). !status",
        ),
        ([told("notice", "n", noun="", gist="one thing")], "one thing. !status"),
    ],
)
def test_the_line_counts_and_names(news: list[Held], line: str) -> None:
    rendered = Words().render("irc/folded", {"groups": fold(news), "more": "!status"})
    assert " ".join(rendered.split()) == line


@pytest.mark.parametrize("number", [2, 50, 500])
def test_the_line_is_a_line_however_much_it_folds(number: int) -> None:
    news = [
        told(event, f"a-project-with-a-long-name-{one} debian/experimental-{event}", noun=noun)
        for one in range(number)
        for event in ("problem", "recovery", "worse", "mr-opened")
        for noun in ("pipeline", "build")
    ]
    line = Words().render("irc/folded", {"groups": fold(news), "more": "!status"})
    assert len(" ".join(line.split()).encode()) <= 400


EVENTS = st.sampled_from(["problem", "recovery", "flaky", "worse", "better", "missed"])
NEWS = st.lists(st.builds(told, EVENTS, st.sampled_from("abcd")), max_size=30)


@hypothesis_given(NEWS)
def test_shortening_changes_nothing_that_is_said(news: list[Held]) -> None:
    assert sorted(fold(shortened(news)), key=str) == sorted(fold(news), key=str)


@hypothesis_given(NEWS, NEWS)
def test_shortening_on_the_way_changes_nothing_either(first: list[Held], then: list[Held]) -> None:
    assert latest(shortened((*shortened(first), *then))) == latest([*first, *then])


@hypothesis_given(NEWS)
def test_everything_is_told_of_once(news: list[Held]) -> None:
    names = [name for group in fold(news) for name in group.names]
    assert sorted(names) == sorted({one.name for one in news})
