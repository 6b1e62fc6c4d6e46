"""The words of `!propose` and `!lazy`: what is to be decided, class, deadline, topics, what it replaces."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cloudbot.core.consensus.clock import length
from cloudbot.core.consensus.deadlines import HOW, instant_of
from cloudbot.core.governance.topics import named_in
from cloudbot.core.records.kinds.governance import Decision, Topics
from cloudbot.core.records.kinds.policies import PolicyConsensus
from cloudbot.core.records.kinds.providers import Provider
from cloudbot.features.records.decisions.changing import NO, zone_of
from cloudbot.features.records.edits import squeezed
from cloudbot.features.records.numbers import identity_of, pattern_of
from cloudbot.features.records.orders import NotSo

if TYPE_CHECKING:
    from cloudbot.core.records.tree import View
    from cloudbot.features.records.orders import Order

LONGEST_TITLE, LONGEST = 160, 1500
FARTHEST = timedelta(days=366)
_CLASS = re.compile(r"(?P<rest>.*?)[\s,;(]+class[\s:]+(?P<word>[\w-]+)[\s).,;]*", re.IGNORECASE)
_ABOUT = re.compile(
    r"(?P<rest>.*?)[\s,;(]+about[\s:]+(?P<word>[\w-]+(?:[\s,]+(?:and\s+)?[\w-]+){0,5})[\s).,;]*", re.IGNORECASE
)
_REPLACES = re.compile(r"(?P<rest>.*?)[\s,;(]+(?:replaces|supersedes)[\s:]+(?P<word>[\w-]+)[\s).,;]*", re.IGNORECASE)
_UNTIL = re.compile(r"(?P<rest>.*)[\s,;(]+(?P<how>until|till|til|by)[\s:]+(?P<word>\S.*?)[\s).,;]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """What somebody proposes."""

    text: str
    class_: str | None = None
    until: datetime | None = None
    topics: Topics = field(default_factory=Topics)
    replaces: str | None = None

    @property
    def title(self) -> str:
        """The text as a line, shortened where it is longer than a title may be."""
        return self.text if len(self.text) <= LONGEST_TITLE else f"{self.text[: LONGEST_TITLE - 1].rstrip()}…"


def proposed(order: Order, text: str) -> Proposed:
    """Read what is proposed, the clauses at its end in any order. Raises `NotSo`."""
    found = Proposed(text=" ".join(order.free(text).split()))
    while (shorter := _without_clause(order, found)) is not None:
        found = shorter
    words = found.text.strip(" ,;").strip("\"'“”").strip()
    if not words:
        raise NotSo(NO, why="no text", id="")
    if len(words) > LONGEST:
        raise NotSo(NO, why="long", id="", most=LONGEST)
    return replace(found, text=words, topics=_topics(order.view, found, words))


def _without_clause(order: Order, found: Proposed) -> Proposed | None:
    """Take the last clause off, or return None where there is none."""
    text = found.text
    if found.class_ is None and (one := _CLASS.fullmatch(text)) is not None:
        return replace(found, text=one["rest"], class_=_class_of(order, one["word"]))
    if found.replaces is None and (one := _REPLACES.fullmatch(text)) and pattern_of("D").fullmatch(one["word"]):
        return replace(found, text=one["rest"], replaces=_decision(order, one["word"]))
    if not found.topics.providers and (one := _ABOUT.fullmatch(text)) is not None:
        named = _providers(order.view, one["word"])
        if named is not None:
            return replace(found, text=one["rest"], topics=Topics(providers=named))
    if found.until is None and (one := _UNTIL.fullmatch(text)) is not None:
        until = _until(order, one["word"], must=one["how"].casefold() != "by")
        return replace(found, text=one["rest"], until=until) if until is not None else None
    return None


def _until(order: Order, words: str, *, must: bool) -> datetime | None:
    """Return a deadline; what is none may be meant otherwise ("by train") where it need not be one."""
    at = order.fact.at
    found = instant_of(words, at, zone_of(order.view, order.person))
    if found is None and not must:
        return None
    if found is None:
        raise NotSo(NO, why="no day", id="", day=words, how=HOW)
    if not at < found <= at + FARTHEST:
        raise NotSo(NO, why="over" if found <= at else "far", id="", day=words)
    return found


def _class_of(order: Order, word: str) -> str:
    classes = order.view.policy(PolicyConsensus).classes
    name = word.casefold().replace("-", "_")
    near = [one for one in classes if one == name] or [one for one in classes if one.startswith(name)]
    if len(near) != 1:
        raise NotSo(NO, why="no class", id="", word=word, classes=tuple(classes))
    return near[0]


def _decision(order: Order, word: str) -> str:
    name = identity_of("D", word)
    if order.view.get(Decision, "decision", name) is None:
        raise NotSo(NO, why="no decision", id=name)
    return name


def _providers(view: View, words: str) -> tuple[str, ...] | None:
    """Return the providers that words name; None if one of the words names none, for then they are words."""
    known = {name: one.id for one in view.all(Provider) for name in (squeezed(one.id), squeezed(one.record.name))}
    if squeezed(words) in known:
        return (known[squeezed(words)],)
    named = [known.get(squeezed(word)) for word in re.split(r"[\s,]+(?:and\s+)?", words)]
    return tuple(dict.fromkeys(one for one in named if one)) if all(named) else None


def _topics(view: View, found: Proposed, words: str) -> Topics:
    """Return what it is about: what is said so, and what its words name, so that a tag left out hides nobody."""
    named = named_in(view, words)
    return Topics(
        providers=tuple(dict.fromkeys((*found.topics.providers, *sorted(named.providers)))),
        orgs=tuple(sorted(named.orgs)),
        persons=tuple(sorted(named.persons)),
    )


def class_meant(view: View, found: Proposed, *, lazy: bool) -> str:
    """Return the class: what was said; silence passes what is routine, and what touches anybody's interest is not."""
    if found.class_ is not None:
        return found.class_
    touches = any((found.topics.providers, found.topics.orgs, found.topics.persons))
    wanted = "routine" if lazy and not touches else "standard"
    classes = view.policy(PolicyConsensus).classes
    return wanted if wanted in classes else max(classes, key=lambda name: length(classes[name].min_period))
