"""One process per state directory."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from cloudbot.store.lock import StateInUse, only_process

if TYPE_CHECKING:
    from pathlib import Path

HOLD = """
import pathlib, sys
from cloudbot.store.lock import only_process
with only_process(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_is_refused_with_the_pid_of_the_first_until_that_ends_however_it_ends(tmp_path: Path) -> None:
    program = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        with pytest.raises(StateInUse) as refusal, only_process(tmp_path):
            raise AssertionError("two processes have the state")
        first.kill()

    assert refusal.value.pid == first.pid
    assert str(refusal.value) == f"{tmp_path} is in use by the cloudbot with pid {first.pid}; stop that one first"
    with only_process(tmp_path):
        assert (tmp_path / "lock").read_text() == str(os.getpid())


def test_the_same_process_may_not_hold_it_twice_either(tmp_path: Path) -> None:
    with only_process(tmp_path), pytest.raises(StateInUse) as refusal, only_process(tmp_path):
        raise AssertionError("held twice")

    assert refusal.value.pid == os.getpid()


def test_a_lock_file_with_anything_in_it_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("a longer text than any pid, left by an editor")

    with only_process(tmp_path):
        assert (tmp_path / "lock").read_text() == str(os.getpid())


def test_a_lock_held_by_somebody_who_wrote_nonsense_is_still_a_lock(tmp_path: Path) -> None:
    with only_process(tmp_path):
        (tmp_path / "lock").write_text("nonsense")
        with pytest.raises(StateInUse) as refusal, only_process(tmp_path):
            raise AssertionError("held twice")

    assert refusal.value.pid == 0
