from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest

from cloudbot.adapters.mail_out import Settings, SmtpMailer, compose
from cloudbot.core.ports import Outcome, Permanent, Sent, Transient, Unknown
from cloudbot.demo.mailsink import MailSink
from cloudbot.runtime.posting import message_id

if TYPE_CHECKING:
    from collections.abc import Callable

AT = datetime(2019, 7, 22, 17, 0, tzinfo=UTC)


def settings(port: int) -> Settings:
    return Settings(server="127.0.0.1", port=port, sender="cloudbot@example.org", timeout=2)


def mail(to: str = "anna@example.org", subject: str = "Hello", text: str = "Text\n") -> bytes:
    return compose(settings(25), to=[to], subject=subject, text=text, message_id="<a.b@example.org>", date=AT)


async def send(port: int, message: bytes, to: str = "anna@example.org") -> Outcome:
    mailer = SmtpMailer(settings(port), lambda _name: "")
    return await mailer.send(message, sender="cloudbot@example.org", recipients=[to])


def test_a_mail_arrives_as_it_was_written() -> None:
    async def play() -> tuple[Outcome, MailSink]:
        sink = MailSink()
        outcome = await send(await sink.start(), mail(text="One\n.\n..two\nGrüße\n"))
        await sink.stop()
        return outcome, sink

    outcome, sink = asyncio.run(play())
    (got,) = sink.mails
    assert outcome == Sent()
    assert got.get_content().replace("\r\n", "\n") == "One\n.\n..two\nGrüße\n"
    assert {name: got[name] for name in ("From", "To", "Subject", "Message-ID", "Auto-Submitted")} == {
        "From": "cloudbot <cloudbot@example.org>",
        "To": "anna@example.org",
        "Subject": "Hello",
        "Message-ID": "<a.b@example.org>",
        "Auto-Submitted": "auto-generated",
    }


def test_the_same_row_gives_the_same_bytes() -> None:
    assert mail() == mail()


def test_an_answer_stands_in_the_thread_of_what_it_answers() -> None:
    written = compose(
        settings(25),
        to=["anna@example.org"],
        subject="Re: x",
        text="Text\n",
        message_id="<b@example.org>",
        date=AT,
        in_reply_to="<a@example.org>",
    )
    got = message_from_bytes(written, policy=policy.default)
    assert (got["In-Reply-To"], got["References"]) == ("<a@example.org>", "<a@example.org>")
    other = message_from_bytes(mail(), policy=policy.default)
    assert (other["In-Reply-To"], other["References"]) == (None, None)


def test_a_subject_cannot_add_a_header() -> None:
    got = message_from_bytes(mail(subject="a\r\nBcc: eve@example.org\r\n\r\nboo"), policy=policy.default)
    assert got["Bcc"] is None
    assert got["Subject"] == "a Bcc: eve@example.org boo"


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("meeting/2026-12-09/minutes/mail", "<meeting.2026-12-09.minutes.mail@example.org>"),
        ("operator/bug/a b<c>@d/mail", "<operator.bug.a.b.c.d.mail.2548aa9d@example.org>"),
    ],
)
def test_a_message_id_holds_only_letters_digits_dots_and_hyphens(key: str, expected: str) -> None:
    assert message_id(key, "example.org") == expected


async def scripted(answers: list[bytes | None]) -> tuple[asyncio.Server, int]:
    """A mail server that answers each line with the next answer; None closes the connection."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        left = list(answers)
        in_data = False
        with contextlib.closing(writer), contextlib.suppress(OSError):  # closed also when the loop ends first
            writer.write(b"220 test\r\n")
            while left and (line := await reader.readline()):
                if in_data and line != b".\r\n":
                    continue
                answer = left.pop(0)
                if answer is None:
                    break
                in_data = answer.startswith(b"354")
                writer.write(answer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    return server, int(server.sockets[0].getsockname()[1])


OK = b"250 ok\r\n"


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([OK, OK, b"450 greylisted\r\n"], Transient("450 greylisted")),
        ([OK, OK, b"550 no such user\r\n"], Permanent("550 no such user")),
        ([OK, b"451 later\r\n"], Transient("451 later")),
        ([OK, OK, OK, b"354 go\r\n", b"552 too big\r\n"], Permanent("552 too big")),
        ([OK, OK, OK, b"354 go\r\n", b"250 kept\r\n"], Sent()),
    ],
)
def test_the_servers_answer_decides(answers: list[bytes | None], expected: Outcome) -> None:
    async def play() -> Outcome:
        server, port = await scripted(answers)
        async with server:
            return await send(port, mail())

    assert asyncio.run(play()) == expected


def test_a_connection_lost_after_the_text_is_unknown_and_before_it_transient() -> None:
    async def play(answers: list[bytes | None]) -> Outcome:
        server, port = await scripted(answers)
        async with server:
            return await send(port, mail())

    assert isinstance(asyncio.run(play([OK, OK, OK, b"354 go\r\n", None])), Unknown)
    assert isinstance(asyncio.run(play([OK, None])), Transient)


def test_a_server_that_is_not_there_is_transient(unused_port: Callable[[], int]) -> None:
    outcome = asyncio.run(send(unused_port(), mail()))
    assert isinstance(outcome, Transient)
    assert outcome.why.startswith("the mail server cannot be reached:")
