"""Who said what last on the open merge requests that changed: asked by GraphQL for many at once, else not at all.

People's words count, those of bots and of GitLab itself do not, but for an approval, which is a word without text.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cloudbot.adapters.gitlab.convert import is_bot, moment
from cloudbot.adapters.gitlab.graph import batch, words
from cloudbot.adapters.gitlab.memory import Said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudbot.adapters.gitlab.lists import Lists
    from cloudbot.adapters.gitlab.look import Look
    from cloudbot.adapters.gitlab.memory import Key, Known, Request
    from cloudbot.core.forge import MergeRequest

    Json = Mapping[str, Any]

MOST = 200
"""Merge requests that one look asks about, the newest first; the others wait for the next."""

PUSH = "commit"
_APPROVALS = frozenset({"approval", "unapproval"})
"""Names of the icons by which GitLab's own notes are told apart."""


def read(look: Look, lists: Lists, found: dict[int, Known]) -> None:
    """Bring what was said up to date, where it can be asked for together."""
    requests = look.memory.requests
    look.memory.said = {key: said for key, said in look.memory.said.items() if key in requests}
    moved = [(key, one) for key, one in requests.items() if key[0] in found and _has_moved(look, key, one)]
    moved.sort(key=lambda one: one[1].value.updated_at, reverse=True)
    wanted = moved[:MOST]
    asked = [(found[key[0]].value.path, key[1]) for key, _ in wanted]
    for (key, request), node in zip(wanted, batch.words(lists, asked), strict=False):
        if node is not None:
            look.memory.said[key] = said(node, request.value)


def with_said(request: MergeRequest, said: Said) -> MergeRequest:
    """Return a merge request with what is known of its words."""
    return replace(
        request,
        first_reply_at=said.first_reply_at,
        replied_at=said.replied_at,
        author_at=said.author_at,
        pushed_at=said.pushed_at,
        unresolved=said.unresolved,
    )


def said(node: Json, request: MergeRequest) -> Said:
    """Read the notes, the threads and the newest commit of one merge request. Pure."""
    notes = [*words.nodes(node.get("notes")), *words.nodes(node.get("latest"))]
    voices = [(_author(one), moment(one.get("createdAt", ""))) for one in notes if _is_a_word(one)]
    replies = [at for who, at in voices if who != request.author]
    pushes = [moment(one.get("createdAt", "")) for one in notes if one.get("systemNoteIconName") == PUSH]
    written = [moment(one["authoredDate"]) for one in words.nodes(node.get("commits")) if one.get("authoredDate")]
    threads = list(words.nodes(node.get("discussions")))
    return Said(
        updated_at=request.updated_at,
        first_reply_at=min(replies, default=None),
        replied_at=max(replies, default=None),
        author_at=max((at for who, at in voices if who == request.author), default=None),
        pushed_at=max(pushes or written, default=None),
        unresolved=sum(one.get("resolvable") is True and one.get("resolved") is not True for one in threads),
    )


def _has_moved(look: Look, key: Key, request: Request) -> bool:
    known = look.memory.said.get(key)
    value = request.value
    return value.state == "opened" and (known is None or known.updated_at != value.updated_at)


def _is_a_word(note: Json) -> bool:
    author = words.inner(note, "author")
    if is_bot(_author(note), marked=author.get("bot") is True) or not author:
        return False
    return note.get("system") is not True or note.get("systemNoteIconName") in _APPROVALS


def _author(note: Json) -> str:
    name = words.inner(note, "author").get("username")
    return name if isinstance(name, str) else ""
