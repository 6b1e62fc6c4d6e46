"""What differs between a decision before and after, as the smallest edits of its file, for a history one can read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloudbot.core.records.operations import add, drop, put
from cloudbot.core.records.words import Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.records.kinds.governance import Decision
    from cloudbot.core.records.operations import Edit


def edits(before: Decision, after: Decision) -> tuple[Edit, ...]:
    """Return the edits that make one of the other: items are added to lists, keys set in them, others set whole."""
    return tuple(_of_part((), before, after))


def touched(before: Decision, after: Decision) -> tuple[str, ...]:
    """Return the keys that differ, as the file has them."""
    return tuple(dict.fromkeys(str(edit.at[0]) for edit in edits(before, after)))


def plain(value: Any) -> Any:  # noqa: ANN401 - values of any key
    """Return a value as TOML has it; what is not set in a table is left out."""
    if isinstance(value, Part):
        return value.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True)
    return [plain(one) for one in value] if isinstance(value, tuple) else value


def _of_part(at: tuple[str | int, ...], before: Part, after: Part) -> Iterator[Edit]:
    for name, field in type(before).model_fields.items():
        was, now = getattr(before, name), getattr(after, name)
        if was == now:
            continue
        place = (*at, field.alias or name)
        if now is None:
            yield drop(*place)
        elif isinstance(was, tuple) and isinstance(now, tuple):
            yield from _of_list(place, was, now)
        else:
            yield put(*place, value=plain(now))


def _of_list(at: tuple[str | int, ...], before: tuple[Any, ...], after: tuple[Any, ...]) -> Iterator[Edit]:
    """Lists of a decision only grow, and their items only learn more."""
    for number, (was, now) in enumerate(zip(before, after, strict=False)):
        if was != now:
            yield from _of_part((*at, number), was, now)
    for one in after[len(before) :]:
        yield add(*at, value=plain(one))
