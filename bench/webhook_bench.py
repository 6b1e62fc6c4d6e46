"""Webhooks in, IRC lines out: a load and latency driver for bots. Standard library, loopback.

Fires GitLab-shaped hooks at a URL, watches an IRC channel, and reports what came out: HTTP status and latency, time
from hook to channel, lines, what was never said, said twice or out of order, and the memory of a process.

Every delivery carries a number of its own (base + i), written into the ids, urls, titles and commit messages of the
body, so that a line on IRC can be matched with the delivery that caused it, whatever the bot's wording is.

  python -m bench.webhook_bench --url 'http://127.0.0.1:9999/webhook/?channel=bench&network=t' \
     --payload pipeline.json -n 500 -c 4 --irc 127.0.0.1:6667 --channel '#bench' --pid 1234

The answer is one JSON object on standard output.
"""

from __future__ import annotations

import argparse
import base64
import copy
import hashlib
import hmac
import http.client
import json
import queue
import random
import re
import socket
import sys
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import SplitResult, urlsplit

if TYPE_CHECKING:
    from collections.abc import Sequence

Json = dict[str, Any]
SITE = "https://salsa.debian.org"
EVENT = {
    "push": "Push Hook",
    "tag_push": "Tag Push Hook",
    "issue": "Issue Hook",
    "note": "Note Hook",
    "merge_request": "Merge Request Hook",
    "wiki_page": "Wiki Page Hook",
    "pipeline": "Pipeline Hook",
    "build": "Job Hook",
    "deployment": "Deployment Hook",
    "release": "Release Hook",
}


class Line(NamedTuple):
    """One line heard in the channel, and when."""

    at: float
    who: str
    body: str
    size: int


class Watcher(threading.Thread):
    """A minimal IRC client that keeps every line said in one channel."""

    def __init__(self, host: str, port: int, channel: str, nick: str) -> None:
        super().__init__(daemon=True)
        self.channel = channel
        self.lines: list[Line] = []
        self.joined, self.ended = threading.Event(), threading.Event()
        self.sock = socket.create_connection((host, port), 10)
        self.sock.settimeout(0.2)
        self.say(f"NICK {nick}")
        self.say(f"USER bench 0 * :{nick}")

    def say(self, text: str) -> None:
        self.sock.sendall(text.encode() + b"\r\n")

    def run(self) -> None:
        rest = b""
        while not self.ended.is_set():
            try:
                data = self.sock.recv(65536)
            except TimeoutError:
                continue
            except OSError:
                return
            if not data:
                return
            now = time.monotonic()
            *whole, rest = (rest + data).split(b"\n")
            for line in whole:
                self.hear(line.rstrip(b"\r"), now)

    def hear(self, line: bytes, now: float) -> None:
        text = line.decode("utf-8", "replace")
        if text.startswith("PING"):
            self.say("PONG" + text[4:])
            return
        found = re.match(r":(\S+?)(?:!\S+)? (\S+) ?(.*)", text)
        if found is None:
            return
        who, command, rest = found.groups()
        if command == "001":
            self.say(f"JOIN {self.channel}")
        elif command == "366":
            self.joined.set()
        elif command in ("PRIVMSG", "NOTICE"):
            target, _, body = rest.partition(" :")
            if target.lower() == self.channel.lower():
                self.lines.append(Line(now, who, body, len(line) + 2))


class Delivery(NamedTuple):
    """One hook to be sent: the number it is known by, its kind, body and idempotency key."""

    marker: int
    kind: str
    body: bytes
    key: str


def marked(payload: Json, marker: int, project: int, *, failed: bool | None) -> Json:
    """Return a copy that tells of project `project` and carries `marker`; `failed` decides a pipeline's result."""
    body = copy.deepcopy(payload)
    path = f"cloud-team/bench-{project:04d}"
    of = body.get("project")
    if isinstance(of, dict):
        of.update(
            id=100000 + project,
            name=f"bench-{project:04d}",
            path_with_namespace=path,
            namespace="cloud-team",
            web_url=f"{SITE}/{path}",
        )
    if "project_id" in body:
        body["project_id"] = 100000 + project
    _MARK.get(body.get("object_kind", ""), _mark_other)(body, marker, f"{SITE}/{path}")
    if failed is not None and body.get("object_kind") == "pipeline":
        _decide(body, failed=failed)
    return body


def _sha(marker: int) -> str:
    return hashlib.sha256(str(marker).encode()).hexdigest()[:40]


def _mark_pipeline(body: Json, marker: int, site: str) -> None:
    body["object_attributes"].update(id=marker, iid=marker, sha=_sha(marker), url=f"{site}/-/pipelines/{marker}")
    body["commit"] = {"id": _sha(marker), "message": f"bench {marker}\n", "title": f"bench {marker}"}


