"""The part of the demo that is about the records: people push to them, the bot changes them, refuses, and is killed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudbot.demo.remote import clone, commit_to, example_on, held_here, subjects, told_of_tip
from cloudbot.demo.stage import BOT, CHANNEL, Stage

if TYPE_CHECKING:
    from datetime import datetime

    from cloudbot.demo.guest import Guest

ROOM = "What was said in the room"
ACTION = "A-2019-001"
SEEN_SECONDS, LOOK_SECONDS = 10.0, 0.02
SLOW = """\
#!/bin/sh
touch '{flag}'
sleep 1
"""
"""A hook of the remote: the push is in, but git, and so the bot, hears of it a second later."""
FORM = "%h%n%an <%ae>%n%cn%n%(trailers:key=Irc-Account,valueonly)%n%(trailers:key=Via,valueonly)"


@dataclass(frozen=True, slots=True)
class Landed:
    """A change as it stands in the remote and in a clone of it."""

    commit: str
    author: str
    committer: str
    account: str
    via: str
    owner: str
    "the line with the owner, in the file of a fresh clone"


@dataclass(slots=True)
class Memory:
    """What happens to the records on a stage."""

    stage: Stage

    async def told_in_the_room(self, at: datetime) -> int:
        """Push what the example team learnt until an instant; return how many files, 0 where the bot saw nothing."""
        before = held_here(example_on(self.stage.began))
        files = {
            path: content for path, content in held_here(example_on(at.date())).items() if before.get(path) != content
        }
        commit_to(self.stage.remote, files, at, ROOM)
        guest = self.stage.guest
        seen = await guest.wait(lambda: any(ROOM in line for line in self.stage.unasked), SEEN_SECONDS)
        return len(files) if seen else 0

    def landed(self) -> Landed:
        """Look at the newest commit, and at the action in a fresh clone."""
        short, author, committer, account, _, via, *_ = told_of_tip(self.stage.remote, FORM).splitlines()
        place = clone(self.stage.remote, self.stage.home / f"clone-{short}")
        text = (place / "actions" / f"{ACTION}.toml").read_text(encoding="utf-8")
        owner = next((line for line in text.splitlines() if line.startswith("owner")), "")
        return Landed(short, author, committer, account, via, owner)

    @property
    def commits(self) -> int:
        """How many commits the remote has."""
        return len(subjects(self.stage.remote))

    async def under_way(self, member: Guest, text: str) -> bool:
        """Have a member ask for a change, and return when the remote has it and the bot does not know that yet."""
        flag, hook = self.stage.home / "pushed", self.stage.remote / "hooks" / "post-receive"
        hook.write_text(SLOW.format(flag=flag), encoding="utf-8")
        hook.chmod(0o755)
        member.send(f"PRIVMSG {CHANNEL} :{text}")
        for _ in range(int(SEEN_SECONDS / LOOK_SECONDS)):
            if flag.exists():
                break
            await asyncio.sleep(LOOK_SECONDS)
        hook.unlink()
        return flag.exists()

    async def answers(self, words: str) -> list[str]:
        """Wait until the bot says something in the channel, and return all such lines."""

        def said() -> list[str]:
            lines = (line for line in self.stage.guest.lines if (line.nick, line.target) == (BOT, CHANNEL))
            return [line.text for line in lines if words in line.text]

        await self.stage.guest.wait(lambda: bool(said()), SEEN_SECONDS)
        return said()
