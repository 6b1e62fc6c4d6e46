"""One GitLab server, read politely and whole: see `adapter.GitLab`, which is the `Source` port.

Reading the settings imports neither python-gitlab nor requests: a bot without a GitLab server does without them.
"""

from typing import TYPE_CHECKING

from cloudbot.adapters.gitlab.settings import Settings

if TYPE_CHECKING:
    from cloudbot.adapters.gitlab.adapter import GitLab
    from cloudbot.adapters.gitlab.probe import GroupState, Probe

__all__ = ["GitLab", "GroupState", "Probe", "Settings"]


def __getattr__(name: str) -> object:
    """Import what talks to a server when it is asked for (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from cloudbot.adapters.gitlab import adapter, probe  # noqa: PLC0415 - see above

    return getattr(adapter if name == "GitLab" else probe, name)