def _mark_request(body: Json, marker: int, site: str) -> None:
    title = f"bench {marker}"
    body["object_attributes"].update(id=marker, iid=marker, title=title, url=f"{site}/-/merge_requests/{marker}")


def _mark_push(body: Json, marker: int, _site: str) -> None:
    body["after"] = body["checkout_sha"] = _sha(marker)
    for commit in body.get("commits") or []:
        commit["message"] = commit["title"] = f"bench {marker}"


def _mark_build(body: Json, marker: int, _site: str) -> None:
    body.update(build_id=marker, sha=_sha(marker))


def _mark_other(body: Json, marker: int, site: str) -> None:
    if isinstance(body.get("object_attributes"), dict):
        body["object_attributes"].update(id=marker, iid=marker, title=f"bench {marker}", url=f"{site}/-/{marker}")


_MARK = {
    "pipeline": _mark_pipeline,
    "merge_request": _mark_request,
    "push": _mark_push,
    "tag_push": _mark_push,
    "build": _mark_build,
}


def _decide(body: Json, *, failed: bool) -> None:
    status = "failed" if failed else "success"
    body["object_attributes"].update(status=status, detailed_status="failed" if failed else "passed")
    for job in body.get("builds") or []:
        if job.get("status") in ("success", "failed"):
            job["status"] = status


def deliveries(options: argparse.Namespace) -> list[Delivery]:
    """Make what is sent, in the order it is sent; equal for equal options but for the keys."""
    payloads: list[Json] = [json.loads(Path(name).read_text(encoding="utf-8")) for name in options.payload]
    chance = random.Random(1)  # noqa: S311 - a shuffle that is the same every time
    turns: Counter[int] = Counter()
    made = []
    for number in range(options.count):
        project = number % options.projects
        failed = turns[project] % 2 == 1 if options.alternate else None
        turns[project] += 1
        payload = payloads[number % len(payloads)]
        body = json.dumps(marked(payload, options.base + number, project, failed=failed)).encode()
        made.append(Delivery(options.base + number, str(payload.get("object_kind")), body, str(uuid.uuid4())))
    made += [chance.choice(made) for _ in range(options.duplicate)]
    if options.shuffle:
        chance.shuffle(made)
    return made


def headers(one: Delivery, options: argparse.Namespace) -> dict[str, str]:
    """Return the header fields as GitLab sends them."""
    found = {
        "Content-Type": "application/json",
        "User-Agent": "GitLab/18.5.0",
        "X-Gitlab-Event": EVENT.get(one.kind, "System Hook"),
        "X-Gitlab-Instance": SITE,
        "X-Gitlab-Event-UUID": str(uuid.uuid4()),
        "Idempotency-Key": one.key,
        "Connection": "close",
    }
    if options.token:
        found["X-Gitlab-Token"] = options.token
    if options.sign:
        whole = options.sign.startswith("whsec_")
        secret = base64.b64decode(options.sign[6:]) if whole else options.sign.encode()
        now = str(int(time.time()))
        mac = hmac.new(secret, b".".join((one.key.encode(), now.encode(), one.body)), hashlib.sha256).digest()
        signature = "v1," + base64.b64encode(mac).decode()
        found |= {"webhook-id": one.key, "webhook-timestamp": now, "webhook-signature": signature}
    return found


