"""Merge requests: which are open and since when, and what became of one.

Nothing is said unasked about them yet; a list that is asked for names the oldest first, for the tail is what hurts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cloudbot.core.commands import Answer, Ask, Command, Param
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import Fact, MergeRequestsSeen
from cloudbot.core.forge import MergeRequest
from cloudbot.features.projects import Projects, no_project
from cloudbot.features.sources import age_note

MOST_NAMED = 8
MOST_KEPT = 2000
"""Ended merge requests kept for `!mr`; the oldest go first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeRequests:
    """All open merge requests, and the ended ones seen since `since`."""

    forge: str = ""
    seen: datetime | None = None
    since: datetime | None = None
    open: tuple[MergeRequest, ...] = ()
    ended: tuple[MergeRequest, ...] = ()


def react(known: MergeRequests, fact: Fact, _world: World) -> Reaction[MergeRequests]:
    """Take over a look; an ended merge request that has left the forge's window is remembered."""
    if not isinstance(fact, MergeRequestsSeen) or (known.seen is not None and fact.at < known.seen):
        return Reaction(known)
    still_open = tuple(sorted((one for one in fact.merge_requests if one.state == "opened"), key=_age))
    ended = {(one.project, one.iid): one for one in known.ended}
    ended |= {(one.project, one.iid): one for one in fact.merge_requests if one.state in {"merged", "closed"}}
    for one in still_open:
        ended.pop((one.project, one.iid), None)  # reopened
    kept = sorted(ended.values(), key=lambda one: one.merged_at or one.updated_at)[-MOST_KEPT:]
    since = min(known.since or fact.since, fact.since)
    return Reaction(
        MergeRequests(forge=fact.forge, seen=fact.at, since=since, open=still_open, ended=tuple(kept)),
    )


def _age(one: MergeRequest) -> tuple[datetime, str, int]:
    return (one.created_at, one.project, one.iid)


def list_open(ask: Ask, world: World) -> Answer:
    """Answer `!mrs`: the open ones, oldest first, drafts counted apart; of one project if named."""
    known, projects = world.document(MergeRequests), world.document(Projects)
    wanted = ask.args.get("project")
    rows = known.open
    if wanted is not None:
        project = projects.find(wanted)
        if project is None:
            return no_project(wanted, projects)
        rows = tuple(one for one in rows if one.project == project.path)
    values = {
        "ready": [one for one in rows if not one.draft],
        "drafts": sum(one.draft for one in rows),
        "projects": len({one.project for one in rows}),
        "several": len({one.project for one in known.open}) > 1,
        "short": projects.short,
        "at": world.at,
        "seen": known.seen,
        "note": age_note(world, known.forge, known.seen),
        "most": MOST_NAMED,
        "wanted": wanted,
    }
    return Answer(words="irc/mrs", values=values)


def show_one(ask: Ask, world: World) -> Answer:
    """Answer `!mr NUMBER [PROJECT]`: state, title, ages, link. A number in several projects asks which."""
    known, projects = world.document(MergeRequests), world.document(Projects)
    number, wanted = ask.args["number"], ask.args.get("project")
    digits = number.lstrip("!#")
    found = [one for one in (*known.open, *known.ended) if str(one.iid) == digits]
    if wanted is not None:
        project = projects.find(wanted)
        if project is None:
            return no_project(wanted, projects)
        found = [one for one in found if one.project == project.path]
    values = {
        "number": number,
        "found": found,
        "short": projects.short,
        "wanted": wanted,
        "since": known.since,
        "at": world.at,
        "seen": known.seen,
        "note": age_note(world, known.forge, known.seen),
    }
    return Answer(words="irc/mr", values=values)


merge_requests = Feature(
    name="merge_requests",
    document=MergeRequests,
    react=react,
    commands=(
        Command(
            name="mrs",
            help="open merge requests, the longest waiting first; of one project if named",
            params=(Param(name="project", optional=True),),
            answer=list_open,
            examples=("!mrs", "!mrs debian-cloud-images"),
        ),
        Command(
            name="mr",
            help="one merge request: its state, title, age and link",
            params=(Param(name="number"), Param(name="project", optional=True)),
            answer=show_one,
            examples=("!mr 118", "!mr 118 debian-cloud-images"),
        ),
    ),
)
