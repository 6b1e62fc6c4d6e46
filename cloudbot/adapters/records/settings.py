"""The table `[records]` of the configuration."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from cloudbot.core.settings import Table

_SSH = re.compile(r"(?:ssh://[\w.-]+@(?P<h>[\w.-]+)(?::\d+)?/|[\w.-]+@(?P<g>[\w.-]+):)(?P<path>[^:]+?)(?:\.git)?/?$")
_SECRET = re.compile(r"[a-z]+://[^/@]*:[^/@]*@")
_HTTPS = re.compile(r"(?P<url>https://[^@\s]+?)(?:\.git)?/?$")


class Settings(Table):
    """Where the records are, and as whom the bot writes there."""

    remote: str = Field(
        min_length=1,
        pattern=r"^[^-\s]\S*$",
        description="The repository, as git names it: a path, https, or `git@salsa.debian.org:team/records.git`.",
    )
    branch: str = Field(default="main", pattern=r"^[A-Za-z0-9][\w./-]*$", description="The branch that counts.")
    timeout: float = Field(default=60, gt=0, le=600, description="Seconds a fetch or a push may take.")
    site: str = Field(
        default="",
        pattern=r"^(https?://\S+[^/\s])?$",
        description="Where the repository can be looked at; by default what `remote` says.",
    )
    merge_requests: Literal["never", "needed", "always"] = Field(
        default="needed",
        description="Changes as merge requests (GitLab): `needed` for what takes two people, or a protected branch.",
    )
    name: str = Field(default="cloudbot", min_length=1, max_length=60, description="Who commits: the bot's name.")
    mail: str = Field(
        default="cloudbot@localhost",
        pattern=r"^[^@\s<>]+@[^@\s<>]+$",
        description="Who commits: the bot's address. Its own commits are known by it.",
    )
    people_domain: str = Field(
        default="users.noreply.localhost",
        pattern=r"^[A-Za-z0-9.-]+$",
        description="Domain of the addresses that authors get: `users.noreply.salsa.debian.org`. Nobody's real one.",
    )
    people_network: str = Field(
        default="salsa",
        pattern=r"^[a-z0-9-]+$",
        description="The network whose account of a person stands in that address, as in their record.",
    )
    https_credential: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9._-]+$",
        description="Credential with the token for a remote by https; never in `remote` itself.",
    )
    ssh_credential: str | None = Field(
        default=None, pattern=r"^[A-Za-z0-9._-]+$", description="Credential with the private ssh key for the remote."
    )
    known_hosts: Path | None = Field(default=None, description="File with the remote's ssh host key.")
    signing: Literal["none", "ssh", "openpgp"] = Field(default="none", description="How commits are signed.")
    signing_credential: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9._-]+$",
        description="With `ssh`: the credential with the private key to sign with.",
    )
    signing_key: str | None = Field(
        default=None,
        pattern=r"^[0-9A-Fa-f]{16,64}$",
        description="With `openpgp`: fingerprint of the key to sign with.",
    )

    @field_validator("remote")
    @classmethod
    def _holds_no_secret(cls, remote: str) -> str:
        if _SECRET.match(remote):
            raise ValueError("has a token or password in it; write it without, and name it in https_credential")
        return remote

    @model_validator(mode="after")
    def _names_its_key(self) -> Settings:
        if self.signing == "ssh" and self.signing_credential is None:
            raise ValueError('signs with ssh and names no key; write signing_credential = "..."')
        if self.signing == "openpgp" and self.signing_key is None:
            raise ValueError('signs with OpenPGP and names no key; write signing_key = "..."')
        return self

    @property
    def site_url(self) -> str:
        """Where people look at the repository, without a slash at the end; empty if nowhere."""
        if self.site:
            return self.site
        web, ssh = _HTTPS.match(self.remote), _SSH.match(self.remote)
        if web is not None:
            return web["url"]
        return f"https://{ssh['h'] or ssh['g']}/{ssh['path']}" if ssh is not None else ""
