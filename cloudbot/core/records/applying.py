"""An operation applied to the records: which files change and how, or why not. The whole tree is judged, not the file.

Two changes that are valid alone may be invalid together. So an operation is applied to the newest state, and again to
a newer one; what it would break there is the reason it is refused.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cloudbot.core.records.changing import By, judge
from cloudbot.core.records.drafting import draft
from cloudbot.core.records.findings import Finding
from cloudbot.core.records.judging import new_findings
from cloudbot.core.records.kinds import KINDS
from cloudbot.core.records.loading import amended, is_beside, load
from cloudbot.core.records.marks import marks_of
from cloudbot.core.records.merging import Merged, merged
from cloudbot.core.records.operations import NEW_ID, Change, toml
from cloudbot.core.records.splicing import splice
from cloudbot.core.records.tree import Tree
from cloudbot.core.records.values import CannotSplice, look, parsed, resolved
from cloudbot.core.records.words import Sorted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from cloudbot.core.records.kinds import Kind
    from cloudbot.core.records.operations import Edit, FileChange, Operation

_KINDS = {kind.name: kind for kind in KINDS}
_SECOND = frozenset({"H-PERM", "H-BLAST"})
"""Rules whose warnings ask for a second person."""
_PLACE = re.compile(rf'"({re.escape(NEW_ID)}[0-9]*)"')
_NUMBER = re.compile(r"[0-9]+$")


class Refused(Exception):  # noqa: N818 - told to the person as it is
    """Why an operation is not possible now, one line for each reason."""

    def __init__(self, *reasons: str) -> None:
        """Carry the reasons."""
        super().__init__("; ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What an operation makes of a tree. A file whose text is None is taken away."""

    tree: Tree
    files: Mapping[str, str | None]
    ids: tuple[str, ...]
    "the records it changes, numbers given; those of which it only expects something are left out"
    notes: tuple[Finding, ...]
    "warnings that the change brings in: acknowledged by making it"
    undo: tuple[Change, ...] = ()
    "what takes it back; nothing where texts were merged, of which only people know what to take back"
    second: tuple[str, ...] = ()
    "why a second person has to stand for it, who is not there yet"


def apply(
    tree: Tree, operation: Operation, on: date, *, today: date | None = None, person: str | None = None
) -> Applied:
    """Apply an operation to the records as they are on a day, for a person. Raises `Refused`.

    Without a person it is not asked who may. An operation that changes nothing leaves `files` empty.
    """
    changes = tuple(_numbered(tree, operation))
    files: dict[str, str | None] = {}
    for change in changes:
        path, text = _changed(tree, change, files)
        if text != files.get(path, tree.texts.get(path)):
            files[path] = text
    kept = [note for one in operation.files if (note := _written(tree, one, files)) is not None]
    after, wrong = amended(tree, files)
    found = [*wrong, *new_findings(tree, after, frozenset(files), on, today or on)]
    found += _of_the_change(tree, after, operation, person, on, today or on)
    errors = [str(finding) for finding in found if finding.severity == "E"]
    if errors:
        raise Refused(*errors)
    return Applied(
        tree=after,
        files=files,
        ids=tuple(one.id or one.kind for one in changes if one.edits or one.make or one.whole is not None),
        notes=(*kept, *(finding for finding in found if finding.rule not in _SECOND)),
        undo=() if operation.files else tuple(_undone(tree, changes, files)),
        second=tuple(f"{finding.file} {finding.what}" for finding in found if finding.rule in _SECOND),
    )


def _undone(tree: Tree, changes: tuple[Change, ...], files: Mapping[str, str | None]) -> Iterator[Change]:
    """Yield, for each record that was changed, the file as it was and as it is now."""
    for change in {(one.kind, one.id): one for one in reversed(changes)}.values():
        filed = tree.by_identity.get((change.kind, _KINDS[change.kind].named(change.id)))
        path = filed.path if filed is not None else _KINDS[change.kind].path_of(change.id)
        if path in files:
            yield Change(kind=change.kind, id=change.id, whole=tree.texts.get(path, ""), was=files[path] or "")


def _of_the_change(
    tree: Tree, after: Tree, operation: Operation, person: str | None, on: date, today: date
) -> Iterator[Finding]:
    """Yield what a change may not do; who takes back what was just done may delete it, for nobody built on it."""
    if person is None:
        return
    back = all(change.whole is not None for change in operation.changes)
    for finding in judge(tree, after, By(person=person, approvers=None), on, today):
        if finding.severity != "D" and not (back and finding.rule in {"R-DELETE", "T-IMMUT"}):
            yield finding


