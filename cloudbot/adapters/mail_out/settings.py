"""How mail goes out, as the operator writes it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cloudbot.core.settings import Table


class Settings(Table):
    """How mail goes out."""

    server: str = Field(default="localhost", min_length=1, description="The mail server to hand mail to.")
    port: int = Field(default=25, ge=1, le=65535, description="Its port.")
    tls: Literal["none", "starttls", "tls"] = Field(
        default="none",
        description="`starttls` or `tls` where the server is not this machine; certificates are verified.",
    )
    user: str = Field(default="", description="User for SMTP AUTH; empty for none.")
    password_credential: str = Field(default="", description="Name of the credential with the password for AUTH.")
    sender: str = Field(pattern=r"^[^@\s<>]+@[^@\s<>]+$", description="Address in From and for bounces.")
    name: str = Field(default="cloudbot", description="Name in From.")
    timeout: float = Field(default=30, gt=0, le=600, description="Seconds the server may take for one step.")

    @property
    def domain(self) -> str:
        """The right side of Message-IDs."""
        return self.sender.rpartition("@")[2]
