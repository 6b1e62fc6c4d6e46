"""The command line: exit codes, and that every failure names the way out."""

from __future__ import annotations

import contextlib
import socket
import subprocess
from typing import TYPE_CHECKING

import pytest
import structlog
from click import Context
from click.testing import CliRunner

from cloudbot.cli import COMMANDS, main
from cloudbot.store.journal import Journal
from tests.features.builders import given

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SMALL = '[state]\ndirectory = "{home}/state"\n[team]\nname = "Example Team"\n[web]\nport = 0\n'


def cloudbot(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, words)
    return result.exit_code, result.output


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """A command configures the logging of its process, which here is the tests'."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    directory = tmp_path / "config"
    directory.mkdir()
    (directory / "cloudbot.toml").write_text(SMALL.format(home=tmp_path), encoding="utf-8")
    return directory


def test_a_fine_configuration_says_so(config: Path) -> None:
    assert cloudbot("check-config", "--config", str(config)) == (
        0,
        f"{config} is fine: 0 IRC network(s), 0 GitLab server(s)\n",
    )


@pytest.mark.parametrize("command", ["run", "check-config", "health", "go-live"])
def test_a_bad_configuration_is_exit_78_with_every_problem(config: Path, command: str) -> None:
    (config / "cloudbot.toml").write_text('[state]\n[team]\nnane = "T"\n', encoding="utf-8")
    code, said = cloudbot(command, "--config", str(config))
    assert code == 78
    assert said.splitlines()[-1] == f"3 problem(s) in {config}"


def test_a_missing_credential_is_found_before_the_bot_starts(config: Path) -> None:
    (config / "salsa.toml").write_text(
        '[gitlab.salsa]\ngroups = ["team"]\ntoken_credential = "salsa-token"\n', encoding="utf-8"
    )
    said = f"there is no credential salsa-token; put it in {config}/secrets/salsa-token, mode 0600\n"
    assert cloudbot("check-config", "--config", str(config)) == (1, said)
    assert cloudbot("run", "--config", str(config)) == (78, said)


def publish_in(config: Path, folder: Path) -> None:
    file = config / "cloudbot.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("[web]\n", f'[web]\nsite = "{folder}"\n'), encoding="utf-8")


def test_a_folder_of_minutes_that_is_none_is_found_before_the_bot_starts(config: Path, tmp_path: Path) -> None:
    (tmp_path / "pages").write_text("a file", encoding="utf-8")
    publish_in(config, tmp_path / "pages" / "cloud")
    said = f"web.site: {tmp_path}/pages is no folder; minutes are published below {tmp_path}/pages/cloud\n"
    assert cloudbot("check-config", "--config", str(config)) == (1, said)


def test_a_folder_of_minutes_that_is_not_there_yet_is_fine(config: Path, tmp_path: Path) -> None:
    publish_in(config, tmp_path / "pages" / "cloud")
    assert cloudbot("check-config", "--config", str(config))[0] == 0


HOOKS = """\
[gitlab.salsa]
groups = ["team"]
[gitlab.salsa.hooks]
token_credentials = ["hook"]
signing_credentials = ["signing"]
"""


@pytest.mark.parametrize(
    ("secrets", "said"),
    [
        ({}, "there is no credential hook; put it in {config}/secrets/hook, mode 0600"),
        ({"hook": "\n"}, "a secret token is empty, so that anybody could send"),
        ({"hook": "x", "signing": "whsec_?"}, "a signing token begins with whsec_ and does not go on in base64"),
    ],
)
def test_a_secret_of_hooks_that_proves_nothing_is_found_before_the_bot_starts(
    config: Path, secrets: dict[str, str], said: str
) -> None:
    with_a_door = (config / "cloudbot.toml").read_text(encoding="utf-8").replace("port = 0", "port = 8080")
    (config / "cloudbot.toml").write_text(with_a_door + HOOKS, encoding="utf-8")
    (config / "secrets").mkdir()
    for name in ("hook", "signing"):
        path = config / "secrets" / name
        if secrets:
            path.write_text(secrets.get(name, "y"), encoding="utf-8")
            path.chmod(0o600)
    code, found = cloudbot("check-config", "--config", str(config))
    assert (code, found) == (1, f"gitlab.salsa.hooks: {said.format(config=config)}\n")


def test_check_config_prints_what_to_paste_for_the_services_to_know_the_certificate(config: Path) -> None:
    pem = config / "own.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "90", "-subj", "/CN=cloudbot"]
    subprocess.run([*make, "-keyout", str(config / "key"), "-out", str(pem)], check=True, capture_output=True)
    asked = ["openssl", "x509", "-in", str(pem), "-noout", "-fingerprint", "-sha1"]
    shown = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    sha1 = shown.strip().partition("=")[2].replace(":", "").lower()
    (config / "irc.toml").write_text(
        f'[irc.oftc]\nserver = "irc.example.org"\ncertificate = "{pem}"\n', encoding="utf-8"
    )
    code, said = cloudbot("check-config", "--config", str(config))
    assert code == 0
    assert said.splitlines()[0] == f"oftc: /msg NickServ CERT ADD {sha1}   (SHA-1, as OFTC wants it)"


def test_a_certificate_that_cannot_be_used_is_found_before_the_bot_starts(config: Path) -> None:
    (config / "irc.toml").write_text(
        f'[irc.oftc]\nserver = "irc.example.org"\ncertificate = "{config}/none.pem"\n', encoding="utf-8"
    )
    code, said = cloudbot("check-config", "--config", str(config))
    assert code == 1
    assert said.startswith("irc.oftc.certificate cannot be used:")


def test_looking_at_a_state_that_is_not_there_says_what_makes_it(config: Path, tmp_path: Path) -> None:
    said = f"there is no state in {tmp_path}/state yet; cloudbot run makes it\n"
    assert cloudbot("journal", "list", "--config", str(config)) == (69, said)
    assert cloudbot("outbox", "list", "--config", str(config)) == (69, said)
    asked = f"there is no state in {tmp_path}/state yet; add --look to ask GitLab now\n"
    assert cloudbot("ask", "!status", "--config", str(config)) == (69, asked)


def test_a_state_that_is_no_state_is_one_line_that_names_the_file(config: Path, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "state.db").write_text("something else altogether", encoding="utf-8")
    said = f"the state in {tmp_path}/state cannot be used: file is not a database\n"
    assert cloudbot("ask", "!status", "--config", str(config)) == (69, said)
    assert cloudbot("journal", "list", "--config", str(config)) == (69, said)


def test_the_journal_names_who_gave_a_command_and_by_which_account(config: Path, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    with contextlib.closing(Journal.open(tmp_path / "state" / "state.db")) as journal, journal.transaction() as written:
        written.record(given("retry", {"what": "ec2 sid arm64"}), source="irc oftc", external_id=None)
    said = "CommandGiven from irc oftc: retry ec2 sid arm64 (by Alex, account alex)"
    assert cloudbot("journal", "list", "--config", str(config)) == (0, f"      1 2019-07-22 19:00:00Z done    {said}\n")


def test_health_of_a_bot_without_a_door_says_how_to_open_one(config: Path) -> None:
    assert cloudbot("health", "--config", str(config)) == (2, "the bot has no HTTP door to ask; set web.port\n")


def test_a_bot_that_does_not_run_is_down(config: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        text = (config / "cloudbot.toml").read_text(encoding="utf-8").replace("port = 0", f"port = {port}")
        (config / "cloudbot.toml").write_text(text, encoding="utf-8")
        code, said = cloudbot("health", "--config", str(config))
    assert code == 2
    assert said.startswith(f"down: http://127.0.0.1:{port}/readyz does not answer")


def test_a_port_that_is_taken_ends_irc_server_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said = cloudbot("irc-server", "--port", str(port))
    assert (code, said) == (69, f"cannot listen on 127.0.0.1 port {port}: Address already in use; try --port 0\n")


def test_simulate_plays_a_transcript_and_check_compares(tmp_path: Path) -> None:
    script = tmp_path / "t.txt"
    script.write_text("[alice] quiet\n", encoding="utf-8")
    played = "[alice] quiet\n-bot- (to alice) quiet is for people of the team; log in to services first\n"
    assert cloudbot("simulate", str(script)) == (0, played)
    script.write_text("[alice] quiet\n-bot- (to alice) no\n", encoding="utf-8")
    code, said = cloudbot("simulate", "--check", str(script))
    assert code == 1
    assert said == f"{played}{script}: the bot says something else than is written\n"


def test_a_transcript_that_means_nothing_is_one_line_and_no_traceback(tmp_path: Path) -> None:
    script = tmp_path / "t.txt"
    script.write_text("lok\n", encoding="utf-8")
    assert cloudbot("simulate", str(script)) == (
        1,
        f"{script}: line 1 is no line of a transcript: 'lok'; see docs/transcripts.md\n",
    )


@pytest.mark.parametrize(
    "words", [("nosuch",), ("run", "--nosuch"), ("journal", "show", "x"), ("outbox", "list", "--state", "x")]
)
def test_a_wrong_word_is_exit_2(words: tuple[str, ...]) -> None:
    assert cloudbot(*words)[0] == 2


def test_every_command_has_help() -> None:
    assert len(COMMANDS) > 10
    for name in COMMANDS:
        command = main.get_command(Context(main), name)
        assert command is not None, name
        assert command.help, name
        assert cloudbot(name, "--help")[0] == 0
