"""Whether a change of words is one of spelling."""

from __future__ import annotations

import pytest

from cloudbot.core.consensus.typos import is_spelling

OLD = "Hold the sprint at the univresity, 14-16 October, now with a host"


@pytest.mark.parametrize(
    ("new", "spelling"),
    [
        ("Hold the sprint at the university, 14-16 October, now with a host", True),
        ("hold the sprint at the university; 14-16 October, now with a host!", True),
        ("Hold the sprint at the univresity, 14-17 October, now with a host", False),
        ("Hold the sprint at the univresity, 14-16 October, not with a host", False),
        ("Hold the sprint at the univresity, 14-16 October, now without a host", False),
        ("Hold the sprint at the library, 14-16 October, now with a host", False),
        ("Hold the sprint at the univresity, 14-16 October, now with", False),
        ("Hol teh sprint at the university, 14-16 October, now with a host", False),
    ],
)
def test_only_a_few_letters_in_words_that_carry_no_number_are_a_typo(new: str, spelling: bool) -> None:  # noqa: FBT001
    assert is_spelling(OLD, new) == spelling
