"""From a PRIVMSG to what a person said: whose line counts, which venue it belongs to, whether it is old.

NOTICEs, CTCP, servers and our own echo are nobody's lines. It never answers.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cloudbot.adapters.irc.ctcp import is_ctcp
from cloudbot.core.speech import Heard, Speaker, Venue
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from cloudbot.adapters.irc.identity import Identity
    from cloudbot.adapters.irc.isupport import Support
    from cloudbot.adapters.irc.message import Message
    from cloudbot.adapters.irc.tracker import Tracker

_OLD = timedelta(minutes=2)
_REPLAYS = frozenset({"chathistory", "draft/chathistory", "playback", "znc.in/playback", "znc.in/history"})
_BATCHES = 64


class Hearing:
    """The ears of one connection."""

    def __init__(self, network: str, support: Support, tracker: Tracker, identity: Identity) -> None:
        """Take the network's configured name and the connection's state."""
        self._network = network
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
        if message.from_server or is_ctcp(raw) or self._tracker.is_me(message.nick):
            return None
        text = clean(raw)
        if not text or not (in_channel or self._tracker.is_me(target)):
            return None
        nick = message.nick
        said = self._said_at(message) if message.tags else None
        old = said is not None and (at - said > _OLD or self._in_replay(message))
        return Heard(
            at=said if old and said is not None else at,
            venue=Venue(self._network, target if in_channel else nick),
            speaker=Speaker(
                nick=nick,
                user=message.user,
                host=message.host,
                proof=self._identity.speaks(message, now),
                bot="bot" in message.tags or self._support.fold(nick) in self._tracker.bots,
            ),
            # A space before a command says that it is quoted and not meant.
            text=f" {text}" if raw[:1] == " " else text,
            me=self._tracker.nick,
            old=old or self._in_replay(message),
            msgid=message.tags.get("msgid") or None,
        )

    @staticmethod
    def _said_at(message: Message) -> datetime | None:
        """Read the `time` tag (IRCv3 server-time); nonsense is as if it were missing."""
        try:
            said = datetime.fromisoformat(message.tags.get("time", ""))
        except ValueError:
            return None
        return said if said.tzinfo is not None else said.replace(tzinfo=UTC)
