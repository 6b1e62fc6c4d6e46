"""The promise of the project, at every moment at which the bot can die.

Nothing is lost, nothing is invented, nothing is said twice unmarked, and what the bot knows at the end is what it would
have known. Each test prints how many moments there were, and fails if they have become few.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.crash.lives import broken_promises, crash, survey, violations
from tests.crash.scenarios import HOOKS, MORNING, SHORT, later, pruned

if TYPE_CHECKING:
    from tests.crash.lives import Remains

LAST = " - my last unasked line today; !status has the rest."


def heard(story: Remains) -> list[str]:
    return [text for (_, text), times in story.said.items() for _ in range(times)]


def test_a_morning_without_a_crash_is_this_conversation() -> None:
    story, _ = survey(MORNING)

    assert heard(story) == [
        "FAIL debian-cloud-images master, was ok for 5 min. https://salsa.example.org/p/3",
        "No unasked lines here until Mon 2019-07-22 06:36 UTC. Answers and meetings go on. Earlier: !quiet off",
        (
            "while it was quiet: 1 pipeline FAIL (image-finder master); 1 build FAIL (ec2 sid amd64); "
            "1 pipeline ok again (debian-cloud-images master). !status"
        ),
        "AGREED: meet on Monday",
        "ok again: image-finder master, after 32 min. https://salsa.example.org/p/6",
        "salsa does not answer since 16 min (it is unauthorised); what I say of it is from before.",
        "AGREED: a",
        "AGREED: b",
        "AGREED: c",
        "salsa answers again, after 20 min.",
        "AGREED: publish on Friday",
        "again, in case it was lost: AGREED: publish on Friday",
        f"FAIL debian-cloud-images master, was ok for 1 h. https://salsa.example.org/p/7{LAST}",
    ]
    assert [mail.subject for mail in story.mails] == [
        "cloudbot: a CommandGiven could not be handled",
        "cloudbot: a CommandGiven could not be handled",  # the server went away before it answered the first
        "cloudbot: salsa refuses us",
    ]
    assert [row.key for row in story.rows.values() if row.state != "sent"] == [
        "sources/salsa/2019-07-22T06:50:00+00:00/away@oftc/#debian-cloud",  # its proof was lost
    ]
    assert story.parked == ("CommandGiven",) * 3
    assert len(story.paper) == 2
    assert violations(story, story, crashes=0) == []


@pytest.mark.slow
def test_a_crash_at_any_moment_of_the_morning_breaks_no_promise() -> None:
    expected, points = survey(MORNING)
    print(f"{len(points.moments)} crash points, {len(points.distinct)} of which leave different things")  # noqa: T201 - asked for
    assert len(points.moments) > 1000

    broken = broken_promises(MORNING, expected, points.moments)

    assert broken == {}


@pytest.mark.slow
def test_a_second_crash_while_recovering_from_the_first_breaks_no_promise() -> None:
    """Of moments that leave the same on the disk and outside, one is enough: memory is lost, so the future is equal."""
    expected, points = survey(SHORT)
    pairs = [
        (first, second) for first in points.distinct.values() for second in survey(SHORT, first)[1].distinct.values()
    ]
    print(f"{len(pairs)} pairs of crash points that leave different things")  # noqa: T201 - asked for
    assert len(pairs) > 500

    broken = {pair: found for pair in pairs if (found := violations(expected, crash(SHORT, *pair), crashes=2))}

    assert broken == {}


def test_moments_that_leave_the_same_have_the_same_future() -> None:
    """The ground on which pairs leave moments out, shown where every moment is affordable."""
    expected, points = survey(SHORT)
    assert len(points.moments) > 300

    assert [violations(expected, crash(SHORT, number), crashes=1) for number in range(len(points.moments))] == [
        [] for _ in points.moments
    ]


def test_a_crash_while_old_things_are_forgotten_breaks_no_promise() -> None:
    expected, _ = survey((*SHORT, later(40)))
    forgetful = (*SHORT, pruned(40))
    found, points = survey(forgetful)
    assert [row.key for row in found.rows.values() if row.body == ""] != [], "something was forgotten"

    broken = [violations(expected, crash(forgetful, number), crashes=1) for number in points.distinct.values()]

    assert broken == [[] for _ in points.distinct]


def test_hooks_without_a_crash_are_this_conversation() -> None:
    story, _ = survey(HOOKS)

    assert heard(story) == [
        "FAIL debian-cloud-images master, was ok for 4 min. https://salsa.example.org/p/3",
        "1 pipeline FAIL (image-finder master); 1 pipeline ok again (debian-cloud-images master). !pipelines",
    ]


@pytest.mark.slow
def test_a_crash_at_any_moment_of_a_burst_of_hooks_loses_none_and_tells_none_twice() -> None:
    expected, points = survey(HOOKS)
    print(f"{len(points.moments)} crash points")  # noqa: T201 - asked for
    assert len(points.moments) > 150

    assert broken_promises(HOOKS, expected, points.moments) == {}
