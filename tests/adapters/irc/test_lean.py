"""What a bot on IRC does not load, and that nobody else misses it."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
import cloudbot.adapters.irc
loaded = [name for name in ("tempora", "dateutil") if name in sys.modules]
import tempora.schedule
from irc.client_aio import AioReactor
AioReactor
print(loaded, tempora.schedule.InvokeScheduler.__module__)
"""


def test_the_scheduler_of_the_library_is_not_loaded_and_the_real_one_is_found_by_others() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] tempora.schedule"
