"""What is said unasked of offers: once, on the day to come back to one that still stands. It names nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudbot.core.effects import Announce
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.records.kinds.people import Org
from cloudbot.core.records.kinds.providers import Offer
from cloudbot.features.records.mornings import Told, is_news, told_once
from cloudbot.features.records.registry.offers import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cloudbot.core.facts import Fact
    from cloudbot.core.records.tree import View

TIMER = "offers/morning"


@dataclass(frozen=True, slots=True, kw_only=True)
class OffersTold(Told):
    """Which offer was told on which day to come back to it: `O-2019-001 2019-08-06`."""


def react(known: OffersTold, fact: Fact, world: World) -> Reaction[OffersTold]:
    """Look every morning."""
    return told_once(known, fact, world, TIMER, _news)


def _news(view: View, at: datetime) -> Iterator[tuple[str, Announce]]:
    for one in view.all(Offer):
        offer, day = one.record, one.record.follow_up
        if offer.state not in OPEN or day is None or not is_news(view.on, day):
            continue
        org = view.get(Org, "org", offer.org)
        values = {"id": one.id, "offer": offer, "org": org.name if org is not None else offer.org or "", "at": at}
        yield (
            f"{one.id} {day}",
            Announce(
                key=f"offer/{one.id}/{day}",
                words="irc/offer_due",
                values=values,
                gist=f"{one.id}: come back to it",
                event="offer",
                about=f"offer/{one.id}",
            ),
        )


offer_follow = Feature(name="offer_follow", document=OffersTold, react=react)
