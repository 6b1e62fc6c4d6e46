"""Texts that the bot writes again: nothing that a person did to one of them is lost, and nothing is doubled."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudbot.core.records.applying import Applied, Refused, apply
from cloudbot.core.records.merging import Merged, merged
from cloudbot.core.records.operations import FileChange, Operation, make
from tests.core.records.changes import tree_of
from tests.core.records.trees import person

ON = date(2019, 7, 23)
ON_INSTANT = datetime(2019, 7, 3, 19, 0, tzinfo=UTC)
LOG = "minutes/team.2019-07-03-19.00.txt"
LINES = st.lists(st.sampled_from(["", "a", "b", "c", "d", "* e"]), max_size=12).map("\n".join)
FRESH = st.lists(st.sampled_from(["P", "Q", "R"]), max_size=4)


@pytest.mark.parametrize(
    ("was", "theirs", "ours", "expected"),
    [
        ("a\nb\n", "a\nb\n", "a\nc\n", Merged("a\nc\n")),
        ("a\nb\n", "a\nB\n", "a\nb\n", Merged("a\nB\n")),
        ("a\nb\n", "x\n", "x\n", Merged("x\n")),
        ("a\n1\n2\nb\n", "A\n1\n2\nb\n", "a\n1\n2\nB\n", Merged("A\n1\n2\nB\n")),
        ("a\nb\nc\n", "A\nb\nc\n", "a\nB\n+\nc\n", Merged("A\nB\n+\nc\n")),
        ("a\nb\nc\n", "a\nb\nTHEIRS\nc\n", "a\nB\nc\n", Merged("a\nB\nTHEIRS\nc\n")),
        ("a\nb\nc\n", "a\nTHEIRS\nc\n", "a\nOURS\nc\n", Merged("a\nTHEIRS\nc\n", ("OURS",))),
        ("a\nb\nc\n", "a\nc\n", "a\nOURS\nc\n", Merged("a\nc\n", ("OURS",))),
        ("a\n1\n2\nb", "a\n1\n2\nb\nno newline at the end", "x\n1\n2\nb", Merged("x\n1\n2\nb\nno newline at the end")),
        ("", "somebody was first\n", "ours\n", Merged("somebody was first\n", ("ours",))),
    ],
)
def test_texts_are_merged_by_lines_and_a_persons_lines_win(was: str, theirs: str, ours: str, expected: Merged) -> None:
    assert merged(was, theirs, ours) == expected


@given(was=LINES, ours=LINES, fresh=FRESH, places=st.lists(st.integers(0, 12), min_size=4, max_size=4))
def test_every_line_that_a_person_added_is_kept_in_its_order(
    was: str, ours: str, fresh: list[str], places: list[int]
) -> None:
    lines = was.split("\n")
    for line, place in zip(fresh, places, strict=False):
        lines.insert(place, line)
    theirs = "\n".join(lines)
    added = [line for line in lines if line in {"P", "Q", "R"}]
    assert [line for line in merged(was, theirs, ours).text.split("\n") if line in {"P", "Q", "R"}] == added


@given(
    rows=st.lists(st.tuples(st.booleans(), st.sampled_from(["kept", "gone", "changed"])), max_size=12),
    more=st.integers(0, 12),
)
def test_what_a_person_took_away_does_not_come_back(rows: list[tuple[bool, str]], more: int) -> None:
    was = [f"line {number}" for number in range(len(rows))]
    theirs = [line for line, (stays, _) in zip(was, rows, strict=True) if stays]
    ours = [
        f"{line}{'!' if how == 'changed' else ''}" for line, (_, how) in zip(was, rows, strict=True) if how != "gone"
    ]
    ours.insert(more, "fresh")
    made = merged("\n".join(was), "\n".join(theirs), "\n".join(ours)).text.split("\n")
    assert [line for line in made if line in was and line not in theirs] == []


@given(was=LINES, theirs=LINES, ours=LINES)
def test_whoever_alone_changed_it_has_it_as_they_want_it(was: str, theirs: str, ours: str) -> None:
    assert merged(was, was, ours) == Merged(ours)
    assert merged(was, theirs, was) == Merged(theirs)
    assert merged(was, ours, ours) == Merged(ours)


@given(was=LINES, theirs=LINES, ours=LINES)
def test_there_is_never_a_marker_and_what_is_left_out_is_told(was: str, theirs: str, ours: str) -> None:
    made = merged(was, theirs, ours)
    assert [line for line in made.text.split("\n") if line[:7] in {"<" * 7, "=" * 7, ">" * 7}] == []
    known = set(was.split("\n")) | set(made.text.split("\n")) | set(made.left_out)
    assert [line for line in ours.split("\n") if line not in known] == []


def written(files: dict[str, str], *changes: FileChange) -> Applied:
    operation = Operation(verb="record", changes=(), files=changes)
    return apply(tree_of(files), operation, ON, today=ON, person="ann")


def test_a_new_text_is_written_and_one_that_is_there_already_is_no_change() -> None:
    done = written(person("ann"), FileChange(path=LOG, text="x\n"))
    assert (done.files, done.tree.texts[LOG], done.notes) == ({LOG: "x\n"}, "x\n", ())
    assert written(person("ann") | {LOG: "x\n"}, FileChange(path=LOG, text="x\n")).files == {}


def test_a_text_that_a_person_changed_is_merged() -> None:
    change = FileChange(path=LOG, was="a\n1\n2\nb\n", text="a\n1\n2\nB\n")
    done = written(person("ann") | {LOG: "A\n1\n2\nb\n"}, change)
    assert (done.files, done.notes) == ({LOG: "A\n1\n2\nB\n"}, ())


@pytest.mark.parametrize(
    ("there", "what"),
    [
        ({LOG: "a person's\n"}, "was changed by hand where I would say: ours"),
        ({}, "was taken away by somebody and is not written again"),
    ],
)
def test_where_a_person_changed_the_same_line_or_took_the_text_away_it_stays_so_and_it_is_told(
    there: dict[str, str], what: str
) -> None:
    done = written(person("ann") | there, FileChange(path=LOG, was="before\n", text="ours\n"))
    assert (done.files, [(note.rule, note.what) for note in done.notes]) == ({}, [("M-KEPT", what)])


@pytest.mark.parametrize(
    "path", ["people/ann.toml", "README.md", ".gitlab-ci.yml", "minutes/team.2019-07-03-19.00.toml", "minutes/../x.txt"]
)
def test_a_text_has_a_place_beside_minutes_only(path: str) -> None:
    with pytest.raises(Refused, match="has no place beside minutes"):
        written(person("ann"), FileChange(path=path, text="x\n"))


def test_a_text_with_something_private_in_it_is_refused() -> None:
    with pytest.raises(Refused, match="holds a telephone number"):
        written(person("ann"), FileChange(path=LOG, text="my phone is +49 30 1234567\n"))


def test_who_has_left_writes_no_minutes() -> None:
    with pytest.raises(Refused, match="is changed by ann, who is not a member of the team"):
        written(person("ann", "left = 2019-01-01\n"), FileChange(path=LOG, text="x\n"))


def test_several_new_records_get_numbers_one_after_the_other_and_others_name_them() -> None:
    values = {"title": "x", "state": "open"}
    text = "where is $id1 in the query, and $id"
    minutes = make(
        "minutes",
        "team.2019-07-03-19.00",
        {
            "channel": text,
            "started": ON_INSTANT,
            "ended": ON_INSTANT,
            "items": [
                {"id": n, "kind": "action", "text": "x", "nick": "ann", "at": ON_INSTANT, "line": n} for n in (1, 2)
            ],
            "actions": [{"item": 1, "action": "$id1"}, {"item": 2, "action": "$id2"}],
        },
    )
    operation = Operation(verb="record", changes=(minutes, *(make("action", "A-2019-*", values) for _ in range(2))))
    done = apply(tree_of(person("ann")), operation, ON, today=ON, person="ann")
    record = done.tree.by_identity["minutes", "team.2019-07-03-19.00"].record.model_dump()
    assert done.ids == ("team.2019-07-03-19.00", "A-2019-001", "A-2019-002")
    assert [one["action"] for one in record["actions"]] == ["A-2019-001", "A-2019-002"]
    assert record["channel"] == text
