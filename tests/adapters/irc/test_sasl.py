"""SASL: the mechanisms against the examples of their RFCs, and against servers that cheat."""

from __future__ import annotations

import base64

import pytest

from cloudbot.adapters.irc.message import Message
from cloudbot.adapters.irc.sasl import Exchange, External, Plain, SaslRefused, Scram, mechanisms, pieces

# RFC 7677 section 3
NONCE = "rOprNGfwEbeRWgbNEkqO"
SERVER_FIRST = b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
CLIENT_FINAL = (
    b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
)
SERVER_FINAL = b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="


def scram() -> Scram:
    made = Scram("user", "pencil", NONCE)
    made.respond(b"")
    return made


def test_scram_speaks_as_the_rfc_s_example() -> None:
    made = Scram("user", "pencil", NONCE)
    assert made.respond(b"") == b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
    assert made.respond(SERVER_FIRST) == CLIENT_FINAL
    assert not made.complete
    assert made.respond(SERVER_FINAL) == b""
    assert made.complete


def test_scram_escapes_names() -> None:
    assert Scram("a,b=c", "x", "n").respond(b"") == b"n,,n=a=2Cb=3Dc,r=n"


@pytest.mark.parametrize(
    ("challenge", "why"),
    [
        (SERVER_FIRST.replace(b"i=4096", b"i=1"), "iteration count 1 is outside 4096 to 1000000"),
        (SERVER_FIRST.replace(b"i=4096", b"i=10000000"), "iteration count 10000000 is outside"),
        (SERVER_FIRST.replace(b"i=4096", b"i=x"), "iteration count x is outside"),
        (SERVER_FIRST.replace(b"i=4096", b"i=" + b"9" * 5000), "is outside"),
        (SERVER_FIRST.replace(b"r=rOpr", b"r=xOpr"), "the server's nonce does not extend ours"),
        (b"r=" + NONCE.encode() + b",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "the server's nonce does not extend ours"),
        (SERVER_FIRST.replace(b"s=W22", b"s=!!!"), "not Base64"),
        (b"m=ext," + SERVER_FIRST, "demands an extension"),
        (b"e=unknown-user", "the server says unknown-user"),
        (b"", "nonce"),
        (b"\xff\xfe", "nonce"),
    ],
)
def test_scram_refuses_a_server_that_cheats_first(challenge: bytes, why: str) -> None:
    with pytest.raises(SaslRefused, match=why):
        scram().respond(challenge)


@pytest.mark.parametrize("final", [b"v=AAAA", b"v=" + base64.b64encode(b"x" * 32), b"", b"e=other-error", b"v=!"])
def test_scram_refuses_a_server_that_does_not_know_the_password(final: bytes) -> None:
    made = scram()
    made.respond(SERVER_FIRST)
    with pytest.raises(SaslRefused):
        made.respond(final)
    assert not made.complete


def test_scram_says_no_more_than_it_has_to_say() -> None:
    made = scram()
    made.respond(SERVER_FIRST)
    made.respond(SERVER_FINAL)
    with pytest.raises(SaslRefused, match="more than SCRAM has to say"):
        made.respond(b"")


def test_plain_names_the_account_twice() -> None:
    assert Plain("böt", "pässword").respond(b"") == "böt\0böt\0pässword".encode()


@pytest.mark.parametrize(
    ("offered", "names"),
    [
        ("", ["EXTERNAL", "SCRAM-SHA-256", "PLAIN"]),
        ("PLAIN,EXTERNAL", ["EXTERNAL", "PLAIN"]),
        ("plain,scram-sha-256", ["SCRAM-SHA-256", "PLAIN"]),
        ("ECDSA-NIST256P-CHALLENGE", []),
    ],
)
def test_the_best_mechanism_comes_first(offered: str, names: list[str]) -> None:
    able = mechanisms(offered, certificate=True, account="a", password="b", nonce=lambda: "n")
    assert [one.name for one in able] == names


def test_what_cannot_be_proved_is_not_tried() -> None:
    assert mechanisms("", certificate=False, account="a", password="", nonce=lambda: "n") == ()


@pytest.mark.parametrize(
    ("size", "lengths"), [(0, [1]), (1, [4]), (299, [400, 1]), (300, [400, 1]), (301, [400, 4]), (600, [400, 400, 1])]
)
def test_a_payload_goes_in_pieces_of_four_hundred(size: int, lengths: list[int]) -> None:
    sent = pieces(b"x" * size)
    assert [len(line.removeprefix("AUTHENTICATE ")) for line in sent] == lengths
    if lengths[-1] == 1:
        assert sent[-1] == "AUTHENTICATE +"


def said(exchange: Exchange, payload: bytes) -> list[str]:
    answers: list[str] = []
    for line in pieces(payload):
        answers += exchange.see(Message("AUTHENTICATE", (line.partition(" ")[2],)))
    return answers


def test_scram_over_irc_ends_in_success() -> None:
    exchange = Exchange([Scram("user", "pencil", NONCE)])
    assert exchange.start() == ["AUTHENTICATE SCRAM-SHA-256"]
    said(exchange, b"")
    assert said(exchange, SERVER_FIRST) == pieces(CLIENT_FINAL)
    assert said(exchange, SERVER_FINAL) == ["AUTHENTICATE +"]
    exchange.see(Message("903", ("*", "ok")))
    assert exchange.outcome == "ok"


def test_success_before_the_server_has_proved_itself_is_not_believed() -> None:
    exchange = Exchange([Scram("user", "pencil", NONCE)])
    exchange.start()
    exchange.see(Message("903", ("*", "ok")))
    assert (exchange.outcome, exchange.why) == ("failed", "the server claims success without having proved itself")


def test_a_server_that_cheats_is_not_given_the_password_in_the_clear() -> None:
    exchange = Exchange([Scram("user", "pencil", NONCE), Plain("user", "pencil")])
    exchange.start()
    said(exchange, b"")
    assert said(exchange, SERVER_FIRST.replace(b"i=4096", b"i=1")) == ["AUTHENTICATE *"]
    assert exchange.see(Message("906", ("*", "aborted"))) == []
    assert exchange.outcome == "failed"


def test_a_challenge_without_end_is_not_collected_for_ever() -> None:
    exchange = Exchange([External()])
    exchange.start()
    answers = [exchange.see(Message("AUTHENTICATE", ("A" * 400,))) for _ in range(1000)]
    assert any(answers)


def test_no_mechanism_in_common_is_a_failure() -> None:
    exchange = Exchange([])
    assert exchange.start() == []
    assert (exchange.outcome, exchange.why) == ("failed", "no mechanism in common")
