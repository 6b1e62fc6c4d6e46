"""The log: one event a line on standard error, `key=value`; under journald with a priority before it (sd-daemon(3))."""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from structlog.typing import EventDict, WrappedLogger

PRIORITIES = {"debug": 7, "info": 6, "warning": 4, "error": 3, "exception": 3, "critical": 2}
_line = structlog.processors.KeyValueRenderer(key_order=["level", "event"], sort_keys=True)


def for_journald(logger: WrappedLogger, method: str, event: EventDict) -> str:
    """Write an event as one line with its priority in front."""
    return f"<{PRIORITIES.get(method, 6)}>{_line(logger, method, event)}"


def log_to_stderr(level: str) -> None:
    """Log from a level on. journald adds the time; a terminal does not need it."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            for_journald if os.environ.get("JOURNAL_STREAM") else _line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,  # a log line is rare; a cached logger outlives its configuration
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="level=%(levelname)s event=%(message)s")
