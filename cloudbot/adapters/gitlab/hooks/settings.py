"""What an operator may say about the hooks of one GitLab server. Holds names of secrets, never secrets."""

from __future__ import annotations

from pydantic import Field

from cloudbot.core.settings import Table

MOST_BYTES = 25 * 1024 * 1024
"""GitLab's own limit for the body of a hook (docs.gitlab.com, limits of webhooks)."""


class Keys(Table):
    """The secrets a sender may prove itself by. All that are named count, so one can be replaced by another."""

    token_credentials: tuple[str, ...] = Field(
        default=(), description="Names of credentials that hold a secret token (`X-Gitlab-Token`), the newest first."
    )
    signing_credentials: tuple[str, ...] = Field(
        default=(),
        description="Names of credentials that hold a signing token (`whsec_...`), the newest first.",
    )

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of all its credentials."""
        return self.token_credentials + self.signing_credentials


class HookSettings(Keys):
    """Webhooks of this server: `POST /hooks/gitlab/NAME` at the HTTP door. They hasten; polling stays the truth."""

    projects: dict[str, Keys] = Field(
        default={},
        description="Secrets of single projects, by path; each proves its own project and no other.",
    )
    age_seconds: float = Field(
        default=300,
        gt=0,
        le=86400,
        description="Seconds that a signed delivery's time may differ from ours, either way.",
    )
    instances: tuple[str, ...] = Field(
        default=(),
        description="Other host names that this server goes by in its hooks; that of `url` always counts.",
    )
    largest_body: int = Field(
        default=MOST_BYTES, ge=1000, le=4 * MOST_BYTES, description="Bytes of one delivery, unpacked; GitLab's limit."
    )
    patience: float = Field(
        default=5,
        gt=0,
        le=60,
        description="Seconds to wait for the state file before the sender is told 503; GitLab itself waits ten.",
    )
    keep: bool = Field(
        default=False,
        description="Make and repair the hooks of all projects; needs `address` and a token of a Maintainer.",
    )
    keep_every: float = Field(default=3600, ge=60, le=86400, description="Seconds from one round of that to the next.")
    address: str = Field(
        default="",
        pattern=r"^(https?://[^/@\s?#]+(/[^@\s?#]*)?)?$",
        description='Where the server reaches the HTTP door: `"https://bot.example.org"`.',
    )
