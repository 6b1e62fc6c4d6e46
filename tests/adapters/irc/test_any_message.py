"""No message whatsoever raises, in any state of a connection: the guard around each line is a second defence."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from cloudbot.adapters.irc import Settings
from cloudbot.adapters.irc.around import Around
from cloudbot.adapters.irc.ctcp import Ctcp
from cloudbot.adapters.irc.joins import Joins
from cloudbot.adapters.irc.message import Message
from cloudbot.adapters.irc.redact import Redactor
from cloudbot.adapters.irc.registration import Plan
from cloudbot.adapters.irc.sasl import mechanisms
from cloudbot.adapters.irc.session import Session
from tests.adapters.irc.world import NOW

CHOSEN = Settings.model_validate(
    {
        "network": "test",
        "server": "127.0.0.1",
        "tls": False,
        "channels": [{"name": "#team"}, {"name": "#other", "key": "k"}],
        "password_credential": "irc",
        "services_host": "services.test",
        "regain": "REGAIN {nick} {password}",
        "invite": "INVITE {channel}",
        "unban": "UNBAN {channel}",
    }
)
COMMANDS = [
    *(f"{number:03}" for number in (1, 5)),
    *map(str, (221, 263, 301, 302, 303, 307, 311, 315, 318, 324, 330, 352, 353, 354, 366, 376, 396)),
    *map(
        str, (401, 403, 404, 405, 415, 417, 422, 432, 433, 436, 437, 439, 442, 463, 464, 465, 470, 471, 473, 474, 475)
    ),
    *map(str, (476, 477, 480, 482, 489, 716, 730, 731, 900, 901, 902, 903, 904, 905, 906, 907, 908)),
    *("ACCOUNT", "AUTHENTICATE", "AWAY", "BATCH", "CAP", "CHGHOST", "ERROR", "FAIL", "INVITE", "JOIN", "KICK", "KILL"),
    *(
        "MODE",
        "NICK",
        "NOTE",
        "NOTICE",
        "PART",
        "PING",
        "PONG",
        "PRIVMSG",
        "QUIT",
        "SETNAME",
        "TAGMSG",
        "TOPIC",
        "WARN",
    ),
]
WORDS = st.sampled_from(
    [
        *(
            "",
            "*",
            "cloudbot",
            "CloudBot",
            "alice",
            "#team",
            "#TEAM",
            "@#team",
            "#other",
            "0",
            "+o",
            "-v+b",
            "+Rr",
            "LS",
        ),
        *("ACK", "NAK", "DEL", "NEW", ":", "=", "a=b", "sasl", "sasl=PLAIN batch", "sts=port=1", "+", "-", "PREFIX="),
        *(
            "CHANTYPES=",
            "CASEMAPPING=rfc7613",
            "PREFIX=(o",
            "-PREFIX",
            "BOT=B",
            "MONITOR",
            "STATUSMSG=",
            "#team,#other,",
        ),
        *("alice,cloudbot", "4 (online, identified by SSL certificate)", "STATUS alice 3", "\x01VERSION\x01", "\x01"),
        *("cloudbot-1", "152", "H@B", "alice!a@h", "You are now identified", "This nickname is registered", "+ref"),
        *("-ref", "chathistory", "PRIVMSG", "WHO"),
    ]
)
MESSAGES = st.builds(
    Message,
    st.sampled_from(COMMANDS),
    st.lists(WORDS | st.text(max_size=8), max_size=7).map(tuple),
    st.sampled_from(["", "irc.test", "alice!a@h", "cloudbot!c@h", "NickServ!s@services.test", "a!", "!", "@", "!@"]),
    st.dictionaries(
        st.sampled_from(["time", "account", "batch", "label", "msgid", "bot"]),
        st.sampled_from(["", "ref", "cloudbot-1", "2026-12-09T18:00:00Z", "0001-01-01T00:00:00", "alice"]),
        max_size=3,
    ),
)
GREETING = (
    Message("CAP", ("*", "LS", "batch account-notify extended-join"), "irc.test"),
    Message("CAP", ("*", "ACK", "account-notify batch extended-join"), "irc.test"),
    Message("001", ("cloudbot", "Welcome"), "irc.test"),
    Message("005", ("cloudbot", "BOT=B", "WHOX", "are supported"), "irc.test"),
    Message("376", ("cloudbot", "End of MOTD"), "irc.test"),
)
JOINED = (
    Message("900", ("cloudbot", "x", "cloudbot", "You are logged in"), "irc.test"),
    Message("JOIN", ("#team", "*", "x"), "cloudbot!c@h"),
    Message("353", ("cloudbot", "=", "#team", "@alice cloudbot"), "irc.test"),
)


def session() -> Session:
    plan = Plan(
        nick="cloudbot",
        user="cloudbot",
        realname="a bot",
        mechanisms=lambda offered: mechanisms(offered, certificate=True, account="a", password="b", nonce=lambda: "n"),
        secure=False,
    )
    around = Around(
        settings=CHOSEN,
        hear=lambda _heard: None,
        moved=lambda _moved: None,
        clock=lambda: NOW + timedelta(seconds=1),
        joins=Joins(CHOSEN.channels, retry=30, after_kick=10),
        ctcp=Ctcp(source=""),
        redactor=Redactor(),
        note=lambda _topic, _text: None,
        changed=lambda: None,
        learn_policy=lambda _policy: None,
        password="sesame",
    )
    return Session(around, plan)


@settings(max_examples=400, deadline=None)
@example(before=(), messages=[Message("001", ("a nick with blanks",), "", {}), Message("376", (), "", {})])
@given(
    st.sampled_from([(), GREETING[:1], GREETING[:4], GREETING, (*GREETING, *JOINED)]), st.lists(MESSAGES, max_size=12)
)
def test_no_message_raises_in_any_state(before: tuple[Message, ...], messages: list[Message]) -> None:
    async def story() -> None:
        made = session()
        deliveries = []
        for message in before:
            made._take(message)
        if before == (*GREETING, *JOINED):
            deliveries = [
                asyncio.create_task(made.deliveries.deliver("#team", "x", notice=False)),
                asyncio.create_task(made.deliveries.deliver("alice", "x", notice=True)),
                asyncio.create_task(made.prove("alice")),
            ]
            await asyncio.sleep(0)
        for message in messages:
            made._take(message)
            made._look_after(made._loop.time())
        made.over("the test is over")
        await asyncio.wait_for(asyncio.gather(*deliveries), 1)

    asyncio.run(story())
