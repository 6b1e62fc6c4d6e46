from __future__ import annotations

import subprocess
import sys

import pytest

LOGGING = """
import structlog
from cloudbot.cli.logs import log_to_stderr
log_to_stderr("info")
log = structlog.get_logger()
log.debug("unheard")
log.warning("a look failed", source="salsa", detail="two\\nlines")
"""


@pytest.mark.parametrize(("stream", "start"), [("", ""), ("8:1", "<4>")])
def test_an_event_is_one_line_with_a_priority_for_the_journal(stream: str, start: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOGGING], env={"JOURNAL_STREAM": stream}, capture_output=True, text=True, check=True
    )
    line = "level='warning' event='a look failed' detail='two\\nlines' source='salsa'\n"
    assert done.stderr == start + line
