"""What a GitLab says about itself and about our token, for the operator's check before the first look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from gitlab.exceptions import GitlabAuthenticationError, GitlabError

from cloudbot.adapters.gitlab.away import refused
from cloudbot.adapters.gitlab.convert import moment
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from cloudbot.adapters.gitlab.asks import Asks, Item
    from cloudbot.adapters.gitlab.session import Pinned
    from cloudbot.adapters.gitlab.settings import Settings

TokenState = Literal["none", "accepted", "refused", "unknown"]


@dataclass(frozen=True, slots=True)
class Token:
    """How the server takes our token, one line that says so, and the token's last day if it has one."""

    state: TokenState
    line: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class GroupState:
    """One configured group: whether it can be read, and one line that says so."""

    path: str
    readable: bool
    line: str


@dataclass(frozen=True, slots=True)
class Probe:
    """What was found at first contact. `version` is None where the server tells it only to members."""

    version: str | None
    enterprise: bool | None
    token: Token
    limits: Mapping[str, str]
    "The `RateLimit-*` headers, lower case; empty when the server sends none. Some limits are never in them."
    groups: tuple[GroupState, ...]

    def lines(self) -> tuple[str, ...]:
        """Return the report, one line each: server, token, limits, groups."""
        edition = {True: " enterprise", False: " community", None: ""}[self.enterprise]
        limits = ", ".join(f"{name} {value}" for name, value in sorted(self.limits.items())) or "none told"
        server = f"GitLab {self.version}{edition}" if self.version else "version not told"
        return (server, self.token.line, f"limits: {limits}", *(group.line for group in self.groups))


def probe(asks: Asks, session: Pinned, settings: Settings, *, has_token: bool) -> Probe:
    """Ask who is there. A refusal is an answer; only an unreachable server raises."""
    metadata = _asked(asks, "/metadata")
    limits = _limits(session.last_headers)
    token = _token(asks, has_token=has_token)
    groups = tuple(_group(asks, path) for path in settings.groups)
    version = metadata.get("version") if metadata else None
    enterprise = metadata.get("enterprise") if metadata else None
    return Probe(
        version=clean(version) if isinstance(version, str) else None,
        enterprise=enterprise if isinstance(enterprise, bool) else None,
        token=token,
        limits=limits or _limits(session.last_headers),
        groups=groups,
    )


def _token(asks: Asks, *, has_token: bool) -> Token:
    if not has_token:
        return Token("none", "no token: reads what anybody can")
    try:
        told = asks.one("/personal_access_tokens/self")
    except GitlabAuthenticationError:
        return Token("refused", "the token is not accepted: expired, revoked or mistyped")
    except GitlabError as error:
        if not refused(error):
            raise
        return Token("unknown", "the server does not tell about this kind of token")
    scopes = ", ".join(clean(str(scope)) for scope in told.get("scopes") or ()) or "?"
    until = moment(told["expires_at"]).date() if told.get("expires_at") else None
    validity = "for ever" if until is None else f"until {until}"
    return Token("accepted", f"token accepted, scopes: {scopes}; valid {validity}", until)


def _group(asks: Asks, path: str) -> GroupState:
    found = _asked(asks, f"/groups/{quote(path, safe='')}?with_projects=false")
    if found is None:
        return GroupState(path, readable=False, line=f"{path}: not readable; it is restricted or misspelt")
    return GroupState(path, readable=True, line=f"{path}: readable")


def _asked(asks: Asks, path: str) -> Item | None:
    try:
        return asks.one(path)
    except GitlabError as error:
        if refused(error) or isinstance(error, GitlabAuthenticationError):
            return None
        raise


def _limits(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): clean(value) for name, value in headers.items() if name.lower().startswith("ratelimit-")}
