"""What people ask of merge requests: which wait, for whom, since when, and what became of one.

Lists name the longest without an answer first, for the tail is what hurts. Who is named was asked for, or is waited for
in the one merge request that was asked for; nobody is ranked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from cloudbot.core.commands import Answer, Ask, Command, Param
from cloudbot.core.engine import Feature, World
from cloudbot.core.forge import MergeRequest
from cloudbot.features.merge_requests.document import MergeRequests, react
from cloudbot.features.merge_requests.nudges import Nudges
from cloudbot.features.merge_requests.reviewing import figures
from cloudbot.features.merge_requests.standing import Standing
from cloudbot.features.merge_requests.waiting import LABELS, State, StateName, heard, waiting
from cloudbot.features.projects import Projects, no_project
from cloudbot.features.sources import age_note

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST_NAMED = 6
MOST_NAMED_OF_ONE = 4
MINE = "mine"
WHICH = "project|state|nick"
CHOICES: Mapping[str, tuple[StateName, ...]] = {
    "review": ("review", "re-review", "approved"),
    "author": ("conflict", "red", "changes"),
    "draft": ("draft",),
    "conflict": ("conflict",),
    "fail": ("red",),
    "changes": ("changes",),
    "re-review": ("re-review",),
    "approved": ("approved",),
    "ready": ("ready",),
}
"""What `!mrs WORD` takes; `review` and `author` are all that waits for others, and for the one who made it."""
_ALSO = {"drafts": "draft", "conflicts": "conflict", "red": "fail", "failed": "fail", "rereview": "re-review"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One open merge request, judged."""

    one: MergeRequest
    state: State
    standing: Standing
    asked_at: datetime
    "since when an answer of others is due: ready for review, answered by its author, or last replied to"
    heard: bool | None

    @property
    def label(self) -> str:
        """Name the state."""
        return LABELS[self.state.name]


def rows(known: MergeRequests) -> list[Row]:
    """Judge all open ones; what waits for others comes first, and of that the longest without an answer."""
    judged = [_row(one, known.standing(one)) for one in known.open]
    return sorted(judged, key=lambda row: (row.state.on == "author", row.asked_at, row.one.reference))


def _row(one: MergeRequest, standing: Standing) -> Row:
    asked = [standing.ready_since or one.created_at]
    asked += [one.replied_at] if one.replied_at else []
    asked += [standing.since] if standing.state == "re-review" else []
    state = waiting(one, standing.approved_before)
    return Row(one=one, state=state, standing=standing, asked_at=max(asked), heard=heard(one))


def list_open(ask: Ask, world: World) -> Answer:
    """Answer `!mrs`: how many are in each state, the longest without an answer; of a project, a state or a person."""
    known, projects = world.document(MergeRequests), world.document(Projects)
    every = rows(known)
    wanted = ask.args.get(WHICH, "")
    choice = _ALSO.get(wanted.lower(), wanted.lower())
    if not wanted or known.seen is None:
        return _list(every, world)
    if choice == MINE:
        return _mine(ask, every, world)
    if choice in CHOICES:
        return _list([row for row in every if row.state.name in CHOICES[choice]], world, choice=choice)
    project = projects.find(wanted)
    if project is not None:
        return _list([row for row in every if row.one.project == project.path], world, wanted=wanted)
    if any(_concerns(row, {wanted.lower()}) for row in every):
        return _person({wanted.lower()}, wanted, every, world)
    names = sorted(projects.short(one.path) for one in projects.known)
    return Answer(words="irc/mrs_what", values={"wanted": wanted, "projects": names, "states": list(CHOICES)})


def _list(chosen: list[Row], world: World, *, wanted: str = "", choice: str = "") -> Answer:
    known = world.document(MergeRequests)
    shown = chosen if choice else [row for row in chosen if row.state.name != "draft"]
    names = [row.state.name for row in shown]
    values = {
        "rows": shown,
        "drafts": len(chosen) - len(shown),
        "counts": {name: names.count(name) for name in LABELS if name in names},
        "all": len(known.open),
        "projects": len({row.one.project for row in chosen}),
        "wanted": wanted,
        "choice": choice,
        "seen": known.seen,
        "most": MOST_NAMED,
    }
    return Answer(words="irc/mrs", values=values | _common(world))


