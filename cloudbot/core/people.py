"""Who somebody is to the team, from the services account that a network vouches for; never from a nick.

Without a proof a person may ask anything and change nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from cloudbot.core.speech import Venue

if TYPE_CHECKING:
    from cloudbot.core.speech import Proof

Role = Literal["member", "operator"]
Audience = Literal["anyone", "member", "operator"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person of the team: a public name, accounts by network, and roles. An operator is a member too."""

    name: str
    accounts: dict[str, tuple[str, ...]]
    roles: frozenset[Role] = frozenset({"member"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """The team this installation serves."""

    name: str
    people: tuple[Person, ...] = ()
    channels: tuple[Venue, ...] = ()
    "where unasked lines go"
    site: str = ""
    "where the pages are, without a slash at the end; empty while there are none"
    accounts: Mapping[tuple[str, str], Person] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Index people by network and account; services accounts compare without case (Anope, Atheme, OFTC alike)."""
        index = {
            (network, account.lower()): person
            for person in self.people
            for network, accounts in person.accounts.items()
            for account in accounts
        }
        object.__setattr__(self, "accounts", index)

    def person(self, network: str, proof: Proof | None) -> Person | None:
        """Return the person behind a proven account, or None."""
        return None if proof is None else self.accounts.get((network, proof.account.lower()))


def allowed(audience: Audience, person: Person | None) -> bool:
    """Decide whether a person belongs to an audience."""
    match audience:
        case "anyone":
            return True
        case "member":
            return person is not None
        case "operator":
            return person is not None and "operator" in person.roles
