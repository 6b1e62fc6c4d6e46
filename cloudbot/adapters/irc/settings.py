"""One network's settings, as the operator writes them. The descriptions are the manual.

No secret is ever a value here: `password_credential` names one, and a function given to the adapter reads it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from cloudbot.core.settings import Table

Seconds = Annotated[float, Field(gt=0, le=86400)]
Word = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\s:\x00-\x1f\x7f][^\s\x00-\x1f\x7f]*$")]
Words = Annotated[str, Field(max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$")]
Pin = Annotated[str, Field(pattern=r"^(sha256:[0-9a-fA-F]{64}|sha512:[0-9a-fA-F]{128})$")]


class Channel(Table):
    """One channel to be in."""

    name: Word = Field(description="The channel, with its `#`.")
    key: str = Field(
        default="", max_length=50, pattern=r"^[^\s,\x00-\x1f\x7f]*$", description="Its key, if it is `+k`."
    )


class Pacing(Table):
    """How fast the bot may talk. The defaults stay below OFTC's limits; the server's limit ends in `Excess Flood`."""

    open: bool = Field(default=False, description="No limits at all. For measurements and servers that exempt the bot.")
    lines: float = Field(default=4, ge=1, description="Lines that may go at once after a silence.")
    lines_per_second: float = Field(default=0.9, gt=0, description="Lines a second after that. ircd-hybrid reads one.")
    size: float = Field(default=1600, ge=600, description="Bytes that may go at once. OFTC kills at 2560 unread.")
    bytes_per_second: float = Field(default=450, gt=0, description="Bytes a second after that.")
    target_lines: float = Field(
        default=6, ge=1, description="Lines to one channel or person at once. OFTC drops at 10."
    )
    target_lines_per_second: float = Field(default=0.9, gt=0, description="Lines a second to one of them after that.")
    queue: int = Field(default=100, ge=1, description="Lines that may wait. More are dropped, counted and confessed.")
    repeats: int = Field(default=4, ge=1, description="Equal lines to one channel in a minute; a fifth is numbered.")
    repeats_everywhere: int = Field(default=8, ge=1, description="The same over all channels; ten are a ban on OFTC.")


class Settings(Table):
    """One IRC network."""

    network: Word = Field(description="What the network is called in this configuration: `oftc`.")
    server: Word = Field(description="Host name of the server: `irc.oftc.net`.")
    port: int = Field(default=6697, ge=1, le=65535, description="Port of the server.")
    tls: bool = Field(default=True, description="Encrypt, and verify the server's certificate. Off only for loopback.")
    ca_file: Path | None = Field(default=None, description="Certificate authorities to trust instead of the system's.")
    pins: tuple[Pin, ...] = Field(
        default=(),
        description="Fingerprints of the server's certificate, `sha256:...` or `sha512:...`. With pins, one must match"
        " and no authority is asked.",
    )
    certificate: Path | None = Field(
        default=None, description="The bot's own certificate and key in one PEM file (CertFP, SASL EXTERNAL)."
    )
    nick: Word = Field(default="cloudbot", description="The nick to have, and to get back when somebody else has it.")
    user: Word = Field(default="cloudbot", max_length=10, description="The user name part of the mask.")
    realname: Words = Field(default="cloudbot", description="What WHOIS shows; a good place for a link to the manual.")
    channels: tuple[Channel, ...] = Field(default=(), description="The channels to be in.")
    server_password_credential: str = Field(
        default="", description="Name of the credential with the server's password (PASS). Most networks have none."
    )
    account: str = Field(default="", description="The services account; empty means the same as `nick`.")
    password_credential: str = Field(default="", description="Name of the credential with the account's password.")
    sasl: Literal["auto", "required", "off"] = Field(
        default="auto", description="`auto`: use SASL where the server has it. `required`: stay away without it."
    )
    services: Word = Field(default="NickServ", description="Where commands for the nickname services are sent.")
    services_host: str = Field(
        default="", description="Host of the services' mask. Their NOTICEs are believed only from there."
    )
    identify: Words = Field(
        default="IDENTIFY {password}",
        description="What to say to the services where there is no SASL. `{account}`, `{nick}`, `{password}`.",
    )
    regain: Words = Field(
        default="", description="What to say to get the nick back: `REGAIN {nick} {password}`. Empty: only wait for it."
    )
    channel_services: Word = Field(default="ChanServ", description="Where commands for the channel services are sent.")
    invite: Words = Field(default="", description="What to say when a channel is `+i`: `INVITE {channel}`.")
    unban: Words = Field(default="", description="What to say when banned from a channel: `UNBAN {channel}`.")
    proof: Literal["whois", "status"] = Field(
        default="whois",
        description="How to learn who somebody is where the network shows no accounts: WHOIS, or NickServ's STATUS.",
    )
    proof_seconds: Seconds = Field(default=60, description="How long an answer about somebody is believed.")
    mute_nicks: bool = Field(default=True, description="Announcements do not ring people whose nick is in them.")
    pacing: Pacing = Field(default=Pacing(), description="How fast the bot may talk.")
    connect_timeout: Seconds = Field(default=20, description="For DNS, TCP and TLS together.")
    register_timeout: Seconds = Field(default=30, description="From the connection to the end of the greeting.")
    sasl_timeout: Seconds = Field(default=15, description="For SASL alone; with `auto` the bot goes on without.")
    identify_timeout: Seconds = Field(default=10, description="For the services to recognise the bot before it joins.")
    silence: Seconds = Field(
        default=45, description="Silence of the server after which it is asked for a sign of life."
    )
    dead_after: Seconds = Field(default=25, description="Further silence after which the link is given up.")
    min_delay: Seconds = Field(default=10, description="Shortest pause before a new connection. OFTC wants 10.")
    max_delay: Seconds = Field(default=300, description="Longest pause before a new connection, in quiet times.")
    stable_after: Seconds = Field(default=300, description="A connection this old resets the growing pauses.")
    rejoin_delay: Seconds = Field(default=10, description="Pause before the first rejoin after a kick; it doubles.")
    join_retry: Seconds = Field(default=30, description="Pause before a refused JOIN is tried again; it doubles.")
    regain_every: Seconds = Field(default=30, description="How often a taken nick is looked at.")
    source: Words = Field(default="", description="What CTCP SOURCE answers: where the program's source is to be had.")
    trace: bool = Field(default=False, description="Log every line at level debug, secrets blacked out.")
    quit_message: Words = Field(default="back soon", description="What people see when the bot goes.")

    @model_validator(mode="after")
    def _no_secret_in_the_clear(self) -> Self:
        if not self.tls and not self.is_loopback and (self.password_credential or self.server_password_credential):
            raise ValueError(f"{self.network}: a password is never sent without TLS; set `tls = true`")
        return self

    @property
    def is_loopback(self) -> bool:
        """Whether the server is this machine, the only place where a password may travel unencrypted."""
        return self.server in {"localhost", "127.0.0.1", "::1"}
