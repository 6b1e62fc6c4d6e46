"""The team's projects, as last seen whole. They appear, are renamed and vanish by themselves; nobody lists them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from cloudbot.core.commands import Answer
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import Fact, ProjectsSeen
from cloudbot.core.forge import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class Projects:
    """All projects of one forge; `seen` is when this list last changed."""

    forge: str = ""
    seen: datetime | None = None
    known: tuple[Project, ...] = ()

    def find(self, name: str) -> Project | None:
        """Return the project of that path, or of that last part of a path where only one has it."""
        wanted = name.lower()
        whole = [project for project in self.known if project.path.lower() == wanted]
        if whole:
            return whole[0]
        last = [project for project in self.known if project.path.lower().rpartition("/")[2] == wanted]
        return last[0] if len(last) == 1 else None

    def short(self, path: str) -> str:
        """Return the last part of a path where that is enough to tell projects apart, else the whole path."""
        counts = Counter(project.path.rpartition("/")[2] for project in self.known)
        name = path.rpartition("/")[2]
        return name if counts[name] <= 1 else path

    def default_branches(self) -> dict[str, str | None]:
        """Return the default branch of each project by path; None where it has none."""
        return {project.path: project.default_branch for project in self.known}


def react(known: Projects, fact: Fact, _world: World) -> Reaction[Projects]:
    """Take over a new list; an older one, sent back after it was parked, says nothing any more."""
    if not isinstance(fact, ProjectsSeen) or (known.seen is not None and fact.at < known.seen):
        return Reaction(known)
    return Reaction(Projects(forge=fact.forge, seen=fact.at, known=fact.projects))


def no_project(name: str, known: Projects) -> Answer:
    """Say that there is no such project, and which there are."""
    names = sorted(known.short(one.path) for one in known.known)
    return Answer(words="irc/no_project", values={"name": name, "names": names, "seen": known.seen})


projects = Feature(name="projects", document=Projects, react=react)
