"""From bytes to records: what is in a file is read once, strictly, and whatever is wrong in it is said at once."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from cloudbot.core.records.explaining import explain
from cloudbot.core.records.findings import Finding, shown
from cloudbot.core.records.kinds import FOLDERS, KINDS
from cloudbot.core.records.places import line_of, repeated
from cloudbot.core.records.tree import Filed, Tree
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudbot.core.records.kinds import Kind
    from cloudbot.core.records.tree import Identity
    from cloudbot.core.records.words import Part

LARGEST_FILE, LARGEST_MINUTES, LARGEST_LOG = 100_000, 1_000_000, 2_000_000
"""Bytes of one file: the largest sensible record is a hundredth, a thousand items and ten thousand lines the half."""
DEEPEST = 12
_NESTED = frozenset({dict, list})
_DOTTED = re.compile(r"(?:[A-Za-z0-9_\"'-]{1,64}[ \t]{0,4}\.[ \t]{0,4}){40}")
"""A key of so many parts is nobody's, and costs the parser time by the square."""
_AT_LINE = re.compile(r" ?\(at (?:line (\d+), column \d+|end of document)\)")
_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_BESIDE = re.compile(
    r"(?P<record>minutes/[a-z0-9][a-z0-9._-]*?)(?:\.txt|\.md|\.log\.txt)|sprints/[a-z0-9-]+/report\.md"
)
"""Files that belong to a record and are none: a meeting's text, page and log, a sprint's report."""
_PATTERNS = [(kind.path.partition("/")[0], kind, kind.pattern) for kind in KINDS]


class _WrongError(Exception):
    """Why a file is no record."""

    def __init__(self, rule: str, line: int, what: str, write: str) -> None:
        super().__init__(what)
        self.rule, self.line, self.what, self.write = rule, line, what, write


def load(files: Mapping[str, bytes], unread: Mapping[str, str]) -> tuple[Tree, list[Finding]]:
    """Read all files.

    `unread` says of paths that are there why they were not read: a link, a device. Files outside the folders of records
    are taken as text, for what must stand in none; a dot file is nobody's record.
    """
    filed: list[Filed[Part]] = []
    broken: set[Identity] = set()
    texts: dict[str, str] = {}
    findings = [
        _finding(path, _WrongError("S-PARSE", 1, why, "the record itself, as a plain file"))
        for path, why in unread.items()
    ]
    for path, content in files.items():
        place = _place_of(path)
        try:
            if place is None:
                _stray(path, len(content))
                texts[path] = content.decode("utf-8", "replace") if len(content) <= largest(path) else ""
                continue
            texts[path] = _text(content, largest(path))
            filed.append(_record(*place, path, texts[path], findings))
        except _WrongError as wrong:
            findings.append(_finding(path, wrong))
            if place is not None:
                broken.add((place[0].name, place[1]))
        except ValidationError as error:
            kind, identity = place or (KINDS[0], "")
            broken.add((kind.name, identity))
            findings.extend(explain(error, kind.model, clean(path), texts[path], identity))
    filed.sort(key=lambda one: one.path)
    return Tree(tuple(filed), frozenset(broken), texts), findings


def kind_of(path: str) -> str | None:
    """Return the kind of record that a path is one of, or None."""
    place = _place_of(path)
    return None if place is None else place[0].name


def amended(
    tree: Tree, files: Mapping[str, bytes | str | None], unread: Mapping[str, str] | None = None
) -> tuple[Tree, list[Finding]]:
    """Return the tree with some files saying something else or, where the text is None, gone; and what is wrong then.

    What the other files say is not read again.
    """
    contents = {path: text for path, text in files.items() if text is not None}
    part, findings = load(
        {path: text.encode() if isinstance(text, str) else text for path, text in contents.items()}, unread or {}
    )
    touched = {*files, *(unread or {})}
    gone = {(place[0].name, place[1]) for path in touched if (place := _place_of(path)) is not None}
    filed = [one for one in tree.filed if one.path not in touched]
    filed.extend(part.filed)
    filed.sort(key=lambda one: one.path)
    texts = {**tree.texts, **part.texts}
    for path in touched - part.texts.keys():
        texts.pop(path, None)
    after = Tree(tuple(filed), (tree.broken - gone) | part.broken, texts)
    after.take_marks_of(tree)
    return after, findings


def _finding(path: str, wrong: _WrongError) -> Finding:
    file = clean(path.encode("ascii", "backslashreplace").decode())
    return Finding(
        file=file, line=wrong.line, rule=wrong.rule, subject=file, severity="E", what=wrong.what, write=wrong.write
    )


def _place_of(path: str) -> tuple[Kind, str] | None:
    """Return the kind and the identity that a path says, or None if it is no record's."""
    folder = path.partition("/")[0]
    for first, kind, pattern in _PATTERNS:
        if first == folder and (found := pattern.fullmatch(path)):
            return kind, found.groupdict().get("id") or folder
    return None


