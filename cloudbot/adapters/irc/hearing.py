"""From a PRIVMSG to what a person said: whose line counts, which venue it belongs to, whether it is old.

NOTICEs, CTCP other than ACTION, servers and our own echo are nobody's lines. It never answers.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cloudbot.adapters.irc.ctcp import action, is_ctcp
from cloudbot.core.speech import Heard, Speaker
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from cloudbot.adapters.irc.identity import Identity
    from cloudbot.adapters.irc.isupport import Support
    from cloudbot.adapters.irc.message import Message
    from cloudbot.adapters.irc.tracker import Tracker
    from cloudbot.adapters.irc.venues import Venues

_OLD = timedelta(minutes=2)
_REPLAYS = frozenset({"chathistory", "draft/chathistory", "playback", "znc.in/playback", "znc.in/history"})
_BATCHES = 64
_BLANKS = " \t\xa0\u3000"
"What says, before a command, that it is quoted and not meant; not every invisible character is one."


class Hearing:
    """The ears of one connection."""

    def __init__(self, venues: Venues, support: Support, tracker: Tracker, identity: Identity) -> None:
        """Take the connection's state."""
        self._venues = venues
        self._support, self._tracker, self._identity = support, tracker, identity
        self._batches: dict[str, bool] = {}
        "open batches, and whether they replay the past"

    def batch(self, message: Message) -> None:
        """Follow the beginning and the end of a batch (IRCv3 batch); one inside a replay is a replay."""
        sign, reference = message.param(0)[:1], message.param(0)[1:]
        if sign == "+" and len(self._batches) < _BATCHES:
            self._batches[reference] = message.param(1).lower() in _REPLAYS or self._in_replay(message)
        elif sign == "-":
            self._batches.pop(reference, None)

    def _in_replay(self, message: Message) -> bool:
        return self._batches.get(message.tags.get("batch", ""), False)

    def heard(self, message: Message, at: datetime, now: float) -> Heard | None:
        """Return what a person said, or None where no person said it to us."""
        target, raw = message.param(0), message.param(1)
        in_channel = self._support.is_channel(target)
        does = is_ctcp(raw)
        if does:
            raw = (action(raw) or "") if in_channel else ""
        if not raw or message.from_server or self._tracker.is_me(message.nick):
            return None
        text = clean(raw)
        if not text or not (in_channel or self._tracker.is_me(target)):
            return None
        nick = message.nick
        said = self._said_at(message) if message.tags else None
        old = said is not None and (at - said > _OLD or self._in_replay(message))
        return Heard(
            at=said if old and said is not None else at,
            venue=self._venues.channel(target) if in_channel else self._venues.query(nick),
            speaker=Speaker(
                nick=nick,
                user=message.user,
                host=message.host,
                proof=self._identity.speaks(message, now),
                bot="bot" in message.tags or self._support.fold(nick) in self._tracker.bots,
            ),
            text=f" {text}" if raw[0] in _BLANKS and not does else text,
            me=self._tracker.nick,
            old=old or self._in_replay(message),
            msgid=message.tags.get("msgid") or None,
            does=does,
        )

    @staticmethod
    def _said_at(message: Message) -> datetime | None:
        """Read the `time` tag (IRCv3 server-time); nonsense is as if it were missing."""
        try:
            said = datetime.fromisoformat(message.tags.get("time", ""))
        except ValueError:
            return None
        return said if said.tzinfo is not None else said.replace(tzinfo=UTC)
