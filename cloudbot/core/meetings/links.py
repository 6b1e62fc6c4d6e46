"""Where a link is in what was typed. Only schemes that a page may offer are links; everything else stays text.

MeetBot makes the first word a link when there is none (`#link javascript:x` becomes a live one): here it does not.
"""

from __future__ import annotations

import re

_SCHEMED = re.compile(
    r"(?<![\w.+-])(?:https?|irc|ftp|ssh)://[^\s<>\"]+|(?<![\w.+-])mailto:(?://)?[^\s<>\"@]+@[^\s<>\"]+", re.IGNORECASE
)
_BARE = re.compile(r"(?<![\w@/.:-])(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24}/[^\s<>\"]*", re.IGNORECASE)
_END = ".,;:!?'*"
_PAIRS = {")": "(", "]": "[", "}": "{"}
_CLASSIC = re.compile(r"(.*?)((?:http:|https:|irc:|ftp:|mailto:|ssh:)//[^\s]+(?<!\.|\)))(.*)")


def target(text: str) -> str:
    """Return the first link of a text, without the punctuation that ends a sentence or closes a bracket; or nothing.

    `salsa.debian.org/cloud-team` without a scheme is one by https.
    """
    schemed = _SCHEMED.search(text)
    if schemed is not None:
        return _trimmed(schemed[0])
    bare = _BARE.search(text)
    return "" if bare is None else "https://" + _trimmed(bare[0])


def _trimmed(url: str) -> str:
    while url:
        last = url[-1]
        unpaired = last in _PAIRS and url.count(last) > url.count(_PAIRS[last])
        if last not in _END and not unpaired:
            return url
        url = url[:-1]
    return url


def classic_text(text: str) -> str:
    """Return a link as MeetBot 0.1.4 writes it in text: with a blank more where it found none."""
    return text if _CLASSIC.match(text) else f"{text} "