def _stray(path: str, size: int) -> None:
    """Refuse a file that would be taken for a record, or for public, and is neither."""
    folder, name = path.partition("/")[0], path.rpartition("/")[2]
    if name.startswith("."):
        return
    if folder == "private" and not name.endswith(".age"):
        raise _WrongError("X-PII", 1, "is private and not encrypted", "it into the private store, and remove it here")
    if is_beside(path) and size > largest(path):
        raise _WrongError("S-PARSE", 1, f"is larger than {largest(path):,} bytes", "less, and a link to the rest")
    if folder in FOLDERS and not is_beside(path):
        near = ", ".join(kind.path for first, kind, _ in _PATTERNS if first == folder)
        raise _WrongError("S-STEM", 1, "is not the path of a record", near)
    if name.endswith(".toml"):
        raise _WrongError("S-STEM", 1, "is in no folder of records", f"it into one of {', '.join(sorted(FOLDERS))}")


def is_beside(path: str) -> bool:
    """Whether a file belongs to a record and is none: the text of minutes, the report of a sprint."""
    return _BESIDE.fullmatch(path) is not None


def largest(path: str) -> int:
    """Return how many bytes a file may have; what is longer is not looked at."""
    if not path.startswith("minutes/"):
        return LARGEST_FILE
    return LARGEST_MINUTES if path.endswith(".toml") else LARGEST_LOG


def _text(content: bytes, most: int) -> str:
    if len(content) > most:
        raise _WrongError("S-PARSE", 1, f"is larger than {most:,} bytes", "a shorter record, and a link to the rest")
    if content.startswith(b"\xef\xbb\xbf"):
        raise _WrongError("S-PARSE", 1, "begins with a byte order mark", "it as UTF-8 without BOM")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _WrongError("S-PARSE", line, "is not UTF-8", "it as UTF-8") from None
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        line = next(n for n, one in enumerate(text.split("\n"), 1) if not unicodedata.is_normalized("NFC", one))
        raise _WrongError("S-PARSE", line, "has characters that are not in normal form C", "them composed (NFC)")
    return text


def _parsed(text: str) -> dict[str, Any]:
    if len(text) > 4_000 and (found := _DOTTED.search(text)):  # noqa: PLR2004 - shorter texts cost nothing
        raise _WrongError(
            "S-PARSE", text.count("\n", 0, found.start()) + 1, "has a key of too many parts", "a short key"
        )
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise _WrongError("S-PARSE", 1, "is nested too deeply", f"at most {DEEPEST} levels") from None
    except tomllib.TOMLDecodeError as error:
        raise _no_toml(text, str(error)) from None
    except ValueError as error:  # the standard library lets some through: a year 0, a number of 5000 digits
        raise _WrongError("S-PARSE", 1, f"is no TOML: {clean(str(error))[:80]}", "TOML 1.0") from None


def _no_toml(text: str, said: str) -> _WrongError:
    twice = repeated(text) if "Cannot" in said else None
    if twice is not None:
        key, first, second = twice
        return _WrongError("S-DUPKEY", second, f"gives {shown(key)} again, after line {first}", "it once")
    at = _AT_LINE.search(said)
    line = int(at[1]) if at and at[1] else text.rstrip("\n").count("\n") + 1
    what = _AT_LINE.sub("", said)
    if "date" in what:
        return _WrongError("S-DATE", line, "has a day that is not in the calendar", "a day as 2019-07-22")
    return _WrongError("S-PARSE", line, f"is no TOML: {clean(what)[:100].lower()}", "TOML 1.0; text stands in quotes")


def _plain(value: Any, depth: int = 0) -> Any:  # noqa: ANN401 - what a TOML file holds
    """Return tables without the keys `x-...`, which are the writer's own, and lists as tuples."""
    if depth > DEEPEST:
        raise _WrongError("S-PARSE", 1, "is nested too deeply", f"at most {DEEPEST} levels")
    if type(value) is dict:
        return {
            key: _plain(one, depth + 1) if type(one) in _NESTED else one
            for key, one in value.items()
            if not key.startswith("x-")
        }
    return tuple(_plain(one, depth + 1) if type(one) in _NESTED else one for one in value)


def _record(kind: Kind, identity: str, path: str, text: str, findings: list[Finding]) -> Filed[Part]:
    data = _plain(_parsed(text))
    if data.get("schema") != kind.schema:
        line = line_of(text, ("schema",))
        raise _WrongError("S-SCHEMA", line, "does not say what it is", f'schema = "{kind.schema}"')
    record = kind.model.model_validate(data)
    stem = str(getattr(record, kind.identity)) if kind.identity else identity
    year = path.split("/")[1] if kind.name == "decision" and path.count("/") > 1 else ""
    if stem != identity or not _PATH.fullmatch(path):
        wrong = _WrongError(
            "S-STEM",
            line_of(text, (kind.identity,)),
            f"says that its {kind.identity} is {shown(stem) or 'another'}",
            f'{kind.identity} = "{clean(identity)[:60]}", or rename the file',
        )
        findings.append(_finding(path, wrong))
    elif year and year != identity[2:6]:
        findings.append(
            _finding(
                path,
                _WrongError("S-STEM", 1, "is in the folder of another year", f"it into decisions/{identity[2:6]}/"),
            )
        )
    return Filed(kind, identity, path, text, record)
