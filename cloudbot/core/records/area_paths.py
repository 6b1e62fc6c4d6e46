"""Which paths of which repository an area of the work is: `debian-cloud-images:publish/`, project before the colon."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cloudbot.core.records.kinds.work import Area


def paths_in(area: Area, project: str) -> tuple[str, ...]:
    """Return the paths of an area in a project, named by its path at the forge or the last part of it.

    A path without a project is in every one. `PROJECT:` alone is the whole of it, which is the path `.`.
    """
    return tuple(path for name, path in map(parted, area.paths) if not name or _is(name, project))


def parted(text: str) -> tuple[str, str]:
    """Part `PROJECT:PATH`; without a colon the project is empty. A path never begins at the root of a disk."""
    name, colon, path = text.rpartition(":")
    return (name.strip() if colon else ""), (path.strip().lstrip("/") or ".")


def _is(name: str, project: str) -> bool:
    return name == project or ("/" not in name and name == project.rpartition("/")[2])
