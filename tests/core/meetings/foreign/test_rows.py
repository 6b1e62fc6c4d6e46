"""Bytes to rows: whatever the bytes and however they come, and never more held than a piece."""

from __future__ import annotations

import itertools
import json
from datetime import UTC
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudbot.core.meetings.logs.formats import FORMATS, HEAD, readings, recognise
from cloudbot.core.meetings.logs.reading import LogReading
from cloudbot.core.meetings.logs.rows import LONGEST, Row, Rows, decoded
from tests.core.meetings.foreign.written import DAY, LOGS, lines, rows_of

if TYPE_CHECKING:
    from cloudbot.core.meetings.logs.entries import Format

CHUNKS = st.lists(st.binary(max_size=40), max_size=20)
PIECES = st.one_of(st.sampled_from([row for log in LOGS.values() for row in log.splitlines()]), st.text(max_size=60))
MIXED = st.lists(PIECES, max_size=30).map(lambda rows: "\n".join(rows).encode("utf-8", "surrogatepass"))


def test_rows_are_numbered_and_lose_their_ends() -> None:
    assert rows_of(b"one\r\n\ntwo\nthree") == [
        Row(number=1, text="one"),
        Row(number=2, text=""),
        Row(number=3, text="two"),
        Row(number=4, text="three"),
    ]


def test_a_last_row_with_its_end_is_not_followed_by_another() -> None:
    assert [row.text for row in rows_of(b"one\n")] == ["one"]


@given(CHUNKS)
def test_chunks_make_the_same_rows_as_all_at_once(chunks: list[bytes]) -> None:
    assert rows_of(*chunks) == rows_of(b"".join(chunks))


@given(st.integers(1, 3), st.integers(-3, 3), st.integers(1, 50_000), st.sampled_from(["a", "ü", "€", "😀"]))
def test_a_very_long_row_is_cut_alike_in_chunks_and_at_once(times: int, more: int, size: int, letter: str) -> None:
    log = (letter * ((times * LONGEST + more) // len(letter.encode()))).encode() + b"\nnext"
    chunks = [log[start : start + size] for start in range(0, len(log), size)]
    assert rows_of(*chunks) == rows_of(log)


def test_no_character_is_cut_in_a_very_long_row() -> None:
    log = "x" + "€" * LONGEST
    assert "".join(row.text for row in rows_of(log.encode())) == log


def test_pieces_of_a_row_have_its_number() -> None:
    rows = rows_of(b"x" * (LONGEST + 1) + b"\nnext")
    assert [(row.number, row.continued, len(row.text)) for row in rows] == [
        (1, False, LONGEST),
        (1, True, 1),
        (2, False, 4),
    ]


def test_no_more_than_a_piece_is_held() -> None:
    rows = Rows()
    for _ in range(40):
        list(rows.feed(b"x" * LONGEST))
    assert len(rows._held) <= LONGEST + 1


def test_a_very_long_row_is_one_line_and_what_is_beyond_a_piece_is_left_out() -> None:
    log = b"14:26:00 <ana> " + b"x" * (3 * LONGEST) + b"\n14:26:01 <ana> next\n"
    assert [len(line.text) for line in lines(log, "meetbot")] == [LONGEST - len("14:26:00 <ana> "), 4]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Zürich €".encode(), "Zürich €"),
        ("Zürich".encode("latin-1"), "Zürich"),
        ("5 €".encode("cp1252"), "5 €"),
        (b"\x81", "\x81"),
    ],
)
def test_each_row_is_decoded_by_itself(raw: bytes, text: str) -> None:
    assert decoded(raw) == text


def test_rows_of_two_encodings_mix_in_one_log() -> None:
    log = b"14:26:00 <ana> Z\xfcrich\n" + "14:26:01 <ana> Zürich\n".encode()
    assert [line.text for line in lines(log, "meetbot")] == ["Zürich", "Zürich"]


def test_a_log_in_utf_16_of_ascii_is_read() -> None:
    assert [line.text for line in lines("14:26:00 <ana> hello\n".encode("utf-16"), "meetbot")] == ["hello"]


@pytest.mark.parametrize("one", FORMATS, ids=lambda one: one.name)
@given(log=st.one_of(st.binary(max_size=300), MIXED))
def test_whatever_the_bytes_every_reader_gives_clean_lines_and_no_error(one: Format, log: bytes) -> None:
    reading = LogReading(one, day=DAY, zone=UTC)
    found = [line for row in rows_of(log) for line in reading.read(row)]
    assert [
        line for line in found if not line.nick or not (line.nick + line.text).replace("\u200d", "").isprintable()
    ] == []


@given(MIXED)
def test_whatever_the_rows_a_log_is_judged(log: bytes) -> None:
    rows = rows_of(log)[:HEAD]
    judged = recognise(rows)
    assert 0 <= judged.understood <= judged.rows


@given(st.sampled_from(FORMATS), MIXED, st.lists(st.integers(0, 400), max_size=8))
def test_a_log_in_chunks_has_the_lines_of_the_log_at_once(one: Format, log: bytes, cuts: list[int]) -> None:
    marks = [0, *sorted(cuts), len(log)]
    chunks = [log[start:end] for start, end in itertools.pairwise(marks)]
    whole, parts = LogReading(one, day=DAY, zone=UTC), LogReading(one, day=DAY, zone=UTC)
    assert [line for row in rows_of(*chunks) for line in parts.read(row)] == [
        line for row in rows_of(log) for line in whole.read(row)
    ]


@given(st.lists(st.tuples(st.text(max_size=30), st.booleans()), max_size=20), st.sampled_from([None, 0, 2]))
def test_json_is_read_message_by_message_however_it_is_laid_out(
    said: list[tuple[str, bool]], indent: int | None
) -> None:
    messages = [
        {"sender": "ana", "payload": text, "action": action, "timestamp": "2026-03-04T14:26:00"}
        for text, action in said
    ]
    log = json.dumps({"channel": "#chan", "messages": messages, "events": []}, indent=indent)
    assert [line.kind for line in lines(log, "hcoop")] == ["does" if action else "says" for _, action in said]


def test_json_of_one_row_that_is_longer_than_a_piece_is_read_whole() -> None:
    messages = [
        {"sender": "ana", "payload": f"line {number}", "action": False, "timestamp": "2026-03-04T14:26:00"}
        for number in range(2_000)
    ]
    log = json.dumps({"messages": messages})
    assert [line.text for line in lines(log, "hcoop")] == [f"line {number}" for number in range(2_000)]


@pytest.mark.parametrize(
    "broken", ['{"messages": [{"sender": ', '{"messages": [' + "[" * 100_000 + "}", '{"messages": [1, }']
)
def test_broken_json_is_not_understood_and_ends_quietly(broken: str) -> None:
    rows = rows_of(broken.encode())
    assert [len(found or ()) for _, found in readings(next(one for one in FORMATS if one.in_pieces), rows)][-1] <= 1
