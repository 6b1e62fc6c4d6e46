"""What only the operator can mend is told to the operator, once: a bug, a message that could not be delivered."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cloudbot.core.effects import TellOperator
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import Delivered, Fact, FactParked

MOST_REMEMBERED = 500


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
        case Delivered(state="dead") if not fact.key.startswith("operator/"):
            values = {"key": fact.key, "why": fact.detail}
            return Reaction(
                told, (TellOperator(key=f"operator/dead/{fact.key}", words="operator_dead", values=values),)
            )
        case _:
            return Reaction(told)


operator = Feature(name="operator", document=Told, react=react)
