"""`!verify`: who looked says what they saw, when, and by which link; a name that is almost known is asked about."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.records.kinds.providers import Provider, ReleaseStatus
from tests.core.records.trees import example
from tests.features.records.worlds import AT, bot, typed

if TYPE_CHECKING:
    from tests.features.builders import Bot

SEEN = "https://example.org/images/buster"
TODAY = date(2019, 7, 23)


def status(one: Bot, provider: str = "rainforest", release: str = "buster") -> ReleaseStatus | None:
    assert one.records is not None
    found = one.records.at(AT).get(Provider, "provider", provider)
    assert found is not None
    return found.status.get(release)


@pytest.mark.need("N20", by="!verify")
@pytest.mark.parametrize(
    "where", ["rainforest buster", "rainforest/buster", "Rainforest Cloud Buster", "RAINFOREST buster"]
)
def test_a_link_makes_a_release_verified_today_by_who_looked(where: str) -> None:
    one = bot()
    assert typed(one, "grace", f"!verify {where} <{SEEN}>") == [
        f"rainforest buster: verified today by you, seen at {SEEN}; it was assumed (c0ffee00)."
    ]
    assert status(one) == ReleaseStatus(state="verified", verified_at=TODAY, verified_by="grace", evidence=SEEN)


@pytest.mark.parametrize("state", ["missing", "testing", "retired"])
def test_what_is_not_there_is_said_without_a_link_and_old_evidence_goes(state: str) -> None:
    one = bot()
    typed(one, "grace", f"!verify rainforest buster {SEEN}")
    assert typed(one, "erin", f"!verify rainforest buster {state}") == [
        f"rainforest buster: {state} today by you; it was verified (c0ffee00)."
    ]
    assert status(one) == ReleaseStatus.model_validate({"state": state, "verified_at": TODAY, "verified_by": "erin"})


def test_a_release_of_which_nothing_was_known_is_new() -> None:
    one = bot()
    assert typed(one, "grace", f"!verify swisshost bookworm {SEEN}") == [
        f"swisshost bookworm: verified today by you, seen at {SEEN} (c0ffee00)."
    ]
    assert status(one, "swisshost", "bookworm") == ReleaseStatus(
        state="verified", verified_at=TODAY, verified_by="grace", evidence=SEEN
    )


def test_a_provider_whose_file_has_no_status_gets_one() -> None:
    path = "providers/swisshost.toml"
    files = example() | {path: example()[path].replace(b"\n[status]\n", b"")}
    assert b"[status]" not in files[path]
    one = bot(files)
    typed(one, "grace", f"!verify swisshost buster {SEEN}")
    found = status(one, "swisshost")
    assert found is not None
    assert found.state == "verified"


@pytest.mark.parametrize(("person", "alone"), [("dan", True), ("erin", False)])
def test_the_only_custodian_who_looks_at_their_own_work_is_told_so(person: str, alone: bool) -> None:  # noqa: FBT001 - a table
    (line,) = typed(bot(), person, f"!verify bigblue buster {SEEN}")
    assert line.endswith(
        "You alone can use the accounts there: somebody else should look too (c0ffee00)."
        if alone
        else f"{SEEN} (c0ffee00)."
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("rainfrst buster missing", 'no provider "rainfrst"; did you mean rainforest?'),
        ("woolly buster missing", 'no provider "woolly"; there is bigblue, rainforest, swisshost.'),
        (
            f"rainforest bustr {SEEN}",
            (
                'no release "bustr" is known; did you mean buster? If it is another one, say so: '
                "verify PROVIDER bustr new LINK"
            ),
        ),
        (
            "rainforest buster",
            (
                "where did you see buster at rainforest? Type: verify rainforest buster LINK. If it is not "
                "there, write missing or testing or retired for the link."
            ),
        ),
        (
            "rainforest",
            "type: verify PROVIDER RELEASE LINK; missing, testing or retired in place of the link if it is so",
        ),
        (SEEN, "type: verify PROVIDER RELEASE LINK; missing, testing or retired in place of the link if it is so"),
        ("new", "type: verify PROVIDER RELEASE LINK; missing, testing or retired in place of the link if it is so"),
        (
            "/ missing",
            "type: verify PROVIDER RELEASE LINK; missing, testing or retired in place of the link if it is so",
        ),
    ],
)
def test_what_cannot_be_meant_is_told_with_the_way_out(line: str, said: str) -> None:
    one = bot()
    before = one.records
    assert typed(one, "grace", f"!verify {line}") == [said]
    assert one.records is before


def test_a_release_that_only_looks_like_another_is_taken_when_it_is_said_to_be_new() -> None:
    one = bot()
    typed(one, "grace", f"!verify rainforest bustr new {SEEN}")
    assert status(one, release="bustr") is not None


def test_who_is_not_of_the_team_verifies_nothing() -> None:
    files = example()
    files["people/grace.toml"] = files["people/grace.toml"].replace(b"\nname", b"\nleft = 2019-07-01\nname")
    (line,) = typed(bot(files), "grace", f"!verify rainforest buster {SEEN}")
    assert "E H-PERM is changed in status by grace, who is not a member of the team" in line
