"""IRC: one network kept connected, what people say on it heard, what the bot says delivered.

The `irc` library gives the connection's base classes and the parsing of tags and masks; everything that decides is
here. `Network` implements `cloudbot.core.ports.Chat`. No module but `connection` touches a socket.
"""

import cloudbot.adapters.irc.lean  # noqa: F401 - first
from cloudbot.adapters.irc.network import Network
from cloudbot.adapters.irc.settings import Channel, Pacing, Settings

__all__ = ["Channel", "Network", "Pacing", "Settings"]
