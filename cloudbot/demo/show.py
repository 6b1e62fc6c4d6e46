"""The demo: a real bot process on a real IRC connection, and around it an embedded world that nothing leaves.

The week of the 2019 BoF passes in seconds, then the visitor asks what that room asked. Simulated parts are marked with
a star. It ends with a checklist; a line that fails makes the exit code 1.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import tempfile
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cloudbot.demo.checklist import QUESTIONS
from cloudbot.demo.guest import Guest
from cloudbot.demo.memory import ACTION, Memory
from cloudbot.demo.replay import Replay
from cloudbot.demo.salsa.history import PROJECT
from cloudbot.demo.salsa.pipelines import pushed
from cloudbot.demo.salsa.week import WEEK_BEGINS
from cloudbot.demo.sitting import BEGINS, Sitting
from cloudbot.demo.sitting import SECONDS as FAST_MEETING
from cloudbot.demo.stage import BOT, CHANNEL, JOIN_SECONDS, MEMBER, Stage
from cloudbot.demo.years import FIRST, LAST, Years

BOF = datetime(2019, 7, 22, 17, 0, tzinfo=UTC)
"""The day of the recording; its hour is not in the captions."""
LATER = BOF + timedelta(minutes=1)
"""When it is started again: what was said at the BoF is over then, and news is not folded into it."""
ANSWER_SECONDS = 5.0
WIDTH, BY_WIDTH = 44, 26
BUDGET = 6
HTTP_OK, HTTP_FORBIDDEN = 200, 403
FAST, CALM = 0.1, 1.0
"""Seconds between looks: while a week passes in seconds, and when time stands still again."""


@dataclass(slots=True)
class Checklist:
    """The last screen."""

    rows: list[tuple[bool, str, str, str, str]] = field(default_factory=list)

    def add(self, *, good: bool, at: str = "", said: str, by: str, result: str) -> None:
        """Add a line."""
        self.rows.append((good, at, said, by, result))

    @property
    def good(self) -> bool:
        """Whether every line holds."""
        return all(good for good, *_ in self.rows)

    def show(self) -> None:
        """Print it."""
        print("\n cloudbot demo: the DebConf19 BoF, answered            (simulated parts: *)")
        for good, at, said, by, result in self.rows:
            mark = "ok" if good else "NO"
            print(f"  [{mark}] {at:<5} {said:<{WIDTH}} {by:<{BY_WIDTH}} {result}")


@dataclass(slots=True, kw_only=True)
class Show:
    """One performance. `seconds` is how long the recorded week takes."""

    irc_port: int
    stay: bool
    seconds: float
    checklist: Checklist = field(default_factory=Checklist)
    member: Guest = field(default_factory=lambda: Guest(MEMBER))
    stage: Stage = field(init=False)
    replay: Replay = field(init=False)
    _told: int = 0
    _days: Counter[str] = field(default_factory=Counter)

    async def run(self) -> int:
        """Perform; return the exit code."""
        with tempfile.TemporaryDirectory(prefix="cloudbot-demo-") as folder:
            home = Path(folder)
            self.replay = Replay(begin=WEEK_BEGINS, end=BOF, seconds=self.seconds, file=home / "started")
            self.stage = Stage(home=home, now=self._now)
            try:
                await self._perform()
            except _Failed as failed:
                print(f"\n the demo cannot go on: {failed}")
                print("\n".join(self.stage.log.splitlines()[-15:]))
                return 1
            finally:
                await self.member.leave()
                await self.stage.take_down()
        return 0 if self.checklist.good else 1

    def _now(self) -> datetime:
        """Return the instant of the clock that is used now."""
        return self.replay.now()

    async def _perform(self) -> None:
        await self.stage.build(irc_port=self.irc_port, every=FAST)
        _say("Embedded, on loopback: an IRC server, salsa with the week's merges (its pipelines and jobs are")
        _say("simulated*: git keeps none), a mail server, and a git repository with the records of a made-up team*.")
        _say("Real: the bot, its connection, its state, its words, its commits.")
        _say("The bot starts, as a process of its own, with a configuration of one file.")
        await self._start_bot()
        await self._go_live()
        _say(f"The week of the BoF passes in {self.seconds:.0f} s; what the bot says unasked:")
        self.replay.start()
        await self._watch_the_week()
        _say("Monday 2019-07-22, the BoF. Somebody writes down what was said and pushes it; what the room asked:")
        await self._pushed()
        await self._ask_what_was_asked()
        await self._rights()
        await self._change()
        await self._kill_and_return()
        await self._meeting()
        await self._hook_arrives()
        await self._token_ends()
        await self._page()
        self._count_lines()
        self._years()
        self.checklist.show()
        stage = self.stage
        print(f" {len(stage.salsa.requests)} GitLab requests, {len(stage.mail.mails)} mail(s) to the sink;", end=" ")
        print("0 bytes sent off this machine")
        print(
            f" look: http://127.0.0.1:{stage.web_port}/   talk: an IRC client to 127.0.0.1:{stage.irc_port} {CHANNEL}"
        )
        if self.stay:
            stage.salsa.faults.clear()
            print(" Ctrl-C ends it.")
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.Event().wait()

    async def _start_bot(self) -> None:
        if not await self.stage.start_bot(str(self.replay)):
            raise _Failed(f"the bot did not join {CHANNEL} in {JOIN_SECONDS:.0f} s")
        print(f"   * {BOT} joins {CHANNEL}")

    async def _go_live(self) -> None:
        """The first start is listen-only; the operator ends that with the command for it."""
        end = asyncio.get_running_loop().time() + JOIN_SECONDS
        while "nothing seen yet" in await self._ask("!status", show=False):
            if asyncio.get_running_loop().time() > end:
                raise _Failed("the bot did not see salsa")
            await asyncio.sleep(0.2)
        _say("It only listens at first. The operator types: cloudbot go-live")
        code, said = await self.stage.cloudbot("go-live", "--replay", str(self.replay))
        if code:
            raise _Failed(f"cloudbot go-live: {said}")

    async def _watch_the_week(self) -> None:
        while self.replay.now() < BOF:
            await self.stage.guest.wait(lambda: len(self.stage.unasked) > self._told, 0.2)
            self._show_unasked()
        await self.stage.guest.wait(lambda: len(self.stage.unasked) > self._told, 1.5)
        self._show_unasked()

    def _show_unasked(self) -> None:
        for text in self.stage.unasked[self._told :]:
            self._days[f"{self.replay.now():%a}"] += 1
            print(f"   {self.replay.now():%a %H:%M} -{BOT}- {text}")
        self._told = len(self.stage.unasked)

    async def _ask(self, text: str, *, by: Guest | None = None, show: bool = True) -> str:
        """Ask in the channel; return the answer, or what went wrong in its place."""
        guest = by or self.stage.guest
        answer = await guest.ask(BOT, CHANNEL, text, ANSWER_SECONDS)
        answer = f"(no answer within {ANSWER_SECONDS:.0f} s)" if answer is None else answer
        if show:
            print(f"   <{guest.nick}> {text}", *(f"   <{BOT}> {line}" for line in answer.splitlines()), sep="\n")
        return answer

    async def _ask_what_was_asked(self) -> None:
        for question in QUESTIONS:
            answer = await self._ask(question.ask)
            result = question.judge(answer)
            self.checklist.add(
                good=result is not None,
                at=question.at,
                said=question.said,
                by=question.ask,
                result=result or f"not as expected: {answer}",
            )

    async def _rights(self) -> None:
        """Rights come from the records, for an account that services vouch for."""
        refused = await self._ask("!quiet 2d")
        self.checklist.add(
            good="is for people of the team" in refused,
            said="a stranger wants the bot to be silent",
            by="!quiet",
            result="refused: services do not vouch for the visitor",
        )
        member = self.member
        await member.enter(self.stage.irc_port, CHANNEL)
        await member.wait(lambda: MEMBER in member.present, ANSWER_SECONDS)
        granted = await self._ask("!quiet 2h", by=member)
        await self._ask("!quiet off", by=member)
        self.checklist.add(
            good="No unasked lines here" in granted,
            said=f"{MEMBER}, whom the records know, wants that",
            by="!quiet",
            result=f"granted: records at {self.stage.commit[:10]}, account by WHOIS*",
        )

    async def _pushed(self) -> None:
        """People change the records themselves, and the bot knows."""
        files = await Memory(self.stage).told_in_the_room(BOF)
        self._show_unasked()
        self.checklist.add(
            good=files > 0,
            said="a person pushes to the records",
            by="git push",
            result=f"{files} files read, told in one line, answered from*",
        )

    async def _change(self) -> None:
        """A line in the channel becomes a commit; one that may not, does not."""
        _say("A line typed in the channel becomes a commit, or is refused with the way out:")
        memory = Memory(self.stage)
        before = memory.commits
        answer = await self._ask(f"!accept {ACTION}", by=self.member)
        landed = memory.landed()
        print(f"   git log -1: {landed.commit}, author {landed.author}, committer {landed.committer};", end=" ")
        print(f"Irc-Account: {landed.account}, Via: {landed.via}; a fresh clone says {landed.owner}")
        self.checklist.add(
            good=landed.commit in answer
            and (landed.account, landed.owner) == (f"demo/{MEMBER}", f'owner = "{MEMBER}"')
            and memory.commits == before + 1,
            said="a promise made in the channel",
            by="!accept",
            result=f"commit {landed.commit} by {landed.author.partition(' <')[0]}, through {landed.committer}*",
        )
        refused = await self._ask(f"!done {ACTION}", by=self.member)
        self.checklist.add(
            good="how does one see" in refused and memory.commits == before + 1,
            said="done, but nothing to show for it",
            by="!done",
            result="refused, with what counts; no commit*",
        )

    async def _kill_and_return(self) -> None:
        _say(f"kill -9 in the middle of a change ({MEMBER}: !block {ACTION} rainforest-inc agreement); started again:")
        memory, before = Memory(self.stage), self.stage.unasked
        commits = memory.commits
        there = await memory.under_way(self.member, f"!block {ACTION} rainforest-inc agreement")
        await self.stage.end_bot(signal.SIGKILL)
        calm = self.stage.config.read_text(encoding="utf-8").replace(f"every = {FAST}", f"every = {CALM}")
        self.stage.config.write_text(calm, encoding="utf-8")
        self.replay = Replay(begin=LATER, end=LATER, seconds=1.0, file=self.stage.home / "started")
        await self._start_bot()
        await asyncio.sleep(1.0)
        answers = await memory.answers(f"{ACTION} waits for rainforest-inc")
        print(*(f"   <{BOT}> {line}" for line in answers), sep="\n")
        once = (memory.commits - commits, len(answers)) == (1, 1)
        self.checklist.add(
            good=there and once,
            said="kill -9 while a change is pushed",
            by="restart",
            result=f"{memory.commits - commits} commit, {len(answers)} answer*",
        )
        again = self.stage.unasked
        status = await self._ask("!status")
        good = again == before and "26 of 27 builds ok" in status
        self.checklist.add(good=good, said="kill -9", by="restart", result="nothing said twice, nothing forgotten")

    async def _meeting(self) -> None:
        """Six people meet; the bot is killed in the middle, and has the minutes all the same."""
        _say(f"{BEGINS:%H:%M} UTC, the monthly meeting, in {FAST_MEETING:.0f} s; in the middle of it: kill -9")
        sitting = Sitting(stage=self.stage, anna=self.member)
        await self.stage.end_bot(signal.SIGTERM)
        self.replay = sitting.replay
        await self._start_bot()
        await sitting.arrive()
        linked = await sitting.hold(lambda at, nick, text: print(f"   {at:%H:%M} <{nick}> {text}"), self._start_bot)
        print(*(f"   <{BOT}> {line}" for line in sitting.by_the_bot()), "", sep="\n")
        print(*(f"   | {line}" for line in sitting.minutes.splitlines()), sep="\n")
        await sitting.leave()
        for row in sitting.judged(linked=linked):
            self.checklist.rows.append(row)
        self._show_unasked()

    async def _hook_arrives(self) -> None:
        """A pipeline ends, and salsa says so itself; the bot's next look would be a second later."""
        _say("A pipeline ends*, and salsa sends a hook, signed; then one with a wrong signature:")
        project = next(one for one in self.stage.salsa.world.projects if one.path == PROJECT)
        broken = pushed(49_000, project.id, "49" * 20, self.replay.now() - timedelta(hours=1), broken=True)
        before, began = len(self.stage.unasked), asyncio.get_running_loop().time()
        taken = await self.stage.hook(broken)
        told = await self.stage.guest.wait(lambda: len(self.stage.unasked) > before, ANSWER_SECONDS)
        took = (asyncio.get_running_loop().time() - began) * 1000
        forged = await self.stage.hook(broken, secret="whsec_" + "AAAA" * 8)
        self._show_unasked()
        said = "; ".join(self.stage.unasked[before:])
        proved = (taken, forged) == (HTTP_OK, HTTP_FORBIDDEN)
        self.checklist.add(
            good=proved and told and "FAIL debian-cloud-images master" in said,
            said="a hook, signed; and a forged one",
            by="hook",
            result=f"told after {took:.0f} ms; forged: HTTP {forged}",
        )

    async def _token_ends(self) -> None:
        _say("salsa refuses the bot*: does it still say that all is well?")
        self.stage.salsa.faults.inject("status", "401")
        before, mails = len(self.stage.mail.mails), self.stage.mail.mails
        for _ in range(40):
            await asyncio.sleep(0.1)
            if len(mails) > before:
                break
        status = await self._ask("!status")
        self.checklist.add(
            good="does not answer since" in status,
            said="a source is away*",
            by="!status",
            result="the figures carry their age",
        )
        subject = str(mails[before]["Subject"]) if len(mails) > before else "no mail came"
        good = "refuses us" in subject
        self.checklist.add(good=good, said="what only the operator can mend", by="mail 2", result=subject)

    async def _page(self) -> None:
        url = f"http://127.0.0.1:{self.stage.web_port}/"
        try:
            page = (await asyncio.to_thread(_fetch, url)).decode()
        except OSError as error:
            page = str(error)
        good = "ec2 sid arm64" in page and "<script" not in page
        self.checklist.add(good=good, said="the same as a page, without script", by="web", result=f"{len(page)} bytes")

    def _years(self) -> None:
        years = Years.read()
        _say(
            f"{FIRST} to {LAST}: what public sources tell of the team's governance, and what the made-up records say*:"
        )
        print(*(f"   {line}" for line in years.lines()), sep="\n")
        self.checklist.add(
            good=len(years.told) > 0, said=f"{FIRST} to {LAST}, gaps as gaps", by="years", result=years.summary
        )

    def _count_lines(self) -> None:
        self._show_unasked()
        said, most = len(self.stage.unasked), max(self._days.values(), default=0)
        result = f"at most {most} on a day; {BUDGET} is the limit"
        good = 0 < most <= BUDGET and said == self._days.total()
        self.checklist.add(good=good, said="unasked lines in the week", by=f"{said} lines", result=result)


class _Failed(Exception):  # noqa: N818 - what it is
    """The demo cannot go on."""


def _say(text: str) -> None:
    print(f" {text}", flush=True)


def _fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own door on loopback
        body: bytes = answer.read()
        return body
