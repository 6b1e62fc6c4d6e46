"""The mail with the minutes of a busy meeting, as `make bless` writes it to tests/golden/minutes.mail.txt."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from cloudbot.features.meetings.document import Meetings
from cloudbot.features.records.meetings.announced import Announced, Mail
from tests.features.records.meetings.held import FILES, Meeting, action

GOLDEN = Path(__file__).parents[3] / "golden" / "minutes.mail.txt"
LONG = "https://salsa.example.org/cloud-team/debian-cloud-images/-/merge_requests/118#note_with_a_long_name"
OPEN = action("A-2019-001", "publish Buster images", 'owner = "ben"\nassigned = 2019-07-01\ndue = 2019-08-23\n')


def busy() -> Meeting:
    """Return a meeting that was announced, decided something, promised something and did not reach its last item."""
    held = Meeting(files=FILES | OPEN)
    held.hears("ann: #startmeeting")
    document = held.bot.documents[Meetings]
    assert isinstance(document, Meetings)
    one = document.held[0]
    thread = replace(one, prepared=replace(one.prepared, thread="meeting/monthly/2019-08-14/agenda"))
    mails = Announced(mails={thread.prepared.thread: Mail(planned=held.at.replace(second=0), sent=True)})
    held.bot.documents = {**held.bot.documents, Meetings: document.with_held(thread), Announced: mails}
    held.hears("ann: #info carla is late")
    held.at += timedelta(minutes=3)
    held.hears(
        "ann: #topic Builds",
        "ben: #info !118 and !124 are merged; the download host has daily images, and they are signed",
        f"ben: #link {LONG}",
        "ann: #subtopic ec2",
        "guest: #info sid arm64: the disk of the runner is full, 画像はまだありません",
        "ann: #agreed Buster users are pointed to cloud.example.org/images/cloud/ until the finder is up",
    )
    held.at += timedelta(minutes=12)
    held.hears(
        "ann: #topic Where do we point people",
        "ann: #action ann to link the images from the wiki by 2019-08-21",
        "ann: #action ben: publish Buster images",
        "ann: #action somebody should ask the DPL for travel approval, before the last days of the month begin",
        "ann: #endmeeting",
    )
    return held.looks()


def golden() -> str:
    """Return the mail as it is written."""
    return busy().mail()
