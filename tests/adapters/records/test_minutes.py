"""Minutes over real git: a push with a hand edit in between loses nothing, and what was done is not done again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.adapters.records.carrying_out import Done, Wanted
from cloudbot.core.effects import CommitRecords
from cloudbot.core.records.operations import Author, Change, FileChange, Operation, add, expect, make, put
from cloudbot.store.codec import decode, encode
from tests.adapters.records.remotes import AT, Keeper, Remote

if TYPE_CHECKING:
    from pathlib import Path

ID = "team.2026-11-23-10.00"
PATH = f"minutes/{ID}"
TEXT = "Minutes\n\n* Builds\n  * arm64 is red\n\n* Keys\n  * AGREED: new ones\n"
NOTED = ("arm64 is red", "new ones")


def recorded() -> tuple[Change, ...]:
    """Return the change that makes minutes and what they promise."""
    items = [
        {"id": n, "kind": "info", "text": text, "nick": "bob", "at": AT, "line": n}
        for n, text in enumerate(NOTED, start=1)
    ]
    minutes = {
        "channel": "oftc/#team", "started": AT, "ended": AT, "items": items,
        "actions": [{"item": 1, "action": "$id1"}, {"item": 2, "action": "$id2"}],
    }  # fmt: skip
    action = {"title": "x", "state": "open", "from": {"meeting": ID}}
    return make("minutes", ID, minutes), make("action", "A-2026-*", action), make("action", "A-2026-*", action)


def wanted(key: str, changes: tuple[Change, ...], *files: FileChange) -> Wanted:
    """Return the change as it is read again from the outbox."""
    effect = CommitRecords(
        key=key,
        operation=Operation(verb="record", changes=changes, files=files),
        author=Author(person="bob", account="oftc/bob", via="irc #team"),
    )
    return Wanted(effect=decode(CommitRecords, encode(effect)), since=AT)


FIRST = wanted(
    "meeting/team/records", recorded(), *(FileChange(path=f"{PATH}{end}", text=TEXT) for end in (".txt", ".md"))
)
SECOND = wanted(
    "meeting/team/records/correct-1",
    (
        Change(
            kind="minutes",
            id=ID,
            edits=(
                put("items", "@id=1", "text", value="arm64 is green"),
                add("fixes", value={"at": AT, "by": "bob", "item": 1, "was": "arm64 is red", "now": "arm64 is green"}),
            ),
            expects=(expect("items", "@id=1", "text", value="arm64 is red"),),
        ),
    ),
    FileChange(path=f"{PATH}.txt", text=TEXT.replace("arm64 is red", "arm64 is green"), was=TEXT),
)


def test_minutes_texts_and_actions_are_one_commit(tmp_path: Path) -> None:
    remote = Remote.made(tmp_path / "remote.git")
    (end,) = Keeper(remote, tmp_path / "bot").do(FIRST)
    assert isinstance(end, Done)
    assert end.ids == (ID, "A-2026-001", "A-2026-002")
    assert remote.log()[:2] == [f"minutes {ID}: record and 2 more", "the first records"]
    assert remote.file(f"{PATH}.txt") == remote.file(f"{PATH}.md") == TEXT
    assert [one["action"] for one in remote.record(f"{PATH}.toml")["actions"]] == ["A-2026-001", "A-2026-002"]


def test_what_people_edited_by_hand_before_a_correction_is_kept_beside_it(tmp_path: Path) -> None:
    remote = Remote.made(tmp_path / "remote.git")
    keeper = Keeper(remote, tmp_path / "bot")
    keeper.do(FIRST)
    record = remote.file(f"{PATH}.toml")
    remote.human("ann").write(
        {
            f"{PATH}.txt": TEXT.replace("* Keys", "* The keys of the mirror") + "\nWritten down by ann.\n",
            f"{PATH}.toml": record.replace('"new ones"', '"new ones for the mirror"'),
        }
    )
    (end,) = keeper.do(SECOND)
    assert isinstance(end, Done)
    assert remote.file(f"{PATH}.txt") == (
        "Minutes\n\n* Builds\n  * arm64 is green\n\n* The keys of the mirror\n  * AGREED: new ones\n"
        "\nWritten down by ann.\n"
    )
    found = remote.record(f"{PATH}.toml")
    assert [item["text"] for item in found["items"]] == ["arm64 is green", "new ones for the mirror"]
    assert [fix["was"] for fix in found["fixes"]] == ["arm64 is red"]


def test_where_both_changed_the_same_line_the_hand_edit_stands_and_the_commit_says_so(tmp_path: Path) -> None:
    remote = Remote.made(tmp_path / "remote.git")
    keeper = Keeper(remote, tmp_path / "bot")
    keeper.do(FIRST)
    edited = TEXT.replace("arm64 is red", "arm64 has been red")
    remote.human("ann").write({f"{PATH}.txt": edited})
    (end,) = keeper.do(SECOND)
    assert isinstance(end, Done)
    assert remote.file(f"{PATH}.txt") == edited
    assert remote.record(f"{PATH}.toml")["items"][0]["text"] == "arm64 is green"
    assert f"Ack: M-KEPT:{PATH}.txt" in "\n".join(remote.log("%B")[:12])


def test_what_was_pushed_while_the_minutes_were_on_their_way_is_neither_lost_nor_doubled(tmp_path: Path) -> None:
    remote = Remote.made(tmp_path / "remote.git")
    keeper = Keeper(remote, tmp_path / "bot")
    keeper.look()
    remote.human("ann").write({f"{PATH}.txt": "Written by hand, for the bot was away.\n"})
    (end,) = keeper.do(FIRST)
    assert isinstance(end, Done)
    assert remote.file(f"{PATH}.txt") == "Written by hand, for the bot was away.\n"
    assert remote.file(f"{PATH}.md") == TEXT
    keeper.again()
    (again,) = keeper.do(FIRST)
    assert isinstance(again, Done)
    assert again.commit == end.commit


def test_another_bots_number_taken_meanwhile_gives_the_next_ones_in_the_minutes_too(tmp_path: Path) -> None:
    remote = Remote.made(tmp_path / "remote.git")
    keeper = Keeper(remote, tmp_path / "bot")
    keeper.look()
    taken = 'schema = "cloudbot/action/1"\nid = "A-2026-001"\ntitle = "y"\nstate = "open"\n'
    remote.human("ann").write({"actions/A-2026-001.toml": taken})
    (end,) = keeper.do(FIRST)
    assert isinstance(end, Done)
    assert [one["action"] for one in remote.record(f"{PATH}.toml")["actions"]] == ["A-2026-002", "A-2026-003"]
