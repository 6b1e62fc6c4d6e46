"""What is wrong with the hooks of a configuration, each with the line to write. Pure."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cloudbot.adapters.gitlab.hooks.settings import HookSettings

Finding = tuple[str, str]
"""The key, and what is wrong with it."""


def hook_problems(name: str, groups: Sequence[str], hooks: HookSettings, *, has_token: bool) -> Iterator[Finding]:
    """Yield what the section allows and would not work: hooks that nobody can prove, keeping without a way to."""
    here = f"gitlab.{name}.hooks"
    write = 'token_credentials = ["hook-token"]'
    if not hooks.names and not hooks.projects:
        yield here, f"names no secret, so that no hook could be believed; write {write} in [{here}]"
    for path, keys in hooks.projects.items():
        if not keys.names:
            yield f"{here}.projects", f'names no secret for {path}; write {write} in [{here}.projects."{path}"]'
        if not any(path.lower().startswith(f"{group.lower()}/") for group in groups):
            yield f"{here}.projects", f"names {path}, which is in none of the groups of [gitlab.{name}]"
    if hooks.address and not _is_safe(hooks.address):
        better = "https://" + hooks.address.partition("://")[2]
        yield f"{here}.address", f'would let the secret travel in the open; write address = "{better}"'
    if hooks.keep and not hooks.address:
        yield f"{here}.keep", f'needs to know where; write address = "https://bot.example.org" in [{here}]'
    if hooks.keep and not has_token:
        what = "needs a token of a Maintainer with scope api"
        yield f"{here}.keep", f'{what}; write token_credential = "NAME" in [gitlab.{name}]'


def _is_safe(address: str) -> bool:
    """Whether nobody between can read what is sent there: TLS, or this machine itself."""
    parts = urlsplit(address)
    if parts.scheme == "https" or parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
