"""Reading the records out of a real git repository."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from cloudbot.adapters.records import Settings
from cloudbot.core.facts import RecordNews, RecordsSeen, RosterSeen
from cloudbot.core.people import Person
from cloudbot.core.ports import SourceAway
from tests.adapters.records.remotes import ACTION, AT, Keeper, Remote, git, protect
from tests.core.records.trees import example, person

if TYPE_CHECKING:
    from pathlib import Path

ALICE = """\
schema = "cloudbot/person/1"
id = "alice"
name = "Alice Archer"
accounts = [
    { net = "oftc", account = "alice" },
    { net = "oftc", account = "alice-old", to = 2019-01-01 },
    { net = "salsa", account = "alice-guest", uid = 7 },
]
"""
BROKEN = 'schema = "cloudbot/area/1"\nid = "publish"\n'


def small(**more: str) -> dict[str, str]:
    return {"people/alice.toml": ALICE, **more}


def seen(keeper: Keeper) -> RecordsSeen:
    fact, roster = keeper.look()
    assert isinstance(fact, RecordsSeen)
    assert isinstance(roster, RosterSeen)
    return fact


def roster(keeper: Keeper) -> tuple[Person, ...]:
    _, fact = keeper.look()
    assert isinstance(fact, RosterSeen)
    return fact.people


def test_before_the_first_look_nothing_is_known(tmp_path: Path) -> None:
    keeper = Keeper(Remote.made(tmp_path / "r.git", small()), tmp_path / "copy.git")
    assert keeper.records.current is None


def test_what_is_read_is_the_tip_and_who_is_of_the_team(tmp_path: Path) -> None:
    remote = Remote.made(tmp_path / "r.git", small())
    keeper = Keeper(remote, tmp_path / "copy.git")
    assert keeper.look() == (
        RecordsSeen(at=AT, commit=remote.head, good=remote.head),
        RosterSeen(
            at=AT,
            commit=remote.head,
            people=(Person(name="alice", accounts={"oftc": ("alice",), "salsa": ("alice-guest",)}),),
        ),
    )
    assert keeper.records.current is not None
    assert keeper.records.current.commit == remote.head


def test_who_left_may_change_nothing(tmp_path: Path) -> None:
    remote = Remote.made(tmp_path / "r.git", small(**person("bob", "left = 2026-11-23\n")))
    assert [one.name for one in roster(Keeper(remote, tmp_path / "copy.git"))] == ["alice"]


def test_what_people_change_is_read_where_it_changed_and_told_once(tmp_path: Path) -> None:
    remote = Remote.made(tmp_path / "r.git")
    keeper = Keeper(remote, tmp_path / "copy.git")
    assert seen(keeper).news == ()
    text = example()[ACTION].decode()
    commit = remote.human().write({ACTION: text.replace('"1d"', '"2d"'), "offers/O-2018-001.toml": None}, "Two days")
    fact = seen(keeper)
    assert fact.news == (RecordNews(commit=commit, author="Human", subject="Two days", files=2),)
    assert keeper.records.current is not None
    tree = keeper.records.current.tree
    assert tree.by_identity["action", "A-2019-001"].text == text.replace('"1d"', '"2d"')
    assert ("offer", "O-2018-001") not in tree.by_identity
    assert seen(keeper).news == ()


def test_news_of_a_look_that_was_not_taken_are_told_again(tmp_path: Path) -> None:
    remote = Remote.made(tmp_path / "r.git", small())
    keeper = Keeper(remote, tmp_path / "copy.git")
    seen(keeper)
    remote.human().write(person("bob"), "Bob is there")
    assert [one.subject for one in seen(keeper).news] == ["Bob is there"]
    keeper.again()  # killed before what was seen was written down
    assert [one.subject for one in seen(keeper).news] == ["Bob is there"]


def test_after_a_start_it_is_known_without_the_remote(tmp_path: Path) -> None:
    remote = Remote.made(tmp_path / "r.git", small())
    keeper = Keeper(remote, tmp_path / "copy.git")
    keeper.look()
    remote.directory.rename(tmp_path / "away.git")
    keeper.again()
    assert keeper.records.current is not None
    assert ("person", "alice") in keeper.records.current.tree.by_identity
    with pytest.raises(SourceAway) as away:
        keeper.look()
    assert away.value.reason == "unreachable"


def test_a_kind_that_was_pushed_with_an_error_is_answered_from_before(tmp_path: Path) -> None:
    remote = Remote.made(tmp_path / "r.git")
    keeper = Keeper(remote, tmp_path / "copy.git")
    good = seen(keeper).commit
    new_link = 'schema = "cloudbot/link/1"\nid = "ci"\ntitle = "CI"\nurl = "https://ci.example.org/"\n'
    remote.human().write({"areas/publish.toml": BROKEN, "links/ci.toml": new_link}, "Quick fix")
    fact = seen(keeper)
    assert (fact.good, fact.closed) == (good, ("area",))
    assert fact.findings[0].startswith("areas/publish.toml:1: E S-SCHEMA target is missing")
    current = keeper.records.current
    assert current is not None
    assert current.tree.by_identity["area", "publish"].text == example()["areas/publish.toml"].decode()
    assert ("link", "ci") in current.tree.by_identity
    keeper.again()
    assert seen(keeper).good == good
    assert keeper.records.current is not None
    assert ("area", "publish") in keeper.records.current.tree.by_identity
    remote.human().write({"areas/publish.toml": example()["areas/publish.toml"]}, "Mended")
    fact = seen(keeper)
    assert (fact.good, fact.closed, fact.findings) == (remote.head, (), ())


def test_without_a_good_state_what_can_be_read_is_answered(tmp_path: Path) -> None:
    remote = Remote.made(tmp_path / "r.git", {**example(), "areas/publish.toml": BROKEN})
    keeper = Keeper(remote, tmp_path / "copy.git")
    fact = seen(keeper)
    assert (fact.good, fact.closed) == ("", ("area",))
    assert keeper.records.current is not None
    assert ("area", "image-finder") in keeper.records.current.tree.by_identity


def test_a_link_is_no_record_and_is_not_followed(tmp_path: Path) -> None:
    remote = Remote.made(tmp_path / "r.git", small())
    human = remote.human()
    (human.place / "people" / "mallory.toml").symlink_to("/etc/passwd")
    human.write({}, "a link")
    fact = seen(Keeper(remote, tmp_path / "copy.git"))
    assert fact.findings == (
        "people/mallory.toml:1: E S-PARSE is a symbolic link; write the record itself, as a plain file",
    )


def test_a_history_that_was_rewritten_is_not_believed(tmp_path: Path) -> None:
    remote = Remote.made(tmp_path / "r.git", small())
    keeper = Keeper(remote, tmp_path / "copy.git")
    commit = seen(keeper).commit
    human = remote.human()
    human.write({"people/alice.toml": ALICE.replace("Archer", "Baker")})
    seen(keeper)
    old = remote.head
    git(human.place, "reset", "-q", "--hard", commit)
    human.write({"people/alice.toml": ALICE.replace("Archer", "Cook")}, "another past", force=True)
    with pytest.raises(SourceAway) as away:
        keeper.look()
    assert away.value.reason == "unbelievable"
    assert away.value.detail == (
        f"the history was rewritten: {old[:8]}, which was the newest, is not in it any more; "
        "if that is right: cloudbot records adopt"
    )
    assert keeper.records.current is not None
    assert keeper.records.current.commit == old


@pytest.mark.parametrize(
    ("remote", "branch", "why"),
    [
        ("/nowhere/records.git", "main", "git fetch: '/nowhere/records.git' does not appear to be a git repository"),
        ("", "other", "the remote has no such branch; push one, or name another as branch in [records]"),
    ],
    ids=["no repository", "no branch"],
)
def test_a_remote_that_cannot_be_read_is_away_with_git_s_own_words(
    tmp_path: Path, remote: str, branch: str, why: str
) -> None:
    here = Remote.made(tmp_path / "r.git", small())
    here.url = remote or here.url
    with pytest.raises(SourceAway) as away:
        Keeper(here, tmp_path / "copy.git", {"branch": branch}).look()
    assert (away.value.reason, away.value.detail) == ("unreachable", why)


@pytest.mark.parametrize("remote", ["--upload-pack=touch /tmp/x", "-x", "a b", ""])
def test_a_remote_that_git_would_take_for_an_option_is_refused(remote: str) -> None:
    with pytest.raises(ValueError, match="remote"):
        Settings(remote=remote)


@pytest.mark.parametrize(
    ("remote", "site"),
    [
        ("git@salsa.example.org:team/records.git", "https://salsa.example.org/team/records"),
        ("ssh://git@salsa.example.org/team/records.git", "https://salsa.example.org/team/records"),
        ("ssh://git@salsa.example.org:2222/team/records.git", "https://salsa.example.org/team/records"),
        ("https://salsa.example.org/team/records.git", "https://salsa.example.org/team/records"),
        ("https://bot@salsa.example.org/team/records.git", ""),
        ("/srv/records.git", ""),
    ],
)
def test_where_people_look_at_the_records(remote: str, site: str) -> None:
    assert Settings(remote=remote).site_url == site
    assert Settings(remote=remote, site="https://here.example.org").site_url == "https://here.example.org"


def test_what_somebody_broke_is_offered_to_be_put_back_once(tmp_path: Path) -> None:
    remote = Remote.made(tmp_path / "r.git")
    keeper = Keeper(remote, tmp_path / "copy.git")
    seen(keeper)
    protect(remote)
    (remote.directory / "hooks" / "pre-receive").write_text(
        (remote.directory / "hooks" / "pre-receive").read_text(encoding="utf-8").replace("refs/heads/main", "none"),
        encoding="utf-8",
    )
    remote.human().write({"areas/publish.toml": BROKEN, "areas/odd.toml": "x ="}, "Quick fix")
    fact = seen(keeper)
    assert fact.mend == "https://salsa.example.org/team/records/-/merge_requests/5"
    assert seen(keeper).mend == ""
    branch = f"cloudbot/mend/{remote.head[:8]}"
    assert git(remote.directory, "diff", "--stat", "main~1", branch) == ""
    assert git(remote.directory, "log", "-1", "--format=%s", branch) == "records: put back 2 files that cannot be read"


def test_a_large_file_is_not_read_and_said_to_be_too_large(tmp_path: Path) -> None:
    remote = Remote.made(tmp_path / "r.git", small(**{"links/big.toml": "x" * 3_000_000, "notes.bin": "y" * 3_000_000}))
    keeper = Keeper(remote, tmp_path / "copy.git")
    fact = seen(keeper)
    assert fact.closed == ("link",)
    assert fact.findings == (
        "links/big.toml:1: E S-PARSE is larger than 100,000 bytes; write a shorter record, and a link to the rest",
    )
    assert keeper.records.current is not None
    assert ("person", "alice") in keeper.records.current.tree.by_identity
    assert sum(map(len, keeper.records.current.tree.texts.values())) < 10_000


def test_a_path_that_is_no_text_is_said_and_the_others_are_read(tmp_path: Path) -> None:
    remote = Remote.made(tmp_path / "r.git", small())
    human = remote.human()
    blob = git(human.place, "hash-object", "-w", "people/alice.toml")
    index = subprocess.run(
        ["git", "-C", str(human.place), "update-index", "-z", "--index-info"],
        input=b"100644 " + blob.encode() + b"\tpeople/al\xffice.toml\0",
        check=True,
    )
    assert index.returncode == 0
    git(human.place, "commit", "-q", "-m", "a path of bytes")
    git(human.place, "push", "-q", "origin", "main")
    fact = seen(Keeper(remote, tmp_path / "copy.git"))
    assert fact.closed == ("person",)
    assert fact.findings[0].startswith("people/al\\xffice.toml:")
