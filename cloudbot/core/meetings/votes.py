"""Votes: by named options as at OpenDev, and motions with +1, 0 and -1 as at Ubuntu and hcoop.

Corrected against all three: one ballot per person (account, else nick) and the last one counts; `abstain` and an empty
ballot are no votes against; a tie is a tie and is never carried; options without a vote are listed with 0; who may vote
is said, and who has not voted is known. A motion is carried when those for it are more than those against it, and ahead
of them by the votes required.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

Whose = Literal["everybody", "delegates", "named"]
"""Who may vote."""
FOR, AGAINST, ABSTAIN = "+1", "-1", "0"
_MOTION = (FOR, AGAINST, ABSTAIN)
_WORDS = {
    **dict.fromkeys(("+1", "+", "1", "yes", "y", "aye", "for", "yea"), FOR),
    **dict.fromkeys(("-1", "-", "no", "n", "nay", "against"), AGAINST),
    **dict.fromkeys(("0", "+0", "-0", "±0", "abstain", "abstention", "neutral"), ABSTAIN),
}
_BALLOT = re.compile(r"\s*(?P<word>[+±-]?\d|[+-](?=\s|$)|[^\W\d]+)(?P<end>[.!,;:]*)(?:\s+(?P<why>.*))?$")
_QUESTION = re.compile(r"(?P<question>.*\?)(?P<options>[^?]*)$")
_OPTION = re.compile(r"[\w+-]+")
_OPTION_WHY = re.compile(r"\s*(?P<word>[\w+-]+)(?:[.!,;:]+(?:\s+(?P<why>.*))?|\s+(?P<because>because\b.*)|\s*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """What one person voted, last."""

    nick: str
    choice: str
    line: int
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """A vote that is open, or was. `ballots` is by person: an account with `=` before it, or a folded nick."""

    question: str
    options: tuple[str, ...]
    at: datetime
    line: int
    nick: str
    motion: bool = False
    ballots: Mapping[str, Ballot] = field(default_factory=dict)
    whose: Whose = "everybody"
    voters: tuple[str, ...] = ()
    "nicks, where they were named"
    required: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Votes:
    """What holds for the votes of this meeting that are still to come."""

    whose: Whose | Literal[""] = ""
    "empty: as the series says"
    voters: tuple[str, ...] = ()
    required: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a vote ended: nicks by option, and one of the verdicts in words."""

    counts: Mapping[str, tuple[str, ...]]
    verdict: str
    quorum: bool = True


def question(text: str) -> tuple[str, tuple[str, ...]]:
    """Split `Where? here, there` at the last question mark; without options these are Yes and No."""
    found = _QUESTION.match(text)
    asked, rest = (text, "") if found is None else (found["question"], found["options"])
    options = tuple(dict.fromkeys(_OPTION.findall(rest)))
    return asked.strip(), options if len(options) > 1 else ("Yes", "No")


def choice(vote: Vote, text: str) -> tuple[str, str] | None:
    """Return the option a ballot means and what was said with it; None where it means none of them."""
    if vote.motion:
        found = _BALLOT.match(text)
        meant = None if found is None else _WORDS.get(found["word"].lower())
        return None if found is None or meant is None else (meant, found["why"] or "")
    found = _OPTION_WHY.match(text)
    said = "" if found is None else found["word"].casefold()
    matching = [option for option in vote.options if option.casefold() == said]
    return (matching[0], (found["why"] or found["because"] or "") if found is not None else "") if matching else None


def is_bare(text: str) -> bool:
    """Whether a line is a ballot though it is no command: `+1`, `-1 because`, `0`, `abstain`; for motions only."""
    found = _BALLOT.match(text)
    if found is None:
        return False
    alone = not found["why"]
    return found["word"] in {"+1", "-1", "+0", "-0"} or (alone and found["word"].lower() in {"0", "abstain"})


def motion(text: str, *, at: datetime, line: int, nick: str) -> Vote:
    """Return an open motion."""
    return Vote(question=text.strip(), options=_MOTION, at=at, line=line, nick=nick, motion=True)


def cast(vote: Vote, *, person: str, ballot: Ballot) -> Vote:
    """Return the vote with this ballot in place of the person's earlier one."""
    return replace(vote, ballots={**vote.ballots, person: ballot})


def counted(vote: Vote) -> Outcome:
    """Count the ballots and say what follows."""
    counts = {
        option: tuple(ballot.nick for ballot in vote.ballots.values() if ballot.choice == option)
        for option in vote.options
    }
    sizes = {option: len(nicks) for option, nicks in counts.items()}
    return Outcome(counts=counts, verdict=_motion(sizes, vote.required) if vote.motion else _options(sizes))


def _motion(sizes: Mapping[str, int], required: int) -> str:
    ahead = sizes[FOR] - sizes[AGAINST]
    if not any(sizes.values()):
        return "nobody voted"
    if ahead == 0:
        return "a tie"
    if ahead < 0:
        return "not carried"
    return "carried" if ahead >= required else f"not carried: {required} votes ahead were required"


def _options(sizes: Mapping[str, int]) -> str:
    most = max(sizes.values())
    first = [option for option, size in sizes.items() if size == most]
    if most == 0:
        return "nobody voted"
    return first[0] if len(first) == 1 else "a tie between " + " and ".join(first)


def described(vote: Vote, outcome: Outcome, notes: str) -> str:
    """Write the outcome as an item of the minutes: the question, every option with its voters, notes, the verdict."""
    parts = (f"{option}: {len(nicks)}" + (f" ({', '.join(nicks)})" if nicks else "")
             for option, nicks in outcome.counts.items())  # fmt: skip
    return f"{vote.question} {'; '.join(parts)}.{notes} Result: {outcome.verdict}"


def private_ballot(text: str) -> tuple[str, str] | None:
    """Return the ballot and the channel of `vote +1 #debian-cloud`, as it is typed in a query; None for other lines."""
    words = text.split()
    least = 3
    if len(words) < least or words[0].lower().lstrip("#") != "vote" or not words[-1].startswith("#"):
        return None
    return " ".join(words[1:-1]), words[-1]
