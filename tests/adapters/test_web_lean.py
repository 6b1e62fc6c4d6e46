"""What a bot with a door does not load."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import os
os.environ["SSL_CERT_FILE"] = "/etc/before"
import cloudbot.adapters.web as web
web.Door
from aiohttp import connector
print(len(connector._SSL_CONTEXT_VERIFIED.get_ca_certs()), os.environ["SSL_CERT_FILE"])
"""


def test_the_authorities_of_aiohttps_client_are_not_read_and_the_environment_is_as_before() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "/etc/before"]
