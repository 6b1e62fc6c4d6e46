"""What every delivery tells alike: its kind, the project it is of, who may know, and which server it comes from.

Pure. Nothing here believes a word of the body beyond its shape: whether the project is ours is `meaning`'s to decide.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cloudbot.adapters.gitlab.convert import Malformed
from cloudbot.core.forge import Project
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Json = dict[str, Any]

PUBLIC_LEVEL = 20
"""GitLab's `visibility_level`: 0 private, 10 internal, 20 public."""

_PATH = "path_with_namespace"
_LONGEST_TEXT = 1000
_LARGEST_NUMBER = 2**63 - 1
_NOTHING: Json = {}
_SPACED = b' ":'


@dataclass(frozen=True, slots=True)
class Told:
    """One delivery's body, and the header that names its event."""

    body: Json
    event: str = ""
    "`X-Gitlab-Event`: `Confidential Note Hook` is told nowhere else by old servers"

    @property
    def kind(self) -> str:
        """Return GitLab's `object_kind`, or the `event_name` of what has none: projects, members, groups."""
        return text(self.body, "object_kind") or text(self.body, "event_name")

    @property
    def attributes(self) -> Json:
        """Return the thing itself, where the kind has one."""
        return block(self.body, "object_attributes")

    @property
    def is_confidential(self) -> bool:
        """Whether it is for members only: a confidential issue, an internal note. What is unclear is confidential."""
        names = (self.kind, text(self.body, "event_type"), text(self.body, "event_name"), self.event)
        if any(name.lower().startswith("confidential") for name in names):
            return True
        things = [self.attributes, *(block(self.body, name) for name in ("issue", "work_item", "note"))]
        return any(thing.get(key) not in (None, False) for thing in things for key in ("confidential", "internal"))

    @property
    def is_public(self) -> bool | None:
        """Whether anybody may see the project; None where it is not told."""
        for thing in (block(self.body, "project"), block(self.body, "repository"), self.body):
            level = thing.get("visibility_level")
            if isinstance(level, int) and not isinstance(level, bool):
                return level == PUBLIC_LEVEL
            for key in ("visibility", "project_visibility"):
                if isinstance(thing.get(key), str):
                    return bool(thing[key].rpartition("|")[2] == "public")  # once `visibilitylevel|public`
        return None

    def hosts(self, instance: str) -> set[str]:
        """Return every host the delivery says it is of; `instance` is the header `X-Gitlab-Instance`."""
        said = (
            instance,
            text(block(self.body, "project"), "web_url"),
            text(block(self.body, "repository"), "homepage"),
        )
        return {host_of(one) for one in said if one}

    def project(self, known: Iterable[Project], prefix: str = "") -> Project | None:
        """Return the project it is of, or None where it tells none. Raises `Malformed` for half of one.

        Old job events have no block `project`, only the address of the repository; `prefix` is the path of the server
        in such an address. What the hook leaves out is taken from the list of `known` projects.
        """
        thing, repository = block(self.body, "project"), block(self.body, "repository")
        url = text(thing, "web_url") or text(repository, "homepage")
        number = next(self._numbers(thing), None)
        said = [text(thing, _PATH), text(self.body, _PATH), text(self.body, f"project_{_PATH}")]
        path = next(filter(None, said), "") or _path_of(url, prefix)
        if number is None and not path:
            return None
        same = next((one for one in known if _is(one, number, path)), None)
        if same is None and (number is None or not path):
            raise Malformed("a project without its path, or without its number")
        found = same or Project(id=number or 0, path=path, url=url)
        return replace(
            found,
            path=path or found.path,
            url=url or found.url,
            default_branch=text(thing, "default_branch") or found.default_branch,
        )

    def _numbers(self, thing: Json) -> Iterator[int]:
        for value in (thing.get("id"), self.body.get("project_id"), self.attributes.get("target_project_id")):
            if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _LARGEST_NUMBER:
                yield value


def _is(project: Project, number: int | None, path: str) -> bool:
    return project.path.lower() == path.lower() if number is None else project.id == number


def parse(body: bytes) -> Json:
    """Read a body. Raises `Malformed` for what is no JSON object, too deep or not whole.

    Spaces around a key are no part of it: a recorded body has them at the end of many.
    """
    try:
        value = json.loads(body, object_pairs_hook=_tight if _SPACED in body else None)
    except (ValueError, RecursionError) as error:
        raise Malformed("no JSON, or not all of it") from error
    if not isinstance(value, dict):
        raise Malformed("no JSON object")
    return value


def _tight(pairs: list[tuple[str, Any]]) -> Json:
    return {key.strip(): value for key, value in pairs}


def text(item: Json, key: str) -> str:
    """Return a text, cleaned and of bearable length; empty for anything else."""
    value = item.get(key)
    return clean(value[:_LONGEST_TEXT]) if isinstance(value, str) else ""


def block(item: Json, key: str) -> Json:
    """Return an object inside, or an empty one."""
    value = item.get(key)
    return value if isinstance(value, dict) else _NOTHING


def blocks(item: Json, key: str) -> list[Json]:
    """Return the objects of a list inside."""
    value = item.get(key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def host_of(url: str) -> str:
    """Return the host name of an address, in small letters; `?` for what is no address."""
    try:
        return urlsplit(url).hostname or "?"
    except ValueError:
        return "?"


def _path_of(url: str, prefix: str) -> str:
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    return path.removeprefix(prefix.rstrip("/")).strip("/")
