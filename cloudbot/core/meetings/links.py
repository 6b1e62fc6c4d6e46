"""Where a link is in what was typed. Only schemes that a page may offer are links; everything else stays text.

MeetBot makes the first word a link when there is none (`#link javascript:x` becomes a live one): here it does not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINK = re.compile(
    r"(?<![\w.+-])(?:https?|irc|ftp|ssh)://[^\s<>\"]+"
    r"|(?<![\w.+-])mailto:(?://)?[^\s<>\"@]{1,64}@[^\s<>\"]+"
    r"|(?<![\w@/.:-])(?P<bare>(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24}/[^\s<>\"]*)",
    re.IGNORECASE,
)
_END = ".,;:!?'*"
_PAIRS = {")": "(", "]": "[", "}": "{"}
_CLASSIC = re.compile(r"(.*?)((?:http:|https:|irc:|ftp:|mailto:|ssh:)//[^\s]+(?<!\.|\)))(.*)")


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield the text in pieces, each with the target it links to, or with nothing.

    The punctuation that ends a sentence or closes a bracket is no part of a link, and `salsa.debian.org/cloud-team`
    without a scheme is one by https. The pieces put together are the text.
    """
    done = 0
    for found in _LINK.finditer(text) if "/" in text or "@" in text else ():  # most lines of a log have neither
        shown = _trimmed(found[0])
        if text[done : found.start()]:
            yield text[done : found.start()], ""
        yield shown, f"https://{shown}" if found["bare"] else shown
        done = found.start() + len(shown)
    if text[done:]:
        yield text[done:], ""


def target(text: str) -> str:
    """Return the first link of a text, or nothing."""
    return next((url for _, url in pieces(text) if url), "")


def _trimmed(url: str) -> str:
    while True:
        last = url[-1]
        unpaired = last in _PAIRS and url.count(last) > url.count(_PAIRS[last])
        if last not in _END and not unpaired:
            return url
        url = url[:-1]


def classic_text(text: str) -> str:
    """Return a link as MeetBot 0.1.4 writes it in text: with a blank more where it found none."""
    return text if _CLASSIC.match(text) else f"{text} "
