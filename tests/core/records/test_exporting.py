"""What is exported: the example as a snapshot, and nothing private or unconsented of anything that can be generated."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudbot.core.records.exporting import FORMAT, export
from cloudbot.core.records.exporting.allowed import PUBLIC, WITHHELD, names, parsed
from cloudbot.core.records.kinds import KINDS, Kind
from cloudbot.core.records.schemas import schema_of
from cloudbot.core.records.tree import View
from tests.core.records.changes import Edits, edited, tree_of
from tests.core.records.exported import GOLDEN, snapshot
from tests.core.records.trees import ON, TODAY, person

RETENTION = "policy/retention.toml"


def keys_of(kind: Kind) -> set[str]:
    """Return every key of a kind in full, from its schema."""
    schema = schema_of(kind)

    def walk(node: dict[str, Any], before: str) -> set[str]:
        if "$ref" in node:
            return walk(schema["$defs"][node["$ref"].rpartition("/")[2]], before)
        parts = [*node.get("anyOf", ()), *node.get("oneOf", ())]
        parts += [one for one in (node.get("items"), node.get("additionalProperties")) if isinstance(one, dict)]
        parts += [one for name, one in node.get("patternProperties", {}).items() if name != "^x-"]
        found = {key for part in parts for key in walk(part, before)}
        for key, inner in node.get("properties", {}).items():
            found |= walk(inner, f"{before}{key}.") or {before + key}
        return found

    return walk(schema, "")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_of_every_key_of_every_kind_it_is_decided_whether_it_is_public(kind: Kind) -> None:
    public = set(names(PUBLIC[kind.name]))
    withheld = set(names(parsed(f"{WITHHELD['*']} {WITHHELD.get(kind.name, '')}")))
    assert public & withheld == set()
    assert public | withheld == keys_of(kind), "decide in cloudbot/core/records/exporting/allowed.py"


def test_the_export_of_the_example_is_the_snapshot() -> None:
    assert snapshot() == GOLDEN.read_text(encoding="utf-8")


def text_of(files: dict[str, str]) -> str:
    """Return all of the export of some records as text."""
    documents = export(View(tree_of(files), ON, TODAY))
    return json.dumps(documents, ensure_ascii=False)


TOKENS = st.text("bcdfghjkmnpqrstvwxz", min_size=12, max_size=16).map("zq{}".format)
ORG = 'schema = "cloudbot/org/1"\nid = "{0}"\nname = "{0} works"\nkind = "company"\n'


@settings(max_examples=60, deadline=None)
@given(
    tokens=st.lists(TOKENS, min_size=9, max_size=9, unique=True),
    employer=st.sampled_from([None, True, False]),
    zone=st.sampled_from([None, True, False]),
    coming=st.booleans(),
    uid=st.integers(10**11, 10**12),
)
def test_no_private_or_unconsented_value_is_anywhere_in_the_export(
    tokens: list[str],
    employer: bool | None,  # noqa: FBT001 - drawn by name
    zone: bool | None,  # noqa: FBT001
    coming: bool,  # noqa: FBT001
    uid: int,
) -> None:
    """Hard cases 63 and 90."""
    works, place, guest, provider, key, host, away, note, way = tokens

    def said(name: str, value: bool | None) -> str:  # noqa: FBT001
        return "" if value is None else f"{name} = {str(value).lower()}\n"

    files = person("ann", (
        f'away_until = 2999-01-01\nzone = "Europe/{place.title()}"\n' + said("zone_consent", zone)
        + f'[[accounts]]\nnet = "salsa"\naccount = "ann"\nuid = {uid}\n'
        + f'[[affiliations]]\nemployer = "{works}"\nkind = "employment"\n' + said("consent_public", employer)
        + f'[newcomer]\nwants = "{away}"\n'
    )) | person(guest) | {
        "sprints/s1/sprint.toml": f'schema = "cloudbot/sprint/1"\nid = "s1"\ntitle = "x"\nstate = "idea"\n'
        f'private_ref = "private/{key}.age"\n',
        "sprints/s1/attendees.toml": 'schema = "cloudbot/sprint-attendees/1"\nsprint = "s1"\n[[people]]\n'
        f'person = "ann"\nmode = "remote"\nrepresents = "{provider}"\n' + said("consent_public", coming),
        "offers/O-2019-001.toml": 'schema = "cloudbot/offer/1"\nid = "O-2019-001"\nwhat = "x"\nmade = 2019-01-01\n'
        f'state = "lost"\nlost_reason = "{note}"\ncontact = {{ private_ref = "private/{host}.age" }}\n',
        "declarations/d.toml": 'schema = "cloudbot/declaration/1"\nid = "d"\nperson = "ann"\ndate = 2019-01-01\n'
        f'by = "self"\n[[interests]]\nkind = "family"\nnote = "{way}"\nsubject = {{ private = true }}\n',
    }  # fmt: skip
    exported = text_of(files)
    assert guest in exported  # the file of a person is public: what is generated is read
    assert (works in exported) == (employer is True)
    assert (place.title() in exported) == (zone is True)
    assert (provider in exported) == coming
    assert [token for token in (key, host, away, note, way, str(uid), "2999", "family") if token in exported] == []


@pytest.mark.parametrize("key", ["payer", "sponsor", "sponsored_by", "residence", "evidence", "arrival", "room_mate"])
def test_who_pays_or_vouches_for_an_attendee_has_no_key(key: str) -> None:
    """Hard case 67."""
    assert key not in {
        name.rpartition(".")[2] for kind in KINDS if kind.name == "sprint-attendees" for name in keys_of(kind)
    }


def test_a_record_of_every_kind_in_the_example_is_in_the_index_with_its_number() -> None:
    documents = export(View(tree_of(), ON, TODAY))
    assert {name: len(one["records"]) for name, one in documents.items() if name != "index.json"} == {
        one["file"]: one["records"] for one in documents["index.json"]["kinds"].values()
    }
    assert {one["format"] for one in documents.values()} == {FORMAT}
    assert documents["person.json"]["records"] != []


def test_who_has_left_is_a_former_member_from_that_day_on_and_stays_in_the_list() -> None:
    tree = tree_of(person("ann", "left = 2019-07-23\n"))
    former = [export(View(tree, day, TODAY))["person.json"]["records"][0]["former"] for day in (date(2019, 7, 22), ON)]
    assert former == [False, True]


def test_a_delegate_is_one_by_the_acts_and_the_day() -> None:
    people = {one["id"]: one["delegate_of"] for one in export(View(tree_of(), ON, TODAY))["person.json"]["records"]}
    assert (people["bob"], people["dan"]) == (["cloud"], [])


def test_who_is_suppressed_is_somebody_everywhere_and_has_no_record() -> None:
    edits: Edits = {RETENTION: ("inactivity_days = 90\n", 'inactivity_days = 90\nsuppressed = ["alice", "erin"]\n')}
    before, after = tree_of(), edited(tree_of(), edits)
    shown, hidden = (json.dumps(export(View(tree, ON, TODAY))) for tree in (before, after))
    assert [
        name for name in ("alice", "Alice Archer", "erin", "Erin Okafor") if name.casefold() in hidden.casefold()
    ] == []
    assert "alice" in shown
    acts = {act["id"]: act["members"] for act in json.loads(hidden)["delegation-act.json"]["records"]}
    assert acts["cloud-2018-10"] == ["somebody", "bob", "carol"]
    assert acts["cloud-2019-07-resign-somebody"] == ["somebody"]


def test_a_name_inside_another_word_is_not_suppressed() -> None:
    files = person("ann") | person("anna") | person("ben")
    files |= {RETENTION: 'schema = "cloudbot/policy-retention/1"\nsuppressed = ["ann"]\n'}
    assert [one["id"] for one in export(View(tree_of(files), ON, TODAY))["person.json"]["records"]] == ["anna", "ben"]
