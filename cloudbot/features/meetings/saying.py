"""What the bot says of a meeting, and where: results in the channel, errors to who typed, the topic where it may.

A reply of the fold is a word; MeetBot says several lines for some of them, and each is a line of its own here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cloudbot.core.effects import Say, SetTopic
from cloudbot.core.speech import Venue
from cloudbot.core.text import cut
from cloudbot.features.meetings.document import Held

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cloudbot.core.effects import Effect
    from cloudbot.core.meetings.meeting import Reply

SOON = timedelta(minutes=5)
"""A reply that comes later than this is noise."""
LATER = timedelta(hours=12)
"""How late an outcome may still be said."""
RESULTS = frozenset({"meeting_ended", "meeting_links", "meeting_kept", "meeting_unassigned", "meeting_vote_ends"})
LOGGED = " | this channel is being logged for minutes"
TOPIC_BYTES = 300
"""What every network takes (ISUPPORT TOPICLEN is 307 at the least of those in use)."""
TIMER = "meetings/"
"""What the names of the timers of meetings begin with."""
TOPIC, ITEM, BEGUN, AS_BEFORE = "topic", "topic-of-item", "topic-at-start", "topic-as-before"
"""The last part of a topic's key: what it was set for. Only the first one's is said where it may not be set."""
TOLD = "told"
"""The last part of the key of what one person is told, who may be gone: nothing that an operator could mend."""


@dataclass(slots=True, kw_only=True)
class Words:
    """Makes the effects of one fact, each with a key of its own: `meeting/NETWORK/CHANNEL/BEGAN/FACT/N`."""

    held: Held
    number: int
    at: datetime
    made: int = field(default=0)

    def key(self) -> str:
        """Return the next key."""
        self.made += 1
        return f"{self.held.key}/{self.number}/{self.made}"

    def say(self, words: str, **values: object) -> Say:
        """Say a line in the channel."""
        important = words in RESULTS
        expires = self.at + (LATER if important else SOON)
        return Say(
            key=self.key(), to=self.held.venue, words=f"irc/{words}", values=values, important=important,
            expires=expires,
        )  # fmt: skip

    def tell(self, nick: str, words: str, values: Mapping[str, object]) -> Say:
        """Tell one person, and nobody else."""
        return told(f"{self.key()}/{TOLD}", self.held.venue, nick, words, values, self.at)

    def topic(self, text: str, why: str = TOPIC) -> SetTopic:
        """Set the channel's topic, which says that the channel is logged while it is."""
        lasting = why == AS_BEFORE
        return SetTopic(
            key=f"{self.key()}/{why}",
            to=self.held.venue,
            text=text if lasting else logged(text.strip()),
            expires=self.at + (LATER if lasting else SOON),
        )

    def replies(self, replies: Iterable[Reply], *, topics: bool = True) -> Iterator[Effect]:
        """Do what the fold wants done."""
        replies = tuple(replies)
        why = ITEM if any(reply.words == "meeting_item" for reply in replies) else TOPIC
        for reply in replies:
            if reply.how == "topic":
                text = str(reply.values["text"]) or self.held.topic
                if topics:
                    yield self.topic(text, why)
            elif reply.how == "tell":
                yield self.tell(reply.to, reply.words, reply.values)
            else:
                yield self.say(reply.words, **reply.values)


def told(key: str, venue: Venue, nick: str, words: str, values: Mapping[str, object], at: datetime) -> Say:
    """Tell one person something about a channel, quietly."""
    to = Venue(venue.network, nick)
    return Say(key=key, to=to, words=f"irc/{words}", values=values, notice=True, expires=at + SOON)


def logged(text: str) -> str:
    """Return a topic with the remark that the channel is logged, short enough for every network."""
    room = TOPIC_BYTES - len(LOGGED.encode())
    if not text:
        return LOGGED.removeprefix(" | ")
    return (text if len(text.encode()) <= room else cut(text, room - 3)[0] + "…") + LOGGED


def unlogged(topic: str) -> str:
    """Return a topic without that remark, which stays where the one before could not be restored."""
    return "" if topic == LOGGED.removeprefix(" | ") else topic.removesuffix(LOGGED)
