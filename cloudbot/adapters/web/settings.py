"""What an operator may say about the HTTP door."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from cloudbot.core.settings import Table


class Settings(Table):
    """Where the HTTP door is."""

    host: str = Field(default="127.0.0.1", description="Address to listen on; put a proxy with TLS before any other.")
    port: int = Field(default=8080, ge=0, le=65535, description="Port to listen on; 0 opens no door.")
    site: Path | None = Field(
        default=None,
        description="Folder that minutes are published in; `site` in the state directory unless it is given.",
    )
