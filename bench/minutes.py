"""Minutes of a long meeting, beside hcoop-meetbot 0.8.1: `python -m bench.minutes [LINES]`.

The log is made here: fifteen people, an item in every thirteenth line, actions for people who are named in them. Both
programs are given the lines one by one, in a process of their own, as if they were typed, and write their files at the
end. A live line is timed at the start and at position 9,000 of the same meeting. Then the same lines are a live meeting
of a bot with records, and what it does about #endmeeting is timed.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.bots import PEERS
from bench.ending import ended
from cloudbot.adapters.render import Words
from cloudbot.core.meetings.fold import step
from cloudbot.core.meetings.lines import Line
from cloudbot.core.meetings.meeting import Meeting, Rules
from cloudbot.core.meetings.minutes import pages
from cloudbot.core.meetings.minutes.log import raw
from cloudbot.core.meetings.minutes.markdown import markdown
from cloudbot.core.meetings.minutes.text import text

if TYPE_CHECKING:
    from collections.abc import Callable

START = datetime(2026, 3, 4, 19, 0, tzinfo=UTC)
PEOPLE = [f"{name}{end}" for name in ("anna", "bert", "carla", "dora", "emil") for end in ("", "_x", "-nx")]
SENTENCE = "the images of last night are built and nobody has looked at the log of the one that failed, see !118"
SAID = SENTENCE.split()
KINDS = ("info", "action", "idea", "link", "help")
TRIES, WINDOW = 3, 500
MEETBOT = ((1_000, 2.2), (9_000, 40.6))
"""Seconds that MeetBot 0.1.4 takes for so many lines, as measured before it was left: it writes all again for each."""


def lines(number: int) -> list[dict[str, str]]:
    """Make a log; the same one each time."""
    chance = random.Random(5)  # noqa: S311 - a log that is the same each time
    found = ["#startmeeting Clouds"]
    for n in range(1, number - 1):
        words = " ".join(chance.sample(SAID, 9))
        if n % 130 == 1:
            found.append(f"#topic {n // 130 + 1}: {words}")
        elif n % 13 == 0:
            kind = chance.choice(KINDS)
            link = "https://example.org/x " if kind == "link" else ""
            found.append(f"#{kind} {link}{chance.choice(PEOPLE)} {words}")
        else:
            found.append(words)
    found.append("#endmeeting")
    chairs = [text.startswith(("#startmeeting", "#topic", "#endmeeting")) for text in found]
    nicks = [PEOPLE[0] if chair else chance.choice(PEOPLE) for chair in chairs]
    return [
        {"at": (START + timedelta(seconds=n)).isoformat(), "nick": nick, "text": text}
        for n, (nick, text) in enumerate(zip(nicks, found, strict=True))
    ]


def ours(log: list[dict[str, str]]) -> dict[str, Any]:
    """Fold a meeting line by line and write its files; return the seconds of each line and of the files."""
    meeting, took, words = Meeting(channel="#clouds", rules=Rules(bot="cloudbot")), [], Words()
    for one in log:
        line = Line(at=datetime.fromisoformat(one["at"]), nick=one["nick"], text=one["text"])
        start = time.perf_counter()
        meeting, _ = step(meeting, line)
        took.append(time.perf_counter() - start)
    forms: dict[str, Callable[[], str]] = {
        "txt": lambda: text(meeting, log_url="m.log.html"),
        "md": lambda: markdown(meeting, log_url="m.log.html"),
        "html": lambda: words.render("minutes/minutes.html", pages.minutes(meeting, log_url="m.log.html")),
        "log.txt": lambda: raw(meeting),
        "log.html": lambda: words.render("minutes/log.html", pages.log(meeting, minutes_url="m.html")),
    }
    written = {}
    with tempfile.TemporaryDirectory() as place:
        for ending, write in forms.items():
            start = time.perf_counter()
            Path(place, f"m.{ending}").write_text(write(), encoding="utf-8")
            written[ending] = time.perf_counter() - start
    return {"took": took, "written": written, "items": len(meeting.items)}


def theirs(log: list[dict[str, str]]) -> dict[str, Any] | None:
    """Return the same of hcoop-meetbot, whose files are written in its last line; None where it is not installed."""
    python = PEERS / "bin" / "python"
    script = Path(__file__).with_name("minutes_hcoop.py")
    if not python.exists():
        return None
    done = subprocess.run([python, script], input=json.dumps(log), capture_output=True, text=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else None


def window(took: list[float], at: int) -> float:
    """Return the median of the lines from a position on, in microseconds."""
    return statistics.median(took[at : at + WINDOW]) * 1e6


def main(number: int) -> None:
    log = lines(number)
    found = [ours(log) for _ in range(TRIES)]
    best = min(found, key=lambda one: sum(one["took"]) + sum(one["written"].values()))
    folded, written = sum(best["took"]), best["written"]
    print(f"{len(log)} lines, {best['items']} items, {len(PEOPLE)} people; best of {TRIES}")
    print(f"cloudbot: lines {folded:.3f} s, files {sum(written.values()):.3f} s")
    print("  " + ", ".join(f"{ending} {seconds * 1e3:.0f} ms" for ending, seconds in written.items()))
    print(f"  lines and text minutes: {folded + written['txt']:.3f} s")
    late = min(9_000, number - WINDOW - 2)
    ratios = [window(one["took"], late) / window(one["took"], 1) for one in found]
    print(f"  a line: {window(best['took'], 1):.1f} us at 1, {window(best['took'], late):.1f} us at {late:,}; ratio "
          f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")  # fmt: skip
    ends = [ended(log, PEOPLE[0]) for _ in range(TRIES)]
    reaction, rendering = min(ends, key=sum)
    print(f"the end of a live meeting of these lines, with records: {reaction + rendering:.3f} s "
          f"(reaction {reaction:.3f} s, pages {rendering:.3f} s)")  # fmt: skip
    peers = [one for one in (theirs(log) for _ in range(TRIES)) if one is not None]
    if peers:
        peer = min(peers, key=lambda one: sum(one["took"]))
        whole = folded + sum(written.values())
        print(f"hcoop-meetbot: lines {sum(peer['took'][:-1]):.3f} s, files {peer['took'][-1]:.3f} s")
        print(f"  a line: {window(peer['took'], 1):.1f} us at 1, {window(peer['took'], late):.1f} us at {late:,}")
        pair = folded + written["html"] + written["log.html"] + written["log.txt"]
        print(f"ratio to hcoop-meetbot: all our files {whole / sum(peer['took']):.2f}, the files that both write "
              f"{pair / sum(peer['took']):.2f}")  # fmt: skip
    for size, seconds in MEETBOT:
        print(f"MeetBot 0.1.4, {size:,} lines: {seconds} s (quoted); ours {sum(best['took'][:size]):.3f} s, ratio "
              f"{sum(best['took'][:size]) / seconds:.4f}")  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
