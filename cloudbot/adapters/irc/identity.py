"""Which services account is behind a nick, as far as the network vouches for it, and for how long that is believed.

Where accounts are announced (account-tag, extended-join, account-notify, WHOX) they are followed; elsewhere somebody
is asked about by WHOIS or NickServ's STATUS. Every NICK, QUIT, PART and KICK makes what was known, and what is just
being asked, void. A nick alone is never a proof, and neither is an access list (STATUS 3 on OFTC).
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from cloudbot.core.speech import Proof, ProofSource

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cloudbot.adapters.irc.isupport import Support
    from cloudbot.adapters.irc.message import Message
    from cloudbot.adapters.irc.settings import Settings
    from cloudbot.adapters.irc.tracker import Tracker

_REMEMBERED_MASKS = 1024
_LATE = 60.0  # seconds in which an answer of the services may still come after we stopped waiting for it
# OFTC: "4 (online, identified by SSL certificate)", maybe with the nick before it; 3 is an access list.
_OFTC_STATUS = re.compile(
    r"(?:STATUS\s+)?(?:(?P<nick>[^\s:]+)[:\s]\s*)?(?P<level>[0-4])\s+\((?P<words>[^)]*)\)", re.IGNORECASE
)
_OFTC_PROOFS = {"4": "identified by ssl certificate", "2": "identified by password"}
# Anope: "STATUS nick 3 account"; 3 means identified, 2 an access list, 1 not identified, 0 offline.
_ANOPE_STATUS = re.compile(r"STATUS\s+(?P<nick>\S+)\s+(?P<level>[0-3])(?:\s+(?P<account>\S+))?\s*", re.IGNORECASE)


@dataclass(slots=True)
class Known:
    """What is known of one nick. `lasting` while the server announces every change of it."""

    proof: Proof | None
    at: float
    lasting: bool


@dataclass(slots=True, eq=False)
class Question:
    """Something asked about one folded nick and not yet answered."""

    nick: str
    answer: asyncio.Future[Proof | None] = field(repr=False)
    seen: bool = False
    proof: Proof | None = None

    def settle(self, proof: Proof | None) -> None:
        """Answer it once."""
        if not self.answer.done():
            self.answer.set_result(proof)


class Identity:
    """What one connection knows of people's accounts."""

    def __init__(self, support: Support, tracker: Tracker, enabled: set[str], settings: Settings) -> None:
        """Take the connection's state (`enabled` capabilities are read live), and how to ask."""
        self._support, self._tracker, self._enabled = support, tracker, enabled
        self._believed_for = settings.proof_seconds
        self._way = settings.proof
        self._services, self._services_host = settings.services, settings.services_host
        self._known: dict[str, Known] = {}
        self._whois: dict[str, Question] = {}
        self._status: deque[Question] = deque()
        self._nameless_from = 0.0
        self._masks: dict[str, tuple[str, str]] = {}

    def known(self, nick: str, now: float) -> Known | None:
        """Return what is known of a nick and still believed."""
        folded = self._support.fold(nick)
        known = self._known.get(folded)
        if known is None:
            return None
        if not known.lasting and now - known.at > self._believed_for:
            del self._known[folded]
            return None
        return known

    def speaks(self, message: Message, now: float) -> Proof | None:
        """Return the proof of who says this message. With account-tag the tag, or its absence, settles it."""
        folded = self._support.fold(message.nick)
        if len(self._masks) >= _REMEMBERED_MASKS:
            self._masks.clear()
        self._masks[folded] = (message.user, message.host)
        if "account-tag" in self._enabled:
            account = message.tags.get("account", "")
            return self._note(message.nick, account, "account-tag", now).proof
        known = self._known.get(folded) and self.known(message.nick, now)
        return known.proof if known else None

    def ask(self, nick: str) -> tuple[asyncio.Future[Proof | None], list[str]]:
        """Return the future answer about a nick, and the lines to send for it; none where it is being asked already."""
        folded = self._support.fold(nick)
        waiting = self._whois.get(folded) or next((one for one in self._status if one.nick == folded), None)
        if waiting is not None:
            return waiting.answer, []
        question = Question(folded, asyncio.get_running_loop().create_future())
        if self._way == "whois":
            self._whois[folded] = question
            return question.answer, [f"WHOIS {nick}"]
        self._status.append(question)
        return question.answer, self._ask_status() if len(self._status) == 1 else []

    def _ask_status(self) -> list[str]:
        """STATUS answers need not name the nick: only one question is on its way at a time."""
        return [f"PRIVMSG {self._services} :STATUS {self._status[0].nick}"] if self._status else []

    def give_up(self, nick: str, now: float) -> list[str]:
        """Drop a question that was not answered in time, and believe no late answer that does not name its nick."""
        self._nameless_from = now + _LATE
        folded = self._support.fold(nick)
        self._void_question(folded)
        first = bool(self._status) and self._status[0].nick == folded
        self._status = deque(one for one in self._status if one.nick != folded)
        return self._ask_status() if first else []

    def is_services(self, message: Message) -> bool:
        """Whether the nickname services say this: the nick alone could be anybody's, the configured host could not."""
        services = self._services.partition("@")[0]
        return (
            self._services_host != ""
            and self._support.same(message.nick, services)
            and message.host.lower() == self._services_host.lower()
        )

    def see(self, message: Message, now: float) -> list[str]:
        """Follow one message; returns what has to be asked next."""
        step = self._STEPS.get(message.command)
        return (step(self, message, now) or []) if step is not None else []

    def _note(self, nick: str, account: str, source: ProofSource, now: float) -> Known:
        proof = Proof(account, source) if account not in {"", "*", "0"} else None
        folded = self._support.fold(nick)
        shared = next(self._tracker.rooms_of(nick), None) is not None
        known = Known(proof, now, lasting="account-notify" in self._enabled)
        if shared:  # of somebody whom we do not see, neither NICK nor QUIT would reach us
            self._known[folded] = known
        return known

    def forget(self, nick: str) -> None:
        """Believe nothing of a nick any more, nor any answer to what was asked about it."""
        folded = self._support.fold(nick)
        self._known.pop(folded, None)
        self._masks.pop(folded, None)
        self._void_question(folded)

    def _void_question(self, folded: str) -> None:
        question = self._whois.pop(folded, None)
        if question is not None:
            question.settle(None)
        for one in self._status:  # stays in the row, so that its answer is not taken for the next one's
            if one.nick == folded:
                one.settle(None)

    def forget_all(self) -> None:
        """Believe nothing any more: the link is gone, or we left a channel."""
        for nick in [*self._known, *self._whois]:
            self.forget(nick)
        self._masks.clear()
        for question in self._status:
            question.settle(None)

    def _renamed(self, message: Message, now: float) -> None:
        del now
        self.forget(message.nick)
        self.forget(message.param(0))

    def _gone(self, message: Message, now: float) -> None:
        del now
        self.forget(message.nick)
        if message.command == "PART" and self._tracker.is_me(message.nick):
            self.forget_all()

    def _kicked(self, message: Message, now: float) -> None:
        del now
        for nick in message.param(1).split(","):
            if self._tracker.is_me(nick):
                self.forget_all()
            self.forget(nick)

    def _joined(self, message: Message, now: float) -> None:
        if "extended-join" in self._enabled and len(message.params) > 1:
            self._note(message.nick, message.param(1), "extended-join", now)

    def _account(self, message: Message, now: float) -> None:
        self._void_question(self._support.fold(message.nick))
        self._note(message.nick, message.param(0), "account-notify", now)

    def _whox(self, message: Message, now: float) -> None:
        if len(message.params) > 4 and "account-notify" in self._enabled:  # noqa: PLR2004 - me, token, nick, flags, account
            self._note(message.param(2), message.param(4), "whox", now)

    def _question(self, message: Message) -> Question | None:
        return self._whois.get(self._support.fold(message.param(1)))

    def _whois_user(self, message: Message, now: float) -> None:
        del now
        question = self._question(message)
        if question is None:
            return
        mask = self._masks.get(question.nick)
        question.seen = mask is None or mask == (message.param(2), message.param(3))

    def _whois_account(self, message: Message, now: float) -> None:
        del now
        question = self._question(message)
        if question is not None and question.seen and message.param(2):
            question.proof = Proof(message.param(2), "whois-330")

    def _whois_registered(self, message: Message, now: float) -> None:
        del now
        question = self._question(message)
        if question is not None and question.seen and question.proof is None:
            question.proof = Proof(message.param(1), "whois-307")

    def _whois_end(self, message: Message, now: float) -> None:
        question = self._whois.pop(self._support.fold(message.param(1)), None)
        if question is None:
            return
        if question.proof is not None:
            self._note(message.param(1), question.proof.account, question.proof.source, now)
        question.settle(question.proof)

    def _no_such_nick(self, message: Message, now: float) -> None:
        del now
        self._void_question(self._support.fold(message.param(1)))

    def _notice(self, message: Message, now: float) -> list[str]:
        if not self._status or not self.is_services(message):
            return []
        nick, account = status(message.param(1).translate(_BOLD))
        question = self._status[0]
        if nick is None or (nick and self._support.fold(nick) != question.nick):
            return []
        self._status.popleft()
        believed = account is not None and (nick != "" or now >= self._nameless_from)
        proof = Proof(account or question.nick, "status") if believed else None
        if proof is not None and not question.answer.done():
            self._note(question.nick, proof.account, "status", now)
        question.settle(proof)
        return self._ask_status()

    _STEPS: ClassVar[Mapping[str, Callable[[Identity, Message, float], list[str] | None]]] = {
        "NICK": _renamed,
        "QUIT": _gone,
        "PART": _gone,
        "KICK": _kicked,
        "JOIN": _joined,
        "ACCOUNT": _account,
        "354": _whox,
        "311": _whois_user,
        "330": _whois_account,
        "307": _whois_registered,
        "318": _whois_end,
        "401": _no_such_nick,
        "402": _no_such_nick,
        "NOTICE": _notice,
    }


_BOLD = dict.fromkeys(map(ord, "\x02\x0f\x16\x1d\x1f"))


def status(text: str) -> tuple[str | None, str | None]:
    """Read an answer of the services to STATUS: the nick it is about and the account it proves.

    The nick is None where the text is no such answer and empty where it names none; the account is None where nothing
    is proved and empty where the nick itself is the account.
    """
    if match := _ANOPE_STATUS.fullmatch(text):
        return match["nick"], (match["account"] or "") if match["level"] == "3" else None
    if match := _OFTC_STATUS.fullmatch(text.strip()):
        words = _OFTC_PROOFS.get(match["level"], "\0")
        return match["nick"] or "", "" if words in match["words"].lower() else None
    return None, None
