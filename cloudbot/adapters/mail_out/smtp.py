"""Mail out: a rendered row becomes one RFC 5322 message and is handed to the mail server over SMTP.

The server's 250 after the data is the only proof; 4xx is tried again, 5xx is final, and a connection lost between the
end of the data and the answer is unknown (RFC 5321 section 4.5.3.2.6 warns of duplicates): the same Message-ID makes
sending it again harmless.
"""

from __future__ import annotations

import asyncio
import re
import smtplib
import ssl
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING

from cloudbot.core.ports import Outcome, Permanent, Sent, Transient, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from cloudbot.adapters.mail_out.settings import Settings

UNSAFE = re.compile(r"[\x00-\x1f\x7f]+")
TEMPORARY = 400
FINAL = 500


def compose(  # noqa: PLR0913 - the headers of a message, by name
    settings: Settings,
    *,
    to: Sequence[str],
    subject: str,
    text: str,
    message_id: str,
    date: datetime,
    in_reply_to: str = "",
) -> bytes:
    """Write the message: plain text, one Message-ID for ever, marked as automatic (RFC 3834 section 5).

    An answer names what it answers in both headers by which readers find a thread (RFC 5322 section 3.6.4).
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = f"{settings.name} <{settings.sender}>"
    message["To"] = ", ".join(to)
    message["Subject"] = UNSAFE.sub(" ", subject)
    message["Date"] = format_datetime(date)
    message["Message-ID"] = message_id
    if in_reply_to:
        message["In-Reply-To"] = message["References"] = in_reply_to
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, cte="8bit" if not text.isascii() else "7bit")
    return message.as_bytes()


class SmtpMailer:
    """Hands messages to one server, one connection each, in a thread: smtplib has no other way."""

    def __init__(self, settings: Settings, secret: Callable[[str], str]) -> None:
        self._settings = settings
        self._secret = secret
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="smtp")

    async def send(self, message: bytes, *, sender: str, recipients: Sequence[str]) -> Outcome:
        """Send one message. Some recipients refused for good is `Permanent`, with their addresses left out."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._send, message, sender, list(recipients))

    def _send(self, message: bytes, sender: str, recipients: list[str]) -> Outcome:
        try:
            server = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            return Transient(f"the mail server cannot be reached: {_one_line(error)}")
        try:
            return self._hand_over(server, message, sender, recipients)
        finally:
            server.close()

    def _connect(self) -> smtplib.SMTP:
        chosen, context = self._settings, ssl.create_default_context()
        server: smtplib.SMTP
        if chosen.tls == "tls":
            server = smtplib.SMTP_SSL(chosen.server, chosen.port, timeout=chosen.timeout, context=context)
        else:
            server = smtplib.SMTP(chosen.server, chosen.port, timeout=chosen.timeout)
        if chosen.tls == "starttls":
            server.starttls(context=context)
        if chosen.user:
            server.login(chosen.user, self._secret(chosen.password_credential))
        return server

    def _hand_over(self, server: smtplib.SMTP, message: bytes, sender: str, recipients: list[str]) -> Outcome:
        """Speak the transaction step by step, to know at which step it ended."""
        try:
            server.ehlo_or_helo_if_needed()
            for step in (("MAIL", f"FROM:<{sender}>"), *(("RCPT", f"TO:<{one}>") for one in recipients)):
                code, answer = server.docmd(*step)
                if code >= TEMPORARY:
                    return _refused(code, answer)
            code, answer = server.docmd("DATA")
            if code >= TEMPORARY:
                return _refused(code, answer)
        except (OSError, smtplib.SMTPException) as error:
            return Transient(f"the mail server went away: {_one_line(error)}")
        try:
            server.send(_stuffed(message))
            code, answer = server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            return Unknown(f"the mail server went away before it answered: {_one_line(error)}")
        return Sent() if code < TEMPORARY else _refused(code, answer)


def _stuffed(message: bytes) -> bytes:
    """Double leading dots and end with a lone one (RFC 5321 section 4.5.2)."""
    body = re.sub(rb"(?m)^\.", b"..", message)
    return body + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _refused(code: int, answer: bytes) -> Outcome:
    why = f"{code} {_one_line(answer.decode('utf-8', 'replace'))}"
    return Permanent(why) if code >= FINAL else Transient(why)


def _one_line(error: object) -> str:
    return UNSAFE.sub(" ", str(error))[:200]
