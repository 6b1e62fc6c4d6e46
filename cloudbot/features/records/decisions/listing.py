"""`!decisions`: what is to be decided, until when, who said what, and what is lacking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.commands import Answer, Ask
from cloudbot.core.consensus.clock import ALIVE, lacking
from cloudbot.core.consensus.counting import asked_again, is_as_proposed, supporters
from cloudbot.core.consensus.deadlines import told
from cloudbot.core.records.kinds.governance import Decision
from cloudbot.features.records.answering import meant, none_such
from cloudbot.features.records.decisions.changing import rules_of, zones
from cloudbot.features.records.decisions.recusing import stepping_back
from cloudbot.features.records.numbers import identity_of

if TYPE_CHECKING:
    from cloudbot.core.engine import World
    from cloudbot.core.records.tree import Filed, View


def decisions(ask: Ask, world: World, view: View) -> Answer:
    """Answer `!decisions [open | D-ID]`."""
    wanted = ask.args.get("which", "").strip()
    every = view.all(Decision)
    if wanted.casefold() not in {"", "open"}:
        found = meant(identity_of("D", wanted), every, lambda one: (one.title,))
        if isinstance(found, tuple):
            return none_such("decision", wanted, found, every)
        return Answer(words="irc/decision", values=_shown(found, view, world))
    alive = sorted((one for one in every if one.record.state in ALIVE), key=lambda one: (one.record.deadline, one.id))
    ended = [one for one in every if one.record.state not in ALIVE]
    return Answer(
        words="irc/decisions",
        values={"alive": [_shown(one, view, world) for one in alive], "ended": len(ended), "at": world.at},
    )


def _shown(one: Filed[Decision], view: View, world: World) -> dict[str, object]:
    record, rules = one.record, rules_of(view, one.record).class_
    recused = {each.person for each in (*record.recusals, *stepping_back(view, record))}
    numbered = list(enumerate(record.objections, start=1))
    return {
        "decision": record,
        "class_": record.class_.replace("_", " "),
        "until": told(record.deadline, zones(view, record.proposer)),
        "over": record.deadline <= world.at,
        "count": len(supporters(record) - recused),
        "quorum": rules.quorum,
        "supporters": sorted(supporters(record) - recused),
        "again": sorted(asked_again(record)),
        "recused": sorted(recused),
        "open": [(number, each) for number, each in numbered if each.resolved_at is None],
        "met": sum(each.resolved_at is not None for each in record.objections),
        "lacking": lacking(record, rules) if record.state in ALIVE else (),
        "edited": not is_as_proposed(record),
        "gate": record.gate,
    }
