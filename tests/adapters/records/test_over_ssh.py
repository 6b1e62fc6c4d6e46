"""The records on a real ssh server: keys, a host that is not known, hooks that refuse or are slow, others who push."""

from __future__ import annotations

import asyncio
import getpass
import os
import shutil
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cloudbot.adapters.records.carrying_out import Done, Later, No
from cloudbot.core.ports import SourceAway
from tests.adapters.records.remotes import Keeper, Remote, effort, git, new_action, wanted
from tests.irc_servers.programs import stop, wait_for_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.server
SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
CONFIG = """\
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/authorized
PidFile {folder}/pid
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
"""


@dataclass(slots=True)
class Server:
    """One ssh server on loopback with a repository."""

    port: int
    folder: Path
    remote: Remote

    def keeper(self, name: str, **more: object) -> Keeper:
        """Return a bot that may push there."""
        chosen = {"ssh_credential": "key", "known_hosts": self.folder / "known"} | more
        return Keeper(self.remote, self.folder / f"{name}.git", chosen, {"key": self.folder / "user"})


@pytest.fixture
def server(tmp_path: Path, unused_port: Callable[[], int]) -> Iterator[Server]:
    if SSHD is None:
        pytest.skip("sshd is not installed: apt-get install openssh-server")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where sshd(8) lets go of its rights
    port = unused_port()
    for key in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / key)], check=True)
    (tmp_path / "authorized").write_bytes((tmp_path / "user.pub").read_bytes())
    host = (tmp_path / "host.pub").read_text(encoding="ascii")
    (tmp_path / "known").write_text(f"[127.0.0.1]:{port} {host}", encoding="ascii")
    (tmp_path / "sshd_config").write_text(CONFIG.format(folder=tmp_path), encoding="ascii")
    with (tmp_path / "sshd.log").open("wb") as log:
        words = [SSHD, "-D", "-e", "-p", str(port), "-f", str(tmp_path / "sshd_config")]
        process = subprocess.Popen(words, stderr=log)
    try:
        wait_for_port(port, process)
        remote = Remote.made(tmp_path / "records.git")
        remote.url = f"ssh://{getpass.getuser()}@127.0.0.1:{port}{remote.directory}"
        yield Server(port, tmp_path, remote)
    finally:
        stop(process)


def test_a_change_is_pushed_over_ssh_with_the_bots_own_key(server: Server) -> None:
    keeper = server.keeper("bot")
    keeper.look()
    (end,) = keeper.do(wanted("k1", effort("2d")))
    assert isinstance(end, Done)
    assert server.remote.head == end.commit


def test_a_host_that_is_not_known_is_not_spoken_to(server: Server) -> None:
    (server.folder / "known").write_text("", encoding="ascii")
    with pytest.raises(SourceAway) as away:
        server.keeper("bot").look()
    assert away.value.reason == "unreachable"
    assert "Host key verification failed" in away.value.detail


def test_a_key_that_is_not_let_in_is_said(server: Server) -> None:
    (server.folder / "authorized").write_text("", encoding="ascii")
    with pytest.raises(SourceAway) as away:
        server.keeper("bot").look()
    assert "Permission denied" in away.value.detail


def test_a_hook_that_refuses_is_told_in_its_own_words(server: Server) -> None:
    server.remote.hook('echo "only on weekdays" >&2; exit 1\n')
    assert server.keeper("bot").do(wanted("k1", effort("2d"))) == [No(("the repository refuses it: only on weekdays",))]


def test_a_hook_that_answers_too_late_makes_no_second_commit(server: Server) -> None:
    keeper = server.keeper("bot", timeout=3.0)
    keeper.look()
    server.remote.hook("sleep 6\n")
    (end,) = keeper.do(wanted("k1", effort("2d")))
    assert isinstance(end, Later)
    assert (end.why, end.detail) == ("away", "git push took longer than 3 s")
    server.remote.hook("exit 0\n")
    (end,) = keeper.do(wanted("k1", effort("2d")))
    assert isinstance(end, Done)
    assert [line for line in server.remote.log() if line.startswith("action")] == ["action A-2019-001: change"]


def test_a_server_that_rewrites_what_it_was_given_stops_the_bot(server: Server) -> None:
    keeper = server.keeper("bot")
    keeper.look()
    keeper.do(wanted("k1", effort("2d")))
    git(server.remote.directory, "update-ref", "refs/heads/main", "main~1")
    human = server.remote.human("other")
    git(human.place, "commit", "-q", "--allow-empty", "-m", "another way")
    git(human.place, "push", "-q", "-f", "origin", "main")
    (end,) = keeper.do(wanted("k2", effort("3d")))
    assert isinstance(end, Later)
    assert end.why == "rewritten"


def test_two_bots_and_a_human_push_at_once_and_nothing_is_lost_or_made_twice(server: Server) -> None:
    keepers = [server.keeper(name) for name in ("one", "two")]
    for keeper in keepers:
        keeper.look()
    ends: list[object] = []

    def play(number: int) -> None:
        burst = [wanted(f"b{number}-{turn}", new_action(f"From {number}, {turn}")) for turn in range(3)]
        ends.extend(keepers[number].at_last(one) for one in burst)

    threads = [threading.Thread(target=play, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    human, pushed = server.remote.human(), 0
    for turn in range(4):
        try:
            human.write({f"notes/{turn}.md": "x\n"}, f"note {turn}")
            pushed += 1
        except subprocess.CalledProcessError:
            git(human.place, "reset", "-q", "--hard", "origin/main")
    for thread in threads:
        thread.join()
    assert all(isinstance(end, Done) for end in ends), ends
    assert sorted(end.ids[0] for end in ends if isinstance(end, Done)) == [f"A-2019-{n:03}" for n in range(2, 8)]
    assert len(server.remote.log()) == 1 + 6 + pushed


def test_an_end_does_not_wait_for_a_server_that_does_not_answer(server: Server) -> None:
    keeper = server.keeper("bot", timeout=60.0)
    keeper.look()
    server.remote.hook("sleep 30\n")

    async def scene() -> None:
        pushing = asyncio.create_task(keeper.records.carry_out([wanted("k1", effort("2d"))]))
        await asyncio.sleep(1.5)
        await keeper.records.close()
        async with asyncio.timeout(20):  # the server would take thirty
            (end,) = await pushing
        assert isinstance(end, Later)

    asyncio.run(scene())
    server.remote.hook("exit 0\n")
    keeper.again()
    assert isinstance(keeper.do(wanted("k1", effort("2d")))[0], Done)
    assert len(server.remote.log()) == 2
