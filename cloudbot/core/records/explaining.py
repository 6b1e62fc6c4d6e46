"""What is wrong with the values of a file, in words: which key, and what to write instead."""

from __future__ import annotations

import difflib
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from pydantic import Tag

from cloudbot.core.records.findings import Finding, shown
from cloudbot.core.records.places import line_of
from cloudbot.core.records.words import FORMS, Part
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from cloudbot.core.records.places import Path

_DAYS = {"date_type": "a day without quotes, as 2019-07-22", "datetime_type": "an instant, as 2019-07-22T18:00:00Z"}
_DAYS["timezone_aware"] = "its offset too, as 2019-07-22T18:00:00Z"
_TYPES = {
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list: [...]",
    "dict_type": "a table: { ... }",
    "model_type": "a table: { ... }",
}


def explain(error: ValidationError, model: type[Part], file: str, text: str, identity: str) -> Iterator[Finding]:
    """Yield a finding for each value that a model refuses."""
    for detail in error.errors():
        at, around = _path(model, detail["loc"])
        rule, what, write = _words(detail, at, around)
        yield Finding(
            file=file,
            line=line_of(text, at),
            rule=rule,
            subject=clean(f"{identity}/{_key(at)}"),
            severity="E",
            what=what,
            write=write,
        )


def _words(detail: ErrorDetails, at: Path, around: type[Part]) -> tuple[str, str, str]:
    kind, key = detail["type"], _key(at)
    given = shown(detail["input"])
    if kind == "extra_forbidden":
        names = [field.alias or name for name, field in around.model_fields.items()]
        near = difflib.get_close_matches(str(at[-1]), names, n=1, cutoff=0.5)
        return "S-UNKNOWN", f"{key} is not known here", near[0] if near else "one of " + ", ".join(names)
    if kind == "missing":
        field = next(f for name, f in around.model_fields.items() if (f.alias or name) == at[-1])
        return "S-SCHEMA", f"{key} is missing", f"{at[-1]} = ...: {str(field.description).rstrip('.').lower()}"
    return _form(detail, key, given)


def _form(detail: ErrorDetails, key: str, given: str) -> tuple[str, str, str]:
    """Say what is wrong with the value of a key that is known."""
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in _DAYS:
        return (
            "S-DATE",
            f"{key} is {given or 'something else'} and no {'day' if kind == 'date_type' else 'instant'}",
            _DAYS[kind],
        )
    if kind == "string_pattern_mismatch":
        form = FORMS.get(context["pattern"], "it as the manual says")
        rule = "S-DATE" if form.startswith("a month") else "S-SCHEMA"
        return rule, f"{key} cannot be {given or 'this'}", form
    if kind == "literal_error":
        return "S-SCHEMA", f"{key} cannot be {given or 'this'}", f"one of {context['expected']}"
    if kind in _TYPES:
        return "S-SCHEMA", f"{key} is of another type", _TYPES[kind]
    said = str(detail["msg"]).removeprefix("Value error, ").removeprefix("String ").removeprefix("Input ")
    what, _, write = said.partition("; write ")
    return "S-SCHEMA", f"{key} {clean(what)}", write or "it so"


def _key(at: Path) -> str:
    return clean(".".join(str(part) for part in at))[:80] or "the record"


def _path(model: type[Part], loc: tuple[str | int, ...]) -> tuple[Path, type[Part]]:
    """Return the path in the file that pydantic means, without the tags of unions, and the table around its end."""
    at: list[str | int] = []
    here: Any = model
    around = model
    for part in loc:
        tag = False
        while not tag and get_origin(here) in (Annotated, Union, UnionType):
            here, tag = _choice(here, part)
        if tag:
            continue
        if isinstance(here, type) and issubclass(here, Part):
            around = here
            here = next((f.annotation for n, f in here.model_fields.items() if (f.alias or n) == part), None)
            at.append(part)
        elif get_origin(here) in (tuple, dict):
            here = get_args(here)[-1 if get_origin(here) is dict else 0]
            if part != "[key]":
                at.append(part)
    return tuple(at), around


def _choice(annotation: Any, part: str | int) -> tuple[Any, bool]:  # noqa: ANN401 - type expressions
    """Step into a union, and say whether `part` was the tag that chose its member."""
    if get_origin(annotation) is Annotated:
        return get_args(annotation)[0], False
    members = [one for one in get_args(annotation) if one is not type(None)]
    tagged = next((one for one in members if any(Tag(str(part)) == more for more in get_args(one)[1:])), None)
    if tagged is not None:
        return tagged, True
    return next((one for one in members if _is_table(one)), members[0]), False


def _is_table(annotation: Any) -> bool:  # noqa: ANN401
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return get_origin(annotation) in (tuple, dict) or (isinstance(annotation, type) and issubclass(annotation, Part))
