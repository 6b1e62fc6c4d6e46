"""Where the rules turn: the day before and the day itself, one of two, and what only looks like the case."""

from __future__ import annotations

from datetime import date

import pytest

from cloudbot.core.records.checking import check
from tests.core.records.test_rules import (
    APPOINT,
    BIGCO,
    DATES,
    DD,
    MEMBERS,
    PAID,
    TOLD,
    WEEKS,
    act,
    action,
    area,
    decision,
    image,
    provider,
    sprint,
)
from tests.core.records.trees import TODAY, example, findings, keys, lines, org, person

ON = date(2020, 1, 1)
AT = "2019-06-04T12:00:00Z"
OBJECTION = f'objections = [{{ by = "bob", at = {AT}, title = "no", resolved_at = 2019-06-05T12:00:00Z'
MINUTES = 'resolved_by = "meeting", resolved_proof = { url = "https://example.org/minutes" }'
MONEY = "money_or_external_commitment"
SUPPORT = f'support = [{{ person = "bob", at = {AT} }}, {{ person = "carol", at = {AT} }}]\n'
GATE = '[gate]\nwho = "DPL"\nstate = "{}"\nevidence = {{ msgid = "<a@b.c>" }}\n'
RESIGNED = act("a1", 'act = "resign"\nauthority = "self"\nissued = 2019-06-01\nmembers = ["alice"]\n') | MEMBERS
OPEN = ["D-RESIGN-NOT-EFFECTIVE:alice"]
DPL = 'authority = "dpl"\nissued = 2019-07-01\neffective = 2019-07-01\nevidence.msgid = "<a@b.c>"\n'
REVISED = "revisions = [{{ n = 1, at = 2019-06-03T12:00:00Z }}, {{ n = 2, at = 2019-06-05T12:00:00Z, typo = {} }}]\n"
SHORT = TOLD + "deadline = 2019-06-07T12:00:00Z\n"
BEFORE = 'state = "open"\nowner = "bob"\naccepted = 2019-06-01\ndue = { before = "s1", days = 7 }\n'
CLAIMS = 'state = "reported"\nclaims = "open"\nclaims_close_days_after = 30\n'


def oftc(name: str, span: str) -> dict[str, str]:
    return person(name, f'accounts = [{{ net = "oftc", account = "x", {span} }}]\n')


def ann_in(area_people: str) -> dict[str, str]:
    return area(f"target = 2\npeople = [{area_people}]\n")


