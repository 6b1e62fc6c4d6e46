"""The folder of the site: whole files, plain paths, and no way out of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from cloudbot.adapters.site import Site
from cloudbot.core.ports import Permanent, Sent, Transient

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "meetings/debian-cloud/2019/debian-cloud.2019-08-14-19.00.html"


def test_a_file_is_put_below_the_folder_with_the_folders_on_its_way(tmp_path: Path) -> None:
    assert Site(tmp_path / "site").write(PAGE, "héllo\n") == Sent()
    assert (tmp_path / "site" / PAGE).read_bytes() == "héllo\n".encode()


def test_a_file_that_is_there_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.write("meetings/index.html", "old and long")
    site.write("meetings/index.html", "new")
    assert [(file.name, file.read_text()) for file in (tmp_path / "meetings").iterdir()] == [("index.html", "new")]


def test_what_a_crash_left_beside_a_file_does_not_stay(tmp_path: Path) -> None:
    (tmp_path / ".a.txt.new").write_text("half a fi")
    Site(tmp_path).write("a.txt", "whole")
    assert {file.name for file in tmp_path.iterdir()} == {"a.txt"}


def test_everybody_may_read_it_whatever_the_process_allows(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        Site(tmp_path).write("meetings/a.txt", "x")
    finally:
        os.umask(before)
    made = [tmp_path / "meetings", tmp_path / "meetings" / "a.txt"]
    assert [one.stat().st_mode & 0o777 for one in made] == [0o755, 0o644]


NO_PATHS = (
    "",
    "/etc/passwd",
    "../x",
    "meetings/../../x",
    "meetings//x",
    "meetings/./x",
    "meetings/",
    ".hidden",
    "meetings/.git/config",
    "meetings\\x",
    "meetings/a\nb",
    "meetings/a\0b",
    "meetings/" + "x" * 201,
    "meetings/\udcff",
)


@pytest.mark.parametrize("path", NO_PATHS)
def test_a_path_that_is_none_is_never_written(tmp_path: Path, path: str) -> None:
    site = Site(tmp_path / "deep" / "site")
    site.write("here.txt", "x")
    assert isinstance(site.write(path, "x"), Permanent)
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == ["here.txt"]


@pytest.mark.parametrize("path", [path for path in NO_PATHS if path != "meetings/"])
def test_a_path_that_is_none_is_never_read(tmp_path: Path, path: str) -> None:
    (tmp_path / "x").write_text("secret")
    (tmp_path / "site" / "meetings").mkdir(parents=True)
    assert Site(tmp_path / "site").read(path) is None


@pytest.mark.parametrize("path", ["out/x.txt", "x.txt", "out"])
def test_a_link_is_followed_neither_to_write_nor_to_read(tmp_path: Path, path: str) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "site"
    outside.mkdir()
    folder.mkdir()
    (outside / "x.txt").write_text("secret")
    (folder / "out").symlink_to(outside)
    (folder / "x.txt").symlink_to(outside / "x.txt")
    site = Site(folder)
    assert site.read(path) is None
    site.write(path, "changed")
    assert (outside / "x.txt").read_text() == "secret"


def test_a_link_left_where_a_file_is_first_written_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / ".a.txt.new").symlink_to(tmp_path / "secret")
    assert isinstance(Site(folder).write("a.txt", "x"), Transient)
    assert (tmp_path / "secret").read_text() == "secret"


@pytest.mark.parametrize("path", ["file/below", "folder"])
def test_a_file_where_a_folder_should_be_is_permanent_and_so_is_the_reverse(tmp_path: Path, path: str) -> None:
    site = Site(tmp_path)
    site.write("file", "x")
    site.write("folder/x", "x")
    assert isinstance(site.write(path, "x"), Permanent)


def test_a_disk_that_refuses_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("no folder")
    assert isinstance(Site(tmp_path / "site").write("a.txt", "x"), Transient)


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "site").symlink_to(tmp_path / "real")
    assert Site(tmp_path / "site").write("a.txt", "x") == Sent()
    assert (tmp_path / "real" / "a.txt").read_text() == "x"


def test_a_folder_is_read_by_its_index_and_has_no_listing(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.write("meetings/index.html", "all of them")
    site.write("meetings/team/x.txt", "x")
    read = [site.read(path) for path in ("meetings/", "meetings", "meetings/team/", "meetings/none.txt")]
    assert [found and found.body for found in read] == [b"all of them", None, None, None]


def test_what_is_no_plain_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert Site(tmp_path).read("pipe") is None
