"""The servers that the adapter is tried on."""

from __future__ import annotations

from tests.irc_servers.fixtures import hybrid, inspircd, ngircd

__all__ = ["hybrid", "inspircd", "ngircd"]
