"""A simulated GitLab on loopback: the recorded week of the Debian Cloud Team, or a team as big as a test wants."""

from cloudbot.demo.salsa.faults import Fault, Faults
from cloudbot.demo.salsa.server import Asked, Salsa
from cloudbot.demo.salsa.world import (
    CommitStory,
    JobStory,
    MergeRequestStory,
    PipelineStory,
    ProjectStory,
    World,
)

__all__ = [
    "Asked",
    "CommitStory",
    "Fault",
    "Faults",
    "JobStory",
    "MergeRequestStory",
    "PipelineStory",
    "ProjectStory",
    "Salsa",
    "World",
]
