"""All open merge requests, and what was merged or closed lately: two lists a group, the second by what changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cloudbot.adapters.gitlab import convert
from cloudbot.adapters.gitlab.memory import OVERLAP, TIMES_TO_BELIEVE, Key, Request, are_doubtful, watermark
from cloudbot.core.ports import SourceAway

if TYPE_CHECKING:
    from cloudbot.adapters.gitlab.asks import Item
    from cloudbot.adapters.gitlab.look import Look
    from cloudbot.adapters.gitlab.projects import Known
    from cloudbot.core.forge import MergeRequest


def read(look: Look, found: dict[int, Known]) -> tuple[MergeRequest, ...]:
    """Return the merge requests of the projects that are shown.

    The list of open ones is the truth about what is open; the memory adds those that ended since the history began.
    """
    before = _open_ones(look, found)
    still_open: set[Key] = set()
    for path in look.settings.groups:
        if look.memory.groups[path].projects:
            still_open |= _update(look, path)
    _doubt_losses(look, before, frozenset(before & _open_ones(look, found)) - still_open)
    look.memory.requests = {
        key: request
        for key, request in look.memory.requests.items()
        if key in still_open or (request.value.state != "opened" and request.value.updated_at >= look.since)
    }
    shown = [
        _shown(look, request, found[key[0]], key) for key, request in look.memory.requests.items() if key[0] in found
    ]
    return tuple(sorted(shown, key=lambda one: (one.project, one.iid)))


def _open_ones(look: Look, found: dict[int, Known]) -> frozenset[Key]:
    """Return what the memory holds for open in projects that still show theirs."""
    live = {number for number, known in found.items() if not known.value.archived}
    requests = look.memory.requests.items()
    return frozenset(key for key, request in requests if key[0] in live and request.value.state == "opened")


def _doubt_losses(look: Look, before: frozenset[Key], gone: frozenset[Key]) -> None:
    """Refuse a list of open ones from which most vanished without being merged or closed, until the third time."""
    if not are_doubtful(before, gone):
        look.memory.request_doubts = 0
        return
    look.memory.request_doubts += 1
    if look.memory.request_doubts < TIMES_TO_BELIEVE:
        line = f"{len(gone)} of {len(before)} open merge requests are gone, neither merged nor closed"
        raise SourceAway("unbelievable", line)


def _update(look: Look, path: str) -> set[Key]:
    """Read a group's open ones, then all that changed: one that is merged in between is then seen as merged."""
    group = look.memory.groups[path]
    opened = [_request(item) for item in look.asks.open_merge_requests(path)]
    start = look.since if group.watermark is None else group.watermark - OVERLAP
    changed = [_request(item) for item in look.asks.merge_requests_since(path, start)]
    for key, request in (*opened, *changed):
        known = look.memory.requests.get(key)
        if known is None or request.value.updated_at >= known.value.updated_at:
            look.memory.requests[key] = request
    group.watermark = watermark((one.value.updated_at for _, one in changed), group.watermark, look.at)
    return {key for key, _ in opened} | {key for key, one in changed if one.value.state == "opened"}


def _shown(look: Look, request: Request, known: Known, key: Key) -> MergeRequest:
    """Name the project as it is called now, and find the head pipeline, which no list of GitLab's tells."""
    status = request.value.pipeline_status
    if status is None and request.value.state == "opened":
        status = _head_status(look, request, key)
    return replace(request.value, project=known.value.path, pipeline_status=status)


def _head_status(look: Look, request: Request, key: Key) -> str | None:
    own = f"refs/merge-requests/{key[1]}/"
    pipelines = look.memory.builds[key[0]].pipelines.values()
    heads = [one for one in pipelines if request.sha and one.sha == request.sha]
    heads = [one for one in pipelines if one.ref.startswith(own)] or heads
    return max(heads, key=lambda one: one.id).status if heads else None


def _request(item: Item) -> tuple[Key, Request]:
    number = convert.number(item, "project_id")
    value = convert.merge_request(item, str(number))
    sha = item.get("sha")
    return (number, value.iid), Request(value, sha if isinstance(sha, str) else "")
