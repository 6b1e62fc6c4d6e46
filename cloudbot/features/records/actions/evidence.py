"""That something is done: what a person shows for it, and what of that the bot can see for itself.

A merge request is looked for among those seen, a published image in its record, a host name is looked up before the
order is carried out; a link is taken as said. What is
contradicted by what was seen is no evidence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from cloudbot.core.records.kinds.images import Image
from cloudbot.features.merge_requests.document import MergeRequests
from cloudbot.features.records.orders import NotSo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudbot.core.forge import MergeRequest
    from cloudbot.features.records.orders import Order

_HOST = r"[\w-]+(?:\.[\w-]+)+"
_RESOLVES = re.compile(rf"(?i)\bresolv(?:es|ing):? +(?P<after>{_HOST})|(?P<before>{_HOST}) resolves\b")
_URL = re.compile(r"https?://[!-~]+")
_REQUEST = re.compile(r"(?P<project>[\w.-]+(?:/[\w.-]+)*)?!(?P<iid>\d{1,9})")
_OF_A_REQUEST = re.compile(r"/-/merge_requests/\d+/?(?:[#?].*)?$|/merge_requests/\d+/?(?:[#?].*)?$")


@dataclass(frozen=True, slots=True)
class Shown:
    """One piece of evidence, as the record will hold it, and what was seen of it."""

    evidence: dict[str, str]
    seen: str
    "what the bot saw for itself; empty if it is taken as said"


def shown(order: Order, text: str) -> Shown:
    """Read evidence: the first word that is some, the others are a note. Raises `NotSo` for none, or against it.

    A link or a merge request comes before an image: `vagrant box, see https://...` is about the link.
    """
    order.free(text)
    host = host_in(text)
    if host and order.arg("looked up") == host:
        return Shown({"resolves": host}, f"{host} resolves")
    words = text.split()
    for look in (_linked, _image):
        for number, word in enumerate(words):
            found = look(order, word.strip("<>(),;."))
            if found is not None:
                note = " ".join(words[:number] + words[number + 1 :]).strip(" ,;:.()")
                more = {"note": note[:200].strip()} if note else {}
                return Shown({**found.evidence, **more}, found.seen)
    raise NotSo("irc/action_no", why="evidence", id=order.arg("id"))


def host_in(text: str) -> str:
    """Return the host name that is said to resolve, or nothing."""
    found = _RESOLVES.search(text)
    return (found["after"] or found["before"]).rstrip(".").casefold() if found else ""


def _linked(order: Order, word: str) -> Shown | None:
    requests = order.world.document(MergeRequests)
    if _URL.fullmatch(word):
        request = _at(requests, word) if _OF_A_REQUEST.search(word) else None
        return Shown({"url": word}, _merged(request)) if request is not None else Shown({"url": word}, "")
    named = _REQUEST.fullmatch(word)
    return None if named is None else _request(requests, named["project"] or "", int(named["iid"]), word)


def _image(order: Order, word: str) -> Shown | None:
    image = order.view.get(Image, "image", word.casefold())
    return None if image is None else Shown({"published": image.id}, _published(order, image))


def _at(requests: MergeRequests, url: str) -> MergeRequest | None:
    plain = re.split(r"[#?]", url)[0].rstrip("/")
    return next((one for one in _all(requests) if one.url.rstrip("/") == plain), None)


def _all(requests: MergeRequests) -> Sequence[MergeRequest]:
    return (*requests.open, *requests.ended)


def _request(requests: MergeRequests, project: str, iid: int, word: str) -> Shown:
    """Find `!7` or `images!7`; one of a project that is not watched is taken as said, if it is named."""
    found = [
        one for one in _all(requests) if one.iid == iid and f"/{one.project}".endswith(f"/{project}" if project else "")
    ]
    if len(found) > 1:
        raise NotSo("irc/action_no", why="which", known=[one.reference for one in found])
    if found:
        return Shown({"merged": found[0].reference}, _merged(found[0]))
    if not project:
        raise NotSo("irc/action_no", why="no such", word=word)
    return Shown({"merged": f"{project}!{iid}"}, "")


def _merged(one: MergeRequest) -> str:
    if one.state != "merged":
        raise NotSo("irc/action_no", why="not merged", reference=one.reference, state=one.state)
    return f"merged {one.merged_at:%Y-%m-%d}" if one.merged_at is not None else "merged"


def _published(order: Order, image: Image) -> str:
    last = image.freshness.last_published if image.freshness is not None else None
    most = image.freshness.max_age_days if image.freshness is not None else 0
    if last is None or order.view.on - last > timedelta(days=most):
        raise NotSo("irc/action_no", why="not published", image=image.id, last=last, most=most)
    return f"published {last}"
