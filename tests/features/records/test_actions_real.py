"""What a real team promised in one hour, written down as it would have been, and asked for after its sprint."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cloudbot.core.records.kinds.sprints import Sprint
from tests.features.records.test_actions import asked
from tests.features.records.test_nagging import days
from tests.features.records.test_sprints import changed, say
from tests.features.records.worlds import AT, bot, by, tell

if TYPE_CHECKING:
    from tests.features.builders import Bot

DATA = Path(__file__).parents[4] / "shared" / "data" / "debian-cloud"
AFTER = datetime(2019, 11, 20, 12, tzinfo=UTC)
DONE = frozenset({"done", "done later", "done over years", "was already done"})


pytestmark = [pytest.mark.real, pytest.mark.skipif(not DATA.exists(), reason="the real promises are not here")]


def real(name: str) -> list[dict[str, Any]]:
    found = json.loads((DATA / name).read_text(encoding="utf-8"))
    return list(found["promises"]) if isinstance(found, dict) else list(found)


def promised() -> tuple[Bot, list[dict[str, Any]], list[list[str]]]:
    """Let somebody write down every promise of the hour; what the archive shows is said to be done after it."""
    one = bot(changed(("sprints/s2019/sprint.toml", "final = false", "final = true")))
    promises = real("bof-2019-promises.json")
    said = [say(one, f"s2019 promise {each['what']}") for each in promises]
    for number, each in enumerate(promises, start=2):
        if each["status"] in DONE:
            evidence = f"https://example.org/evidence/{each['id']}"
            assert tell(
                one, by("bob", "done", id=f"A-2019-{number:03}", evidence=evidence, at=AFTER, number=str(number))
            )
    return one, promises, said


@pytest.mark.need("N01", by="!sprint promise")
def test_every_promise_of_the_hour_can_be_written_down_as_it_was_said() -> None:
    _, promises, said = promised()
    assert len(promises) == 19
    assert [line for lines in said for line in lines if not line.startswith("s2019 promises A-2019-")] == []
    assert [line for lines in said for line in lines if len(line.encode()) > 400] == []


@pytest.mark.need("N01", by="!sprint")
def test_after_the_sprint_it_can_be_said_what_was_done() -> None:
    one, promises, _ = promised()
    done = sum(each["status"] in DONE for each in promises)
    assert done == 9
    assert asked(one, "!sprint s2019", at=AFTER)[1].startswith(
        f"promised: {done} of {len(promises)} done; open: A-2019-"
    )
    assert asked(one, "!actions s2019", at=AFTER)[0].endswith(f"; {done} of {len(promises)} promises are done.")


@pytest.mark.need("N14", by="!sprint")
def test_a_month_after_it_the_team_is_told_by_itself() -> None:
    one, _, _ = promised()
    lines = [line for _, line in days(one, 366)]
    assert [line.partition(";")[0] for line in lines] == [
        "Cloud sprint 2019 (s2019) is 30 d over: 9 of 19 promises done",
        "Cloud sprint 2019 (s2019) owes its report since 2019-11-15: sprint s2019 report URL",
    ]


@pytest.mark.need("N23", by="!sprints")
def test_the_real_sprints_can_be_written_down_and_tell_where_they_were() -> None:
    one = bot()
    for each in real("sprints.json"):
        first, _, last = each["when"].partition(" ")[0].partition("/")
        name = f"cloud{first[:4]}"
        say(one, f"new {name} Cloud sprint {first[:4]}")
        say(one, f"{name} dates {first} {last} final")
        say(one, f"{name} venue {each['where'].partition(' (')[0]}")
    assert one.records is not None
    found = {sprint.id: sprint.record.dates for sprint in one.records.at(AT).all(Sprint)}
    assert found["cloud2016"].from_ == date(2016, 11, 2)
    assert found["cloud2019"].to == date(2019, 10, 16)
    lines = asked(one, "!sprints")
    assert "cloud2019 MIT, Boston area, Mon 2019-10-14 to Wed 2019-10-16 (final), idea" in lines[0]
    assert " ".join(lines).count("Seattle") == 3
