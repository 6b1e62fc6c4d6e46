"""`!findings` and `!why FINDING`: what is wrong or due in the records today, and what the rule behind it says."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from cloudbot.core.commands import Answer, Ask, Command, Param
from cloudbot.core.records.changing import RULES as OF_CHANGES
from cloudbot.core.records.checking import findings_of
from cloudbot.core.records.checks import LOADING, RULES
from cloudbot.core.records.tree import Tree, View
from cloudbot.features.records.answering import from_records

if TYPE_CHECKING:
    from datetime import date

    from cloudbot.core.engine import World
    from cloudbot.core.records.findings import Finding

_FINDING = re.compile(r"(?P<rule>[A-Z]-[A-Z-]+)(?::(?P<subject>\S+))?", re.IGNORECASE)
MOST_SHOWN = 3


def is_finding(text: str) -> bool:
    """Whether somebody names a rule or a finding: `B-SINGLE`, `B-SINGLE:publish`."""
    found = _FINDING.fullmatch(text.strip())
    return found is not None and found["rule"].upper() in _sentences()


def explain(text: str, world: World) -> Answer:
    """Say what a rule asks for and where it is broken today."""
    found = _FINDING.fullmatch(text.strip())
    if found is None or world.records is None:
        return Answer(words="irc/records_unread")
    rule, subject = found["rule"].upper(), found["subject"]
    hits = [one for one in _today(world.records.tree, world.at.date()) if one.rule == rule]
    if subject:
        hits = [one for one in hits if one.subject.casefold() == subject.casefold()] or [
            one for one in hits if subject.casefold() in one.subject.casefold()
        ]
    values = {"rule": rule, "subject": subject or "", "sentence": _sentences()[rule], "hits": hits}
    return Answer(words="irc/finding_why", values=values | {"site": world.records.site})


@from_records
def findings(ask: Ask, _world: World, view: View) -> Answer:
    """Count what is wrong or due today, or list what a rule, a kind's folder or a name has."""
    wanted = ask.args.get("what", "").strip().casefold()
    every = _today(view.tree, view.on)
    found = [one for one in every if not wanted or _is_about(one, wanted)]
    counts = Counter(one.rule for one in found)
    severities = Counter(one.severity for one in found)
    values = {
        "wanted": wanted,
        "found": found,
        "counts": sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])),
        "severities": severities,
        "most": MOST_SHOWN,
    }
    return Answer(words="irc/findings", values=values)


def _is_about(finding: Finding, wanted: str) -> bool:
    words = (finding.rule.casefold(), finding.file.partition("/")[0], *finding.subject.casefold().split("/"))
    return wanted in words or finding.rule.casefold().startswith(f"{wanted}-")


@lru_cache(maxsize=2)
def _today(tree: Tree, on: date) -> tuple[Finding, ...]:
    """Return every finding of a day, reckoned once for a state of the records."""
    return tuple(sorted(set(findings_of(View(tree, on, on), RULES))))


@lru_cache(maxsize=1)
def _sentences() -> dict[str, str]:
    """Return what each rule asks for, in its own sentence."""
    of_changes = {rule.name: rule.sentence for rule in OF_CHANGES}
    return LOADING | of_changes | {rule.name: rule.sentence for rule in reversed(RULES)}


FINDINGS = Command(
    name="findings",
    help="what is wrong or due in the records today, by rule; of one rule, folder or record if named",
    params=(Param(name="what", optional=True),),
    answer=findings,
    examples=("!findings", "!findings B-SINGLE", "!findings actions", "!findings publish"),
)
