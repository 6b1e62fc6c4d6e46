"""`cloudbot records measure`: counts of a real clone beside the claims, and no name of anybody."""

from __future__ import annotations

import os
import subprocess
from datetime import date
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from cloudbot.adapters.records.history import commits_by_author
from cloudbot.cli import main
from cloudbot.core.records.area_paths import parted, paths_in
from cloudbot.core.records.kinds.work import Area

if TYPE_CHECKING:
    from pathlib import Path

AREA = 'schema = "cloudbot/area/1"\nid = "{name}"\ntitle = "x"\ntarget = 3\npaths = [{paths}]\n'
DAN = 'people = [{ person = "dan", level = "leads", last_evidence = 2019-07-01 }]\n'
PERSON = 'schema = "cloudbot/person/1"\nid = "dan"\nname = "Dan"\n'
BLANK = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null", "LC_ALL": "C"}


def git(clone: Path, *words: str, author: str = "Dan", day: str = "2019-07-01") -> None:
    who = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in (("NAME", author),)}
    who |= {f"GIT_{role}_EMAIL": f"{author.lower()}@example.org" for role in ("AUTHOR", "COMMITTER")}
    when = {f"GIT_{role}_DATE": f"{day}T12:00:00Z" for role in ("AUTHOR", "COMMITTER")}
    subprocess.run(
        ["git", "-C", str(clone), *words], check=True, capture_output=True, env=os.environ | BLANK | who | when
    )


def change(clone: Path, path: str, author: str = "Dan", day: str = "2019-07-01") -> None:
    file = clone / path
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as out:
        out.write(f"{author} {day}\n")
    git(clone, "add", ".")
    git(clone, "commit", "-m", "x", author=author, day=day)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a clone called `images`: five commits to publish/ by two people, one elsewhere, one of long ago."""
    directory = tmp_path / "images"
    directory.mkdir()
    git(directory, "init", "-b", "main")
    change(directory, "publish/old", "Grace", "2018-07-01")
    for number in range(4):
        change(directory, f"publish/{number}")
    change(directory, "publish/5", "Erin")
    change(directory, "docs/a*b", "Frank")
    return directory


@pytest.fixture
def records(tmp_path: Path) -> Path:
    directory = tmp_path / "records"
    for folder in ("areas", "people"):
        (directory / folder).mkdir(parents=True)
    (directory / "people" / "dan.toml").write_text(PERSON)
    area(directory, "publish", '"images:publish/"', DAN)
    area(directory, "finder", '"image-finder:."')
    return directory


def area(directory: Path, name: str, paths: str, more: str = "") -> None:
    (directory / "areas" / f"{name}.toml").write_text(AREA.format(name=name, paths=paths) + more)


def measure(clone: Path, records: Path, *more: str) -> tuple[int, str]:
    words = ["records", "measure", str(clone), str(records), "--date", "2019-07-23", *more]
    result = CliRunner().invoke(main, words)
    return result.exit_code, result.output


@pytest.mark.need("N41", by="cloudbot records measure")
@pytest.mark.need("N14", by="cloudbot records measure")
def test_the_history_of_the_last_year_stands_beside_the_claim(clone: Path, records: Path) -> None:
    assert measure(clone, records) == (
        0,
        (
            "publish: 5 commit(s) by 2, 4 by one (80 %), 1 made half; 1 can do it by the records, 3 wanted\n"
            "since 2018-07-23; 1 area(s) without a path in images\n"
        ),
    )


def test_another_first_day_counts_from_there(clone: Path, records: Path) -> None:
    assert measure(clone, records, "--since", "2018-01-01")[1].startswith("publish: 6 commit(s) by 3, 4 by one (66 %)")
    assert measure(clone, records, "--since", "2019-07-02")[1].startswith("publish: no commit; 1 can do it")


def test_the_records_may_call_the_clone_otherwise(clone: Path, records: Path) -> None:
    area(records, "publish", '"team/disk-images:docs/a*b"')

    assert measure(clone, records, "--project", "team/disk-images")[1].startswith("publish: 1 commit(s) by 1, 1 by one")


def test_a_clone_that_no_area_names_says_what_to_write(clone: Path, records: Path) -> None:
    assert measure(clone, records, "--project", "other") == (
        2,
        'no area has a path in other; write paths = ["other:FOLDER/"] in areas/, or --project NAME\n',
    )


def test_a_folder_without_a_history_is_an_error_that_says_so(tmp_path: Path, records: Path) -> None:
    empty = tmp_path / "other" / "images"
    empty.mkdir(parents=True)
    code, said = measure(empty, records)

    assert (code, said.startswith(f"{empty} has no history to read: fatal: ")) == (2, True)


def test_a_day_that_is_none_is_wrong_usage(clone: Path, records: Path) -> None:
    code, said = measure(clone, records, "--since", "yesterday")

    assert (code, said.splitlines()[-1]) == (
        2,
        "Error: Invalid value for --since: 'yesterday' is no day; write it as 2019-07-22",
    )


def test_authors_with_two_spellings_are_one_by_the_mailmap_and_merges_do_not_count(clone: Path) -> None:
    git(clone, "checkout", "-b", "side", "main~1")
    change(clone, "publish/side", "Daniel")
    git(clone, "checkout", "main")
    git(clone, "merge", "--no-ff", "-m", "merge", "side", author="Frank")
    (clone / ".mailmap").write_text("Dan <dan@example.org> Daniel <daniel@example.org>\n")

    assert commits_by_author(clone, ["publish/"], date(2019, 1, 1)) == (5, 1)


def of(*paths: str) -> Area:
    return Area(schema="cloudbot/area/1", id="x", title="x", target=1, paths=paths)


@pytest.mark.parametrize(
    ("paths", "project", "found"),
    [
        (("images:publish/",), "images", ("publish/",)),
        (("images:publish/",), "team/images", ("publish/",)),
        (("team/images:publish/",), "team/images", ("publish/",)),
        (("team/images:publish/",), "images", ()),
        (("other/images:publish/",), "team/images", ()),
        (("images:a", "finder:b", "c"), "images", ("a", "c")),
        (("images:",), "images", (".",)),
        (("images:/etc",), "images", ("etc",)),
    ],
)
def test_a_path_belongs_to_the_project_before_its_colon(
    paths: tuple[str, ...], project: str, found: tuple[str, ...]
) -> None:
    assert paths_in(of(*paths), project) == found


def test_a_path_is_parted_at_its_colon() -> None:
    assert parted("images:publish/") == ("images", "publish/")
