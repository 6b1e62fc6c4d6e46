"""The client of python-gitlab, made in one way for all that ask: one host, one pace, one deadline, nothing repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gitlab

if TYPE_CHECKING:
    from cloudbot.adapters.gitlab.session import Pinned
    from cloudbot.adapters.gitlab.settings import Settings


def client(settings: Settings, session: Pinned, token: str | None) -> gitlab.Gitlab:
    """Make a client on our session.

    The token goes as Bearer, the only form that `requests` drops on a change of host.
    """
    return gitlab.Gitlab(
        settings.url.rstrip("/"),
        oauth_token=token,
        session=session,
        ssl_verify=settings.ca_file or True,
        timeout=settings.read_timeout,
        user_agent="cloudbot",
    )
