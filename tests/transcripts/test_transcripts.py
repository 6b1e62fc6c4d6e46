from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from cloudbot.demo.simulation import BadTranscript, Simulation

FILES = sorted(Path(__file__).parent.glob("*.txt"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_bot_says_what_the_transcript_says(file: Path) -> None:
    written = file.read_text(encoding="utf-8")
    assert asyncio.run(Simulation().play(written)).text == written


def test_a_transcript_that_says_something_else_is_noticed() -> None:
    played = asyncio.run(Simulation().play("<alice> !help mrs\n<bot> something else\n"))
    assert not played.as_written


def test_an_instant_that_is_none_is_named_with_the_way_to_write_one() -> None:
    with pytest.raises(BadTranscript, match=r"line 1: 2019-13-45 00:00 is no instant \(.*\); write = 2019-07-22 17:00"):
        asyncio.run(Simulation().play("= 2019-13-45 00:00\n"))


def test_a_line_that_means_nothing_is_named() -> None:
    with pytest.raises(BadTranscript, match="line 2 is no line of a transcript: 'lok'"):
        asyncio.run(Simulation().play("# a remark\nlok\n"))
