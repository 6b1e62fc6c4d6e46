"""The generated pages of docs/: commands, settings, metrics, needs. `make bless` writes them; a test compares them."""

from __future__ import annotations

import ast
import tomllib
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from cloudbot.config.settings import Installation
from cloudbot.core.meetings import correcting, w3c
from cloudbot.core.meetings.commands import COMMANDS
from cloudbot.core.records.changing import RULES as CHANGES
from cloudbot.core.records.changing.messages import RULES as MESSAGES
from cloudbot.core.records.checks import LOADING, RULES
from cloudbot.core.records.kinds import KINDS
from cloudbot.core.records.permissions import WORDS
from cloudbot.features import make_commands, make_engine
from tests.core.records.exported import GOLDEN, snapshot
from tests.features.records.meetings import mails, minutes_mail

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
GENERATED = "Written by `make bless` from the code. Do not edit.\n"


def commands_page() -> str:
    """Every command, from its own declaration."""
    out = ["# Commands", "", GENERATED]
    out += [
        "In a channel: `!command`, `cloudbot: command` or `cloudbot, command`. In a query the bare command. Unknown",
        "`!words` get silence, for other bots live there too. `#words` are meeting commands.",
        "",
    ]
    for command in make_commands(make_engine()).all:
        who = {"anyone": "", "member": " For people of the team.", "operator": " For operators."}[command.who]
        out += [f"## {command.name}", "", f"`!{command.usage}`: {command.help}.{who}"]
        if command.aliases:
            out.append("Also: " + ", ".join(f"`{alias}`" for alias in command.aliases) + ".")
        out += ["", *(f"    {example}" for example in command.examples), ""]
    return "\n".join([*out, *_meeting_words()]).rstrip() + "\n"


def _meeting_words() -> Iterator[str]:
    """What can be typed while a meeting is held."""
    yield "## In meetings"
    yield ""
    yield "`#startmeeting` begins one. Most of the words are MeetBot's; `[topic] TEXT`, as at Ubuntu, is `#topic TEXT`."
    yield "What is asked for wrongly is told to whoever typed it, and nothing of it is said in the channel. While a"
    yield "vote is open, `vote +1 #channel` said to the bot alone is a ballot whose nick is not shown. `s/old/new/`"
    yield "rewords the last item of one's own that has `old`. A line that begins with `[off]` is in no log."
    yield ""
    yield "| word | for | what it does |"
    yield "| --- | --- | --- |"
    for one in COMMANDS:
        words = ", ".join(f"`#{name}`" for name in (one.name, *one.aliases))
        yield f"| {words} | {'chairs' if one.who == 'chair' else 'anyone'} | {one.help} |"
    yield ""
    yield 'A series with `grammar = "w3c"` takes these too, from anyone: `Topic:`, `Subtopic:`, `ACTION: NICK to TEXT`,'
    yield "`RESOLVED:`, `Meeting:`, `Chair:`, and"
    yield ""
    yield from (f"- {one.help}" for one in (*w3c.OWN.values(), *correcting.OWN.values()))
    yield ""
    yield "A backslash before one of them makes it text, and so does a block of lines between ``` or [[ ]]. An item is"
    yield "not closed, and no other taken up, while people are on the queue, unless it begins with `really`."


def configuration_page() -> str:
    """Every setting of every section, from the models."""
    out = ["# Configuration", "", GENERATED]
    out += [
        "A directory of `*.toml` files; any file may hold any section. `cloudbot check-config` reports every problem",
        "at once, with its line and what to write. SIGHUP reads all of it again; networks, GitLab servers, the state",
        "directory, mail and the door need a restart. The example in `config/` is complete.",
        "",
    ]
    for path, model in _sections(Installation, ""):
        out += [f"## `[{path}]`", "", (model.__doc__ or "").strip().splitlines()[0], ""]
        out += ["| key | default | meaning |", "| --- | --- | --- |"]
        for name, field in model.model_fields.items():
            if _model_in(field.annotation) is None or (path == "irc.NAME" and name in {"pacing", "channels"}):
                default = _default(field.default)
                meaning = " ".join((field.description or "").split()).replace("|", "\\|")
                out.append(f"| `{name}` | {default} | {meaning} |")
        out.append("")
    return "\n".join(out).rstrip() + "\n"


