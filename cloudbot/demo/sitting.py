"""The meeting of the demo: six people, three quarters of an hour in a few seconds, and kill -9 in the middle.

Only the clock is fast. Everything is typed by clients of the embedded server, and the minutes are read over HTTP from
the link that the bot gives at the end, as anybody would.
"""

from __future__ import annotations

import asyncio
import re
import signal
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cloudbot.demo.guest import Guest
from cloudbot.demo.replay import Replay
from cloudbot.demo.stage import BOT, CHANNEL, MEMBER, Stage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from email.message import EmailMessage


BEGINS = datetime(2019, 7, 22, 19, 0, tzinfo=UTC)
LENGTH = timedelta(minutes=43)
SECONDS = 8.0
OTHERS = ("bert", "carla", "dora", "emil", "fritz")
WAIT_SECONDS = 15.0
KILLED, BACK = 20, 24
"""Minutes into the meeting: when the bot is killed, and after what is said then it is started again."""
SCRIPT: tuple[tuple[int, str, str], ...] = (
    (0, MEMBER, "#startmeeting"),
    (1, MEMBER, "#chair bert"),
    (1, "bert", "hello"),
    (2, "carla", "hi, dora sits beside me"),
    (2, "dora", "o/"),
    (3, MEMBER, "#next"),
    (6, "emil", "the script for the missing day is nearly there"),
    (8, MEMBER, "#topic Publishing: what runs, what is missing"),
    (9, "bert", "#info !118 and !124 are merged, the download host has daily images"),
    (11, "fritz", "#link https://cloud.example.org/images/daily/"),
    (13, "carla", "ec2 sid arm64 is red since Saturday"),
    (15, "emil", "#action carla looks why ec2 sid arm64 fails"),
    (18, MEMBER, "#agreed daily images are good enough to point testers to"),
    (22, "dora", "who writes the page?"),
    (28, MEMBER, "#topic Where do we point people who ask for Buster"),
    (30, "bert", "#action anna asks the wiki team for a page"),
    (33, "fritz", "#idea the image finder could say it"),
    (36, MEMBER, "#topic Any other business"),
    (38, "emil", "#help somebody to test on arm64"),
    (40, "dora", "nothing from me"),
    (42, MEMBER, "#endmeeting"),
)
LIST = "team@lists.example.org"
RECORDED = re.compile(r"the minutes are in the records: \S+?, with (.*) \(([0-9a-f]{8})\)")
LINK = re.compile(r"Minutes \(text\): *(\S+)")


