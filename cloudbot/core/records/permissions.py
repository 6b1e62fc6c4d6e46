"""Who may change what: the words of `policy/permissions.toml`, and the words that a change of a record asks for.

A word is the name of a kind, `own KIND`, a part of a kind (`image policy`, `org edges`), or an act (`propose`). The
first grant that has a word decides who may; a word that no grant has takes two people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from cloudbot.core.records.kinds import KINDS
from cloudbot.core.records.kinds.people import Person
from cloudbot.core.records.kinds.policies import Grant, PolicyPermissions
from cloudbot.core.records.standing import delegates_on

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cloudbot.core.records.tree import View

Who = Literal["anybody", "member", "delegate", "two people"]
RANKS: Final[tuple[Who, ...]] = ("anybody", "member", "delegate", "two people")
Words = tuple[str, ...]
"""Words of which one is enough, the personal ones first."""

OWNERS: Final[Mapping[str, str]] = {
    "person": "id",
    "declaration": "person",
    "action": "owner",
    "answer": "owner",
    "service": "owner",
    "link": "owner",
    "newcomer": "person",
    "series": "facilitator",
}
"""Which key of a kind says whose a record is."""

ACTS: Final = {
    "propose": "make a decision as its proposer, change its text and clock, withdraw it",
    "support": "add or take back one's own support of a decision",
    "object": "object to a decision, say that one's own objection is met, reopen an accepted one",
    "close": "record where a decision was announced, what was objected elsewhere or met in a meeting, how it ended, "
    "who does not count in it, and what the approval from outside is",
    "ask": "ask; nothing is changed by that",
    "register": "make a registration that waits for its moderators",
    "own availability": "`away_until` of one's own person",
    "own attendance": "one's own line among the attendees of a sprint",
    "own person": "one's own person, but for `accounts`, `debian`, `key`, and coming back after `left`",
    "image freshness": "`freshness` of an image",
    "image policy": "everything else of an image",
    "provider status": "`status` of a provider: what is known of its releases, and who looked when",
    "org edges": "`parents` and `contracts_for` of an organisation, `operators` of a provider, once it is there",
    "policy": "every policy, and files that begin with a dot, as `.gitlab-ci.yml`",
    "private recipients": "files under `private/`, and `private_ref` once it is there",
    "files": "files that are no records, and comments in those that are",
}
"""Words that are no kinds, and what they allow."""

WORDS: Final[Mapping[str, str]] = (
    {kind.name: f"every {kind.name}, where no finer word holds" for kind in KINDS}
    | {f"own {kind}": f"one's own, by the key `{key}`" for kind, key in OWNERS.items()}
    | ACTS
)
"""Every word that `may` understands, and what it allows."""

PERSONAL: Final = frozenset({"propose", "support", "object"}) | {word for word in WORDS if word.startswith("own ")}
"""What only the person does: nobody's approval stands for it."""

DEFAULT: Final = (
    Grant(
        who="anybody",
        may=(
            "propose", "object", "support", "ask", "register",
            "own declaration", "own availability", "own attendance", "own person", "own action",
        ),
    ),
    Grant(
        who="member",
        may=(
            "action", "area", "sprint", "sprint-attendees", "answer", "image freshness", "provider status",
            "close", "org", "service", "offer", "newcomer", "link", "series", "agenda", "minutes",
            "files",
        ),
    ),
    Grant(who="delegate", may=("image policy", "registration", "provider")),
    Grant(who="two people", may=("delegation-act", "policy", "org edges", "private recipients")),
)  # fmt: skip
"""What holds without a policy, and what `records init` writes."""


YOUNGER: Final[Mapping[str, str]] = {"agenda": "action", "minutes": "action"}
"""Words that a policy may be too old to know, and the word whose grant holds until it names them."""

ALWAYS_TWO: Final = frozenset({"delegation-act"})
"""What no policy lets anybody do alone: only an act of the DPL with evidence makes a delegate, and two look at it."""


def granted(view: View, words: Words) -> dict[str, Who]:
    """Return who may do each of some words by the policy of the view."""
    filed = view.tree.all(PolicyPermissions)
    grants = filed[0].record.grants if filed else DEFAULT
    known = {word for grant in grants for word in grant.may}
    return {word: _first(grants, word if word in known else YOUNGER.get(word, word)) for word in words}


def _first(grants: Sequence[Grant], word: str) -> Who:
    who = (grant.who for grant in grants if word in grant.may and word not in ALWAYS_TWO)
    return next(who, "two people")


def is_member(view: View, person: str | None) -> bool:
    """Whether somebody is of the team on the day: has a record and has not left."""
    record = view.get(Person, "person", person)
    return record is not None and (record.left is None or record.left > view.on)


def qualifies(view: View, person: str | None, who: Who) -> bool:
    """Whether a person alone is one of those whom a grant names."""
    match who:
        case "anybody":
            return view.get(Person, "person", person) is not None
        case "member":
            return is_member(view, person)
        case "delegate":
            return is_member(view, person) and any(
                person in standing.active for standing in delegates_on(view, view.on).values()
            )
        case "two people":
            return False


def holder_of(view: View, account: str, net: str | None = None, uid: int | None = None) -> str | None:
    """Return whose an account is on the day, on a network or on any; an account that is over is nobody's.

    Where the number of the account is known on both sides it decides, not the name: a name may be given to another.
    """
    holders = {
        one.id
        for one in view.all(Person)
        for its in one.record.accounts
        if (its.account == account if uid is None or its.uid is None else its.uid == uid)
        and net in (None, its.net)
        and its.holds(view.on)
    }
    return holders.pop() if len(holders) == 1 else None
