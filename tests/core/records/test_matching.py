"""Which words count when people ask for something."""

from __future__ import annotations

import pytest

from cloudbot.core.records.matching import matching, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("where is the Buster image?", {"buster", "image"}),
        ("images", {"image"}),
        ("Vagrant boxes", {"vagrant", "box"}),
        ("address", {"address"}),
        ("bus", {"bus"}),
        ("gce2/eu-west", {"gce2", "eu", "west"}),
        ("where", {"where"}),
        ("snake_case", {"snake", "case"}),
        ("Größe GRÖSSE", {"grösse"}),
        ("?!", set()),
    ],
)
def test_words_are_compared_without_case_and_plural_and_those_that_say_nothing(text: str, words: set[str]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("asked", "names", "count"),
    [
        ("buster azure", ("where-buster", "download"), 1),
        ("buster images", ("buster image", "x"), 2),
        ("bookworm", ("buster",), 0),
        ("bust", ("buster",), 0),
    ],
)
def test_whole_words_are_counted(asked: str, names: tuple[str, ...], count: int) -> None:
    assert matching(words_of(asked), names) == count
