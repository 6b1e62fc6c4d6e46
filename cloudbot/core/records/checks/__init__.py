"""The rules: each a function whose first sentence says what is right. One tuple names them all, in the manual's order.

Where the specification leaves W or E beside D, the rule decides: what a change brings in is judged beside the change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cloudbot.core.records.checks import (
    actions,
    areas,
    conflicts,
    decisions,
    delegations,
    grants,
    images,
    interests,
    meetings,
    privacy,
    providers,
    references,
    sprints,
    times,
)
from cloudbot.core.records.findings import Severity
from cloudbot.core.records.tree import Hit, View


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its name, how grave a breach is, and the function that looks for breaches."""

    name: str
    severity: Severity
    look: Callable[[View], Iterator[Hit]]
    alone: bool = False
    "whether one file, the policies and the day are all it asks"
    graver: Severity | None = None
    "of some breaches, where they are graver than the others"

    @property
    def worst(self) -> Severity:
        """How grave a breach can be."""
        return self.graver or self.severity

    @property
    def sentence(self) -> str:
        """What is right."""
        return (self.look.__doc__ or "").strip().partition("\n")[0]


LOADING = {
    "S-PARSE": "A file is UTF-8, no BOM, normal form C, TOML 1.0, plain, at most 100,000 bytes (minutes: a million).",
    "S-DUPKEY": "A key stands once.",
    "S-UNKNOWN": "A key is one of the kind's; `x-...` is the writer's own.",
    "S-DATE": "A day is a day of the calendar without quotes; an instant has an offset.",
    "S-STEM": "The path says the kind and the identity, and the file says the same.",
    "S-SCHEMA": "A file says its schema, has what its kind requires, and every value is of its type and form.",
}
"""What is refused while a file is read. All are errors."""

RULES = (
    Rule("S-CONFUSABLE", "E", references.look_alikes),
    Rule("S-CANON", "W", references.canonical, alone=True),
    Rule("R-REF", "E", references.missing),
    Rule("R-ORPHAN", "D", references.orphans),
    Rule("R-CYCLE", "E", references.circles),
    Rule("T-ORDER", "E", times.order, alone=True),
    Rule("T-OVERLAP", "W", times.overlap),
    Rule("T-FUTURE", "E", times.future, alone=True),
    Rule("D-AUTH", "E", delegations.authority),
    Rule("D-MEMBER", "E", delegations.membership),
    Rule("D-REPLACES", "E", delegations.replacing),
    Rule("D-EXPIRING", "D", delegations.expiring),
    Rule("D-LAPSED", "D", delegations.lapsed),
    Rule("D-RESIGN-NOT-EFFECTIVE", "D", delegations.resigning),
    Rule("C-FORBIDDEN", "D", interests.forbidden),
    Rule("C-MAX", "D", interests.too_many),
    Rule("C-DECL-MISSING", "D", interests.undeclared),
    Rule("C-DECL-STALE", "D", interests.outdated),
    Rule("C-DECL-CONTRADICT", "W", conflicts.contradiction),
    Rule("C-DECL-AUTHOR", "E", conflicts.author),
    Rule("C-RECUSE", "W", interests.supporting),
    Rule("C-ORG-UNKNOWN", "W", conflicts.unknown_employers),
    Rule("L-PERIOD", "E", decisions.period),
    Rule("L-ANNOUNCE", "E", decisions.announcement),
    Rule("L-QUORUM", "E", decisions.quorum),
    Rule("L-OBJECTION", "E", decisions.objections),
    Rule("L-REVISION", "E", decisions.revisions),
    Rule("L-GATE", "E", decisions.gate),
    Rule("L-TOPIC", "W", decisions.topics),
    Rule("B-BELOW-TARGET", "D", areas.below_target),
    Rule("B-SINGLE", "D", areas.single),
    Rule("B-NONE", "D", areas.nobody),
    Rule("B-ORG-SINGLE", "D", areas.one_employer),
    Rule("B-STALE", "D", areas.stale),
    Rule("P-BOOKING", "D", sprints.booking, graver="E"),
    Rule("P-BUDGET", "E", sprints.budget),
    Rule("P-FINAL", "E", sprints.final),
    Rule("P-REPORT-DUE", "D", sprints.report),
    Rule("P-CLAIMS", "D", sprints.claims),
    Rule("P-COVERAGE", "D", sprints.coverage),
    Rule("A-UNOWNED", "D", actions.unowned),
    Rule("A-UNACCEPTED", "D", actions.unaccepted),
    Rule("A-OVERDUE", "D", actions.overdue),
    Rule("A-BLOCKED-OLD", "D", actions.blocked_long),
    Rule("A-NO-EVIDENCE", "E", actions.no_evidence),
    Rule("G-HOLDER-PERSON", "D", providers.personal_holders),
    Rule("G-HOLDER-CONTRACTOR", "D", providers.contractor_holders),
    Rule("G-CUSTODY-SINGLE", "D", providers.single_custody),
    Rule("G-NO-RECOVERY", "D", providers.no_recovery),
    Rule("G-NO-BACKUP-CONTACT", "D", providers.backup_contact),
    Rule("G-NO-BACKUP-CONTACT", "D", providers.offer_contacts),
    Rule("G-STATUS-ASSUMED", "D", providers.assumed),
    Rule("G-STATUS-STALE", "D", providers.stale),
    Rule("G-MIGRATION-STALE", "D", providers.migrations),
    Rule("G-PARITY", "D", providers.parity),
    Rule("G-KEY-EXPIRED", "D", providers.expired_keys),
    Rule("G-KEY-SECRET", "E", privacy.secrets, alone=True),
    Rule("I-NO-RESPONSIBLE", "D", images.no_responsible),
    Rule("I-POLICY-GAP", "D", images.policy_gap),
    Rule("I-STALE", "D", images.stale),
    Rule("I-NO-CUSTODIAN", "D", images.no_custodian),
    Rule("I-CRITERIA-UNKNOWN", "D", images.unknown_criteria),
    Rule("I-DIGEST", "D", images.no_digest),
    Rule("M-ITEM", "E", meetings.items, alone=True),
    Rule("M-CHAIR", "D", meetings.chairing),
    Rule("H-PERM", "E", grants.understood),
    Rule("X-PII", "E", privacy.personal, alone=True),
    Rule("X-PII", "E", privacy.reasons, alone=True),
    Rule("X-CONSENT", "E", privacy.consent, alone=True),
)
"""Every rule about records that could be read."""
