"""Who somebody is: by the account a network vouches for, never by nick."""

from __future__ import annotations

import pytest

from cloudbot.core.people import Audience, Person, Team, allowed
from cloudbot.core.speech import Proof, Venue

ALEX = Person(name="Alex", accounts={"oftc": ("alex", "alex-home"), "libera": ("alexandra",)})
ROBIN = Person(name="Robin", accounts={"oftc": ("Robin",)}, roles=frozenset({"member", "operator"}))
TEAM = Team(name="Example Team", people=(ALEX, ROBIN))


@pytest.mark.parametrize(
    ("network", "account", "person"),
    [
        ("oftc", "alex", ALEX),
        ("oftc", "ALEX-home", ALEX),
        ("libera", "alexandra", ALEX),
        ("oftc", "robin", ROBIN),
        ("libera", "alex", None),
        ("libera", "robin", None),
        ("oftc", "alexandra", None),
        ("oftc", "", None),
    ],
)
def test_an_account_counts_on_its_own_network_in_any_case(network: str, account: str, person: Person | None) -> None:
    assert TEAM.person(network, Proof(account, "whois-307")) == person


def test_without_a_proof_nobody_is_anybody() -> None:
    assert TEAM.person("oftc", None) is None


@pytest.mark.parametrize(
    ("audience", "nobody", "member", "operator"),
    [("anyone", True, True, True), ("member", False, True, True), ("operator", False, False, True)],
)
def test_an_audience_is_open_to_these(audience: Audience, *, nobody: bool, member: bool, operator: bool) -> None:
    assert (allowed(audience, None), allowed(audience, ALEX), allowed(audience, ROBIN)) == (nobody, member, operator)


@pytest.mark.parametrize(
    ("name", "is_channel"),
    [("#team", True), ("&local", True), ("+x", True), ("!ABCDE", True), ("alex", False), ("", False)],
)
def test_a_venue_knows_whether_it_is_a_channel(name: str, *, is_channel: bool) -> None:
    assert Venue("oftc", name).is_channel is is_channel
    assert str(Venue("oftc", name)) == f"oftc/{name}"
