"""What a connection is given by its network, and what outlives it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from cloudbot.adapters.irc.ctcp import Ctcp
from cloudbot.adapters.irc.joins import Joins
from cloudbot.adapters.irc.redact import Redactor
from cloudbot.adapters.irc.settings import Settings
from cloudbot.core.speech import Heard, Moved


@dataclass(frozen=True, kw_only=True)
class Around:
    """The surroundings of a session and its parts."""

    settings: Settings
    hear: Callable[[Heard], None]
    moved: Callable[[Moved], None]
    clock: Callable[[], datetime]
    joins: Joins
    ctcp: Ctcp
    redactor: Redactor
    note: Callable[[str, str], None]
    "a topic and what the operator should know about it; empty text takes the note back"
    changed: Callable[[], None]
    learn_policy: Callable[[str], None]
    "takes what the server said of strict transport security"
    password: str = field(default="", repr=False)
