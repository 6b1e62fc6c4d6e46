"""Reading a configuration directory: every problem of every file, with its line and what to write instead."""

from __future__ import annotations

import difflib
import itertools
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from cloudbot.config.settings import Installation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = re.compile(r"glpat-|gldt-|-----BEGIN [A-Z ]*PRIVATE KEY|(?i:password\s*=)")
HEADER = re.compile(r"\s*\[\[?([^\]]+)\]\]?\s*(#.*)?")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong: where, what, and what to write instead."""

    file: str
    line: int
    key: str
    what: str
    write: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        key = f" {self.key}:" if self.key else ""
        return f"{place}:{key} {self.what}" + (f"\n    write: {self.write}" if self.write else "")


class BadConfiguration(Exception):  # noqa: N818 - told to the operator as it is
    """All problems of a configuration."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in sorted(problems)))
        self.problems = tuple(sorted(problems))


def load(directory: Path) -> Installation:
    """Read a configuration directory, or raise `BadConfiguration` with every problem in it."""
    files = sorted(directory.glob("*.toml"))
    if not files:
        raise BadConfiguration(
            [Problem(str(directory), 0, "", "holds no *.toml file", "cloudbot run --config DIRECTORY")],
        )
    texts = {file: _read(file) for file in files}
    problems: list[Problem] = []
    data: dict[str, Any] = {}
    home: dict[str, Path] = {}
    for file, text in texts.items():
        problems.extend(_secrets_in(file, text))
        for key, value in _parse(file, text, problems).items():
            if key in home:
                what = f"is in {home[key].name} too; a section belongs in one file"
                problems.append(Problem(str(file), _line_of(text, (key,)), key, what))
            home.setdefault(key, file)
            data.setdefault(key, value)
    try:
        installation = Installation.model_validate(data)
    except ValidationError as error:
        problems.extend(_explain(detail, directory, home, texts) for detail in error.errors())
    if problems:
        raise BadConfiguration(problems)
    return installation


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfiguration([Problem(str(file), 0, "", f"cannot be read: {error}")]) from None


def _parse(file: Path, text: str, problems: list[Problem]) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+)", str(error))
        problems.append(Problem(str(file), int(at[1]) if at else 0, "", f"is no TOML: {error}"))
        return {}


def _secrets_in(file: Path, text: str) -> Iterator[Problem]:
    for number, line in enumerate(text.splitlines(), start=1):
        if TOKEN.search(line.partition("#")[0]):
            what = "a secret does not belong in a configuration file"
            yield Problem(
                str(file), number, "", what, '..._credential = "NAME", and the secret in secrets/NAME, mode 0600'
            )


def _explain(detail: Any, directory: Path, home: dict[str, Path], texts: dict[Path, str]) -> Problem:  # noqa: ANN401 - pydantic's
    path = tuple(str(part) for part in detail["loc"])
    key = ".".join(path)
    file = home.get(path[0]) if path else None
    line = _line_of(texts[file], path) if file else 0
    place = str(file or directory)
    match detail["type"]:
        case "extra_forbidden":
            near = difflib.get_close_matches(path[-1], _fields_beside(path), n=1)
            return Problem(place, line, key, "is not known", f"{near[0]} = ..." if near else "")
        case "missing":
            section, name = ".".join(path[:-1]), path[-1]
            return Problem(
                place, line, key, "is missing", f"[{section or name}]" + (f"  {name} = ..." if section else "")
            )
        case _:
            what = str(detail["msg"]).removeprefix("Value error, ")
            given = detail["input"]
            shown = f" (it is {given!r})" if isinstance(given, str | int | float | bool) else ""
            return Problem(place, line, key, what[0].lower() + what[1:] + shown)


def _fields_beside(path: tuple[str, ...]) -> list[str]:
    """Return the keys that are known where an unknown one stands."""
    at: Any = Installation
    for part in path[:-1]:
        if _is_model(at):
            field = at.model_fields.get(part)
            at = None if field is None else field.annotation
            if not hasattr(at, "__origin__"):
                at = _inner(at)  # `Model | None`
        else:
            at = _inner(at)  # a name in `dict[str, Model]`, a number in `tuple[Model, ...]`
    return list(at.model_fields) if _is_model(at) else []


def _is_model(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _inner(annotation: Any) -> Any:  # noqa: ANN401 - a type expression
    """Return the model inside a type expression, or None."""
    if _is_model(annotation):
        return annotation
    return next((one for one in getattr(annotation, "__args__", ()) if _is_model(one)), None)


def _line_of(text: str, path: tuple[str, ...]) -> int:
    """Find the line of a key, or of the nearest section above it; 0 where there is none."""
    wanted = [part for part in path if not part.isdigit()]
    section: list[str] = []
    best, depth = 0, 0
    for number, line in enumerate(text.splitlines(), start=1):
        header = HEADER.fullmatch(line)
        if header is not None:
            section = [part.strip(' "') for part in header[1].split(".")]
            found = section
        else:
            found = [*section, line.partition("=")[0].strip(' "')] if "=" in line else section
        common = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(found, wanted, strict=False)))
        if common > depth and common == min(len(found), len(wanted)):
            best, depth = number, common
    return best
