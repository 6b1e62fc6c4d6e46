"""One GitLab server, read politely and whole: see `adapter.GitLab`, which is the `Forge` port."""

from cloudbot.adapters.gitlab.adapter import GitLab
from cloudbot.adapters.gitlab.probe import GroupState, Probe
from cloudbot.adapters.gitlab.settings import Settings

__all__ = ["GitLab", "GroupState", "Probe", "Settings"]
