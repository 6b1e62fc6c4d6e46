"""Each rule: a small tree that breaks it, with the line, and how near a tree may come that does not."""

from __future__ import annotations

from datetime import date

import pytest

from cloudbot.core.records.checks import LOADING, RULES
from tests.core.records.trees import keys, lines, org, person

ON = date(2020, 1, 1)
DD = '[debian]\nstatus = "dd"\n'
MEMBERS = person("alice", DD) | person("bob", DD) | person("carol", DD)


def record(kind: str, path: str, body: str) -> dict[str, str]:
    return {path: f'schema = "cloudbot/{kind}/1"\n{body}'}


def act(name: str, body: str) -> dict[str, str]:
    return record("delegation-act", f"delegations/{name}.toml", f'id = "{name}"\nteam = "cloud"\n{body}')


def provider(name: str, body: str, operator: str = "bigco") -> dict[str, str]:
    head = f'id = "{name}"\nname = "{name.title()} Cloud"\nfamily = "openstack"\n'
    return record("provider", f"providers/{name}.toml", head + body + f'[[operators]]\norg = "{operator}"\n')


def pushed(more: str) -> str:
    return 'delivery = { mode = "push" }\ncontacts = { backup = "alice" }\n' + more


def action(body: str, number: str = "A-2019-001") -> dict[str, str]:
    return record("action", f"actions/{number}.toml", f'id = "{number}"\ntitle = "x"\n{body}')


def area(body: str, name: str = "publish") -> dict[str, str]:
    return record("area", f"areas/{name}.toml", f'id = "{name}"\ntitle = "x"\n{body}')


def sprint(body: str) -> dict[str, str]:
    return record("sprint", "sprints/s1/sprint.toml", f'id = "s1"\ntitle = "x"\n{body}')


def attendees(body: str) -> dict[str, str]:
    return record("sprint-attendees", "sprints/s1/attendees.toml", f'sprint = "s1"\n{body}')


def series(body: str) -> dict[str, str]:
    head = 'id = "weekly"\ntitle = "x"\nchannel = "oftc/#team"\nrule = "FREQ=WEEKLY"\ntime = "19:00"\n'
    return record("series", "series/weekly.toml", head + body)


def agenda(body: str) -> dict[str, str]:
    return record("agenda", "agendas/weekly.toml", 'id = "weekly"\n' + body)


def minutes(ended: str, body: str) -> dict[str, str]:
    head = f'id = "team.2019-01-02-19.00"\nchannel = "oftc/#team"\nstarted = 2019-01-02T19:00:00Z\nended = {ended}\n'
    item = '{ id = 1, kind = "info", text = "x", nick = "ann", at = 2019-01-02T19:01:00Z, line = 2 }'
    return record("minutes", "minutes/team.2019-01-02-19.00.toml", head + f"items = [{item}]\n" + body)


def image(body: str) -> dict[str, str]:
    head = 'id = "box"\ntitle = "Box"\nplatform = "box"\n'
    return record("image", "images/box.toml", head + body + '[responsible]\nteam = "x"\n')


def decision(body: str, state: str = "open", kind: str = "routine", title: str = "x") -> dict[str, str]:
    head = (
        f'id = "D-2019-001"\ntitle = "{title}"\nclass = "{kind}"\nproposer = "alice"\nopened = 2019-06-03T12:00:00Z\n'
        f'state = "{state}"\n'
    )
    return record("decision", "decisions/D-2019-001.toml", head + body) | person("alice")


TOLD = 'announced = [{ venue = "list", msgid = "<a@example.org>", at = 2019-06-03T12:00:00Z }]\n'
WEEKS = "deadline = 2019-06-24T12:00:00Z\n"
APPOINT = (
    'act = "appoint"\nauthority = "dpl"\nissued = 2019-01-01\neffective = 2019-01-01\nevidence.msgid = "<a@b.c>"\n'
)
BIGCO = org("bigco")
ALICE = person("alice")
DATES = "[dates]\nfrom = {}\nto = {}\nfinal = {}\n"
PAID = '[budget]\napproved = 2019-05-01\nevidence = { msgid = "<a@b.c>" }\n'
ACCOUNT = '[[accounts]]\nid = "acc"\npurpose = "publish"\ncustody = ["alice", "bob"]\nrecovery = "by phone"\n'
HELD = ACCOUNT + "holder = {{ {} }}\n"
LIVE = ALICE | person("bob") | BIGCO
BIG = provider("big", 'delivery = { mode = "none" }\n') | BIGCO
BOUND = DD + '[[affiliations]]\norg = "bigco"\nkind = "employment"\n'
NONE = 'id = "{0}"\nperson = "{0}"\ndate = {1}\nby = "self"\n'
FORBID = '[[versions]]\nv = 1\nscope = "delegates"\nform = "forbid"\ninterests = ["employment"]\n'
ONE = '[[versions]]\nv = 1\nscope = "delegates"\nform = "max_count"\nmax = 1\ninterests = ["employment"]\n'


def coi(body: str) -> dict[str, str]:
    return record("policy-coi", "policy/coi.toml", body)


