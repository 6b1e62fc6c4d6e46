"""What a record refers to, when what it tells happened, which days it spans: collected by the types of its fields.

One walk over a record serves every check that asks such a thing of all kinds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from cloudbot.core.records.places import Path
from cloudbot.core.records.words import Happened, Interval, Part, Sorted, To

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


Marker = To | Happened | Sorted | type[Interval]


@dataclass(frozen=True, slots=True)
class Mark:
    """One marked value of a record, and the innermost interval around it."""

    marker: Marker
    at: Path
    value: Any
    inside: Interval | None


def marks_of(record: Part) -> Iterator[Mark]:
    """Yield every marked value of a record, in the order of its fields."""
    return _walk_model(record, (), None)


def _walk_model(value: Part, at: Path, inside: Interval | None) -> Iterator[Mark]:
    if isinstance(value, Interval):
        inside = value
        yield Mark(Interval, at, value, inside)
    for attribute, name, walk in _fields(type(value)):
        found = getattr(value, attribute)
        if found is not None and found != ():
            yield from walk(found, (*at, name), inside)


@cache
def _fields(model: type[Part]) -> tuple[tuple[str, str, Any], ...]:
    fields = []
    for attribute, field in model.model_fields.items():
        walk = _walk_of(field.annotation, tuple(field.metadata))
        if walk is not None:
            fields.append((attribute, field.alias or attribute, walk))
    return tuple(fields)


def _walk_of(annotation: Any, metadata: tuple[object, ...] = ()) -> Any:  # noqa: ANN401 - a type expression
    """Return what walks values of a type, or None if nothing in it is marked."""
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return _walk_of(inner, (*metadata, *more))
    markers = tuple(one for one in metadata if isinstance(one, To | Happened | Sorted))
    inner = _inner_walk(annotation)
    if not markers:
        return inner

    def walk(value: Any, at: Path, inside: Interval | None) -> Iterator[Mark]:  # noqa: ANN401 - a field's value
        for marker in markers:
            yield Mark(marker, at, value, inside)
        if inner is not None:
            yield from inner(value, at, inside)

    return walk


def _inner_walk(annotation: Any) -> Any:  # noqa: ANN401 - a type expression
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return _walk_model
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is tuple:
        return _each(_walk_of(arguments[0]), enumerate)
    if origin is dict:
        return _each(_walk_of(arguments[1]), dict.items)
    if origin in {Union, UnionType}:
        choices = tuple((_type_of(one), _walk_of(one)) for one in arguments if one is not NoneType)
        return _choose(tuple((kind, walk) for kind, walk in choices if walk is not None))
    return None


def _each(walk_one: Any, pairs: Callable[[Any], Any]) -> Any:  # noqa: ANN401
    if walk_one is None:
        return None

    def walk(value: Any, at: Path, inside: Interval | None) -> Iterator[Mark]:  # noqa: ANN401
        for place, one in pairs(value):
            yield from walk_one(one, (*at, place), inside)

    return walk


def _choose(choices: tuple[tuple[type, Any], ...]) -> Any:  # noqa: ANN401
    if not choices:
        return None

    def walk(value: Any, at: Path, inside: Interval | None) -> Iterator[Mark]:  # noqa: ANN401
        for kind, walk_one in choices:
            if isinstance(value, kind):
                yield from walk_one(value, at, inside)

    return walk


def _type_of(annotation: Any) -> type:  # noqa: ANN401 - a type expression
    if get_origin(annotation) is Annotated:
        return _type_of(get_args(annotation)[0])
    found = get_origin(annotation) or annotation
    return found if isinstance(found, type) else object
