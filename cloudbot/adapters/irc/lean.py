"""The IRC library without its scheduler, never used here: it brings tempora, dateutil and ctypes, 1 MiB of every bot.

`irc.schedule` wants one class of `tempora.schedule` to inherit from. For the length of the import it gets a bare one
that has nothing to run; afterwards whoever asks for tempora finds the real one.
"""

import sys
from types import ModuleType


class InvokeScheduler:
    """A scheduler in which nothing is ever scheduled."""

    def run_pending(self) -> None:
        """There is nothing to run."""


if "irc.client" not in sys.modules and "tempora" not in sys.modules:
    _tempora, _schedule = ModuleType("tempora"), ModuleType("tempora.schedule")
    _schedule.InvokeScheduler = InvokeScheduler  # type: ignore[attr-defined]  # a module made here
    _tempora.schedule = _schedule  # type: ignore[attr-defined]
    sys.modules |= {"tempora": _tempora, "tempora.schedule": _schedule}
    try:
        import irc.client  # noqa: F401 - its import is the point
    finally:
        del sys.modules["tempora"], sys.modules["tempora.schedule"]
