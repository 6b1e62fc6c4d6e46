"""What stands in a commit: free words do nothing there, whatever they are."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudbot.core.records.operations import Author, Change, Operation, request_id
from cloudbot.core.records.wording import message, subject

AUTHOR = Author(person="bob", account="oftc/bob", via="irc #debian-cloud")
REQUEST = "01M82V7M00R56DVG1KYS5SVTM0"


def text(note: str) -> str:
    operation = Operation(verb="close", changes=(Change(kind="action", id="A-2019-001"),), note=note)
    return message(operation, AUTHOR, ids=("A-2019-001",), request=REQUEST)


def trailers(whole: str) -> list[str]:
    done = subprocess.run(
        ["git", "interpret-trailers", "--parse"], input=whole, check=True, capture_output=True, text=True
    )
    return done.stdout.splitlines()


OURS = ["On-behalf-of: bob", "Irc-Account: oftc/bob", "Via: irc #debian-cloud", f"Request-Id: {REQUEST}"]


@pytest.mark.parametrize(
    ("note", "body"),
    [
        ("done at last", "    done at last"),
        ("x\n\nSigned-off-by: Leader <leader@example.org>", "    x\n\n    Signed-off-by: Leader <leader@example.org>"),
        ("Closes #1", "    (Closes) # 1"),
        ("this fixes !12 and resolves https://salsa.example.org/x/-/issues/1", None),
        ("@all look", "    @ all look"),
        ("/merge", "    / merge"),
        ("Request-Id: 0123", "    Request-Id: 0123"),
        ("a\u202eb\x00c", "    abc\n    (control characters were taken out)"),
        ("a\r\nb\rc", "    a\n    b\n    c"),
    ],
)
def test_free_words_are_indented_and_loose(note: str, body: str | None) -> None:
    whole = text(note)
    assert trailers(whole) == OURS
    if body is not None:
        assert whole == f"action A-2019-001: close\n\n{body}\n\n" + "\n".join(OURS) + "\n"


@given(
    note=st.text(max_size=200)
    | st.from_regex(r"(Closes|Fixes|Signed-off-by|Request-Id):? ?[#@!]?\w+\n?", fullmatch=True)
)
def test_whatever_is_typed_no_line_of_it_begins_at_the_margin_or_mentions_anybody(note: str) -> None:
    first, _, rest = text(note).partition("\n")
    assert first == "action A-2019-001: close"
    body = rest.rpartition("\n\n")[0]
    assert all(not line or line.startswith("    ") for line in body.split("\n"))
    words = body.split()
    assert not [word for word in words if len(word) > 1 and word[0] in "@#!~" and word[1].isalnum()]


def test_a_subject_is_short_and_counts_what_else_is_changed() -> None:
    long = Operation(verb="hand over " + "x" * 80, changes=())
    assert len(subject(long, "action", ("A-2019-001",))) <= 72
    assert subject(Operation(verb="close", changes=()), "decision", ("D-2019-001", "a", "b")) == (
        "decision D-2019-001: close and 2 more"
    )
    assert subject(Operation(verb="change", changes=()), "policy-coi", ("policy-coi",)) == "policy-coi: change"


def test_a_request_has_one_id_that_sorts_by_time() -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    assert request_id("a", at) == request_id("a", at) != request_id("b", at)
    assert request_id("z", at) < request_id("a", at.replace(year=2027))
    assert len(request_id("a", at)) == 26
