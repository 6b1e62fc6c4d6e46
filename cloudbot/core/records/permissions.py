"""Who may change what: the words of `policy/permissions.toml`, and the words that a change of a record asks for.

A word is the name of a kind, `own KIND`, a part of a kind (`image policy`, `org edges`), or an act (`propose`). The
first grant that has a word decides who may; a word that no grant has takes two people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from cloudbot.core.records.kinds import KINDS
from cloudbot.core.records.kinds.governance import Decision, DelegationAct
from cloudbot.core.records.kinds.people import Person
from cloudbot.core.records.kinds.policies import Grant, PolicyPermissions
from cloudbot.core.records.kinds.providers import Registration
from cloudbot.core.records.standing import delegates_on

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cloudbot.core.records.changing.differences import Difference
    from cloudbot.core.records.tree import View

Who = Literal["anybody", "member", "delegate", "two people"]
RANKS: Final[tuple[Who, ...]] = ("anybody", "member", "delegate", "two people")
Words = tuple[str, ...]
"""Words of which one is enough, the personal ones first."""

_OWNERS: Final[Mapping[str, str]] = {
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
    "close": "record how a decision ended, who does not count in it, and what the approval from outside is",
    "ask": "ask; nothing is changed by that",
    "register": "make a registration that waits for its moderators",
    "own availability": "`away_until` of one's own person",
    "own attendance": "one's own line among the attendees of a sprint",
    "own person": "one's own person, but for `accounts`, `debian`, `key`, and coming back after `left`",
    "image freshness": "`freshness` of an image",
    "image policy": "everything else of an image",
    "org edges": "`parents` and `contracts_for` of an organisation, `operators` of a provider, once it is there",
    "policy": "every policy, and files that begin with a dot, as `.gitlab-ci.yml`",
    "private recipients": "files under `private/`, and `private_ref` once it is there",
    "files": "files that are no records, and comments in those that are",
}
"""Words that are no kinds, and what they allow."""

WORDS: Final[Mapping[str, str]] = (
    {kind.name: f"every {kind.name}, where no finer word holds" for kind in KINDS}
    | {f"own {kind}": f"one's own, by the key `{key}`" for kind, key in _OWNERS.items()}
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
            "action", "area", "sprint", "sprint-attendees", "answer", "image freshness",
            "close", "org", "service", "offer", "newcomer", "link", "series", "files",
        ),
    ),
    Grant(who="delegate", may=("image policy", "registration", "provider")),
    Grant(who="two people", may=("delegation-act", "policy", "org edges", "private recipients")),
)  # fmt: skip
"""What holds without a policy, and what `records init` writes."""


ALWAYS_TWO: Final = frozenset({"delegation-act"})
"""What no policy lets anybody do alone: only an act of the DPL with evidence makes a delegate, and two look at it."""


def granted(view: View, words: Words) -> dict[str, Who]:
    """Return who may do each of some words by the policy of the view."""
    filed = view.tree.all(PolicyPermissions)
    grants = filed[0].record.grants if filed else DEFAULT
    return {word: _first(grants, word) for word in words}


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


def asked(difference: Difference, person: str | None) -> tuple[tuple[str, Words], ...]:
    """Return what a change of one record asks for: for each key that differs, words of which one is enough.

    A record that is made or taken away is asked for as a whole, under the key "".
    """
    if is_own_act(difference, person):
        return ()
    if not difference.keys and difference.before and difference.after:
        return (("", ("files", difference.kind)),)
    if difference.before is None or difference.after is None:
        return (("", _whole(difference, person)),)
    return tuple((key, _key(difference, key, person)) for key in sorted(difference.keys))


def is_own_act(difference: Difference, person: str | None) -> bool:
    """Whether it is an act by a person's own power, made by that person: leaving takes nobody's leave."""
    record = difference.filed.record
    return (
        isinstance(record, DelegationAct)
        and difference.before is None
        and record.authority == "self"
        and record.members == (person,)
    )


def _whole(difference: Difference, person: str | None) -> Words:
    """Return the words for a record that is made or taken away."""
    record, kind, made = difference.filed.record, difference.kind, difference.before is None
    if isinstance(record, Decision) and made and record.proposer == person and record.state in {"draft", "open"}:
        return ("propose", kind)
    if isinstance(record, Registration) and made and record.state == "pending" and not record.moderators:
        return ("register", kind)
    return _general(difference, person)


_PARTS: Final[Mapping[tuple[str, str], Words]] = {
    ("image", "freshness"): ("image freshness", "image"),
    ("org", "parents"): ("org edges",),
    ("org", "contracts_for"): ("org edges",),
    ("provider", "operators"): ("org edges",),
}


def _key(difference: Difference, key: str, person: str | None) -> Words:
    """Return the words for a key that differs."""
    kind = difference.kind
    if (kind, key) in _PARTS:
        return _PARTS[kind, key]
    if kind in {"sprint", "provider", "offer"} and _recipients(difference, key):
        return ("private recipients",)
    if kind == "person":
        return _person(difference, key, person)
    if kind == "decision":
        return _decision(difference, key, person)
    if (kind, key) == ("sprint-attendees", "people") and _all_of(_moved(difference, key), "person", person):
        return ("own attendance", kind)
    return _general(difference, person)


def _general(difference: Difference, person: str | None) -> Words:
    """Return the words for what has no finer ones."""
    kind = difference.kind
    part = {"image": ("image policy",)}.get(kind, ("policy",) if kind.startswith("policy-") else ())
    return (*part, *_owned(difference, person), kind)


def _recipients(difference: Difference, key: str) -> bool:
    """Whether the file of the private store that it names was another."""
    before, after = (_value(one, key) for one in (difference.before, difference.after))
    if key != "private_ref":
        before, after = (getattr(one, "private_ref", None) for one in (before, after))
    return before is not None and before != after


def _owned(difference: Difference, person: str | None) -> Words:
    """Return `own KIND` if the record was the person's, or nobody's and becomes the person's."""
    key = _OWNERS.get(difference.kind)
    if key is None or person is None:
        return ()
    before, after = _value(difference.before, key), _value(difference.after, key)
    own = before == person or (before is None and after == person)
    return (f"own {difference.kind}",) if own else ()