def _default(value: object) -> str:
    if value is PydanticUndefined:
        return "required"
    if isinstance(value, BaseModel):
        return "see below"
    if value is None or value in ("", (), {}):
        return "none"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`".replace("|", "\\|")


def _sections(model: type[BaseModel], path: str) -> Iterator[tuple[str, type[BaseModel]]]:
    plain = [name for name, field in model.model_fields.items() if _model_in(field.annotation) is None]
    if path and (plain or not model.model_fields):
        yield path, model
    for name, field in model.model_fields.items():
        inner = _model_in(field.annotation)
        if inner is None:
            continue
        origin = get_origin(field.annotation)
        here = f"{path}.{name}" if path else name
        yield from _sections(inner, f"{here}.NAME" if origin is dict else f"[{here}]" if origin is tuple else here)


def _model_in(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - a type expression
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (dict, tuple, Union, UnionType):
        return next((found for one in get_args(annotation) if (found := _model_in(one)) is not None), None)
    return None


def needs_marks() -> dict[str, dict[str, set[str]]]:
    """Return, for each need, what answers it (`by=`) and the tests that show it, from `@pytest.mark.need`."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: {"by": set(), "tests": set()})
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                for name, by in _marks_of(node):
                    found[name]["tests"].add(f"{file.relative_to(ROOT)}::{node.name}")
                    found[name]["by"].update(by)
    return found


def _marks_of(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Iterator[tuple[str, set[str]]]:
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.need":
            by = {str(ast.literal_eval(one.value)) for one in decorator.keywords if one.arg == "by"}
            for argument in decorator.args:
                yield str(ast.literal_eval(argument)), by


def needs_page() -> str:
    """The checklist: each need named in 2019, what answers it, the tests that show it."""
    needs = tomllib.loads((ROOT / "docs" / "needs.toml").read_text(encoding="utf-8"))["needs"]
    marks = needs_marks()
    met = [need for need in needs if need["id"] in marks]
    out = [
        "# The checklist",
        "",
        GENERATED,
        "",
        f"{len(met)} of {len(needs)} needs of the 2019 BoF are shown by a test.",
        "",
    ]
    for need in needs:
        mark = marks.get(need["id"])
        out.append(f"- **{need['id']}** {need['need']}" + ("" if mark else " *(open)*"))
        if mark:
            by = ", ".join(f"`{one}`" for one in sorted(mark["by"]))
            out.append(f"  - {by + ': ' if by else ''}" + ", ".join(sorted(mark["tests"])))
    return "\n".join(out) + "\n"


def metrics_page() -> str:
    """Every metric, from what a bot that has just been made shows."""
    from tests.runtime_parts import figures_of_a_new_bot  # noqa: PLC0415 - a page should not need the runtime to be read

    out = ["# Metrics", "", GENERATED, "At `/metrics` of the HTTP door.", ""]
    text = figures_of_a_new_bot(datetime(2019, 7, 22, tzinfo=UTC)).metrics().decode()
    for line in text.splitlines():
        if line.startswith("# HELP "):
            name, _, meaning = line.removeprefix("# HELP ").partition(" ")
            out.append(f"- `{name}`: {meaning}")
    return "\n".join(out) + "\n"


def records_page() -> str:
    """Every kind of record with its keys, and every rule, from the models and the rules."""
    out = ["# Records", "", GENERATED]
    out += [
        "One TOML file is one record, and its path is its identity. `cloudbot records init DIRECTORY` makes a",
        "repository, `cloudbot records check` checks one. Tables with `from` and `to` hold from the first day up to,",
        "and without, `to`. Days are `2019-07-22`, instants `2019-07-22T18:00:00Z`, both without quotes. Unknown",
        "keys are errors, except those that begin with `x-`, which are the writer's own.",
        "",
    ]
    for kind in KINDS:
        out += [
            f"## {kind.name}",
            "",
            (kind.model.__doc__ or "").strip().splitlines()[0],
            "",
            f"File: `{kind.path}`",
            "",
        ]
        out += ["| key | default | meaning |", "| --- | --- | --- |", *_record_rows(kind.model, ""), ""]
    out += ["## Rules", "", "`E` refuses a change, `W` wants an acknowledgement in it, `D` is due on the day.", ""]
    out += ["With `--json` the findings are one document: `format` is `cloudbot/findings/1`, then `date`, `records`,"]
    out += ["`counts` and `findings`, each with `file`, `line`, `rule`, `subject`, `severity`, `what` and `write`.", ""]
    out += ["| rule | | what is right |", "| --- | --- | --- |"]
    out += [f"| {name} | E | {sentence} |" for name, sentence in LOADING.items()]
    out += [f"| {rule.name} | {rule.severity} | {rule.sentence} |" for rule in RULES]
    out += ["", "## Rules of a change", "", "What `--base` judges, and the bot before it commits.", ""]
    out += ["| rule | | what is right |", "| --- | --- | --- |"]
    out += [f"| {rule.name} | {rule.severity} | {rule.sentence} |" for rule in (*CHANGES, *MESSAGES)]
    out += [
        "",
        "## Permissions",
        "",
        "The words of `may` in `policy/permissions.toml`. The first grant that has a word",
    ]
    out += ["decides; a word that no grant has takes two people. Rights are asked of the state before the change.", ""]
    out += ["| word | what it allows |", "| --- | --- |"]
    out += [f"| `{word}` | {meaning} |" for word, meaning in WORDS.items()]
    return "\n".join(out).rstrip() + "\n"


def _record_rows(model: type[BaseModel], before: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        key = before + (field.alias or name)
        inner = _model_in(field.annotation)
        default = "see below" if inner and not field.is_required() else _default(field.default)
        meaning = " ".join((field.description or "").split()).replace("|", "\\|")
        yield f"| `{key}` | {default} | {meaning} |"
        if inner is not None:
            many = get_origin(field.annotation)
            yield from _record_rows(inner, key + ("[]." if many is tuple else ".NAME." if many is dict else "."))


PAGES = {
    "commands.md": commands_page,
    "configuration.md": configuration_page,
    "metrics.md": metrics_page,
    "needs.md": needs_page,
    "records.md": records_page,
}


def bless() -> None:
    """Write all pages."""
    for name, page in PAGES.items():
        (ROOT / "docs" / name).write_text(page(), encoding="utf-8")
    GOLDEN.write_text(snapshot(), encoding="utf-8")
    mails.GOLDEN.write_text(mails.golden(), encoding="utf-8")
    minutes_mail.GOLDEN.write_text(minutes_mail.golden(), encoding="utf-8")


if __name__ == "__main__":
    bless()
