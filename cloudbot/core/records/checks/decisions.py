"""Whether what is recorded of a decision fits its class and its state. When one closes is the clock's to say."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.core.governance.topics import named_in
from cloudbot.core.records.kinds.governance import Decision
from cloudbot.core.records.kinds.policies import DecisionClass, PolicyConsensus
from cloudbot.core.records.tree import Filed, Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.records.tree import View

_SILENT = frozenset({"draft", "withdrawn"})


def _classed(view: View) -> Iterator[tuple[Filed[Decision], DecisionClass]]:
    classes = view.policy(PolicyConsensus).classes
    for one in view.all(Decision):
        if one.record.class_ in classes:
            yield one, classes[one.record.class_]


def period(view: View) -> Iterator[Hit]:
    """A decision is open at least as long as its class asks, from the announcement or the last change of substance."""
    for one, rules in _classed(view):
        record = one.record
        told = [a.at for a in record.announced if a.venue == "list"] or [record.opened]
        start = max([min(told), *(r.at for r in record.revisions if r.n > 1 and not r.typo)])
        least = start + _span(rules.min_period)
        if record.state not in _SILENT and record.deadline < least:
            what = f"ends earlier than {rules.min_period} after it was announced or changed"
            yield Hit(one, ("deadline",), one.id, what, f"deadline = {least:%Y-%m-%dT%H:%M:%SZ} or later")


def _span(text: str) -> timedelta:
    return timedelta(hours=int(text[:-1])) if text.endswith("h") else timedelta(days=int(text[:-1]))


def announcement(view: View) -> Iterator[Hit]:
    """An open decision has its mail to the list as proof; a line in a channel is none, unless its class says so."""
    classes = view.policy(PolicyConsensus).classes
    for one in view.all(Decision):
        rules = classes.get(one.record.class_)
        proven = any(a.venue == "list" and (a.msgid or a.url) for a in one.record.announced)
        by_mail = rules is None or "list" in rules.announce
        if one.record.state not in _SILENT and by_mail and not proven:
            what = f"is {one.record.state} without the mail that announced it"
            yield Hit(one, ("announced",), one.id, what, 'announced = [{ venue = "list", msgid = "<...>", at = ... }]')


def quorum(view: View) -> Iterator[Hit]:
    """An accepted decision has the support its class asks, without the proposer and the recused."""
    for one, rules in _classed(view):
        record = one.record
        newest = max((r.n for r in record.revisions if not r.typo), default=1)
        out = {record.proposer, *(r.person for r in record.recusals)}
        count = len({s.person for s in record.support if s.revision is None or s.revision >= newest} - out)
        if record.state == "accepted" and count < rules.quorum:
            what = f"is accepted with {count} of {rules.quorum} supporters, the proposer and the recused not counted"
            yield Hit(one, ("state",), one.id, what, 'the missing support, or state = "no-quorum"')


def objections(view: View) -> Iterator[Hit]:
    """Nothing is accepted over an open objection, and only its author or a meeting with minutes closes one."""
    for one in view.all(Decision):
        for number, objection in enumerate(one.record.objections):
            at = ("objections", number)
            if objection.resolved_at is None and one.record.state == "accepted":
                yield Hit(one, at, f"{one.id}/{number}", "is accepted over an open objection", 'state = "objected"')
            by_meeting = objection.resolved_by == "meeting" and objection.resolved_proof is not None
            if objection.resolved_at is not None and objection.resolved_by != objection.by and not by_meeting:
                what = "has an objection that another than its author closed"
                yield Hit(
                    one, at, f"{one.id}/{number}", what, 'resolved_by = its author, or "meeting" with the minutes'
                )


def revisions(view: View) -> Iterator[Hit]:
    """Versions are counted 1, 2, 3 in time, and support names one that was there."""
    for one in view.all(Decision):
        record = one.record
        numbers = [r.n for r in record.revisions]
        times = [r.at for r in record.revisions]
        if numbers != list(range(1, len(numbers) + 1)) or times != sorted(times):
            yield Hit(one, ("revisions",), one.id, "has versions out of order", "n = 1, 2, 3... by time")
        for number, support in enumerate(record.support):
            if support.revision is not None and support.revision not in numbers:
                what = f"has support for version {support.revision}, which is not there"
                yield Hit(one, ("support", number), one.id, what, "the version that was supported")


def gate(view: View) -> Iterator[Hit]:
    """What needs an approval from outside is accepted only with it and its proof."""
    for one, rules in _classed(view):
        record = one.record
        if rules.external_gate is None or record.state != "accepted":
            continue
        if (
            record.gate is None
            or record.gate.state != "approved"
            or not (record.gate.evidence.msgid or record.gate.evidence.url)
        ):
            what = f"is accepted without the approval of {rules.external_gate}"
            yield Hit(one, ("gate",), one.id, what, '[gate] with state = "approved" and evidence')


def topics(view: View) -> Iterator[Hit]:
    """A decision whose words name a provider, an organisation or a person has it among its topics."""
    for one in view.all(Decision):
        named = named_in(view, f"{one.record.title}\n{one.record.text or ''}")
        for key in ("providers", "orgs", "persons"):
            for identity in sorted(getattr(named, key) - set(getattr(one.record.topics, key))):
                what = f"speaks of {identity} and does not name it among its topics"
                yield Hit(one, ("topics",), f"{one.id}/{identity}", what, f'{key} = ["{identity}"] in [topics]')
