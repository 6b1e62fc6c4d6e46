"""What an operator may say about one GitLab server. Holds names of secrets, never secrets."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from cloudbot.adapters.gitlab.hooks.settings import HookSettings
from cloudbot.core.settings import Table

GroupPath = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.][A-Za-z0-9_.-]*(/[A-Za-z0-9_.][A-Za-z0-9_.-]*)*$")]


class Settings(Table):
    """One GitLab server and how gently to read it. The defaults stay under one request a second."""

    name: str = Field(
        default="salsa", pattern=r"^[a-z][a-z0-9-]*$", description="The name people call this server by in commands."
    )
    url: str = Field(
        default="https://salsa.debian.org",
        pattern=r"^https?://[^/@\s?#]+(/[^@\s?#]*)?$",
        description="The server's address. The token is never sent anywhere else, not even after a redirect.",
    )
    groups: tuple[GroupPath, ...] = Field(
        min_length=1, description="Paths of the groups to watch, their subgroups included: `cloud-team`."
    )
    graphql: bool = Field(
        default=True,
        description="Ask for the whole team at once, as far as the server bears it; false asks list by list (REST).",
    )
    token_credential: str | None = Field(
        default=None,
        description="Name of the credential that holds a token with scope `read_api`, or `api` to keep hooks, to "
        "act and to comment on proposed changes of the records; none reads as anybody can.",
    )
    private_projects: bool = Field(
        default=False,
        description="Also show projects that are not public. What is seen is told in channels: think first.",
    )
    ca_file: str | None = Field(
        default=None, description="File with the certificates to trust, when the server's are not signed publicly."
    )
    history_days: int = Field(
        default=90, ge=1, le=730, description="Days of finished merge requests and of commits to know, in days."
    )
    pipeline_days: int = Field(
        default=14,
        ge=1,
        le=365,
        description="Days of pipelines to read at the first look; later looks ask for changes only.",
    )
    pipelines_per_line: int = Field(
        default=10, ge=2, le=100, description="Newest pipelines to keep of every branch and of its schedules."
    )
    jobs_per_line: int = Field(
        default=5,
        ge=0,
        le=100,
        description="Newest pipelines of a default branch and of schedules whose jobs are read, one request each.",
    )
    connect_timeout: float = Field(default=10, gt=0, le=120, description="Seconds to wait for a connection.")
    read_timeout: float = Field(default=60, gt=0, le=600, description="Seconds the server may be silent.")
    deadline: float = Field(
        default=900,
        gt=0,
        le=7200,
        description="Seconds a whole look may take; it needs a pause for each project.",
    )
    pause: float = Field(default=1.05, ge=0, le=60, description="Seconds from the start of one request to the next.")
    page_size: int = Field(default=100, ge=1, le=100, description="Items asked for at once; GitLab allows 100.")
    largest_answer: int = Field(
        default=16_000_000, ge=1_000, description="Bytes of one answer, unpacked, beyond which it is refused."
    )
    hooks: HookSettings | None = Field(default=None, description="What its webhooks must prove; none takes no hook.")
