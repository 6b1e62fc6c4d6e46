"""Strict transport security: a server that once asked for TLS is never again met without it while its policy lasts.

Policies are one small JSON file, replaced atomically. Only what came over TLS is stored (IRCv3 sts).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_LONGEST = 10  # digits of a duration; more is nonsense


class Policies:
    """What is stored in one directory for all servers."""

    def __init__(self, directory: Path) -> None:
        """Take the adapter's directory; it is made when there is something to store."""
        self._file = directory / "sts.json"

    def port(self, host: str, at: datetime) -> int | None:
        """Return the TLS port to use for a host instead of plain text, while a policy lasts."""
        policy = self._read().get(host.lower())
        return policy[0] if policy is not None and at.timestamp() < policy[1] else None

    def learn(self, host: str, port: int, value: str, at: datetime) -> None:
        """Store what a secure connection on `port` said: `duration=0` ends a policy. Its `port` key is ignored."""
        duration = dict(part.partition("=")[::2] for part in value.split(",")).get("duration", "")
        if not duration.isdecimal() or len(duration) > _LONGEST:
            return
        policies = self._read()
        if int(duration) == 0:
            policies.pop(host.lower(), None)
        else:
            policies[host.lower()] = (port, (at + timedelta(seconds=min(int(duration), 10**8))).timestamp())
        self._write(policies)

    def _read(self) -> dict[str, tuple[int, float]]:
        """Read what can be believed of the file; a damaged one is as none."""
        try:
            stored = json.loads(self._file.read_text(encoding="utf-8"))
            return {
                str(host): (int(policy["port"]), datetime.fromisoformat(policy["until"]).timestamp())
                for host, policy in stored.items()
            }
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return {}

    def _write(self, policies: Mapping[str, tuple[int, float]]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        stored = {
            host: {"port": port, "until": datetime.fromtimestamp(until, UTC).isoformat()}
            for host, (port, until) in policies.items()
        }
        temporary = self._file.with_suffix(".new")
        temporary.write_text(json.dumps(stored, indent=1), encoding="utf-8")
        temporary.replace(self._file)