DECISIONS = [
    ("a meeting may close an objection", decision(f"{TOLD}{WEEKS}{OBJECTION}, {MINUTES} }}]\n"), []),
    (
        "a meeting without minutes may not",
        decision(f'{TOLD}{WEEKS}{OBJECTION}, resolved_by = "meeting" }}]\n'),
        ["L-OBJECTION:D-2019-001/0"],
    ),
    (
        "minutes do not let another than the author close one",
        decision(f"{TOLD}{WEEKS}{OBJECTION}, {MINUTES.replace('meeting', 'alice', 1)} }}]\n"),
        ["L-OBJECTION:D-2019-001/0"],
    ),
    (
        "an open objection to an open decision is as it should be",
        decision(f'{TOLD}{WEEKS}objections = [{{ by = "bob", at = {AT}, title = "no" }}]\n'),
        [],
    ),
    ("no gate is no approval", decision(TOLD + WEEKS + SUPPORT, "accepted", MONEY) | MEMBERS, ["L-GATE:D-2019-001"]),
    (
        "a declined gate is none",
        decision(TOLD + WEEKS + SUPPORT + GATE.format("declined"), "accepted", MONEY) | MEMBERS,
        ["L-GATE:D-2019-001"],
    ),
    (
        "a gate that was passed with proof is one",
        decision(TOLD + WEEKS + SUPPORT + GATE.format("approved"), "accepted", MONEY) | MEMBERS,
        [],
    ),
    ("a typo does not begin the period anew", decision(SHORT + REVISED.format("true")), []),
    ("a change of substance does", decision(SHORT + REVISED.format("false")), ["L-PERIOD:D-2019-001"]),
    (
        "a mail without its Message-ID is no proof",
        decision('announced = [{ venue = "list", at = 2019-06-03T12:00:00Z }]\n' + WEEKS),
        ["L-ANNOUNCE:D-2019-001"],
    ),
    (
        "support for the text as it was is no support for the text as it is",
        decision(
            TOLD
            + WEEKS
            + REVISED.format("false")
            + SUPPORT.replace(" }, {", ", revision = 1 }, {").replace(" }]", ", revision = 1 }]"),
            "accepted",
            "standard",
        )
        | MEMBERS,
        ["L-QUORUM:D-2019-001"],
    ),
    (
        "support for the text as it is counts",
        decision(
            TOLD
            + WEEKS
            + REVISED.format("false")
            + SUPPORT.replace(" }]", ", revision = 2 }]").replace(" }, {", ", revision = 1 }, {"),
            "accepted",
            "standard",
        )
        | MEMBERS,
        [],
    ),
]
DELEGATIONS = [
    ("a resignation without a day stays open", RESIGNED, OPEN),
    (
        "a day that is published the same day closes it",
        RESIGNED
        | act(
            "a2",
            'act = "resign"\nauthority = "self"\nissued = 2019-06-01\neffective = 2019-06-01\nmembers = ["alice"]\n',
        ),
        [],
    ),
    (
        "a limit with an end closes it",
        RESIGNED | act("a2", f'act = "limit"\nuntil = 2021-01-01\nmembers = "all"\n{DPL}'),
        [],
    ),
    ("a limit without an end does not", RESIGNED | act("a2", f'act = "limit"\nmembers = "all"\n{DPL}'), OPEN),
    (
        "a limit of others does not",
        RESIGNED | act("a2", f'act = "limit"\nuntil = 2021-01-01\nmembers = ["bob"]\n{DPL}'),
        OPEN,
    ),
    (
        "an appointment that replaces all and leaves the person out closes it",
        RESIGNED | act("a2", f'act = "appoint"\nreplaces = "all"\nmembers = ["bob"]\n{DPL}'),
        [],
    ),
    (
        "one that names the person does not",
        RESIGNED | act("a2", f'act = "appoint"\nreplaces = "all"\nmembers = ["alice"]\n{DPL}'),
        OPEN,
    ),
    ("one that replaces nobody does not", RESIGNED | act("a2", f'act = "appoint"\nmembers = ["bob"]\n{DPL}'), OPEN),
    (
        "who becomes a member on the day may be appointed",
        act("a1", APPOINT + 'members = ["ann"]\n') | person("ann", DD + "since = 2019-01-01\n") | BIGCO,
        [],
    ),
    (
        "who becomes one the day after may not",
        act("a1", APPOINT + 'members = ["ann"]\n') | person("ann", DD + "since = 2019-01-02\n"),
        ["D-MEMBER:a1/ann"],
    ),
]
TERM = APPOINT + 'members = ["alice"]\n'
PEOPLE = [
    (
        "evidence of a year ago to the day counts, and of today",
        ann_in(
            '{ person = "alice", level = "can", last_evidence = 2019-01-01 },'
            '{ person = "bob", level = "can", last_evidence = 2020-01-01 }'
        )
        | MEMBERS,
        [],
    ),
    (
        "the day after the last one begins another term",
        act("a1", TERM + "until = 2019-05-31\n") | act("a2", TERM.replace("2019-01", "2019-06")) | person("alice", DD),
        [],
    ),
    (
        "the last day itself is still the old one",
        act("a1", TERM + "until = 2019-06-01\n") | act("a2", TERM.replace("2019-01", "2019-06")) | person("alice", DD),
        ["T-OVERLAP:a2/alice"],
    ),
    (
        "a revoked registration may have an old key",
        {
            "registrations/R-2019-001.toml": 'schema = "cloudbot/registration/1"\nid = "R-2019-001"\nprovider = "big"\n'
            'wants = ["feed"]\nstate = "revoked"\nrequested = { at = 2019-01-01, via = "irc" }\n'
            f'[key]\nfingerprint = "{"AB" * 20}"\nissued_by = "alice"\nissued = 2019-01-02\nexpires = 2019-06-01\n'
        }
        | provider("big", 'delivery = { mode = "none" }\n')
        | BIGCO
        | person("alice"),
        [],
    ),
    (
        "an account is one person's at a time",
        oftc("ann", "from = 2019-03-01") | oftc("ben", "from = 2019-06-01"),
        ["S-CONFUSABLE:ben/ann"],
    ),
    ("whichever file comes first", oftc("ann", "from = 2019-06-01") | oftc("ben", "to = 2019-06-01"), []),
    ("nor later the earlier", oftc("ann", "to = 2019-06-01") | oftc("ben", "from = 2019-06-01"), []),
    (
        "a day too long is too long",
        oftc("ann", "from = 2019-06-01") | oftc("ben", "to = 2019-06-02"),
        ["S-CONFUSABLE:ben/ann"],
    ),
    (
        "two circles are two findings",
        org("ab", 'parents = [{ org = "cd" }]\n')
        | org("cd", 'parents = [{ org = "ab" }]\n')
        | org("ef", 'parents = [{ org = "gh" }]\n')
        | org("gh", 'parents = [{ org = "ef" }]\n'),
        ["R-CYCLE:ab", "R-CYCLE:ef"],
    ),
    (
        "a board of one organisation is no common employer",
        ann_in(
            '{ person = "ann", level = "can", last_evidence = 2020-01-01 },'
            '{ person = "ben", level = "can", last_evidence = 2020-01-01 }'
        )
        | person("ann", '[[affiliations]]\norg = "bigco"\nkind = "board"\n')
        | person("ben", '[[affiliations]]\norg = "bigco"\nkind = "board"\n')
        | BIGCO,
        [],
    ),
    (
        "names of nothing but a legal form are compared whole",
        {
            path: text.replace(" Works", "")
            for path, text in (org("ab", title="Company") | org("cd", title="Corp")).items()
        },
        [],
    ),
]
THINGS = [
    (
        "a status that is no claim is none to verify",
        provider("big", 'delivery = { mode = "none" }\n[status.sid]\nstate = "missing"\n') | BIGCO,
        [],
    ),
    ("an image nobody has a day of is stale", image("freshness = { max_age_days = 30 }\n"), ["I-STALE:box"]),
    (
        "an image of tomorrow is not stale today",
        image("freshness = { max_age_days = 30, last_published = 2020-01-02 }\n"),
        [],
    ),
    (
        "a person may answer for an image",
        {path: text.replace('team = "x"', 'people = ["alice"]') for path, text in image("").items()} | person("alice"),
        [],
    ),
    (
        "until they have left",
        {path: text.replace('team = "x"', 'people = ["alice"]') for path, text in image("").items()}
        | person("alice", "left = 2020-01-01\n"),
        ["I-NO-RESPONSIBLE:box"],
    ),
    (
        "who says yes on the day has said yes",
        action('state = "open"\nowner = "bob"\naccepted = 2020-01-01\n') | person("bob"),
        [],
    ),
    (
        "a sprint of one day is one",
        sprint('state = "idea"\n' + DATES.format("2020-07-01", "2020-07-01", "true") + PAID),
        [],
    ),
    (
        "booking without any dates is refused",
        sprint('state = "idea"\nbooking = "open"\n' + PAID),
        ["P-BOOKING:s1"],
    ),
    (
        "half of the dates are no dates",
        sprint('state = "idea"\nbooking = "open"\n[dates]\nfrom = 2020-07-01\nfinal = true\n' + PAID),
        ["P-BOOKING:s1"],
    ),
    (
        "a sprint that begins today asks nobody to book",
        sprint('state = "idea"\n' + DATES.format("2020-01-01", "2020-01-02", "true")),
        [],
    ),
    (
        "people ask ninety days before",
        sprint('state = "idea"\n' + DATES.format("2020-03-31", "2020-04-01", "true")),
        ["P-BOOKING:s1"],
    ),
    ("and not before that", sprint('state = "idea"\n' + DATES.format("2020-04-01", "2020-04-01", "true")), []),
    (
        "who speaks with the host is needed to the last day",
        sprint(
            'state = "running"\nhost = { contact = "ann" }\n' + DATES.format("2019-12-31", "2020-01-01", "true") + PAID
        )
        | person("ann", "left = 2020-01-01\n"),
        ["G-NO-BACKUP-CONTACT:s1"],
    ),
    (
        "and not for a cancelled sprint",
        sprint('state = "cancelled"\nhost = { contact = "ann" }\n') | person("ann", "left = 2020-01-01\n"),
        [],
    ),
]


