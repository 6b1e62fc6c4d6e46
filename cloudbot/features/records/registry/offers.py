"""`!offers` and `!services`: what was offered to the team and when to come back to it; what runs and who notices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.core.commands import Answer, Ask, Command, Param
from cloudbot.core.records.checks.areas import has_left
from cloudbot.core.records.kinds.images import Service
from cloudbot.core.records.kinds.people import Org
from cloudbot.core.records.kinds.providers import Offer
from cloudbot.features.records.answering import age, from_records, meant, none_such
from cloudbot.features.records.numbers import identity_of, pattern_of

if TYPE_CHECKING:
    from cloudbot.core.engine import World
    from cloudbot.core.records.tree import Filed, View

OPEN = frozenset({"open", "accepted"})
ID = pattern_of("O")
MOST_OFFERS = 4
MOST_SERVICES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """One offer that stands: since when, when to come back to it, who else knows whom to ask."""

    id: str
    offer: Offer
    org: str
    since: timedelta
    late: timedelta | None
    "since when it should have been followed up, if that day has passed"
    backup: str


def offers(ask: Ask, _world: World, view: View) -> Answer:
    """Answer `!offers`: those that stand, the longest waiting first, and what became of the others; or one."""
    every, wanted = view.all(Offer), ask.args.get("text")
    if wanted is not None:
        found = meant(identity_of("O", wanted), every, lambda _one: ())
        if isinstance(found, tuple):
            return none_such("offer", wanted, found, every)
        return Answer(words="irc/offer", values={"each": _offered(found, view)})
    standing = [_offered(one, view) for one in every if one.record.state in OPEN]
    values = {
        "count": len(every),
        "standing": sorted(standing, key=lambda one: (one.offer.follow_up or view.on, one.id)),
        "lost": [(one.id, one.record) for one in every if one.record.state == "lost"],
        "most": MOST_OFFERS,
    }
    return Answer(words="irc/offers", values=values)


def _offered(one: Filed[Offer], view: View) -> Offered:
    offer = one.record
    org = view.get(Org, "org", offer.org)
    backup = offer.contact.backup
    due = offer.follow_up
    return Offered(
        id=one.id,
        offer=offer,
        org=org.name if org is not None else offer.org or "",
        since=age(view, offer.made),
        late=age(view, due) if due is not None and due < view.on else None,
        backup=backup if backup is not None and not has_left(view, backup) else "",
    )


def services(ask: Ask, _world: World, view: View) -> Answer:
    """Answer `!services`: how far each is, whose, and who notices when it breaks; or one of them."""
    every, wanted = view.all(Service), ask.args.get("name")
    if wanted is None:
        rows = [(one.id, one.record, _keepers(one.record, view)) for one in every if one.record.state != "retired"]
        return Answer(words="irc/services", values={"rows": rows, "most": MOST_SERVICES})
    found = meant(wanted, every, lambda one: (one.title,))
    if isinstance(found, tuple):
        return none_such("service", wanted, found, every)
    org = view.get(Org, "org", found.record.operator)
    values = {
        "id": found.id,
        "service": found.record,
        "keepers": _keepers(found.record, view),
        "operator": org.name if org is not None else found.record.operator or "",
    }
    return Answer(words="irc/service", values=values)


def _keepers(service: Service, view: View) -> list[str]:
    """Return who runs it and who else can, as far as they are still of the team."""
    named = (service.owner, service.backup)
    return [name for name in named if name is not None and not has_left(view, name)]


COMMANDS = (
    Command(
        name="offers",
        help="what was offered to the team: by whom, when to come back to it, who else knows whom to ask",
        answer=from_records(offers),
        examples=("!offers",),
    ),
    Command(
        name="services",
        help="what the team runs or plans: how far it is, whose, who notices when it breaks; all, or one",
        params=(Param(name="name", kind="rest", optional=True),),
        answer=from_records(services),
        examples=("!services", "!services image-finder"),
    ),
)
