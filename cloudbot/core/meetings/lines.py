"""One line of a meeting, as it was said live or as somebody's log has it. Minutes are a fold over these."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["says", "does", "is now", "leaves", "logs in", "gap", "ballot"]
"""`does` is /me; `is now` a change of nick, the text being the new one; `leaves` the end of somebody's presence; `logs
in` says that services vouch for the nick only now, or, without an account, no longer; `gap` is a time in which nobody
listened; `ballot` is one that was cast in private and stays out of the log. Only what is said or done is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line. `at` is aware UTC; logs that give only a time of day are dated by whoever reads them."""

    at: datetime
    nick: str
    text: str
    kind: Kind = "says"
    account: str = ""
    "the services account at that moment, where the network vouched for one; empty in logs"
    bot: bool = False
    "a client marked as bot: kept in the log, never a command, never counted as a person"
