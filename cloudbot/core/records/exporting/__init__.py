"""The records as public data: one document for each kind and an index, always the same for the same records and day.

Only keys of the allow-list are taken, and values that need consent only with it. Nothing else is looked at, so that a
new key is private until somebody decides otherwise.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from cloudbot.core.records.exporting.allowed import PUBLIC
from cloudbot.core.records.exporting.suppressing import suppressed, suppressing
from cloudbot.core.records.kinds import KINDS
from cloudbot.core.records.kinds.governance import Subject
from cloudbot.core.records.kinds.people import Person
from cloudbot.core.records.kinds.sprints import SprintAttendees
from cloudbot.core.records.standing import delegates_on
from cloudbot.core.records.words import Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.records.exporting.allowed import Keys
    from cloudbot.core.records.kinds import Kind
    from cloudbot.core.records.tree import View

FORMAT = "cloudbot/export/1"
"""What each document says it is. A key may be added to it; one that is taken away or changed makes it 2."""
Document = dict[str, Any]


def export(view: View) -> dict[str, Document]:
    """Return the documents by the name of their file."""
    without = suppressing(view)
    head = {"format": FORMAT, "date": view.on.isoformat()}
    files: dict[str, Document] = {}
    for kind in KINDS:
        records = [without(one) for one in _records(view, kind)]
        files[f"{kind.name}.json"] = {**head, "kind": kind.name, "records": records}
    counts = {
        kind.name: {"file": f"{kind.name}.json", "records": len(files[f"{kind.name}.json"]["records"])}
        for kind in KINDS
    }
    return {"index.json": {**head, "kinds": counts}, **files}


def _records(view: View, kind: Kind) -> Iterator[Document]:
    hidden = suppressed(view)
    for one in sorted(view.all(kind.model), key=lambda filed: filed.id):
        if not (isinstance(one.record, Person) and one.id in hidden):
            yield _picked(_agreed(one.record), PUBLIC[kind.name]) | _derived(view, one.record)


def _agreed(record: Part) -> Part:
    """Return a record without what may be public by consent only and has none."""
    match record:
        case Person():
            agreed = tuple(one for one in record.affiliations if one.consent_public is True)
            zone = record.zone if record.zone_consent is True else None
            return record.model_copy(update={"affiliations": agreed, "zone": zone})
        case SprintAttendees():
            return record.model_copy(update={"people": tuple(one for one in record.people if one.consent_public)})
    return record


def _derived(view: View, record: Part) -> Document:
    """Return what follows from the facts on the day: who is of the team, who was, of what somebody is a delegate."""
    if not isinstance(record, Person):
        return {}
    teams = [team for team, standing in delegates_on(view, view.on).items() if record.id in standing.active]
    former = record.left is not None and record.left <= view.on
    return {"former": former, "delegate_of": teams}


def _picked(value: Any, keys: Keys) -> Any:  # noqa: ANN401 - a value of any key
    """Return what of a value is public, as JSON. A private interest is said to be one, and nothing more of it."""
    if isinstance(value, Part):
        if isinstance(getattr(value, "subject", None), Subject) and value.subject.private:  # type: ignore[attr-defined]
            return {"subject": {"private": True}}
        fields = ((field.alias or name, getattr(value, name)) for name, field in type(value).model_fields.items())
        found = {key: _picked(one, keys[key]) for key, one in fields if key in keys and one is not None}
        return {key: one for key, one in found.items() if one not in ([], {})}
    if isinstance(value, tuple):
        return [_picked(one, keys) for one in value]
    if isinstance(value, dict):
        return {key: _picked(one, keys) for key, one in sorted(value.items())}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value