@dataclass(slots=True)
class Posting:
    """Sends deliveries by several threads and keeps what came back."""

    url: SplitResult
    options: argparse.Namespace
    sent: dict[int, float] = field(default_factory=dict)
    statuses: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    begun: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def post(self, made: Sequence[Delivery]) -> float:
        """Send everything; return the seconds it took."""
        waiting: queue.Queue[tuple[int, Delivery]] = queue.Queue()
        for numbered in enumerate(made):
            waiting.put(numbered)
        self.begun = time.monotonic()
        threads = [threading.Thread(target=self._work, args=(waiting,)) for _ in range(self.options.concurrency)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.monotonic() - self.begun

    def _work(self, waiting: queue.Queue[tuple[int, Delivery]]) -> None:
        while True:
            try:
                number, one = waiting.get_nowait()
            except queue.Empty:
                return
            if self.options.rate:
                time.sleep(max(0.0, self.begun + number / self.options.rate - time.monotonic()))
            fields = headers(one, self.options)
            start = time.monotonic()
            status = self._send(one.body, fields)
            with self._lock:
                self.statuses[status] += 1
                self.seconds.append(time.monotonic() - start)
                self.sent.setdefault(one.marker, start)

    def _send(self, body: bytes, fields: dict[str, str]) -> str:
        connection = http.client.HTTPConnection(str(self.url.hostname), self.url.port, timeout=self.options.timeout)
        target = (self.url.path or "/") + (f"?{self.url.query}" if self.url.query else "")
        try:
            connection.request("POST", target, body, fields)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__
        else:
            return str(answer.status)
        finally:
            connection.close()


def weight(pid: int) -> Json:
    """Return the memory of a process, now and at its peak, in KiB, and the seconds of CPU it used."""
    found: Json = {}
    try:
        for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith(("VmHWM", "VmRSS")):
                key, value = line.split(":")
                found[key] = int(value.split()[0])
        words = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        found["cpu_s"] = (int(words[11]) + int(words[12])) / 100
    except OSError:
        pass
    return found


def spread(values: Sequence[float]) -> Json:
    """Return percentiles, in seconds."""
    ordered = sorted(values)
    if not ordered:
        return {"n": 0}
    shares = {"min": 0.0, "p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    last = len(ordered) - 1
    return {"n": len(ordered)} | {
        name: round(ordered[min(last, int(q * len(ordered)))], 4) for name, q in shares.items()
    }


def heard(watcher: Watcher, posting: Posting, options: argparse.Namespace) -> Json:
    """Match the lines with the deliveries."""
    lines = [line for line in watcher.lines if not options.from_nick or line.who == options.from_nick]
    number = re.compile(rf"(?<!\d)(\d{{{len(str(options.base))}}})(?!\d)")
    first: dict[int, float] = {}
    hits: Counter[int] = Counter()
    for line in lines:
        for marker in {int(one) for one in number.findall(line.body)} & posting.sent.keys():
            hits[marker] += 1
            first.setdefault(marker, line.at)
    order = list(first)
    return {
        "lines": len(lines),
        "seen": len(first),
        "never_seen": options.count - len(first),
        "markers_on_more_than_one_line": sum(count > 1 for count in hits.values()),
        "reordered_steps": sum(later < earlier for earlier, later in pairwise(order)),
        "latency_s": spread([at - posting.sent[marker] for marker, at in first.items()]),
        "wall_s": round(lines[-1].at - posting.begun, 3) if lines else None,
        "same_line_again": sum(count - 1 for count in Counter(line.body for line in lines).values()),
        "longest_line_bytes": max((line.size for line in lines), default=0),
        "said": [line.body for line in lines[:60]],
    }


def wait_for_quiet(watcher: Watcher, options: argparse.Namespace) -> None:
    """Return when no line came for a while."""
    done = time.monotonic()
    while time.monotonic() - done < options.max_wait:
        last = watcher.lines[-1].at if watcher.lines else done
        if time.monotonic() - max(last, done) > options.quiet_after:
            return
        time.sleep(0.1)


def main() -> None:
    options = _options()
    watcher = None
    if options.irc:
        host, _, port = options.irc.rpartition(":")
        watcher = Watcher(host, int(port), options.channel, options.nick)
        watcher.start()
        if not watcher.joined.wait(20):
            sys.exit(f"could not join {options.channel}")
    made = deliveries(options)
    posting = Posting(urlsplit(options.url), options)
    seconds = posting.post(made)
    result: Json = {
        "deliveries": len(made),
        "distinct": options.count,
        "http": dict(posting.statuses),
        "http_s": spread(posting.seconds),
        "post_wall_s": round(seconds, 3),
    }
    if watcher is not None:
        wait_for_quiet(watcher, options)
        watcher.ended.set()
        result["irc"] = heard(watcher, posting, options)
    result["process"] = weight(options.pid) if options.pid else {}
    print(json.dumps(result, indent=1, ensure_ascii=False))


def _options() -> argparse.Namespace:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--url", required=True)
    p.add_argument("--payload", action="append", required=True, help="JSON file; repeat to mix kinds in turn")
    p.add_argument("-n", "--count", type=int, default=500)
    p.add_argument("-c", "--concurrency", type=int, default=4)
    p.add_argument("--rate", type=float, default=0, help="deliveries per second; 0 = as fast as possible")
    p.add_argument("--projects", type=int, default=1, help="spread over this many projects")
    p.add_argument("--token", help="X-Gitlab-Token")
    p.add_argument("--sign", help="signing secret (whsec_<base64> or raw)")
    p.add_argument("--alternate", action="store_true", help="pipelines alternate success/failed per project")
    p.add_argument("--duplicate", type=int, default=0, help="send so many again with the same key")
    p.add_argument("--shuffle", action="store_true", help="deliver out of order")
    p.add_argument("--irc", help="host:port to watch")
    p.add_argument("--channel", default="#bench")
    p.add_argument("--nick", default="bwatch")
    p.add_argument("--from-nick", help="count only lines said by this nick")
    p.add_argument("--quiet-after", type=float, default=15, help="stop when no line came for this long")
    p.add_argument("--max-wait", type=float, default=600, help="give up this long after the last delivery")
    p.add_argument("--base", type=int, default=7000001)
    p.add_argument("--pid", type=int)
    p.add_argument("--timeout", type=float, default=30)
    return p.parse_args()


if __name__ == "__main__":
    main()
