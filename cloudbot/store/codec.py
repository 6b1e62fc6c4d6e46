"""Facts and documents to JSON and back. The types are the schema; a value that does not fit them is refused.

A stored fact carries the name of its class, so a class may gain fields with defaults but is never renamed.
"""

from __future__ import annotations

from typing import Any, TypeVar, cast, get_args

from pydantic import TypeAdapter

from cloudbot.core.facts import Fact

T = TypeVar("T")
FACTS: dict[str, type] = {kind.__name__: kind for kind in get_args(Fact)}


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


def _adapter(kind: type) -> TypeAdapter[Any]:
    """Building one takes milliseconds, so each type's is built once."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def encode(value: object) -> str:
    """Write a dataclass as JSON."""
    return _adapter(type(value)).dump_json(value).decode()


def decode(kind: type[T], text: str) -> T:
    """Read a dataclass from JSON; `pydantic.ValidationError` where it does not fit."""
    return cast("T", _adapter(kind).validate_json(text))


def decode_fact(kind: str, text: str) -> Fact:
    """Read a fact by the name of its class; `KeyError` for a name this version does not know."""
    return cast("Fact", decode(FACTS[kind], text))
