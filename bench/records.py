"""Ten thousand records checked, beside reading the same files with `tomllib` alone: `python -m bench.records [NUMBER]`.

The records are made here, of every common kind, with references that hold. The floor is what every checker pays that
parses all files with the standard library; the ratio says what models, references and rules cost on top of it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cloudbot.adapters.records.tree import read_tree
from cloudbot.core.records.checking import examine

if TYPE_CHECKING:
    from collections.abc import Callable

ON = date(2026, 11, 1)
TRIES = 3


def person(n: int, orgs: int) -> tuple[str, str]:
    return f"people/p{n:05}x.toml", (
        f'schema = "cloudbot/person/1"\nid = "p{n:05}x"\nname = "Person {n}"\naccounts = [\n'
        f'    {{ net = "oftc", account = "p{n:05}x" }},\n'
        f'    {{ net = "salsa", account = "p{n:05}x", uid = {n + 1} }},\n]\n'
        f'\n[debian]\nstatus = "dd"\nlogin = "p{n:05}x"\nsince = 2010-01-01\n\n[[affiliations]]\n'
        f'org = "o{n % orgs:05}x"\nkind = "employment"\nfrom = 2015-01-01\nto = 2020-01-01\nshare = "main"\n\n'
        f'[[affiliations]]\norg = "o{(n + 1) % orgs:05}x"\nkind = "employment"\nfrom = 2020-01-01\nshare = "main"\n'
    )


def org(n: int) -> tuple[str, str]:
    parent = f'    {{ org = "o{n - 1:05}x", from = 2012-01-01 }},\n' if n % 2 else ""
    return f"orgs/o{n:05}x.toml", (
        f'schema = "cloudbot/org/1"\nid = "o{n:05}x"\nname = "Organisation {n}"\nkind = "company"\n'
        f'aka = [\n    "Org {n}",\n]\nparents = [\n{parent}]\ncontracts_for = []\n'
    )


def action(n: int, people: int) -> tuple[str, str]:
    number = f"A-{2010 + n % 16}-{n // 16:04}"
    day = date(2010 + n % 16, 1, 1) + timedelta(days=n % 300)
    return f"actions/{number}.toml", (
        f'schema = "cloudbot/action/1"\nid = "{number}"\ntitle = "Do the thing number {n} that was promised"\n'
        f'owner = "p{n % people:05}x"\naccepted = {day}\ndue = {day + timedelta(days=90)}\nstate = "done"\n'
        f"updates = [\n"
        f'    {{ at = {day + timedelta(days=9)}, by = "p{n % people:05}x", text = "begun" }},\n]\n\n'
        f'[from]\nmeeting = "meeting-{day}"\n\n[evidence]\nurl = "https://salsa.example.org/team/-/merge_requests/{n}"\n'
    )


def decision(n: int, people: int, orgs: int) -> tuple[str, str]:
    number = f"D-{2010 + n % 16}-{n // 16:04}"
    at = f"{2010 + n % 16}-03-{1 + n % 20:02}T18:00:00Z"
    end = f"{2010 + n % 16}-04-{1 + n % 20:02}T18:00:00Z"
    return f"decisions/{number[2:6]}/{number}.toml", (
        f'schema = "cloudbot/decision/1"\nid = "{number}"\ntitle = "Decide the question {n}"\nclass = "standard"\n'
        f'proposer = "p{n % people:05}x"\nopened = {at}\ndeadline = {end}\nannounced = [\n'
        f'    {{ venue = "list", msgid = "<decision-{n}@example.org>", at = {at} }},\n]\nrevisions = [\n'
        f'    {{ n = 1, at = {at} }},\n]\nsupport = [\n    {{ person = "p{(n + 1) % people:05}x", at = {at} }},\n'
        f']\nobjections = []\nstate = "accepted"\n\n[topics]\norgs = [\n    "o{n % orgs:05}x",\n]\n'
    )


def make(number: int) -> dict[str, str]:
    """A third actions, a third people, the rest decisions and organisations."""
    people, orgs = number // 3, number // 6
    files = [org(n) for n in range(orgs)] + [person(n, orgs) for n in range(people)]
    files += [action(n, people) for n in range(number // 3)]
    files += [decision(n, people, orgs) for n in range(number - len(files))]
    return dict(files)


def best(work: Callable[[], object]) -> float:
    times = []
    for _ in range(TRIES):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main(number: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        for path, text in make(number).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        files, unread = read_tree(root)
        found = examine(files, ON, unread=unread)
        print(f"{len(files)} records, {sum(map(len, files.values())) / 1e6:.1f} MB; best of {TRIES}")
        print(f"findings: {found.count('E')} E, {found.count('W')} W, {found.count('D')} D")
        for finding in found.findings[:3]:
            print(f"  {finding}")
        read = best(lambda: read_tree(root))
        floor = best(lambda: [tomllib.loads(content.decode()) for content in files.values()])
        ours = best(lambda: examine(files, ON))
        command = [sys.executable, "-m", "cloudbot", "records", "check", place, "--date", ON.isoformat()]
        whole = best(lambda: subprocess.run(command, check=False, capture_output=True))
    print(f"read from disk            {read:6.2f} s")
    print(f"tomllib alone             {floor:6.2f} s")
    print(f"check (parse and rules)   {ours:6.2f} s, {ours / floor:.1f} times tomllib alone")
    print(f"cloudbot records check    {whole:6.2f} s, the whole command")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
