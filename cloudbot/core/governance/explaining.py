"""Why somebody counts for something, in plain words with days: the way from the person to it, and no judgement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.records.kinds.people import Org

if TYPE_CHECKING:
    from cloudbot.core.governance.facts import Dated, Step
    from cloudbot.core.governance.interests import Way
    from cloudbot.core.governance.recusals import Conflict
    from cloudbot.core.records.tree import View

HIDDEN = "declared interest"
_KINDS = {
    "employment": "employment at",
    "contract": "contract with",
    "ownership": "ownership of",
    "board": "seat on the board of",
    "self_employed": "own work for",
    "volunteer": "volunteer work for",
    "other_commercial": "commercial interest in",
}


def explained(view: View, way: Way) -> str:
    """Write a way: "employment at Big Blue Corp since 2023-04-01 (declared 2023-04-02)".

    Of a private interest, one of a family, and an affiliation whose person did not agree that it is public, no more is
    said than that it is declared.
    """
    tie = way.tie
    if tie.hidden:
        return HIDDEN
    to = named(view, tie.org) if tie.org is not None else str(tie.provider)
    first = f"{_KINDS.get(tie.kind, 'interest in')} {to}{days(tie)}"
    if tie.declared is not None:
        first += f" (declared {tie.declared})"
    parts = [first, *(_step(view, step) for step in way.steps)]
    its = way.running
    since = max((one.since for one in (tie, *way.steps) if one.since is not None), default=None)
    if its is not None and (its.until or (its.since is not None and (since is None or since < its.since))):
        parts.append(f"{named(view, its.org)} runs {its.provider}{days(its)}")
    return "; ".join(parts)


def why(view: View, one: Conflict) -> str:
    """Write why somebody steps back."""
    if one.way is not None:
        return explained(view, one.way)
    return "recorded in the decision" if one.said else "the decision is about them"


def named(view: View, org: str | None) -> str:
    """Return the usual name of an organisation."""
    found = view.get(Org, "org", org)
    return found.name if found is not None else str(org)


def days(one: Dated) -> str:
    """Write the days something holds; the end is the first day after."""
    if one.since and one.until:
        return f" from {one.since} until {one.until}"
    return f" since {one.since}" if one.since else f" until {one.until}" if one.until else ""


def _step(view: View, step: Step) -> str:
    start, end = named(view, step.start), named(view, step.end)
    match step.relation:
        case "contract":
            return f"{start} has a contract with {end}{days(step)}"
        case "belongs":
            return f"{start} belongs to {end}{days(step)}"
        case "controls":
            return f"{end} belongs to {start}{days(step)}"
