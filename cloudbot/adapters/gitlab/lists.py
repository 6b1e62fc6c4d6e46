"""The lists of one look, whichever way they were asked for: one by one over REST here, all at once in `graph.team`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from gitlab.exceptions import GitlabError

from cloudbot.adapters.gitlab import convert
from cloudbot.adapters.gitlab.asks import Asks
from cloudbot.adapters.gitlab.away import refused
from cloudbot.adapters.gitlab.memory import Key, Known, Request
from cloudbot.core.forge import Pipeline

if TYPE_CHECKING:
    from datetime import datetime

    from cloudbot.adapters.gitlab.asks import Item

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """A list as the server gave it. Not `whole`: some of it could not be read, and absence proves nothing."""

    items: list[T] = field(default_factory=list)
    whole: bool = True


class Lists(Protocol):
    """What a look reads."""

    def projects(self, group: str) -> Listed[Known] | None:
        """Return a group's projects; None for a group that is closed to us or not there."""

    def open_requests(self, group: str) -> Listed[tuple[Key, Request]]:
        """Return all open merge requests of a group."""

    def changed_requests(self, group: str, since: datetime) -> Listed[tuple[Key, Request]]:
        """Return the merge requests of a group that changed since, open or not."""

    def newest(self, project: int) -> Newest | None:
        """Return a project's newest pipelines if they came with the group; None if they are to be asked for."""


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest pipelines of a project. Not `whole`: the server could not tell."""

    pipelines: tuple[Pipeline, ...] = ()
    scheduled: tuple[Pipeline, ...] = ()
    full: bool = False
    "there may be more than were asked for"
    whole: bool = True
    closed: bool = False
    "not whole, and no error says why: they are not shown to us"


@dataclass(frozen=True, slots=True)
class OneByOne:
    """The lists over REST: one request for a page of each."""

    asks: Asks

    def projects(self, group: str) -> Listed[Known] | None:
        """Ask for a group's projects; 403 and 404 mean that it is closed to us."""
        try:
            return Listed([known(item) for item in self.asks.projects(group)])
        except GitlabError as error:
            if not refused(error):
                raise
            return None

    def open_requests(self, group: str) -> Listed[tuple[Key, Request]]:
        """Ask for all open ones."""
        return Listed([request(item) for item in self.asks.open_merge_requests(group)])

    def changed_requests(self, group: str, since: datetime) -> Listed[tuple[Key, Request]]:
        """Ask for what changed."""
        return Listed([request(item) for item in self.asks.merge_requests_since(group, since)])

    def newest(self, project: int) -> Newest | None:
        """Leave the pipelines to be asked for, project by project."""
        del project
        return None


def known(item: Item) -> Known:
    """Convert a project of REST's list. Without `visibility`, it was shown to us as to anybody."""
    activity = item.get("last_activity_at")
    ci_off = item.get("builds_access_level") == "disabled" or item.get("jobs_enabled") is False
    return Known(
        value=convert.project(item),
        activity=None if activity is None else convert.moment(activity),
        has_ci=not ci_off,
        has_code=item.get("empty_repo") is not True and item.get("repository_access_level") != "disabled",
        public=item.get("visibility", "public") == "public",
        public_logs=item.get("public_jobs") is not False,
    )


def request(item: Item) -> tuple[Key, Request]:
    """Convert a merge request of REST's list; its project is known by number only."""
    number = convert.number(item, "project_id")
    value = convert.merge_request(item, str(number))
    return (number, value.iid), Request(value, value.sha)
