"""What a change of a record asks for, in the words of the permissions: by kind, by key, and by whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cloudbot.core.records.kinds.governance import Decision, DelegationAct
from cloudbot.core.records.kinds.providers import Registration
from cloudbot.core.records.permissions import OWNERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cloudbot.core.records.changing.differences import Difference
    from cloudbot.core.records.permissions import Words


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
    ("provider", "status"): ("provider status", "provider"),
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
    key = OWNERS.get(difference.kind)
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
        return _objections(difference, person)
    before, after = _value(difference.before, "state"), _value(difference.after, "state")
    if key in _ENDS:
        return _state(difference, str(before), str(after), person)
    if key in {"recusals", "gate", "extended"}:
        return ("close", "decision")
    proposer = _value(difference.before, "proposer")
    later = key == "deadline" and _value(difference.after, key) > _value(difference.before, key)
    if key == "announced" or (later and difference.keys & {"announced", "objections", "extended"}):
        own = ("propose",) if proposer == person else ()
        met = _objections(difference, person) if "objections" in difference.keys else ()
        return (*own, *met, "close", "decision")
    return ("propose", "decision") if key != "proposer" and proposer == person else ("decision",)


def _objections(difference: Difference, person: str | None) -> Words:
    """Return the words for objections: one's own; of others what was said elsewhere or met in a meeting, with proof."""
    if _all_of(_moved(difference, "objections"), "by", person):
        return ("object", "decision")
    before, after = _value(difference.before, "objections"), _value(difference.after, "objections")
    met = all(was == now or _is_met_in_minutes(was, now) for was, now in zip(before, after, strict=False))
    read = all(one.proof.msgid or one.proof.url for one in after[len(before) :])
    return ("close", "decision") if met and read and len(after) >= len(before) else ("decision",)


_RESOLUTION = {"resolved_at": None, "resolved_by": None, "resolved_proof": None}


def _is_met_in_minutes(was: Any, now: Any) -> bool:  # noqa: ANN401 - items of a list
    """Whether nothing but the word of a meeting, with its minutes, came to an open objection."""
    said = now.resolved_by == "meeting" and now.resolved_proof is not None
    return said and was.resolved_at is None and now.model_copy(update=_RESOLUTION) == was


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
