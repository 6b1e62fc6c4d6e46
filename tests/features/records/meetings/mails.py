"""The mail that announces a meeting of the example team, as `make bless` writes it to tests/golden/agenda.mail.txt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cloudbot.features.ci.schedules import Schedules
from cloudbot.features.records.meetings.announcing import announcement
from cloudbot.features.records.meetings.meant import series_meant
from cloudbot.features.records.meetings.planning import plan
from tests.core.records.trees import example
from tests.features.builders import (
    CHANNEL,
    Bot,
    job,
    merge_request,
    merge_requests_seen,
    pipeline,
    pipelines_seen,
    projects_seen,
    schedule,
)
from tests.features.records.worlds import AT, bot, typed

if TYPE_CHECKING:
    from cloudbot.core.effects import SendMail

GOLDEN = Path(__file__).parents[3] / "golden" / "agenda.mail.txt"
LISTS = b'lists = ["team@lists.example.org"]\nquorum = 2'
ITEMS = (
    ("alice", "where do we point people who ask for Buster images (10 min)"),
    ("bob", "Sprint: hotel and travel, see https://example.org/a/link/that/is/long/enough/to/need/a/line (15 min)"),
)


def busy() -> Bot:
    """Return a bot of the example team with things in its state, and items that people added."""
    files = example()
    zone = b'\nzone = "{}"\nzone_consent = true\n\n[debian]'
    for name, where in (("alice", b"Europe/London"), ("bob", b"America/New_York"), ("carol", b"Asia/Tokyo")):
        files[f"people/{name}.toml"] = files[f"people/{name}.toml"].replace(b"\n[debian]", zone.replace(b"{}", where))
    files["series/monthly.toml"] = files["series/monthly.toml"].replace(b"quorum = 2", LISTS)
    one = bot(files)
    at = AT - timedelta(days=3)
    failed = job(7, "ec2 sid arm64 build", "failed", at=at, reason="script_failure")
    one.take(
        projects_seen(at=AT - timedelta(minutes=5)),
        pipelines_seen(pipeline(41, "failed", made=at, ended=at, jobs=(failed,)), at=AT - timedelta(minutes=5)),
        merge_requests_seen(
            merge_request(128, title="Remove some packages", made=datetime(2019, 4, 16, tzinfo=UTC)),
            merge_request(129, title="Fresh", made=AT - timedelta(days=1)),
            at=AT - timedelta(minutes=5),
        ),
    )
    late = schedule(3, next_run=AT - timedelta(hours=8))
    one.documents = {**one.documents, Schedules: Schedules(forge="salsa", seen=AT, known=(late,), late=(late,))}
    for who, text in ITEMS:
        typed(one, who, f"!agenda add {text}")
    return one


def mail_of(one: Bot, at: datetime = AT) -> SendMail:
    """Return the mail about the next meeting."""
    world = one.world(at)
    assert world.records is not None
    view = world.records.at(at)
    planned = plan(world, view, series_meant(view, CHANNEL))
    assert planned.at is not None
    return announcement(planned, planned.at, world, view)


def golden() -> str:
    """Return the mail's subject and text."""
    one = busy()
    mail = mail_of(one)
    return f"To: {', '.join(mail.to)}\nSubject: {one.words.render(mail.words, mail.values).strip()}\n"
