"""What only the operator can mend is told to the operator: a bug, a dead letter, a token that ends, a hook refused."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace

from cloudbot.core.effects import TellOperator
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import Delivered, Fact, FactParked, HooksKept, TokenExpires
from cloudbot.core.speech import Venue

MOST_REMEMBERED = 500
MOST_NAMED = 10
_NOT_TOLD = ("operator/", "comment/", "look/")
"""The telling itself; and a comment that could not be written: what it says stands in the description too."""
_OF_MEETINGS = re.compile(r"meeting/.+/(?:told|topic(?:-[a-z-]+)?)")
"""A channel's topic that we may not set, which a meeting says instead; and what somebody was told who is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Fingerprints of bugs the operator knows of, oldest first."""

    fingerprints: tuple[str, ...] = ()


def react(told: Told, fact: Fact, _world: World) -> Reaction[Told]:
    """Tell of a kind of bug once, and of each message that will never arrive; never of the telling itself."""
    match fact:
        case FactParked() if fact.fingerprint not in told.fingerprints:
            values = {"fact_id": fact.fact_id, "kind": fact.kind, "summary": fact.summary}
            effect = TellOperator(key=f"operator/bug/{fact.fingerprint}", words="operator_bug", values=values)
            known = (*told.fingerprints, fact.fingerprint)[-MOST_REMEMBERED:]
            return Reaction(replace(told, fingerprints=known), (effect,))
        case Delivered(state="dead") if _is_operators(fact.key):
            values = {"key": fact.key, "why": fact.detail}
            return Reaction(
                told, (TellOperator(key=f"operator/dead/{fact.key}", words="operator_dead", values=values),)
            )
        case TokenExpires():
            return Reaction(told, (_token(fact),))
        case HooksKept() if fact.refused or fact.disabled:
            return Reaction(told, (_hooks(fact),))
        case _:
            return Reaction(told)


def _is_operators(key: str) -> bool:
    return not (key.startswith(_NOT_TOLD) or _OF_MEETINGS.fullmatch(key) or _is_to_somebody(key))


def _is_to_somebody(key: str) -> bool:
    """Whether it was news for one person, who was not there: nothing that an operator could mend."""
    network, _, name = key.rpartition("@")[2].partition("/")
    return "@" in key and bool(name) and not Venue(network, name).is_channel


def _token(fact: TokenExpires) -> TellOperator:
    """Say it once a day until the token is another one; whoever reads the channel need not know."""
    days = (fact.on - fact.at.date()).days
    return TellOperator(
        key=f"operator/token/{fact.forge}/{fact.token}/{fact.on}/{fact.at:%Y-%m-%d}",
        words="operator_token",
        values={"forge": fact.forge, "token": fact.token, "on": fact.on.isoformat(), "days": days},
    )


def _hooks(fact: HooksKept) -> TellOperator:
    """Say once which projects refuse, also over restarts, and each time that hooks had been switched off."""
    refused = hashlib.sha256("\n".join(fact.refused).encode()).hexdigest()[:12]
    return TellOperator(
        key=f"operator/hooks/{fact.forge}/{fact.at.isoformat() if fact.disabled else refused}",
        words="operator_hooks",
        values={
            "forge": fact.forge,
            "sending": len(fact.sending),
            "refused": fact.refused,
            "disabled": fact.disabled,
            "most": MOST_NAMED,
        },
    )


operator = Feature(name="operator", document=Told, react=react)
