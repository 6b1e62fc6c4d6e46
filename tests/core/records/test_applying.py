"""Operations applied to records: what changes, what is refused, and that two valid changes may be invalid together."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.records.applying import Applied, Refused, apply
from cloudbot.core.records.judging import new_findings
from cloudbot.core.records.loading import amended, load
from cloudbot.core.records.operations import Change, Operation, add, drop, expect, make, put
from tests.core.records.trees import example, org, person

if TYPE_CHECKING:
    from cloudbot.core.records.tree import Tree

ON = date(2019, 7, 23)
TODAY = date(2026, 11, 23)
ACTION = "actions/A-2019-001.toml"


def tree(files: dict[str, str] | None = None) -> Tree:
    found, wrong = load(example() if files is None else {p: t.encode() for p, t in files.items()}, {})
    assert wrong == []
    return found


def do(before: Tree, *changes: Change, verb: str = "change") -> Applied:
    return apply(before, Operation(verb=verb, changes=changes), ON, today=TODAY)


def refused(before: Tree, *changes: Change) -> tuple[str, ...]:
    with pytest.raises(Refused) as no:
        do(before, *changes)
    return no.value.reasons


def test_one_key_is_changed_and_nothing_else() -> None:
    before = tree()
    done = do(before, Change(kind="action", id="A-2019-001", edits=(put("owner", value="bob"),)))
    old = example()[ACTION].decode()
    assert done.files == {ACTION: old.replace("updates = []\n", 'updates = []\nowner = "bob"\n')}
    assert done.ids == ("A-2019-001",)


def test_what_it_says_already_is_no_change() -> None:
    assert do(tree(), Change(kind="action", id="A-2019-001", edits=(put("state", value="open"),))).files == {}


def test_a_record_of_which_something_is_only_expected_is_not_changed_and_not_named() -> None:
    owned = Change(kind="action", id="A-2019-001", edits=(put("owner", value="bob"),))
    proposed = Change(kind="sprint", id="s2019", expects=(expect("state", value="proposed"),))
    assert do(tree(), owned, proposed).ids == ("A-2019-001",)
    agreed = Change(kind="sprint", id="s2019", expects=(expect("state", value="agreed"),))
    with pytest.raises(Refused, match="state is proposed, not agreed"):
        do(tree(), owned, agreed)


def test_a_new_record_is_written_as_people_would() -> None:
    change = make(
        "action",
        "A-2019-*",
        {"title": 'Say "hi"', "state": "open", "owner": None, "updates": [], "from": {"sprint": "s2019"}},
    )
    done = do(tree(), change)
    assert done.ids == ("A-2019-002",)
    assert done.files == {
        "actions/A-2019-002.toml": (
            'schema = "cloudbot/action/1"\nid = "A-2019-002"\ntitle = "Say \\"hi\\""\nstate = "open"\nupdates = []\n'
            '\n[from]\nsprint = "s2019"\n'
        )
    }


def test_a_number_is_the_one_after_the_highest_and_starts_at_one() -> None:
    values = {"title": "x", "state": "open"}
    assert do(tree(), make("action", "A-2030-*", values)).ids == ("A-2030-001",)
    first = do(tree(), make("action", "A-2019-*", values)).tree
    assert do(first, make("action", "A-2019-*", values)).ids == ("A-2019-003",)


def test_the_number_is_known_to_the_other_changes_of_the_operation() -> None:
    done = do(
        tree(),
        make("action", "A-2019-*", {"title": "x", "state": "open", "from": {"sprint": "s2019"}}),
        Change(kind="sprint", id="s2019", edits=(add("promises", value="$id"),)),
    )
    assert tomllib.loads(done.files["sprints/s2019/sprint.toml"] or "")["promises"] == ["A-2019-002"]


def test_a_decision_goes_into_the_folder_of_its_year() -> None:
    kind = next(one.kind for one in tree().filed if one.kind.name == "decision")
    assert kind.path_of("D-2026-004") == "decisions/2026/D-2026-004.toml"


def test_an_item_of_a_sorted_list_goes_to_its_place() -> None:
    done = do(
        tree(), Change(kind="provider", id="bigblue", edits=(add("accounts", "@id=bb-1", "custody", value="bob"),))
    )
    text = done.files["providers/bigblue.toml"]
    assert text is not None
    assert '    "bob",\n    "dan",\n' in text
    assert done.notes == ()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (Change(kind="action", id="A-2019-777", edits=()), "there is no action A-2019-777"),
        (Change(kind="actoin", id="x", edits=()), "there is no kind of record called actoin"),
        (make("action", "A-2019-001", {}), "action A-2019-001 is there already: actions/A-2019-001.toml"),
        (
            Change(kind="action", id="A-2019-001", edits=(put("owner", value="nobody-here"),)),
            (
                "actions/A-2019-001.toml:7: E R-REF names the person nobody-here, which is not there; "
                "write one that is, or add its file"
            ),
        ),
        (
            Change(kind="action", id="A-2019-001", edits=(put("due", value="soon"),)),
            'actions/A-2019-001.toml:7: E S-DATE due is "soon" and no day; write a day without quotes, as 2019-07-22',
        ),
        (
            Change(kind="action", id="A-2019-001", edits=(put("state", value="done"),)),
            (
                "actions/A-2019-001.toml:5: E A-NO-EVIDENCE is done and nobody can see it; "
                "write url, merged, published or resolves in [evidence]"
            ),
        ),
        (
            Change(kind="action", id="A-2019-001", expects=(expect("owner", value="bob", otherwise="not bob's"),)),
            "not bob's",
        ),
        (
            Change(kind="action", id="A-2019-001", expects=(expect("state", value="blocked"),)),
            "actions/A-2019-001.toml changed meanwhile: state is open, not blocked",
        ),
        (
            Change(kind="provider", id="bigblue", edits=(put("accounts", "@id=zz", "purpose", value="x"),)),
            "providers/bigblue.toml: accounts.has no id zz",
        ),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_what_is_not_possible_is_said_in_a_line(change: Change, why: str) -> None:
    assert refused(tree(), change) == (why,)


def test_what_was_wrong_before_does_not_stand_in_the_way() -> None:
    broken, _ = load({**example(), "areas/odd.toml": b'schema = "cloudbot/area/1"\nid = "odd"\n'}, {})
    assert do(broken, Change(kind="action", id="A-2019-001", edits=(put("effort", value="2d"),))).files
    assert refused(broken, Change(kind="area", id="odd", edits=())) == ("areas/odd.toml cannot be read; mend it first",)


def test_what_is_due_on_the_day_does_not_stand_in_the_way() -> None:
    done = do(tree(), Change(kind="area", id="publish", edits=(put("target", value=9),)))
    assert done.notes == ()


def test_a_warning_is_let_through_and_told() -> None:
    affiliation = {"employer": "Elsewhere", "kind": "employment", "from": date(2019, 1, 1), "consent_public": True}
    (note,) = do(tree(), Change(kind="person", id="grace", edits=(add("affiliations", value=affiliation),))).notes
    assert (note.rule, note.severity) == ("C-ORG-UNKNOWN", "W")


def test_two_changes_that_are_valid_alone_are_invalid_together() -> None:
    before = tree({**org("one"), **org("two"), **person("ann")})
    over = Change(kind="org", id="one", edits=(add("parents", value={"org": "two"}),))
    under = Change(kind="org", id="two", edits=(add("parents", value={"org": "one"}),))
    for first, second in ((over, under), (under, over)):
        after = do(before, first).tree
        (why,) = refused(after, second)
        assert "R-CYCLE comes back to itself by parents: one > two > one" in why


def test_all_changes_of_an_operation_or_none() -> None:
    good = Change(kind="action", id="A-2019-001", edits=(put("effort", value="3d"),))
    assert refused(tree(), good, Change(kind="area", id="none", edits=())) == ("there is no area none",)


def test_two_changes_of_one_file_are_made_one_after_the_other() -> None:
    one = Change(kind="action", id="A-2019-001", edits=(put("effort", value="3d"),))
    other = Change(kind="action", id="A-2019-001", edits=(put("owner", value="bob"),))
    text = do(tree(), one, other).files[ACTION]
    assert text is not None
    assert 'effort = "3d"' in text
    assert 'owner = "bob"' in text


def test_taking_back_is_for_what_nobody_changed_since() -> None:
    old = example()[ACTION].decode()
    done = do(tree(), Change(kind="action", id="A-2019-001", edits=(put("effort", value="3d"),)))
    new = done.files[ACTION]
    back = Change(kind="action", id="A-2019-001", whole=old, was=new)
    assert do(done.tree, back).files == {ACTION: old}
    later = do(done.tree, Change(kind="action", id="A-2019-001", edits=(put("effort", value="4d"),))).tree
    (why,) = refused(later, back)
    assert why == f"{ACTION} was changed meanwhile; what you did cannot be taken back by itself any more"


def test_a_new_record_is_taken_back_by_taking_its_file_away() -> None:
    done = do(tree(), make("action", "A-2019-*", {"title": "x", "state": "open"}))
    (path,) = done.files
    back = do(done.tree, Change(kind="action", id="A-2019-002", whole="", was=done.files[path]))
    assert back.files == {path: None}
    assert ("action", "A-2019-002") not in back.tree.by_identity
    assert path not in back.tree.texts


def test_a_tree_that_was_amended_is_as_if_read_anew() -> None:
    files = {path: content.decode() for path, content in example().items()}
    new = {**files, ACTION: files[ACTION].replace('"1d"', '"5d"'), "links/ci.toml": "no toml ="}
    del new["orgs/armco.toml"]
    before = tree()
    assert before.marks
    after, wrong = amended(
        before, {ACTION: new[ACTION], "links/ci.toml": new["links/ci.toml"], "orgs/armco.toml": None}
    )
    anew, same = load({path: text.encode() for path, text in new.items()}, {})
    assert [(one.path, one.record) for one in after.filed] == [(one.path, one.record) for one in anew.filed]
    assert after.texts == anew.texts
    assert after.broken == anew.broken
    assert wrong == same
    assert [marks for _, marks in after.marks] == [marks for _, marks in anew.marks]


def test_a_policy_decides_about_files_that_did_not_change() -> None:
    text = 'schema = "cloudbot/link/1"\nid = "list"\ntitle = "Ask cloud@provider.example"\nurl = "https://x.example"\n'
    policy = 'schema = "cloudbot/policy-retention/1"\npublic_addresses = [\n    "cloud@provider.example",\n]\n'
    before = tree({"links/list.toml": text, "policy/retention.toml": policy})
    less = policy.replace('    "cloud@provider.example",\n', "")
    after, _ = amended(before, {"policy/retention.toml": less})
    found = new_findings(before, after, frozenset({"policy/retention.toml"}), ON, TODAY)
    assert [(one.rule, one.file) for one in found] == [("X-PII", "links/list.toml")]


def test_an_unset_key_is_gone() -> None:
    done = do(tree(), Change(kind="action", id="A-2019-001", edits=(drop("effort"),)))
    assert "effort" not in (done.files[ACTION] or "effort")
