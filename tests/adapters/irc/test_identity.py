"""Who somebody is: what is believed, from whom, and what makes it void. Hard case 8, line by line."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from cloudbot.adapters.irc.identity import Identity, status
from cloudbot.adapters.irc.isupport import Support
from cloudbot.adapters.irc.message import parse
from cloudbot.adapters.irc.settings import Settings
from cloudbot.adapters.irc.tracker import Tracker
from cloudbot.core.speech import Proof
from tests.adapters.irc.world import run

if TYPE_CHECKING:
    from collections.abc import Callable

ALL = {"account-tag", "account-notify", "extended-join"}
ALICE = Proof("alice", "whois-307")


class World:
    """A connection in `#team` with Alice and Bob, and what it knows of them."""

    def __init__(self, enabled: set[str] | None = None, **changes: object) -> None:
        self.now = 0.0
        self.support = Support()
        self.tracker = Tracker(self.support, "cloudbot")
        chosen = Settings.model_validate(
            {"network": "test", "server": "irc.test", "services_host": "services.test", **changes}
        )
        self.identity = Identity(self.support, self.tracker, enabled if enabled is not None else set(), chosen)
        self.see(":cloudbot!c@h JOIN #team", ":irc.test 353 cloudbot = #team :@alice bob cloudbot")

    def see(self, *lines: str) -> list[str]:
        asked: list[str] = []
        for line in lines:
            message = parse(line)
            assert message is not None
            if message.command == "JOIN":
                self.tracker.see(message)
            asked += self.identity.see(message, self.now)
            self.tracker.see(message)
        return asked

    def says(self, line: str) -> Proof | None:
        message = parse(line)
        assert message is not None
        return self.identity.speaks(message, self.now)

    def known(self, nick: str) -> Proof | None:
        known = self.identity.known(nick, self.now)
        return known.proof if known else None


def story(tell: Callable[[], None]) -> None:
    async def told() -> None:
        await asyncio.sleep(0)
        tell()

    run(told())


WHOIS = (
    ":irc.test 311 cloudbot alice a h * :Alice",
    ":irc.test 307 cloudbot alice :user has identified and verified with services",
    ":irc.test 318 cloudbot alice :End of WHOIS",
)


def test_whois_307_proves_the_nick() -> None:
    def tell() -> None:
        world = World()
        answer, lines = world.identity.ask("alice")
        assert lines == ["WHOIS alice"]
        world.see(*WHOIS)
        assert answer.result() == ALICE
        assert world.known("ALICE") == ALICE

    story(tell)


def test_whois_330_proves_the_account_and_wins_over_307() -> None:
    def tell() -> None:
        world = World()
        answer, _ = world.identity.ask("alice")
        world.see(WHOIS[0], WHOIS[1], ":irc.test 330 cloudbot alice Aliza :is logged in as", WHOIS[2])
        assert answer.result() == Proof("Aliza", "whois-330")

    story(tell)


def test_a_whois_without_account_proves_nothing_and_is_not_remembered() -> None:
    def tell() -> None:
        world = World()
        answer, _ = world.identity.ask("alice")
        world.see(WHOIS[0], WHOIS[2])
        assert answer.result() is None
        assert world.identity.known("alice", 0) is None

    story(tell)


@pytest.mark.parametrize(
    "between",
    [
        ":alice!a@h NICK alice_away",
        ":eve!e@x NICK alice",
        ":alice!a@h QUIT :hub.test leaf.test",
        ":alice!a@h PART #team",
        ":bob!b@h KICK #team alice :out",
        ":bob!b@h KICK #team cloudbot :out",
        ":cloudbot!c@h PART #team",
        ":irc.test 401 cloudbot alice :No such nick",
    ],
)
def test_what_happens_between_question_and_answer_makes_the_answer_void(between: str) -> None:
    def tell() -> None:
        world = World()
        answer, _ = world.identity.ask("alice")
        world.see(WHOIS[0], between, *WHOIS)
        assert answer.result() is None
        assert world.known("alice") is None

    story(tell)


def test_307_for_another_nick_proves_nothing() -> None:
    def tell() -> None:
        world = World()
        answer, _ = world.identity.ask("alice")
        world.see(WHOIS[0], ":irc.test 307 cloudbot eve :is identified", WHOIS[2])
        assert answer.result() is None

    story(tell)


def test_an_answer_about_another_mask_than_the_one_that_spoke_is_void() -> None:
    def tell() -> None:
        world = World()
        assert world.says(":alice!somebody@else PRIVMSG cloudbot :!do") is None
        answer, _ = world.identity.ask("alice")
        world.see(*WHOIS)
        assert answer.result() is None

    story(tell)


def test_two_questions_in_flight_do_not_mix() -> None:
    def tell() -> None:
        world = World()
        alice, _ = world.identity.ask("alice")
        bob, _ = world.identity.ask("bob")
        again, lines = world.identity.ask("Alice")
        assert (again is alice, lines) == (True, [])
        world.see(":irc.test 311 cloudbot bob b h * :Bob", *WHOIS[:2], ":irc.test 318 cloudbot bob :End", WHOIS[2])
        assert (alice.result(), bob.result()) == (ALICE, None)

    story(tell)


def test_an_answer_that_was_not_asked_for_proves_nothing() -> None:
    world = World()
    world.see(*WHOIS)
    assert world.known("alice") is None


def test_a_proof_is_believed_for_its_time_only() -> None:
    def tell() -> None:
        world = World(proof_seconds=60)
        world.identity.ask("alice")
        world.see(*WHOIS)
        world.now = 60
        assert world.says(":alice!a@h PRIVMSG #team :hi") == ALICE
        world.now = 60.1
        assert world.says(":alice!a@h PRIVMSG #team :hi") is None

    story(tell)


@pytest.mark.parametrize(
    "leaving",
    [
        ":alice!a@h NICK other",
        ":eve!e@x NICK alice",
        ":alice!a@h QUIT :hub.test leaf.test",
        ":alice!a@h PART #team",
        ":bob!b@h KICK #team alice",
        ":cloudbot!c@h PART #team",
    ],
)
def test_a_proof_ends_with_nick_and_presence(leaving: str) -> None:
    def tell() -> None:
        world = World()
        world.identity.ask("alice")
        world.see(*WHOIS, leaving)
        assert world.known("alice") is None
        assert world.known("other") is None

    story(tell)


def test_somebody_whom_we_do_not_see_is_asked_about_each_time() -> None:
    def tell() -> None:
        world = World()
        answer, _ = world.identity.ask("carol")
        world.see(
            ":irc.test 311 cloudbot carol c h * :Carol",
            ":irc.test 307 cloudbot carol :is identified",
            ":irc.test 318 cloudbot carol :End of WHOIS",
        )
        assert answer.result() == Proof("carol", "whois-307")
        assert world.identity.known("carol", 0) is None  # who has that nick next would inherit it unseen

    story(tell)


# Networks that announce accounts


def test_an_account_tag_is_a_proof_and_its_absence_is_none() -> None:
    world = World(ALL)
    assert world.says("@account=aliza :alice!a@h PRIVMSG #team :hi") == Proof("aliza", "account-tag")
    assert world.says(":alice!a@h PRIVMSG #team :hi") is None


def test_an_account_tag_that_was_not_agreed_upon_is_nothing() -> None:
    assert World(set()).says("@account=aliza :alice!a@h PRIVMSG #team :hi") is None


def test_an_extended_join_tells_the_account() -> None:
    world = World(ALL - {"account-tag"})
    world.see(":carol!c@h JOIN #team caro :Carol", ":dave!d@h JOIN #team * :Dave")
    assert (world.known("carol"), world.known("dave")) == (Proof("caro", "extended-join"), None)
    assert world.identity.known("dave", 0) is not None


def test_an_account_notification_changes_what_is_known() -> None:
    world = World(ALL - {"account-tag"})
    world.see(":alice!a@h ACCOUNT aliza")
    assert world.known("alice") == Proof("aliza", "account-notify")
    world.see(":alice!a@h ACCOUNT *")
    assert world.known("alice") is None


def test_whox_tells_the_accounts_of_a_channel() -> None:
    world = World(ALL - {"account-tag"})
    world.see(":irc.test 354 cloudbot 152 alice H@ aliza", ":irc.test 354 cloudbot 152 bob H 0")
    assert (world.known("alice"), world.known("bob")) == (Proof("aliza", "whox"), None)


def test_followed_accounts_outlast_the_clock_but_not_the_presence() -> None:
    world = World(ALL - {"account-tag"}, proof_seconds=60)
    world.see(":alice!a@h ACCOUNT aliza")
    world.now = 5000
    assert world.known("alice") == Proof("aliza", "account-notify")
    world.see(":alice!a@h PART #team")
    assert world.known("alice") is None


def test_without_notifications_an_extended_join_ages() -> None:
    world = World({"extended-join"}, proof_seconds=60)
    world.see(":carol!c@h JOIN #team caro :Carol")
    world.now = 61
    assert world.known("carol") is None


# NickServ STATUS


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("STATUS alice 3 aliza", ("alice", "aliza")),
        ("STATUS alice 3", ("alice", "")),
        ("STATUS alice 2 aliza", ("alice", None)),
        ("STATUS alice 1", ("alice", None)),
        ("STATUS alice 0", ("alice", None)),
        ("4 (online, identified by SSL certificate)", ("", "")),
        ("alice 4 (online, identified by SSL certificate)", ("alice", "")),
        ("alice: 2 (online, identified by password)", ("alice", "")),
        ("STATUS alice 3 (online, identified by access list)", ("alice", None)),
        ("3 (online, identified by access list)", ("", None)),
        ("4 (online, identified by access list)", ("", None)),
        ("1 (online, not identified)", ("", None)),
        ("0 (not online)", ("", None)),
        ("This nickname is registered.", (None, None)),
        ("", (None, None)),
    ],
)
def test_what_services_say_to_status(text: str, read: tuple[str | None, str | None]) -> None:
    assert status(text) == read


def notice(text: str, source: str = "NickServ!services@services.test") -> str:
    return f":{source} NOTICE cloudbot :{text}"


def test_status_proves_by_certificate_and_asks_one_at_a_time() -> None:
    def tell() -> None:
        world = World(proof="status")
        alice, asked = world.identity.ask("alice")
        bob, nothing = world.identity.ask("bob")
        assert (asked, nothing) == (["PRIVMSG NickServ :STATUS alice"], [])
        assert world.see(notice("\x024\x02 (online, identified by SSL certificate)")) == [
            "PRIVMSG NickServ :STATUS bob"
        ]
        assert world.see(notice("bob 1 (online, not identified)")) == []
        assert (alice.result(), bob.result()) == (Proof("alice", "status"), None)

    story(tell)


@pytest.mark.parametrize(
    "source",
    ["NickServ!eve@home.test", "NickServ!services@services.test.evil", "Nickserv_!services@services.test", "irc.test"],
)
def test_a_user_called_nickserv_is_not_believed(source: str) -> None:
    def tell() -> None:
        world = World(proof="status")
        answer, _ = world.identity.ask("alice")
        world.see(notice("4 (online, identified by SSL certificate)", source))
        assert not answer.done()

    story(tell)


def test_nobody_is_believed_where_no_host_of_services_is_configured() -> None:
    def tell() -> None:
        world = World(proof="status", services_host="")
        answer, _ = world.identity.ask("alice")
        world.see(notice("4 (online, identified by SSL certificate)", "NickServ!services@"))
        assert not answer.done()

    story(tell)


def test_an_answer_of_status_about_another_nick_is_not_ours() -> None:
    def tell() -> None:
        world = World(proof="status")
        answer, _ = world.identity.ask("alice")
        world.see(notice("STATUS eve 3 eve"))
        assert not answer.done()
        world.see(notice("STATUS alice 3 aliza"))
        assert answer.result() == Proof("aliza", "status")

    story(tell)


def test_a_change_of_nick_voids_a_status_and_its_late_answer_goes_to_nobody_else() -> None:
    def tell() -> None:
        world = World(proof="status")
        alice, _ = world.identity.ask("alice")
        bob, _ = world.identity.ask("bob")
        world.see(":alice!a@h NICK other", notice("4 (online, identified by SSL certificate)"))
        assert (alice.result(), bob.done(), world.known("alice")) == (None, False, None)
        world.see(notice("1 (online, not identified)"))
        assert bob.result() is None

    story(tell)


def test_a_question_that_nobody_answers_makes_way_for_the_next() -> None:
    def tell() -> None:
        world = World(proof="status")
        world.identity.ask("alice")
        bob, _ = world.identity.ask("bob")
        assert world.identity.give_up("alice", 10) == ["PRIVMSG NickServ :STATUS bob"]
        world.now = 11
        world.see(notice("4 (online, identified by SSL certificate)"))  # about Alice, too late
        assert bob.result() is None

    story(tell)
