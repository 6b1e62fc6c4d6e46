"""What of each kind is public data: a list of keys that are exported, and one of those that are not, with the reason.

A key that stands in neither is not exported, and a test asks for a decision about it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Keys = Mapping[str, "Keys"]

_PROOF: Final = "(msgid url sha256)"

_PUBLIC: Final = {
    "person": (
        "id name accounts(from to net account) debian(status login since until)"
        " affiliations(from to org employer kind share evidence) zone key left"
    ),
    "org": "id name kind aka parents(from to org) contracts_for(from to org) url",
    "provider": (
        "id name family operators(from to org) delivery(mode since decision)"
        " accounts(from to id purpose holder(org person) paid_by custody agreement"
        " migration(to state started updated sunset redirect))"
        " contacts(role backup) status(state verified_at verified_by evidence)"
    ),
    "delegation-act": (
        "id team act authority issued effective until members replaces replaces_team scope"
        f" evidence{_PROOF} corrects imported"
    ),
    "declaration": (
        "id person date by none covers interests(from to subject(org provider private) kind note) valid_until"
    ),
    "decision": (
        "id title text class proposer opened deadline announced(venue msgid channel url at) revisions(n at sha256 typo)"
        f" support(person at revision proof{_PROOF})"
        f" objections(by at title proof{_PROOF} resolved_at resolved_by resolved_proof{_PROOF})"
        f" topics(providers orgs persons areas sprints) recusals(person) gate(who state evidence{_PROOF})"
        " state extended closed_at closed_by supersedes"
    ),
    "sprint": (
        "id title state dates(from to final) place(city country venue visa_weeks) host(org contact backup) decision"
        f" budget(needed requested approved declined total evidence{_PROOF}) booking goals promises invited_providers"
        " replies(provider at answer) report(due_days url sent) claims_close_days_after claims"
    ),
    "sprint-attendees": "sprint people(person mode confirmed represents)",
    "action": (
        "id title owner assigned accepted effort due(before days) from(sprint meeting decision url) area state"
        " blocked_by(party action since on) evidence(url merged published resolves) closed why updates(at by text)"
    ),
    "area": (
        "id title parent was target min people(person level last_evidence evidence) access(person to)"
        " trainees(person since) paths"
    ),
    "image": (
        "id title platform official in_scope_of responsible(team people) policy(state decision url reviewed)"
        " freshness(max_age_days last_published evidence) external_account(site name custodian backup)"
        " criteria(A B C D E evidence) digest(published url verified) security_review(item state)"
    ),
    "answer": "id ask text state url owner verified_at review_days until",
    "service": "id title state url owner backup operator monitor area decision gates",
    "offer": "id what org made follow_up state contact(role backup)",
    "registration": (
        "id provider wants requested(at by via) state moderators(person at verdict)"
        " key(fingerprint issued_by issued expires)"
    ),
    "newcomer": "id person since wants mentor signatures(need have) needs(what met) closed",
    "link": "id title url ask owner checked_at",
    "series": (
        "from to id title channel rule time zone duration name facilitator backup rota quorum voters grammar hides"
        " takeover idle publish_log lists announce_days extracts standing(id text minutes owner providers closes)"
    ),
    "agenda": "id chair chair_at items(id text minutes owner added link source left providers) hidden order times",
    "minutes": (
        "id series channel title started ended log chairs(person) present(lines person) agenda(id text state)"
        " items(id kind text at line url person) decisions actions(item action owners)"
        " votes(question item verdict) gaps(at to text) fixes(at item was now)"
    ),
    "policy-coi": (
        "declaration_valid_months versions(from to v scope form interests target group_by max num den inclusive base"
        f" seats sizes when grace_days on_break note evidence{_PROOF}) min_delegates(warn error)"
    ),
    "policy-consensus": (
        "mail_grace revert_days stalled_days"
        " classes(min_period quorum objectors announce external_gate coi_check restart)"
    ),
    "policy-activity": (
        "resignation_days expiring_days accept_days blocked_days followup_days evidence_days migration_days"
        " verified_days policy_review_days coverage_days orphan_days custodians recovery"
    ),
    "policy-retention": "logistics_days_after_claims health_days_after_sprint inactivity_days public_addresses",
    "policy-permissions": "grants(who may)",
}

WITHHELD: Final = {
    "*": "schema",  # the form of the file, not of the export
    "person": (  # consent is shown by the value; availability and numbers of others' systems are nobody's elsewhere
        "accounts(uid) affiliations(self_declared consent_public) zone_consent away_until"
        " newcomer(wants signatures(need have))"
    ),
    "provider": "accounts(recovery) contacts(private_ref)",  # a way in is not advertised
    "delegation-act": "evidence(note) reason_code note",  # why somebody leaves
    "decision": (  # free words in which an employer may stand
        "support(proof(note)) objections(proof(note) resolved_proof(note)) recusals(why) gate(evidence(note))"
    ),
    "sprint": "budget(evidence(note)) private_ref",
    "sprint-attendees": "people(consent_public)",
    "action": "nag evidence(note)",
    "offer": "lost_reason contact(private_ref)",
    "registration": "note",
    "link": "note",
    "agenda": "items(by) regrets(person at)",  # who is away when is nobody's elsewhere
    "minutes": "chairs(nick) present(name) regrets items(nick) votes(counts) fixes(by)",  # people by their records
    "policy-coi": "versions(evidence(note))",
    "policy-activity": "silent_days reminder_days report_days",  # the flow of private pings
    "policy-retention": "suppressed",
}
"""Keys that are not exported."""


def parsed(text: str) -> Keys:
    """Read a list of keys; what stands in brackets after one is the list for the table there."""
    found: dict[str, Keys] = {}
    stack = [found]
    last = ""
    for word in re.findall(r"\w+|[()]", text):
        if word == "(":
            stack.append({})
            stack[-2][last] = stack[-1]
        elif word == ")":
            stack.pop()
        else:
            stack[-1].setdefault(word, {})
            last = word
    return found


def names(keys: Keys, before: str = "") -> Iterator[str]:
    """Yield the keys of a list in full, those of tables with dots."""
    for key, inner in keys.items():
        yield from names(inner, f"{before}{key}.") if inner else (before + key,)


PUBLIC: Final = {kind: parsed(text) for kind, text in _PUBLIC.items()}
"""By kind, the keys that are exported."""
