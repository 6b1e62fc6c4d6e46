"""What is known of a meeting before it begins: its series and rules, its agenda, its people and who may step back.

Made when somebody types #startmeeting, and kept as it was then: what is changed meanwhile counts for the next meeting.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from cloudbot.core.meetings.meeting import Rules
from cloudbot.core.meetings.planned import Known, Planned, Source

__all__ = ["Known", "Planned", "Prepared", "Source"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A meeting before it begins. Without a series there are only the defaults."""

    rules: Rules = field(default_factory=Rules)
    series: str = ""
    "the id of the record; empty for a meeting that belongs to none"
    title: str = ""
    topic: str = ""
    "of the whole meeting, unless #startmeeting gives one"
    name: str = ""
    agenda: tuple[Planned, ...] = ()
    people: tuple[Known, ...] = ()
    regrets: tuple[str, ...] = ()
    "people who said that they cannot come"
    quorum: int = 0
    "delegates without whom nothing is decided; 0: not asked for"
    chair: str = ""
    "the person whose turn it is"
    following: datetime | None = None
    "when the series comes together after this one"
    duration: timedelta = timedelta(hours=1)
    idle: timedelta = timedelta(minutes=30)
    "how long nobody has said anything before the bot asks whether it is over"
    publish_log: bool = True
    mail: tuple[str, ...] = ()
    "where the minutes are sent"
    thread: str = ""
    "the key of the mail that announced the meeting, which the minutes are a reply to"

    def ruled(self) -> Rules:
        """Return the rules with what is known beforehand, as the fold takes them."""
        return replace(self.rules, agenda=self.agenda, known=self.people, regrets=self.regrets, quorum=self.quorum)
