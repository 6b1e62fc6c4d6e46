"""One record of ten thousand changed, committed and pushed: `python -m bench.operation [NUMBER]`.

Beside it the same change made by `git commit` and `git push` in a working tree, which checks nothing, and the way of
tools that parse all files and check all of them for every change. The remote is a bare repository on this disk.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench.records import make
from cloudbot.adapters.records import GitRecords, Settings
from cloudbot.adapters.records.carrying_out import Done, Wanted
from cloudbot.core.effects import CommitRecords
from cloudbot.core.records.checking import examine
from cloudbot.core.records.operations import Author, Change, Operation, put

if TYPE_CHECKING:
    from collections.abc import Callable

AT = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
TRIES = 9
BURST = 20
WHO = ("-c", "user.name=Person", "-c", "user.email=person@example.org", "-c", "gc.auto=0")


def git(place: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(place), *WHO, *words], check=True, capture_output=True)


def wanted(key: str, action: str, effort: str) -> Wanted:
    change = Change(kind="action", id=action, edits=(put("effort", value=effort),))
    author = Author(person="p00001x", account="oftc/p00001x", via="irc #bench")
    effect = CommitRecords(key=key, operation=Operation(verb="estimate", changes=(change,)), author=author)
    return Wanted(effect=effect, since=AT)


def milliseconds(work: Callable[[int], object], tries: int = TRIES) -> float:
    """Return the median of some runs."""
    spent = []
    for number in range(tries):
        begin = time.perf_counter()
        work(number)
        spent.append((time.perf_counter() - begin) * 1000)
    return median(spent)


def main(number: int) -> None:
    with tempfile.TemporaryDirectory(prefix="cloudbot-bench-") as folder:
        run(number, Path(folder))


def run(number: int, folder: Path) -> None:
    files = make(number)
    remote, tree = folder / "records.git", folder / "tree"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(remote)], check=True)
    subprocess.run(["git", "clone", "-q", str(remote), str(tree)], check=True, capture_output=True)
    git(tree, "checkout", "-q", "-B", "main")
    for path, text in files.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text(text, encoding="utf-8")
    git(tree, "add", "-A")
    git(tree, "commit", "-q", "-m", "all")
    git(tree, "push", "-q", "origin", "main")
    actions = [path for path in files if path.startswith("actions/")]
    records = GitRecords(Settings(remote=str(remote)), folder / "copy.git")
    asyncio.run(records.look(AT))

    def ours(turn: int, count: int = 1) -> None:
        burst = [wanted(f"{count}/{turn}/{n}", Path(actions[n]).stem, f"{turn + 1}d") for n in range(count)]
        ends = asyncio.run(records.carry_out(burst))
        if not all(isinstance(end, Done) for end in ends):
            sys.exit(f"a change was not made: {ends}")

    def by_hand(turn: int) -> None:
        place = tree / actions[-1]
        place.write_text(files[actions[-1]] + f"# {turn}\n", encoding="utf-8")
        git(tree, "commit", "-q", "-a", "-m", "by hand")
        git(tree, "push", "-q", "origin", "main")

    contents = {path: text.encode() for path, text in files.items()}
    ours(TRIES)
    one = milliseconds(ours)
    many = milliseconds(lambda turn: ours(turn + 100, BURST), 3)
    git(tree, "pull", "-q", "--rebase", "origin", "main")
    hand = milliseconds(by_hand)
    everything = milliseconds(lambda _turn: examine(contents, AT.date()), 3)
    print(f"{len(files):,} records; median of {TRIES}, applied, whole tree judged, committed and pushed")
    print(f"  one operation             {one:7.0f} ms")
    print(f"  {BURST} operations, one push    {many:7.0f} ms")
    print(f"  git commit and push       {hand:7.0f} ms   one operation is {one / hand:.1f} times that")
    print(f"  parse all, check all      {everything:7.0f} ms   one operation is {one / everything:.2f} of that")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
