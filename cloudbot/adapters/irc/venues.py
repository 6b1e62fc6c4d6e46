"""What a channel is called: as it is configured, however a server or a person spells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.speech import Venue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudbot.adapters.irc.isupport import Support
    from cloudbot.adapters.irc.settings import Channel


class Venues:
    """The venues of one connection. One channel is one venue, or what is kept by venue would be kept twice."""

    def __init__(self, network: str, support: Support, channels: Sequence[Channel] = ()) -> None:
        """Take the network's configured name and its configured channels."""
        self._network, self._support = network, support
        self._names = tuple(channel.name for channel in channels)

    def channel(self, target: str) -> Venue:
        """Return the venue of a channel as addressed; the characters of a STATUSMSG stay."""
        if target in self._names:
            return Venue(self._network, target)
        status, bare = self._support.split_status(target)
        name = next((name for name in self._names if self._support.same(name, bare)), bare)
        return Venue(self._network, status + name)

    def query(self, nick: str) -> Venue:
        """Return the venue of what somebody says to us alone."""
        return Venue(self._network, nick)
