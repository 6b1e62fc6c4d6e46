"""`!providers`, `!provider`, `!accounts`: who publishes where with which account, and how well that is known."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.core.records.trees import org, person
from tests.features.builders import Bot
from tests.features.records.worlds import AT, bot

SPRING_2021 = datetime(2021, 5, 1, 12, 0, tzinfo=UTC)


@pytest.mark.need("N07", by="!providers")
@pytest.mark.need("N20", by="!providers")
@pytest.mark.need("N13", by="!providers")
def test_who_gets_images_how_and_through_whom_and_what_is_not_known() -> None:
    assert bot().answer("!providers", at=AT).splitlines() == [
        "2 providers: push to bigblue (by dan), rainforest (by dan, erin); not run yet: swisshost.",
        "assumed (rainforest buster); one contact only (rainforest).",
    ]


@pytest.mark.need("N11", by="!providers")
@pytest.mark.need("N08", by="!providers")
def test_who_is_served_worse_without_a_decision_is_named() -> None:
    assert bot().answer("!providers", at=SPRING_2021).splitlines() == [
        "3 providers: push to bigblue (by dan), rainforest (by dan, erin); nothing for swisshost.",
        (
            "unequal without a decision (swisshost); assumed (rainforest buster); "
            "looked at long ago (bigblue buster); one contact only (rainforest)."
        ),
    ]


@pytest.mark.need("N20", by="!provider")
def test_of_a_provider_it_says_who_looked_and_that_it_was_the_only_custodian() -> None:
    assert bot().answer("!provider big blue", at=AT).splitlines() == [
        (
            "Big Blue Cloud (bigblue), run by Big Blue Corp: we push since 2016-01-01; ask linux@bigblue.example, "
            "second contact erin."
        ),
        "its releases: buster verified 13 d ago by dan, the only custodian there.",
        (
            "its accounts: bb-1 (publish): held by Consult Co GmbH, a contractor, paid by Big Blue Corp, 1 can use it, "
            "no way back."
        ),
    ]


@pytest.mark.need("N18", by="!provider")
def test_of_a_provider_it_says_which_account_is_a_persons_and_where_it_moves() -> None:
    assert bot().answer("!provider rainforest", at=AT).splitlines() == [
        (
            "Rainforest Cloud (rainforest), run by Rainforest Inc: we push since 2016-01-01; "
            "ask cloud-contact@rainforest.example, no second contact."
        ),
        "its releases: buster assumed, nobody looked.",
        (
            "its accounts: rf-old (publish): held by dan, a person, paid by Rainforest Inc, 1 can use it, no way back, "
            "moves to rf-new: started 144 d ago, no sunset; rf-new (publish): held by Trusted Org Inc, "
            "paid by Rainforest Inc, 1 can use it, no way back."
        ),
    ]


def test_a_provider_is_what_it_is_on_the_day() -> None:
    before = "Swiss Host Public Cloud (swisshost), run by nobody today: gets nothing; ask cloud@swisshost.example"
    after = "Swiss Host Public Cloud (swisshost), run by Swiss Host SA: gets nothing, and no decision says why;"

    assert bot().answer("!provider swisshost", at=AT).startswith(before)
    assert bot().answer("!provider swisshost", at=SPRING_2021).startswith(after)


@pytest.mark.need("N18", by="!accounts")
def test_accounts_in_wrong_or_few_hands_are_counted_and_moves_that_stand_still_named() -> None:
    assert bot().answer("!accounts", at=AT).splitlines() == [
        (
            "3 accounts: in the name of a person 1 (rf-old); of a contractor 1 (bb-1); nobody can use 0; "
            "one can use 3 (bb-1, rf-old, rf-new); no way back 3 (bb-1, rf-old, rf-new)."
        ),
        "on the move: rf-old to rf-new, started 144 d ago, stands still, no sunset.",
    ]


PEOPLE = person("ann") | person("ben") | person("old", "left = 2019-01-01\n") | org("bigco")


def provider(body: str) -> dict[str, str]:
    head = 'schema = "cloudbot/provider/1"\nid = "big"\nname = "Big"\nfamily = "openstack"\n'
    return {"providers/big.toml": f'{head}delivery = {{ mode = "feed" }}\noperators = [{{ org = "bigco" }}]\n{body}'}


def account(body: str, name: str = "big-1") -> str:
    return f'[[accounts]]\nid = "{name}"\npurpose = "publish"\n{body}\n'


@pytest.mark.parametrize(
    ("body", "part"),
    [
        (account('custody = ["old"]'), "nobody can use 1 (big-1); one can use 0"),
        (account('custody = ["ann", "old"]'), "nobody can use 0; one can use 1 (big-1)"),
        (account('custody = ["ann", "ben"]\nrecovery = "by the holder"'), "one can use 0; no way back 0."),
        (account('to = 2019-07-23\nholder = { person = "ann" }'), "no account with a provider is recorded."),
        (
            account('migration = { to = "big-2", state = "both-live", started = 2019-07-20, sunset = 2019-12-31 }')
            + account("", "big-2"),
            "big-1 to big-2, both-live 3 d ago, stands still, ends 2019-12-31, users are told nothing.",
        ),
        (
            account('migration = { to = "big-2", state = "frozen", updated = 2019-07-20, sunset = 2019-07-23 }')
            + account("", "big-2"),
            "big-1 to big-2, frozen, should have ended 2019-07-23.",
        ),
        (
            account('migration = { to = "big-2", state = "closed", sunset = 2019-07-23 }') + account("", "big-2"),
            "no way back 2 (big-1, big-2).",
        ),
    ],
)
def test_an_account_counts_by_who_is_there_on_the_day(body: str, part: str) -> None:
    assert part in bot(PEOPLE | provider(body)).answer("!accounts", at=AT)


@pytest.mark.need("N18", by="!provider")
def test_an_account_of_somebody_who_has_left_and_two_that_live_for_a_year_are_said_as_such() -> None:
    old = 'holder = { person = "old" }\ncustody = ["ann"]\nrecovery = "by the payer"\n'
    move = 'migration = { to = "big-2", state = "both-live", started = 2018-07-23 }'
    files = PEOPLE | provider(account(old + move) + account('holder = { org = "bigco" }\nto = 2019-01-01', "big-2"))

    assert bot(files).answer("!provider big", at=AT).splitlines()[-1] == (
        "its accounts: big-1 (publish): held by old, a person who has left, 1 can use it, "
        "moves to big-2: both-live 365 d ago, no sunset, users are told nothing."
    )
    assert "in the name of a person 1 (big-1)" in bot(files).answer("!accounts", at=AT)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ('state = "verified"', "assumed, nobody looked"),
        ('state = "assumed"', "assumed, nobody looked"),
        ('state = "missing"', "missing"),
        ('state = "verified"\nverified_at = 2019-07-10', "verified 13 d ago"),
        ('state = "verified"\nverified_at = 2019-07-10\nverified_by = "ben"', "verified 13 d ago by ben"),
        (
            'state = "verified"\nverified_at = 2019-07-10\nverified_by = "ann"',
            "verified 13 d ago by ann, the only custodian there",
        ),
        ('state = "verified"\nverified_at = 2018-06-18', "STALE, verified 400 d ago"),
    ],
)
def test_a_status_says_how_well_it_is_known(status: str, said: str) -> None:
    files = PEOPLE | provider(account('custody = ["ann"]') + f"[status.sid]\n{status}\n")

    assert bot(files).answer("!provider big", at=AT).splitlines()[1] == f"its releases: sid {said}."


def test_of_two_custodians_one_who_looks_is_not_alone() -> None:
    status = '[status.sid]\nstate = "verified"\nverified_at = 2019-07-10\nverified_by = "ann"\n'
    files = PEOPLE | provider(account('custody = ["ann", "ben"]') + status)

    assert bot(files).answer("!provider big", at=AT).splitlines()[1] == "its releases: sid verified 13 d ago by ann."


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("!provider azur", 'no provider "azur"; there is bigblue, rainforest, swisshost.'),
        ("!provider rainforst", 'no provider "rainforst"; did you mean rainforest?'),
        ("!provider cloud", 'no provider "cloud"; did you mean bigblue or rainforest or swisshost?'),
    ],
)
def test_a_provider_nobody_knows_is_said_with_those_that_are(question: str, answer: str) -> None:
    assert bot().answer(question, at=AT) == answer


@pytest.mark.parametrize("question", ["!providers", "!provider x", "!accounts"])
def test_before_the_records_are_read_it_says_so(question: str) -> None:
    assert Bot().answer(question) == "I have not read the team's records yet; ask again in a minute."


def test_a_team_without_providers_is_told_how_to_add_one() -> None:
    assert bot(PEOPLE).answer("!providers", at=AT) == "no provider is recorded yet; a file in providers/ makes one."
    assert bot(PEOPLE).answer("!provider x", at=AT) == "there is no provider in the records yet."
    assert bot(PEOPLE).answer("!accounts", at=AT) == "no account with a provider is recorded."
