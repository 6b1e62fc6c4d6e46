"""All open merge requests, and what was merged or closed lately: two lists a group, the second by what changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cloudbot.adapters.gitlab import voices
from cloudbot.adapters.gitlab.memory import OVERLAP, TIMES_TO_BELIEVE, Key, are_doubtful, watermark
from cloudbot.core.ports import SourceAway

if TYPE_CHECKING:
    from cloudbot.adapters.gitlab.lists import Lists
    from cloudbot.adapters.gitlab.look import Look
    from cloudbot.adapters.gitlab.memory import Known, Request
    from cloudbot.core.forge import MergeRequest


def read(look: Look, lists: Lists, found: dict[int, Known]) -> tuple[MergeRequest, ...]:
    """Return the merge requests of the projects that are shown.

    The list of open ones is the truth about what is open; the memory adds those that ended since the history began.
    """
    before = _open_ones(look, found)
    still_open: set[Key] = set()
    for path in look.settings.groups:
        if look.memory.groups[path].projects:
            still_open |= _update(look, lists, path, found)
    _doubt_losses(look, before, frozenset(before & _open_ones(look, found)) - still_open)
    look.memory.requests = {
        key: request
        for key, request in look.memory.requests.items()
        if key in still_open or (request.value.state != "opened" and request.value.updated_at >= look.since)
    }
    voices.read(look, lists, found)
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


def _update(look: Look, lists: Lists, path: str, found: dict[int, Known]) -> set[Key]:
    """Read a group's open ones, then all that changed: one that is merged in between is then seen as merged."""
    group = look.memory.groups[path]
    opened = lists.open_requests(path)
    start = look.since if group.watermark is None else group.watermark - OVERLAP
    changed = lists.changed_requests(path, start)
    for key, request in (*opened.items, *changed.items):
        known = look.memory.requests.get(key)
        if known is None or request.value.updated_at >= known.value.updated_at:
            look.memory.requests[key] = request
    if changed.whole:
        moments = (one.value.updated_at for _, one in changed.items)
        group.watermark = watermark(moments, group.watermark, look.at)
    told = {key for key, _ in opened.items} | {key for key, one in changed.items if one.value.state == "opened"}
    return told if opened.whole else told | _as_before(look, path, found, {key for key, _ in changed.items})


def _as_before(look: Look, path: str, found: dict[int, Known], told: set[Key]) -> set[Key]:
    """Take what was open in a group for open still: the list had holes, and absence from it proves nothing."""
    projects = look.memory.groups[path].projects or frozenset()
    look.missing_requests.update(projects & found.keys())
    requests = look.memory.requests.items()
    return {key for key, one in requests if key[0] in projects and one.value.state == "opened" and key not in told}


def _shown(look: Look, request: Request, known: Known, key: Key) -> MergeRequest:
    """Name the project as it is called now, and find the head pipeline, which no list of GitLab's tells."""
    status = request.value.pipeline_status
    if status is None and request.value.state == "opened":
        status = _head_status(look, request, key)
    said = look.memory.said.get(key)
    value = replace(request.value, project=known.value.path, pipeline_status=status)
    return value if said is None or value.state != "opened" else voices.with_said(value, said)


def _head_status(look: Look, request: Request, key: Key) -> str | None:
    own = f"refs/merge-requests/{key[1]}/"
    pipelines = look.memory.builds[key[0]].pipelines.values()
    heads = [one for one in pipelines if request.sha and one.sha == request.sha]
    heads = [one for one in pipelines if one.ref.startswith(own)] or heads
    return max(heads, key=lambda one: one.id).status if heads else None
