"""One record as the program understands it on a day: every value with its key, and who names it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloudbot.core.records.operations import toml
from cloudbot.core.records.words import Interval, Part
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from cloudbot.core.records.tree import Filed, Tree


def described(record: Part, on: date) -> Iterator[str]:
    """Yield a line for each value, `key.0.key = value` as TOML, and what of it does not hold on the day.

    What the file leaves out stands here with its default; what has none and is not there is left out here too.
    """
    yield from _lines(record, "", on)


def _lines(value: Any, key: str, on: date) -> Iterator[str]:  # noqa: ANN401 - a value of any key
    if isinstance(value, Part):
        inside = f"{key}." if key else ""
        if isinstance(value, Interval) and not value.holds(on):
            over = value.to is not None and value.to <= on
            yield f"# {key or 'all of it'} {f'is over since {value.to}' if over else f'begins on {value.from_}'}"
        for name, field in type(value).model_fields.items():
            yield from _lines(getattr(value, name), f"{inside}{field.alias or name}", on)
    elif isinstance(value, tuple) and any(isinstance(one, Part) for one in value):
        for number, one in enumerate(value):
            yield from _lines(one, f"{key}.{number}", on)
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _lines(one, f"{key}.{name}", on)
    elif value is not None and value != ():
        yield f"{key} = {clean(toml(value))}"


def naming(tree: Tree, kind: str, identity: str) -> Iterator[tuple[Filed[Part], str]]:
    """Yield the records that name one, each with the key by which it does."""
    for one, mark, to in tree.references():
        itself = (one.kind.name, one.id) == (kind, identity)
        if mark.value == identity and kind in to.kinds and not itself:
            yield one, ".".join(map(str, mark.at))
