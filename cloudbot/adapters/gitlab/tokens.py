"""Our own token's last day, looked up once a day and told when it is near."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from gitlab.exceptions import GitlabAuthenticationError, GitlabError

from cloudbot.adapters.gitlab.away import refused
from cloudbot.adapters.gitlab.convert import moment
from cloudbot.core.facts import TokenExpires
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from cloudbot.adapters.gitlab.look import Look

EVERY = timedelta(days=1)
NEAR = timedelta(days=7)


def read(look: Look) -> TokenExpires | None:
    """Return the fact once a day while the token ends within a week; a server that does not tell is left in peace."""
    asked = look.memory.token_asked_at
    if not look.asks.has_token or (asked is not None and look.at - asked < EVERY):
        return None
    try:
        told = look.asks.one("/personal_access_tokens/self")
    except GitlabError as error:
        if not refused(error) and not isinstance(error, GitlabAuthenticationError):
            raise
        told = {}
    look.memory.token_asked_at = look.at
    if not told.get("expires_at"):
        return None
    ends = moment(told["expires_at"])
    if ends - look.at > NEAR:
        return None
    name = clean(str(told.get("name") or "our token"))
    return TokenExpires(at=look.at, forge=look.settings.name, token=f"{name}, our own", on=ends.date())
