"""A receiver from what an operator has written: secrets by their names, hosts by the addresses of the server."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cloudbot.adapters.gitlab.hooks.meaning import Ours, hosts_of
from cloudbot.adapters.gitlab.hooks.receiver import Put, Receiver
from cloudbot.adapters.gitlab.hooks.senders import BadKey, Ring, Senders
from cloudbot.adapters.gitlab.hooks.settings import HookSettings, Keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from cloudbot.adapters.gitlab.settings import Settings
    from cloudbot.core.forge import Project

__all__ = ["BadKey", "receiver", "senders"]


def senders(hooks: HookSettings, secret: Callable[[str], str]) -> Senders:
    """Read the secrets. Raises `BadKey`, and what `secret` raises for one that is not there."""

    def ring(keys: Keys) -> Ring:
        return Ring.of(
            [secret(one) for one in keys.token_credentials], [secret(one) for one in keys.signing_credentials]
        )

    return Senders(
        server=ring(hooks),
        projects={path: ring(keys) for path, keys in hooks.projects.items()},
        age_seconds=hooks.age_seconds,
    )


def receiver(
    settings: Settings,
    secret: Callable[[str], str],
    *,
    put: Put,
    ring: Callable[[], None],
    clock: Callable[[], datetime],
    known: Callable[[], Iterable[Project]],
) -> Receiver:
    """Make the receiver of one server's hooks."""
    hooks = settings.hooks or HookSettings()
    ours = Ours(
        forge=settings.name,
        groups=settings.groups,
        hosts=hosts_of(settings.url, *hooks.instances),
        prefix=urlsplit(settings.url).path,
        private_projects=settings.private_projects,
        known=known,
    )
    return Receiver(
        senders=senders(hooks, secret),
        ours=ours,
        put=put,
        ring=ring,
        clock=clock,
        patience=hooks.patience,
        largest=hooks.largest_body,
    )
