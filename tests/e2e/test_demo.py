from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.slow
@pytest.mark.need("N01", "N04", "N14", "N15", "N17", "N18", "N19", "N20", "N25", "N41", "N48", "N55", by="make demo")
def test_the_demo_answers_every_line_of_its_checklist_and_ends_by_itself() -> None:
    command = [sys.executable, "-m", "cloudbot", "demo", "--quick", "--no-keep", "--port", "0"]
    played = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    rows = [line for line in played.stdout.splitlines() if line.startswith("  [")]
    assert [row for row in rows if not row.startswith("  [ok]")] == []
    assert len(rows) == 36
    assert played.returncode == 0, played.stderr
    assert "0 bytes sent off this machine" in played.stdout
