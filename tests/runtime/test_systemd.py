from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from cloudbot.runtime import systemd

if TYPE_CHECKING:
    from pathlib import Path


def test_the_service_manager_hears_what_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        assert systemd.notify("READY=1")
        assert door.recv(100) == b"READY=1"


@pytest.mark.parametrize("address", ["", "relative", "/nowhere/notify"])
def test_without_a_service_manager_nothing_is_said(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    assert not systemd.notify("READY=1")


@pytest.mark.parametrize(("usec", "seconds"), [("120000000", 60.0), ("0", None), ("", None), ("soon", None)])
def test_the_watchdog_wants_a_sign_of_life_at_half_its_time(
    monkeypatch: pytest.MonkeyPatch, usec: str, seconds: float | None
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", usec)
    assert systemd.watchdog_seconds() == seconds
