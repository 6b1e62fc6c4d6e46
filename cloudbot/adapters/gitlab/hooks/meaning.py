"""What a proven delivery means to this team: a fact, a hint to look, or nothing, each with its reason.

Pure. Dropped is what the channel may not see (confidential, not public) and what is not ours (another server, another
group); kinds without a fact of their own only ring, where something we watch may have changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal

from cloudbot.adapters.gitlab.convert import Malformed
from cloudbot.adapters.gitlab.hooks import tidings
from cloudbot.adapters.gitlab.hooks.told import Told, block, host_of, text
from cloudbot.core.facts import Fact
from cloudbot.core.forge import Project

if TYPE_CHECKING:
    from datetime import datetime

Outcome = Literal[
    "told",  # a fact
    "hinted",  # no fact; the forge is looked at
    "ignored",  # a kind that says nothing to us
    "foreign",  # of another GitLab
    "confidential",
    "outside",  # a project of none of our groups
    "private",  # a project that is not public
    "unreadable",  # no JSON, a custom template, half of something
]

Make = Callable[..., Fact]

_CONVERTED: dict[str, Make] = {
    "pipeline": tidings.pipeline,
    "build": tidings.build,
    "job": tidings.build,
    "merge_request": tidings.merge_request,
}
_RINGS = frozenset({"push", "tag_push", "release", "merge_request", "repository_update"})
_GROUP_PATHS = ("full_path", "group_full_path", "group_path", "path")
_RINGS_ALL = ("project_", "group_", "subgroup_", "user_add_to_", "user_remove_from_", "user_update_for_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """What is ours on one server. `known` reads the projects as they were last seen."""

    forge: str
    groups: tuple[str, ...]
    hosts: frozenset[str]
    prefix: str = ""
    "the path of the server in its addresses, for one that is not at the root of its host"
    private_projects: bool = False
    known: Callable[[], Iterable[Project]] = tuple

    def has_path(self, path: str) -> bool:
        """Whether a project or group lies in a configured group, or is one. GitLab's paths ignore case."""
        low = path.lower()
        return any(low == group.lower() or low.startswith(f"{group.lower()}/") for group in self.groups)

    def same(self, project: Project) -> Project | None:
        """Return the project as it was among ours when the server was last read, perhaps by another path."""
        return next((one for one in self.known() if one.id == project.id), None)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What is made of a delivery; `project` is the path it tells of, if any."""

    outcome: Outcome
    kind: str = ""
    project: str | None = None
    fact: Fact | None = None
    rings: bool = False
    why: str = ""


def meaning(told: Told, ours: Ours, *, instance: str, at: datetime) -> Meaning:
    """Decide. `instance` is what `X-Gitlab-Instance` says."""
    kind = told.kind[:60]
    if told.hosts(instance) - ours.hosts:
        return Meaning("foreign", kind)
    if told.is_confidential:
        return Meaning("confidential", kind)
    try:
        project = told.project(ours.known(), ours.prefix)
    except Malformed as error:
        asked = kind in _CONVERTED or _rings(kind, told)
        return Meaning("unreadable" if asked else "ignored", kind, rings=asked, why=str(error))
    return _of_no_project(told, kind, ours, at) if project is None else _of_project(told, kind, project, ours, at)


def _of_project(told: Told, kind: str, project: Project, ours: Ours, at: datetime) -> Meaning:
    same = ours.same(project)
    if same is None and not ours.has_path(project.path):
        return Meaning("outside", kind, project.path)
    if not ours.private_projects and told.is_public is not True and (told.is_public is False or same is None):
        return Meaning("private", kind, project.path, rings=same is not None)  # it was public when it was last seen
    found = _of_ours(told, kind, project, ours, at)
    moved = same is not None and (same.path, same.default_branch) != (project.path, project.default_branch)
    return replace(found, rings=True) if moved else found


def _of_ours(told: Told, kind: str, project: Project, ours: Ours, at: datetime) -> Meaning:
    make = _maker(kind, project)
    if make is None:
        rings = _rings(kind, told)
        return Meaning("hinted" if rings else "ignored", kind, project.path, rings=rings)
    try:
        fact = make(told, at=at, forge=ours.forge)
    except Malformed as error:  # the look that it rings for tells what it could not
        return Meaning("unreadable", kind, project.path, rings=True, why=str(error))
    return Meaning("told", kind, project.path, fact, rings=kind in _RINGS)


def _maker(kind: str, project: Project) -> Make | None:
    if kind == "access_token":
        return partial(tidings.token, where=project.path)
    found = _CONVERTED.get(kind)
    return None if found is None else partial(found, project=project)


def _rings(kind: str, told: Told) -> bool:
    if kind == "note":
        return text(told.attributes, "noteable_type") == "MergeRequest"
    return kind in _RINGS or kind.startswith(_RINGS_ALL)


def _of_no_project(told: Told, kind: str, ours: Ours, at: datetime) -> Meaning:
    """Judge what is of a group: its own path is `full_path`, `group_path` or `path`, by kind and age."""
    things = (block(told.body, "group"), told.body)
    path = next(filter(None, (text(thing, key) for thing in things for key in _GROUP_PATHS)), "")
    if kind != "access_token" and not kind.startswith(_RINGS_ALL):
        return Meaning("ignored", kind)
    if not ours.has_path(path):
        return Meaning("outside", kind)
    if kind != "access_token":
        return Meaning("hinted", kind, rings=True)
    try:
        return Meaning("told", kind, fact=tidings.token(told, path, at=at, forge=ours.forge))
    except Malformed as error:
        return Meaning("unreadable", kind, why=str(error))


def hosts_of(url: str, *others: str) -> frozenset[str]:
    """Return the host names a server may go by: that of its address, and others as names or addresses."""
    return frozenset({host_of(url), *(host_of(one) if "://" in one else one.lower() for one in others)})
