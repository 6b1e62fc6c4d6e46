"""The words that records are written in: identifiers, days, references, and what a value means beyond its type.

A marker in an annotation (`To`, `Happened`, `Sorted`) says once what several checks and the schema page need to know.
Patterns are explicit ASCII where a program compares; `FORMS` says each of them in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, StringConstraints

from cloudbot.core.settings import Table
from cloudbot.core.text import clean


class Part(Table):
    """A table of a record. Values are not converted: a date in quotes is no date."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Interval(Part):
    """A table that holds from a day up to, and without, another day. An absent key is an open end."""

    from_: date | None = Field(default=None, alias="from", description="First day.")
    to: date | None = Field(default=None, description="First day after.")

    def holds(self, on: date) -> bool:
        """Whether a day lies in `[from, to)`."""
        return (self.from_ is None or self.from_ <= on) and (self.to is None or on < self.to)


@dataclass(frozen=True, slots=True)
class To:
    """Marks a text that names a record of one of these kinds, or an `account` inside a provider."""

    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Happened:
    """Marks a day or an instant at which something was seen or done, so that it cannot be in the future."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """Marks a list whose order means nothing, and the keys by which the canonical form sorts its tables."""

    by: tuple[str, ...] = ()

    def key(self, item: object) -> tuple[str, ...]:
        """Return what an item of the list is sorted by."""
        return tuple(str(getattr(item, name)) for name in self.by) if self.by else (str(item),)


_SLUG: Final = r"^[a-z0-9][a-z0-9-]{0,59}$"
_ACCOUNT: Final = r"^[!-~]{1,80}$"
_MSGID: Final = r"^<[!-;=?-~]+@[!-;=?-~]+>$"
_URL: Final = r"^https?://[!-~]+$"
_ADDRESS: Final = r"^[A-Za-z0-9][\w.+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$"
_COUNTRY: Final = r"^[A-Z]{2}$"
_MONTH: Final = r"^[0-9]{4}-(?:0[1-9]|1[0-2])$"
_SPAN: Final = r"^[1-9][0-9]{0,3}[hd]$"
_FINGERPRINT: Final = r"^[0-9A-F]{40}(?:[0-9A-F]{24})?$"
_PRIVATE: Final = r"^private/[a-z0-9][a-z0-9/-]*\.age$"
_ACTION: Final = r"^A-[0-9]{4}-[0-9]{3,5}$"
_DECISION: Final = r"^D-[0-9]{4}-[0-9]{3,5}$"
_OFFER: Final = r"^O-[0-9]{4}-[0-9]{3,5}$"
_REGISTRATION: Final = r"^R-[0-9]{4}-[0-9]{3,5}$"
_HOST: Final = r"^[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}$"
_MEETING: Final = r"^[a-z0-9][a-z0-9_-]{0,79}\.[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{2}\.[0-9]{2}(?:-[0-9]{1,3})?$"
_ZONE: Final = r"^[A-Za-z]+(?:/[A-Za-z0-9_+-]+){0,2}$"

FORMS: Final = {
    _SLUG: "lower-case ASCII letters, digits and hyphens, at most 60",
    _ACCOUNT: "visible ASCII without blanks",
    _MSGID: 'a Message-ID: "<something@host>"',
    _URL: "a link that begins with https://",
    _ADDRESS: 'a role address: "cloud@provider.example"',
    _COUNTRY: 'an ISO 3166 country code in capitals: "NO"',
    _MONTH: 'a month: "2018-10"',
    _SPAN: 'hours or days: "72h", "7d"',
    _FINGERPRINT: "the 40 or 64 hexadecimal digits of an OpenPGP fingerprint, in capitals",
    _PRIVATE: 'a file of the private store: "private/s2019.age"',
    _ACTION: "A-YEAR-NUMBER, as A-2019-001",
    _DECISION: "D-YEAR-NUMBER, as D-2019-001",
    _OFFER: "O-YEAR-NUMBER, as O-2019-001",
    _REGISTRATION: "R-YEAR-NUMBER, as R-2019-001",
    _HOST: 'the name of a host: "finder.example.org"',
    _MEETING: "the name of a meeting's files: debian-cloud.2019-08-14-19.00, its start in UTC",
    _ZONE: 'a zone of the IANA database: "Europe/Berlin"',
}
"""Each pattern in words, for the line that says what to write."""


def _line(value: str) -> str:
    if not value.isprintable() or value != value.strip():
        raise ValueError("must be one line of visible characters without blanks at its ends")
    return value


def _text(value: str) -> str:
    if not value.replace("\n", " ").isprintable() or not value.strip():
        raise ValueError("must be visible text; control and bidirectional characters are refused")
    return value


def _words(value: str) -> str:
    if clean(value) != value:
        raise ValueError("must be one line of visible characters without blanks at its ends")
    return value


def _once(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if values.count(value) > 1:
            raise ValueError(f"names {value} twice")
    return values


def once_each(tables: tuple[Any, ...]) -> tuple[Any, ...]:
    """Let a list of tables through if none is about a person that another is about."""
    _once(tuple(table.person for table in tables))
    return tables


Slug = Annotated[str, StringConstraints(pattern=_SLUG)]
Account = Annotated[str, StringConstraints(pattern=_ACCOUNT)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=400), AfterValidator(_line)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000), AfterValidator(_text)]
Words = Annotated[str, StringConstraints(max_length=4000), AfterValidator(_words)]
"""What somebody said: one line, perhaps none, with the joiners that scripts and emoji need."""
Msgid = Annotated[str, StringConstraints(pattern=_MSGID)]
Url = Annotated[str, StringConstraints(pattern=_URL)]
RoleAddress = Annotated[str, StringConstraints(pattern=_ADDRESS)]
Country = Annotated[str, StringConstraints(pattern=_COUNTRY)]
Span = Annotated[str, StringConstraints(pattern=_SPAN)]
Fingerprint = Annotated[str, StringConstraints(pattern=_FINGERPRINT)]
PrivateFile = Annotated[str, StringConstraints(pattern=_PRIVATE)]
HostName = Annotated[str, StringConstraints(pattern=_HOST)]
Zone = Annotated[str, StringConstraints(pattern=_ZONE)]
Month = Annotated[str, StringConstraints(pattern=_MONTH)]
ActionId = Annotated[str, StringConstraints(pattern=_ACTION)]
DecisionId = Annotated[str, StringConstraints(pattern=_DECISION)]
OfferId = Annotated[str, StringConstraints(pattern=_OFFER)]
MeetingId = Annotated[str, StringConstraints(pattern=_MEETING)]
RegistrationId = Annotated[str, StringConstraints(pattern=_REGISTRATION)]

PersonRef = Annotated[str, StringConstraints(pattern=_SLUG), To(("person",))]
OrgRef = Annotated[str, StringConstraints(pattern=_SLUG), To(("org",))]
ProviderRef = Annotated[str, StringConstraints(pattern=_SLUG), To(("provider",))]
AreaRef = Annotated[str, StringConstraints(pattern=_SLUG), To(("area",))]
ImageRef = Annotated[str, StringConstraints(pattern=_SLUG), To(("image",))]
SprintRef = Annotated[str, StringConstraints(pattern=_SLUG), To(("sprint",))]
ActRef = Annotated[str, StringConstraints(pattern=_SLUG), To(("delegation-act",))]
AccountRef = Annotated[str, StringConstraints(pattern=_SLUG), To(("account",))]
SeriesRef = Annotated[str, StringConstraints(pattern=_SLUG), To(("series",))]
PartyRef = Annotated[str, StringConstraints(pattern=_SLUG), To(("org", "person", "provider"))]
DecisionRef = Annotated[str, StringConstraints(pattern=_DECISION), To(("decision",))]
ActionRef = Annotated[str, StringConstraints(pattern=_ACTION), To(("action",))]

PastDay = Annotated[date, Happened()]
PastInstant = Annotated[AwareDatetime, Happened()]
People = Annotated[tuple[PersonRef, ...], AfterValidator(_once)]
SortedPeople = Annotated[tuple[PersonRef, ...], AfterValidator(_once), Sorted()]
