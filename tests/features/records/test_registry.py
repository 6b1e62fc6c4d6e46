"""`!offers`, `!services`, `!images`, `!image`, `!registrations`: what is open, missing or waits, from the records."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from tests.core.records.trees import example, org, person
from tests.features.builders import Bot
from tests.features.records.worlds import AT, bot

PEOPLE = person("ann") | person("ben") | person("old", "left = 2019-01-01\n") | org("bigco")
PUBLISHED = Path(__file__).parents[4] / "shared" / "data" / "governance" / "docker_debian_publish_dates.csv"
QUESTIONS = ("!offers", "!services", "!services x", "!images", "!image x", "!registrations")


def offer(body: str, number: str = "O-2019-001") -> dict[str, str]:
    head = f'schema = "cloudbot/offer/1"\nid = "{number}"\nwhat = "a CI host"\nmade = 2019-06-23\n'
    return {f"offers/{number}.toml": head + body}


@pytest.mark.need("N24", by="!offers")
def test_an_offer_that_was_lost_says_why() -> None:
    assert bot().answer("!offers", at=AT).splitlines() == [
        "0 offers open.",
        "1 lost: O-2018-001 sprint host (contact left without handover).",
    ]


@pytest.mark.need("N24", by="!offers")
@pytest.mark.need("N03", by="!offers")
@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('state = "open"', "no day to follow up, no second contact."),
        ('state = "open"\nfollow_up = 2019-08-01', "follow up 2019-08-01, no second contact."),
        ('state = "open"\nfollow_up = 2019-07-23', "follow up 2019-07-23, no second contact."),
        ('state = "open"\nfollow_up = 2019-07-13', "follow-up late by 10 d, no second contact."),
        ('state = "open"\ncontact = { backup = "ann" }', "no day to follow up, second contact ann."),
        ('state = "open"\ncontact = { backup = "old" }', "no day to follow up, no second contact."),
        ('state = "accepted"\norg = "bigco"', "accepted, no day to follow up, no second contact."),
    ],
)
def test_an_open_offer_says_when_to_come_back_to_it_and_who_else_knows(body: str, said: str) -> None:
    by = " of Bigco Works" if "bigco" in body else ""

    assert bot(PEOPLE | offer(body)).answer("!offers", at=AT) == (
        f"1 offer open: O-2019-001 a CI host{by}, made 30 d ago, {said}"
    )


def test_the_offer_that_waits_longest_for_a_follow_up_stands_first_and_many_are_cut() -> None:
    files = dict(PEOPLE)
    for number in range(1, 8):
        files |= offer(f'state = "open"\nfollow_up = 2019-07-{20 - number}', f"O-2019-00{number}")
    said = bot(files).answer("!offers", at=AT)

    assert said.startswith("7 offers open: O-2019-007 a CI host")
    assert said.endswith(" and 3 more.")


@pytest.mark.need("N09", by="!services")
@pytest.mark.need("N30", by="!services")
def test_services_say_how_far_they_are_whose_and_that_nobody_notices() -> None:
    assert bot().answer("!services", at=AT) == (
        "2 services: ci-host (experimental, bob and dan, nobody notices when it breaks), "
        "image-finder (experimental, frank alone, nobody notices when it breaks)."
    )
    assert bot().answer("!services image finder", at=AT) == (
        "service image-finder, Image finder, a page that finds the image for a provider and a region: experimental; "
        "run by frank alone; nobody notices when it breaks; before the next state: a second person who can run it, "
        "fed by what was built, an own domain. https://finder.example.org"
    )


def service(body: str) -> dict[str, str]:
    return {"services/x.toml": f'schema = "cloudbot/service/1"\nid = "x"\ntitle = "X"\n{body}'}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('state = "beta"\nowner = "old"', "1 service: x (beta, nobody runs it, nobody notices when it breaks)."),
        ('state = "official"\nowner = "ann"\nmonitor = "icinga"', "1 service: x (official, ann alone)."),
        ('state = "retired"', "no service runs, by the records; a file in services/ makes one."),
    ],
)
def test_who_has_left_runs_no_service(body: str, said: str) -> None:
    assert bot(PEOPLE | service(body)).answer("!services", at=AT) == said


@pytest.mark.need("N51", by="!images")
@pytest.mark.need("N52", by="!images")
def test_images_are_counted_with_what_they_lack() -> None:
    assert bot().answer("!images", at=AT) == (
        "1 image, 0 official, of 1 it is not known; nobody answers for 1 (vagrant); "
        "in scope without a policy 1 (vagrant); "
        "too old 1 (vagrant); nobody can sign in 1 (vagrant); official and not judged 0; official without a digest 0."
    )


@pytest.mark.need("N55", by="!image")
@pytest.mark.need("N54", by="!image")
@pytest.mark.need("N51", by="!image")
def test_of_an_image_it_says_who_answers_for_it_how_old_it_is_and_what_is_open() -> None:
    assert bot().answer("!image vagrant", at=AT).splitlines() == [
        (
            "Vagrant boxes (vagrant): not known whether official; nobody answers for it; "
            "no policy, in the scope of cloud; "
            "published 2019-01-20, 184 d ago, 35 allowed: TOO OLD."
        ),
        (
            "published as debian on box hub, nobody is known who can sign in; criteria A ?, B ?, C ?, D ?, E ?; "
            "no digest; "
            "security review: fixed first-boot key open."
        ),
    ]


DOCKER = """schema = "cloudbot/image/1"
id = "docker"
title = "Docker base image"
platform = "docker"
official = "yes"
in_scope_of = "cloud"
policy = { state = "adopted", decision = "D-2019-001", reviewed = 2019-06-01 }
freshness = { max_age_days = 60, last_published = LAST }
responsible = { team = "base image makers", people = ["erin"] }
external_account = { site = "docker hub", name = "debian", custodian = "erin", backup = "bob" }
criteria = { A = "yes", B = "yes", C = "no", D = "yes", E = "yes" }
digest = { published = true, url = "https://images.example.org/docker.sha256", verified = 2019-07-01 }
security_review = [{ item = "no root password", state = "fixed" }]
"""


def docker(last: str = "2019-06-23") -> dict[str, bytes]:
    return example() | {"images/docker.toml": DOCKER.replace("LAST", last).encode()}


@pytest.mark.need("N49", by="!image")
@pytest.mark.need("N52", by="!image")
@pytest.mark.need("N53", by="!image")
def test_an_image_with_everything_says_who_builds_it_by_which_criteria_and_how_to_check_it() -> None:
    assert bot(docker()).answer("!image docker", at=AT).splitlines() == [
        (
            "Docker base image (docker): official; "
            "base image makers (erin) answers for it; policy adopted by D-2019-001, "
            "in the scope of cloud; published 2019-06-23, 30 d ago, 60 allowed."
        ),
        (
            "published as debian on docker hub, erin and bob can sign in; criteria A yes, B yes, C no, D yes, E yes; "
            "digest published, compared 2019-07-01 https://images.example.org/docker.sha256; "
            "security review: nothing open."
        ),
    ]


@pytest.mark.need("N50", by="!image")
@pytest.mark.parametrize(
    ("last", "end"),
    [
        ("2019-06-23", "30 d ago, 60 allowed."),
        ("2019-05-24", "60 d ago, 60 allowed."),
        ("2019-05-23", "61 d ago, 60 allowed: TOO OLD."),
    ],
)
def test_a_gap_as_long_as_it_may_be_is_not_too_old(last: str, end: str) -> None:
    assert bot(docker(last)).answer("!image docker", at=AT).splitlines()[0].endswith(end)


@pytest.mark.real
@pytest.mark.skipif(not PUBLISHED.exists(), reason="the days of the real images are not here")
def test_of_the_real_base_images_a_usual_gap_is_fine_and_sixty_days_are_not() -> None:
    days = sorted(date.fromisoformat(line.split(",")[0]) for line in PUBLISHED.read_text().splitlines()[1:])
    gaps = [(last, following) for last, following in pairwise(days) if last.year >= 2019]

    def too_old(last: date, on: date) -> bool:
        at = datetime(on.year, on.month, on.day, tzinfo=UTC)
        image = DOCKER.replace("LAST", last.isoformat()).replace("max_age_days = 60", "max_age_days = 45")
        return "TOO OLD" in bot({"images/docker.toml": image}).answer("!image docker", at=at).splitlines()[0]

    assert len(gaps) > 100
    assert [pair for pair in gaps[::10] if too_old(*pair)] == []
    assert too_old(days[-1], days[-1] + timedelta(days=60))


def test_a_policy_is_reviewed_every_year() -> None:
    later = datetime(2020, 6, 2, tzinfo=UTC)

    assert "policy adopted by D-2019-001, to be reviewed," in bot(docker()).answer("!image docker", at=later)


@pytest.mark.need("N12", by="!registrations")
def test_a_registration_that_waits_says_who_may_judge_it_and_who_has_an_interest() -> None:
    assert bot().answer("!registrations", at=AT) == (
        "1 registration to judge: R-2019-001 of swisshost for webhook "
        "(pending, 1 d; needs 2 of alice, carol, not bob: interest)."
    )


def registration(number: str, body: str) -> dict[str, bytes]:
    head = f'schema = "cloudbot/registration/1"\nid = "{number}"\nprovider = "swisshost"\nwants = ["feed"]\n'
    text = f'{head}requested = {{ at = 2019-07-13, via = "mail" }}\n{body}'
    return {f"registrations/{number}.toml": text.encode()}


APPROVED = """moderators = [
    { person = "alice", at = 2019-07-14, verdict = "approve" },
    { person = "carol", at = 2019-07-14, verdict = "approve" },
]
"""
KEY = f'key = {{ fingerprint = "{"A" * 40}", issued_by = "alice", issued = 2019-07-14, expires = 2019-07-23 }}\n'


def test_the_oldest_stands_first_with_what_is_missing_and_a_second_one_of_the_same_provider_is_told() -> None:
    one = 'state = "needs-info"\nmoderators = [{ person = "alice", at = 2019-07-14, verdict = "approve" }]\n'

    assert bot(example() | registration("R-2019-002", one)).answer("!registrations", at=AT) == (
        "2 registrations to judge: R-2019-002 of swisshost for feed (waits for its answer, 10 d, 1 approved; "
        "needs 1 of carol, not bob: interest; the same provider, it seems: R-2019-001); "
        "R-2019-001 of swisshost for webhook (pending, 1 d; needs 2 of alice, carol, not bob: interest; "
        "the same provider, it seems: R-2019-002)."
    )


def test_a_provider_that_registers_twice_under_two_spellings_is_noticed() -> None:
    again = example()["providers/swisshost.toml"].replace(b'id = "swisshost"', b'id = "swiss-host"')
    other = registration("R-2019-002", 'state = "pending"\n')["registrations/R-2019-002.toml"]
    files = example() | {
        "providers/swiss-host.toml": again,
        "registrations/R-2019-002.toml": other.replace(b'"swisshost"', b'"swiss-host"'),
    }

    assert "needs 2 of alice, carol, not bob: interest; the same provider, it seems: R-2019-001);" in (
        bot(files).answer("!registrations", at=AT)
    )


@pytest.mark.need("N32", by="!registrations")
def test_an_active_registration_with_an_expired_key_is_named() -> None:
    files = {path: text for path, text in example().items() if not path.startswith("registrations/")}
    active = registration("R-2019-002", 'state = "active"\n' + APPROVED + KEY)

    assert bot(files).answer("!registrations", at=AT) == "no registration waits."
    assert bot(files | active).answer("!registrations", at=AT) == (
        "no registration waits; 1 active; with an expired key: R-2019-002."
    )


def test_where_every_delegate_has_an_interest_it_says_that_nobody_may_judge() -> None:
    only_bob = (
        example()["delegations/cloud-2018-10.toml"].replace(b'    "alice",\n', b"").replace(b'    "carol",\n', b"")
    )
    files = {path: text for path, text in example().items() if "2019-07-resign" not in path}

    assert (
        bot(files | {"delegations/cloud-2018-10.toml": only_bob})
        .answer("!registrations", at=AT)
        .endswith("needs 2 of no delegate without interest, not bob: interest).")
    )


@pytest.mark.parametrize("question", QUESTIONS)
def test_before_the_records_are_read_it_says_so(question: str) -> None:
    assert Bot().answer(question) == "I have not read the team's records yet; ask again in a minute."


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("!offers", "no offer is recorded."),
        ("!services", "no service runs, by the records; a file in services/ makes one."),
        ("!services x", "there is no service in the records yet."),
        ("!images", "no kind of image is recorded; a file in images/ makes one."),
        ("!image x", "there is no image in the records yet."),
        ("!registrations", "no registration waits."),
    ],
)
def test_a_team_that_has_none_is_told_so(question: str, answer: str) -> None:
    assert bot(PEOPLE).answer(question, at=AT) == answer
