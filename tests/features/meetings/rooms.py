"""A channel in which a meeting is held, and what the bot does about each line of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cloudbot.adapters.render import Words
from cloudbot.core.effects import Effect, Publish, Say, SetTimer, SetTopic
from cloudbot.core.facts import ChannelEntered, ChannelLeft, Fact, LineSaid, TimerFired
from cloudbot.core.speech import Venue
from cloudbot.features.meetings.document import Held, Meetings
from cloudbot.features.meetings.feature import meetings
from cloudbot.runtime.posting import Operator, Posting
from tests.features.builders import CHANNEL, NOW, TEAM, Bot

if TYPE_CHECKING:
    from cloudbot.core.meetings.meeting import Meeting

SITE = "https://cb.example.org"
POSTING = Posting(render=Words().render, operator=Operator(), mail_domain="example.org")
STEM = "debian-cloud/2019/debian-cloud.2019-07-22-19.00"


@dataclass(slots=True, kw_only=True)
class Room:
    """One channel, a line every ten seconds. What was journalled is kept, for a restart."""

    bot: Bot = field(default_factory=lambda: Bot(team=replace(TEAM, site=SITE)))
    venue: Venue = CHANNEL
    at: datetime = NOW
    accounts: dict[str, str] = field(default_factory=lambda: {"alex": "alex", "robin": "robin"})
    journal: list[tuple[int, Fact]] = field(default_factory=list)
    timers: dict[str, datetime] = field(default_factory=dict)

    def take(self, fact: Fact) -> list[Effect]:
        effects = self.bot.take(fact)
        self.journal.append((self.bot.number, fact))
        self.timers |= {one.name: one.due for one in effects if isinstance(one, SetTimer)}
        return effects

    def fact(self, line: str) -> LineSaid:
        """`alex: #topic x`, `alex * waves`, `alex > alex_`."""
        nick, how, text = (*line.split(" ", 2), "")[:3]
        kind = {"*": "does", ">": "is now", "<": "leaves"}.get(how, "says")
        if nick.endswith(":"):
            nick, text, kind = nick[:-1], f"{how} {text}", "says"
        account = self.accounts.get(nick, "")
        people = {"alex": "Alex", "robin": "Robin"}
        return LineSaid(
            at=self.at, venue=self.venue, nick=nick, text=text.strip(), kind=kind, account=account,  # type: ignore[arg-type]
            person=people.get(account), me="cloudbot", topic="clouds above",
        )  # fmt: skip

    def does(self, *lines: str) -> list[Effect]:
        """Say lines; return every effect."""
        effects: list[Effect] = []
        for line in lines:
            effects += self.take(self.fact(line))
            self.at += timedelta(seconds=10)
        return effects

    def hears(self, *lines: str) -> list[str]:
        """Say lines; return what the bot says, with whom it tells: `what everybody reads`, `(alex) what one reads`."""
        return shown(self.does(*lines))

    def waits(self, **length: float) -> list[Effect]:
        """Let time pass with its timers; return every effect."""
        end = self.at + timedelta(**length)
        effects: list[Effect] = []
        while due := sorted((at, name) for name, at in self.timers.items() if at <= end):
            at, name = due[0]
            del self.timers[name]
            self.at = max(self.at, at)
            effects += self.take(TimerFired(at=self.at, name=name, due=at))
        self.at = end
        return effects

    def leaves(self) -> list[Effect]:
        return self.take(ChannelLeft(at=self.at, venue=self.venue))

    def enters(self) -> list[str]:
        return shown(self.take(ChannelEntered(at=self.at, venue=self.venue)))

    @property
    def document(self) -> Meetings:
        document = self.bot.documents[Meetings]
        assert isinstance(document, Meetings)
        return document

    @property
    def held(self) -> Held:
        """The newest meeting."""
        return self.document.held[-1]

    @property
    def meeting(self) -> Meeting:
        return self.document.meeting(self.held)

    def restarted(self) -> Meetings:
        """What a restart makes of the journal and of what is stored."""
        assert meetings.replay is not None
        stored = replace(self.document, folded={})
        since = meetings.replay.since(stored)
        facts = [(number, fact) for number, fact in self.journal if since is not None and number >= since]
        wanted = [(number, fact) for number, fact in facts if isinstance(fact, meetings.replay.kinds)]
        return meetings.replay.again(stored, wanted)


def shown(effects: list[Effect]) -> list[str]:
    """Return what is said."""
    lines = []
    for effect in effects:
        if isinstance(effect, Say):
            text = " ".join(Words().render(effect.words, effect.values).split())
            lines.append(text if effect.to.is_channel else f"({effect.to.name}) {text}")
    return lines


def topics(effects: list[Effect]) -> list[str]:
    return [effect.text for effect in effects if isinstance(effect, SetTopic)]


def files(effects: list[Effect]) -> dict[str, str]:
    """Return what is published, as it is written: by path below the folder of meetings, the newest of each."""
    found = {}
    for effect in effects:
        if isinstance(effect, Publish):
            text = Words().render(effect.words, effect.values) if effect.words else effect.text
            found[effect.path.removeprefix("meetings/")] = text
    return found
