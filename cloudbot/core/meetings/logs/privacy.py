"""What of a text may be published: addresses of machines and telephone numbers are masked, all else stays.

Mail addresses stay: in this field they are how people wish to be reached. Links stay but for a bare address as their
host, and so do versions, dates, bug numbers and the addresses that are everybody's: 127.0.0.1, 169.254.169.254.
"""

from __future__ import annotations

import ipaddress
import re

ADDRESS = "[address]"
NUMBER = "[number]"

_LINK = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,20}://[^\s<>\"]+")
_LINK_HOST = re.compile(
    r"(?<=://)(?P<user>[^/@\s?#]{0,128}@)?(?P<host>\d{1,3}(?:\.\d{1,3}){3}|\[[0-9A-Fa-f:.]{2,45}\])(?=[:/?#]|$)"
)
_EVERYBODYS = tuple(
    map(
        ipaddress.ip_network,
        ("0.0.0.0/32", "127.0.0.0/8", "169.254.169.0/24", "255.0.0.0/8", "::/127", "fd00:ec2::/32"),
    )
)

# nick!user@host; user@cloak/with/slashes; ~user@host; n=user@host: the idents of clients, which no mail address has.
_HOSTMASK = re.compile(
    r"(?<![\w!])[^\s!@<>()\[\],;:]{1,64}![^\s!@]{1,64}@[^\s!@<>()\[\],;]{1,255}"
    r"|(?<!\S)[(\[<]?(?:[~^+=-]|[ni]=)[\w.-]{1,32}@[\w.:/-]{1,255}"
    r"|(?<![\w@/.])[\w.~+-]{1,32}@[\w.-]{1,64}/[\w./:-]{1,255}"
)
# c-203-0-113-7.hsd1.example.net; labels are parted by dots alone, so that no text takes long.
_REVERSE_NAME = re.compile(
    r"(?<![\w.-])(?:[A-Za-z][\w-]{0,24}?[-.])?(?:\d{1,3}[-.]){3}\d{1,3}(?!\d)(?![.-](?:orig|tar|deb|zip|iso|img|dev|post|rc)\b)"
    r"(?:-[A-Za-z0-9_-]{1,48})?(?:\.[A-Za-z0-9_-]{1,63}){0,7}\.[A-Za-z]{2,24}(?![\w-])"
)
_VERSION_BEFORE = re.compile(
    r"(?:\b(?:version|release|update to|upgrade to|tag|kernel|linux|firmware)\s|[A-Za-z]-?\d{0,9}[_=]|\bv|\d:|\w-)\s?$",
    re.IGNORECASE,
)
_FOUR = re.compile(r"(?<![\w.])(?<!\d-)\d{1,3}(?:\.\d{1,3}){3}(?P<net>/\d{1,2})?(?![\w~+]|\.\d|-\d)")
_SIX = re.compile(r"(?<![\w:.])(?=[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:)[0-9A-Fa-f:]{2,39}(?P<net>/\d{1,3})?(?![\w:])")

_PHONES = (
    # +49 30 1234567, +1 (617) 761-6200, 0049 30 1234567; Zakim hides the last group itself: +1.617.555.aabb
    re.compile(
        r"(?<![\w+.])(?:\+|00)[1-9](?:[ .()/\u00a0\u2011-]{0,3}\d){6,20}(?:[.-][a-z]{4})?(?!\w)",
    ),
    # 1-888-227-9220, (617) 761-6200, 212 555 5309
    re.compile(r"(?<![\w.+/-])(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w/]|[.-]\d)"),
    # 030 1234567, 0171/1234567, 020 7946 0123, 01 23 45 67 89
    re.compile(r"(?<![\w.+:/-])\(?0[1-9]\d{0,4}\)?[ /-]\d{2,8}(?:[ -]\d{2,5}){0,4}(?![\w/:]|[.-]\d)"),
)
_CODE = re.compile(
    r"\b(?P<word>(?:pass ?code|access code|participant code|conference (?:code|id|number)|meeting id|pin(?: code)?)"
    r"(?: is|:|=| #)?\s{1,2}#?)(?P<number>\d[\d -]{2,16}\d)(?=#|\b)",
    re.IGNORECASE,
)
_FEWEST, _FEWEST_AT_HOME = 8, 9
"""Digits of a number with its country's code, and of one without: `08/2026 10` is none."""
# A vote and a date, `+1 2026-03-04`, and a date alone, `04-03-2026`.
_DATED = re.compile(
    r"\+\d{1,3} (?:(?:19|20)\d\d[-/.]\d\d[-/.]\d\d|\d\d[-/.]\d\d[-/.](?:19|20)\d\d)(?!\d)"
    r"|\d\d[ -]\d\d[ -](?:19|20)\d\d$"
)


# What stands before the expressions is quick, and most texts have nothing of it.
_FOUR_DIGITS = re.compile(r"(?:\d\D{0,4}){3}\d|:[0-9A-Fa-f]{0,4}:")
_WORDS_OF_CODES = re.compile(r"code|pin|meeting id|conference", re.IGNORECASE)
_PARTED = 3
_SEVEN_DIGITS = re.compile(r"(?:\d\D{0,3}){6}\d")


def published(text: str) -> str:
    """Return `text` as it may stand in a published file. What is masked already stays as it is."""
    parts, start = [], 0
    for link in _LINK.finditer(text):
        parts += [_masked(text[start : link.start()]), _LINK_HOST.sub(_masked_host, link[0])]
        start = link.end()
    return "".join((*parts, _masked(text[start:])))


def _masked_host(match: re.Match[str]) -> str:
    return (match["user"] or "") + match["host"] if _is_everybodys(match["host"].strip("[]")) else ADDRESS


def _masked(text: str) -> str:
    if "@" in text:
        text = _HOSTMASK.sub(ADDRESS, text)
    return _without_numbers(text) if _FOUR_DIGITS.search(text) else text


def _without_numbers(text: str) -> str:
    if text.count("-") + text.count(".") >= _PARTED:
        text = _REVERSE_NAME.sub(ADDRESS, text)
    if _WORDS_OF_CODES.search(text):
        text = _CODE.sub(lambda match: match["word"] + NUMBER, text)
    if _SEVEN_DIGITS.search(text):
        for phone in _PHONES:  # before addresses: +1.10.10.100 is no address
            text = phone.sub(_masked_number, text)
    if text.count(".") >= _PARTED:
        text = _FOUR.sub(_masked_address, text)
    return _SIX.sub(_masked_address, text) if ":" in text else text


def _masked_address(match: re.Match[str]) -> str:
    written, net = match[0], match["net"] or ""
    address = written.removesuffix(net) if net else written
    if _VERSION_BEFORE.search(match.string, 0, match.start()) or _is_everybodys(address) or _is_network(written, net):
        return written
    return ADDRESS


def _is_everybodys(written: str) -> bool:
    """Whether it is no address at all, or one that tells nothing of anybody."""
    try:
        address = ipaddress.ip_address(written)
    except ValueError:
        return True
    return any(address.version == net.version and address in net for net in _EVERYBODYS)


def _is_network(written: str, net: str) -> bool:
    """Whether it is a network and not a machine in it: `10.0.0.0/8`."""
    try:
        return bool(net) and ipaddress.ip_network(written).num_addresses > 1
    except ValueError:
        return False


def _masked_number(match: re.Match[str]) -> str:
    written = match[0]
    digits = sum(character.isdigit() for character in written)
    is_number = digits >= (_FEWEST if written.startswith(("+", "00")) else _FEWEST_AT_HOME) and not _DATED.match(
        written
    )
    return NUMBER if is_number or written[-4:].isalpha() else written
