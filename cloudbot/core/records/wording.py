"""The words of a commit: what was done in one generated line, the person's words where they do nothing, trailers.

Free text is indented and loosened, so that it is no trailer, mention, issue number, closing word or quick action
(GitLab: Quick actions; Crosslinking issues; git-interpret-trailers(1)).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cloudbot.core.text import clean, cut

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cloudbot.core.records.findings import Finding
    from cloudbot.core.records.operations import Author, Operation

LONGEST_SUBJECT = 72
REQUEST_ID = "Request-Id"
_LOOSE = re.compile(r"(?<!\w)([@#!~%&$/])(?=\w)")
_CLOSING = re.compile(r"(?i)\b(clos|fix|resolv|implement)(e[sd]?|ing|ed|es)?\b(?=:?\s*[#!]?\s*\d|:?\s+https?:)")
_MERGE_REQUEST = re.compile(r"https?://[!-~]+/merge_requests/[0-9]+")
_STRIPPED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def link_in(said: str) -> str:
    """Return the address of a merge request in what GitLab said to a push, or nothing."""
    found = _MERGE_REQUEST.search(said)
    return found[0] if found else ""


def subject(operation: Operation, kind: str, ids: Sequence[str]) -> str:
    """Write the first line: `action A-2019-004: accept`, with how many records more; at most 72 characters."""
    first, *others = ids
    more = f" and {len(others)} more" if others else ""
    name = f"{kind} {first}" if first != kind else kind
    return cut(f"{name}: {clean(operation.verb)}{more}", LONGEST_SUBJECT)[0].rstrip()


def message(
    operation: Operation,
    author: Author,
    *,
    ids: Sequence[str],
    request: str,
    notes: Sequence[Finding] = (),
) -> str:
    """Write the whole message: subject, the person's words, trailers."""
    paragraphs = [subject(operation, operation.changes[0].kind, ids)]
    if operation.note.strip():
        paragraphs.append("\n".join(_harmless(operation.note)))
    paragraphs.append("\n".join(_trailers(operation, author, request, notes)))
    return "\n\n".join(paragraphs) + "\n"


def _harmless(note: str) -> Iterator[str]:
    """Indent and loosen the lines of free text; where something was stripped, say so."""
    text = note.replace("\r\n", "\n").replace("\r", "\n")
    stripped = _STRIPPED.sub("", text)
    for line in stripped.strip().split("\n"):
        loose = _LOOSE.sub(r"\1 ", clean(line))
        yield f"    {_CLOSING.sub(_bracketed, loose)}".rstrip()
    if stripped != text:
        yield "    (control characters were taken out)"


def _bracketed(found: re.Match[str]) -> str:
    return f"({found[0]})"


def _trailers(operation: Operation, author: Author, request: str, notes: Sequence[Finding]) -> Iterator[str]:
    yield f"On-behalf-of: {_one(author.person)}"
    if author.account:
        yield f"Irc-Account: {_one(author.account)}"
    yield f"Via: {_one(author.via)}"
    if operation.evidence:
        yield f"Evidence: {_one(operation.evidence)}"
    if operation.decision:
        yield f"Decision: {_one(operation.decision)}"
    if notes:
        yield f"Ack: {_one(', '.join(sorted({note.key for note in notes})))}"
    yield f"{REQUEST_ID}: {request}"


def _one(value: str) -> str:
    """Keep a trailer on its line."""
    return " ".join(clean(value).split())[:200]
