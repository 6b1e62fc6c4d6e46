"""The records: see `git.GitRecords`. Reading the settings does not import it: a bot without records does without it."""

from typing import TYPE_CHECKING

from cloudbot.adapters.records.settings import Settings

if TYPE_CHECKING:
    from cloudbot.adapters.records.git import GitRecords

__all__ = ["GitRecords", "Settings"]


def __getattr__(name: str) -> object:
    """Import the reader when it is asked for (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from cloudbot.adapters.records import git  # noqa: PLC0415 - see above

    return getattr(git, name)