def declared(name: str, day: str = "2019-06-01") -> dict[str, str]:
    interest = '[[interests]]\nkind = "employment"\nsubject = { org = "bigco" }\n'
    return record("declaration", f"declarations/{name}.toml", NONE.format(name, day) + interest)


BREACHES: list[tuple[str, dict[str, str], list[str]]] = [
    ("S-CONFUSABLE", person("alice") | person("a1ice"), ["S-CONFUSABLE:alice/a1ice"]),
    (
        "S-CONFUSABLE",
        person("ann", 'accounts = [{ net = "oftc", account = "KodrAus" }]\n')
        | person("ben", 'accounts = [{ net = "oftc", account = "kodraus" }]\n'),
        ["S-CONFUSABLE:ben/ann"],
    ),
    (
        "S-CONFUSABLE",
        provider("one", 'delivery = { mode = "none" }\n')
        | {p: t.replace("Two Cloud", "ONE CLOUD") for p, t in provider("two", 'delivery = { mode = "none" }\n').items()}
        | BIGCO,
        ["S-CONFUSABLE:two/One Cloud"],
    ),
    ("S-CANON", {"people/ann.toml": person("ann")["people/ann.toml"] + "\n"}, ["S-CANON:people/ann.toml"]),
    (
        "S-CANON",
        {"people/ann.toml": person("ann")["people/ann.toml"] + "left = 2020-01-01 \n"},
        ["S-CANON:people/ann.toml"],
    ),
    (
        "S-CANON",
        person("ann", 'accounts = [{ net = "salsa", account = "a" }, { net = "oftc", account = "a" }]\n'),
        ["S-CANON:people/ann.toml"],
    ),
    (
        "S-CANON",
        decision(TOLD.replace("12:00:00Z", "14:00:00+02:00") + WEEKS),
        ["S-CANON:decisions/D-2019-001.toml"],
    ),
    (
        "H-PERM",
        record("policy-permissions", "policy/permissions.toml", '[[grants]]\nwho = "member"\nmay = ["own acton"]\n'),
        ["H-PERM:own acton"],
    ),
    (
        "H-PERM",
        record(
            "policy-permissions", "policy/permissions.toml", '[[grants]]\nwho = "member"\nmay = ["delegation-act"]\n'
        ),
        ["H-PERM:delegation-act"],
    ),
    ("R-REF", action('state = "open"\nowner = "bob"\naccepted = 2019-12-01\n'), ["R-REF:A-2019-001/bob"]),
    ("R-REF", decision(TOLD + WEEKS, kind="whim"), ["R-REF:D-2019-001/whim"]),
    (
        "R-REF",
        provider("big", pushed(HELD.format('org = "bigco"') + 'migration = { to = "gone", state = "planned" }\n'))
        | LIVE,
        ["R-REF:big/gone"],
    ),
    ("R-ORPHAN", person("ann", DD + "since = 2005-01-01\n"), ["R-ORPHAN:ann"]),
    (
        "R-CYCLE",
        org("ab", 'parents = [{ org = "cd" }]\n')
        | org("cd", 'parents = [{ org = "ef" }]\n')
        | org("ef", 'parents = [{ org = "ab" }]\n'),
        ["R-CYCLE:ab"],
    ),
    (
        "R-CYCLE",
        area('target = 2\nparent = "build"\n') | area('target = 2\nparent = "publish"\n', "build"),
        ["B-NONE:build", "B-NONE:publish", "R-CYCLE:build"],
    ),
    (
        "R-CYCLE",
        action(
            'state = "blocked"\nowner = "bob"\naccepted = 2019-12-01\n'
            'blocked_by = { action = "A-2019-001", since = 2019-12-01 }\n'
        )
        | person("bob"),
        ["R-CYCLE:A-2019-001"],
    ),
    (
        "T-ORDER",
        org("ab", 'parents = [{ org = "cd", from = 2019-01-01, to = 2019-01-01 }]\n') | org("cd"),
        ["T-ORDER:ab"],
    ),
    ("T-ORDER", sprint('state = "idea"\n' + DATES.format("2020-03-02", "2020-03-01", "true") + PAID), ["T-ORDER:s1"]),
    (
        "T-ORDER",
        act("a1", APPOINT.replace("effective = 2019", "effective = 2018") + 'members = ["alice"]\n') | MEMBERS,
        ["T-ORDER:a1"],
    ),
    (
        "T-ORDER",
        action(
            'state = "open"\nowner = "bob"\naccepted = 2019-12-01\n'
            'updates = [{ at = 2018-11-01, by = "bob", text = "x" }, { at = 2019-11-01, by = "bob", text = "y" }]\n'
        )
        | person("bob"),
        ["T-ORDER:A-2019-001"],
    ),
    ("T-ORDER", decision(TOLD + "deadline = 2019-06-03T12:00:00Z\n"), ["L-PERIOD:D-2019-001", "T-ORDER:D-2019-001"]),
    (
        "T-ORDER",
        act("a1", APPOINT.replace("issued = 2019-01-01", 'issued = "2019-01"') + 'members = ["alice"]\n') | MEMBERS,
        ["T-ORDER:a1"],
    ),
    (
        "T-OVERLAP",
        BIGCO
        | person(
            "ann",
            '[[affiliations]]\norg = "bigco"\nkind = "employment"\nshare = "main"\nfrom = 2019-03-01\n'
            '[[affiliations]]\norg = "bigco"\nkind = "employment"\nshare = "main"\nfrom = 2019-06-01\n',
        ),
        ["T-OVERLAP:ann"],
    ),
    (
        "T-OVERLAP",
        act("a1", APPOINT + 'members = ["alice"]\n')
        | act("a2", APPOINT.replace("2019-01-01", "2019-06-01") + 'members = ["alice"]\n')
        | MEMBERS,
        ["T-OVERLAP:a2/alice"],
    ),
    (
        "T-FUTURE",
        area('target = 2\npeople = [{ person = "alice", level = "knows", last_evidence = 2031-01-01 }]\n') | ALICE,
        ["B-NONE:publish", "T-FUTURE:publish/people.0.last_evidence"],
    ),
    (
        "D-AUTH",
        act("a1", APPOINT.replace('evidence.msgid = "<a@b.c>"\n', "") + 'members = ["alice"]\n') | MEMBERS,
        ["D-AUTH:a1"],
    ),
    ("D-AUTH", act("a1", APPOINT.replace("dpl", "self") + 'members = ["alice"]\n') | MEMBERS, ["D-AUTH:a1"]),
    (
        "D-AUTH",
        act("a1", 'act = "confirm"\nauthority = "self"\nissued = 2019-01-01\nmembers = ["alice", "bob"]\n') | MEMBERS,
        ["D-AUTH:a1"],
    ),
    (
        "D-MEMBER",
        act("a1", APPOINT + 'members = ["ann"]\n') | person("ann", '[debian]\nstatus = "contributor"\n'),
        ["D-MEMBER:a1/ann"],
    ),
    (
        "D-MEMBER",
        act("a1", APPOINT + 'members = ["ann"]\n') | person("ann", DD + "until = 2019-01-01\n"),
        ["D-MEMBER:a1/ann"],
    ),
    ("D-REPLACES", act("a1", APPOINT + 'members = []\nreplaces = "all"\n'), ["D-REPLACES:a1"]),
    (
        "D-REPLACES",
        act("a1", APPOINT + 'members = ["bob"]\nreplaces = "all"\nreplaces_team = "ftp"\n') | MEMBERS,
        ["D-REPLACES:a1"],
    ),
    ("D-EXPIRING", act("a1", APPOINT + 'members = ["alice"]\nuntil = 2020-03-31\n') | MEMBERS, ["D-EXPIRING:cloud/90"]),
    ("D-LAPSED", act("a1", APPOINT + 'members = ["alice"]\nuntil = 2019-12-31\n') | MEMBERS, ["D-LAPSED:cloud"]),
    (
        "D-RESIGN-NOT-EFFECTIVE",
        act("a1", 'act = "resign"\nauthority = "self"\nissued = 2019-12-17\nmembers = ["alice"]\n') | MEMBERS,
        ["D-RESIGN-NOT-EFFECTIVE:alice"],
    ),
    (
        "C-FORBIDDEN",
        coi(FORBID) | act("a1", APPOINT + 'members = ["ann"]\n') | person("ann", BOUND) | declared("ann") | BIG,
        ["C-FORBIDDEN:ann/big"],
    ),
    (
        "C-MAX",
        coi(ONE)
        | act("a1", APPOINT + 'members = ["ann", "bob"]\n')
        | person("ann", BOUND)
        | person("bob", BOUND)
        | declared("ann")
        | declared("bob")
        | BIG,
        ["C-MAX:big/2"],
    ),
    (
        "C-DECL-MISSING",
        coi(ONE) | act("a1", APPOINT + 'members = ["ann"]\n') | person("ann", BOUND) | BIG,
        ["C-DECL-MISSING:ann"],
    ),
    (
        "C-DECL-STALE",
        coi(ONE)
        | act("a1", APPOINT + 'members = ["ann"]\n')
        | person("ann", BOUND)
        | declared("ann", "2018-12-31")
        | BIG,
        ["C-DECL-STALE:ann"],
    ),
    (
        "C-RECUSE",
        decision(
            TOLD + WEEKS + 'support = [{ person = "ann", at = 2019-06-04T12:00:00Z }]\n[topics]\nproviders = ["big"]\n'
        )
        | person("ann", BOUND)
        | BIG,
        ["C-RECUSE:D-2019-001/ann"],
    ),
    (
        "C-DECL-CONTRADICT",
        record(
            "declaration",
            "declarations/d1.toml",
            'id = "d1"\nperson = "ann"\ndate = 2019-01-01\nby = "self"\nnone = true\n',
        )
        | person("ann", '[[affiliations]]\norg = "bigco"\nkind = "employment"\n')
        | provider("big", 'delivery = { mode = "none" }\n')
        | BIGCO,
        ["C-DECL-CONTRADICT:d1"],
    ),
    (
        "C-DECL-AUTHOR",
        record(
            "declaration",
            "declarations/d1.toml",
            'id = "d1"\nperson = "ann"\ndate = 2019-01-01\nby = "bob"\nnone = true\n',
        )
        | person("ann"),
        ["C-DECL-AUTHOR:d1"],
    ),
    (
        "C-ORG-UNKNOWN",
        BIGCO | person("ann", '[[affiliations]]\nemployer = "Bigcoo Works"\nkind = "employment"\n'),
        ["C-ORG-UNKNOWN:ann"],
    ),
    ("L-PERIOD", decision(TOLD + "deadline = 2019-06-06T11:59:59Z\n"), ["L-PERIOD:D-2019-001"]),
    (
        "L-ANNOUNCE",
        decision('announced = [{ venue = "irc", channel = "#x", at = 2019-06-03T12:00:00Z }]\n' + WEEKS),
        ["L-ANNOUNCE:D-2019-001"],
    ),
    (
        "L-QUORUM",
        decision(
            TOLD + WEEKS + 'support = [{ person = "alice", at = 2019-06-04T12:00:00Z }]\n', "accepted", "standard"
        ),
        ["L-QUORUM:D-2019-001"],
    ),
    (
        "L-OBJECTION",
        decision(TOLD + WEEKS + 'objections = [{ by = "bob", at = 2019-06-04T12:00:00Z, title = "no" }]\n', "accepted"),
        ["L-OBJECTION:D-2019-001/0"],
    ),
    (
        "L-OBJECTION",
        decision(
            TOLD + WEEKS + 'objections = [{ by = "bob", at = 2019-06-04T12:00:00Z, title = "no", '
            'resolved_at = 2019-06-05T12:00:00Z, resolved_by = "alice" }]\n'
        ),
        ["L-OBJECTION:D-2019-001/0"],
    ),
    (
        "L-REVISION",
        decision(TOLD + WEEKS + "revisions = [{ n = 2, at = 2019-06-03T12:00:00Z }]\n"),
        ["L-REVISION:D-2019-001"],
    ),
    (
        "L-REVISION",
        decision(TOLD + WEEKS + 'support = [{ person = "alice", at = 2019-06-04T12:00:00Z, revision = 3 }]\n'),
        ["L-REVISION:D-2019-001"],
    ),
    (
        "L-GATE",
        decision(
            TOLD + WEEKS + 'support = [{ person = "bob", at = 2019-06-04T12:00:00Z }, '
            '{ person = "carol", at = 2019-06-04T12:00:00Z }]\n'
            '[gate]\nwho = "DPL"\nstate = "approved"\n',
            "accepted",
            "money_or_external_commitment",
        )
        | person("bob")
        | person("carol"),
        ["L-GATE:D-2019-001"],
    ),
    (
        "L-TOPIC",
        decision(TOLD + WEEKS, title="Push to the Big Cloud first")
        | provider("big", 'delivery = { mode = "none" }\n')
        | BIGCO,
        ["L-TOPIC:D-2019-001/big"],
    ),
    (
        "B-BELOW-TARGET",
        area(
            'target = 3\npeople = [{ person = "alice", level = "can", last_evidence = 2019-06-01 }, '
            '{ person = "bob", level = "leads", last_evidence = 2019-06-01 }]\n'
        )
        | ALICE
        | person("bob"),
        ["B-BELOW-TARGET:publish"],
    ),
    (
        "B-SINGLE",
        area('target = 2\npeople = [{ person = "alice", level = "can", last_evidence = 2019-06-01 }]\n') | ALICE,
        ["B-SINGLE:publish"],
    ),
    (
        "B-NONE",
        area('target = 1\npeople = [{ person = "alice", level = "knows", last_evidence = 2019-06-01 }]\n') | ALICE,
        ["B-BELOW-TARGET:publish", "B-NONE:publish"],
    ),
    (
        "B-NONE",
        area('target = 2\npeople = [{ person = "ann", level = "leads", last_evidence = 2019-06-01 }]\n')
        | person("ann", "left = 2019-12-31\n"),
        ["B-NONE:publish"],
    ),
    (
        "B-ORG-SINGLE",
        area(
            'target = 2\npeople = [{ person = "ann", level = "can", last_evidence = 2019-06-01 }, '
            '{ person = "ben", level = "can", last_evidence = 2019-06-01 }]\n'
        )
        | person("ann", '[[affiliations]]\norg = "bigco"\nkind = "employment"\n')
        | person("ben", '[[affiliations]]\norg = "bigco"\nkind = "contract"\n')
        | BIGCO,
        ["B-ORG-SINGLE:publish"],
    ),
    (
        "B-STALE",
        area(
            'target = 1\npeople = [{ person = "alice", level = "can", last_evidence = 2018-12-31 }]\n'
            'trainees = [{ person = "alice", since = 2019-06-01 }]\n'
        )
        | ALICE,
        ["B-BELOW-TARGET:publish", "B-NONE:publish", "B-STALE:publish/alice"],
    ),
    (
        "B-STALE",
        area('target = 1\npeople = [{ person = "alice", level = "can" }]\n') | ALICE,
        ["B-BELOW-TARGET:publish", "B-NONE:publish", "B-STALE:publish/alice"],
    ),
    (
        "P-BOOKING",
        sprint('state = "idea"\nbooking = "open"\n' + DATES.format("2021-03-01", "2021-03-02", "false") + PAID),
        ["P-BOOKING:s1"],
    ),
    ("P-BOOKING", sprint('state = "idea"\n' + DATES.format("2020-03-01", "2020-03-02", "true")), ["P-BOOKING:s1"]),
    (
        "P-BOOKING",
        sprint(
            'state = "budget-approved"\nbooking = "open"\n'
            + DATES.format("2021-03-01", "2021-03-02", "true")
            + PAID
            + "declined = 2019-06-01\n"
        ),
        ["P-BOOKING:s1", "P-BUDGET:s1"],
    ),
    (
        "P-BUDGET",
        sprint(
            'state = "budget-approved"\n'
            + DATES.format("2021-03-01", "2021-03-02", "true")
            + "[budget]\napproved = 2019-05-01\n"
        ),
        ["P-BUDGET:s1"],
    ),
    (
        "P-FINAL",
        sprint('state = "announced"\n' + DATES.format("2021-03-01", "2021-03-02", "false") + PAID),
        ["P-FINAL:s1"],
    ),
    (
        "P-REPORT-DUE",
        sprint('state = "held"\n' + DATES.format("2019-11-30", "2019-12-01", "true") + PAID),
        ["P-REPORT-DUE:s1"],
    ),
    (
        "P-CLAIMS",
        sprint('state = "cancelled"\nclaims = "open"\n' + DATES.format("2019-10-01", "2019-10-10", "true") + PAID),
        ["P-CLAIMS:s1"],
    ),
    (
        "P-COVERAGE",
        sprint(
            'state = "idea"\ninvited_providers = ["big"]\n' + DATES.format("2020-01-31", "2020-02-01", "true") + PAID
        )
        | provider("big", 'delivery = { mode = "none" }\n')
        | BIGCO,
        ["P-COVERAGE:s1/big"],
    ),
    ("A-UNOWNED", action('state = "open"\n'), ["A-UNOWNED:A-2019-001"]),
    (
        "A-UNOWNED",
        action('state = "open"\nowner = "ann"\naccepted = 2019-06-01\n') | person("ann", "left = 2020-01-01\n"),
        ["A-UNOWNED:A-2019-001"],
    ),
    (
        "A-UNACCEPTED",
        action('state = "open"\nowner = "bob"\nassigned = 2019-12-17\n') | person("bob"),
        ["A-UNACCEPTED:A-2019-001"],
    ),
    (
        "A-OVERDUE",
        action('state = "open"\nowner = "bob"\naccepted = 2019-06-01\ndue = 2019-12-31\n') | person("bob"),
        ["A-OVERDUE:A-2019-001"],
    ),
    (
        "A-OVERDUE",
        action('state = "open"\nowner = "bob"\naccepted = 2019-06-01\ndue = { before = "s1" }\n')
        | person("bob")
        | sprint('state = "cancelled"\n'),
        ["A-OVERDUE:A-2019-001"],
    ),
    (
        "A-BLOCKED-OLD",
        action(
            'state = "blocked"\nowner = "bob"\naccepted = 2017-06-01\n'
            'blocked_by = { party = "bigco", since = 2018-01-01 }\n'
        )
        | person("bob")
        | BIGCO,
        ["A-BLOCKED-OLD:A-2019-001"],
    ),
    ("A-NO-EVIDENCE", action('state = "done"\nevidence = { note = "trust me" }\n'), ["A-NO-EVIDENCE:A-2019-001"]),
    ("G-HOLDER-PERSON", provider("big", pushed(HELD.format('person = "alice"'))) | LIVE, ["G-HOLDER-PERSON:acc"]),
    (
        "G-HOLDER-CONTRACTOR",
        provider("big", pushed(HELD.format('org = "helper"')))
        | LIVE
        | org("helper", 'contracts_for = [{ org = "bigco" }]\n'),
        ["G-HOLDER-CONTRACTOR:acc"],
    ),
    ("G-CUSTODY-SINGLE", provider("big", pushed(ACCOUNT.replace('"alice", ', ""))) | LIVE, ["G-CUSTODY-SINGLE:acc"]),
    (
        "G-CUSTODY-SINGLE",
        provider("big", pushed(ACCOUNT)) | LIVE | person("bob", "left = 2019-01-01\n"),
        ["G-CUSTODY-SINGLE:acc"],
    ),
    (
        "G-NO-RECOVERY",
        provider("big", pushed(ACCOUNT.replace('recovery = "by phone"\n', ""))) | LIVE,
        ["G-NO-RECOVERY:acc"],
    ),
    (
        "G-NO-BACKUP-CONTACT",
        record("offer", "offers/O-2019-001.toml", 'id = "O-2019-001"\nwhat = "x"\nmade = 2019-06-01\nstate = "open"\n'),
        ["G-NO-BACKUP-CONTACT:O-2019-001"],
    ),
    (
        "G-NO-BACKUP-CONTACT",
        sprint('state = "idea"\nhost = { contact = "ann" }\n') | person("ann", "left = 2020-01-01\n"),
        ["G-NO-BACKUP-CONTACT:s1"],
    ),
    ("G-NO-BACKUP-CONTACT", provider("big", 'delivery = { mode = "feed" }\n') | BIGCO, ["G-NO-BACKUP-CONTACT:big"]),
    (
        "G-STATUS-ASSUMED",
        provider("big", pushed('[status.sid]\nstate = "assumed"\n')) | LIVE,
        ["G-STATUS-ASSUMED:big/sid"],
    ),
    (
        "G-STATUS-STALE",
        provider("big", pushed('[status.sid]\nstate = "verified"\nverified_at = 2018-11-27\n')) | LIVE,
        ["G-STATUS-STALE:big/sid"],
    ),
    (
        "G-MIGRATION-STALE",
        provider(
            "big",
            pushed(
                HELD.format('org = "bigco"') + 'migration = { to = "acc", state = "started", started = 2019-10-02 }\n'
            ),
        )
        | LIVE,
        ["G-MIGRATION-STALE:acc"],
    ),
    (
        "G-MIGRATION-STALE",
        provider(
            "big",
            pushed(
                HELD.format('org = "bigco"') + 'migration = { to = "acc", state = "both-live", updated = 2019-12-31 }\n'
            ),
        )
        | LIVE,
        ["G-MIGRATION-STALE:acc"],
    ),
    (
        "G-PARITY",
        provider("big", pushed("")) | provider("small", pushed("").replace("push", "feed")) | LIVE,
        ["G-PARITY:small"],
    ),
    (
        "G-KEY-EXPIRED",
        record(
            "registration",
            "registrations/R-2019-001.toml",
            'id = "R-2019-001"\nprovider = "big"\nwants = ["feed"]\nstate = "active"\n'
            'requested = { at = 2019-01-01, via = "irc" }\n'
            'moderators = [{ person = "alice", at = 2019-01-02, verdict = "approve" },'
            ' { person = "bob", at = 2019-01-02, verdict = "approve" }]\n'
            f'[key]\nfingerprint = "{"AB" * 20}"\nissued_by = "alice"\nissued = 2019-01-02\nexpires = 2020-01-01\n',
        )
        | provider("big", 'delivery = { mode = "none" }\n')
        | LIVE,
        ["G-KEY-EXPIRED:R-2019-001"],
    ),
    ("G-KEY-SECRET", {"NOTES.md": "ok\n-----BEGIN PGP PRIVATE KEY BLOCK-----\n"}, ["G-KEY-SECRET:NOTES.md"]),
    ("I-NO-RESPONSIBLE", {p: t.replace('team = "x"\n', "") for p, t in image("").items()}, ["I-NO-RESPONSIBLE:box"]),
    ("I-POLICY-GAP", image('in_scope_of = "cloud"\n'), ["I-POLICY-GAP:box"]),
    (
        "I-POLICY-GAP",
        image('in_scope_of = "cloud"\npolicy = { state = "adopted", reviewed = 2018-12-31 }\n'),
        ["I-POLICY-GAP:box"],
    ),
    ("I-STALE", image("freshness = { max_age_days = 30, last_published = 2019-11-02 }\n"), ["I-STALE:box"]),
    ("I-NO-CUSTODIAN", image('external_account = { site = "hub", name = "debian" }\n'), ["I-NO-CUSTODIAN:box"]),
    (
        "I-CRITERIA-UNKNOWN",
        image(
            'official = "yes"\ndigest = { published = true }\n'
            'criteria = { A = "yes", B = "yes", C = "yes", D = "no" }\n'
        ),
        ["I-CRITERIA-UNKNOWN:box"],
    ),
    (
        "I-DIGEST",
        image('official = "yes"\ncriteria = { A = "yes", B = "yes", C = "yes", D = "no", E = "no" }\n'),
        ["I-DIGEST:box"],
    ),
    (
        "X-PII",
        {"people/ann.toml": person("ann")["people/ann.toml"] + "# call +49 30 1234567\n"},
        ["X-PII:people/ann.toml"],
    ),
    (
        "X-PII",
        act("a1", 'act = "resign"\nauthority = "self"\nissued = 2019-12-31\nmembers = ["alice"]\nnote = "burnout"\n')
        | MEMBERS,
        ["X-PII:a1"],
    ),
    (
        "X-CONSENT",
        sprint('state = "idea"\n')
        | attendees('people = [{ person = "ann", mode = "remote", consent_public = false }]\n')
        | person("ann"),
        ["X-CONSENT:s1"],
    ),
    ("X-CONSENT", person("ann", 'zone = "Europe/Berlin"\n'), ["X-CONSENT:ann"]),
    (
        "X-CONSENT",
        BIGCO | person("ann", '[[affiliations]]\norg = "bigco"\nkind = "employment"\nconsent_public = false\n'),
        ["X-CONSENT:ann"],
    ),
    (
        "M-ITEM",
        minutes("2019-01-02T19:40:00Z", "decisions = [2]\nactions = [{ item = 1 }, { item = 3 }]\n"),
        ["M-ITEM:team.2019-01-02-19.00/2", "M-ITEM:team.2019-01-02-19.00/3"],
    ),
    ("M-ITEM", minutes("2019-01-02T18:59:00Z", ""), ["M-ITEM:team.2019-01-02-19.00"]),
    (
        "M-CHAIR",
        series('rota = ["bob", "carol"]\n') | person("bob", "left = 2019-06-01\n") | person("carol"),
        ["M-CHAIR:weekly/bob"],
    ),
    (
        "M-CHAIR",
        series("") | agenda('chair = "bob"\n') | person("bob", "left = 2019-06-01\n"),
        ["M-CHAIR:weekly"],
    ),
    ("R-REF", agenda(""), ["R-REF:weekly/weekly"]),
]

