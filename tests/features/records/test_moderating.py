"""Registrations: who asks, in whatever spelling; two without interest judge; a fingerprint and never a key."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.effects import CommitRecords
from cloudbot.core.records.kinds.providers import Registration
from tests.core.records.trees import example
from tests.features.builders import Bot
from tests.features.records.worlds import AT, bot, by, carried_out, tell, typed

if TYPE_CHECKING:
    from cloudbot.core.facts import CommandGiven

R1 = "R-2019-001"
KEY = "0123456789ABCDEF0123456789ABCDEF01234567"
SPACED = "0123 4567 89ab cdef 0123  4567 89ab cdef 0123 4567"
LEAKED = (
    "that holds what looks like a secret, so I keep and repeat none of it. Whoever reads here has read it: treat it as "
    "leaked, revoke it and make a new one. The records take fingerprints only."
)


def known(one: Bot, identity: str = R1) -> Registration:
    assert one.records is not None
    found = one.records.at(AT).get(Registration, "registration", identity)
    assert found is not None
    return found


def after(*lines: tuple[str, str]) -> Bot:
    """Return a bot of the example team to whom people said this."""
    one = bot()
    for person, line in lines:
        typed(one, person, f"!registration {R1} {line}")
    return one


APPROVED = (("alice", "approve"), ("carol", "approve"))
ACTIVE = (*APPROVED, ("alice", f"key {KEY} until 2020-07-01"))


@pytest.mark.need("N12", by="!register")
def test_whoever_is_known_puts_a_wish_into_the_queue() -> None:
    one = bot()
    assert typed(one, "grace", "!register rainforest wants feed and post") == [
        (
            "R-2019-002: rainforest wants feed, post; it waits for two delegates without interest: "
            "!registration R-2019-002 (c0ffee00)."
        )
    ]
    made = known(one, "R-2019-002")
    assert (made.provider, made.wants, made.state, made.moderators) == ("rainforest", ("feed", "post"), "pending", ())
    assert (made.requested.at, made.requested.by, made.requested.via) == (date(2019, 7, 23), "grace", "irc")


@pytest.mark.parametrize(
    ("words", "wants"),
    [
        ("webhooks", ("webhook",)),
        ("to be notified by webhook, and to post images.", ("webhook", "post")),
        ("feed+push", ("feed", "push")),
        ("feed feed", ("feed",)),
    ],
)
def test_what_is_wanted_may_be_said_in_several_ways(words: str, wants: tuple[str, ...]) -> None:
    one = bot()
    typed(one, "grace", f"!register bigblue wants {words}")
    assert known(one, "R-2019-002").wants == wants


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("!register rainforest", "type: register PROVIDER wants push, webhook, feed or post"),
        ("!register rainforest wants to be", "type: register PROVIDER wants push, webhook, feed or post"),
        (
            "!register rainforest wants milk",
            '"milk" is nothing that a provider can ask for; that is push, webhook, feed, post.',
        ),
        (
            "!register rainforst wants feed",
            (
                'no provider "rainforst"; did you mean rainforest? A new one first has a file: providers/ID.toml, '
                "by merge request."
            ),
        ),
        (
            "!register woolly wants feed",
            (
                'no provider "woolly"; there is bigblue, rainforest, swisshost. A new one first has a file: '
                "providers/ID.toml, by merge request."
            ),
        ),
        (
            "!register Swiss-Host wants webhook",
            (f'{R1} asks for that already: "Swiss-Host" is swisshost. How far it is: !registration {R1}'),
        ),
        (
            "!register swisshost wants webhook",
            (f"{R1} asks for that already for swisshost. How far it is: !registration {R1}"),
        ),
    ],
)
def test_what_cannot_be_asked_for_is_told_with_the_way_out(line: str, said: str) -> None:
    one = bot()
    before = one.records
    assert typed(one, "grace", line) == [said]
    assert one.records is before


@pytest.mark.parametrize("spelled", ["Swiss Host", "SWISS_HOST", "Swiss-Host Public Cloud", "swiss  host"])
def test_a_second_wish_of_one_provider_in_another_spelling_is_noticed_and_named(spelled: str) -> None:
    one = bot()
    (line,) = typed(one, "grace", f"!register {spelled} wants webhook, feed")
    assert line.endswith(f"Of the same provider, it seems, is {R1} (c0ffee00).")
    assert known(one, "R-2019-002").provider == "swisshost"


def from_account(account: str | None) -> CommandGiven:
    given = by("grace", "register", text="rainforest wants feed")
    proof = given.proof
    assert proof is not None
    return replace(given, person=None, proof=None if account is None else replace(proof, account=account))


@pytest.mark.parametrize(
    ("account", "said"),
    [
        (
            None,
            (
                "who are you? Log in to services, so that I can write down who asks for it; without an account here, "
                "write to the team's list."
            ),
        ),
        (
            "mallory",
            (
                "there is no record of who has the account mallory, so I cannot write who asked: have somebody of "
                "the team register it, or people/ID.toml merged with your account in it."
            ),
        ),
        (
            "bob",
            (
                "R-2019-002: rainforest wants feed; it waits for two delegates without interest: "
                "!registration R-2019-002 (c0ffee00)."
            ),
        ),
    ],
)
def test_who_is_not_of_the_configured_team_is_known_by_a_record_with_the_account_or_not_at_all(
    account: str | None, said: str
) -> None:
    assert tell(bot(), from_account(account)) == [said]


def test_before_the_records_are_read_nothing_is_written() -> None:
    assert tell(Bot(), from_account("bob")) == ["I have not read the team's records yet; ask again in a minute."]


@pytest.mark.need("N12", by="!registration")
def test_one_registration_says_who_may_still_judge_it() -> None:
    assert typed(bot(), "dan", f"!registration {R1}") == [
        f"{R1} of swisshost for webhook: pending, asked for 1 d ago by bob; needs 2 of alice, carol, not bob: interest."
    ]


@pytest.mark.parametrize("line", ["!registration", "!registration list", "!register", "!moderate"])
def test_without_a_number_it_is_the_queue(line: str) -> None:
    assert typed(bot(), "dan", line) == typed(bot(), "dan", "!registrations")


@pytest.mark.need("N12", by="!registration")
def test_the_second_approval_makes_it_approved() -> None:
    one = bot()
    assert typed(one, "alice", f"!moderate {R1} approve they run it well") == [
        f"{R1} of swisshost: you approve; it waits for 1 more (c0ffee00)."
    ]
    assert (known(one).state, known(one).note) == ("pending", "2019-07-23 alice, approve: they run it well")
    assert typed(one, "carol", "!registration r-2019-1 approve") == [
        (
            f"{R1} of swisshost: you approve; it is approved by two. Next: registration {R1} key FINGERPRINT until DAY "
            "(c0ffee00)."
        )
    ]
    assert known(one).state == "approved"


def test_one_person_who_approves_twice_is_one() -> None:
    one = after(("alice", "approve"))
    assert typed(one, "alice", f"!registration {R1} approve") == [
        f"you said approve to {R1} already; it wants 1 more to approve it."
    ]


@pytest.mark.parametrize("verb", ["approve", "refuse", "ask who are they?"])
def test_who_works_for_the_provider_judges_nothing_of_it(verb: str) -> None:
    one = bot()
    assert typed(one, "bob", f"!registration {R1} {verb}") == [
        f"you have an interest in swisshost by the records, so somebody else judges {R1}: alice, carol."
    ]
    assert known(one).moderators == ()


def test_who_is_no_delegate_does_not_moderate() -> None:
    one = bot()
    (line,) = typed(one, "dan", f"!registration {R1} approve")
    assert line.startswith(
        f"not done: registrations/{R1}.toml:8: E H-PERM is changed in moderators by dan, who is not a delegate"
    )
    assert known(one).moderators == ()


def test_a_question_is_asked_and_answered_and_then_it_is_judged_on() -> None:
    one = after(("alice", "approve"))
    assert typed(one, "carol", f"!registration {R1} ask which regions?") == [
        f"{R1} of swisshost: you ask; it waits for an answer: registration {R1} answered (c0ffee00)."
    ]
    assert known(one).state == "needs-info"
    assert typed(one, "alice", f"!registration {R1} answered all of them") == [
        f"{R1} of swisshost: answered; it waits to be judged again, by 1 more (c0ffee00)."
    ]
    assert known(one).state == "pending"
    typed(one, "carol", f"!registration {R1} approve")
    assert known(one).state == "approved"
    assert (known(one).note or "").splitlines() == [
        "2019-07-23 carol, ask: which regions?",
        "2019-07-23 alice, answered: all of them",
    ]


def test_two_who_refuse_end_it_and_one_does_not() -> None:
    one = after(("alice", "refuse"))
    assert known(one).state == "pending"
    assert typed(one, "carol", f"!registration {R1} refuse nobody answers") == [
        f"{R1} of swisshost: you refuse; two refuse, so it is refused (c0ffee00)."
    ]
    assert known(one).state == "refused"


def test_who_thinks_again_has_one_word_the_last() -> None:
    one = after(("alice", "refuse"), ("alice", "approve"))
    assert [(said.person, said.verdict) for said in known(one).moderators] == [("alice", "approve")]


@pytest.mark.parametrize(
    ("day", "void"),
    [("until 2020-07-01", "2020-07-02"), ("expires 2020-07-01", "2020-07-01"), ("until 2w", "2019-08-07")],
)
@pytest.mark.parametrize("fingerprint", [KEY, SPACED, f"0x{KEY.lower()}"])
def test_of_a_key_only_the_fingerprint_is_kept(fingerprint: str, day: str, void: str) -> None:
    one = after(*APPROVED)
    assert typed(one, "carol", f"!registration {R1} key {fingerprint} {day}") == [
        f"{R1} of swisshost is active with key {KEY}, void from {void} on (c0ffee00)."
    ]
    key = known(one).key
    assert key is not None
    assert (known(one).state, key.fingerprint, key.issued_by, str(key.expires)) == ("active", KEY, "carol", void)


def test_a_key_that_is_replaced_leaves_the_new_one_alone() -> None:
    one = after(*ACTIVE, ("carol", f"key {KEY[::-1]} until 2021-07-01"))
    key = known(one).key
    assert key is not None
    assert (key.fingerprint, key.issued_by, str(key.expires)) == (KEY[::-1], "carol", "2021-07-02")


@pytest.mark.parametrize(
    "pasted",
    [
        "",
        "until 2020-07-01",
        "abc until 2020-07-01",
        f"{KEY} for a year",
        f"{KEY}0 until 2020-07-01",
        "s3cr3tS3cr3tS3cr3t",
    ],
)
def test_what_is_no_fingerprint_is_not_repeated(pasted: str) -> None:
    one = after(*APPROVED)
    assert typed(one, "carol", f"!registration {R1} key {pasted}") == [
        (
            f"type: registration {R1} key FINGERPRINT until DAY, the fingerprint being 40 or 64 hexadecimal digits. "
            "If it was the key itself that you typed, treat it as leaked and make a new one."
        )
    ]


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("someday", '"someday" is no day that I can read; write 2019-08-01, tomorrow, friday, 2w.'),
        ("2019-07-01", "2019-07-01 is over; a key that is void already opens nothing. Write a day to come."),
    ],
)
def test_a_key_is_valid_until_a_day_to_come(day: str, said: str) -> None:
    assert typed(after(*APPROVED), "carol", f"!registration {R1} key {KEY} until {day}") == [said]


@pytest.mark.parametrize(
    "line",
    [
        f"!registration {R1} key -----BEGIN OPENSSH PRIVATE KEY----- until 2020-07-01",
        f"!registration {R1} suspend the token glpat-abcdefghij0123456789 is out",
        f"!registration {R1} ask is AGE-SECRET-KEY-1QQQQQQQQ yours?",
        f"!registration {R1} ghp_abcdefghij0123456789abcdefghij",
        "!registration glpat-abcdefghij0123456789",
        "!register whsec_abcdefghijklmn wants webhook",
        "!register swisshost wants glpat-abcdefghij0123456789",
        "!verify rainforest buster https://x.example.org/?private_token=glpat-abcdefghij0123456789",
        "!offer AKIAABCDEFGHIJKLMNOP from searchco",
        '!migration rf-old both-live "ghp_abcdefghij0123456789abcdefghij"',
        "!account glpat-abcdefghij0123456789",
        "!can glpat-abcdefghij0123456789 https://example.org/did",
        "!done A-2019-001 github_pat_abcdefghij0123456789",
    ],
)
def test_a_secret_that_is_pasted_is_leaked_and_is_neither_repeated_nor_kept(line: str) -> None:
    one = after(*ACTIVE)
    before = one.records
    assert typed(one, "alice", line) == [LEAKED]
    assert one.records is before


@pytest.mark.parametrize(
    ("line", "state"),
    [("suspend they post nonsense", "suspended"), ("revoke the cloud is gone", "revoked")],
)
def test_an_active_one_is_suspended_or_revoked_with_a_reason(line: str, state: str) -> None:
    one = after(*ACTIVE)
    assert typed(one, "bob", f"!registration {R1} {line}") == [f"{R1} of swisshost is {state} (c0ffee00)."]
    assert (known(one).state, known(one).note) == (state, f"2019-07-23 bob, {state}: {line.partition(' ')[2]}")


@pytest.mark.parametrize("verb", ["suspend", "revoke"])
def test_an_end_without_a_reason_is_asked_for_one(verb: str) -> None:
    assert typed(after(*ACTIVE), "bob", f"!registration {R1} {verb}") == [f"type: registration {R1} {verb} REASON"]


def test_what_is_suspended_is_resumed_by_somebody_without_interest() -> None:
    one = after(*ACTIVE, ("bob", "suspend they post nonsense"))
    assert typed(one, "bob", f"!registration {R1} resume") == [
        f"you have an interest in swisshost by the records, so somebody else judges {R1}: alice, carol."
    ]
    assert typed(one, "carol", f"!registration {R1} resume") == [f"{R1} of swisshost is active (c0ffee00)."]


def test_it_expires_with_its_key_and_not_before() -> None:
    one = after(*ACTIVE)
    assert typed(one, "carol", f"!registration {R1} expire") == [
        f"the key of {R1} is valid until 2020-07-02; to end it before, say: registration {R1} revoke REASON"
    ]
    assert typed(one, "bob", f"!registration {R1} expire", at=datetime(2020, 7, 2, tzinfo=UTC)) == [
        f"{R1} of swisshost is expired (c0ffee00)."
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            f"{R1} frob",
            (
                f'"frob" is nothing that I can do there; type: registration {R1} approve|refuse|ask|answered|key|'
                "suspend|resume|revoke|expire"
            ),
        ),
        (f"{R1} help", f"type: registration {R1} approve|refuse|ask|answered|key|suspend|resume|revoke|expire"),
        (f"{R1} {'x' * 30} y", f"type: registration {R1} approve|refuse|ask|answered|key|suspend|resume|revoke|expire"),
        (
            "swisshost approve",
            "type: registration R-2019-001 approve|refuse|ask|answered|key|suspend|resume|revoke|expire",
        ),
        ("R-2019-009 approve", f'no registration "R-2019-009"; did you mean {R1}?'),
        ("R-2019-009", f'no registration "R-2019-009"; did you mean {R1}?'),
        (f"{R1} ask", f"type: registration {R1} ask QUESTION"),
        (f"{R1} resume", f"{R1} is pending; resume is for one that is suspended. How far it is: !registration {R1}"),
        (
            f"{R1} key {KEY} until 2w",
            (f"{R1} is pending; key is for one that is active or approved. How far it is: !registration {R1}"),
        ),
        (
            f"{R1} approve call +1 617 555 0123",
            (
                "that holds a telephone number, so I keep none of it: what stands in the "
                "records is public for ever. Say it without, and tell such things only to whom they concern."
            ),
        ),
    ],
)
def test_wrong_words_get_one_line_with_the_way_out(line: str, said: str) -> None:
    assert typed(bot(), "alice", f"!registration {line}") == [said]


def test_words_cannot_pretend_to_be_more_than_a_note() -> None:
    one = bot()
    tell(one, by("alice", "registration", text=f"{R1} approve x\n\nSigned-off-by: Leader <leader@lists.example.org>"))
    assert known(one).note == ("2019-07-23 alice, approve: x Signed-off-by: Leader <leader@lists.example.org>")


def test_two_approvals_at_once_are_one_after_the_other() -> None:
    one = bot()
    given = [by(name, "registration", text=f"{R1} approve", number=name) for name in ("alice", "carol")]
    effects = [each for fact in given for each in one.take(fact) if isinstance(each, CommitRecords)]
    said = [line for effect in effects for line in tell(one, carried_out(one, effect, AT))]
    assert said == [
        f"{R1} of swisshost: you approve; it waits for 1 more (c0ffee00).",
        f"not done: {R1} changed meanwhile; look at it and say it again",
    ]


@pytest.mark.parametrize("person", ["alice", "carol"])
def test_without_a_second_one_nobody_makes_it_approved_by_hand(person: str) -> None:
    files = example()
    pending = files[f"registrations/{R1}.toml"]
    one = bot(files)
    typed(one, person, f"!registration {R1} key {KEY} until 2w")
    assert one.records is not None
    assert one.records.tree.texts[f"registrations/{R1}.toml"].encode() == pending
