"""The servers that contracts are run on."""

from __future__ import annotations

from tests.irc_servers.fixtures import hybrid, inspircd, ngircd

__all__ = ["hybrid", "inspircd", "ngircd"]