@dataclass(slots=True)
class Sitting:
    """One meeting on a stage; `anna` is its chair."""

    stage: Stage
    anna: Guest
    replay: Replay = field(init=False)
    guests: dict[str, Guest] = field(default_factory=dict)
    linked_after: float = 0.0
    "seconds from #endmeeting to the links"
    began: int = 0
    "how many lines the visitor had heard before"
    minutes: str = ""
    "the text minutes, as read from the link"

    def __post_init__(self) -> None:
        """Set the clock; it stands until everybody is there."""
        file = self.stage.home / "sitting-started"
        self.replay = Replay(begin=BEGINS, end=BEGINS + LENGTH, seconds=SECONDS, file=file)

    async def arrive(self) -> None:
        """Let everybody come in."""
        self.guests = {MEMBER: self.anna, **{name: Guest(name) for name in OTHERS}}
        for name in OTHERS:
            await self.guests[name].enter(self.stage.irc_port, CHANNEL)
        await self.stage.guest.wait(lambda: set(OTHERS) <= self.stage.guest.present, WAIT_SECONDS)

    async def hold(self, show: Callable[[datetime, str, str], None], restart: Callable[[], Awaitable[None]]) -> bool:
        """Hold it; whether the links came. `show` is called for each line said, `restart` brings the bot back."""
        self.began = len(self.stage.guest.lines)
        self.replay.start()
        killed = back = False
        for minute, nick, text in SCRIPT:
            if minute > KILLED and not killed:
                killed = True
                await self._until(BEGINS + timedelta(minutes=KILLED))
                await self.stage.end_bot(signal.SIGKILL)
            if minute > BACK and not back:
                back = True
                await restart()
            await self._until(BEGINS + timedelta(minutes=minute))
            show(self.replay.now(), nick, text)
            began = asyncio.get_running_loop().time()
            self.guests[nick].send(f"PRIVMSG {CHANNEL} :{text}")
            await self.stage.guest.wait(lambda text=text: self._said(text), WAIT_SECONDS)  # type: ignore[misc]
        linked = await self.stage.guest.wait(lambda: self._link() is not None, WAIT_SECONDS)
        self.linked_after = asyncio.get_running_loop().time() - began
        await self.stage.guest.wait(lambda: self.recorded is not None, WAIT_SECONDS)
        await self._mailed()
        link = self._link()
        self.minutes = "" if link is None else (await asyncio.to_thread(_fetch, link)).decode()
        return linked

    def judged(self, *, linked: bool) -> Iterator[tuple[bool, str, str, str, str]]:
        """Yield the lines of the checklist: whether it holds, when it was asked, what, by which command, the result."""
        people = len(re.findall(r"(?m)^\* \S+ \(\d+\)$", self.minutes))
        actions = self.minutes.count("ACTION: ")
        gaps = sum("did not hear" in text for text in self.by_the_bot())
        good = (
            linked and people == 1 + len(OTHERS) and actions == len([1 for _, _, text in SCRIPT if "#action" in text])
        )
        length = f"{LENGTH.seconds // 60} min in {SECONDS:.0f} s"
        yield good, "30:25", "a monthly meeting", "#startmeeting", f"{people} people, {length}, {actions} actions"
        yield gaps == 1, "", "kill -9 in the middle of it", "restart", "the same meeting goes on; one gap, said"
        numbers = [] if self.recorded is None else re.findall(r"A-\d{4}-\d{3}", self.recorded[1])
        commit = "" if self.recorded is None else self.recorded[2]
        yield (
            len(numbers) == actions,
            "",
            "what was promised in it",
            "#action",
            f"{', '.join(numbers)} in commit {commit}*",
        )
        subject = str(self.mails[0]["Subject"]) if self.mails else "no mail came"
        yield len(self.mails) == 1, "", "the minutes on the list", "mail 1", subject
        took = f"{self.linked_after * 1000:.0f} ms"
        yield linked and self.minutes != "", "", "its minutes", "#endmeeting", f"linked {took} after it, and there"

    async def leave(self) -> None:
        """Let everybody go but the member, who stays for the rest of the demo."""
        for name in OTHERS:
            await self.guests[name].leave()

    def by_the_bot(self) -> list[str]:
        """Return what the bot has said in the channel since it began."""
        mine = (line for line in self.stage.guest.lines[self.began :] if (line.nick, line.target) == (BOT, CHANNEL))
        return [line.text for line in mine]

    @property
    def recorded(self) -> re.Match[str] | None:
        """What the bot said of the commit with the minutes: the actions that got numbers, and the commit."""
        found = (RECORDED.match(text) for text in self.by_the_bot())
        return next((one for one in found if one is not None), None)

    @property
    def mails(self) -> list[EmailMessage]:
        """What the list got."""
        return [mail for mail in self.stage.mail.mails if str(mail["To"]) == LIST]

    async def _mailed(self) -> None:
        for _ in range(int(WAIT_SECONDS / 0.1)):
            if self.mails:
                return
            await asyncio.sleep(0.1)

    def _said(self, text: str) -> bool:
        return any(line.text == text for line in self.stage.guest.lines[self.began :])

    def _link(self) -> str | None:
        found = (LINK.search(text) for text in self.by_the_bot())
        return next((one[1] for one in found if one is not None), None)

    async def _until(self, at: datetime) -> None:
        while self.replay.now() < at:  # noqa: ASYNC110 - nothing tells of a clock that is read from a file
            await asyncio.sleep(0.02)


def _fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - the link the bot gave, to our own door
        body: bytes = answer.read()
        return body
