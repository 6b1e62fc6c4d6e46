"""What can be done to the records, as data: an operation names records and the keys to change in them.

An operation says nothing of bytes, so that it can be applied again to a newer state of the repository, where it may
turn out to be no longer possible. Values are TOML text (`"text"`, `2019-07-22`, `{ by = "bob" }`): they are what the
file will say, and need no second notation for a day.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Path = tuple[str | int, ...]
NEW_ID = "$id"
"""As a value: the number that the record made by the same operation is given; of several, `$id2` is the second's."""
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml(value: object) -> str:
    """Write a value as TOML 1.0, on one line: text, numbers, truth, days, instants, lists and tables.

    Raises `TypeError` for what TOML cannot say.
    """
    match value:
        case bool() | int():
            return str(value).lower()
        case datetime() | date():
            return value.isoformat().replace("+00:00", "Z")
        case str():
            return _quoted(value)
        case list() | tuple():
            return "[" + ", ".join(toml(one) for one in value) + "]"
        case dict():
            return "{ " + ", ".join(f"{toml_key(key)} = {toml(one)}" for key, one in value.items()) + " }"
        case _:
            raise TypeError(f"TOML has no way to write a {type(value).__name__}")


def toml_key(key: str) -> str:
    """Write a key, in quotes where it must be (TOML 1.0, Keys)."""
    return key if _BARE.fullmatch(key) else _quoted(key)


def _quoted(text: str) -> str:
    """Write a basic string (TOML 1.0, String): only what must be is escaped."""
    escapes = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
    return '"' + "".join(escapes.get(one) or (one if one.isprintable() else _escaped(one)) for one in text) + '"'


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"  # noqa: PLR2004 - the two forms TOML has


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One key of a record: `set` it, `add` to the list there, `remove` from the list there, or `unset` the key.

    `value` is TOML. To remove from a list is to take away the items equal to the value or, for tables, those that have
    all its keys with its values.
    """

    how: Literal["set", "add", "remove", "unset"]
    at: Path
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """What a key must say for a change to mean what was meant: TOML, or nothing where the key must not be there."""

    at: Path
    value: str = ""
    otherwise: str = ""
    "what to tell the person if it says something else; without it, what it says"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One record of one kind.

    `make` records must not be there yet, others must be. An `id` that ends with `*` is to be numbered: `A-2026-*` is
    the first number of that year that is free. `whole` replaces the file by this text, or takes it away if it is empty:
    only for taking back, and only while the file says what `was`.
    """

    kind: str
    id: str
    edits: tuple[Edit, ...] = ()
    make: bool = False
    expects: tuple[Expect, ...] = ()
    whole: str | None = None
    was: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """A text beside minutes, written or written again.

    What a person has made of it since stands: their lines and ours are merged, and of both theirs are taken.
    """

    path: str
    "below `minutes/`: `minutes/debian-cloud.2019-08-14-19.00.txt`"
    text: str
    was: str = ""
    "what we wrote before; empty for a new one"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """All changes of one commit, or none of them. `verb` says in a word or two what is done: `accept`, `close`."""

    verb: str
    changes: tuple[Change, ...]
    files: tuple[FileChange, ...] = ()
    "texts beside the records"
    note: str = ""
    "free words of the person, for the body of the commit"
    evidence: str = ""
    "a Message-ID or a URL"
    decision: str = ""
    "the decision that it carries out"
    sign_off: bool = False
    "whether the person said that it is signed off (Developer Certificate of Origin)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Whose change it is, and by which way it came."""

    person: str
    "the identity of the record"
    account: str
    "`oftc/alice`: the services account that was vouched for"
    via: str
    "`irc #debian-cloud`, `irc query`, `mail`, `mr`, `command line`"


def make(kind: str, identity: str, values: Mapping[str, object]) -> Change:
    """Return the change that makes a new record. Values are Python's; those that are None are left out."""
    edits = tuple(Edit(how="set", at=(key,), value=toml(value)) for key, value in values.items() if value is not None)
    return Change(kind=kind, id=identity, edits=edits, make=True)


def put(*at: str | int, value: object) -> Edit:
    """Return the edit that sets a key."""
    return Edit(how="set", at=at, value=toml(value))


def add(*at: str | int, value: object) -> Edit:
    """Return the edit that adds an item to a list."""
    return Edit(how="add", at=at, value=toml(value))


def drop(*at: str | int, value: object = None) -> Edit:
    """Return the edit that takes a key away or, with a value, items from a list."""
    return Edit(how="unset", at=at) if value is None else Edit(how="remove", at=at, value=toml(value))


def expect(*at: str | int, value: object = None, otherwise: str = "") -> Expect:
    """Return what a key must say; None: the key must not be there."""
    return Expect(at=at, value="" if value is None else toml(value), otherwise=otherwise)


def request_id(key: str, at: datetime) -> str:
    """Return the Request-Id of an operation, always the same for one key: a ULID (github.com/ulid/spec).

    Its 48 bits of time are the instant's milliseconds, its 80 bits of chance a digest of the key.
    """
    number = int(at.timestamp() * 1000) << 80
    number |= int.from_bytes(hashlib.sha256(key.encode(errors="surrogatepass")).digest()[:10])
    return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def names(changes: Sequence[Change]) -> str:
    """Say which records are changed: `action A-2019-001, sprint s2019`."""
    return ", ".join(f"{change.kind} {change.id}".strip() for change in changes)
