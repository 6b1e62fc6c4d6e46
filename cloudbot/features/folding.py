"""Several pieces of news in one line: the latest about each thing, what shares a cause together, the rest counted.

Pure. The words are the template's (`irc/folded`); here is decided what is counted with what.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudbot.core.effects import Announce

BLIP = "blip"
_UNDONE = {("problem", "recovery"), ("problem", "flaky"), ("worse", "better")}
_ASK = {"pipeline": "!pipelines", "build": "!health", "merge request": "!mrs", "schedule": "!pipelines"}
_ORDER = ("problem", "worse", "missed", "stuck", "still", "recovery", "better", "flaky", BLIP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is kept of an announcement that waits to be folded."""

    event: str
    about: str
    noun: str
    name: str
    cause: str
    gist: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Things of one kind to which the same happened. Without a noun, `names` are whole gists."""

    event: str
    noun: str
    cause: str
    names: tuple[str, ...]


def without_echo(lines: Sequence[Announce]) -> list[Announce]:
    """Leave out that something ended where its end is news of its own."""
    told = {line.name for line in lines if line.event != "finished"}
    return [line for line in lines if line.event != "finished" or line.name not in told]


def held(line: Announce) -> Held:
    """Keep of an announcement what folding needs."""
    return Held(
        event=line.event,
        about=line.about or line.key,
        noun=line.noun,
        name=line.name,
        cause=line.cause,
        gist=line.gist,
    )


def shortened(news: Sequence[Held]) -> tuple[Held, ...]:
    """Keep the first and the last word about each thing, in order: all that `latest` looks at."""
    last = {one.about: place for place, one in enumerate(news)}
    first = {one.about: place for place, one in reversed(list(enumerate(news)))}
    return tuple(one for place, one in enumerate(news) if place in {first[one.about], last[one.about]})


def latest(news: Sequence[Held]) -> tuple[Held, ...]:
    """Return the last word about each thing, oldest first; what failed and was mended meanwhile is a `blip`.

    A thing of which only its mending is news keeps it: its failure was told before.
    """
    first: dict[str, Held] = {}
    last: dict[str, Held] = {}
    for one in news:
        first.setdefault(one.about, one)
        last.pop(one.about, None)
        last[one.about] = one
    return tuple(
        replace(one, event=BLIP) if (first[about].event, one.event) in _UNDONE else one for about, one in last.items()
    )


def fold(news: Sequence[Held]) -> tuple[Group, ...]:
    """Group the latest news: failures before recoveries, shared causes first, single gists last."""
    now = latest(news)
    causes = [one.cause for one in now if one.cause]
    groups: dict[tuple[str, str, str], list[str]] = {}
    for one in now:
        cause = one.cause if causes.count(one.cause) > 1 else ""
        key = (one.event, one.noun, cause) if one.noun else ("", "", "")
        groups.setdefault(key, []).append(one.name if one.noun else one.gist)
    return tuple(
        Group(event=event, noun=noun, cause=cause, names=tuple(names))
        for (event, noun, cause), names in sorted(groups.items(), key=_rank)
    )


def more(groups: Sequence[Group]) -> str:
    """Name the command that tells more about a folded line."""
    nouns = {group.noun for group in groups}
    return _ASK.get(nouns.pop(), "!status") if len(nouns) == 1 else "!status"


def _rank(item: tuple[tuple[str, str, str], list[str]]) -> tuple[bool, int, bool, int]:
    (event, noun, cause), names = item
    place = _ORDER.index(event) if event in _ORDER else len(_ORDER)
    return (not noun, place, not cause, -len(names))
