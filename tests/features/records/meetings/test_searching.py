"""`!minutes grep` in the records, and how often an action was carried."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.features.records.meetings.held import FILES, ID, Meeting, action

LOG = "https://cb.example.org/meetings/debian-cloud/2019/debian-cloud.2019-08-14-19.00.log.html"


def asked(held: Meeting, text: str) -> list[str]:
    return held.bot.answer(text, at=held.at).splitlines()


def test_minutes_of_long_ago_are_found_though_no_line_of_the_meeting_is_kept() -> None:
    before = Meeting().meets("ann: #topic Builds", "ann: #agreed we mend the runner")
    later = Meeting(files=before.bot.records.tree.texts)  # type: ignore[union-attr]
    (found,) = asked(later, "!minutes grep runner mend")
    assert (f"{LOG}#l-3" in found, "AGREED: we mend the runner" in found) == (True, True)


def test_what_is_in_memory_and_in_the_records_is_found_once() -> None:
    held = Meeting().meets("ann: #info the runner is red")
    assert "\n".join(asked(held, "!minutes grep runner")).count("the runner is red") == 1


def test_what_is_not_in_the_records_yet_is_found_too() -> None:
    held = Meeting(refuses=True).meets("ann: #info the runner is red")
    assert "the runner is red" in "\n".join(asked(held, "!minutes grep runner"))


def test_what_a_person_corrected_in_git_is_found() -> None:
    held = Meeting().meets("ann: #info the runner is red")
    held.edits(f"minutes/{ID}.toml", "the runner is red", "the runner was red")
    found = "\n".join(asked(held, "!minutes grep runner"))
    assert ("was red" in found, "is red" in found) == (True, False)


@pytest.mark.parametrize(("times", "said"), [(1, "carried 1 time"), (3, "carried 3 times")])
def test_actions_tell_at_how_many_meetings_they_were_carried(times: int, said: str) -> None:
    files = FILES | action("A-2019-017", "publish the images", 'owner = "ben"\nassigned = 2019-07-01\n')
    held = Meeting(files=files)
    for _ in range(times):
        held.meets("ann: #action ben: publish the images")
        held.at += timedelta(days=1)
    assert said in "\n".join(asked(held, "!actions"))
    assert said in "\n".join(asked(held, "!action A-2019-017"))
