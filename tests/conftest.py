"""What every test may use, and the line that says what a run did not cover."""

from __future__ import annotations

import os
import re
import socket
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from _pytest.terminal import TerminalReporter

NOT_INSTALLED = re.compile(r"([\w-]+) is not installed: apt-get install ([\w-]+)")
REQUIRED = "CLOUDBOT_SERVERS_REQUIRED"
"""Set by .ci/run, which has installed the servers: there a test that does not find its server fails."""

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")  # an example that takes long on a busy machine is no fault


@pytest.fixture
def unused_port() -> Callable[[], int]:
    """Return a function that finds a free port on loopback."""

    def find() -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])

    return find


def _missing(reporter: TerminalReporter) -> list[re.Match[str]]:
    found = [NOT_INSTALLED.search(str(report.longrepr)) for report in reporter.stats.get("skipped", [])]
    return [one for one in found if one is not None]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run where the servers are required and one was not found."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and os.environ.get(REQUIRED) and _missing(reporter):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Say in one line what was not covered, and how to get it."""
    missing = _missing(terminalreporter)
    if missing:
        programs = ", ".join(sorted({one[1] for one in missing}))
        packages = " ".join(sorted({one[2] for one in missing}))
        required = " (required here)" if os.environ.get(REQUIRED) else ""
        terminalreporter.write_line(
            f"not covered{required}: {len(missing)} tests on {programs}; on Debian: apt-get install {packages}",
        )
