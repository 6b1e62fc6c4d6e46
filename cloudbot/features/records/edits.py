"""What the changes of the registry have in common: a verb and its words, what a change expects, which record is meant.

What an operation expects is what the person saw: on a race it means the same or is refused.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from cloudbot.core.effects import Effect
from cloudbot.core.records.kinds.people import Org
from cloudbot.core.records.kinds.providers import Provider, ProviderAccount
from cloudbot.core.records.kinds.work import Area
from cloudbot.core.records.operations import Change, Operation, expect
from cloudbot.core.records.tree import Filed
from cloudbot.core.records.values import CannotSplice, look
from cloudbot.core.records.words import Part
from cloudbot.features.records.answering import meant, none_such
from cloudbot.features.records.orders import NotSo, Order
from cloudbot.features.records.sprints.edits import URL, Misread

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cloudbot.core.records.operations import Edit
    from cloudbot.core.records.places import Path

RecordT = TypeVar("RecordT", bound=Part)
LONGEST = 300
"""Characters of a reason or a note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb(Generic[RecordT]):
    """One thing that can be done to a record: how it is typed after its name, and what it makes of the order."""

    usage: str
    carry: Callable[[Order, Filed[RecordT], str], Effect]


def verb_on(order: Order, one: Filed[RecordT], text: str, verbs: Mapping[str, Verb[RecordT]]) -> Effect:
    """Carry out what is typed after the name of a record. Raises `NotSo` with the words that there are."""
    word, _, rest = text.strip().partition(" ")
    typed = f"{order.fact.command} {one.id}"
    verb = verbs.get(word.casefold())
    if verb is None:
        raise NotSo("irc/verb_no", word=word, typed=typed, usage="", verbs=tuple(verbs))
    try:
        return verb.carry(order, one, rest.strip())
    except Misread:
        usage = f"{word.casefold()} {verb.usage}"
        raise NotSo("irc/verb_no", word=word, typed=typed, usage=usage, verbs=()) from None


def usage(typed: str, how: str) -> NotSo:
    """Return how a command is typed."""
    return NotSo("irc/verb_no", word="", typed=typed, usage=how, verbs=())


def named(
    order: Order, kind: str, model: type[RecordT], text: str, names: Callable[[RecordT], Iterable[str]]
) -> Filed[RecordT]:
    """Return the record that words mean. Raises `NotSo` with what is near."""
    every = order.view.all(model)
    found = meant(text, every, names)
    if isinstance(found, tuple):
        raise NotSo.answered(none_such(kind, text, found, every))
    return found


def provider_of(order: Order, text: str) -> Filed[Provider]:
    """Return the provider of that name, however it is spelled: case, blanks and signs do not matter."""
    plain = squeezed(text)
    alike = [p for p in order.view.all(Provider) if plain in {squeezed(p.id), squeezed(p.record.name)}]
    if len(alike) == 1:
        return alike[0]
    return named(order, "provider", Provider, text, lambda one: (one.name,))


def org_of(order: Order, text: str) -> Filed[Org]:
    """Return the organisation of that name."""
    return named(order, "org", Org, text, lambda one: (one.name, *one.aka))


def area_of(order: Order, text: str) -> Filed[Area]:
    """Return the area of that name, of today or of earlier."""
    return named(order, "area", Area, text, lambda one: (one.title, *one.was))


def account_of(order: Order, text: str) -> tuple[Filed[Provider], ProviderAccount]:
    """Return the account of that name that exists on the day, and its provider."""
    every = {
        account.id: (one, account)
        for one in order.view.all(Provider)
        for account in one.record.accounts
        if account.holds(order.view.on)
    }
    plain = text.strip(" .,;").casefold()
    if plain not in every:
        near = difflib.get_close_matches(plain, every, n=3, cutoff=0.6)
        raise NotSo("irc/account_which", wanted=text, near=near, known=sorted(every))
    return every[plain]


def place_in(account: str, key: str) -> Path:
    """Return where a key of an account stands in the file of its provider."""
    return ("accounts", f"@id={account}", key)


def squeezed(name: str) -> str:
    """Return a name without case, blanks and signs: who writes it twice rarely spells it alike."""
    return "".join(one for one in name.casefold() if one.isalnum())


def changed(
    one: Filed[Part], verb: str, edits: Sequence[Edit], *known: str | Path, note: str = "", evidence: str = ""
) -> Operation:
    """Return the change of a record as it is `known`, by keys or paths."""
    file = tomllib.loads(one.text)
    otherwise = f"{one.id} changed meanwhile; look at it and say it again"
    paths = [(key,) if isinstance(key, str) else key for key in known]
    seen = tuple(expect(*path, value=_said(file, path), otherwise=otherwise) for path in paths)
    change = Change(kind=one.kind.name, id=one.id, edits=tuple(edits), expects=seen)
    return Operation(verb=verb, changes=(change,), note=note, evidence=evidence)


def _said(file: object, path: Path) -> object:
    try:
        return look(file, path)
    except CannotSplice:
        return None


def split_links(text: str) -> tuple[list[str], list[str]]:
    """Return the links among the words of a text, and the other words."""
    every = [word.strip("<>(),;") for word in text.split()]
    return [word for word in every if URL.fullmatch(word)], [word for word in every if word and not URL.fullmatch(word)]


def words(order: Order, text: str, *, most: int = LONGEST) -> str:
    """Return free words on one line, if they may be kept in public for ever."""
    return order.free(" ".join(text.split()).strip("\"'“”"), reason=True)[:most].strip()
