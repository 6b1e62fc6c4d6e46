"""structlog without rich, which it loads wherever it is installed, to draw tracebacks that a log of lines never shows.

Imported before whatever logs: 6 MiB and 25 ms of every start. Anything else that wants rich still finds it.
"""

import sys

if "structlog" not in sys.modules and "rich" not in sys.modules:
    sys.modules["rich"] = None  # type: ignore[assignment]  # what Python documents for "cannot be imported"
    try:
        import structlog  # noqa: F401 - its imports are the point
    finally:
        del sys.modules["rich"]