def _numbered(tree: Tree, operation: Operation) -> Iterator[Change]:
    """Give new records their numbers, and put the number where another change has it as a value."""
    new: dict[int, str] = {}
    for place, change in enumerate(operation.changes):
        if change.id.endswith("*"):
            new[place] = _free_number(tree, change.kind, change.id.removesuffix("*"), new.values())
    names = {f"{NEW_ID}{number}": name for number, name in enumerate(new.values(), start=1)}
    names |= {NEW_ID: names[f"{NEW_ID}1"]} if names else {}
    for place, change in enumerate(operation.changes):
        edits = tuple(replace(edit, value=_named(edit.value, names)) for edit in change.edits)
        yield replace(change, id=new.get(place) or names.get(change.id, change.id), edits=edits)


def _named(value: str, names: Mapping[str, str]) -> str:
    """Put numbers into a value, where a text of it is such a name and nothing else."""
    return _PLACE.sub(lambda found: toml(names.get(found[1], found[1])), value) if names else value


def _free_number(tree: Tree, kind: str, prefix: str, given: Iterable[str]) -> str:
    """Return the number after the highest one in use; a gap is a record that was, and its number is not given again."""
    names = [*given, *(identity for name, identity in (*tree.by_identity, *tree.broken) if name == kind)]
    found = [_NUMBER.search(one) for one in names if one.startswith(prefix)]
    return f"{prefix}{max((int(one[0]) for one in found if one), default=0) + 1:03}"


def _changed(tree: Tree, change: Change, files: Mapping[str, str | None]) -> tuple[str, str | None]:
    """Return the path of a record and its text after a change."""
    kind = _KINDS.get(change.kind)
    if kind is None:
        raise Refused(f"there is no kind of record called {change.kind}")
    filed = tree.by_identity.get((kind.name, kind.named(change.id)))
    path = filed.path if filed is not None else kind.path_of(change.id)
    text = files.get(path, filed.text if filed is not None else None)
    if (kind.name, kind.named(change.id)) in tree.broken:
        raise Refused(f"{path} cannot be read; mend it first")
    if change.whole is not None:
        return path, _put_back(change, path, text)
    if change.make:
        if text is not None:
            raise Refused(f"{kind.name} {change.id} is there already: {path}")
        return path, draft(kind, change)
    if text is None:
        raise Refused(f"there is no {kind.name} {change.id}".rstrip())
    _expect(text, change, path)
    for edit in change.edits:
        text = _spliced(kind, text, edit, path)
    return path, text


def _written(tree: Tree, change: FileChange, files: dict[str, str | None]) -> Finding | None:
    """Write a text beside minutes, merged with what a person made of it; return what was left out for that."""
    path = change.path
    if not (path.startswith("minutes/") and is_beside(path)):
        raise Refused(f"{path} has no place beside minutes")
    there = tree.texts.get(path)
    if there is None and change.was:
        return _left_out(path, "was taken away by somebody and is not written again")
    made = Merged(change.text) if there is None else merged(change.was, there, change.text)
    if made.text != there:
        files[path] = made.text
    first = made.left_out[0][:60] if made.left_out else ""
    return _left_out(path, f"was changed by hand where I would say: {first}") if made.left_out else None


def _left_out(path: str, what: str) -> Finding:
    write = "nothing: what people wrote stands"
    return Finding(file=path, line=1, rule="M-KEPT", subject=path, severity="W", what=what, write=write)


def _put_back(change: Change, path: str, text: str | None) -> str | None:
    if change.was is not None and text != (change.was or None):
        raise Refused(f"{path} was changed meanwhile; what you did cannot be taken back by itself any more")
    return change.whole or None


def _expect(text: str, change: Change, path: str) -> None:
    data = tomllib.loads(text)
    for one in change.expects:
        try:
            found = look(data, one.at)
        except CannotSplice:
            found = None
        wanted = parsed(one.value) if one.value else None
        if found != wanted:
            key = ".".join(str(part) for part in one.at)
            raise Refused(one.otherwise or f"{path} changed meanwhile: {key} is {_said(found)}, not {_said(wanted)}")


def _said(value: Any) -> str:  # noqa: ANN401 - what TOML can say
    return "not there" if value is None else str(value)[:60]


def _spliced(kind: Kind, text: str, edit: Edit, path: str) -> str:
    try:
        new = splice(text, edit)
        place = _place(kind, new, edit) if edit.how == "add" else None
        return new if place is None else splice(text, edit, place=place)
    except CannotSplice as cannot:
        raise Refused(f"{path}: {cannot}") from None


def _place(kind: Kind, new: str, edit: Edit) -> int | None:
    """Return where in a list that is kept sorted an item belongs, or None if at its end or if order means something."""
    part, _ = load({kind.path_of("new"): new.encode()}, {})
    at = resolved(tomllib.loads(new), edit.at)
    for mark in (mark for one in part.filed for mark in marks_of(one.record)):
        if isinstance(mark.marker, Sorted) and mark.at == at:
            *others, last = [mark.marker.key(one) for one in mark.value]
            return next((number for number, key in enumerate(others) if key > last), None)
    return None
