"""Ten years of a team, every day of them: `python -m bench.governance`.

200 people, 60 organisations with contracts ten deep, 5,000 dated facts made here. For every day it is reckoned which
delegates would break the rules in force. The ratio is to the same question asked of each day by itself; of these a
sample is taken, and what is found on its days is compared.
"""

from __future__ import annotations

import random
import sys
import time
from datetime import date, timedelta

from cloudbot.core.governance.eligibility import breaches, rules_on
from cloudbot.core.governance.years import every_day, on_day, over_years
from cloudbot.core.records.loading import load
from cloudbot.core.records.tree import Tree, View

FIRST, LAST = date(2016, 1, 1), date(2025, 12, 31)
PEOPLE, ORGS, PROVIDERS, FACTS, DEPTH = 200, 60, 12, 5000, 10
SAMPLE = 40
TARGET = 10.0
KINDS = ("employment", "contract", "board", "ownership")
POLICY = """schema = "cloudbot/policy-coi/1"
[[versions]]
v = 1
to = 2020-09-01
scope = "delegates"
form = "forbid"
interests = ["employment", "contract", "ownership"]
[[versions]]
v = 2
from = 2020-09-01
scope = "delegates"
form = "max_fraction"
num = 1
den = 4
base = "members"
interests = ["employment", "contract"]
"""


def interval(dice: random.Random) -> str:
    start = FIRST + timedelta(days=dice.randrange((LAST - FIRST).days))
    return f"from = {start}, to = {start + timedelta(days=dice.randrange(30, 700))}"


def files(dice: random.Random) -> tuple[dict[str, str], int]:
    """Return the records of the team and how many dated facts they have."""
    made: dict[str, str] = {"policy/coi.toml": POLICY}
    facts = 2
    layer = ORGS // DEPTH
    for n in range(ORGS):
        clients = []
        if n + layer < ORGS:
            low = (n // layer + 1) * layer
            clients = [f'{{ org = "o{low + dice.randrange(layer)}x", {interval(dice)} }}' for _ in range(7)]
        parents = [f'{{ org = "o{n - 1}x", {interval(dice)} }}'] if n % layer else []
        facts += len(clients) + len(parents)
        made[f"orgs/o{n}x.toml"] = (
            f'schema = "cloudbot/org/1"\nid = "o{n}x"\nname = "Organisation {n}"\nkind = "company"\n'
            f"parents = [{', '.join(parents)}]\ncontracts_for = [{', '.join(clients)}]\n"
        )
    for n in range(PROVIDERS):
        runs = [f'{{ org = "o{ORGS - 1 - dice.randrange(layer * 2)}x", {interval(dice)} }}' for _ in range(5)]
        facts += len(runs)
        made[f"providers/c{n}x.toml"] = (
            f'schema = "cloudbot/provider/1"\nid = "c{n}x"\nname = "Cloud {n}"\nfamily = "openstack"\n'
            f'operators = [{", ".join(runs)}]\n[delivery]\nmode = "none"\n'
        )
    for n in range(PEOPLE):
        facts += 1
        made[f"declarations/p{n}x-1.toml"] = (
            f'schema = "cloudbot/declaration/1"\nid = "p{n}x-1"\nperson = "p{n}x"\ndate = 2018-0{1 + n % 9}-01\n'
            'by = "self"\nnone = true\n'
        )
    each, more = divmod(FACTS - facts, PEOPLE)
    for n in range(PEOPLE):
        ties = [
            f'{{ org = "o{dice.randrange(ORGS)}x", kind = "{dice.choice(KINDS)}", {interval(dice)} }}'
            for _ in range(each + (n < more))
        ]
        facts += len(ties)
        made[f"people/p{n}x.toml"] = (
            f'schema = "cloudbot/person/1"\nid = "p{n}x"\nname = "Person {n}"\naffiliations = [{", ".join(ties)}]\n'
        )
    return made, facts


def read(made: dict[str, str]) -> Tree:
    tree, wrong = load({path: text.encode() for path, text in made.items()}, {})
    if wrong:
        sys.exit(f"the records made here are wrong: {wrong[0]}")
    return tree


def main() -> None:
    """Print both figures and whether the days of the sample agree; exit with 1 if one is missed."""
    dice = random.Random(47)  # noqa: S311 - data for a measurement
    made, facts = files(dice)
    people = [f"p{n}x" for n in range(PEOPLE)]
    view = View(read(made), LAST, LAST)

    begun = time.perf_counter()
    spans = over_years(view, people, "cloud", FIRST, LAST)
    days = dict(every_day(spans))
    took = time.perf_counter() - begun

    fresh = View(read(made), LAST, LAST)
    sample = sorted(dice.sample(sorted(days), SAMPLE))
    begun = time.perf_counter()
    naive = {
        day: {
            (one.version.v, one.group): len(one.people)
            for one in breaches(fresh, people, day, rules_on(fresh, day, "cloud"), appointing=True)
        }
        for day in sample
    }
    one_by_one = (time.perf_counter() - begun) / SAMPLE * len(days)

    same = all(naive[day] == on_day(spans, day) for day in sample)
    print(
        f"{PEOPLE} people, {ORGS} organisations {DEPTH} deep, {facts} dated facts, {len(days)} days, {len(spans)} spans"
    )
    print(f"every day of ten years   {took:6.2f} s   target {TARGET:.0f} s: {'met' if took < TARGET else 'NOT met'}")
    print(f"one day after the other  {one_by_one:6.2f} s   from {SAMPLE} days; ratio {one_by_one / took:.1f}")
    print(f"the sample's days agree  {'yes' if same else 'NO'}")
    sys.exit(not (same and took < TARGET))


if __name__ == "__main__":
    main()
