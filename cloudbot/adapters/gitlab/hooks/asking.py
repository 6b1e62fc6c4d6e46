"""What the keeper asks of a GitLab about hooks: list, make, change, delete. Through the looks' own session and pace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloudbot.adapters.gitlab.client import client
from cloudbot.adapters.gitlab.convert import Malformed

if TYPE_CHECKING:
    from cloudbot.adapters.gitlab.session import Pinned
    from cloudbot.adapters.gitlab.settings import Settings

Item = dict[str, Any]

_NO_WAITING: dict[str, Any] = {"obey_rate_limit": False, "retry_transient_errors": False, "max_retries": 0}


class HookAsks:
    """The questions and orders of one errand. Not for two threads at once."""

    def __init__(self, settings: Settings, session: Pinned, token: str | None) -> None:
        """Make a client beside the looks' own, on the same session: one host, one pace, one deadline."""
        self._gitlab = client(settings, session, token)

    def hooks(self, project: int) -> list[Item]:
        """Ask for the hooks of a project. Raises `GitlabError` with 403 or 404 where that is not ours to see."""
        found: object = self._gitlab.http_list(_path(project), get_all=True, per_page=100, **_NO_WAITING)
        if not isinstance(found, list) or not all(isinstance(one, dict) and "id" in one for one in found):
            raise Malformed("an answer that is not a list of hooks")
        return found

    def add(self, project: int, body: Item) -> int:
        """Make a hook and return its number."""
        made: object = self._gitlab.http_post(_path(project), post_data=body, **_NO_WAITING)
        number = made.get("id") if isinstance(made, dict) else None
        if not isinstance(number, int):
            raise Malformed("a hook without its number")
        return number

    def change(self, project: int, hook: int, body: Item) -> None:
        """Change a hook."""
        self._gitlab.http_put(f"{_path(project)}/{hook}", post_data=body, **_NO_WAITING)

    def delete(self, project: int, hook: int) -> None:
        """Delete a hook."""
        self._gitlab.http_delete(f"{_path(project)}/{hook}", **_NO_WAITING)


def _path(project: int) -> str:
    return f"/projects/{project}/hooks"
