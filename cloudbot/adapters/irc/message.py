"""One line of IRC into its parts, and parts into a line that cannot be two.

The only place that calls the `irc` library's parsers. Lenient in what it takes (RFC 1459 section 2.3.1 and the IRCv3
message-tags specification, plus surplus spaces); what is no message at all gives None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from irc.client import NickMask
from irc.message import Tag

_ENDS = dict.fromkeys(map(ord, "\0\r\n"))


@dataclass(frozen=True, slots=True)
class Message:
    """A parsed line. `params` has no empty middle parameters; the last one may be empty."""

    command: str
    params: tuple[str, ...] = ()
    source: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)

    def param(self, index: int) -> str:
        """Return a parameter, or the empty string where the server sent fewer."""
        return self.params[index] if index < len(self.params) else ""

    @property
    def last(self) -> str:
        """Return the last parameter, where servers put the words for people; empty if there is none."""
        return self.params[-1] if self.params else ""

    @property
    def nick(self) -> str:
        """Return the nick of the source; a server's name is returned as it is."""
        return str(NickMask(self.source).nick)

    @property
    def user(self) -> str:
        """Return the user name of the source, empty for a server."""
        return str(NickMask(self.source).user or "")

    @property
    def host(self) -> str:
        """Return the host of the source, empty for a server."""
        return str(NickMask(self.source).host or "")

    @property
    def from_server(self) -> bool:
        """Whether a server says this and not a person. No person's mask lacks the exclamation mark."""
        return "!" not in self.source


def parse(line: str) -> Message | None:
    """Take a line apart, or return None where there is no command in it."""
    tags: dict[str, str] = {}
    source = ""
    line = line.lstrip(" ")
    if line[:1] == "@":
        raw, _, line = line.partition(" ")
        tags = _tags(raw[1:])
        line = line.lstrip(" ")
    if line[:1] == ":":
        source, _, line = line[1:].partition(" ")
    # Only the space separates: str.split() would also split at U+00A0, which a channel's name may hold.
    middle, colon, trailing = line.lstrip(" ").partition(" :")
    command, *params = [word for word in middle.split(" ") if word] or [""]
    if colon:
        params.append(trailing)
    return Message(command.upper(), tuple(params), source, tags) if command else None


def _tags(raw: str) -> dict[str, str]:
    """Read tags; the last of a repeated key counts, a lone backslash at the end of a value is dropped."""
    items = [Tag.parse(item.removesuffix("\\") if _lone(item) else item) for item in raw.split(";") if item]
    return {item["key"]: str(item["value"] or "") for item in items if item["key"]}


def _lone(item: str) -> bool:
    return (len(item) - len(item.rstrip("\\"))) % 2 == 1


def bare(text: str) -> str:
    """Return `text` without the three characters that end or break a line on some server (RFC 2812 section 2.3.1)."""
    return text if text.isprintable() else text.translate(_ENDS)


def is_addressable(target: str) -> bool:
    """Whether this can be one target of a command; a comma would make two of it."""
    return target != "" and target[0] != ":" and " " not in target and "," not in target and target == bare(target)


def compose(command: str, *params: str, trailing: str | None = None) -> str:
    """Build one line. A middle parameter that is empty, begins with a colon or holds a space raises ValueError."""
    for param in params:
        if not param or param[0] == ":" or " " in param:
            raise ValueError(f"{param!r} cannot be a middle parameter of {command}")
    words = " ".join((command, *params))
    return bare(words if trailing is None else f"{words} :{trailing}")