FINE: list[tuple[str, dict[str, str]]] = [
    ("an id may be used in two kinds", person("ann") | org("ann")),
    (
        "an account may be another's later: the one who dropped it has no rights by it",
        person("ann", 'accounts = [{ net = "oftc", account = "x", to = 2019-01-01 }]\n')
        | person("ben", 'accounts = [{ net = "oftc", account = "x", from = 2019-01-01 }]\n'),
    ),
    (
        "who owned whom may turn round, when it is not at the same time",
        org("ab", 'parents = [{ org = "cd", to = 2019-06-01 }]\n')
        | org("cd", 'parents = [{ org = "ab", from = 2019-06-01 }]\n'),
    ),
    (
        "a diamond of owners is no circle",
        org("ab", 'parents = [{ org = "cd" }, { org = "ef" }]\n')
        | org("cd", 'parents = [{ org = "gh" }]\n')
        | org("ef", 'parents = [{ org = "gh" }]\n')
        | org("gh"),
    ),
    (
        "leaving one employer and joining another on one day is no overlap",
        BIGCO
        | person(
            "ann",
            '[[affiliations]]\norg = "bigco"\nkind = "employment"\nshare = "main"\nfrom = 2019-03-01\nto = 2019-06-01\n'
            '[[affiliations]]\norg = "bigco"\nkind = "employment"\nshare = "main"\nfrom = 2019-06-01\n',
        ),
    ),
    (
        "a leap day may begin an interval",
        org("ab", 'parents = [{ org = "cd", from = 2016-02-29, to = 2016-03-01 }]\n')
        | org("cd")
        | org("ef", 'parents = [{ org = "ab" }]\n'),
    ),
    (
        "the last day of a delegation still counts",
        act("a1", APPOINT + 'members = ["alice"]\nuntil = 2020-04-01\n') | MEMBERS,
    ),
    (
        "of an imported month nothing is concluded",
        act(
            "a1",
            APPOINT.replace("= 2019-01-01", '= "2019-01"')
            + 'imported = true\nmembers = ["alice"]\nuntil = 2019-12-31\n',
        )
        | person("alice"),
    ),
    (
        "a resignation of a fortnight ago may still have no day",
        act(
            "a1", 'act = "resign"\nauthority = "self"\nissued = 2019-12-18\nmembers = ["alice"]\nreason_code = "time"\n'
        )
        | MEMBERS,
    ),
    (
        "a resignation that was taken back is not reported",
        act("a1", 'act = "resign"\nauthority = "self"\nissued = 2019-06-01\nmembers = ["alice"]\n')
        | act("a2", 'act = "correct"\nauthority = "self"\nissued = 2019-06-02\nmembers = ["alice"]\ncorrects = "a1"\n')
        | MEMBERS,
    ),
    ("a decision may end at the minimum itself", decision(TOLD + "deadline = 2019-06-06T12:00:00Z\n")),
    (
        "a quorum is reached by others than the proposer",
        decision(TOLD + WEEKS + 'support = [{ person = "bob", at = 2019-06-04T12:00:00Z }]\n', "accepted", "standard")
        | person("bob"),
    ),
    (
        "a sprint without on-site people and without money may be booked",
        sprint(
            'state = "announced"\nbooking = "open"\n'
            + DATES.format("2020-03-01", "2020-03-02", "true")
            + "[budget]\nneeded = false\n"
        ),
    ),
    (
        "a cancelled sprint owes nothing and asks nobody",
        sprint('state = "cancelled"\n' + DATES.format("2019-10-01", "2019-10-02", "true")),
    ),
    (
        "an old rule of claims may be longer",
        sprint(
            'state = "reported"\nclaims = "open"\nclaims_close_days_after = 365\n'
            + DATES.format("2019-03-01", "2019-03-02", "true")
            + PAID
            + '[report]\nurl = "https://example.org/r"\n'
        ),
    ),
    (
        "an assignment may wait a fortnight",
        action('state = "open"\nowner = "bob"\nassigned = 2019-12-18\n') | person("bob"),
    ),
    (
        "what is done, with a link, may be overdue and unowned",
        action('state = "done"\ndue = 2019-01-01\nevidence = { url = "https://example.org/1" }\n'),
    ),
    (
        "who operates nothing yet is no provider",
        {
            p: t.replace('org = "bigco"\n', 'org = "bigco"\nfrom = 2020-01-02\n')
            for p, t in provider("big", 'delivery = { mode = "push" }\n').items()
        }
        | BIGCO,
    ),
    (
        "a difference that a decision explains is none",
        provider("big", pushed(""))
        | provider("small", pushed("").replace('"push"', '"feed", decision = "D-2019-001"'))
        | LIVE
        | decision(TOLD + WEEKS, "accepted"),
    ),
    (
        "a correction may be of an item that it took out",
        minutes(
            "2019-01-02T19:40:00Z",
            'decisions = [2]\nfixes = [{ at = 2019-01-03T08:00:00Z, by = "ann", item = 2, was = "x" }]\n',
        ),
    ),
    (
        "thirty days is normal for an image that is rebuilt every three weeks",
        image("freshness = { max_age_days = 45, last_published = 2019-12-02 }\n"),
    ),
    (
        "an area may keep its earlier names",
        area(
            'target = 2\nwas = ["upload"]\npeople = [{ person = "alice", level = "can", last_evidence = 2019-06-01 }, '
            '{ person = "bob", level = "can", last_evidence = 2019-06-01 }]\n'
        )
        | ALICE
        | person("bob"),
    ),
]


