from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cloudbot.demo.replay import Replay

if TYPE_CHECKING:
    from pathlib import Path

BEGIN, END = datetime(2019, 7, 15, tzinfo=UTC), datetime(2019, 7, 22, tzinfo=UTC)


def test_the_clock_stands_until_it_is_started_and_then_is_the_same_in_every_process(tmp_path: Path) -> None:
    mine = Replay(begin=BEGIN, end=END, seconds=0.0001, file=tmp_path / "started")
    theirs = Replay.parse(str(mine))
    assert (mine.now(), theirs.now()) == (BEGIN, BEGIN)
    mine.start()
    while mine.now() < END:
        pass
    assert theirs.now() == END
