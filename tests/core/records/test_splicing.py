"""One key changed and not one byte of the rest."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from cloudbot.core.records.operations import Edit, add, drop, put, toml
from cloudbot.core.records.splicing import splice
from cloudbot.core.records.values import CannotSplice, look
from tests.core.records.test_places import TEXT, paths
from tests.core.records.trees import example

if TYPE_CHECKING:
    from cloudbot.core.records.places import Path

WRITTEN = """\
# By hand, with love.
schema = "cloudbot/action/1"   # what it is
state  =  'open'
empty = []
one = ["a", "c"]
many = [
    "a",   # the first
    "c"
]
tables = [
    { at = 2019-01-01, by = "bob" }, # begun

]
inline = { a = 1 }

[from]   # where
meeting = "bof"

# Two of them.
[[accounts]]
id = "one"

[accounts.holder]
org = "x"

[[accounts]]
id = "two"
custody = ["z"]

[status.buster]
state = "verified"
# the end
"""


@pytest.mark.parametrize(
    ("edit", "old", "new"),
    [
        (put("state", value="done"), "state  =  'open'", 'state  =  "done"'),
        (put("title", value="x"), "inline = { a = 1 }\n", 'inline = { a = 1 }\ntitle = "x"\n'),
        (put("inline", "b", value=2), "inline = { a = 1 }", "inline = { a = 1, b = 2 }"),
        (put("from", "sprint", value="s"), 'meeting = "bof"\n', 'meeting = "bof"\nsprint = "s"\n'),
        (put("due", "before", value="s"), "inline = { a = 1 }\n", 'inline = { a = 1 }\ndue = { before = "s" }\n'),
        (put("accounts", "@id=two", "paid", value=True), 'custody = ["z"]\n', 'custody = ["z"]\npaid = true\n'),
        (put("accounts", 0, "holder", "org", value="y"), 'org = "x"', 'org = "y"'),
        (
            put("status", "sid", value={"state": "assumed"}),
            'state = "verified"\n',
            'state = "verified"\n\n[status.sid]\nstate = "assumed"\n',
        ),
        (drop("state"), "state  =  'open'\n", ""),
        (drop("inline", "a"), "inline = { a = 1 }", "inline = { }"),
        (drop("from"), '\n[from]   # where\nmeeting = "bof"\n', ""),
        (add("empty", value="z"), "empty = []", 'empty = [\n    "z",\n]'),
        (add("new", value={"a": 1}), "inline = { a = 1 }\n", "inline = { a = 1 }\nnew = [\n    { a = 1 },\n]\n"),
        (add("one", value="d"), '["a", "c"]', '["a", "c", "d"]'),
        (add("many", value="d"), '    "c"\n]', '    "c",\n    "d",\n]'),
        (
            add("tables", value={"at": 1}),
            '{ at = 2019-01-01, by = "bob" }, # begun\n',
            '{ at = 2019-01-01, by = "bob" }, # begun\n    { at = 1 },\n',
        ),
        (
            add("accounts", value={"id": "three"}),
            'custody = ["z"]\n',
            'custody = ["z"]\n\n[[accounts]]\nid = "three"\n',
        ),
        (drop("one", value="a"), '["a", "c"]', '["c"]'),
        (drop("one", value="c"), '["a", "c"]', '["a"]'),
        (drop("many", value="a"), '    "a",   # the first\n', ""),
        (drop("tables", value={"by": "bob"}), '    { at = 2019-01-01, by = "bob" }, # begun\n', ""),
        (drop("accounts", value={"id": "two"}), '\n[[accounts]]\nid = "two"\ncustody = ["z"]\n', ""),
    ],
    ids=lambda value: f"{value.how} {'.'.join(map(str, value.at))}" if isinstance(value, Edit) else "",
)
def test_a_change_touches_its_place_alone(edit: Edit, old: str, new: str) -> None:
    assert WRITTEN.count(old) == 1
    assert splice(WRITTEN, edit) == WRITTEN.replace(old, new)


def test_an_item_goes_where_it_is_wanted() -> None:
    assert splice(WRITTEN, add("one", value="b"), place=1) == WRITTEN.replace('["a", "c"]', '["a", "b", "c"]')
    many = splice(WRITTEN, add("many", value="b"), place=1)
    assert many == WRITTEN.replace('    "c"\n', '    "b",\n    "c"\n')


def test_what_it_says_already_is_no_change() -> None:
    assert splice(WRITTEN, put("state", value="open")) == WRITTEN
    assert splice(WRITTEN, drop("title")) == WRITTEN
    assert splice(WRITTEN, drop("one", value="x")) == WRITTEN


def test_line_ends_of_the_file_are_kept() -> None:
    text = WRITTEN.replace("\n", "\r\n")
    assert splice(text, put("title", value="x")) == text.replace("a = 1 }\r\n", 'a = 1 }\r\ntitle = "x"\r\n')


def test_a_last_line_without_an_end_is_ended() -> None:
    assert splice("a = 1", put("b", value=2)) == "a = 1\nb = 2\n"


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (put("accounts", "@id=three", "paid", value=True), "accounts.has no id three"),
        (put("state", "x", value=1), "state.x has no place in the record"),
        (add("state", value=1), "state is no list"),
        (put("accounts", 7, value=1), "accounts.7 has no place in the record"),
    ],
    ids=["no such item", "below text", "no list", "no such number"],
)
def test_what_has_no_place_is_said(edit: Edit, why: str) -> None:
    with pytest.raises(CannotSplice) as said:
        splice(WRITTEN, edit)
    assert str(said.value) == why


VALUES = st.sampled_from(["x", 'say "hi" \\ #', 7, True, ["a", "b"], [], {"k": "v"}, {}])


@given(text=TEXT, data=st.data(), value=VALUES)
def test_any_text_says_what_it_should_or_is_left_alone(text: str, data: st.DataObject, value: object) -> None:
    try:
        before = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        reject()
    places: list[Path] = [*paths(before), ("new",), ("new", "deep")]
    edit = data.draw(
        st.sampled_from(places).flatmap(
            lambda at: st.sampled_from([put(*at, value=value), drop(*at), add(*at, value=value)])
        )
    )
    try:
        after = splice(text, edit)
    except CannotSplice:
        return
    found: Any = look(tomllib.loads(after), edit.at)
    expected: Any = tomllib.loads(f"v = {toml(value)}")["v"]
    match edit.how:
        case "set":
            assert found == expected
        case "add":
            assert found[-1] == expected
        case _:
            assert isinstance(edit.at[-1], int) or found is None
    if edit.how == "add":
        assert after.count("comment") == text.count("comment")


@pytest.mark.parametrize("path", [path for path in example() if path.endswith(".toml")])
def test_every_key_of_the_example_can_be_changed_and_nothing_else_moves(path: str) -> None:
    text = example()[path].decode()
    for at in paths(tomllib.loads(text)):
        if isinstance(at[-1], int) and isinstance(look(tomllib.loads(text), at), dict):
            continue  # a whole item of a list of tables is taken away and added, never written over
        changed = splice(text, put(*at, value="changed"))
        assert look(tomllib.loads(changed), at) == "changed"
        assert look(tomllib.loads(splice(text, drop(*at))), at) != look(tomllib.loads(text), at)
