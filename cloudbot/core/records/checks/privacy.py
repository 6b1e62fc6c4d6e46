"""Nothing personal and no secret stands in a public file. What is found is never repeated.

Whole texts are searched, comments and files that are no records too. Words are looked for first, in one string of all
files, so that the patterns run only on lines that may matter.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudbot.core.records.kinds.governance import DelegationAct
from cloudbot.core.records.kinds.people import Person
from cloudbot.core.records.kinds.policies import PolicyRetention
from cloudbot.core.records.kinds.sprints import SprintAttendees
from cloudbot.core.records.tree import Hit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cloudbot.core.records.places import Path
    from cloudbot.core.records.tree import View
    from cloudbot.core.records.words import Part


@dataclass(frozen=True, slots=True)
class Private:
    """One form of private data: words of which any line of it has one, and the patterns that it has all of.

    Every repetition has a bound, so that a line made to be slow is not.
    """

    what: str
    words: tuple[str, ...]
    pattern: re.Pattern[str]
    beside: re.Pattern[str] | None = None

    def is_in(self, line: str) -> bool:
        """Whether a line has it."""
        return bool(self.pattern.search(line)) and (self.beside is None or bool(self.beside.search(line)))


_PRIVATE = (
    Private(
        "a telephone number",
        ("+", "phone", "tel", "mobile"),
        re.compile(
            r"(?<![\w:.+])\+[1-9](?:[ ()./-]{0,2}\d){7,14}(?!\w)"
            r"|(?i:\b(?:tele)?phone|\btel|\bmobile)\b[^\d\n]{0,12}\d(?:[ ()./-]{0,2}\d){5,14}"
        ),
    ),
    Private("a bank account", ("iban", "bank account"), re.compile(r"(?i)\biban\b|\bbank account\b[^\n]{0,12}\d")),
    Private(
        "a passport or identity number",
        ("passport", "identity card", "visa number"),
        re.compile(r"(?i)(?:passport|identity card|visa number)[^\n]{0,20}?[A-Z0-9]{0,8}\d[A-Z0-9]{4}"),
    ),
    Private(
        "a flight",
        ("flight", "flies", "flying", "arriv", "depart", "landing", "lands"),
        re.compile(r"(?i)\b(?:flights?|flies|flying|arriv|depart|landing|lands)"),
        beside=re.compile(r"\b(?:[A-Z]{2}|[A-Z]\d|\d[A-Z]) ?\d{2,4}\b"),
    ),
    Private(
        "who shares a room",
        ("room mate", "roommate", "room-mate", "room with"),
        re.compile(r"(?i)\broom[ -]?mates?\b|\bshar\w+ (?:\w+ )?room with\b"),
    ),
    Private(
        "a day of birth",
        ("birth", "born on"),
        re.compile(
            r"(?i)\bbirth ?date\b|\bdate of birth\b|\bborn on\b"
            r"|\b(?:my|his|her|their) birthday\b|\bbirthday (?:is|on)\b"
        ),
    ),
    Private(
        "an access code",
        ("code", "wifi", "wi-fi", "wlan", "pin"),
        re.compile(
            r"(?i)\b(?:door|entry|gate|alarm|key ?pad|wifi|wi-fi|wlan)[ -]*(?:code|key|password|pin)\b"
            r"[^\n]{0,6}?[\w#*]{0,8}\d"
        ),
    ),
)
_SECRETS = (
    "-----begin",
    "glpat-",
    "gldt-",
    "glrt-",
    "akia",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "age-secret-key-",
    "whsec_",
    "xoxb-",
)
_SECRET = re.compile(
    r"-----BEGIN (?:[A-Z ]*PRIVATE KEY|PGP PRIVATE KEY)|\bgl(?:pat|dt|rt)-[\w-]{8,}|\bAKIA[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}|AGE-SECRET-KEY-1\w+|\bwhsec_\S{8,}|\bxoxb-\S{8,}"
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[0-9A-Z]{4}){3,7}(?: ?[0-9A-Z]{1,3})?\b")
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,9}")
_HEALTH = re.compile(
    r"(?i)\b(?:ill|illness|sick|sickness|health|burn-?out|depress\w*|pregnan\w*|parental|divorce\w*|diagnos\w*|surgery"
    r"|hospital|funeral|bereave\w*|family|child|baby|therapy)\b"
)
_MSGID = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>")
_PUBLIC_HOST = re.compile(r"^git@|@(?:lists?\.|[\w.-]*\.lists\.|bugs\.|packages\.|users\.noreply\.)")


class _Lines:
    """All texts as one, to find the lines in which a word stands."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.paths = list(texts)
        self.whole = "\n".join(texts.values())
        self.folded = self.whole.lower() if self.whole.isascii() else "".join(map(_low, self.whole))
        self.starts = [0]
        for text in texts.values():
            self.starts.append(self.starts[-1] + len(text) + 1)

    def with_word(self, word: str) -> Iterator[tuple[str, int, str]]:
        """Yield path, number and text of each line that has the word, in any case."""
        at = self.folded.find(word)
        while at >= 0:
            start = self.whole.rfind("\n", 0, at) + 1
            end = self.whole.find("\n", at)
            end = len(self.whole) if end < 0 else end
            number = bisect_right(self.starts, start) - 1
            line = self.whole.count("\n", self.starts[number], start) + 1
            yield self.paths[number], line, self.whole[start:end]
            at = self.folded.find(word, end)

    def at(self, offsets: Iterable[int]) -> Iterator[tuple[str, int]]:
        """Yield the path and the number of the line at each offset."""
        for offset in offsets:
            number = bisect_right(self.starts, offset) - 1
            yield self.paths[number], self.whole.count("\n", self.starts[number], offset) + 1


