"""The records on a server that git's own HTTP backend serves, for who shows a token."""

from __future__ import annotations

import base64
import http.server
import os
import shutil
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cloudbot.adapters.records import Settings
from cloudbot.adapters.records.carrying_out import Done
from cloudbot.core.ports import SourceAway
from tests.adapters.records.remotes import Keeper, Remote, effort, git, wanted

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "glpat-" + "not-a-real-one"
BACKEND = Path(subprocess.run(["git", "--exec-path"], check=True, capture_output=True, text=True).stdout.strip())


class Backend(http.server.BaseHTTPRequestHandler):
    """One request handed to git-http-backend(1), if its sender may."""

    root: Path

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def log_message(self, *_words: object) -> None:
        pass

    def _serve(self, body: bytes) -> None:
        shown = base64.b64encode(f"cloudbot:{TOKEN}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {shown}":
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="records"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        path, _, query = self.path.partition("?")
        given = {
            "GIT_PROJECT_ROOT": str(self.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "REMOTE_USER": "cloudbot",
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
        }
        done = subprocess.run(
            [str(BACKEND / "git-http-backend")],
            input=body,
            env={**os.environ, **given},
            capture_output=True,
            check=True,
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self.send_response(int(fields.pop("Status", "200 OK").split()[0]))
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def remote(tmp_path: Path) -> Iterator[Remote]:
    if not (BACKEND / "git-http-backend").exists() or shutil.which("git") is None:
        pytest.skip("git comes without its HTTP backend here")
    made = Remote.made(tmp_path / "records.git")
    git(made.directory, "config", "http.receivepack", "true")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Here", (Backend,), {"root": tmp_path}))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_address[1]}/records.git"
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


def test_a_change_is_pushed_with_a_token_from_a_credential(remote: Remote, tmp_path: Path) -> None:
    token = tmp_path / "a token"
    token.write_text(f"{TOKEN}\n", encoding="ascii")
    keeper = Keeper(remote, tmp_path / "copy.git", {"https_credential": "token"}, {"token": token})
    keeper.look()
    assert isinstance(keeper.do(wanted("k1", effort("2d")))[0], Done)
    assert remote.log()[0] == "action A-2019-001: change"


def test_without_the_token_nobody_is_asked_and_nothing_of_it_is_told(remote: Remote, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("another", encoding="ascii")
    with pytest.raises(SourceAway) as away:
        Keeper(remote, tmp_path / "copy.git", {"https_credential": "token"}, {"token": token}).look()
    assert "Authentication failed" in away.value.detail
    assert "another" not in away.value.detail


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"remote": "https://bot:glpat-x@salsa.example.org/r.git"}, "name it in https_credential"),
        ({"remote": "/srv/r.git", "signing": "ssh"}, "signing_credential"),
        ({"remote": "/srv/r.git", "signing": "openpgp"}, "signing_key"),
    ],
)
def test_a_setting_that_would_leak_or_cannot_work_is_refused(settings: dict[str, str], why: str) -> None:
    with pytest.raises(ValueError, match=why) as refused:
        Settings.model_validate(settings)
    assert "glpat-x" not in str(refused.value).partition("[type=")[0]
