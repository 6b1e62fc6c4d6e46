"""From a line somebody said to an answer: whose line it is, which command, whether it may, whether too often.

Questions are answered from the documents in memory, in the same turn of the loop, and leave no trace on disk. A command
that changes something waits for the proof of who gave it and becomes a fact; its answer comes through the outbox.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from cloudbot.core.commands import Ask, Commands, Invocation, Mistake
from cloudbot.core.engine import World
from cloudbot.core.facts import CommandGiven
from cloudbot.core.limits import Limits
from cloudbot.core.people import allowed
from cloudbot.core.ports import Chat
from cloudbot.core.speech import Venue
from cloudbot.runtime.consumer import Consumer
from cloudbot.runtime.meant import typed_command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudbot.core.commands import Answer, Command
    from cloudbot.core.speech import Heard, Proof

log = structlog.get_logger()
MOST_LINES = 3
REFUSAL = {"member": "people of the team", "operator": "the operators"}


@dataclass(slots=True, kw_only=True)
class Conversation:
    """Hears for all networks."""

    commands: Commands
    chats: Mapping[str, Chat]
    consumer: Consumer
    world: Callable[[], World]
    render: Callable[[str, Mapping[str, object]], str]
    limits: Limits
    seconds: Callable[[], float]
    "a monotonic clock, for the limits"
    bang: Callable[[str], bool] = lambda _network: True
    names: tuple[str, ...] = ("cloudbot",)
    spoken: Callable[[Venue, str], None] = lambda _venue, _text: None
    "takes each line of an answer that the whole channel sees"
    answered: int = 0
    _given: int = 0
    _changes: set[asyncio.Task[None]] = field(default_factory=set)

    def hear(self, heard: Heard) -> None:
        """Take one line; answer it, ignore it, or start to carry it out."""
        if heard.old or heard.does or heard.speaker.bot:
            return
        bang = self.bang(heard.venue.network)
        parsed = self.commands.parse(
            heard.text, me=(heard.me, *self.names), query=not heard.venue.is_channel, bang=bang
        )
        typed = typed_command(heard) if parsed is None and not heard.venue.is_channel else None
        if parsed is None and typed is None:
            return
        chat = self.chats[heard.venue.network]
        match self.limits.judge(_who(heard), str(heard.venue), self.seconds()):
            case "silent":
                return
            case "warn":
                chat.tell(heard.venue, heard.speaker.nick, "that is a lot at once; I answer you again in a minute")
                return
            case _:
                pass
        if typed is not None:
            self._send_to_channels(chat, heard.venue, typed.command.name)
        match parsed:
            case Mistake(line):
                chat.tell(heard.venue, heard.speaker.nick, line)
            case Invocation(command, args):
                self._carry_out(chat, heard, command, args)

    def _send_to_channels(self, chat: Chat, query: Venue, command: str) -> None:
        """Tell whoever types a command of meetings to us alone where it belongs."""
        channels = [venue.name for venue in self.world().team.channels if venue.network == query.network]
        line = self.render("irc/in_the_channel", {"command": command, "channels": channels})
        chat.answer(query, [line.strip()])

    async def idle(self) -> None:
        """Return when nothing that was asked is still being carried out."""
        while self._changes:
            await asyncio.gather(*self._changes, return_exceptions=True)

    def _carry_out(self, chat: Chat, heard: Heard, command: Command, args: Mapping[str, str]) -> None:
        if command.needs_proof(args):
            task = asyncio.get_running_loop().create_task(self._prove_first(chat, heard, command, args))
            self._changes.add(task)
            task.add_done_callback(self._changes.discard)
        else:
            self._answer(chat, heard, command, args, None)

    def _answer(
        self,
        chat: Chat,
        heard: Heard,
        command: Command,
        args: Mapping[str, str],
        proof: Proof | None,
    ) -> None:
        lines, private = self.answer(heard, command, args, proof)
        self.answered += 1
        if private and heard.venue.is_channel:
            for line in lines:
                chat.tell(heard.venue, heard.speaker.nick, line)
        else:
            chat.answer(heard.venue, lines)
            for line in lines if heard.venue.is_channel else ():
                self.spoken(heard.venue, line)

    def answer(
        self,
        heard: Heard,
        command: Command,
        args: Mapping[str, str],
        proof: Proof | None = None,
    ) -> tuple[Sequence[str], bool]:
        """Answer a question from memory: the lines, and whether they are for the person alone."""
        world = self.world()
        person = world.team.person(heard.venue.network, proof)
        ask = Ask(at=heard.at, args=args, venue=heard.venue, speaker=heard.speaker, person=person)
        try:
            answer: Answer = command.answer(ask, world)  # type: ignore[misc]  # only called for questions
            text = self.render(answer.words, answer.values)
        except Exception:
            log.exception("a question could not be answered", command=command.name)
            return ("I cannot answer that: a fault of mine, and the log has it.",), True
        return [line for line in text.splitlines() if line.strip()][:MOST_LINES], answer.private

    async def _prove_first(self, chat: Chat, heard: Heard, command: Command, args: Mapping[str, str]) -> None:
        proof = heard.speaker.proof or await chat.prove(heard.speaker.nick)
        person = self.world().team.person(heard.venue.network, proof)
        if not allowed(command.who, person):
            line = f"{command.name} is for {REFUSAL[command.who]}; "
            line += "log in to services first" if proof is None else f"the account {proof.account} is not known as one"
            chat.tell(heard.venue, heard.speaker.nick, line)
            return
        if command.answer is not None:
            self._answer(chat, heard, command, args, proof)
            return
        self._given += 1
        log.info(
            "a command that changes something",
            command=command.name,
            person=None if person is None else person.name,
            account=None if proof is None else proof.account,
            proof=None if proof is None else proof.source,
        )
        fact = CommandGiven(
            at=heard.at,
            id=heard.msgid or f"{heard.at.timestamp():.3f}.{self._given}",
            command=command.name,
            args=dict(args),
            venue=heard.venue,
            nick=heard.speaker.nick,
            proof=proof,
            person=None if person is None else person.name,
        )
        source = f"irc {heard.venue.network}"
        try:
            receipt = await self.consumer.put(fact, source=source, external_id=heard.msgid)
        except Exception:
            log.exception("a command could not be taken", command=command.name)
            chat.tell(heard.venue, heard.speaker.nick, "that was not taken: a fault of mine, and the log has it")
            return
        if receipt.parked:
            chat.tell(
                heard.venue, heard.speaker.nick, "that failed: a fault of mine, the operator has it; nothing is lost"
            )


def _who(heard: Heard) -> str:
    """Name whom the limits count: the account where it is proven, else the host, else the nick."""
    speaker = heard.speaker
    who = speaker.proof.account if speaker.proof else speaker.host or speaker.nick
    return f"{heard.venue.network}/{who}"
