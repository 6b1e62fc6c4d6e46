"""A TOML text cut at the places of its keys: one is set, taken away or added to, the rest stays byte for byte.

Where a new key goes is decided as people would: after the last pair of its table, on a line of its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cloudbot.core.records.operations import toml, toml_key
from cloudbot.core.records.places import Layout, layout_of
from cloudbot.core.records.values import CannotSplice, is_meant, look, parsed, shown

if TYPE_CHECKING:
    from cloudbot.core.records.operations import Edit
    from cloudbot.core.records.places import Path

_LINE_END = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\r?\n|$)")
_ITEM_INDENT = "    "


class Cut:
    """A text with its places. Every method returns a new text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.layout: Layout = layout_of(text)
        self.newline = "\r\n" if "\r\n" in text else "\n"

    def edited(self, edit: Edit, at: Path, data: Any, place: int | None) -> str:  # noqa: ANN401
        """Make an edit at a path without selectors; `data` is what the text says."""
        match edit.how:
            case "set":
                return self.set(at, edit.value)
            case "unset":
                return self.unset(at)
            case "add":
                return self.add(at, edit.value, place)
            case "remove":
                return self.removed(at, edit.value, data)

    # --- setting

    def set(self, at: Path, value: str) -> str:
        """Write a value where a key is, or the key where it belongs."""
        span = self.layout.spans.get(at)
        if span is not None:
            return self._cut(span.value, span.end, value)
        if self._sections(at):
            return Cut(self._without_section(at)).set(at, value)
        around = at[:-1]
        if around in self.layout.spans:
            return self._into_inline(around, str(at[-1]), value)
        if not around or self._header(around) is not None:
            return self._new_line(around, str(at[-1]), value)
        return self._beside_sections(at, value)

    def _beside_sections(self, at: Path, value: str) -> str:
        """Add to a table that only headers of what is in it imply, or that is not there yet."""
        around, table = at[:-1], parsed(value)
        sections = self._sections(around)
        if not sections:
            return self.set(around, f"{{ {toml_key(str(at[-1]))} = {value} }}")
        name = ".".join(toml_key(str(part)) for part in at if isinstance(part, str))
        if isinstance(table, dict):
            return self._insert(self._end_of(sections[-1]), self._section(f"[{name}]", table))
        outer = ".".join(toml_key(str(part)) for part in around if isinstance(part, str))
        lines = f"[{outer}]{self.newline}{toml_key(str(at[-1]))} = {value}{self.newline}{self.newline}"
        return self._insert(self._line_start(self.layout.headers[sections[0]].start), lines)

    def _new_line(self, table: Path, key: str, value: str) -> str:
        """Add a pair after the last one of a table, on a line of its own."""
        ends = [s.end for path, s in self.layout.spans.items() if self._table_of(path) == table]
        header = self._header(table)
        line = f"{toml_key(key)} = {value}{self.newline}"
        if ends:
            return self._insert(self._after_line(max(ends)), line)
        if header is not None:
            return self._insert(self._after_line(header), line)
        return self._insert(0, line)

    def _into_inline(self, around: Path, key: str, value: str) -> str:
        span = self.layout.spans[around]
        inside = self.text[span.value + 1 : span.end - 1]
        pair = f"{toml_key(key)} = {value}"
        body = f"{inside.rstrip()}, {pair} " if inside.strip() else f" {pair} "
        return self._cut(span.value + 1, span.end - 1, body)

    # --- taking away

    def unset(self, at: Path) -> str:
        """Take away a pair with its line, a part of a value with its comma, or a table with its sections."""
        span = self.layout.spans.get(at)
        if span is None:
            return self._without_section(at)
        if self._is_in_value(at):
            return self._without_part(at)
        return self._cut(self._line_start(span.start), self._after_line(span.end), "")

    def removed(self, at: Path, value: str, data: Any) -> str:  # noqa: ANN401
        """Take away the items of a list that a value means."""
        items, meant = look(data, at) or [], parsed(value)
        text = self.text
        for number in reversed([n for n, one in enumerate(items) if is_meant(one, meant)]):
            text = Cut(text).unset((*at, number))
        return text

    def _without_section(self, at: Path) -> str:
        """Take away `[table]` and what is below it; sections of one list item may lie between others."""
        text = self.text
        for number in reversed(self._sections(at)):
            start, end = self._line_start(self.layout.headers[number].start), self._end_of(number)
            if text[:start].endswith(self.newline * 2):
                start -= len(self.newline)
            text = text[:start] + text[end:]
        return text

    def _without_part(self, at: Path) -> str:
        """Take away an item of a list or a pair of an inline table, with its comma and, if it has one, its line."""
        span, around = self.layout.spans[at], self.layout.spans[at[:-1]]
        before = self.text[around.value + 1 : span.start]
        after = self.text[span.end : around.end]
        comma = re.match(r"\s*,", after)
        line = re.match(r"[ \t]*,?" + _LINE_END.pattern, after)
        if line is not None and line[0].endswith("\n") and before[before.rfind("\n") + 1 :].strip() == "":
            start = self._line_start(span.start)
            return self._cut(start, span.end + line.end(), "")
        if comma is not None:
            gap = re.match(r"[ \t]*", after[comma.end() :])
            return self._cut(span.start, span.end + comma.end() + (gap.end() if gap else 0), "")
        return self._cut(around.value + 1 + len(before.rstrip().removesuffix(",").rstrip(" \t")), span.end, "")

    # --- adding to lists

    def add(self, at: Path, value: str, place: int | None) -> str:
        """Add an item to a list in the way the list is written: one line, many, or a section an item."""
        span = self.layout.spans.get(at)
        sections = self._sections(at)
        if span is None and not sections:
            return self.set(at, f"[{self.newline}{_ITEM_INDENT}{value},{self.newline}]")
        if span is None:
            name = ".".join(toml_key(str(part)) for part in at if isinstance(part, str))
            table = parsed(value)
            if not isinstance(table, dict):
                raise CannotSplice(f"{shown(at)} is a list of tables")
            return self._insert(self._end_of(sections[-1]), self._section(f"[[{name}]]", table))
        items = sorted(s.value for path, s in self.layout.spans.items() if path[:-1] == at)
        if not items and "#" in self.text[span.value : span.end]:
            return self._insert(self._line_start(span.end - 1), f"{_ITEM_INDENT}{value},{self.newline}")
        if not items:
            return self._cut(span.value, span.end, f"[{self.newline}{_ITEM_INDENT}{value},{self.newline}]")
        number = len(items) if place is None else place
        many_lines = "\n" in self.text[span.value : items[0]]
        if number < len(items):
            start = items[number]
            gap = self.newline + self._indent(start) if many_lines else " "
            return self._insert(start, f"{value},{gap}")
        return self._append(at, len(items) - 1, value, many_lines=many_lines)

    def _append(self, at: Path, last: int, value: str, *, many_lines: bool) -> str:
        end = self.layout.spans[(*at, last)].end
        comma = re.match(r"\s*,", self.text[end:])
        if not many_lines:
            return self._insert(end, f", {value}")
        indent = self._indent(self.layout.spans[(*at, last)].value)
        if comma is None:
            new = Cut(self._insert(end, ","))
            return new.add(at, value, None)
        return self._insert(self._after_line(end + comma.end()), f"{indent}{value},{self.newline}")

    # --- places

    def _header(self, table: Path) -> int | None:
        return next((one.end for one in self.layout.headers if one.path == table), None)

    def _sections(self, at: Path) -> list[int]:
        """Return the numbers of the headers of a path and of what is below it."""
        return [n for n, one in enumerate(self.layout.headers) if one.path[: len(at)] == at]

    def _table_of(self, path: Path) -> Path | None:
        """Return the table whose section a pair stands in, or None for what is inside a value."""
        if self._is_in_value(path):
            return None
        start = self.layout.spans[path].start
        heads = [one for one in self.layout.headers if one.start < start]
        return heads[-1].path if heads else ()

    def _is_in_value(self, path: Path) -> bool:
        return any(path[:depth] in self.layout.spans for depth in range(1, len(path)))

    def _end_of(self, number: int) -> int:
        """Return where a section ends: after its last line that is not blank or a comment of the next one."""
        headers = self.layout.headers
        limit = headers[number + 1].start if number + 1 < len(headers) else len(self.text)
        ends = [s.end for s in self.layout.spans.values() if headers[number].start < s.start < limit]
        return self._after_line(max(ends, default=headers[number].end))

    def _line_start(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def _after_line(self, at: int) -> int:
        found = self.text.find("\n", at)
        return len(self.text) if found < 0 else found + 1

    def _indent(self, at: int) -> str:
        start = self._line_start(at)
        line = self.text[start:at]
        return line if not line.strip() else _ITEM_INDENT

    def _section(self, header: str, table: dict[str, Any]) -> str:
        lines = [header, *(f"{toml_key(key)} = {toml(one)}" for key, one in table.items())]
        return self.newline + self.newline.join(lines) + self.newline

    def _insert(self, at: int, new: str) -> str:
        """Put text in; after a last line without an end, that end too."""
        if at == len(self.text) and at and not self.text.endswith("\n") and not new.startswith(","):
            new = self.newline + new
        return self._cut(at, at, new)

    def _cut(self, start: int, end: int, new: str) -> str:
        return self.text[:start] + new + self.text[end:]
