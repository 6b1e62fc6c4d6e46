"""Reading a configuration directory: every problem of every file, with its line and what to write instead."""

from __future__ import annotations

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
SHARED = frozenset({"irc", "gitlab", "features"})
"""Sections that several files may add to."""
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
    home: dict[tuple[str, ...], Path] = {}
    for file, text in texts.items():
        problems.extend(_secrets_in(file, text))
        for path, section in _sections(_parse(file, text, problems)):
            key = ".".join(path)
            if path in home:
                what = f"is in {home[path].name} too; a section belongs in one file"
                problems.append(Problem(str(file), _line_of(text, path), key, what))
                continue
            home[path] = file
            _put(data, path, section)
    installation = _validated(data, directory, home, texts, problems)
    if installation is None or problems:
        raise BadConfiguration(problems)
    return installation


def _validated(
    data: dict[str, Any],
    directory: Path,
    home: dict[tuple[str, ...], Path],
    texts: dict[Path, str],
    problems: list[Problem],
) -> Installation | None:
    try:
        installation = Installation.model_validate(data)
    except ValidationError as error:
        problems.extend(_explain(detail, directory, home, texts) for detail in error.errors())
        return None
    for key, what in installation.contradictions():
        path = tuple(key.split("."))
        file = home[path[:2]] if path[:2] in home else home[path[:1]]
        problems.append(Problem(str(file), _line_of(texts[file], path), key, what))
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


def _sections(data: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield each section with its path: `irc`, `gitlab` and `features` hold sections of their own."""
    for key, value in data.items():
        if key in SHARED and isinstance(value, dict):
            yield from (((key, name), section) for name, section in value.items())
        else:
            yield (key,), value


def _put(data: dict[str, Any], path: tuple[str, ...], section: Any) -> None:  # noqa: ANN401 - what a TOML file holds
    if len(path) == 1:
        data[path[0]] = section
    else:
        data.setdefault(path[0], {})[path[1]] = section


def _secrets_in(file: Path, text: str) -> Iterator[Problem]:
    for number, line in enumerate(text.splitlines(), start=1):
        if TOKEN.search(line.partition("#")[0]):
            what = "a secret does not belong in a configuration file"
            write = 'X_credential = "NAME", and the secret in the file secrets/NAME, mode 0600'
            yield Problem(str(file), number, "", what, write)


def _explain(detail: Any, directory: Path, home: dict[tuple[str, ...], Path], texts: dict[Path, str]) -> Problem:  # noqa: ANN401 - pydantic's
    path = tuple(str(part) for part in detail["loc"])
    key = ".".join(path)
    file = home.get(path[:2]) or home.get(path[:1])
    line = _line_of(texts[file], path) if file else 0
    place = str(file or directory)
    match detail["type"]:
        case "extra_forbidden":
            import difflib  # noqa: PLC0415 - only for who mistyped

            near = difflib.get_close_matches(path[-1], _fields_beside(path), n=1)
            return Problem(place, line, key, "is not known", f"{near[0]} = ..." if near else "")
        case "missing":
            section, name = ".".join(path[:-1]), path[-1]
            write = f"{name} = ... in [{section}]" if section else f"[{name}]"
            return Problem(place, line, key, "is missing", write)
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
