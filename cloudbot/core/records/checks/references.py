"""Whether records name each other rightly: nothing missing, no circles, nothing forgotten, no look-alikes."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from cloudbot.core.records.findings import shown
from cloudbot.core.records.kinds.governance import Decision
from cloudbot.core.records.kinds.people import Org, Person
from cloudbot.core.records.kinds.policies import PolicyActivity, PolicyConsensus
from cloudbot.core.records.kinds.providers import Provider
from cloudbot.core.records.kinds.work import Action, Area
from cloudbot.core.records.marks import Mark, marks_of
from cloudbot.core.records.tree import Filed, Hit
from cloudbot.core.records.words import Interval, Sorted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cloudbot.core.records.tree import View
    from cloudbot.core.records.words import Part

Edges = dict[str, set[str]]


def missing(view: View) -> Iterator[Hit]:
    """A record, account or class of decisions that another record names is there."""
    for one, mark, to in view.tree.references():
        if not view.tree.find(to.kinds, mark.value):
            what = f"names the {' or '.join(to.kinds)} {mark.value}, which is not there"
            yield Hit(one, mark.at, f"{one.id}/{mark.value}", what, "one that is, or add its file")
    classes = view.policy(PolicyConsensus).classes
    for decision in view.all(Decision):
        name = decision.record.class_
        if name not in classes:
            what = f"is of the class {name}, which policy/consensus.toml does not have"
            yield Hit(decision, ("class",), f"{decision.id}/{name}", what, "one of " + ", ".join(sorted(classes)))


def circles(view: View) -> Iterator[Hit]:
    """Organisations do not own each other in a circle on any day, nor do areas contain or actions await themselves."""
    yield from _report(view.all(Area), "parent", {a.id: {a.record.parent} for a in view.all(Area) if a.record.parent})
    waits = {
        a.id: {a.record.blocked_by.action}
        for a in view.all(Action)
        if a.record.blocked_by and a.record.blocked_by.action
    }
    yield from _report(view.all(Action), "blocked_by", waits)
    orgs = view.all(Org)
    knot = _pruned({o.id: {edge.org for edge in o.record.parents} for o in orgs})
    edges = [(o.id, edge) for o in orgs if o.id in knot for edge in o.record.parents]
    told: set[str] = set()
    for day in sorted({edge.from_ or date.min for _, edge in edges}):
        active: Edges = defaultdict(set)
        for org, edge in edges:
            if edge.holds(day):
                active[org].add(edge.org)
        for hit in _report(orgs, "parents", active):
            if hit.subject not in told:
                told.add(hit.subject)
                yield hit


def _report(
    records: Iterable[Filed[Action]] | Iterable[Filed[Area]] | Iterable[Filed[Org]], key: str, edges: Edges
) -> Iterator[Hit]:
    filed = {one.id: one for one in records}
    rest = _pruned(edges)
    while rest:
        path = [min(rest)]
        while path[-1] not in path[:-1]:
            path.append(min(rest[path[-1]]))
        circle = path[path.index(path[-1]) : -1]
        first = circle.index(min(circle))
        names = [*circle[first:], *circle[:first]]
        what = f"comes back to itself by {key}: {' > '.join([*names[:8], names[0]])}"
        yield Hit(filed[names[0]], (key,), names[0], what, "one of them without the next")
        rest = _pruned({node: targets - set(circle) for node, targets in rest.items() if node not in circle})


def _pruned(edges: Mapping[str, set[str]]) -> Edges:
    """Return what is left of a graph when nodes that lead nowhere are taken away until none is left: its circles."""
    rest = {node: {one for one in targets if one in edges} for node, targets in edges.items()}
    back: Edges = defaultdict(set)
    for node, targets in rest.items():
        for one in targets:
            back[one].add(node)
    ends = [node for node, targets in rest.items() if not targets]
    while ends:
        end = ends.pop()
        del rest[end]
        for node in back[end]:
            rest[node].discard(end)
            if not rest[node]:
                ends.append(node)
    return rest


def orphans(view: View) -> Iterator[Hit]:
    """Somebody refers to every person, organisation and area, or did so within the last year."""
    long_ago = view.on - timedelta(days=view.policy(PolicyActivity).orphan_days)
    named = {
        (kind, mark.value)
        for one, mark, to in view.tree.references()
        if mark.inside is None or mark.inside.to is None or mark.inside.to > long_ago
        for kind in to.kinds
        if (kind, mark.value) != (one.kind.name, one.id)
    }
    for model in (Person, Org, Area):
        for one in view.all(model):
            newest = max(_days_in(one.record), default=None)
            if (one.kind.name, one.id) not in named and newest is not None and newest < long_ago:
                what = f"is named by no other record, and nothing in it is newer than {newest}"
                yield Hit(one, (), one.id, what, "a closing date, or where it belongs")


def _days_in(record: Part) -> Iterator[date]:
    for mark in marks_of(record):
        for value in (mark.value.from_, mark.value.to) if isinstance(mark.value, Interval) else (mark.value,):
            if isinstance(value, date):
                yield date(value.year, value.month, value.day)
    if isinstance(record, Person) and record.debian and record.debian.since:
        yield record.debian.since


_LOOKS = str.maketrans({"0": "o", "O": "o", "1": "l", "I": "l", "i": "l", "|": "l", "_": "-"})


def look_alikes(view: View) -> Iterator[Hit]:
    """No two identities of a kind, accounts of a network or names of providers are equal but for case and look."""
    seen: dict[tuple[str, str], str] = {}
    for one in view.tree.filed:
        yield from _double(seen, one.kind.name, one.id, one, (one.kind.identity,))
    for provider in view.all(Provider):
        yield from _double(seen, "name of provider", provider.record.name, provider, ("name",))
        for number, account in enumerate(provider.record.accounts):
            yield from _double(seen, "account", account.id, provider, ("accounts", number, "id"))
    yield from _same_accounts(view)


def _double(
    seen: dict[tuple[str, str], str], space: str, name: str, one: Filed[Part], at: tuple[str | int, ...]
) -> Iterator[Hit]:
    look = (space, _look(name))
    if look in seen:
        other = seen[look]
        yield Hit(one, at, f"{one.id}/{other}", f"{shown(name)} looks like the {space} {shown(other)}", "another name")
    seen.setdefault(look, name)


def _look(name: str) -> str:
    """Return what a name looks like; names equal but for case look alike too."""
    return name.translate(_LOOKS).casefold().replace("rn", "m").replace(" ", "").replace("vv", "w")


def _same_accounts(view: View) -> Iterator[Hit]:
    holders: defaultdict[tuple[str, str], list[tuple[Filed[Person], Interval]]] = defaultdict(list)
    for one in view.all(Person):
        for number, account in enumerate(one.record.accounts):
            others = holders[account.net, _look(account.account)]
            clash = next((other for other, span in others if _overlap(span, account)), None)
            others.append((one, account))
            if clash is not None:
                what = f"has an account on {account.net} that {clash.id} has too, or one that looks like it"
                write = "from and to, so that one holds it at a time"
                yield Hit(one, ("accounts", number), f"{one.id}/{clash.id}", what, write)


def _overlap(one: Interval, other: Interval) -> bool:
    return (one.to is None or other.from_ is None or other.from_ < one.to) and (
        other.to is None or one.from_ is None or one.from_ < other.to
    )


def canonical(view: View) -> Iterator[Hit]:
    """A file has LF, one newline at its end, no blanks at line ends, what happened in UTC, unordered lists sorted."""
    for one, marks in view.tree.marks:
        text = one.text
        if "\r" in text:
            yield Hit(one, (), one.path, "has lines that end with CR LF", "LF alone")
        if not text.endswith("\n") or text.endswith("\n\n"):
            yield Hit(one, (), one.path, "does not end with one newline", "one at its end")
        if " \n" in text or "\t\n" in text:
            yield Hit(one, (), one.path, "has blanks at the end of a line", "none there")
        yield from (
            _not_utc(one, mark) for mark in marks if isinstance(mark.value, datetime) and mark.value.utcoffset()
        )
        yield from (_unsorted(one, mark) for mark in marks if isinstance(mark.marker, Sorted) and not _in_order(mark))


def _keys(mark: Mark) -> list[tuple[str, ...]]:
    marker = mark.marker if isinstance(mark.marker, Sorted) else Sorted()
    return [marker.key(one) for one in mark.value]


def _in_order(mark: Mark) -> bool:
    keys = _keys(mark)
    return keys == sorted(keys)


def _not_utc(one: Filed[Part], mark: Mark) -> Hit:
    utc = mark.value.astimezone(UTC)
    return Hit(one, mark.at, one.path, f"has {mark.at[-1]} in another zone than UTC", f"{utc:%Y-%m-%dT%H:%M:%SZ}")


def _unsorted(one: Filed[Part], mark: Mark) -> Hit:
    order = ", ".join("/".join(key) for key in sorted(_keys(mark))[:6])
    return Hit(one, mark.at, one.path, f"has {mark.at[-1]} out of order", f"them sorted: {order}")
