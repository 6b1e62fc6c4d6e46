"""From a row of the outbox to an act on the outside: one small function per lane. The row has its words already."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import structlog

from cloudbot.adapters import mail_out, names
from cloudbot.core.ports import Sent
from cloudbot.core.speech import Venue
from cloudbot.runtime.posting import TOPIC

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from cloudbot.adapters.mail_out import Settings as MailSettings
    from cloudbot.adapters.paper import Paper
    from cloudbot.core.ports import Chat, Forge, Mailer, Outcome
    from cloudbot.store.journal import OutboxRow

    Deliver = Callable[[OutboxRow], Awaitable[Outcome]]
    Spoken = Callable[[Venue, str], None]

log = structlog.get_logger()


def by_irc(network: str, chat: Chat, spoken: Spoken = lambda _venue, _text: None) -> Deliver:
    """Say a line or set a topic on one network, with the proof that the network gives; `spoken` takes what was said."""

    async def deliver(row: OutboxRow) -> Outcome:
        body = json.loads(row.body)
        if "topic" in body:
            return await chat.set_topic(Venue(network, row.destination.removesuffix(TOPIC)), body["topic"])
        venue, rings = Venue(network, row.destination), tuple(body.get("rings", ()))
        outcome = await chat.deliver(venue, body["text"], notice=body["notice"], rings=rings)
        if isinstance(outcome, Sent) and venue.is_channel:
            spoken(venue, body["text"])
        return outcome

    return deliver


def by_mail(settings: MailSettings, mailer: Mailer) -> Deliver:
    """Send a mail; its Date is when it was decided, so that a second try is the same message to the byte."""

    async def deliver(row: OutboxRow) -> Outcome:
        body = json.loads(row.body)
        message = mail_out.compose(
            settings,
            to=body["to"],
            subject=body["subject"],
            text=body["text"],
            message_id=body["message_id"],
            in_reply_to=body.get("in_reply_to", ""),
            date=row.created,
        )
        return await mailer.send(message, sender=settings.sender, recipients=body["to"])

    return deliver


def by_paper(paper: Paper) -> Deliver:
    """Write a line of the would-say file."""

    async def deliver(row: OutboxRow) -> Outcome:
        text = json.loads(row.body)["text"]
        return await asyncio.to_thread(paper.write, key=row.key, venue=row.destination, text=text, at=row.created)

    return deliver


def by_site(write: Callable[[str, str], Outcome]) -> Deliver:
    """Put a file where the web is read from."""

    async def deliver(row: OutboxRow) -> Outcome:
        return await asyncio.to_thread(write, row.destination, json.loads(row.body)["text"])

    return deliver


def by_names() -> Deliver:
    """Look host names up with the machine's resolver."""

    async def deliver(row: OutboxRow) -> Outcome:
        return await names.resolves(json.loads(row.body)["host"])

    return deliver


def by_gitlab(forge: Forge, clock: Callable[[], datetime]) -> Deliver:
    """Have a forge do something, and log who had it do what with which end: the audit line of each try."""

    async def deliver(row: OutboxRow) -> Outcome:
        body = json.loads(row.body)
        if "mark" in body:
            return await forge.comment(
                body["project"], body["merge_request"], text=body["text"], mark=body["mark"], at=clock()
            )
        outcome = await forge.act(body["action"], project=body["project"], number=body["id"], at=clock())
        log.info("acted on the forge", key=row.key, outcome=type(outcome).__name__, **body)
        return outcome

    return deliver
