from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cloudbot.adapters.paper import Paper
from cloudbot.core.ports import Sent, Transient

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2019, 7, 22, 17, 0, tzinfo=UTC)


def test_a_line_is_written_once_however_often_it_is_tried(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "would-say.txt")
    outcomes = [paper.write(key="a/1", venue="oftc/#team", text="FAIL x", at=AT) for _ in range(3)]
    outcomes.append(paper.write(key="a/11", venue="oftc/#team", text="ok x", at=AT))
    assert outcomes == [Sent()] * 4
    assert paper.path.read_text(encoding="utf-8") == (
        "2019-07-22 17:00Z oftc/#team FAIL x  [a/1]\n2019-07-22 17:00Z oftc/#team ok x  [a/11]\n"
    )


def test_a_line_torn_by_a_crash_is_followed_by_a_whole_one(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "would-say.txt")
    paper.path.write_text("2019-07-22 17:00Z oftc/#te", encoding="utf-8")
    paper.write(key="a/1", venue="oftc/#team", text="FAIL x", at=AT)
    assert paper.path.read_text(encoding="utf-8").splitlines()[1] == "2019-07-22 17:00Z oftc/#team FAIL x  [a/1]"


def test_what_the_disk_refuses_is_tried_again(tmp_path: Path) -> None:
    outcome = Paper(tmp_path / "nowhere" / "would-say.txt").write(key="a/1", venue="v", text="t", at=AT)
    assert outcome == Transient("would-say.txt cannot be written: No such file or directory")
