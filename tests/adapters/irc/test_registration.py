"""The way to the welcome, line by line: capabilities in all their forms, SASL that never ends, nicks that are taken."""

from __future__ import annotations

import pytest

from cloudbot.adapters.irc.message import parse
from cloudbot.adapters.irc.registration import Plan, Registration, candidates
from cloudbot.adapters.irc.sasl import External, Mechanism, Plain

PASSWORD = "aGVhcmQ="


def offer(*able: Mechanism) -> Plan:
    def mechanisms(offered: str) -> tuple[Mechanism, ...]:
        names = offered.split(",") if offered else [one.name for one in able]
        return tuple(one for one in able if one.name in names)

    return Plan(nick="cloudbot", user="bot", realname="a bot", mechanisms=mechanisms)


def registration(plan: Plan | None = None) -> Registration:
    made = Registration(plan or Plan(nick="cloudbot", user="bot", realname="a bot"))
    made.start()
    return made


def says(made: Registration, *lines: str) -> list[str]:
    """Let the server say lines and return all that is answered."""
    answers: list[str] = []
    for line in lines:
        message = parse(f":irc.test {line}")
        assert message is not None
        answers += made.see(message)
    return answers


def test_cap_is_the_very_first_line() -> None:
    assert Registration(Plan(nick="cloudbot", user="bot", realname="a bot", server_password="open sesame")).start() == [
        "CAP LS 302",
        "PASS :open sesame",
        "NICK cloudbot",
        "USER bot 0 * :a bot",
    ]


def test_a_plan_does_not_show_its_password() -> None:
    assert "sesame" not in repr(Plan(nick="a", user="b", realname="c", server_password="sesame"))
    assert "sesame" not in repr(Plain("account", "sesame"))


def test_a_list_in_five_lines_is_read_to_its_end() -> None:
    made = registration(offer(Plain("bot", "sesame")))
    long = " ".join(f"vendor.example/cap{number}" for number in range(40))
    assert len(long) > 512
    assert (
        says(
            made,
            "CAP * LS * :multi-prefix away-notify",
            f"CAP * LS * :{long}",
            "CAP * LS * :sasl=PLAIN,EXTERNAL batch",
            "CAP * LS * :server-time",
        )
        == []
    )
    assert says(made, "CAP * LS :account-tag") == ["CAP REQ :account-tag batch multi-prefix sasl server-time"]


def test_what_oftc_offers_is_enough() -> None:
    made = registration(offer(External()))
    assert says(made, "CAP * LS :multi-prefix") == ["CAP REQ :multi-prefix"]
    assert says(made, "CAP cloudbot ACK :multi-prefix ") == ["CAP END"]
    assert says(made, "001 cloudbot :Welcome") == []
    assert (made.state, made.failure, made.is_authenticated) == ("welcomed", "", False)


def test_a_server_without_capabilities_welcomes_at_once() -> None:
    made = registration()
    assert says(made, "421 * CAP :Unknown command", "001 cloudbot :Welcome") == []
    assert made.state == "welcomed"


def test_a_server_with_nothing_for_us_hears_the_end_at_once() -> None:
    assert says(registration(), "CAP * LS :tls vendor.example/x") == ["CAP END"]


def test_an_acknowledgement_in_two_lines_is_waited_for() -> None:
    made = registration()
    says(made, "CAP * LS :batch multi-prefix")
    assert says(made, "CAP * ACK :batch") == []
    assert says(made, "CAP * ACK :multi-prefix") == ["CAP END"]
    assert made.enabled == {"batch", "multi-prefix"}


def test_after_a_refused_list_each_name_is_asked_for_alone() -> None:
    made = registration()
    says(made, "CAP * LS :batch multi-prefix")
    assert says(made, "CAP * NAK :batch multi-prefix") == ["CAP REQ :batch", "CAP REQ :multi-prefix"]
    assert says(made, "CAP * NAK :batch", "CAP * ACK :multi-prefix") == ["CAP END"]
    assert made.enabled == {"multi-prefix"}


def test_a_capability_that_comes_later_is_taken_and_one_that_goes_is_gone() -> None:
    made = registration()
    says(made, "CAP * LS :batch", "CAP * ACK :batch", "001 cloudbot :Welcome")
    assert says(made, "CAP cloudbot NEW :account-tag vendor.example/x") == ["CAP REQ :account-tag"]
    assert says(made, "CAP cloudbot ACK :account-tag", "CAP cloudbot DEL :batch") == []
    assert made.enabled == {"account-tag"}


def test_sasl_that_comes_later_identifies_late() -> None:
    made = registration(offer(External()))
    says(made, "CAP * LS :batch", "CAP * ACK :batch", "001 cloudbot :Welcome")
    assert says(made, "CAP cloudbot NEW :sasl=EXTERNAL") == ["CAP REQ :sasl"]
    assert says(made, "CAP cloudbot ACK :sasl") == ["AUTHENTICATE EXTERNAL"]
    assert says(made, "AUTHENTICATE +") == ["AUTHENTICATE +"]
    assert says(made, "903 cloudbot :ok") == []
    assert made.is_authenticated


def authenticating(plan: Plan) -> Registration:
    made = registration(plan)
    says(made, "CAP * LS :sasl", "CAP * ACK :sasl")
    return made


def test_success_of_sasl_ends_the_negotiation() -> None:
    made = authenticating(offer(Plain("bot", "sesame")))
    assert says(made, "AUTHENTICATE +") == ["AUTHENTICATE Ym90AGJvdABzZXNhbWU="]
    assert says(made, "900 * bot!b@h bot :logged in", "903 * :ok") == ["CAP END"]
    assert made.is_authenticated


