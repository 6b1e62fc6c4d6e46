"""What a TOML text says, as values: looked up and changed by paths, without a thought of how it is written."""

from __future__ import annotations

import copy
import tomllib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cloudbot.core.records.operations import Edit
    from cloudbot.core.records.places import Path


class CannotSplice(Exception):  # noqa: N818 - told to the person as it is
    """The change does not fit the record, or the text cannot be changed at that place: one line saying which."""


def parsed(value: str) -> Any:  # noqa: ANN401 - what TOML can say
    """Return what a TOML value says."""
    return tomllib.loads(f"value = {value}")["value"]


def resolved(data: Any, at: Path) -> Path:  # noqa: ANN401
    """Replace each `@key=value` of a path by the number of the list's table that has that key and value.

    Raises `CannotSplice` if there is none.
    """
    path: list[str | int] = []
    for part in at:
        if isinstance(part, str) and part.startswith("@"):
            key, _, value = part[1:].partition("=")
            items = data if isinstance(data, list) else []
            number = next(
                (n for n, one in enumerate(items) if isinstance(one, dict) and str(one.get(key)) == value), None
            )
            if number is None:
                raise CannotSplice(f"{shown((*path, ''))}has no {key} {value}")
            part = number  # noqa: PLW2901
        path.append(part)
        data = _inside(data, part)
    return tuple(path)


def look(data: Any, at: Path) -> Any:  # noqa: ANN401
    """Return what stands at a path, or None."""
    for part in resolved(data, at) if any(str(part).startswith("@") for part in at) else at:
        data = _inside(data, part)
    return data


def bare(data: Any) -> Any:  # noqa: ANN401
    """Leave out what is empty: the last `[[item]]` takes its list with it."""
    if isinstance(data, dict):
        return {key: kept for key, one in data.items() if (kept := bare(one)) not in ({}, [])}
    return [bare(one) for one in data] if isinstance(data, list) else data


def _inside(data: Any, part: str | int) -> Any:  # noqa: ANN401
    if isinstance(data, dict):
        return data.get(str(part))
    if isinstance(data, list) and isinstance(part, int) and part < len(data):
        return data[part]
    return None


def shown(at: Path) -> str:
    """Write a path as people do: `due.before`."""
    return ".".join(str(part) for part in at)


def edited(data: Any, edit: Edit, at: Path, place: int | None) -> Any:  # noqa: ANN401
    """Make an edit in what the text says. Raises `CannotSplice` where the data has no place for it."""
    new = copy.deepcopy(data)
    around = new
    for part in at[:-1]:
        around = around.setdefault(str(part), {}) if isinstance(around, dict) else _inside(around, part)
    key: Any = at[-1]
    if not isinstance(around, dict) and not (isinstance(around, list) and isinstance(key, int) and key < len(around)):
        raise CannotSplice(f"{shown(at)} has no place in the record")
    match edit.how:
        case "set":
            around[key] = parsed(edit.value)
        case "unset":
            if isinstance(around, dict):
                around.pop(key, None)
            else:
                del around[key]
        case _:
            _edit_list(around, edit, at, place)
    return new if edit.how != "unset" or look(data, at) is not None else data


def _edit_list(around: Any, edit: Edit, at: Path, place: int | None) -> None:  # noqa: ANN401
    items = around.get(at[-1]) if isinstance(around, dict) else around[at[-1]]
    items = [] if items is None else items
    if not isinstance(items, list):
        raise CannotSplice(f"{shown(at)} is no list")
    value = parsed(edit.value)
    if edit.how == "add":
        items.insert(len(items) if place is None else place, value)
        around[at[-1]] = items
    else:
        gone = [n for n, one in enumerate(items) if is_meant(one, value)]
        if gone:
            around[at[-1]] = [one for n, one in enumerate(items) if n not in gone]


def is_meant(item: Any, value: Any) -> bool:  # noqa: ANN401
    """Whether an item of a list is the one a value names: equal, or a table that has all its keys and values."""
    if isinstance(item, dict) and isinstance(value, dict):
        return all(item.get(key) == one for key, one in value.items())
    return bool(item == value)
