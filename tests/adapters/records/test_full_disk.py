"""A disk that takes nothing more: the change is kept, the copy stays whole, and it goes on when there is room."""

from __future__ import annotations

import os
import resource
import subprocess
from typing import TYPE_CHECKING

import pytest

from cloudbot.adapters.records.carrying_out import Done, Later
from tests.adapters.records.remotes import Keeper, Remote, effort, git, wanted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if subprocess.run(words, check=False, capture_output=True).returncode != 0:
        pytest.skip("a small file system can be mounted by root only")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def fill(place: Path) -> Path:
    """Take all the room there is."""
    ballast = place / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 512)
        except OSError:
            return ballast


def test_a_change_on_a_full_disk_waits_and_is_made_when_there_is_room(tmp_path: Path, small_disk: Path) -> None:
    remote = Remote.made(tmp_path / "records.git")
    keeper = Keeper(remote, small_disk / "copy.git")
    keeper.look()
    ballast = fill(small_disk)
    (end,) = keeper.do(wanted("k1", effort("2d")))
    assert isinstance(end, Later)
    assert end.why == "full"
    assert remote.log() == ["the first records"]
    ballast.unlink()
    keeper.again()
    assert isinstance(keeper.do(wanted("k1", effort("2d")))[0], Done)
    git(small_disk / "copy.git", "fsck", "--strict")


def test_a_file_that_may_not_grow_is_a_full_disk(tmp_path: Path) -> None:
    remote = Remote.made(tmp_path / "records.git")
    keeper = Keeper(remote, tmp_path / "copy.git")
    keeper.look()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, limits[1]))  # signal 25 for git, half a file for the index
    try:
        (end,) = keeper.do(wanted("k1", effort("2d")))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert isinstance(end, Later)
    assert end.why == "full"
    assert isinstance(keeper.do(wanted("k1", effort("2d")))[0], Done)


def test_a_lock_that_a_killed_git_left_is_taken_away_when_it_is_old(tmp_path: Path) -> None:
    remote = Remote.made(tmp_path / "records.git")
    keeper = Keeper(remote, tmp_path / "copy.git")
    keeper.look()
    lock = tmp_path / "copy.git" / "refs" / "heads" / "main.lock"
    lock.touch()
    assert isinstance(keeper.do(wanted("k1", effort("2d")))[0], Later)
    os.utime(lock, (0, 0))
    assert isinstance(keeper.do(wanted("k1", effort("2d")))[0], Done)
    assert len(remote.log()) == 2
