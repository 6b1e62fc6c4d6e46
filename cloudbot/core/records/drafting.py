"""The text of a new record, in the form that people would write: what it is, plain values, lists, then tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloudbot.core.records.operations import toml, toml_key
from cloudbot.core.records.values import parsed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.records.kinds import Kind
    from cloudbot.core.records.operations import Change, Edit


def draft(kind: Kind, change: Change) -> str:
    """Write the file of a new record: its schema and identity first, the rest in the order of the edits."""
    values: dict[str, Any] = {"schema": kind.schema, **({kind.identity: change.id} if kind.identity else {})}
    for edit in change.edits:
        _put(values, edit)
    plain = {key: one for key, one in values.items() if not isinstance(one, dict)}
    tables = {key: one for key, one in values.items() if isinstance(one, dict)}
    lines = [f"{toml_key(key)} = {_value(one)}" for key, one in plain.items()]
    for key, table in tables.items():
        lines += ["", f"[{toml_key(key)}]", *_pairs(table)]
    return "\n".join(lines) + "\n"


def _put(values: dict[str, Any], edit: Edit) -> None:
    """Make an edit in the values of a record that has no file yet."""
    *around, key = [str(part) for part in edit.at]
    for part in around:
        values = values.setdefault(part, {})
    match edit.how:
        case "set":
            values[key] = parsed(edit.value)
        case "add":
            values[key] = [*values.get(key, []), parsed(edit.value)]
        case _:  # there is nothing to take away yet
            values.pop(key, None)


def _pairs(table: dict[str, Any]) -> Iterator[str]:
    return (f"{toml_key(key)} = {_value(one)}" for key, one in table.items())


def _value(value: object) -> str:
    """Write a list with one item a line, so that the next item is a change of one line."""
    if not isinstance(value, list) or not value:
        return toml(value)
    return "[\n" + "".join(f"    {toml(one)},\n" for one in value) + "]"
