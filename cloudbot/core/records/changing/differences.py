"""What differs between two states of the records: by record and key, and in files that are no records."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudbot.core.records.tree import Filed
from cloudbot.core.records.words import Part

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloudbot.core.records.findings import Finding
    from cloudbot.core.records.places import Path
    from cloudbot.core.records.tree import Identity, Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One record that was made, changed, moved or taken away."""

    kind: str
    id: str
    path: str
    "where it is, or was last"
    before: Filed[Part] | None
    after: Filed[Part] | None
    keys: frozenset[str]
    "the top-level keys that differ; none if only comments or `x-` keys do"

    @property
    def filed(self) -> Filed[Part]:
        """The record as it is, or as it was last."""
        filed = self.after or self.before
        if filed is None:
            raise ValueError("a difference has a record before or after")
        return filed

    @property
    def first_key(self) -> Path:
        """The key to point at: the first that differs and is still there."""
        fields = type(self.filed.record).model_fields.items()
        names = [field.alias or name for name, field in fields]
        return next(((name,) for name in names if name in self.keys), ()) if self.after else ()


def differences(before: Tree, after: Tree) -> tuple[Difference, ...]:
    """Return what differs, in the order of paths. A file that cannot be read any more is not taken away.

    Records that are the same object in both are not looked at, so that one change among ten thousand costs little.
    """
    had, has = {id(one) for one in before.filed}, {id(one) for one in after.filed}
    old: dict[Identity, Filed[Part]] = {(f.kind.name, f.id): f for f in before.filed if id(f) not in has}
    new: dict[Identity, Filed[Part]] = {(f.kind.name, f.id): f for f in after.filed if id(f) not in had}
    found = [_difference(old.get(identity), now) for identity, now in new.items()]
    gone = [was for identity, was in old.items() if identity not in new and identity not in after.broken]
    found += [_difference(was, None) for was in gone]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.path))


def _difference(before: Filed[Part] | None, after: Filed[Part] | None) -> Difference | None:
    one = after or before
    if one is None or (before and after and before.text == after.text and before.path == after.path):
        return None
    return Difference(
        kind=one.kind.name, id=one.id, path=one.path, before=before, after=after, keys=_keys(before, after)
    )


def _keys(before: Filed[Part] | None, after: Filed[Part] | None) -> frozenset[str]:
    was, now = before and before.record, after and after.record
    one = now or was
    fields = type(one).model_fields if one else {}
    if was and now:
        differ = {name for name in fields if getattr(was, name) != getattr(now, name)}
    else:
        differ = one.model_fields_set if one else set()
    return frozenset(fields[name].alias or name for name in differ)


def other_files(before: Tree, after: Tree) -> tuple[str, ...]:
    """Return the paths of texts that are no readable record and are new, changed or gone."""
    texts = before.texts.keys() | after.texts.keys() if before.texts.keys() != after.texts.keys() else after.texts
    changed = {path for path in texts if before.texts.get(path) != after.texts.get(path)}
    if not changed:
        return ()
    records = {one.path for tree in (before, after) for one in tree.filed}
    return tuple(sorted(changed - records))


def brought_in(before: Iterable[Finding], after: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the errors and warnings that a change brings in: those that were not there before, wherever they stand.

    A finding is the same if rule, severity, subject and file are; its line may have moved. Where there are more of one
    than before, the last of them are new.
    """
    had = Counter(map(_same, before))
    now: defaultdict[tuple[str, ...], list[Finding]] = defaultdict(list)
    for finding in sorted(after):
        if finding.severity != "D":
            now[_same(finding)].append(finding)
    return tuple(sorted(one for same, ones in now.items() for one in ones[had[same] :]))


def _same(finding: Finding) -> tuple[str, ...]:
    return finding.rule, finding.severity, finding.subject, finding.file
