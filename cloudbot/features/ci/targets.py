"""What `!retry`, `!cancel` and `!run` mean: one known job, pipeline or schedule, or an answer with what there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cloudbot.core.commands import Answer
from cloudbot.core.effects import Action
from cloudbot.features.ci.cells import Cell
from cloudbot.features.ci.news import named
from cloudbot.features.ci.pipelines import Pipelines
from cloudbot.features.ci.schedules import Schedules
from cloudbot.features.ci.why import asked, failing
from cloudbot.features.projects import Projects, no_project

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudbot.core.engine import World
    from cloudbot.core.forge import Project, Schedule
    from cloudbot.features.ci.lines import Line

Args = Mapping[str, str]
Verb = Literal["retry", "cancel", "run"]
Why = Literal["which", "fine", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One thing to act on, by GitLab's numbers, with the page where the end can be seen."""

    action: Action
    project: int
    id: int
    name: str
    url: str


def to_retry(args: Args, world: World) -> Target | Answer:
    """Find what failed: a build, a project's line of history, or a pipeline by its number."""
    text = args["what"]
    cells, lines = asked(text, world)
    found = _by_number(text, world) or [*cells, *lines]
    failed = [one for one in found if one.failed]
    if len(failed) == 1:
        project = _project(failed[0].project, world)
        if project is not None:
            return _of(failed[0], project, world)
    if len(failed) > 1:
        return _none("retry", "which", text, [_numbered(one, world) for one in failed])
    if found and not failed:
        return _none("retry", "fine", text, [_name(one, world) for one in found])
    return _none("retry", "unknown", text, failing(world))


def to_cancel(args: Args, world: World) -> Target | Answer:
    """Find the pipeline of a project that is under way: the only one, or by ref or number."""
    projects = world.document(Projects)
    project = projects.find(args["project"])
    if project is None:
        return no_project(args["project"], projects)
    short, ref = projects.short(project.path), args.get("ref", "")
    here = {number: one for number, one in world.document(Pipelines).under_way.items() if one.project == project.path}
    found = {number: one for number, one in here.items() if not ref or ref in (one.ref, number)}
    if len(found) == 1:
        ((number, one),) = found.items()
        name = f"{short} {one.ref}"
        return Target(action="cancel_pipeline", project=project.id, id=int(number), name=name, url=one.url)
    names = [f"{number} ({one.ref})" for number, one in (found or here).items()]
    return _none("cancel", "which" if found else "unknown", f"{short} {ref}".rstrip(), names, short)


def to_run(args: Args, world: World) -> Target | Answer:
    """Find a schedule of a project, by its number or by its description or a part of it."""
    projects = world.document(Projects)
    project = projects.find(args["project"])
    if project is None:
        return no_project(args["project"], projects)
    short = projects.short(project.path)
    here = [one for one in world.document(Schedules).known if one.project == project.path]
    found = _schedules(args["schedule"], here)
    if len(found) != 1:
        names = [f"{one.id} ({one.description or one.ref})" for one in found or here]
        return _none("run", "which" if found else "unknown", args["schedule"], names, short)
    name = f"{short} {found[0].description or found[0].ref}"
    url = f"{project.url}/-/pipeline_schedules"
    return Target(action="play_schedule", project=project.id, id=found[0].id, name=name, url=url)


def _by_number(text: str, world: World) -> list[Cell | Line]:
    number = text.lstrip("#")
    return [line for line in world.document(Pipelines).lines.values() if str(line.pipeline) == number]


def _schedules(text: str, here: Sequence[Schedule]) -> list[Schedule]:
    wanted = text.lower()
    exact = [one for one in here if wanted.lstrip("#") == str(one.id) or wanted == one.description.lower()]
    return exact or [one for one in here if wanted in one.description.lower()]


def _project(path: str, world: World) -> Project | None:
    return next((one for one in world.document(Projects).known if one.path == path), None)


def _name(one: Cell | Line, world: World) -> str:
    return one.name if isinstance(one, Cell) else named(one, world.document(Projects))


def _numbered(one: Cell | Line, world: World) -> str:
    """Name it as it can be typed: two lines of one ref differ by what ran them."""
    return one.name if isinstance(one, Cell) else f"{one.pipeline} ({_name(one, world)})"


def _of(one: Cell | Line, project: Project, world: World) -> Target:
    """Of a build only its job is tried again; its pipeline's page shows the new one."""
    name, page = _name(one, world), f"{project.url}/-/pipelines/{one.pipeline}"
    if isinstance(one, Cell):
        return Target(action="retry_job", project=project.id, id=one.job, name=name, url=page)
    return Target(action="retry_pipeline", project=project.id, id=one.pipeline, name=name, url=one.url or page)


def _none(verb: Verb, why: Why, text: str, names: Sequence[str], project: str = "") -> Answer:
    values = {"verb": verb, "why": why, "text": text, "names": names, "project": project}
    return Answer(words="irc/act_nothing", values=values)
