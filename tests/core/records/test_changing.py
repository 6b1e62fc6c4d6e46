"""What a change may not do: a table of changes of the example team, who makes them, and what is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudbot.core.records.changing import RULES, By, brought_in, differences
from cloudbot.core.records.checking import check
from cloudbot.core.records.findings import Finding
from cloudbot.core.records.permissions import DEFAULT, WORDS, granted, holder_of
from cloudbot.core.records.tree import View
from tests.core.records.changes import Edits, edited, judged, told, tree_of
from tests.core.records.trees import ON, TODAY, example, org, person

TWO = By(person="grace", approvers=("frank",))
INELIGIBLE = ["E C-DECL-MISSING:dan", "E C-FORBIDDEN:dan/bigblue"]
"What stands against dan as a delegate, whoever appoints."
CI = By(person="grace", approvers=None)
ACTION = "actions/A-2018-001.toml"
FREE_ACTION = "actions/A-2019-001.toml"
IMAGE = "images/vagrant.toml"
BIGBLUE = "providers/bigblue.toml"
OLD = "decisions/D-2019-001.toml"
OPEN = "decisions/D-2019-002.toml"
BOB = "declarations/bob-2018.toml"
ACT = "delegations/cloud-2018-10.toml"
R1 = "registrations/R-2019-001.toml"
GUESTS = "sprints/s2019/attendees.toml"
PERMISSIONS = "policy/permissions.toml"
APPOINT = (
    'schema = "cloudbot/delegation-act/1"\nid = "{0}"\nteam = "cloud"\nact = "appoint"\nauthority = "dpl"\n'
    'issued = 2019-07-23\neffective = 2019-07-23\nmembers = ["{1}"]\n[evidence]\nmsgid = "<a@example.org>"\n'
)
RESIGN = (
    'schema = "cloudbot/delegation-act/1"\nid = "r"\nteam = "cloud"\nact = "resign"\nauthority = "self"\n'
    'issued = 2019-07-23\nmembers = ["{}"]\n'
)
DECLARE = 'schema = "cloudbot/declaration/1"\nid = "new"\nperson = "{}"\ndate = 2019-07-23\nby = "self"\nnone = true\n'
PROPOSE = (
    'schema = "cloudbot/decision/1"\nid = "D-2019-003"\ntitle = "x"\nclass = "routine"\nproposer = "{}"\n'
    'opened = 2019-07-23T12:00:00Z\ndeadline = 2019-07-27T12:00:00Z\nstate = "{}"\n'
)
LEFT: Edits = {"people/frank.toml": ("", "")}
SUPPORT = "support = [\n"
YES = '    {{ person = "{}", at = 2019-07-23T10:00:00Z }},\n'
BY_ERIN = ("wants = [", '[[moderators]]\nperson = "erin"\n')


@pytest.mark.parametrize(
    ("edits", "by", "found"),
    [
        pytest.param({}, None, [], id="nothing changes"),
        pytest.param({"README.md": "x\n"}, None, ["D H-PERM:nobody"], id="nobody is named"),
        pytest.param({ACTION: None}, "grace", ["E R-DELETE:A-2018-001"], id="a record is deleted"),
        pytest.param({ACTION: None}, None, ["D H-PERM:nobody", "E R-DELETE:A-2018-001"], id="deleted by nobody"),
        pytest.param({ACTION: "no TOML"}, "grace", [], id="a broken file is no deletion, and an error of its own"),
        pytest.param({ACT: ("bob", "dan")}, TWO, ["E T-IMMUT:cloud-2018-10"], id="an act names another"),
        pytest.param({ACT: ('msgid = "<d', 'msgid = "<e')}, TWO, ["E T-IMMUT:cloud-2018-10"], id="another proof"),
        pytest.param({ACT: ("[evidence]\n", '[evidence]\nnote = "seen"\n')}, TWO, [], id="a link is added to an act"),
        pytest.param({ACT: ("members", "# by mail\nmembers")}, "grace", [], id="a comment is added to an act"),
        pytest.param({BOB: ("swisshost", "armco")}, "bob", ["E T-IMMUT:bob-2018"], id="I change my declaration"),
        pytest.param({BOB: ("by =", "valid_until = 2019-08-01\nby =")}, "bob", [], id="I end my declaration"),
        pytest.param(
            {BOB: ("by =", "valid_until = 2019-08-01\nby =")},
            TWO,
            ["E C-DECL-AUTHOR:bob-2018"],
            id="others end my declaration",
        ),
        pytest.param({"declarations/new.toml": DECLARE.format("dan")}, "dan", [], id="I declare"),
        pytest.param(
            {"declarations/new.toml": DECLARE.format("dan")},
            "grace",
            ["E C-DECL-AUTHOR:new", "E H-PERM:declaration new"],
            id="somebody declares for me",
        ),
        pytest.param({ACTION: ("2019-01-31", "2019-02-28")}, "erin", [], id="my own action"),
        pytest.param({ACTION: ('"erin"', '"bob"')}, "erin", [], id="I hand my action over"),
        pytest.param({IMAGE: ("2019-01-20", "2019-07-20")}, "grace", [], id="freshness by a member"),
        pytest.param(
            {IMAGE: ('"Vagrant', '"The Vagrant')}, "grace", ["E H-PERM:image vagrant"], id="image by a member"
        ),
        pytest.param({IMAGE: ('"Vagrant', '"The Vagrant')}, "bob", [], id="image by a delegate"),
        pytest.param(
            {IMAGE: ('"Vagrant', '"The Vagrant')}, By(person="grace", approvers=("bob",)), [], id="a delegate approves"
        ),
        pytest.param({BIGBLUE: ('mode = "push"', 'mode = "feed"')}, "carol", [], id="provider by a delegate"),
        pytest.param(
            {BIGBLUE: ('mode = "push"', 'mode = "feed"')}, "dan", ["E H-PERM:provider bigblue"], id="by no delegate"
        ),
        pytest.param({BIGBLUE: ('"verified"', '"assumed"')}, "dan", [], id="status by a member"),
        pytest.param(
            {BIGBLUE: ("from = 2010-01-01", "from = 2011-01-01")}, "bob", ["E H-PERM:provider bigblue"], id="an edge"
        ),
        pytest.param({BIGBLUE: ("from = 2010-01-01", "from = 2011-01-01")}, TWO, [], id="an edge by two"),
        pytest.param({"people/grace.toml": ("accounts", "away_until = 2019-09-01\naccounts")}, "grace", [], id="away"),
        pytest.param(
            {"people/grace.toml": ("accounts", "away_until = 2019-09-01\naccounts")},
            "frank",
            ["E H-PERM:person grace"],
            id="somebody else is away",
        ),
        pytest.param(
            {"people/grace.toml": ('"dd"', '"dm"')},
            "grace",
            ["E H-PERM:person grace", "E H-PERM:grace/grace"],
            id="my own membership",
        ),
        pytest.param(
            {PERMISSIONS: ('"member"', '"anybody"')}, "bob", ["E H-PERM:policy-permissions policy"], id="policy"
        ),
        pytest.param({PERMISSIONS: ('"member"', '"anybody"')}, CI, ["W H-PERM:policy-permissions policy"], id="in CI"),
        pytest.param({PERMISSIONS: ('"member"', '"anybody"')}, TWO, [], id="policy by two"),
        pytest.param(
            {PERMISSIONS: ('"delegate"', '"anybody"'), IMAGE: ('"Vagrant', '"The Vagrant')},
            CI,
            ["E H-PERM:image vagrant", "W H-PERM:policy-permissions policy"],
            id="the right that a request gives itself does not count in it",
        ),
        pytest.param({".gitlab-ci.yml": "x\n"}, "bob", ["E H-PERM:.gitlab-ci.yml"], id="the CI by one"),
        pytest.param({"README.md": "x\n"}, "grace", [], id="a page by a member"),
        pytest.param({"private/s2019.age": "x\n"}, "bob", ["E H-PERM:private/s2019.age"], id="a private file by one"),
        pytest.param({"decisions/D-2019-003.toml": PROPOSE.format("dan", "open")}, "dan", [], id="I propose"),
        pytest.param(
            {"decisions/D-2019-003.toml": PROPOSE.format("dan", "open")},
            "bob",
            ["E H-PERM:decision D-2019-003"],
            id="somebody proposes for me",
        ),
        pytest.param(
            {"decisions/D-2019-003.toml": PROPOSE.format("dan", "accepted")},
            "dan",
            ["E H-PERM:decision D-2019-003"],
            id="I propose what is accepted already",
        ),
        pytest.param({OPEN: (SUPPORT, SUPPORT + YES.format("carol"))}, "carol", [], id="I support"),
        pytest.param(
            {OPEN: (SUPPORT, SUPPORT + YES.format("carol"))},
            "bob",
            ["E H-PERM:decision D-2019-002"],
            id="somebody supports in my name",
        ),
        pytest.param({GUESTS: ("people = [\n", "people = []\nx-was = [\n")}, "grace", [], id="a member keeps the list"),
        pytest.param({"delegations/r.toml": RESIGN.format("bob")}, "bob", [], id="I resign"),
        pytest.param(
            {"delegations/r.toml": RESIGN.format("bob")},
            "alice",
            ["E H-PERM:delegation-act r"],
            id="somebody resigns for me",
        ),
        pytest.param(
            {"delegations/n.toml": APPOINT.format("n", "dan")}, TWO, INELIGIBLE, id="two bring an appointment"
        ),
        pytest.param(
            {"delegations/n.toml": APPOINT.format("n", "dan")},
            By(person="dan"),
            [*INELIGIBLE, "E H-PERM:delegation-act n", "E H-PERM:n/dan"],
            id="my own appointment",
        ),
        pytest.param(
            {"delegations/n.toml": APPOINT.format("n", "dan")},
            By(person="grace", approvers=("dan",)),
            [*INELIGIBLE, "E H-PERM:delegation-act n"],
            id="who is appointed is the only one to approve",
        ),
        pytest.param(
            {"delegations/n.toml": APPOINT.format("n", "dan")},
            By(person="dan", approvers=("grace",)),
            INELIGIBLE,
            id="my own appointment, and somebody else approves",
        ),
        pytest.param(
            {BIGBLUE: ('    "dan",\n', '    "bob",\n    "dan",\n')}, "bob", ["E H-PERM:bigblue/bob"], id="custody"
        ),
        pytest.param({BIGBLUE: ('    "dan",\n', '    "dan",\n    "frank",\n')}, "bob", [], id="custody of another"),
        pytest.param(
            {ACTION: ("2019-01-31", "2019-02-28")}, By(person=None), ["E H-PERM:action A-2018-001"], id="no record"
        ),
    ],
)
def test_a_change_by_somebody_and_what_is_found_in_it(edits: Edits, by: By | str | None, found: list[str]) -> None:
    assert sorted(told(edits, by)) == sorted(found)


@pytest.mark.parametrize(
    ("moderator", "by", "found"),
    [
        pytest.param("carol", By(person="carol"), [], id="a delegate"),
        pytest.param("carol", By(person="bob", approvers=("carol",)), [], id="a moderator who approves the change"),
        pytest.param("carol", "bob", ["E H-PERM:R-2019-001/carol"], id="a moderator who is not asked"),
        pytest.param("bob", "bob", ["E H-PERM:R-2019-001/bob"], id="one who works for the provider"),
        pytest.param("dan", By(person="carol", approvers=("dan",)), ["E H-PERM:R-2019-001/dan"], id="no delegate"),
    ],
)
def test_a_moderator_speaks_for_themself_and_not_for_the_own_employer(
    moderator: str, by: By | str, found: list[str]
) -> None:
    word = f'moderators = [{{ person = "{moderator}", at = 2019-07-23, verdict = "approve" }}]\nwants'
    assert told({R1: ("wants", word)}, by) == found


@pytest.mark.parametrize(
    ("edits", "found"),
    [
        pytest.param({OLD: ("title =", 'title = "Else" #')}, ["E T-IMMUT:D-2019-001"], id="another title"),
        pytest.param({OLD: ('"accepted"', '"reverted"')}, [], id="reverted"),
        pytest.param({OLD: ('"accepted"', '"open"')}, ["E T-IMMUT:D-2019-001"], id="opened again"),
        pytest.param({OLD: ("support = [\n", SUPPORT + YES.format("erin"))}, ["E T-IMMUT:D-2019-001"], id="support"),
    ],
)
def test_a_closed_decision_stays_as_it_is_and_may_be_reverted(edits: Edits, found: list[str]) -> None:
    before = edited(tree_of(), {OLD: ('state = "open"', 'state = "accepted"')})
    assert [one for one in told(edits, None, before=before) if "T-IMMUT" in one] == found


NEW = (
    'schema = "cloudbot/registration/1"\nid = "R-2019-002"\nprovider = "bigblue"\nwants = ["feed"]\nstate = "pending"\n'
    'requested = {{ at = 2019-07-23, via = "irc" }}\n{}'
)


def test_anybody_registers_and_does_not_begin_to_moderate_by_that() -> None:
    path, word = (
        "registrations/R-2019-002.toml",
        '[[moderators]]\nperson = "frank"\nat = 2019-07-23\nverdict = "approve"\n',
    )
    assert told({path: NEW.format("")}, "frank") == []
    assert sorted(told({path: NEW.format(word)}, "frank")) == [
        "E H-PERM:R-2019-002/frank",
        "E H-PERM:registration R-2019-002",
    ]


def test_who_leaves_says_so_alone_and_who_comes_back_needs_somebody() -> None:
    leaving: Edits = {"people/grace.toml": ("accounts", "left = 2019-08-01\naccounts")}
    assert told(leaving, "grace") == []
    before = edited(tree_of(), leaving)
    back: Edits = {"people/grace.toml": ("left = 2019-08-01\n", "")}
    assert told(back, "grace", before=before) == ["E H-PERM:grace/grace", "E H-PERM:person grace"]
    assert told(back, By(person="grace", approvers=("bob",)), before=before) == []


@pytest.mark.parametrize(("day", "found"), [(date(2019, 8, 12), []), (date(2019, 8, 13), ["E T-IMMUT:D-2019-001"])])
def test_an_accepted_decision_is_reverted_within_fourteen_days(day: date, found: list[str]) -> None:
    closed = 'state = "accepted"\nclosed_at = 2019-07-29T22:00:00Z'
    before = edited(tree_of(), {OLD: ('state = "open"', closed)})
    assert told({OLD: ('"accepted"', '"reverted"')}, "dan", on=day, before=before) == found


def test_an_act_of_the_dpl_takes_two_people_whatever_the_policy_says() -> None:
    before = edited(tree_of(), {PERMISSIONS: ('"files",\n', '"files", "delegation-act",\n')})
    act: Edits = {"delegations/n.toml": APPOINT.format("n", "dan")}
    assert sorted(told(act, "grace", before=before)) == [*INELIGIBLE, "E H-PERM:delegation-act n"]
    assert sorted(told(act, TWO, before=before)) == INELIGIBLE


def test_the_operator_of_a_provider_is_not_changed_by_whom_it_frees_alone() -> None:
    """Hard case 47."""
    before = edited(tree_of(), {PERMISSIONS: ('"files",\n', '"files", "org edges",\n')})
    edges: Edits = {BIGBLUE: ('"bigblue-inc", from = 2010-01-01', '"bigblue-inc", from = 2010-01-01, to = 2019-07-01')}
    assert told(edges, "grace", before=before) == []
    assert told(edges, "dan", before=before) == ["E H-PERM:bigblue/dan"]


def test_who_comes_no_more_takes_the_own_line_out_and_nobody_elses() -> None:
    """Hard case 63."""
    grace = '    { person = "grace", mode = "onsite", confirmed = false, consent_public = true },\n'
    frank = '    { person = "frank", mode = "remote", confirmed = false, consent_public = true },\n'
    only_own: Edits = {PERMISSIONS: ('"sprint-attendees", ', "")}
    before = edited(tree_of(), only_own)
    assert told({GUESTS: (grace, "")}, "grace", before=before) == []
    assert told({GUESTS: (frank, "")}, "grace", before=before) == ["E H-PERM:sprint-attendees s2019"]


def test_a_moderator_of_a_subsidiarys_parent_or_of_its_contractor_is_bound_too() -> None:
    before = tree_of()
    for_bigblue: Edits = {R1: ('"swisshost"', '"bigblue"')}
    for name, found in (("dan", ["E H-PERM:R-2019-001/dan"]), ("carol", [])):
        edits: Edits = {
            R1: ("wants", f'moderators = [{{ person = "{name}", at = 2019-07-23, verdict = "approve" }}]\nwants')
        }
        by = By(person=name, approvers=("carol", "bob"))
        assert [one for one in told(edits, by, before=edited(before, for_bigblue)) if "/" in one] == found


def test_who_is_freed_of_a_conflict_by_an_edge_does_not_change_it_alone_even_where_the_policy_lets_a_member() -> None:
    loose: Edits = {PERMISSIONS: ('"files",\n', '"files", "org edges",\n')}
    before = edited(tree_of(), loose)
    edge: Edits = {"orgs/consultco.toml": ("to = 2024-01-01", "to = 2019-01-01")}
    assert told(edge, "grace", before=before) == []
    assert told(edge, "dan", before=before) == ["E H-PERM:consultco/dan"]
    assert told(edge, By(person="dan", approvers=("grace",)), before=before) == []


def test_an_account_that_is_over_gives_no_rights_and_one_that_two_persons_have_is_nobodys() -> None:
    over = '[[accounts]]\nnet = "oftc"\naccount = "ann"\nto = 2019-01-01\n'
    again = (
        '[[accounts]]\nnet = "oftc"\naccount = "ann"\nfrom = 2019-01-01\n[[accounts]]\nnet = "salsa"\naccount = "x"\n'
    )
    other = '[[accounts]]\nnet = "oftc"\naccount = "x"\n'
    tree = tree_of(person("ann", over) | person("ben", again) | person("cid", other))
    view = View(tree, ON, TODAY)
    assert holder_of(view, "ann") == "ben"
    assert holder_of(View(tree, date(2018, 12, 31), TODAY), "ann", "oftc") == "ann"
    assert (holder_of(view, "x"), holder_of(view, "x", "salsa"), holder_of(view, "y")) == (None, "ben", None)


def test_an_account_that_was_renamed_is_known_by_its_number_and_its_old_name_is_the_next_ones() -> None:
    """Hard case 7."""
    files = person("ann", '[[accounts]]\nnet = "salsa"\naccount = "ann"\nuid = 7\n')
    view = View(tree_of(files), ON, TODAY)
    known = [
        holder_of(view, name, "salsa", uid) for name, uid in (("ann-new", 7), ("ann", 8), ("ann", None), ("ben", None))
    ]
    assert known == ["ann", None, "ann", None]


def test_who_has_left_has_the_rights_of_anybody_and_none_of_a_member() -> None:
    before = edited(tree_of(), {"people/grace.toml": ("accounts", "left = 2019-07-01\naccounts")})
    assert told({IMAGE: ("2019-01-20", "2019-07-20")}, "grace", before=before) == ["E H-PERM:image vagrant"]
    assert told({PERMISSIONS: ('"member"', '"anybody"')}, TWO, before=before) == ["E H-PERM:policy-permissions policy"]
    assert told({"people/grace.toml": ('"Grace', '"G. Grace')}, "grace", before=before) == []


def test_without_a_policy_the_default_holds_and_a_word_that_no_grant_has_takes_two() -> None:
    before = edited(tree_of(), {PERMISSIONS: None})
    assert told({IMAGE: ("2019-01-20", "2019-07-20")}, "grace", before=before) == []
    assert told({"people/bob.toml": ('"dd"', '"dm"')}, "grace", before=before) == ["E H-PERM:person bob"]
    assert told({"people/bob.toml": ('"dd"', '"dm"')}, TWO, before=before) == []


@pytest.mark.parametrize("folder", ["cloudbot/demo/records", "templates/records"])
def test_the_policy_that_is_shipped_is_the_default(folder: str) -> None:
    text = (Path(__file__).parents[3] / folder / PERMISSIONS).read_text(encoding="utf-8")
    (policy,) = tree_of({PERMISSIONS: text}).filed
    assert policy.record.model_dump()["grants"] == tuple(grant.model_dump() for grant in DEFAULT)


def test_a_policy_older_than_minutes_lets_those_make_them_who_may_make_actions() -> None:
    policy = 'schema = "cloudbot/policy-permissions/1"\ngrants = [{ who = "delegate", may = ["action"] }]\n'
    view = View(tree_of({PERMISSIONS: policy}), ON, ON)
    assert granted(view, ("minutes", "agenda", "series")) == {
        "minutes": "delegate",
        "agenda": "delegate",
        "series": "two people",
    }


def test_a_policy_that_names_minutes_decides_about_them() -> None:
    grants = '[{ who = "delegate", may = ["action"] }, { who = "anybody", may = ["minutes"] }]'
    view = View(tree_of({PERMISSIONS: f'schema = "cloudbot/policy-permissions/1"\ngrants = {grants}\n'}), ON, ON)
    assert granted(view, ("minutes",)) == {"minutes": "anybody"}


def test_every_word_of_the_default_is_known() -> None:
    assert {word for grant in DEFAULT for word in grant.may} <= WORDS.keys()


def test_six_records_that_end_at_once_want_a_second_person_and_so_do_two_of_a_small_kind() -> None:
    names = ("ann", "ben", "cid", "dora", "eli", "fay", "gus", "hal", "ida", "jon", "kim", "lea", "may", "ned")
    files: dict[str, str] = {}
    for name in names:
        files |= person(name)
    before = tree_of(files)

    def leaving(count: int, by: By) -> list[str]:
        edits: Edits = {f"people/{name}.toml": ("name =", "left = 2019-07-23\nname =") for name in names[:count]}
        return [one for one in told(edits, by, before=before) if "H-BLAST" in one]

    alone = By(person="ned")
    assert leaving(3, alone) == []
    assert leaving(4, alone) == ["W H-BLAST:person"]
    assert leaving(6, alone) == ["W H-BLAST:person", "W H-BLAST:records"]
    assert leaving(6, By(person="ned", approvers=("may",))) == []


def test_two_of_three_people_of_an_area_taken_out_at_once_want_a_second_person() -> None:
    skills = "".join(f'[[people]]\nperson = "{name}"\nlevel = "can"\n' for name in ("ann", "ben", "cid"))
    head = 'schema = "cloudbot/area/1"\nid = "ab"\ntitle = "x"\ntarget = 2\n'
    before = tree_of(person("ann") | person("ben") | person("cid") | {"areas/ab.toml": head + skills})
    one, two = (skills.rsplit("[[people]]\n", count)[0] for count in (1, 2))
    assert told({"areas/ab.toml": head + one}, "ann", before=before) == []
    assert told({"areas/ab.toml": head + two}, "ann", before=before) == ["W H-BLAST:people/ab"]


def test_an_area_that_lives_on_under_another_name_is_not_deleted() -> None:
    text = 'schema = "cloudbot/area/1"\nid = "{}"\ntitle = "x"\ntarget = 2\n{}'
    before = tree_of(person("ann") | {"areas/ab.toml": text.format("ab", "")})
    assert (
        told({"areas/ab.toml": None, "areas/cd.toml": text.format("cd", 'was = ["ab"]\n')}, "ann", before=before) == []
    )
    assert told({"areas/ab.toml": None}, "ann", before=before) == ["E R-DELETE:ab"]


@pytest.mark.parametrize(
    ("edits", "by", "line"),
    [
        (
            {"orgs/armco.toml": None},
            TWO,
            (
                "orgs/armco.toml:1: E R-DELETE is taken away, and alice still names it; write it back, and to end it "
                "to on its parents and contracts, and on the affiliations with it"
            ),
        ),
        (
            {IMAGE: ('"Vagrant', '"The Vagrant')},
            "grace",
            (
                "images/vagrant.toml:3: E H-PERM is changed in title by grace, who is not a delegate; write nothing "
                "there, or have a delegate approve it"
            ),
        ),
        (
            {BIGBLUE: ("from = 2010-01-01", "from = 2011-01-01")},
            "bob",
            (
                "providers/bigblue.toml:5: E H-PERM is changed in operators by bob alone; write a second person of the "
                "team, who gains nothing by it and approves it"
            ),
        ),
        (
            {ACT: ("bob", "dan")},
            TWO,
            (
                "delegations/cloud-2018-10.toml:10: E T-IMMUT changes members of an act that was issued; write it as "
                'it was, and a new act with act = "correct" and corrects = "cloud-2018-10"'
            ),
        ),
    ],
)
def test_a_finding_says_what_was_done_by_whom_and_what_to_write(edits: Edits, by: By | str, line: str) -> None:
    assert [str(one) for one in judged(edits, by)] == [line]


def test_a_difference_names_the_record_both_states_and_the_keys() -> None:
    before = tree_of()
    after = edited(
        before, {ACTION: ("2019-01-31", "2019-02-28"), "orgs/new.toml": org("new")["orgs/new.toml"], IMAGE: None}
    )
    found = differences(before, after)
    assert [(one.kind, one.id, one.path, set(one.keys)) for one in found] == [
        ("action", "A-2018-001", ACTION, {"due"}),
        (
            "image",
            "vagrant",
            IMAGE,
            before.by_identity["image", "vagrant"].record.model_fields_set - {"schema_"} | {"schema"},
        ),
        ("org", "new", "orgs/new.toml", {"schema", "id", "name", "kind"}),
    ]
    assert [(one.before is None, one.after is None) for one in found] == [(False, False), (False, True), (True, False)]


def test_comments_and_own_keys_differ_in_no_key_and_the_same_text_not_at_all() -> None:
    before = tree_of()
    assert differences(before, tree_of()) == ()
    after = edited(before, {ACTION: ("owner", "# asked twice\nx-colour = 1\nowner")})
    assert [(one.id, one.keys, one.first_key) for one in differences(before, after)] == [
        ("A-2018-001", frozenset(), ())
    ]


def test_a_file_that_moved_differs_in_its_path_alone() -> None:
    before = tree_of()
    (found,) = differences(before, edited(before, {OPEN: None, "decisions/2019/D-2019-002.toml": before.texts[OPEN]}))
    assert (found.path, found.keys) == ("decisions/2019/D-2019-002.toml", frozenset())


def test_what_was_found_before_is_not_the_changes_and_a_second_of_the_same_is() -> None:
    before = check({"people/ann.toml": b"call +49 30 123456789\n"}, ON)
    after = check({"people/ann.toml": b"\ncall +49 30 123456789\ncall +49 30 987654321\n"}, ON)
    assert brought_in(before, before) == ()
    assert [one.line for one in brought_in(before, after) if one.rule == "X-PII"] == [3]


def test_what_was_due_and_is_an_error_now_is_the_changes() -> None:
    due = Finding(file="a", line=1, rule="P-BOOKING", subject="a", severity="D", what="x", write="y")
    graver = replace(due, severity="E")
    assert brought_in((due,), (graver,)) == (graver,)


def test_what_is_due_on_the_day_is_no_changes() -> None:
    due = Finding(file="a", line=1, rule="D-LAPSED", subject="a", severity="D", what="x", write="y")
    assert brought_in((), (due,)) == ()


def test_every_rule_says_in_one_sentence_what_is_right() -> None:
    assert [rule.name for rule in RULES if not rule.sentence.endswith(".")] == []


@settings(max_examples=60, deadline=None)
@given(paths=st.sets(st.sampled_from(sorted(path for path in example() if path.endswith(".toml"))), min_size=1))
def test_of_somebody_without_a_record_every_record_that_differs_is_refused(paths: set[str]) -> None:
    edits: Edits = dict.fromkeys(paths, ("schema", "# by a stranger\nschema"))
    found = judged(edits, By(person=None))
    assert {one.file for one in found if (one.rule, one.severity) == ("H-PERM", "E")} == paths


@settings(max_examples=60, deadline=None)
@given(paths=st.sets(st.sampled_from(sorted(path for path in example() if path.endswith(".toml"))), min_size=1))
def test_whatever_is_taken_away_by_whomever_is_refused_file_by_file(paths: set[str]) -> None:
    edits: Edits = dict.fromkeys(paths)
    for by in (None, TWO, By(person="bob")):
        assert {one.file for one in judged(edits, by) if (one.rule, one.severity) == ("R-DELETE", "E")} == paths