@pytest.mark.parametrize(
    ("why", "files", "expected"),
    DECISIONS + DELEGATIONS + PEOPLE + THINGS,
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_case(why: str, files: dict[str, str], expected: list[str]) -> None:
    assert (why, sorted(keys(files, ON))) == (why, expected)


@pytest.mark.parametrize(("on", "expected"), [(date(2020, 6, 23), []), (date(2020, 6, 24), ["A-OVERDUE:A-2019-001"])])
def test_what_is_due_a_week_before_a_sprint_moves_with_it(on: date, expected: list[str]) -> None:
    files = (
        action(BEFORE)
        | person("bob")
        | sprint('state = "idea"\n' + DATES.format("2020-07-01", "2020-07-02", "true") + PAID)
    )
    assert keys(files, on) == expected


@pytest.mark.parametrize(("on", "expected"), [(date(2019, 7, 29), []), (date(2019, 7, 30), ["P-BOOKING:s2019"])])
def test_the_day_after_a_decision_was_to_end_people_wait_to_book(on: date, expected: list[str]) -> None:
    assert [f.key for f in check(example(), on, today=TODAY) if f.rule == "P-BOOKING"] == expected


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2020, 1, 17), []),
        (date(2020, 1, 18), ["has open claims, and their time closes with 2020-01-31"]),
        (date(2020, 1, 31), ["has open claims, and their time closes with 2020-01-31"]),
        (date(2020, 2, 1), ["has open claims, and their time closed with 2020-01-31"]),
    ],
)
def test_the_last_day_for_claims_is_said_a_fortnight_before(on: date, said: list[str]) -> None:
    report = '[report]\nurl = "https://example.org/r"\n'
    files = sprint(CLAIMS + DATES.format("2019-12-31", "2020-01-01", "true") + PAID + report)
    assert [finding.what for finding in findings(files, on)] == said


