"""Secrets out of text that is logged: the one place where lines pass on their way to a log.

It blacks out what a command carries in secret by its nature, and every secret it was told of wherever it occurs.
"""

from __future__ import annotations

import base64
import re

BLACK = "[hidden]"
_SECRET_COMMANDS = re.compile(
    r"^(PASS|OPER|AUTHENTICATE|IDENTIFY|NICKSERV|NS|CHANSERV|CS)\b.*", re.IGNORECASE | re.DOTALL
)
_TO_SERVICES = re.compile(r"^((?:PRIVMSG|NOTICE|SQUERY)\s+\S*Serv\S*)\s.*", re.IGNORECASE | re.DOTALL)
_IN_ADDRESS = re.compile(r"(://[^\s/:@]*:)[^\s/@]+@|([?&](?:private_)?token=)[^\s&]+", re.IGNORECASE)
_SHORTEST = 4


class Redactor:
    """Knows this network's secrets and hides them."""

    def __init__(self) -> None:
        """Start knowing none."""
        self._secrets: set[str] = set()

    def learn(self, secret: str) -> None:
        """Hide this value from now on, also in Base64. Under four characters it would black out ordinary words."""
        if len(secret) >= _SHORTEST:
            self._secrets |= {secret, base64.b64encode(secret.encode()).decode()}

    def line(self, text: str) -> str:
        """Return a line fit for a log."""
        text = _SECRET_COMMANDS.sub(rf"\1 {BLACK}", text)
        text = _TO_SERVICES.sub(rf"\1 :{BLACK}", text)
        text = _IN_ADDRESS.sub(lambda match: f"{match[1] or match[2]}{BLACK}{'@' if match[1] else ''}", text)
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, BLACK)
        return text
