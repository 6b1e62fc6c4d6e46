"""Hard cases 1-4 and 6: what a server, a proxy or a wire can do to a look."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cloudbot.adapters.gitlab import GitLab, Settings
from cloudbot.core.ports import SourceAway
from cloudbot.demo.salsa.big import NOW, big
from tests.adapters.gitlab.stage import Stage, play

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from cloudbot.demo.salsa.faults import Kind

pytestmark = [pytest.mark.usefixtures("rung"), pytest.mark.parametrize("rung", ["rest"], indirect=True)]

TOO_MANY = "too many requests (429)"
YEAR_2100 = "Fri, 01 Jan 2100 00:00:00 GMT"


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [("30", 30.0), ("3600", 3600.0), ("86400", 3600.0), (YEAR_2100, 3600.0), ("", None), ("soon", None)],
)
def test_429_in_every_form_is_told_at_once_and_never_slept_through(retry_after: str, seconds: float | None) -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject("too many", retry_after, path="/pipelines")
        begin = time.monotonic()
        assert await stage.away() == ("limited", TOO_MANY, seconds)
        assert time.monotonic() - begin < 5
        assert len(stage.asked("/pipelines")) == 1

    play(scenario, big(3))


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("bad gateway", "", ("unavailable", "the server answers 502", None)),
        ("status", "503", ("unavailable", "the server answers 503", None)),
        ("status", "500", ("unavailable", "the server answers 500", None)),
        ("login page", "", ("unavailable", "an answer that is not JSON, or cut short", None)),
        ("truncated", "", ("unavailable", "an answer that is not JSON, or cut short", None)),
        ("no list", "", ("unbelievable", "an answer that is not a list", None)),
        ("reset", "", ("unreachable", "the connection broke inside an answer", None)),
    ],
)
@pytest.mark.parametrize("where", ["/groups/team/projects", "/merge_requests", "/pipelines", "/jobs", "/commits"])
def test_an_outage_at_any_list_is_an_outage_and_the_next_look_is_whole(
    kind: Kind, value: str, expected: tuple[str, str, None], where: str
) -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject(kind, value, path=where)
        assert await stage.away() == expected
        stage.salsa.faults.clear()
        seen = await stage.look()
        counts = (len(seen.paths), len(seen.pipelines.pipelines), len(seen.merge_requests.merge_requests))
        assert (*counts, len(seen.commits.commits)) == (3, 12, 6, 9)

    play(scenario, big(3))


def test_a_group_that_is_suddenly_empty_is_believed_the_third_time_in_a_row() -> None:
    async def scenario(stage: Stage) -> None:
        assert len((await stage.look()).paths) == 40
        doubt = ("unbelievable", "team shows 0 projects where 40 were", None)
        stage.salsa.faults.inject("empty", path="/groups/team/projects")
        assert [await stage.away(), await stage.away()] == [doubt, doubt]
        stage.salsa.faults.clear()
        assert len((await stage.look()).paths) == 40
        stage.salsa.faults.inject("empty", path="/groups/team/projects")
        assert [await stage.away(), await stage.away()] == [doubt, doubt]
        assert (await stage.look()).paths == []

    play(scenario, big(40))


def test_a_group_that_is_empty_at_the_first_look_is_doubted_too() -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject("empty", path="/groups/team/projects")
        doubt = ("unbelievable", "the groups show no project at all", None)
        assert [await stage.away(), await stage.away()] == [doubt, doubt]
        assert (await stage.look()).paths == []

    play(scenario, big(3))


@pytest.mark.parametrize(("left", "doubted"), [(3, False), (2, True)])
def test_losing_more_than_half_of_over_four_projects_is_doubted(left: int, *, doubted: bool) -> None:
    async def scenario(stage: Stage) -> None:
        await stage.look()
        stage.salsa.world = replace(stage.salsa.world, projects=stage.salsa.world.projects[:left])
        if doubted:
            doubt = ("unbelievable", "team shows 2 projects where 6 were", None)
            assert [await stage.away(), await stage.away()] == [doubt, doubt]
        assert len((await stage.look()).paths) == left

    play(scenario, big(6))


def test_a_group_that_answers_404_after_it_was_seen_is_doubted_like_an_empty_one() -> None:
    async def scenario(stage: Stage) -> None:
        await stage.look()
        stage.salsa.faults.inject("status", "404", path="/groups/team/projects")
        assert await stage.away() == ("unbelievable", "team shows 0 projects where 3 were", None)

    play(scenario, big(3))


def test_a_slow_drip_meets_the_deadline_and_the_worker_is_free_again() -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject("drip", "0.05", path="/groups/team/projects")
        begin = time.monotonic()
        assert await stage.away() == ("unreachable", "the look took longer than 0.8 s", None)
        assert time.monotonic() - begin < 4
        stage.salsa.faults.clear()
        assert len((await stage.look()).paths) == 1

    play(scenario, big(1), deadline=0.8)


def test_headers_that_drip_meet_the_deadline_too() -> None:
    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
            while not writer.is_closing():
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.05)
        except ConnectionError:
            pass
        finally:
            writer.close()

    late = ("unreachable", "the look took longer than 0.4 s")
    assert asyncio.run(trouble_with(drip, deadline=0.4)) == late


def test_a_pause_never_outlives_the_deadline() -> None:
    async def scenario(stage: Stage) -> None:
        begin = time.monotonic()
        assert await stage.away() == ("unreachable", "the look took longer than 0.3 s", None)
        assert time.monotonic() - begin < 2

    play(scenario, big(3), pause=60, deadline=0.3)


def test_requests_are_paced_from_start_to_start() -> None:
    async def scenario(stage: Stage) -> None:
        begin = time.monotonic()
        await stage.look()
        requests = len(stage.salsa.requests)
        assert (requests, time.monotonic() - begin >= 0.05 * (requests - 1)) == (12, True)

    play(scenario, big(1), pause=0.05)


def test_a_look_that_is_cancelled_leaves_the_worker_free() -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject("drip", "0.05", path="/groups/team/projects")
        task = asyncio.create_task(stage.forge.look(stage.now))
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        stage.salsa.faults.clear()
        await asyncio.sleep(0.2)
        assert len((await stage.look()).paths) == 1

    play(scenario, big(1))


def test_two_looks_never_run_at_once() -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject("drip", "0.0005", path="/groups/team/projects", times=1)
        first = asyncio.create_task(stage.forge.look(stage.now))
        await asyncio.sleep(0.05)
        assert await stage.away() == ("unreachable", "the look before has not ended yet", None)
        assert len(await first) == 4

    play(scenario, big(1))


def test_an_answer_without_end_is_cut() -> None:
    async def scenario(stage: Stage) -> None:
        assert await stage.away() == ("unbelievable", "an answer of more than 1000 bytes", None)

    play(scenario, big(3), largest_answer=1000)


def test_a_server_that_is_not_there_is_unreachable() -> None:
    async def scenario(stage: Stage) -> None:
        await stage.salsa.stop()
        assert await stage.away() == ("unreachable", "Connection refused", None)

    play(scenario, big(1))


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say nothing until the other side gives up."""
    await reader.read()
    writer.close()


