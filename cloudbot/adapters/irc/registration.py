"""From the connection to the welcome: capabilities, SASL, a nick. A pure machine: messages in, lines to send out.

The table at the end says what counts in which state; everything else is ignored. It knows no clock: whoever owns it
calls `overdue` when SASL took too long. Sources: IRCv3 capability-negotiation and sasl-3.2, RFC 2812 section 3.1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal

from cloudbot.adapters.irc.message import compose, is_addressable
from cloudbot.adapters.irc.sasl import Exchange, Mechanism

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cloudbot.adapters.irc.message import Message

WANTED = frozenset(
    {
        "account-notify",
        "account-tag",
        "batch",
        "cap-notify",
        "chghost",
        "extended-join",
        "labeled-response",
        "message-tags",
        "multi-prefix",
        "server-time",
        "setname",
        "standard-replies",
        "userhost-in-names",
    }
)
"What is asked for where it is offered. Not echo-message: it doubles the traffic and proves no more than the fence."
_REQUEST = 400
_SHORT_NICK = 9  # RFC 2812 section 1.2.1; what a server takes that finds ours too long

_SASL = ("AUTHENTICATE", "902", "903", "904", "905", "906", "907", "908")
_BEFORE = ("listing", "requesting", "authenticating", "waiting")

State = Literal["listing", "requesting", "authenticating", "waiting", "welcomed"]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to register as."""

    nick: str
    user: str
    realname: str
    server_password: str = field(default="", repr=False)
    sasl: Literal["auto", "required", "off"] = "auto"
    mechanisms: Callable[[str], tuple[Mechanism, ...]] = field(default=lambda _offered: (), repr=False)
    "the mechanisms to try, from what the server offers"
    secure: bool = True


