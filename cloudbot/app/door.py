"""What the HTTP door shows and takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.adapters.site import Site
from cloudbot.store.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cloudbot.adapters.gitlab.hooks.receiver import Receiver
    from cloudbot.adapters.web import Door
    from cloudbot.app.setting import Setting
    from cloudbot.runtime.figures import Figures


def counts(path: Path) -> Mapping[tuple[str, str], int]:
    """Count the outbox on a connection of its own: a scrape never waits for the writer."""
    journal = Journal.peek(path)
    try:
        return journal.counts()
    finally:
        journal.close()


def make_door(figures: Figures, setting: Setting, receivers: Mapping[str, Receiver]) -> Door:
    """Make the door: pages, figures, badges, and what takes the hooks."""
    from cloudbot.adapters import web  # noqa: PLC0415 - 9 MiB that a bot without a door need not load

    view = web.View(
        alive=figures.alive,
        ready=figures.ready,
        status=figures.status,
        page=lambda: setting.render("web/status.html", figures.status()),
        badge=lambda path: _badge(figures, setting, path),
        trend=figures.trend,
        sprint=lambda name: _sprint(figures, setting, name),
        metrics=figures.metrics,
        file=Site(setting.installation.site_folder).read,
    )
    posts = {
        f"/hooks/gitlab/{name}": web.Post(receive=one.receive, largest=one.largest) for name, one in receivers.items()
    }
    return web.Door(setting.installation.web, view, posts)


def _sprint(figures: Figures, setting: Setting, name: str) -> str | None:
    shown = figures.sprint(name)
    return None if shown is None else setting.render("web/sprint.html", shown)


def _badge(figures: Figures, setting: Setting, path: str) -> str | None:
    badge = figures.badge(path)
    return None if badge is None else setting.render("web/badge.svg", {"badge": badge})
