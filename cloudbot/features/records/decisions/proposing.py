"""A decision begins: a draft in the records. Its clock starts when it was announced, not when it was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.consensus.clock import ALIVE, length
from cloudbot.core.consensus.counting import digest
from cloudbot.core.consensus.deadlines import told
from cloudbot.core.consensus.writing import plain
from cloudbot.core.records.kinds.governance import Decision, Revision
from cloudbot.core.records.kinds.policies import PolicyConsensus
from cloudbot.core.records.operations import Operation, make
from cloudbot.features.records.decisions.changing import CHANGED, NO, period, zones
from cloudbot.features.records.decisions.recusing import stepping_back
from cloudbot.features.records.decisions.wording import class_meant, proposed
from cloudbot.features.records.orders import NotSo

if TYPE_CHECKING:
    from cloudbot.core.effects import Effect
    from cloudbot.core.records.kinds.governance import Topics
    from cloudbot.core.records.tree import View
    from cloudbot.features.records.decisions.wording import Proposed
    from cloudbot.features.records.orders import Order


def propose(order: Order) -> Effect:
    """Carry out `!propose`."""
    return _draft(order, proposed(order, order.arg("text")), lazy=False)


def lazy(order: Order) -> Effect:
    """Carry out `!lazy`: a proposal that silence passes, which wants an end."""
    found = proposed(order, order.arg("text"))
    if found.until is None:
        raise NotSo(NO, why="no end", id="")
    return _draft(order, found, lazy=True)


def _draft(order: Order, found: Proposed, *, lazy: bool) -> Effect:
    at, name = order.fact.at, class_meant(order.view, found, lazy=lazy)
    rules = order.view.policy(PolicyConsensus).classes[name]
    least = at + length(rules.min_period)
    deadline = max(found.until or least, least)
    text = found.text if found.title != found.text else None
    draft = Decision(
        schema="cloudbot/decision/1",
        id=f"D-{at.year}-000",
        title=found.title,
        text=text,
        **{"class": name},  # type: ignore[arg-type]
        proposer=order.person,
        opened=at,
        deadline=deadline,
        revisions=(Revision(n=1, at=at, sha256=digest(found.title, text)),),
        topics=found.topics,
        supersedes=found.replaces,
        state="draft",
    )
    draft = draft.model_copy(update={"recusals": stepping_back(order.view, draft)})
    values = {
        "what": "propose",
        "title": draft.title,
        "class_": name.replace("_", " "),
        "until": told(deadline, zones(order.view, order.person)),
        "asked": told(found.until, zones(order.view, order.person)) if found.until and found.until < least else "",
        "least": period(at, least),
        "quorum": str(rules.quorum),
        "gate": rules.external_gate or "",
        "recused": ", ".join(each.person for each in draft.recusals),
        "beside": ", ".join(_beside(order.view, found.topics, found.replaces)),
    }
    return order.to(
        Operation(verb="propose", changes=(make("decision", f"D-{at.year}-*", _file(draft)),)), CHANGED, **values
    )


def _file(draft: Decision) -> dict[str, object]:
    """Return the keys of a new file, lists among them even where they are empty: people add to them by hand too."""
    keys = draft.model_dump(by_alias=True, include=_WRITTEN)
    return {key: plain(getattr(draft, _NAMES.get(key, key))) for key in keys if key not in {"schema", "id"}}


_WRITTEN = {
    "title", "text", "class_", "proposer", "opened", "deadline", "revisions", "recusals", "state", "supersedes",
    "topics",
}  # fmt: skip
_NAMES = {"class": "class_"}


def _beside(view: View, topics: Topics, replaces: str | None) -> list[str]:
    """Return what else is open about the same: two that contradict each other should know of each other."""
    mine = {*topics.providers, *topics.orgs, *topics.persons}
    every = (one for one in view.all(Decision) if one.record.state in ALIVE and one.id != replaces)
    return [
        one.id
        for one in every
        if mine & {*one.record.topics.providers, *one.record.topics.orgs, *one.record.topics.persons}
    ]