class Registration:
    """One connection's registration. `failure` says why it cannot go on; `nick` is what the server calls us."""

    def __init__(self, plan: Plan) -> None:
        """Begin with nothing said."""
        self._plan = plan
        self._nicks = candidates(plan.nick)
        self._asked: set[str] = set()
        self.state: State = "listing"
        self.nick = next(self._nicks)
        self.offered: dict[str, str] = {}
        self.enabled: set[str] = set()
        self.sasl: Exchange | None = None
        self.failure = ""
        self.upgrade_port: int | None = None

    def start(self) -> list[str]:
        """Return the first lines. CAP comes first, so that the server waits for us."""
        plan = self._plan
        password = [compose("PASS", trailing=plan.server_password)] if plan.server_password else []
        return [
            "CAP LS 302",
            *password,
            compose("NICK", self.nick),
            compose("USER", plan.user, "0", "*", trailing=plan.realname or plan.nick),
        ]

    def see(self, message: Message) -> list[str]:
        """Take one message and return what to say to it."""
        what = f"CAP {message.param(1).upper()}" if message.command == "CAP" else message.command
        step = self._STEPS.get((self.state, what)) or self._STEPS.get(("any", what))
        return step(self, message) if step is not None and not self.failure else []

    @property
    def is_authenticated(self) -> bool:
        """Whether SASL succeeded."""
        return self.sasl is not None and self.sasl.outcome == "ok"

    def overdue(self) -> list[str]:
        """Give SASL up: the services may be away and 903 never come. With `required` this is the end."""
        if self.state == "authenticating" and self.sasl is not None:
            return [*self.sasl.abandon("no answer in time"), *self._after_sasl()]
        return []

    # Capabilities

    def _listed(self, message: Message) -> list[str]:
        more = message.param(2) == "*"
        self._note_offers(message.param(3 if more else 2))
        if more:
            return []
        return self._upgrade() or self._request(self.offered.keys()) or self._end()

    def _note_offers(self, words: str) -> None:
        for word in words.split():
            name, _, value = word.partition("=")
            self.offered[name] = value

    def _upgrade(self) -> list[str]:
        policy = dict(part.partition("=")[::2] for part in self.offered.get("sts", "").split(","))
        port = policy.get("port", "")
        if not self._plan.secure and port.isdecimal() and 0 < int(port[:6]) < 65536:  # noqa: PLR2004 - ports
            self.upgrade_port = int(port)
            self.failure = f"the server wants TLS on port {port} (STS)"
            return ["QUIT"]
        return []

    def _request(self, names: Iterator[str] | object) -> list[str]:
        wanted = WANTED | ({"sasl"} if self._may_authenticate() else set())
        chosen = sorted(wanted.intersection(names) - self.enabled)  # type: ignore[arg-type]
        if not chosen:
            return []
        self._asked |= set(chosen)
        if self.state == "listing":
            self.state = "requesting"
        return [f"CAP REQ :{words}" for words in _packed(chosen)]

    def _may_authenticate(self) -> bool:
        return self._plan.sasl != "off" and bool(self._plan.mechanisms(self.offered.get("sasl", "")))

    def _acknowledged(self, message: Message) -> list[str]:
        words = message.last.split()
        self.enabled |= {word for word in words if word[0] != "-"}
        self.enabled -= {word[1:] for word in words if word[0] == "-"}
        self._asked -= {word.lstrip("-") for word in words}
        return self._when_asked() if "sasl" not in words or self.state == "requesting" else self._authenticate()

    def _denied(self, message: Message) -> list[str]:
        words = set(message.last.split())
        if len(words) > 1:  # one of them is not to be had, and the server does not say which
            return [f"CAP REQ :{word}" for word in sorted(words)]
        self._asked -= words
        return self._when_asked()

    def _when_asked(self) -> list[str]:
        if self._asked or self.state != "requesting":
            return []
        return self._authenticate() if "sasl" in self.enabled else self._end()

    def _authenticate(self) -> list[str]:
        self.sasl = Exchange(self._plan.mechanisms(self.offered.get("sasl", "")))
        if self.state == "requesting":
            self.state = "authenticating"
        return self.sasl.start() or self._after_sasl()

    def _sasl_said(self, message: Message) -> list[str]:
        if self.sasl is None:
            return []
        return [*self.sasl.see(message), *self._after_sasl()]

    def _after_sasl(self) -> list[str]:
        if self.sasl is None or self.sasl.outcome == "going" or self.state != "authenticating":
            return []
        return self._end()

    def _end(self) -> list[str]:
        if self._plan.sasl == "required" and not self.is_authenticated:
            self.failure = f"SASL is required: {self.sasl.why if self.sasl else 'the server does not offer it'}"
            return ["QUIT"]
        self.state = "waiting"
        return ["CAP END"]

    def _offered_later(self, message: Message) -> list[str]:
        self._note_offers(message.param(2))
        return self._request({word.partition("=")[0] for word in message.param(2).split()})

    def _withdrawn(self, message: Message) -> list[str]:
        for name in message.param(2).split():
            self.offered.pop(name, None)
            self.enabled.discard(name)
        return []

    # Nick, welcome, refusal

    def _nick_taken(self, message: Message) -> list[str]:
        del message
        return self._next_nick()

    def _nick_refused(self, message: Message) -> list[str]:
        del message
        self._nicks = (nick for nick in self._nicks if len(nick) <= _SHORT_NICK)
        return self._next_nick()

    def _next_nick(self) -> list[str]:
        nick = next(self._nicks, "")
        if not nick:
            self.failure = f"no nick like {self._plan.nick} is free"
            return ["QUIT"]
        self.nick = nick
        return [compose("NICK", nick)]

    def _welcomed(self, message: Message) -> list[str]:
        self.state = "welcomed"
        self.nick = message.param(0) if is_addressable(message.param(0)) else self.nick
        if self._plan.sasl == "required" and not self.is_authenticated:
            self.failure = "SASL is required: the server does not offer it"
            return ["QUIT"]
        return []

    def _turned_away(self, message: Message) -> list[str]:
        self.failure = message.last or message.command
        return []

    _STEPS: ClassVar[Mapping[tuple[str, str], Callable[[Registration, Message], list[str]]]] = {
        # Until the list is complete nothing else is asked for; a server without CAP goes straight to 001.
        ("listing", "CAP LS"): _listed,
        # Each name asked for is answered in some ACK or NAK, in any grouping.
        ("requesting", "CAP ACK"): _acknowledged,
        ("requesting", "CAP NAK"): _denied,
        ("welcomed", "CAP ACK"): _acknowledged,
        ("welcomed", "CAP NAK"): _denied,
        ("welcomed", "CAP NEW"): _offered_later,
        ("any", "CAP DEL"): _withdrawn,
        # The same exchange runs before the welcome and, when `sasl` came by CAP NEW, after it.
        **dict.fromkeys([("authenticating", said) for said in _SASL], _sasl_said),
        **dict.fromkeys([("welcomed", said) for said in _SASL], _sasl_said),
        # A nick may be refused at any time before the welcome; afterwards the regaining of nicks looks at these.
        **dict.fromkeys([(state, said) for state in _BEFORE for said in ("433", "436", "437")], _nick_taken),
        **dict.fromkeys([(state, "432") for state in _BEFORE], _nick_refused),
        **dict.fromkeys([(state, "001") for state in _BEFORE], _welcomed),
        **dict.fromkeys([(state, said) for state in _BEFORE for said in ("463", "464", "465")], _turned_away),
    }


def candidates(nick: str) -> Iterator[str]:
    """Yield the nicks to try: the wanted one, with underscores, then numbered and short enough for any server."""
    yield from (nick, f"{nick}_", f"{nick}__")
    yield from (f"{nick[: _SHORT_NICK - 2]}{number:02}" for number in range(1, 100))


def _packed(words: list[str]) -> Iterator[str]:
    line = ""
    for word in words:
        if line and len(line) + 1 + len(word) > _REQUEST:
            yield line
            line = ""
        line = f"{line} {word}".lstrip()
    yield line
