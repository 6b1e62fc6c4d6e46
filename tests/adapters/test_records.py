"""Reading the records out of a real git repository."""

from __future__ import annotations

import asyncio
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from cloudbot.adapters.records import GitRecords, Settings
from cloudbot.core.facts import RosterSeen
from cloudbot.core.people import Person
from cloudbot.core.ports import SourceAway

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2019, 7, 22, 17, 0, tzinfo=UTC)
ALICE = """\
schema = "cloudbot/person/1"
id = "alice"
name = "Alice Archer"
accounts = [
    { net = "oftc", account = "alice" },
    { net = "salsa", account = "alice-guest" },
]
[debian]
status = "dd"
"""


def git(repository: Path, *words: str) -> str:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
    done = subprocess.run(["git", "-C", str(repository), *identity, *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(repository: Path, **files: str) -> str:
    """Write people's files, commit, return the commit."""
    if not (repository / ".git").exists():
        repository.mkdir()
        git(repository, "init", "-q", "-b", "main")
    (repository / "people").mkdir(exist_ok=True)
    for name, text in files.items():
        (repository / "people" / f"{name}.toml").write_text(text, encoding="utf-8")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "people")
    return git(repository, "rev-parse", "HEAD")


def looks(tmp_path: Path, remote: str, branch: str = "main") -> RosterSeen:
    async def play() -> RosterSeen:
        records = GitRecords(Settings(remote=remote, branch=branch), tmp_path / "copy.git")
        try:
            (seen,) = await records.look(AT)
        finally:
            await records.close()
        assert isinstance(seen, RosterSeen)
        return seen

    return asyncio.run(play())


def test_people_are_read_at_a_commit_and_again_when_there_is_a_new_one(tmp_path: Path) -> None:
    remote = tmp_path / "records"
    first = commit(remote, alice=ALICE)
    alice = Person(name="alice", accounts={"oftc": ("alice",), "salsa": ("alice-guest",)})
    assert looks(tmp_path, str(remote)) == RosterSeen(at=AT, commit=first, people=(alice,))
    second = commit(remote, bob='id = "bob"\n')
    bob = Person(name="bob", accounts={})
    assert looks(tmp_path, f"file://{remote}") == RosterSeen(at=AT, commit=second, people=(alice, bob))


def test_a_history_that_was_rewritten_is_read_as_it_is_now(tmp_path: Path) -> None:
    remote = tmp_path / "records"
    commit(remote, alice=ALICE)
    looks(tmp_path, str(remote))
    git(remote, "commit", "-q", "--amend", "-m", "people, in other words")
    assert looks(tmp_path, str(remote)).commit == git(remote, "rev-parse", "HEAD")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("id = ", "people/alice.toml: Invalid value (at end of document)"),
        ('id = "alice"\nid = "alice"\n', "people/alice.toml: Cannot overwrite a value (at line 2, column 13)"),
        ('name = "Alice"\n', "people/alice.toml: id: Field required"),
        ('id = "bob"\n', "people/alice.toml: says that its id is bob"),
        ('id = "alice"\naccounts = [{ net = "oftc" }]\n', "people/alice.toml: accounts.0.account: Field required"),
        (f'id = "alice"\nx = "{"x" * 100_000}"\n', "people/alice.toml: is larger than 100000 bytes"),
    ],
)
def test_one_file_that_cannot_be_read_is_named_and_nothing_is_concluded(tmp_path: Path, text: str, why: str) -> None:
    remote = tmp_path / "records"
    commit(remote, alice=text, bob='id = "bob"\n')
    with pytest.raises(SourceAway) as away:
        looks(tmp_path, str(remote))
    assert (away.value.reason, away.value.detail) == ("unbelievable", why)


def test_a_link_out_of_the_tree_is_nobodys_record(tmp_path: Path) -> None:
    remote = tmp_path / "records"
    commit(remote, alice=ALICE)
    (remote / "people" / "mallory.toml").symlink_to("/etc/passwd")
    commit(remote)
    assert [person.name for person in looks(tmp_path, str(remote)).people] == ["alice"]


@pytest.mark.parametrize(
    ("remote", "branch", "why"),
    [("/nowhere/records.git", "main", "git fetch: "), ("", "other", "git fetch: fatal: couldn't find remote ref")],
)
def test_a_remote_that_cannot_be_read_is_away_with_git_s_own_words(
    tmp_path: Path, remote: str, branch: str, why: str
) -> None:
    here = tmp_path / "records"
    commit(here, alice=ALICE)
    with pytest.raises(SourceAway) as away:
        looks(tmp_path, remote or str(here), branch)
    assert away.value.reason == "unreachable"
    assert away.value.detail.startswith(why)


@pytest.mark.parametrize("remote", ["--upload-pack=touch /tmp/x", "-x", "a b", ""])
def test_a_remote_that_git_would_take_for_an_option_is_refused(remote: str) -> None:
    with pytest.raises(ValueError, match="remote"):
        Settings(remote=remote)
