"""What an installation decides about meetings; what a series decides is in its record."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import Field

from cloudbot.core.settings import Table


class Settings(Table):
    """How meetings are held."""

    start: Literal["anyone", "member"] = Field(
        default="anyone", description="Who may type #startmeeting: anyone, or people of the team only."
    )
    greeting: bool = Field(
        default=True,
        description="Say at the start which commands there are, as MeetBot does; that the channel is logged is always said.",  # noqa: E501 - one sentence
    )
    topic: bool = Field(default=True, description="Set the channel's topic during a meeting, and restore it after.")
    idle_minutes: int = Field(
        default=30, ge=5, le=24 * 60, description="Minutes without a line after which it is asked whether it is over."
    )
    takeover_minutes: int = Field(
        default=10, ge=1, le=24 * 60, description="Minutes without a chair after which a delegate may take over."
    )
    keep_lines_days: int = Field(
        default=30, ge=1, le=365, description="Days after which the lines of a meeting are deleted from the state."
    )

    @property
    def idle(self) -> timedelta:
        """Return how long nobody has said anything before the bot asks."""
        return timedelta(minutes=self.idle_minutes)

    @property
    def takeover(self) -> timedelta:
        """Return how long no chair has said anything before a delegate may take over."""
        return timedelta(minutes=self.takeover_minutes)
