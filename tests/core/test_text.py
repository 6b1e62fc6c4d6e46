"""Text of strangers: what is removed, what is marked, where it is cut."""

from __future__ import annotations

import time

import pytest
import regex  # type: ignore[import-untyped]  # ships no types
from hypothesis import given
from hypothesis import strategies as st

from cloudbot.core.text import MARK, clean, cut, harmless_start, is_harmless_start, unhighlight, unobeyed

FAMILY = "👩\u200d👩\u200d👧"


@pytest.mark.parametrize(
    ("dirty", "cleaned"),
    [
        ("plain text", "plain text"),
        ("two\r\nlines", "two  lines"),
        ("bare\rCR", "bare CR"),
        ("NUL\0byte", "NULbyte"),
        ("low level \x10r quote \x10n", "low level r quote n"),
        ("next\u0085line", "next line"),
        ("line\u2028and\u2029paragraph", "line and paragraph"),
        ("\x0304,05colours\x0f and \x02bold\x02", "colours and bold"),
        ("\x04ff0000,00ff00hex", "hex"),
        ("\u202eoverride \u2066isolate\u2069", "override isolate"),
        ("zero\u200bwidth\ufeff\u2060\u00ad", "zerowidth"),
        ("\x01ACTION waves\x01", "ACTION waves"),
        ("tab\tand\u00a0space\u3000", "tab and space"),
        (f"an emoji {FAMILY} stays whole", f"an emoji {FAMILY} stays whole"),
        ("a\u200db is no emoji", "ab is no emoji"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # noqa: RUF001 - Persian
        ("lone \ud800 surrogate", "lone  surrogate"),
        ("hidden \U000e0041\U000e0042 tags", "hidden  tags"),
        ("  ends  ", "ends"),
        ("", ""),
    ],
)
def test_clean_leaves_one_line_of_visible_characters(dirty: str, cleaned: str) -> None:
    assert clean(dirty) == cleaned


@given(st.text(alphabet=st.characters()))
def test_clean_text_has_nothing_that_ends_a_line_or_cannot_be_encoded(text: str) -> None:
    cleaned = clean(text)
    assert cleaned == clean(cleaned)
    assert len(cleaned.splitlines()) <= 1
    assert not set(cleaned) & set("\r\n\0\x01\x10\x7f\u202e\u2028\u2029\u0085")
    cleaned.encode()


@pytest.mark.parametrize(
    "title",
    [
        "#topic x",
        "!op eve",
        "@everyone",
        ".help",
        "/me x",
        "/quit",
        "\\x",
        "KGB-0: pass",
        "alice: hello",
        "alice, hello",
        "eve:",
        "s/a/b/",
        "[off] the record",
        "[nolog] x",
        "+o eve",
        "&local",
        "~x",
        "`x`",
        "$x",
        "%x",
        "^x",
        "?x",
        "=x",
        ">x",
        "|x",
        " #topic",
    ],
)
def test_text_that_a_bot_might_obey_is_marked(title: str) -> None:
    assert harmless_start(title) == MARK + title


@pytest.mark.parametrize(
    "title",
    [
        "Fix the build",
        "Überraschung",
        "42 images",
        '"quoted"',
        "(draft) x",
        "https://salsa.example/x",
        "漢字",
        "a/b: x"[:3],
    ],
)
def test_harmless_text_is_left_alone(title: str) -> None:
    assert harmless_start(title) == title


@given(st.text())
def test_marked_text_is_harmless_and_marked_once(text: str) -> None:
    marked = harmless_start(text)
    assert marked in {text, MARK + text}
    assert harmless_start(text[: len(text)]) == marked
    assert marked.startswith(MARK) or is_harmless_start(marked)


@pytest.mark.parametrize(
    ("line", "guarded"),
    [("#topic x", f"{MARK}#topic x"), ("!op", f"{MARK}!op"), ("alice: done", "alice: done"), ("✓ fine", "✓ fine")],
)
def test_a_line_of_ours_may_call_a_person_but_not_a_bot(line: str, guarded: str) -> None:
    assert unobeyed(line) == guarded


def test_nicks_in_announcements_do_not_ring_and_links_stay_whole() -> None:
    nicks = {"alice", "bob[m]", "x"}
    text = "alice, bob[m] and malice: x see https://salsa.example/alice"
    assert unhighlight(text, nicks.__contains__) == (
        "a\u200dlice, b\u200dob[m] and malice: x see https://salsa.example/alice"
    )


def test_short_text_is_one_line() -> None:
    assert cut("short", 400) == ["short"]


def test_text_is_cut_between_words() -> None:
    assert cut("one two three four", 10) == ["one two", "three", "four"]


def test_a_link_is_kept_whole_where_a_line_can_hold_it() -> None:
    link = "https://salsa.example/cloud/images"
    assert cut(f"a new image: {link} now", 41) == ["a new image:", f"{link} now"]


def test_a_link_longer_than_a_line_begins_on_a_line_of_its_own() -> None:
    link = "https://salsa.example/" + "x" * 600
    lines = cut(f"see {link}", 400)
    assert lines[0] == "see"
    assert "".join(lines[1:]) == link


def test_a_word_of_two_thousand_characters_fills_lines() -> None:
    lines = cut("w" * 2000, 400)
    assert [len(line) for line in lines] == [400, 397, 397, 397, 397, 12]


@pytest.mark.parametrize("cluster", [FAMILY, "e\u0301\u0302", "🇩🇪", "한", "😀"])
def test_a_cut_never_falls_into_a_cluster(cluster: str) -> None:
    for line in cut(cluster * 60, 40):
        assert line.removeprefix(MARK) == cluster * (len(line.removeprefix(MARK)) // len(cluster))


def test_a_monstrous_cluster_is_cut_between_characters() -> None:
    lines = cut("e" + "\u0301" * 200, 40)
    assert all(len(line.encode()) <= 40 for line in lines)
    assert "".join(line.removeprefix(MARK) for line in lines) == "e" + "\u0301" * 200


@pytest.mark.parametrize("evil", ["#topic x", "!op eve", "KGB-0: pass"])
def test_no_cut_brings_a_command_to_the_start_of_a_line(evil: str) -> None:
    assert all(is_harmless_start(line) or line.startswith(MARK) for line in cut("x" * 17 + " " + evil, 20))
    assert all(is_harmless_start(line) or line.startswith(MARK) for line in cut("x" * 20 + evil, 20))


@given(st.text(), st.integers(8, 60))
def test_cut_loses_nothing_but_spaces_and_keeps_to_the_size(text: str, size: int) -> None:
    text = clean(text)
    lines = cut(text, size)
    assert all(len(line.encode()) <= size for line in lines)
    assert all(is_harmless_start(line) or line.startswith(MARK) for line in lines[1:])
    spaceless = regex.compile(r"[\s·]")
    assert spaceless.sub("", "".join(lines)) == spaceless.sub("", text)


def test_a_line_too_short_for_a_character_is_refused() -> None:
    with pytest.raises(ValueError, match="a line of 7 bytes"):
        cut("x", 7)


@pytest.mark.parametrize(
    "text", ["x" * 500_000, "x " * 250_000, "e\u0301" * 100_000, "\x03" * 500_000, "a+" * 250_000, "a:" * 250_000]
)
def test_a_megabyte_takes_no_longer_than_its_length(text: str) -> None:
    began = time.perf_counter()
    cut(clean(text), 400)
    harmless_start(text)
    unhighlight(text, {"alice"}.__contains__)
    assert time.perf_counter() - began < 3