@pytest.mark.parametrize(
    ("rule", "files", "expected"), BREACHES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_breach_is_found_and_nothing_else(rule: str, files: dict[str, str], expected: list[str]) -> None:
    found = keys(files, ON)
    assert sorted(found) == expected
    assert any(key.startswith(f"{rule}:") for key in found)


@pytest.mark.parametrize(("why", "files"), FINE, ids=lambda value: value if isinstance(value, str) else "")
def test_what_is_near_a_breach_and_none_is_let_through(why: str, files: dict[str, str]) -> None:
    assert (why, keys(files, ON)) == (why, [])


def test_every_rule_is_broken_by_a_test() -> None:
    assert {rule.name for rule in RULES} - {rule for rule, _, _ in BREACHES} == set()
    assert {rule for rule, _, _ in BREACHES} - {rule.name for rule in RULES} == set()


def test_every_rule_has_a_sentence() -> None:
    assert [rule.name for rule in RULES if not rule.sentence.endswith(".")] == []
    assert [name for name, sentence in LOADING.items() if not sentence.endswith(".")] == []


def test_a_circle_is_named_once_from_its_smallest_member() -> None:
    files = org("cd", 'parents = [{ org = "ab" }]\n') | org("ab", 'parents = [{ org = "cd" }]\n')
    assert lines(files, ON) == [
        "orgs/ab.toml:5: E R-CYCLE comes back to itself by parents: ab > cd > ab; write one of them without the next"
    ]


def test_a_tree_of_owners_ten_deep_and_a_long_circle_end() -> None:
    deep = {f"o{n:03}x": f'parents = [{{ org = "o{n + 1:03}x" }}]\n' for n in range(999)} | {"o999x": ""}
    files = {path: text for name, more in deep.items() for path, text in org(name, more).items()}
    assert keys(files, ON) == []
    files |= org("o999x", 'parents = [{ org = "o000x" }]\n')
    assert keys(files, ON) == ["R-CYCLE:o000x"]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2019, 10, 2), []),
        (date(2019, 10, 3), ["D-EXPIRING:cloud/90"]),
        (date(2020, 1, 1), ["D-EXPIRING:cloud/0"]),
        (date(2020, 1, 2), ["D-LAPSED:cloud"]),
    ],
)
def test_a_delegation_lapses_by_the_calendar_alone(on: date, expected: list[str]) -> None:
    assert keys(act("a1", APPOINT + 'members = ["alice"]\nuntil = 2020-01-01\n') | MEMBERS, on) == expected


def test_a_delegation_that_names_another_team_in_its_revoking_sentence_ends_nothing_there() -> None:
    files = act("a1", APPOINT + 'members = ["bob"]\nreplaces = "all"\nreplaces_team = "ftp"\n') | MEMBERS
    other = {
        "delegations/f1.toml": act("f1", APPOINT)["delegations/f1.toml"].replace('"cloud"', '"ftp"')
        + 'members = ["carol"]\nuntil = 2020-01-31\n'
    }
    assert keys(files | other, ON) == ["D-REPLACES:a1", "D-EXPIRING:ftp/30"]


def test_two_changes_that_are_valid_alone_are_invalid_together() -> None:
    alone = act("a1", APPOINT + 'members = ["alice"]\n') | MEMBERS
    other = act("a2", APPOINT.replace("2019-01-01", "2019-06-01") + 'members = ["alice"]\n') | MEMBERS
    assert (keys(alone, ON), keys(other, ON), keys(alone | other, ON)) == ([], [], ["T-OVERLAP:a2/alice"])
