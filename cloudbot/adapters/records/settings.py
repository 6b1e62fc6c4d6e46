"""The table `[records]` of the configuration."""

from __future__ import annotations

from pydantic import Field

from cloudbot.core.settings import Table


class Settings(Table):
    """Where the records are."""

    remote: str = Field(
        min_length=1,
        pattern=r"^[^-\s]\S*$",
        description="The repository, as git names it: a path, https, or `git@salsa.debian.org:team/records.git`.",
    )
    branch: str = Field(default="main", pattern=r"^[A-Za-z0-9][\w./-]*$", description="The branch that counts.")
    timeout: float = Field(default=60, gt=0, le=600, description="Seconds a fetch may take.")
