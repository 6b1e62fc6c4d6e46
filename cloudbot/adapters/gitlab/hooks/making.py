"""A receiver from what an operator has written: secrets by their names, hosts by the addresses of the server."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cloudbot.adapters.gitlab.hooks.meaning import Ours, hosts_of
from cloudbot.adapters.gitlab.hooks.receiver import Put, Receiver
from cloudbot.adapters.gitlab.hooks.senders import BadKey, Ring, Senders
from cloudbot.adapters.gitlab.hooks.settings import HookSettings, Keys

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from datetime import datetime

    from cloudbot.adapters.gitlab.hooks.keeper import Errand, Keeper
    from cloudbot.adapters.gitlab.settings import Settings
    from cloudbot.core.facts import HooksKept
    from cloudbot.core.forge import Project

__all__ = ["BadKey", "keeper", "receiver", "senders"]


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


def address(settings: Settings) -> str:
    """Return where the server's hooks go: the address of the door, and the path of this server there."""
    base = "" if settings.hooks is None else settings.hooks.address.rstrip("/")
    return f"{base}/hooks/gitlab/{settings.name}"


def keeper(
    settings: Settings,
    secret: Callable[[str], str],
    *,
    errand: Errand,
    tell: Callable[[HooksKept], Awaitable[object]],
    clock: Callable[[], datetime],
    known: Callable[[], Iterable[Project]],
) -> Keeper:
    """Make the keeper of one server's hooks."""
    from cloudbot.adapters.gitlab.hooks.keeper import Keeper  # noqa: PLC0415 - python-gitlab, which a door does without

    hooks = settings.hooks or HookSettings()

    def secrets(path: str) -> dict[str, str]:
        own = next((keys for of, keys in hooks.projects.items() if of.lower() == path.lower()), hooks)
        found = {"token": own.token_credentials[:1], "signing_token": own.signing_credentials[:1]}
        return {key: secret(names[0]) for key, names in found.items() if names}

    return Keeper(
        forge=settings.name,
        url=address(settings),
        secrets=secrets,
        errand=errand,
        known=known,
        tell=tell,
        clock=clock,
        every=hooks.keep_every,
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
