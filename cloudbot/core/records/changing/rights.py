"""Whose right a change is, by the permissions that held before it: what a request allows itself does not count yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.governance.recusals import bound_to
from cloudbot.core.records.changing.alteration import File
from cloudbot.core.records.changing.asked import asked, is_own_act
from cloudbot.core.records.changing.standing import winners
from cloudbot.core.records.kinds.governance import Declaration
from cloudbot.core.records.kinds.providers import Registration
from cloudbot.core.records.permissions import PERSONAL, RANKS, Who, granted, is_member, qualifies
from cloudbot.core.records.tree import Hit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cloudbot.core.records.changing.alteration import Alteration
    from cloudbot.core.records.findings import Severity
    from cloudbot.core.records.permissions import Words
    from cloudbot.core.records.tree import Placed

_WHO = {"anybody": "somebody of whom there is a record", "member": "a member of the team", "delegate": "a delegate"}
_SECOND = "a second person of the team, who gains nothing by it and approves it"


def permitted(change: Alteration) -> Iterator[Hit]:
    """Who changes a record may do so by the policy that held before, or somebody who may stands for it.

    Two people are an author of the team and another one of it, or two others; who gains by the change is not counted.
    """
    if change.by is None:
        yield from _nobody(change)
        return
    for one in change.differences:
        without = winners(change, one)
        lacking: dict[Who, list[str]] = {}
        for key, words in asked(one, change.by.person):
            who = _lacking(change, words, without)
            if who is not None:
                lacking.setdefault(who, []).append(key)
        place = one.filed if one.after is not None else File(one.path)
        for who, keys in lacking.items():
            yield _hit(change, (place, one.first_key, f"{one.kind} {one.id}"), who, [key for key in keys if key])
    for path in change.other_files:
        who = _lacking(change, _words_of(path), frozenset())
        if who is not None:
            yield _hit(change, (File(path), (), path), who, [])


def _nobody(change: Alteration) -> Iterator[Hit]:
    paths = [*(one.path for one in change.differences), *change.other_files]
    if paths:
        what, write = "is changed, and nobody is named who does it", "--login or --by, who changes it"
        yield Hit(File(min(paths)), (), "nobody", what, write, "D")


def _words_of(path: str) -> Words:
    """Return what a change of a file that is no record asks for."""
    if path.startswith("private/"):
        return ("private recipients",)
    if path.startswith(".") or "/." in path:
        return ("policy",)
    kind = {"sprints": "sprint", "minutes": "minutes"}.get(path.partition("/")[0])
    return (kind, "files") if kind is not None else ("files",)


def _lacking(change: Alteration, words: Words, without: frozenset[str]) -> Who | None:
    """Return who would have to stand for it at least; None if whoever stands for it is enough."""
    by, table = change.by, granted(change.before, words)
    if by is None:
        return None
    seconds = change.seconds(without)
    team = len(seconds) + is_member(change.before, by.person)
    for word, who in table.items():
        stand = {by.person} if word in PERSONAL else {by.person, *seconds}
        alone = any(qualifies(change.before, one, who) for one in stand)
        if alone or (who == "two people" and seconds and team > 1):
            return None
    return min(table.values(), key=RANKS.index)


def _hit(change: Alteration, where: tuple[Placed, tuple[str | int, ...], str], who: Who, keys: list[str]) -> Hit:
    place, at, subject = where
    by = change.by.person if change.by is not None and change.by.person is not None else "somebody unknown"
    what = f"is changed{' in ' + ', '.join(keys) if keys else ''} by {by}"
    if who == "two people":
        known = change.by is not None and is_member(change.before, change.by.person)
        return Hit(place, at, subject, f"{what} alone", _SECOND, _unless_unknown(change) if known else "E")
    return Hit(place, at, subject, f"{what}, who is not {_WHO[who]}", f"nothing there, or have {_WHO[who]} approve it")


def _unless_unknown(change: Alteration) -> Severity:
    """Where it cannot be known who approves, a second person is asked for and not missed."""
    return "W" if change.by is not None and change.by.approvers is None else "E"


def own_standing(change: Alteration) -> Iterator[Hit]:
    """Nobody alone makes a change by which they gain: an appointment, an account, custody, an end to their conflict."""
    by = change.by
    if by is None or by.person is None:
        return
    for one in change.differences:
        if by.person in winners(change, one) and not is_own_act(one, by.person) and not change.seconds([by.person]):
            what = f"is changed by {by.person}, who gains by it"
            yield Hit(one.filed, one.first_key, f"{one.id}/{by.person}", what, _SECOND, _unless_unknown(change))


def moderation(change: Alteration) -> Iterator[Hit]:
    """A moderator may moderate, speaks only for themself, and not about a provider in which they have an interest."""
    for one in change.differences:
        record = one.after.record if one.after is not None else None
        if not isinstance(record, Registration):
            continue
        before = one.before.record.moderators if one.before and isinstance(one.before.record, Registration) else ()
        for number, word in enumerate(record.moderators):
            if word in before:
                continue
            at = ("moderators", number)
            bound = bound_to(change.after, word.person, change.after.on, since=record.requested.at)
            if word.verdict == "approve" and record.provider in bound:
                what = f"is approved by {word.person}, who is bound to {record.provider}"
                yield Hit(one.filed, at, f"{one.id}/{word.person}", what, "a moderator without interest")
            elif not _may_moderate(change, word.person):
                what = f"is moderated by {word.person}, who may not by policy/permissions.toml"
                yield Hit(one.filed, at, f"{one.id}/{word.person}", what, "somebody who may change registrations")
            elif change.by is not None and word.person not in _standing_for(change):
                what = f"has a word of {word.person}, who does not make or approve this change"
                yield Hit(one.filed, at, f"{one.id}/{word.person}", what, "nothing: everybody says it themself")


def _may_moderate(change: Alteration, person: str) -> bool:
    who = granted(change.before, ("registration",))["registration"]
    return is_member(change.before, person) if who == "two people" else qualifies(change.before, person, who)


def _standing_for(change: Alteration) -> Iterable[str | None]:
    return () if change.by is None else (change.by.person, *(change.by.approvers or ()))


def declaring(change: Alteration) -> Iterator[Hit]:
    """A declaration is made and changed by the person it is about, and by nobody for them."""
    for one in change.differences:
        persons = {f.record.person for f in (one.before, one.after) if f and isinstance(f.record, Declaration)}
        if change.by is not None and persons - {change.by.person}:
            what = f"is changed by {change.by.person or 'somebody unknown'}, and is of {', '.join(sorted(persons))}"
            yield Hit(one.filed, ("person",) if one.after else (), one.id, what, "nothing for another person")
