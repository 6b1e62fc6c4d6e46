"""Words: every sentence the bot says is a template, rendered here and nowhere else.

Templates are sandboxed and strict: a value that is missing is an error, not an empty place. Values from outside are
data to a template, never template text. Pages are escaped; lines and mails are not, they are cleaned at the edge.
"""

from __future__ import annotations

import re
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import BaseLoader, StrictUndefined, TemplateNotFound, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment

from cloudbot.core.text import cut, harmless_start
from cloudbot.core.times import near_stamp, short_stamp, span, stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from jinja2 import Environment


def template_folder() -> Path:
    """Return where the templates are: inside the installed package, or beside it in a checkout."""
    shipped = Path(str(files("cloudbot"))) / "templates"
    return shipped if shipped.is_dir() else Path(str(files("cloudbot"))).parent / "templates"


_BACKTICKS = re.compile("`+")


class _Folder(BaseLoader):
    """Finds `irc/status` as `irc/status.j2`; names come from code and never from outside."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Read a template once; a running bot does not change its words under way."""
        del environment
        path = self._folder / f"{template}.j2"
        try:
            return path.read_text(encoding="utf-8"), str(path), lambda: True
        except OSError:
            raise TemplateNotFound(template) from None


def listed(names: Iterable[object], most: int) -> str:
    """Write a list with an end: `a, b, c and 3 more`."""
    all_names = [str(name) for name in names]
    shown, rest = all_names[:most], len(all_names) - most
    return ", ".join(shown) + (f" and {rest} more" if rest > 0 else "")


def plural(number: int, one: str, many: str | None = None) -> str:
    """Write a number with its noun: `1 pipeline`, `2 pipelines`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def clip(text: object, most: int) -> str:
    """Shorten to at most that many bytes of UTF-8, whole characters, with an ellipsis where something is missing."""
    whole = " ".join(str(text).split())
    if len(whole.encode()) <= most:
        return whole
    return cut(whole, most - len("…".encode()))[0] + "…"


def fenced(lines: Iterable[object]) -> str:
    """Write lines as they are into Markdown: nothing in them mentions, commands, closes, or ends the block.

    The fence is longer than any run of backticks within (CommonMark, fenced code blocks).
    """
    shown = ["  ".join(str(line).splitlines()) for line in lines]
    longest = max((len(run) for line in shown for run in _BACKTICKS.findall(line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join((f"{fence}text", *shown, fence))


class Words:
    """Renders templates by name."""

    def __init__(self, folder: Path | None = None) -> None:
        self._environment = ImmutableSandboxedEnvironment(
            loader=_Folder(folder or template_folder()),
            undefined=StrictUndefined,
            autoescape=select_autoescape(enabled_extensions=("html", "svg"), default=False),
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
        )
        filters: dict[str, Callable[..., Any]] = {
            "span": _span,
            "stamp": stamp,
            "short_stamp": short_stamp,
            "near_stamp": near_stamp,
            "listed": listed,
            "plural": plural,
            "calm": harmless_start,
            "clip": clip,
            "fenced": fenced,
        }
        self._environment.filters.update(filters)
        self._environment.globals.clear()  # no template calls jinja's own functions, and each rendering copies them

    def render(self, words: str, values: Mapping[str, object]) -> str:
        """Render a template; `jinja2.TemplateError` where the template or its values are wrong."""
        return self._environment.get_template(words).render(values)


def _span(length: object) -> str:
    if not isinstance(length, timedelta):
        raise TypeError(f"{length!r} is no span of time")
    return span(length)
