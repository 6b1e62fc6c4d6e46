"""HTTP: see `door.Door`. Reading the settings does not import aiohttp: a bot without a door does without it."""

from importlib import import_module
from typing import TYPE_CHECKING

from cloudbot.adapters.web.settings import Settings

if TYPE_CHECKING:
    from cloudbot.adapters.web.door import Door, Post, View

__all__ = ["Door", "Post", "Settings", "View"]


def __getattr__(name: str) -> object:
    """Import what listens when it is asked for (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import_module("cloudbot.adapters.web.lean")  # before anything imports aiohttp
    return getattr(import_module("cloudbot.adapters.web.door"), name)
