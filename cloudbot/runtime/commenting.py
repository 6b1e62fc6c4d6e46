"""Where a comment goes, and the mark by which it is known there.

A merge request is known by its address as the repository told it. Only what is on a server of the configuration that
we have a token for becomes a comment; for anything else there is no row, nothing is tried and nobody is told.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

from cloudbot.store.journal import NewRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudbot.core.effects import Comment

PLAIN_KEY = re.compile(r"[A-Za-z0-9]+(?:[./_-][A-Za-z0-9]+)*")
"""What can stand in an HTML comment: no `--`, no `>` (HTML, comments)."""
_MERGE_REQUEST = re.compile(
    r"(?P<project>\w[\w.-]*(?:/[\w.][\w.-]*)+?)(?:/-)?/merge_requests/(?P<number>[0-9]{1,18})", re.ASCII
)


def row_of(effect: Comment, text: str, lanes: Mapping[str, str]) -> NewRow | None:
    """Return the row of a comment, or None where it cannot be written; `lanes` are by the address of their server."""
    for address, lane in lanes.items():
        begin = address.rstrip("/") + "/"
        if effect.link.startswith(begin) and (found := _MERGE_REQUEST.fullmatch(effect.link.removeprefix(begin))):
            body = {
                "project": found["project"],
                "merge_request": int(found["number"]),
                "text": text,
                "mark": mark(effect.key),
            }
            return NewRow(
                key=effect.key,
                lane=lane,
                destination=f"{found['project']}!{found['number']}",
                body=json.dumps(body, ensure_ascii=False),
                expires=effect.expires,
            )
    return None


def mark(key: str) -> str:
    """Return what readers of a comment do not see: the key, or its digest where it could not stand there."""
    shown = key if PLAIN_KEY.fullmatch(key) else hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()[:32]
    return f"<!-- cloudbot {shown} -->"
