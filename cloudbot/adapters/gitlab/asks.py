"""What is asked of GitLab, one method per list. Each answer is whole, or an exception; never the first pages only.

python-gitlab pages and speaks HTTP; its own waiting and trying again are switched off, for it would sleep as long as
the server says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from gitlab.exceptions import GitlabParsingError

from cloudbot.adapters.gitlab.client import client
from cloudbot.adapters.gitlab.convert import Malformed
from cloudbot.adapters.gitlab.outcomes import NO_WAITING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cloudbot.adapters.gitlab.session import Pinned
    from cloudbot.adapters.gitlab.settings import Settings

Item = dict[str, Any]

READINGS = 3
"""How often a list is read again because its total shrank while we turned pages: an item may have slipped by."""


class Asks:
    """The questions of one look. Not for two threads at once."""

    def __init__(self, settings: Settings, session: Pinned, token: str | None) -> None:
        """Make the client. The token goes as Bearer, the only form that `requests` drops on a change of host."""
        self._page = settings.page_size
        self._session = session
        self._graphql = settings.url.rstrip("/") + "/api/graphql"
        self.has_token = token is not None
        self._gitlab = client(settings, session, token)

    @property
    def over(self) -> bool:
        """Whether the time of this look has passed."""
        return self._session.over

    def graphql(self, query: str, variables: Item) -> Item:
        """Send a GraphQL query. A whole URL, for python-gitlab knows paths below `/api/v4` only."""
        answer = self._gitlab.http_request(
            "post", self._graphql, post_data={"query": query, "variables": variables}, **NO_WAITING
        )
        try:
            told = answer.json()
        except ValueError as error:
            raise GitlabParsingError("no JSON") from error
        if not isinstance(told, dict):
            raise Malformed("not a JSON object")
        return told

    def projects(self, group: str) -> list[Item]:
        """Ask for the projects of a group and its subgroups; projects only shared with it are not the team's."""
        return self._list(
            f"/groups/{quote(group, safe='')}/projects",
            {"include_subgroups": "true", "with_shared": "false", "order_by": "id", "sort": "asc"},
        )

    def open_merge_requests(self, group: str) -> list[Item]:
        """Ask for all open merge requests of a group, however old."""
        return self._merge_requests(group, {"state": "opened"})

    def merge_requests_since(self, group: str, since: datetime) -> list[Item]:
        """Ask for the merge requests of a group updated since, open or not."""
        return self._merge_requests(group, {"state": "all", "updated_after": _iso(since)})

    def pipelines_since(self, project: int, since: datetime) -> list[Item]:
        """Ask for the pipelines updated since. A pipeline of last week that is tried again is among them."""
        return self._list(
            f"/projects/{project}/pipelines",
            {"updated_after": _iso(since), "order_by": "updated_at", "sort": "desc"},
        )

    def newest_pipelines(self, project: int, enough: Callable[[Item], bool]) -> list[Item]:
        """Ask for pipelines newest first: one page whatever their age, then on until one is old `enough`."""
        return self._list(f"/projects/{project}/pipelines", {"order_by": "id", "sort": "desc"}, enough=enough)

    def pipeline(self, project: int, pipeline: int) -> Item:
        """Ask for a pipeline alone: only so does it say why its configuration could not be read."""
        return self.one(f"/projects/{project}/pipelines/{pipeline}")

    def jobs(self, project: int, pipeline: int) -> list[Item]:
        """Ask for the jobs of a pipeline, every try of each."""
        return self._list(f"/projects/{project}/pipelines/{pipeline}/jobs", {"include_retried": "true"})

    def failed_jobs(self, project: int, pipeline: int) -> list[Item]:
        """Ask for the jobs of a pipeline that failed, the latest try of each."""
        return self._list(f"/projects/{project}/pipelines/{pipeline}/jobs", {"scope[]": "failed"})

    def bridges(self, project: int, pipeline: int) -> list[Item]:
        """Ask for the trigger jobs of a pipeline: they are not among its jobs."""
        return self._list(f"/projects/{project}/pipelines/{pipeline}/bridges", {})

    def schedules(self, project: int) -> list[Item]:
        """Ask for the pipeline schedules of a project, as far as we may see them."""
        return self._list(f"/projects/{project}/pipeline_schedules", {})

    def schedule(self, project: int, schedule: int) -> Item:
        """Ask for a schedule alone: only so does it tell its last pipeline."""
        return self.one(f"/projects/{project}/pipeline_schedules/{schedule}")

    def log_end(self, project: int, job: int, size: int) -> str:
        """Ask for the last bytes of a job's log. The server may send more; what is not the end is not kept."""
        with self._session.keeping_the_end(size):
            answer = self._gitlab.http_request(
                "get", f"/projects/{project}/jobs/{job}/trace", extra_headers={"Range": f"bytes=-{size}"}, **NO_WAITING
            )
        return answer.content.decode(errors="replace")

    def commits(self, project: int, branch: str, since: datetime, path: str = "") -> list[Item]:
        """Ask for the commits of a branch since, or those to a path; merges too: GitLab cannot leave those out."""
        query = {"ref_name": branch, "since": _iso(since)} | ({"path": path} if path else {})
        return self._list(f"/projects/{project}/repository/commits", query)

    def notes(self, project: str, merge_request: int) -> list[Item]:
        """Ask for all notes of a merge request, newest first; the project by its whole path."""
        return self._list(notes_of(project, merge_request), {"order_by": "created_at", "sort": "desc"})

    def one(self, path: str) -> Item:
        """Ask for a single thing."""
        answer = self._gitlab.http_get(path, **NO_WAITING)
        if not isinstance(answer, dict):
            raise Malformed("not a JSON object")
        return answer

    def _merge_requests(self, group: str, query: dict[str, str]) -> list[Item]:
        fixed = {"scope": "all", "order_by": "updated_at", "sort": "desc"}
        return self._list(f"/groups/{quote(group, safe='')}/merge_requests", fixed | query)

    def _list(self, path: str, query: dict[str, str], *, enough: Callable[[Item], bool] | None = None) -> list[Item]:
        for _ in range(READINGS):
            items, shrank = self._read(path, query, enough)
            if not shrank:
                return items
        raise Malformed("a list that shrinks every time it is read")

    def _read(self, path: str, query: dict[str, str], enough: Callable[[Item], bool] | None) -> tuple[list[Item], bool]:
        """Read every page, and say whether the total ever fell. An item that slid to the next page is taken once."""
        found: dict[object, Item] = {}
        most, shrank = 0, False
        try:
            pages: Any = self._gitlab.http_list(
                path, query_data=query, iterator=True, per_page=self._page, **NO_WAITING
            )
            for item in pages:
                found[_identity(item)] = item
                total = pages.total or most  # lists of commits and of more than 10,000 things tell none
                shrank = shrank or total < most
                most = max(most, total)
                if enough is not None and len(found) >= self._page and enough(item):
                    break
        except (KeyError, TypeError, RecursionError) as error:  # JSON that is no list; pages without end or content
            raise Malformed("an answer that is not a list") from error
        return list(found.values()), shrank


def notes_of(project: str, merge_request: int) -> str:
    """Return where the notes of a merge request are; the project by its whole path."""
    return f"/projects/{quote(project, safe='')}/merge_requests/{merge_request}/notes"


def _identity(item: object) -> object:
    if not isinstance(item, dict) or "id" not in item:
        raise Malformed("an item that is no object with an id")
    return item["id"]


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
