"""What would be lost if some people left: the example team by the table that came with it, and each kind of loss."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cloudbot.core.records.leaving import Loss, if_they_leave
from cloudbot.core.records.loading import load
from cloudbot.core.records.tree import View
from tests.core.records.trees import ON, TODAY, example, org, person

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

WHAT_IF = tomllib.loads((Path(__file__).parent / "expected_findings.toml").read_text(encoding="utf-8"))["what_if"]


def loss(files: Mapping[str, str | bytes], *people: str, on: date = ON) -> Loss:
    raw = {path: text if isinstance(text, bytes) else text.encode() for path, text in sorted(files.items())}
    tree, findings = load(raw, {})
    assert findings == []
    return if_they_leave(View(tree, on, TODAY), frozenset(people))


@pytest.mark.need("N48", by="!whatif")
@pytest.mark.parametrize("case", WHAT_IF, ids=lambda case: " ".join(case["leave"]))
def test_the_example_team_loses_what_the_table_says(case: dict[str, Any]) -> None:
    found = loss(example(), *case["leave"], on=case["at"])
    left = len(found.delegates["cloud"].active)
    said = {
        "delegates_left": left,
        "areas_lost": list(found.areas_lost),
        "areas_single": sorted(found.areas_single, reverse=True),
        "accounts_lost": sorted(found.accounts, reverse=True),
        "finding": "D-BELOW-MIN" if left < found.fewest else None,
    }

    assert {key: said[key] for key in case["expect"]} == case["expect"]


def test_it_is_told_which_areas_have_one_person_already() -> None:
    assert loss(example(), "alice").single_now == {"publish", "image-finder"}


def record(kind: str, folder: str, name: str, body: str) -> dict[str, str]:
    return {f"{folder}/{name}.toml": f'schema = "cloudbot/{kind}/1"\nid = "{name}"\n{body}\n'}


PEOPLE = person("ann") | person("ben") | person("old", "left = 2019-01-01\n") | org("bigco")
PROVIDER = 'name = "Big"\nfamily = "openstack"\ndelivery = { mode = "push" }\noperators = [{ org = "bigco" }]\n'


def provider(body: str) -> dict[str, str]:
    return record("provider", "providers", "big", PROVIDER + body)


def account(custody: str, more: str = "") -> dict[str, str]:
    return provider(f'[[accounts]]\nid = "big-1"\npurpose = "publish"\ncustody = {custody}\n{more}')


def image(body: str) -> dict[str, str]:
    return record("image", "images", "box", f'title = "Box"\nplatform = "box"\n[external_account]\n{body}')


def series(body: str) -> dict[str, str]:
    head = 'title = "Meeting"\nchannel = "oftc/#team"\nrule = "FREQ=MONTHLY"\ntime = "19:00"\n'
    return record("series", "series", "monthly", head + body)


def action(body: str) -> dict[str, str]:
    return record("action", "actions", "A-2019-001", f'title = "x"\n{body}')


def offer(body: str) -> dict[str, str]:
    return record("offer", "offers", "O-2019-001", f'what = "a host"\nmade = 2019-01-01\n{body}')


def service(body: str) -> dict[str, str]:
    return record("service", "services", "finder", f'title = "Finder"\n{body}')


def sprint(body: str) -> dict[str, str]:
    return {"sprints/s1/sprint.toml": f'schema = "cloudbot/sprint/1"\nid = "s1"\ntitle = "x"\n{body}'}


@pytest.mark.need("N24", by="!whatif")
@pytest.mark.parametrize(
    ("files", "kind", "lost"),
    [
        (account('["ann"]'), "accounts", ("big-1",)),
        (account('["ann", "old"]'), "accounts", ("big-1",)),
        (account('["ann", "ben"]'), "accounts", ()),
        (account("[]"), "accounts", ()),
        (account('["old"]'), "accounts", ()),
        (account('["ann"]', "to = 2019-01-01"), "accounts", ()),
        (account('["ben"]', 'holder = { person = "ann" }'), "in_their_name", ("big-1",)),
        (provider('contacts = { backup = "ann" }'), "providers", ("big",)),
        (provider('contacts = { backup = "ben" }'), "providers", ()),
        (image('site = "hub"\nname = "team"\ncustodian = "ann"'), "images", ("box",)),
        (image('site = "hub"\nname = "team"\ncustodian = "ann"\nbackup = "ben"'), "images", ()),
        (series('facilitator = "ann"'), "series", ("monthly",)),
        (series('facilitator = "ann"\nbackup = "ben"'), "series", ()),
        (series('facilitator = "ann"\nto = 2019-07-23'), "series", ()),
        (action('state = "open"\nowner = "ann"'), "actions", ("A-2019-001",)),
        (action('state = "dropped"\nowner = "ann"'), "actions", ()),
        (action('state = "open"'), "actions", ()),
        (offer('state = "open"\ncontact = { backup = "ann" }'), "offers", ("O-2019-001",)),
        (offer('state = "lost"\ncontact = { backup = "ann" }'), "offers", ()),
        (service('state = "beta"\nowner = "ann"'), "services", ("finder",)),
        (service('state = "beta"\nowner = "ann"\nbackup = "ben"'), "services", ()),
        (service('state = "retired"\nowner = "ann"'), "services", ()),
        (sprint('state = "proposed"\nhost = { contact = "ann" }'), "sprints", ("s1",)),
        (sprint('state = "proposed"\nhost = { contact = "ann", backup = "ben" }'), "sprints", ()),
        (sprint('state = "held"\nhost = { contact = "ann" }'), "sprints", ()),
        (
            sprint('state = "announced"\nhost = { contact = "ann" }\ndates = { from = 2019-07-20, to = 2019-07-22 }'),
            "sprints",
            (),
        ),
    ],
)
def test_what_a_second_person_keeps_is_not_lost(files: dict[str, str], kind: str, lost: tuple[str, ...]) -> None:
    assert getattr(loss(PEOPLE | files, "ann"), kind) == lost


def area(people: str) -> dict[str, str]:
    return record("area", "areas", "work", f'title = "Work"\ntarget = 3\npeople = [{people}]')


FRESH = '{{ person = "{}", level = "can", last_evidence = 2019-07-01 }}'


@pytest.mark.parametrize(
    ("people", "leaving", "lost", "single"),
    [
        ([FRESH.format("ann")], ("ann",), ("work",), ()),
        ([FRESH.format("ann"), FRESH.format("ben")], ("ann",), (), ("work",)),
        ([FRESH.format("ann"), FRESH.format("ben")], ("ann", "ben"), ("work",), ()),
        ([FRESH.format("ann"), FRESH.format("old")], ("ann",), ("work",), ()),
        ([FRESH.format("ann"), '{ person = "ben", level = "knows" }'], ("ann",), ("work",), ()),
        (['{ person = "ann", level = "can" }'], ("ann",), (), ()),
        ([], ("ann",), (), ()),
    ],
)
def test_who_merely_knows_or_has_left_does_not_keep_an_area(
    people: list[str], leaving: tuple[str, ...], lost: tuple[str, ...], single: tuple[str, ...]
) -> None:
    found = loss(PEOPLE | area(", ".join(people)), *leaving)

    assert (found.areas_lost, found.areas_single) == (lost, single)
