"""Lines of keys: the scan finds what `tomllib` finds, where it was written."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudbot.core.records.places import line_of, lines_of, repeated
from tests.core.records.trees import example

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.records.places import Path

BARE = st.sampled_from(["a", "b", "key", "from", "x-y", "7", "_"])
QUOTED = st.sampled_from(['"a b"', "'c.d'", '"say \\"hi\\""', '"#"', '"="', "'[x]'", '"\\u00e9"'])
STRINGS = ['"text # no comment"', "'literal \\'", '"""one\nquote " and ""\nthree"""', "'''raw\n'' ]\n'''", '"\\"]"']
EMPTY = ['""', "''", '""""""', '"""a"""""', "''''''"]
PLAIN = ["1", "-0.5e3", "true", "2019-07-22", "2019-07-22 18:00:00+00:00", "0xff", "inf"]
SCALAR = st.sampled_from(PLAIN + STRINGS + EMPTY)
GAP = st.sampled_from(["", " ", "\n", "\n# a ] comment\n  ", "\t"])


def _lists(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda items, gap, last: f"[{gap}{f',{gap}'.join(items)}{gap}{',' if last and items else ''}{gap}]",
        st.lists(inner, max_size=3),
        GAP,
        st.booleans(),
    )


def _tables(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.lists(st.tuples(BARE | QUOTED, inner), max_size=3, unique_by=lambda pair: pair[0])
    return pairs.map(lambda found: "{ " + ", ".join(f"{key} = {value}" for key, value in found) + " }")


VALUE = st.recursive(SCALAR, lambda inner: _lists(inner) | _tables(inner), max_leaves=6)
KEY = st.lists(BARE | QUOTED, min_size=1, max_size=3).map(" . ".join)
STATEMENT = st.one_of(
    st.builds("{} = {}".format, KEY, VALUE),
    KEY.map("[{}]".format),
    KEY.map("[[ {} ]]".format),
    st.sampled_from(["", "# [no.header]", '  # key = "x"', "\t"]),
)
TEXT = st.lists(STATEMENT, max_size=12).map("\n".join)


def paths(value: object, at: Path = ()) -> Iterator[Path]:
    """Yield the path of everything in a TOML document."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*at, key)
        yield from paths(inner, (*at, key))


def parsed(text: str) -> dict[str, object] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


@given(TEXT)
def test_the_scan_finds_the_keys_that_the_library_finds(text: str) -> None:
    document = parsed(text)
    if document is not None:
        assert set(lines_of(text)) == set(paths(document))


@given(TEXT)
def test_the_line_of_a_key_holds_its_name_or_opens_its_table(text: str) -> None:
    document = parsed(text)
    if document is not None:
        rows = text.split("\n")
        for path, line in lines_of(text).items():
            if isinstance(path[-1], str) and path[-1].isascii() and '"' not in path[-1]:
                assert path[-1] in rows[line - 1]


@given(st.text(alphabet="a.=[]{}\"'\n#, \\1", max_size=40))
def test_any_text_is_scanned_to_an_end(text: str) -> None:
    assert all(1 <= line <= text.count("\n") + 1 for line in lines_of(text).values())


@given(TEXT)
def test_what_is_repeated_is_refused_by_the_library(text: str) -> None:
    if repeated(text) is not None:
        assert parsed(text) is None


def test_every_key_of_the_example_has_a_line() -> None:
    for content in example().values():
        text = content.decode()
        if text.startswith("schema"):
            assert set(lines_of(text)) == set(paths(tomllib.loads(text)))


LINES = """\
# a comment
title = "x"

[holder]   # table
org.name = "y"

[[accounts]]
id = "one"
[accounts.migration]
to = "two"

[[accounts]]
id = "two"
custody = [
    "dan", # first
    { who = "erin" },
]
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("holder",), 4),
        (("holder", "org"), 5),
        (("holder", "org", "name"), 5),
        (("accounts",), 7),
        (("accounts", 0, "migration", "to"), 10),
        (("accounts", 1), 12),
        (("accounts", 1, "custody", 0), 15),
        (("accounts", 1, "custody", 1, "who"), 16),
        (("accounts", 1, "holder"), 12),
        (("missing",), 1),
    ],
)
def test_a_key_is_found_on_its_line_or_that_of_what_is_around_it(path: Path, line: int) -> None:
    assert line_of(LINES, path) == line


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a = 1\nb = 2\na = 3\n", ("a", 1, 3)),
        ("[t]\na = 1\n[u]\n[t]\n", ("t", 1, 4)),
        ("t = { a = 1, a = 2 }\n", ("t.a", 1, 1)),
        ("[[t]]\na = 1\n[[t]]\na = 1\n", None),
    ],
)
def test_a_key_given_twice_is_found_with_both_lines(text: str, found: tuple[str, int, int] | None) -> None:
    assert repeated(text) == found