def _mine(ask: Ask, every: Iterable[Row], world: World) -> Answer:
    """Answer for the one who asks, whose account on the forge stands in the team's records."""
    forge = world.document(MergeRequests).forge
    accounts = ask.person.accounts.get(forge, ()) if ask.person else ()
    if not accounts:
        return Answer(words="irc/mrs_who", values={"known": ask.person is not None, "forge": forge}, private=True)
    return _person({account.lower() for account in accounts}, "you", every, world)


def _person(names: set[str], called: str, every: Iterable[Row], world: World) -> Answer:
    concerned = [row for row in every if _concerns(row, names)]
    due = [row for row in concerned if _is_due(row, names)]
    theirs = [row for row in concerned if row not in due and row.one.author.lower() in names]
    values = {"due": due, "theirs": theirs, "called": called, "most": MOST_NAMED_OF_ONE}
    return Answer(words="irc/mrs_person", values=values | _common(world))


def _concerns(row: Row, names: set[str]) -> bool:
    people = (row.one.author, *row.one.reviewers, *row.state.who)
    return any(name.lower() in names for name in people)


def _is_due(row: Row, names: set[str]) -> bool:
    """Whether one of these names is waited for; a draft waits for nobody to be told so."""
    if row.state.on == "author":
        return row.state.name != "draft" and row.one.author.lower() in names
    return any(name.lower() in names for name in row.state.who)


def show_one(ask: Ask, world: World) -> Answer:
    """Answer `!mr NUMBER [PROJECT]`: state, whom it waits for, ages, link. A number in several projects asks which."""
    known, projects = world.document(MergeRequests), world.document(Projects)
    number, wanted = ask.args["number"], ask.args.get("project")
    found = known.numbered(number)
    if wanted is not None:
        project = projects.find(wanted)
        if project is None:
            return no_project(wanted, projects)
        found = [one for one in found if one.project == project.path]
    row = _row(found[0], known.standing(found[0])) if len(found) == 1 else None
    snoozed = world.document(Nudges).snoozed_until(found[0], world.at) if row else None
    values = {
        "number": number,
        "found": found,
        "row": row,
        "snoozed": snoozed,
        "wanted": wanted,
        "since": known.since,
        "seen": known.seen,
    }
    return Answer(words="irc/mr", values=values | _common(world))


def review_figures(_ask: Ask, world: World) -> Answer:
    """Answer `!reviews`: how soon merge requests are answered, and how many never; counts, nobody named."""
    known = world.document(MergeRequests)
    values = {"figures": figures(known), "seen": known.seen, "since": known.since}
    return Answer(words="irc/reviews", values=values | _common(world))


def _common(world: World) -> dict[str, object]:
    known = world.document(MergeRequests)
    return {
        "at": world.at,
        "short": world.document(Projects).short,
        "several": len({one.project for one in known.open}) > 1,
        "note": age_note(world, known.forge, known.seen),
    }


merge_requests = Feature(
    name="merge_requests",
    document=MergeRequests,
    react=react,
    commands=(
        Command(
            name="mrs",
            help="open merge requests by state, the longest without an answer first; of a project, state or person",
            params=(Param(name=WHICH, optional=True),),
            answer=list_open,
            personal=(MINE,),
            examples=("!mrs", "!mrs debian-cloud-images", "!mrs review", "!mrs author", "!mrs mine"),
        ),
        Command(
            name="mr",
            help="one merge request: its state, whom it waits for since when, its age and link",
            params=(Param(name="number"), Param(name="project", optional=True)),
            answer=show_one,
            examples=("!mr 118", "!mr 118 debian-cloud-images"),
        ),
        Command(
            name="reviews",
            help="how soon merge requests are answered and how many never, in counts",
            answer=review_figures,
            examples=("!reviews",),
        ),
    ),
)
