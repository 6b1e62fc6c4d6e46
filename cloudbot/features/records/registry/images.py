"""`!images` and `!image`: who answers for an image, by which rules it is made, whether it is as fresh as it should be.

What is missing is what the rules of the check say on the day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.commands import Answer, Ask, Command, Param
from cloudbot.core.records.checks import images as rules
from cloudbot.core.records.checks.areas import has_left
from cloudbot.core.records.kinds.images import Image
from cloudbot.features.records.answering import age, from_records, meant, none_such

if TYPE_CHECKING:
    from cloudbot.core.engine import World
    from cloudbot.core.records.tree import View

RULES = {
    "nobody": rules.no_responsible,
    "policy": rules.policy_gap,
    "old": rules.stale,
    "custodian": rules.no_custodian,
    "criteria": rules.unknown_criteria,
    "digest": rules.no_digest,
}


def images(_ask: Ask, _world: World, view: View) -> Answer:
    """Answer `!images`: how many, how many are official, and what is missing in which."""
    every = view.all(Image)
    values = {
        "count": len(every),
        "official": sum(one.record.official == "yes" for one in every),
        "unknown": sum(one.record.official == "unknown" for one in every),
        "gaps": {kind: [hit.subject for hit in rule(view)] for kind, rule in RULES.items()},
    }
    return Answer(words="irc/images", values=values)


def image(ask: Ask, _world: World, view: View) -> Answer:
    """Answer `!image NAME`: official or not, who answers for it, policy, age, account, criteria, digest, review."""
    every, wanted = view.all(Image), ask.args["name"]
    found = meant(wanted, every, lambda one: (one.title, one.platform))
    if isinstance(found, tuple):
        return none_such("image", wanted, found, every)
    one = found.record
    last = one.freshness.last_published if one.freshness is not None else None
    account = one.external_account
    values = {
        "id": found.id,
        "one": one,
        "people": [name for name in one.responsible.people if not has_left(view, name)],
        "age": age(view, last) if last is not None else None,
        "gaps": {kind for kind, rule in RULES.items() if found.id in {hit.subject for hit in rule(view)}},
        "criteria": {name: getattr(one.criteria, name) for name in "ABCDE"},
        "keepers": [n for n in (account.custodian, account.backup) if n and not has_left(view, n)] if account else [],
        "open": [item.item for item in one.security_review if item.state == "open"],
    }
    return Answer(words="irc/image", values=values)


COMMANDS = (
    Command(
        name="images",
        help="kinds of images: how many are official, and which lack somebody responsible, a policy or a fresh build",
        answer=from_records(images),
        examples=("!images",),
    ),
    Command(
        name="image",
        help="one kind of image: official or not, who answers for it, policy, age, account, criteria, digest",
        params=(Param(name="name", kind="rest"),),
        answer=from_records(image),
        examples=("!image vagrant",),
    ),
)