def test_a_server_that_says_nothing_is_given_up_after_the_read_timeout() -> None:
    assert asyncio.run(trouble_with(silent, read_timeout=0.2)) == ("unreachable", "no answer in time")


def test_a_tls_handshake_without_end_meets_the_deadline() -> None:
    late = ("unreachable", "the look took longer than 0.3 s")
    assert asyncio.run(trouble_with(silent, scheme="https", deadline=0.3)) == late


async def trouble_with(
    answer: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
    *,
    scheme: str = "http",
    tls: ssl.SSLContext | None = None,
    **settings: object,
) -> tuple[str, str]:
    """Look at a server of raw bytes, and return how it failed."""
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await answer(reader, writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    url = f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    forge = GitLab(Settings.model_validate({"url": url, "groups": ("team",), "pause": 0} | settings))
    try:
        await forge.look(NOW)
    except SourceAway as away:
        return (away.reason, away.detail)
    finally:
        await forge.close()
        server.close()
        for writer in writers:  # a thread of the client may hold its end of one a little longer
            writer.transport.abort()
        await asyncio.sleep(0.1)
    raise AssertionError("the look succeeded")


OWN_AUTHORITY = """
[ca]
default_ca = own
[own]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
x509_extensions = san
[any]
commonName = supplied
[san]
subjectAltName = IP:127.0.0.1
"""


def certificate(folder: Path, until: str) -> ssl.SSLContext:
    (folder / "ca.cnf").write_text(OWN_AUTHORITY)
    (folder / "index.txt").touch()
    (folder / "serial").write_text("01\n")
    make = "openssl req -new -newkey rsa:2048 -nodes -keyout key.pem -out req.pem -subj /CN=127.0.0.1"
    sign = "openssl ca -batch -selfsign -config ca.cnf -keyfile key.pem -in req.pem -out cert.pem -notext"
    for command in (make, f"{sign} -startdate 20200101000000Z -enddate {until}"):
        subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes its certificates with openssl")
@pytest.mark.parametrize(
    ("until", "trusted", "detail"),
    [
        ("20200201000000Z", True, "TLS: certificate has expired"),
        ("21000101000000Z", False, "TLS: self-signed certificate"),
        ("21000101000000Z", True, "Remote end closed connection without response"),
    ],
)
def test_a_certificate_must_be_valid_and_trusted(tmp_path: Path, until: str, detail: str, *, trusted: bool) -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    tls = certificate(tmp_path, until)
    ca_file = str(tmp_path / "cert.pem") if trusted else None
    assert asyncio.run(trouble_with(hang_up, scheme="https", tls=tls, ca_file=ca_file)) == ("unreachable", detail)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes its certificates with openssl")
def test_silence_under_tls_meets_the_deadline(tmp_path: Path) -> None:
    tls = certificate(tmp_path, "21000101000000Z")
    ca_file = str(tmp_path / "cert.pem")
    late = ("unreachable", "the look took longer than 0.4 s")
    assert asyncio.run(trouble_with(silent, scheme="https", tls=tls, ca_file=ca_file, deadline=0.4)) == late


def test_page_3_of_5_fails_and_nothing_is_seen() -> None:
    async def scenario(stage: Stage) -> None:
        await stage.look()
        stage.salsa.world = big(41)
        stage.salsa.faults.inject("status", "500", path="/groups/team/projects", page=3)
        assert await stage.away() == ("unavailable", "the server answers 500", None)
        stage.salsa.faults.clear()
        assert len((await stage.look()).paths) == 41
        assert len(stage.asked("/groups/team/projects")) == 6

    play(scenario, big(40), page_size=8)


def test_a_list_whose_total_shrinks_between_pages_is_read_again() -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject("shrunk", path="/groups/team/projects", page=2, times=1)
        assert len((await stage.look()).paths) == 40
        assert len(stage.asked("/groups/team/projects")) == 10

    play(scenario, big(40), page_size=8)


def test_a_list_that_shrinks_at_every_reading_is_not_believed() -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject("shrunk", path="/groups/team/projects")
        assert await stage.away() == ("unbelievable", "a list that shrinks every time it is read", None)

    play(scenario, big(40), page_size=8)


@pytest.mark.parametrize("where", ["/groups/team/projects", "/pipelines", "/merge_requests", "/commits"])
def test_an_item_on_two_pages_is_seen_once(where: str) -> None:
    async def scenario(stage: Stage) -> None:
        expected = await stage.look()
        fresh = GitLab(Settings(url=stage.salsa.base, groups=("team",), pause=0, page_size=2))
        stage.salsa.faults.inject("slid", path=where)
        assert await fresh.look(stage.now) == tuple(vars(expected).values())[:4]
        await fresh.close()

    play(scenario, big(5), page_size=2)


def test_a_token_that_is_not_accepted_is_told_in_one_line() -> None:
    async def scenario(stage: Stage) -> None:
        line = "the token is not accepted: expired, revoked or mistyped (401)"
        assert await stage.away() == ("unauthorised", line, None)

    play(scenario, big(1), token="glpat-of-yesterday")


def test_one_closed_project_does_not_spoil_the_look() -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject("status", "403", path="/projects/2/")
        seen = await stage.look()
        assert seen.paths == ["team/project-0001", "team/project-0002", "team/project-0003"]
        assert {one.project for one in seen.pipelines.pipelines} == {"team/project-0001", "team/project-0003"}
        assert {one.project for one in seen.commits.commits} == {"team/project-0001", "team/project-0003"}
        assert seen.pipelines.missing == ()
        stage.salsa.faults.clear()
        first = await stage.look()
        stage.salsa.faults.inject("status", "403", path="/projects/2/")
        again = await stage.look()
        assert (again.pipelines.missing, again.pipelines.pipelines) == (
            ("team/project-0002",),
            first.pipelines.pipelines,
        )

    play(scenario, big(3))


def test_a_closed_repository_makes_no_pipelines_missing() -> None:
    async def scenario(stage: Stage) -> None:
        await stage.look()
        stage.salsa.world = replace(big(3), commits=())
        stage.salsa.faults.inject("status", "403", path="/projects/2/repository")
        assert (await stage.look()).pipelines.missing == ()

    play(scenario, big(3))


def test_when_every_project_closes_its_pipelines_the_token_lost_its_scope() -> None:
    async def scenario(stage: Stage) -> None:
        await stage.look()
        stage.salsa.faults.inject("status", "403", path="/pipelines")
        line = "no project lets us read its pipelines any more (403 or 404)"
        assert await stage.away() == ("forbidden", line, None)

    play(scenario, big(3))


def test_a_refusal_says_what_was_refused() -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject("status", "403", path="/groups/team/merge_requests")
        line = "not open to us (403): /api/v4/groups/team/merge_requests"
        assert await stage.away() == ("forbidden", line, None)

    play(scenario, big(1))


def test_a_first_look_cut_short_is_not_begun_anew() -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject("status", "500", path="/projects/3/repository")
        await stage.away()
        stage.salsa.faults.clear()
        await stage.look()
        assert (stage.asked("/jobs"), stage.asked("/commits")) == ([], ["/projects/3/repository/commits"])

    play(scenario, big(3))


def test_closed_jobs_are_unknown_and_not_absent() -> None:
    async def scenario(stage: Stage) -> None:
        stage.salsa.faults.inject("status", "403", path="/jobs")
        assert {one.jobs for one in (await stage.look()).pipelines.pipelines} == {None}

    play(scenario, big(2))


def test_no_readable_group_at_all_is_a_matter_of_permission() -> None:
    async def scenario(stage: Stage) -> None:
        assert await stage.away() == ("forbidden", "no group can be read: elsewhere, nowhere", None)

    play(scenario, big(1), groups=("elsewhere", "nowhere"))


def test_an_error_of_our_own_is_not_taken_for_the_worlds(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise AttributeError("a bug")

    async def scenario(stage: Stage) -> None:
        monkeypatch.setattr(stage.forge._asks, "projects", broken)
        with pytest.raises(AttributeError, match="a bug"):
            await stage.look()

    play(scenario, big(1))