def _person(difference: Difference, key: str, person: str | None) -> Words:
    if difference.id != person or key in {"accounts", "debian", "key"} or (key == "left" and comes_back(difference)):
        return ("person",)
    return ("own availability", "own person", "person") if key == "away_until" else ("own person", "person")


def comes_back(difference: Difference) -> bool:
    """Whether somebody who has left, or will, has not any more or does so later."""
    before, after = _value(difference.before, "left"), _value(difference.after, "left")
    return before is not None and (after is None or after > before)


_ENDS = frozenset({"state", "closed_at", "closed_by"})


def _decision(difference: Difference, key: str, person: str | None) -> Words:
    if key == "support":
        return ("support", "decision") if _all_of(_moved(difference, key), "person", person) else ("decision",)
    if key == "objections":
        return ("object", "decision") if _all_of(_moved(difference, key), "by", person) else ("decision",)
    before, after = _value(difference.before, "state"), _value(difference.after, "state")
    if key in _ENDS:
        return _state(difference, str(before), str(after), person)
    if key in {"recusals", "gate"}:
        return ("close", "decision")
    proposer = _value(difference.before, "proposer")
    return ("propose", "decision") if key != "proposer" and proposer == person else ("decision",)


def _state(difference: Difference, before: str, after: str, person: str | None) -> Words:
    if after == "reverted" and before == "accepted":
        return ("object", "decision")
    if after in {"open", "objected"} and "objections" in difference.keys:
        return _decision(difference, "objections", person)
    own = _value(difference.before, "proposer") == person
    return ("propose", "decision") if own and after in {"draft", "open", "withdrawn"} else ("close", "decision")


def _value(filed: Any, key: str) -> Any:  # noqa: ANN401 - a record of any kind
    """Return the value of a top-level key, or None if there is no record."""
    return None if filed is None else getattr(filed.record, key)


def _moved(difference: Difference, key: str) -> Sequence[Any]:
    """Return the items of a list that are in one of the two states only."""
    before, after = _value(difference.before, key), _value(difference.after, key)
    return [one for one in before if one not in after] + [one for one in after if one not in before]


def _all_of(items: Sequence[Any], key: str, person: str | None) -> bool:
    return person is not None and bool(items) and all(getattr(one, key) == person for one in items)
