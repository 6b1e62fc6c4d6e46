"""Changes made in a real repository: exactly once, through races, refusals, lost answers and crashes."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cloudbot.adapters.records.carrying_out import Done, Later, No, Proposed
from cloudbot.core.records.operations import Change, add, expect, make, put, request_id
from tests.adapters.records.remotes import (
    ACTION,
    AT,
    Keeper,
    Remote,
    effort,
    git,
    new_action,
    protect,
    titles,
    wanted,
)
from tests.core.records.trees import example, org, person

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def remote(tmp_path: Path) -> Remote:
    return Remote.made(tmp_path / "records.git")


@pytest.fixture
def keeper(remote: Remote, tmp_path: Path) -> Keeper:
    return Keeper(remote, tmp_path / "copy.git")


def test_a_change_is_one_commit_of_the_person_by_the_bot(remote: Remote, keeper: Keeper) -> None:
    (end,) = keeper.do(
        wanted("k1", effort("2d"), verb="estimate", note="Closes #7, @all: /merge\nSigned-off-by: A <a@b>")
    )
    assert end == Done(commit=remote.head, ids=("A-2019-001",), subject="action A-2019-001: estimate")
    assert remote.log("%an <%ae>|%cn <%ce>|%aI")[0] == (
        "Bob Berger <bob@users.noreply.localhost>|cloudbot <cloudbot@localhost>|2026-11-23T12:00:00+00:00"
    )
    old = example()[ACTION].decode()
    assert remote.file(ACTION) == old.replace('"1d"', '"2d"')
    assert git(remote.directory, "log", "-1", "--format=%B", "main") == (
        "action A-2019-001: estimate\n\n"
        "    (Closes) # 7, @ all: / merge\n"
        "    Signed-off-by: A <a@b>\n\n"
        "On-behalf-of: bob\n"
        "Irc-Account: oftc/bob\n"
        "Via: irc #debian-cloud\n"
        f"Request-Id: {request_id('k1', AT)}"
    )
    trailers = git(remote.directory, "log", "-1", "--format=%(trailers:only)", "main")
    assert [line.partition(":")[0] for line in trailers.splitlines()] == [
        "On-behalf-of",
        "Irc-Account",
        "Via",
        "Request-Id",
    ]


def test_the_address_of_an_author_is_that_of_the_forge(tmp_path: Path) -> None:
    text = 'accounts = [\n    { net = "salsa", account = "ann-guest", uid = 42 },\n]\n'
    remote = Remote.made(tmp_path / "r.git", {**person("ann", text), **org("one")})
    more = {"people_domain": "users.noreply.salsa.debian.org"}
    keeper = Keeper(remote, tmp_path / "copy.git", more)
    keeper.do(wanted("k", Change(kind="org", id="one", edits=(put("url", value="https://one.example"),)), person="ann"))
    assert remote.log("%ae")[0] == "42-ann-guest@users.noreply.salsa.debian.org"


def test_a_burst_is_pushed_once_and_each_change_is_a_commit(remote: Remote, keeper: Keeper, tmp_path: Path) -> None:
    remote.hook(f"echo push >> {tmp_path}/pushes\n")
    before = len(remote.log())
    ends = keeper.do(*(wanted(f"k{n}", new_action(f"Thing {n}")) for n in range(5)))
    assert [end.ids for end in ends if isinstance(end, Done)] == [(f"A-2019-{n:03}",) for n in range(2, 7)]
    assert titles(remote, range(2, 7)) == [f"Thing {n}" for n in range(5)]
    assert len(remote.log()) - before == 5
    assert (tmp_path / "pushes").read_text(encoding="utf-8") == "push\n"


def test_the_same_change_is_made_once_however_often_it_is_asked_for(remote: Remote, keeper: Keeper) -> None:
    first = keeper.do(wanted("k1", new_action("Once")))
    keeper.again()
    second = keeper.do(wanted("k1", new_action("Once")), wanted("k2", effort("9d")))
    assert second[0] == first[0]
    assert isinstance(second[1], Done)
    assert len([line for line in remote.log("%s") if line.startswith("action A-2019-002")]) == 1


def test_another_bot_with_the_same_queue_does_not_make_it_again(remote: Remote, tmp_path: Path) -> None:
    one, other = Keeper(remote, tmp_path / "one.git"), Keeper(remote, tmp_path / "other.git")
    other.look()
    (first,) = one.do(wanted("k1", new_action("Once")))
    assert other.do(wanted("k1", new_action("Once"))) == [first]


def test_a_change_that_changes_nothing_makes_no_commit(remote: Remote, keeper: Keeper) -> None:
    (end,) = keeper.do(wanted("k1", effort("1d")))
    assert end == Done(commit=remote.head, ids=("A-2019-001",), subject="action A-2019-001: change")
    assert remote.log() == ["the first records"]


def test_others_being_faster_is_no_obstacle(remote: Remote, keeper: Keeper) -> None:
    keeper.look()
    remote.human().write(
        {"links/ci.toml": 'schema = "cloudbot/link/1"\nid = "ci"\ntitle = "CI"\nurl = "https://c.example"\n'}
    )
    (end,) = keeper.do(wanted("k1", effort("2d")))
    assert isinstance(end, Done)
    assert remote.log() == ["action A-2019-001: change", "by hand", "the first records"]


def test_what_became_impossible_meanwhile_is_refused_with_the_reason(remote: Remote, keeper: Keeper) -> None:
    keeper.look()
    text = example()[ACTION].decode()
    remote.human().write(
        {ACTION: text.replace("updates = []\n", 'updates = []\nowner = "alice"\naccepted = 2019-07-23\n')}
    )
    mine = Change(
        kind="action",
        id="A-2019-001",
        edits=(put("owner", value="bob"),),
        expects=(expect("owner", otherwise="A-2019-001 is somebody's already"),),
    )
    assert keeper.do(wanted("k1", mine)) == [No(("A-2019-001 is somebody's already",))]


def test_two_changes_valid_alone_and_invalid_together_one_is_made_in_either_order(tmp_path: Path) -> None:
    over = Change(kind="area", id="one", edits=(put("parent", value="two"),))
    under = Change(kind="area", id="two", edits=(put("parent", value="one"),))
    area = 'schema = "cloudbot/area/1"\nid = "{0}"\ntitle = "{0}"\ntarget = 1\n'
    files = {f"areas/{name}.toml": area.format(name) for name in ("one", "two")} | person("bob")
    for number, (first, second) in enumerate(((over, under), (under, over))):
        remote = Remote.made(tmp_path / str(number) / "r.git", files)
        one, other = (Keeper(remote, tmp_path / str(number) / f"{name}.git") for name in "ab")
        one.look()
        other.look()
        (won,), (lost,) = one.do(wanted("k1", first)), other.do(wanted("k2", second))
        assert isinstance(won, Done)
        assert isinstance(lost, No)
        assert "comes back to itself by parent" in lost.reasons[0]
        assert len(remote.log()) == 2


def test_what_the_remote_knows_and_we_do_not_yet_is_looked_at_before_refusing(remote: Remote, keeper: Keeper) -> None:
    keeper.look()
    remote.human().write(dict(person("zoe").items()), "Zoe is there")
    (end,) = keeper.do(wanted("k1", Change(kind="action", id="A-2019-001", edits=(put("owner", value="zoe"),))))
    assert isinstance(end, Done)


def test_numbers_are_given_at_the_tip_to_two_bots_at_once(remote: Remote, tmp_path: Path) -> None:
    keepers = [Keeper(remote, tmp_path / f"bot{n}.git") for n in range(2)]
    ends: list[Done | No | Later | Proposed] = []

    def play(number: int) -> None:
        burst = [wanted(f"b{number}-{turn}", new_action(f"From {number}, {turn}")) for turn in range(4)]
        ends.extend(keepers[number].at_last(one) for one in burst)

    threads = [threading.Thread(target=play, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    human = remote.human()
    pushed = 0
    for turn in range(3):
        try:
            human.write(
                {f"links/l{turn}.toml": f'schema = "cloudbot/link/1"\nid = "l{turn}"\ntitle = "L"\nurl = "https://l"\n'}
            )
            pushed += 1
        except subprocess.CalledProcessError:
            git(human.place, "reset", "-q", "--hard", "origin/main")
    for thread in threads:
        thread.join()
    assert all(isinstance(end, Done) for end in ends), ends
    ids = sorted(end.ids[0] for end in ends if isinstance(end, Done))
    assert ids == [f"A-2019-{n:03}" for n in range(2, 10)]
    assert len(remote.log()) == 1 + 8 + pushed


def test_a_hook_that_refuses_one_change_does_not_hold_up_the_others(remote: Remote, keeper: Keeper) -> None:
    remote.hook(
        "while read old new ref; do\n"
        'if git log --format=%B "$old..$new" | grep -q "A-2019-003"; then echo "no unlucky numbers" >&2; exit 1; fi\n'
        "done\n"
    )
    ends = keeper.do(*(wanted(f"k{n}", new_action(f"Thing {n}")) for n in range(3)))
    assert [type(end) for end in ends] == [Done, No, No]
    assert ends[1] == No(("the repository refuses it: no unlucky numbers",))
    assert keeper.do(wanted("k9", effort("3d")))[0] != ends[1]
    assert remote.log()[0] == "action A-2019-001: change"


def test_an_answer_that_was_lost_after_the_push_is_found_out(remote: Remote, keeper: Keeper) -> None:
    keeper.look()
    keeper.more = {"timeout": 2}
    keeper.again()
    remote.hook("sleep 5\n", "post-receive")
    (end,) = keeper.do(wanted("k1", effort("2d")))
    assert end == Done(commit=remote.head, ids=("A-2019-001",), subject="action A-2019-001: change")


def test_a_server_that_does_not_answer_makes_it_wait_and_nothing_is_lost(remote: Remote, keeper: Keeper) -> None:
    keeper.look()
    away = remote.directory.with_name("elsewhere.git")
    remote.directory.rename(away)
    (end,) = keeper.do(wanted("k1", effort("2d")))
    assert isinstance(end, Later)
    assert (end.why, end.detail) == (
        "away",
        f"git push: '{remote.directory}' does not appear to be a git repository",
    )
    away.rename(remote.directory)
    keeper.again()
    assert isinstance(keeper.do(wanted("k1", effort("2d")))[0], Done)
    assert len(remote.log()) == 2


def test_a_rewritten_history_stops_everything_until_somebody_looked(remote: Remote, keeper: Keeper) -> None:
    keeper.look()
    human = remote.human()
    git(human.place, "commit", "-q", "--amend", "-m", "another first")
    git(human.place, "push", "-q", "-f", "origin", "main")
    (end,) = keeper.do(wanted("k1", effort("2d")))
    assert isinstance(end, Later)
    assert end.why == "rewritten"
    assert remote.log() == ["another first"]


def test_a_kind_with_an_error_is_read_only_and_the_others_go_on(remote: Remote, keeper: Keeper) -> None:
    remote.human().write({"areas/publish.toml": 'schema = "cloudbot/area/1"\nid = "publish"\n'}, "oops")
    area = Change(kind="area", id="image-finder", edits=(put("target", value=3),))
    no, done = keeper.do(wanted("k1", area), wanted("k2", effort("2d")))
    assert isinstance(no, No)
    assert no.reasons[0].startswith("area is read-only until this is mended: areas/publish.toml:1: E S-SCHEMA target")
    assert isinstance(done, Done)


def test_who_may_not_is_refused(remote: Remote, keeper: Keeper) -> None:
    stranger = wanted("k1", effort("2d"), person="nobody-here")
    (end,) = keeper.do(stranger)
    assert isinstance(end, No)
    assert "H-PERM is changed in effort by nobody-here, who is not a member of the team" in end.reasons[0]
    assert remote.log() == ["the first records"]


def test_a_protected_branch_gets_a_merge_request_and_its_merge_is_noticed(remote: Remote, keeper: Keeper) -> None:
    keeper.look()
    protect(remote)
    one = wanted("k1", effort("2d"), verb="estimate")
    (end,) = keeper.do(one)
    assert isinstance(end, Proposed)
    assert end.link == "https://salsa.example.org/team/records/-/merge_requests/5"
    assert end.branch.startswith("cloudbot/action/A-2019-001-")
    options = (remote.directory / "options").read_text(encoding="utf-8").splitlines()
    assert options == [
        "merge_request.create",
        "merge_request.target=main",
        "merge_request.title=action A-2019-001: estimate",
        "merge_request.description=Asked for by bob (irc #debian-cloud). Checked: nothing found",
        "merge_request.remove_source_branch",
    ]
    assert keeper.do(one) == [Proposed(end.branch, "")]
    (remote.directory / "hooks" / "pre-receive").unlink()
    human = remote.human()
    git(human.place, "fetch", "-q")
    git(human.place, "merge", "-q", "--squash", f"origin/{end.branch}")
    git(human.place, "commit", "-q", "-m", "squashed, all trailers lost")
    git(human.place, "push", "-q", "origin", "main")
    git(human.place, "push", "-q", "origin", "--delete", end.branch)
    assert keeper.do(one) == [Done(commit=remote.head, ids=("A-2019-001",), subject="action A-2019-001: estimate")]


def test_a_merge_request_that_was_closed_is_an_end(remote: Remote, keeper: Keeper) -> None:
    keeper.more = {"merge_requests": "always"}
    keeper.again()
    git(remote.directory, "config", "receive.advertisePushOptions", "true")
    one = wanted("k1", effort("2d"))
    (end,) = keeper.do(one)
    assert isinstance(end, Proposed)
    git(remote.directory, "branch", "-D", end.branch)
    assert keeper.do(one) == [No(("the merge request for it was closed",), closed=True)]


def test_that_what_takes_two_people_was_merged_is_noticed_without_a_look(remote: Remote, keeper: Keeper) -> None:
    git(remote.directory, "config", "receive.advertisePushOptions", "true")
    one = wanted("k1", Change(kind="org", id="armco", edits=(add("parents", value={"org": "trustorg"}),)))
    (end,) = keeper.do(one)
    assert isinstance(end, Proposed)
    human = remote.human()
    git(human.place, "fetch", "-q")
    git(human.place, "merge", "-q", "--no-ff", "-m", "merged", f"origin/{end.branch}")
    git(human.place, "push", "-q", "origin", "main")
    git(human.place, "push", "-q", "origin", "--delete", end.branch)
    (done,) = keeper.do(one)
    assert isinstance(done, Done)
    assert done.ids == ("armco",)


def test_what_is_proposed_is_put_on_a_newer_main(remote: Remote, keeper: Keeper) -> None:
    git(remote.directory, "config", "receive.advertisePushOptions", "true")
    one = wanted("k1", Change(kind="org", id="armco", edits=(add("parents", value={"org": "trustorg"}),)))
    (end,) = keeper.do(one)
    assert isinstance(end, Proposed)
    newer = remote.human().write({"README.md": "newer\n"})
    assert isinstance(keeper.do(one)[0], Proposed)
    assert git(remote.directory, "rev-parse", f"{end.branch}^") == newer


def test_what_takes_two_people_is_proposed(remote: Remote, keeper: Keeper) -> None:
    git(remote.directory, "config", "receive.advertisePushOptions", "true")
    edges = Change(kind="org", id="armco", edits=(add("parents", value={"org": "trustorg"}),))
    first, second = keeper.do(wanted("k1", edges), wanted("k2", effort("2d")))
    assert isinstance(first, Proposed)
    assert first.notes == ("orgs/armco.toml is changed in parents by bob alone",)
    assert isinstance(second, Done)
    keeper.more = {"merge_requests": "never"}
    keeper.again()
    (end,) = keeper.do(
        wanted("k3", Change(kind="org", id="armco", edits=(add("parents", value={"org": "swisshost"}),)))
    )
    assert isinstance(end, No)
    assert end.reasons[0] == "orgs/armco.toml is changed in parents by bob alone, and that takes two people"


def test_a_server_that_takes_no_merge_requests_ends_what_takes_two_people_with_the_reason(
    remote: Remote, keeper: Keeper
) -> None:
    edges = Change(kind="org", id="armco", edits=(add("parents", value={"org": "trustorg"}),))
    end = keeper.do(wanted("k1", edges))
    assert end == [
        No(
            (
                "orgs/armco.toml is changed in parents by bob alone, and that takes two people",
                "the repository refuses it: it takes no merge requests from here (push options)",
            )
        )
    ]
    assert remote.log() == ["the first records"]


def test_commits_are_signed_with_an_ssh_key_if_the_team_wants_it(remote: Remote, tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    more = {"signing": "ssh", "signing_credential": "records-key"}
    Keeper(remote, tmp_path / "copy.git", more, {"records-key": key}).do(wanted("k1", effort("2d")))
    allowed = tmp_path / "allowed"
    allowed.write_text(f"cloudbot@localhost {(tmp_path / 'key.pub').read_text(encoding='utf-8')}", encoding="utf-8")
    words = ("-c", f"gpg.ssh.allowedSignersFile={allowed}", "-c", "gpg.format=ssh")
    assert "action A-2019-001: change" in git(remote.directory, *words, "verify-commit", "-v", "main")


@pytest.mark.skipif(shutil.which("gpg") is None, reason="needs gpg")
def test_commits_are_signed_with_openpgp_if_the_team_wants_it(
    remote: Remote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryDirectory(prefix="gpg-") as home:  # gpg's socket needs a short path
        monkeypatch.setenv("GNUPGHOME", home)
        new = ("--quick-gen-key", "cloudbot <cloudbot@localhost>", "ed25519", "sign")
        subprocess.run(["gpg", "--batch", "--passphrase", "", *new], check=True, capture_output=True)
        rows = subprocess.run(["gpg", "--with-colons", "-K"], check=True, capture_output=True, text=True).stdout
        more = {"signing": "openpgp", "signing_key": re.findall(r"fpr:+([0-9A-F]{40})", rows)[0]}
        try:
            Keeper(remote, tmp_path / "copy.git", more).do(wanted("k1", effort("2d")))
            assert "action A-2019-001: change" in git(remote.directory, "verify-commit", "-v", "main")
        finally:
            subprocess.run(["gpgconf", "--kill", "all"], check=False, capture_output=True)


def test_a_new_record_beside_a_race_for_its_path_is_numbered_anew(remote: Remote, keeper: Keeper) -> None:
    keeper.look()
    text = 'schema = "cloudbot/action/1"\nid = "A-2019-002"\ntitle = "By hand"\nstate = "open"\n'
    remote.human().write({"actions/A-2019-002.toml": text})
    (end,) = keeper.do(wanted("k1", make("action", "A-2019-*", {"title": "By bot", "state": "open"})))
    assert isinstance(end, Done)
    assert end.ids == ("A-2019-003",)


def test_the_day_of_a_change_is_the_day_it_was_asked_for(remote: Remote, keeper: Keeper) -> None:
    at = AT - timedelta(days=3)
    keeper.do(wanted("k1", effort("2d"), at=at))
    assert remote.log("%aI")[0] == "2026-11-20T12:00:00+00:00"


def test_what_a_human_reverts_stays_reverted_until_it_is_asked_for_again(remote: Remote, keeper: Keeper) -> None:
    one = wanted("k1", effort("2d"))
    keeper.do(one)
    human = remote.human()
    git(human.place, "revert", "--no-edit", "HEAD")
    git(human.place, "push", "-q", "origin", "main")
    keeper.look()
    assert isinstance(keeper.do(one)[0], Done)  # it was done; that somebody took it back is no reason to do it again
    assert remote.record(ACTION)["effort"] == "1d"
    git(human.place, "revert", "--no-edit", "HEAD")
    git(human.place, "push", "-q", "origin", "main")
    keeper.look()
    assert keeper.records.current is not None
    assert 'effort = "2d"' in keeper.records.current.tree.texts[ACTION]
    assert isinstance(keeper.do(wanted("k2", effort("4d")))[0], Done)
    assert remote.record(ACTION)["effort"] == "4d"


def test_a_commit_that_was_picked_again_with_its_request_id_confuses_nobody(remote: Remote, keeper: Keeper) -> None:
    keeper.do(wanted("k1", effort("2d")))
    human = remote.human()
    git(human.place, "revert", "--no-edit", "HEAD")
    git(human.place, "cherry-pick", "HEAD~1")
    git(human.place, "push", "-q", "origin", "main")
    keeper.look()
    (end,) = keeper.do(wanted("k1", effort("2d")))
    assert isinstance(end, Done)
    assert len(remote.log()) == 4


@pytest.mark.parametrize(
    ("says", "why"),
    [
        ("ERROR: This deploy key does not have write access to this project.", "refused"),
        ("fatal: write error: No space left on device", "full"),
        ("GitLab: Push rules say no", "refused"),
    ],
)
def test_what_a_server_says_decides_whether_it_is_tried_again(
    remote: Remote, keeper: Keeper, says: str, why: str
) -> None:
    remote.hook(f'echo "{says}" >&2\nexit 1\n')
    (end,) = keeper.do(wanted("k1", effort("2d")))
    if why == "refused":
        assert end == No((f"the repository refuses it: {says}",))
    else:
        assert end == Later("full", says)