@pytest.mark.parametrize(("on", "expected"), [(date(2020, 5, 31), []), (date(2020, 6, 1), ["R-ORPHAN:cd"])])
def test_a_reference_that_ended_a_year_ago_is_none_any_more(on: date, expected: list[str]) -> None:
    held = 'parents = [{ org = "gh", from = 2010-01-01, to = 2015-01-01 }]\n'
    files = (
        org("cd", held)
        | org("gh")
        | org("ab", 'parents = [{ org = "cd", from = 2018-01-01, to = 2019-06-02 }, { org = "gh" }]\n')
    )
    assert [key for key in keys(files, on) if key == "R-ORPHAN:cd"] == expected


def test_an_employer_whose_spelling_is_close_is_written_as_the_record_there_is() -> None:
    near = person("ann", '[[affiliations]]\nemployer = "Bigcoo Works"\nkind = "employment"\n')
    far = person("ben", '[[affiliations]]\nemployer = "Tiny Ltd"\nkind = "employment"\n')
    assert [line.partition(": W ")[2] for line in lines(BIGCO | near | far, ON)] == [
        'C-ORG-UNKNOWN has an employer without a record, "Bigcoo Works"; write org = "bigco"',
        'C-ORG-UNKNOWN has an employer without a record, "Tiny Ltd"; write org = the id of a new file in orgs/',
    ]


@pytest.mark.parametrize(
    ("block", "whom"),
    [('party = "bigco", ', "bigco"), ("", "nobody named"), ('action = "A-2019-002", ', "A-2019-002")],
)
def test_a_long_wait_says_for_whom(block: str, whom: str) -> None:
    files = action(
        f'state = "blocked"\nowner = "bob"\naccepted = 2018-01-01\nblocked_by = {{ {block}since = 2018-01-02 }}\n'
    )
    files |= action('state = "dropped"\n', "A-2019-002") | person("bob") | BIGCO
    assert [finding.what for finding in findings(files, ON)] == [f"waits for {whom} since 2018-01-02"]


def test_what_happened_today_has_happened_and_what_happens_tomorrow_has_not() -> None:
    offer = 'schema = "cloudbot/offer/1"\nid = "O-2026-001"\nwhat = "x"\nmade = {}\nstate = "lost"\n'
    at = {
        day: check({"offers/O-2026-001.toml": offer.format(day).encode()}, TODAY)
        for day in ("2026-11-22", "2026-11-23")
    }
    assert {day: [finding.rule for finding in found] for day, found in at.items()} == {
        "2026-11-22": [],
        "2026-11-23": ["T-FUTURE"],
    }
