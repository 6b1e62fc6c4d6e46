"""`!verify PROVIDER RELEASE`: somebody looked, and says what they saw. What nobody looked at stays assumed."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudbot.core.commands import Command, Param
from cloudbot.core.records.checks.areas import has_left
from cloudbot.core.records.kinds.providers import Provider
from cloudbot.core.records.operations import drop, put
from cloudbot.features.records.edits import changed, provider_of, split_links, usage
from cloudbot.features.records.orders import NotSo

if TYPE_CHECKING:
    from cloudbot.core.effects import Effect
    from cloudbot.core.records.operations import Edit
    from cloudbot.core.records.tree import Filed
    from cloudbot.features.records.orders import Order

STATES = ("missing", "testing", "retired")
_RELEASE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was typed: where, what, and what shows it."""

    name: str
    release: str
    state: str
    "empty: verified, by the link"
    link: str
    new: bool


def verify(order: Order) -> Effect:
    """Record what somebody saw of a release at a provider: that it is there, by a link, or that it is not."""
    seen = _read(order.free(order.arg("text")))
    one = provider_of(order, seen.name)
    _known(order, seen)
    if not seen.link and not seen.state:
        raise NotSo("irc/verify_no", why="evidence", provider=one.id, release=seen.release, states=STATES)
    known = one.record.status.get(seen.release)
    operation = changed(one, "verify", _edits(order, one, seen), ("status", seen.release), evidence=seen.link)
    return order.to(
        operation,
        "irc/verified",
        provider=one.id,
        release=seen.release,
        state=seen.state or "verified",
        alone="yes" if _custodians(order, one.record) == {order.person} else "",
        was="" if known is None else known.state,
        link=seen.link,
    )


def _read(text: str) -> _Seen:
    """Read `PROVIDER RELEASE LINK`, `PROVIDER/RELEASE missing`."""
    links, words = split_links(text)
    words = [part for word in words for part in word.strip(",;:").split("/") if part]
    state = words.pop().casefold() if words and words[-1].casefold() in STATES else ""
    new = bool(words) and words[-1].casefold() == "new"
    *name, release = (words[:-1] if new else words) or [""]
    if not name or not _RELEASE.fullmatch(release.casefold()):
        raise usage("verify", "PROVIDER RELEASE LINK; missing, testing or retired in place of the link if it is so")
    return _Seen(" ".join(name), release.casefold(), state, links[0] if links else "", new)


def _edits(order: Order, one: Filed[Provider], seen: _Seen) -> list[Edit]:
    """Return what is said now; evidence of another day does not stay with it."""
    at, known = ("status", seen.release), one.record.status.get(seen.release)
    edits = [
        put(*at, "state", value=seen.state or "verified"),
        put(*at, "verified_at", value=order.view.on),
        put(*at, "verified_by", value=order.person),
    ]
    if seen.link:
        edits.append(put(*at, "evidence", value=seen.link))
    elif known is not None and known.evidence is not None:
        edits.append(drop(*at, "evidence"))
    return edits


def _known(order: Order, seen: _Seen) -> None:
    """Raise `NotSo` for a release that is spelled almost as one that is known; a new one is new."""
    every = {name for one in order.view.all(Provider) for name in one.record.status}
    near = difflib.get_close_matches(seen.release, every, n=3, cutoff=0.7)
    if seen.release not in every and near and not seen.new:
        raise NotSo("irc/verify_no", why="release", release=seen.release, near=near)


def _custodians(order: Order, provider: Provider) -> set[str]:
    """Return who of the team can use the provider's accounts."""
    there = (account for account in provider.accounts if account.holds(order.view.on))
    return {name for account in there for name in account.custody if not has_left(order.view, name)}


COMMANDS = (
    Command(
        name="verify",
        help="you looked whether a release is at a provider: with a link to what you saw, or missing, testing, retired",
        params=(Param(name="text", kind="rest"),),
        who="member",
        examples=("!verify rainforest buster https://example.org/images/buster", "!verify rainforest buster missing"),
    ),
)
ORDERS = {"verify": verify}