@pytest.mark.parametrize("numeric", ["902", "904", "905", "906"])
def test_a_refused_mechanism_is_followed_by_the_next_and_then_by_going_on_without(numeric: str) -> None:
    made = authenticating(offer(External(), Plain("bot", "sesame")))
    assert says(made, f"{numeric} * :no") == ["AUTHENTICATE PLAIN"]
    assert says(made, f"{numeric} * :no") == ["CAP END"]
    assert (made.is_authenticated, made.failure) == (False, "")


def test_being_authenticated_already_is_success() -> None:
    made = authenticating(offer(External()))
    assert says(made, "907 * :already") == ["CAP END"]
    assert made.is_authenticated


def test_a_list_of_mechanisms_leaves_out_what_the_server_does_not_have() -> None:
    made = authenticating(offer(External(), Plain("bot", "sesame")))
    assert says(made, "908 * EXTERNAL,SCRAM-SHA-512 :are available", "904 * :no") == ["CAP END"]


def test_sasl_that_never_answers_is_given_up_and_the_rest_goes_on() -> None:
    made = authenticating(offer(External()))
    assert made.overdue() == ["AUTHENTICATE *", "CAP END"]
    assert says(made, "903 * :too late", "001 cloudbot :Welcome") == []
    assert (made.state, made.is_authenticated) == ("welcomed", False)


def required(*able: Mechanism) -> Plan:
    plan = offer(*able)
    return Plan(nick=plan.nick, user=plan.user, realname=plan.realname, sasl="required", mechanisms=plan.mechanisms)


def test_required_sasl_that_never_answers_is_the_end() -> None:
    made = authenticating(required(External()))
    assert made.overdue() == ["AUTHENTICATE *", "QUIT"]
    assert made.failure == "SASL is required: no answer in time"


def test_required_sasl_that_is_not_offered_is_the_end() -> None:
    made = registration(required(External()))
    assert says(made, "CAP * LS :multi-prefix", "CAP * ACK :multi-prefix") == ["CAP REQ :multi-prefix", "QUIT"]
    assert made.failure == "SASL is required: the server does not offer it"


def test_required_sasl_without_any_capability_is_the_end() -> None:
    made = registration(required(External()))
    assert says(made, "001 cloudbot :Welcome") == ["QUIT"]


def test_external_alone_does_not_fit_a_bot_with_a_password_only() -> None:
    made = registration(offer(Plain("bot", "sesame")))
    assert says(made, "CAP * LS :sasl=EXTERNAL batch") == ["CAP REQ :batch"]
    strict = registration(required(Plain("bot", "sesame")))
    assert says(strict, "CAP * LS :sasl=EXTERNAL") == ["QUIT"]


def test_a_taken_nick_gives_way_to_others_and_the_welcome_decides() -> None:
    made = registration()
    says(made, "CAP * LS :")
    assert says(made, "433 * cloudbot :in use") == ["NICK cloudbot_"]
    assert says(made, "436 * cloudbot_ :collision") == ["NICK cloudbot__"]
    assert says(made, "437 * cloudbot__ :held") == ["NICK cloudbo01"]
    assert says(made, "001 cloudbo0 :Welcome") == []
    assert made.nick == "cloudbo0"


def test_a_nick_that_the_server_dislikes_gives_way_to_a_short_one() -> None:
    made = registration(Plan(nick="cloudbot-of-the-team", user="bot", realname="a bot"))
    assert says(made, "432 * cloudbot-of-the-team :Erroneous nickname") == ["NICK cloudbo01"]


def test_nicks_run_out_in_the_end() -> None:
    made = registration()
    for _ in range(101):
        says(made, "433 * x :in use")
    assert made.failure == ""
    assert says(made, "433 * x :in use") == ["QUIT"]
    assert made.failure == "no nick like cloudbot is free"


def test_every_candidate_is_different() -> None:
    tried = list(candidates("c" * 30))
    assert len(tried) == len(set(tried)) == 102


@pytest.mark.parametrize("numeric", ["464", "465", "463"])
def test_being_turned_away_is_said(numeric: str) -> None:
    made = registration()
    assert says(made, f"{numeric} * :You are banned from this server") == []
    assert made.failure == "You are banned from this server"


@pytest.mark.parametrize(
    ("value", "port"),
    [
        ("port=6697", 6697),
        ("duration=1,port=7000", 7000),
        ("port=0", None),
        ("port=x", None),
        ("port=99999", None),
        ("duration=5", None),
    ],
)
def test_strict_transport_security_on_plain_text_ends_the_connection(value: str, port: int | None) -> None:
    made = registration(Plan(nick="cloudbot", user="bot", realname="a bot", secure=False))
    assert says(made, f"CAP * LS :batch sts={value}") == (["QUIT"] if port else ["CAP REQ :batch"])
    assert made.upgrade_port == port


def test_strict_transport_security_over_tls_changes_nothing_here() -> None:
    made = registration()
    assert says(made, "CAP * LS :sts=duration=10,port=1") == ["CAP END"]


@pytest.mark.parametrize(
    "line", ["CAP", "CAP *", "CAP * LS", "CAP * ACK", "CAP * NAK", "AUTHENTICATE", "903", "001", "433"]
)
def test_a_line_without_its_parameters_does_no_harm(line: str) -> None:
    for made in (registration(offer(External())), authenticating(offer(External()))):
        says(made, line)
        assert made.failure == ""
