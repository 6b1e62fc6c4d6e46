"""What people can type: one declaration per command gives grammar, permission, help and the manual.

The parser decides whether a line is meant for us, which command it is, and what is missing; it never answers.
Other bots live in the channel too, so an unknown `!word` is nobody's business, while an unknown word addressed to our
nick deserves one line to the person who typed it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from cloudbot.core.engine import World
from cloudbot.core.people import Audience, Person
from cloudbot.core.speech import Speaker, Venue
from cloudbot.core.times import BadSpan, parse_span

if TYPE_CHECKING:
    from collections.abc import Iterable


Kind = Literal["word", "number", "span", "rest"]
SPANS = "30m|2h|2d"
MOST_SHOWN = 6
"""Choices written out in a command's usage; of more, only the parameter's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """One parameter: `word`, `number` (also `!12` and `#12`), `span` of time, or the `rest` of the line."""

    name: str
    kind: Kind = "word"
    optional: bool = False
    choices: tuple[str, ...] = ()

    @property
    def usage(self) -> str:
        """Write it as the help does: `[PROJECT]`, `on|off`, `30m|2h|2d`."""
        spans = (SPANS,) if self.kind == "span" else ()
        few = self.choices if len(self.choices) <= MOST_SHOWN else (self.name.upper(),)
        shown = "|".join((*spans, *few)) or self.name.upper()
        return f"[{shown}]" if self.optional else shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One question, parsed and permitted."""

    at: datetime
    args: Mapping[str, str]
    venue: Venue
    speaker: Speaker
    person: Person | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The words of an answer; `private` sends all but short answers to the person instead of the channel."""

    words: str
    values: Mapping[str, object] = field(default_factory=dict)
    private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command. With `answer` it is a question; without, it is journalled as `CommandGiven` for its feature."""

    name: str
    help: str
    params: tuple[Param, ...] = ()
    who: Audience = "anyone"
    aliases: tuple[str, ...] = ()
    answer: Callable[[Ask, World], Answer] | None = None
    listing: Callable[[Ask, World], Answer] | None = None
    "answers the bare command and `NAME list` of one that changes something; anyone may ask"
    asking: re.Pattern[str] | None = None
    "what else after the name is a question for `listing`, which then gets the parameters"
    personal: tuple[str, ...] = ()
    "words that make a question one about the person who asks: then who it is has to be proven first"
    examples: tuple[str, ...] = ()

    @property
    def usage(self) -> str:
        """Write the command with its parameters: `mr NUMBER [PROJECT]`."""
        return " ".join((self.name, *(param.usage for param in self.params)))

    def needs_proof(self, args: Mapping[str, str]) -> bool:
        """Whether who gives it has to be known: it changes something, is not for everybody, or is about them."""
        about_asker = any(value.lower() in self.personal for value in args.values())
        return self.answer is None or self.who != "anyone" or about_asker


@dataclass(frozen=True, slots=True)
class Invocation:
    """A command with its arguments, ready to be permitted and answered."""

    command: Command
    args: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Mistake:
    """Meant for us but not understood: one line for the person who typed it."""

    line: str


Parsed = Invocation | Mistake | None
ADDRESS = re.compile(r"\s*(?P<nick>[^\s:,]+)[:,]\s*(?P<rest>.*)", re.DOTALL)
BANG = re.compile(r"!\s?(?P<rest>[A-Za-z].*)", re.DOTALL)


class Commands:
    """The registry: every command by name and alias. Two commands of one name are a programming error."""

    def __init__(self, commands: Iterable[Command]) -> None:
        """Index the commands."""
        self.all: tuple[Command, ...] = tuple(sorted(commands, key=lambda command: command.name))
        self._by_name: dict[str, Command] = {}
        for command in self.all:
            for name in (command.name, *command.aliases):
                if name in self._by_name:
                    raise ValueError(f"two commands are called {name}")
                self._by_name[name] = command

    def find(self, name: str) -> Command | None:
        """Return the command of that name or alias, whatever its case."""
        return self._by_name.get(name.lower().lstrip("!"))

    def suggest(self, name: str) -> str | None:
        """Return the name that was probably meant."""
        import difflib  # noqa: PLC0415 - only for who mistyped

        near = difflib.get_close_matches(name.lower(), self._by_name, n=1, cutoff=0.6)
        return near[0] if near else None

    def parse(self, text: str, *, me: Iterable[str], query: bool, bang: bool = True) -> Parsed:
        """Decide what a line means: None for what is not ours.

        `me` are the names we answer to; `query` says that the line was said to us alone; `bang` allows `!word`.
        """
        if text.startswith("#"):
            return None  # meeting lines, here or in a query, are the meeting's
        names = {name.lower() for name in me}
        address = ADDRESS.match(text)
        if address is not None and address["nick"].lower() in names:
            rest = address["rest"]
            return None if rest.startswith("#") else self._read(rest.removeprefix("!"), loud=True)
        banged = BANG.match(text)
        if banged is not None and (bang or query):
            return self._read(banged["rest"], loud=query)
        return self._read(text, loud=True) if query else None

    def _read(self, text: str, *, loud: bool) -> Parsed:
        word, _, rest = text.strip().partition(" ")
        if not word:
            return Mistake('say "help" for what I can do') if loud else None
        command = self.find(word)
        if command is not None:
            return _choose(command, rest.strip())
        if not loud:
            return None
        near = self.suggest(word)
        hint = f"did you mean {near}?" if near else 'say "help" for what I can do'
        return Mistake(f'"{word[:40]}" is no command of mine; {hint}')


def _choose(command: Command, text: str) -> Invocation | Mistake:
    """Tell a question from an order, where a command is both."""
    if command.listing is not None:
        question = replace(command, answer=command.listing, who="anyone")
        if text.lower() in {"", "list"}:
            return Invocation(question, {})
        if command.asking is not None and command.asking.fullmatch(text):
            return bind(question, text)
    return bind(command, text)


def bind(command: Command, text: str) -> Invocation | Mistake:
    """Give the words of a line to a command's parameters, or say what is missing or too much."""
    args: dict[str, str] = {}
    for param in command.params:
        if param.kind == "rest":
            value, text = text, ""
        else:
            value, _, text = text.partition(" ")
            text = text.lstrip()
        if not value:
            if param.optional:
                continue
            return Mistake(f"{param.usage} is missing; type: {command.usage}")
        fault = unfit(param, value)
        if fault:
            return Mistake(f"{fault}; type: {command.usage}")
        args[param.name] = value.lstrip("!#") if param.kind == "number" else value
    if text:
        return Mistake(f'"{text[:40]}" is too much; type: {command.usage}')
    return Invocation(command, args)


def unfit(param: Param, value: str) -> str | None:
    """Say why a value does not fit a parameter, or None."""
    if param.choices and param.kind != "span" and value.lower() not in param.choices:
        return f'"{value[:40]}" is none of {", ".join(param.choices)}'
    if param.kind == "number" and re.fullmatch(r"[!#]?[0-9]+", value) is None:
        return f'"{value[:40]}" is no number'
    if param.kind == "span" and value.lower() not in param.choices:
        try:
            parse_span(value)
        except BadSpan as bad:
            return str(bad).partition(";")[0]
    return None