def _is_iban(text: str) -> bool:
    """Whether the check digits are right (ISO 13616)."""
    plain = text.replace(" ", "")
    return int("".join(str(int(one, 36)) for one in plain[4:] + plain[:4])) % 97 == 1


def _low(character: str) -> str:
    low = character.lower()
    return low if len(low) == 1 else character


def private_in(text: str, *, proof: bool = False) -> str | None:
    """Say what private thing a person's words hold, before they are kept anywhere; None if nothing is seen.

    Where a `proof` is asked for, `<something@host>` is a Message-ID; elsewhere it is somebody's address.
    """
    if holds_secret(text):
        return "a secret"
    low = text.lower()
    for one in _PRIVATE:
        if any(word in low for word in one.words) and one.is_in(text):
            return one.what
    if any(_is_iban(found[0]) for found in _IBAN.finditer(text)):
        return "a bank account"
    if any(not _PUBLIC_HOST.search(address) for address in _ADDRESS.findall(_MSGID.sub("", text) if proof else text)):
        return "somebody's address"
    return None


def is_public_address(address: str) -> bool:
    """Whether an address is nobody's alone: a list's, a bug's, a package's."""
    return _PUBLIC_HOST.search(address) is not None


def holds_secret(text: str) -> bool:
    """Whether a person's words hold what looks like a private key, a token or a secret: it is leaked by being said."""
    low = text.lower()
    return any(word in low for word in _SECRETS) and _SECRET.search(text) is not None


def is_private_reason(text: str) -> bool:
    """Whether a reason is about somebody's health or family."""
    return _HEALTH.search(text) is not None


def personal(view: View) -> Iterator[Hit]:
    """No person's address, telephone, bank account, passport, flight, birth date, room or access code is here."""
    lines = _Lines(view.tree.texts)
    found = {
        (path, number): one.what
        for one in _PRIVATE
        for word in one.words
        for path, number, line in lines.with_word(word)
        if one.is_in(line)
    }
    allowed = _public_addresses(view)
    for path, number, line in lines.with_word("@"):
        if any(not _PUBLIC_HOST.search(a) and a not in allowed for a in _ADDRESS.findall(line)):
            found[path, number] = "somebody's address"
    found |= dict.fromkeys(lines.at(m.start() for m in _IBAN.finditer(lines.whole) if _is_iban(m[0])), "a bank account")
    for (path, number), what in sorted(found.items()):
        yield _at(path, number, f"holds {what}", "nothing of it; private data goes into the private store, encrypted")


def _public_addresses(view: View) -> frozenset[str]:
    """Return what may look like an address: those of roles, and Message-IDs."""
    addresses = set(view.policy(PolicyRetention).public_addresses)
    for one in view.tree.filed:
        if "@" in one.text:
            addresses.update(a for text in _declared(one.record) for a in _ADDRESS.findall(text))
    return frozenset(addresses)


def _declared(record: Part) -> Iterator[str]:
    """Yield the values of fields that hold a role's address or a Message-ID, wherever they are in a record."""
    for name, value in record:
        for one in value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else (value,):
            if hasattr(one, "model_fields_set"):
                yield from _declared(one)
        if isinstance(value, str) and (name == "msgid" or (name == "role" and " " not in value)):
            yield value


def secrets(view: View) -> Iterator[Hit]:
    """No key, token or password stands in a file; one that did is leaked and must be replaced."""
    lines = _Lines(view.tree.texts)
    found = {(p, n) for word in _SECRETS for p, n, line in lines.with_word(word) if _SECRET.search(line)}
    for path, number in sorted(found):
        yield _at(path, number, "holds a secret, which is leaked now", "its fingerprint only, and replace the secret")


def reasons(view: View) -> Iterator[Hit]:
    """Why somebody leaves is at most a code that the person chose; health and family are nobody's business."""
    for one in view.all(DelegationAct):
        for at, text in ((("note",), one.record.note), (("evidence", "note"), one.record.evidence.note)):
            if text is not None and _HEALTH.search(text):
                yield Hit(one, at, one.id, "gives a private reason", "reason_code alone, if the person wants")


def consent(view: View) -> Iterator[Hit]:
    """Attendance, employer and time zone stand here only with the person's consent."""
    for one in view.all(SprintAttendees):
        for number, attendee in enumerate(one.record.people):
            if not attendee.consent_public:
                yield Hit(
                    one, ("people", number), one.id, "names somebody who did not agree", "nothing: take the line out"
                )
    for person in view.all(Person):
        for number, affiliation in enumerate(person.record.affiliations):
            if affiliation.consent_public is False:
                yield Hit(
                    person,
                    ("affiliations", number),
                    person.id,
                    "names an employer without consent",
                    "nothing: take it out",
                )
        if person.record.zone is not None and person.record.zone_consent is not True:
            yield Hit(
                person,
                ("zone",),
                person.id,
                "has a time zone without consent",
                "zone_consent = true by the person, or none",
            )


def _at(path: str, line: int, what: str, write: str) -> Hit:
    return Hit(_Text(path), (line,), path, what, write)


@dataclass(frozen=True, slots=True)
class _Text:
    """A text that may be no record: its place is a line."""

    path: str

    def line(self, at: Path) -> int:
        """Return the line, which is the place."""
        return int(at[0])
