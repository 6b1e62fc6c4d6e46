"""What every table of the configuration is: a frozen model in which an unknown key is an error."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """The base of every table."""

    model_config = ConfigDict(frozen=True, extra="forbid")
