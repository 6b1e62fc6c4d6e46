"""What was published is served as it is, and nothing else of the disk."""

from __future__ import annotations

import asyncio
import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from cloudbot.adapters.site import Site
from cloudbot.adapters.web import Door, Settings, View

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Port = Callable[[], int]

FILES = {
    "meetings/index.html": "all meetings",
    "meetings/team/2019/team.2019-08-14-19.00.html": "<p>héllo",
    "meetings/team/2019/team.2019-08-14-19.00.txt": "héllo",
    "meetings/team/2019/team.2019-08-14-19.00.toml": "a = 1",
    "meetings/team/2019/team.2019-08-14-19.00.md": "# h",
    "elsewhere/secret.txt": "secret",
}
STEM = "/meetings/team/2019/team.2019-08-14-19.00"


@dataclass(frozen=True, slots=True)
class Got:
    status: int
    headers: Mapping[str, str]
    text: str


def ask(folder: Path, port: int, path: str, method: str = "GET", **headers: str) -> Got:
    """Write the files, open the door, ask once as raw as can be, close it."""
    site = Site(folder / "site")
    for name, text in FILES.items():
        site.write(name, text)
    (folder / "site" / "meetings" / ".hidden").write_text("hidden")

    def one() -> Got:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        answer = connection.getresponse()
        got = Got(answer.status, dict(answer.getheaders()), answer.read().decode())
        connection.close()
        return got

    async def play() -> Got:
        def none() -> Mapping[str, object]:
            return {"ok": True}

        view = View(
            alive=none,
            ready=none,
            status=none,
            page=str,
            badge=lambda _path: None,
            trend=none,
            sprint=lambda _name: None,
            metrics=bytes,
            file=site.read,
        )
        door = Door(Settings(port=port), view)
        await door.open()
        try:
            return await asyncio.to_thread(one)
        finally:
            await door.close()

    return asyncio.run(play())


@pytest.mark.parametrize(
    ("path", "kind", "text"),
    [
        (f"{STEM}.html", "text/html; charset=utf-8", "<p>héllo"),
        (f"{STEM}.txt", "text/plain; charset=utf-8", "héllo"),
        (f"{STEM}.toml", "text/plain; charset=utf-8", "a = 1"),
        (f"{STEM}.md", "text/plain; charset=utf-8", "# h"),
        ("/meetings/", "text/html; charset=utf-8", "all meetings"),
    ],
)
def test_a_file_is_served_with_the_type_of_its_name(
    tmp_path: Path, unused_port: Port, path: str, kind: str, text: str
) -> None:
    got = ask(tmp_path, unused_port(), path)
    assert (got.status, got.headers["Content-Type"], got.text) == (200, kind, text)


def test_a_published_page_may_run_no_script(tmp_path: Path, unused_port: Port) -> None:
    got = ask(tmp_path, unused_port(), f"{STEM}.html")
    assert got.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert got.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/meetings/none.html",
        "/meetings/team/",
        "/meetings/team",
        "/meetings/.hidden",
        "/meetings/../elsewhere/secret.txt",
        "/meetings/%2e%2e/elsewhere/secret.txt",
        "/meetings/..%2felsewhere%2fsecret.txt",
        "/meetings//team",
        "/meetings/%00",
        "/meetings/%ff",
        "/elsewhere/secret.txt",
        "/meetings/../../../../../etc/passwd",
    ],
)
def test_nothing_but_what_was_published_is_served(tmp_path: Path, unused_port: Port, path: str) -> None:
    got = ask(tmp_path, unused_port(), path)
    assert (got.status, "secret" in got.text) == (404, False)


@pytest.mark.parametrize(("path", "where"), [("/meetings", "meetings/")])
def test_a_folder_with_an_index_is_found_without_its_slash(
    tmp_path: Path, unused_port: Port, path: str, where: str
) -> None:
    got = ask(tmp_path, unused_port(), path)
    assert (got.status, got.headers["Location"]) == (301, where)


def test_a_deep_folder_with_an_index_is_found_without_its_slash(tmp_path: Path, unused_port: Port) -> None:
    Site(tmp_path / "site").write("meetings/team/index.html", "the team's")
    got = ask(tmp_path, unused_port(), "/meetings/team")
    assert (got.status, got.headers["Location"]) == (301, "./team/")


def test_who_has_the_same_is_told_so(tmp_path: Path, unused_port: Port) -> None:
    first = ask(tmp_path, unused_port(), f"{STEM}.txt")
    again = ask(tmp_path, unused_port(), f"{STEM}.txt", If_None_Match=first.headers["Etag"])
    assert (again.status, again.text) == (304, "")


@pytest.mark.parametrize(
    ("since", "status"), [("Thu, 01 Jan 2099 00:00:00 GMT", 304), ("Mon, 01 Jan 2001 00:00:00 GMT", 200)]
)
def test_what_did_not_change_since_is_not_sent_again(
    tmp_path: Path, unused_port: Port, since: str, status: int
) -> None:
    assert ask(tmp_path, unused_port(), f"{STEM}.txt", If_Modified_Since=since).status == status


def test_a_head_has_the_headers_and_no_body(tmp_path: Path, unused_port: Port) -> None:
    got = ask(tmp_path, unused_port(), f"{STEM}.txt", "HEAD")
    assert (got.status, got.headers["Content-Length"], got.text) == (200, "6", "")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_changed_through_the_door(tmp_path: Path, unused_port: Port, method: str) -> None:
    assert ask(tmp_path, unused_port(), f"{STEM}.txt", method).status == 405
