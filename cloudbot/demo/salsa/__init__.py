"""A simulated GitLab on loopback: the recorded week of the Debian Cloud Team, or a team as big as a test wants."""

from cloudbot.demo.salsa.faults import Fault, Faults
from cloudbot.demo.salsa.server import Asked, Salsa
from cloudbot.demo.salsa.world import (
    CommitStory,
    DownstreamStory,
    JobStory,
    MergeRequestStory,
    NoteStory,
    PipelineStory,
    ProjectStory,
    ScheduleStory,
    World,
)

__all__ = [
    "Asked",
    "CommitStory",
    "DownstreamStory",
    "Fault",
    "Faults",
    "JobStory",
    "MergeRequestStory",
    "NoteStory",
    "PipelineStory",
    "ProjectStory",
    "Salsa",
    "ScheduleStory",
    "World",
]
