"""The line of a job's log that says what went wrong, for the newest failures on the lines that people follow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import structlog
from gitlab.exceptions import GitlabError
from requests.exceptions import InvalidSchema

from cloudbot.adapters.gitlab.away import refused
from cloudbot.adapters.gitlab.jobs import known
from cloudbot.adapters.gitlab.memory import by_line, is_main
from cloudbot.adapters.gitlab.session import LinkElsewhere, TooLarge
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloudbot.adapters.gitlab.look import Look
    from cloudbot.core.forge import Project

log = structlog.get_logger(__name__)

MOST = 10
"""Logs that one look reads; what is left waits for the next."""

END = 65_536
"""Bytes of the end of a log that are read: what ended a job stands near its end."""

LONGEST = 200
SERVER_ERROR = 500

_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07]*\x07?")
_SECTION = re.compile(r"section_(?:start|end):\d+:[^\r\n ]*\r?")
_STAMP = re.compile(r"^\d{4}-\d\d-\d\dT[\d:.]+Z \d\d[OE][+ ]?")
"""What newer runners write before every line."""

_SECRET = re.compile(r"(?<=://)[^/@\s]+(?=@)|\bgl[a-z]{2,5}-[\w-]{8,}")

_TRAILER = re.compile(r"^(?:ERROR: Job failed|WARNING: |Cleaning up |Uploading |Running after_script|Saving cache)")
_TELLING = (
    re.compile(r"no space left|out of memory|oom-?kill|cannot allocate memory", re.IGNORECASE),
    re.compile(r"^(?:E|error|fatal|err)\b ?[:!]|\b(?:\w*error|\w*exception|fatal|panic) ?:", re.IGNORECASE),
    re.compile(r"\b(?:error|fatal|failed|failure|traceback|not found|denied)\b", re.IGNORECASE),
)


def read(look: Look, projects: Iterable[Project]) -> None:
    """Read the logs of jobs that failed in the newest pipelines, the newest first, each once."""
    open_ones = [project for project in projects if _is_open(look, project)]
    wanted = [
        (job, project) for project in open_ones for job in _failed(look, project) if job not in look.memory.errors
    ]
    for job, project in sorted(wanted, key=lambda one: -one[0])[:MOST]:
        look.memory.errors[job] = first_error(_end(look, project, job))


def first_error(text: str) -> str:
    """Return the line of a log that says best what went wrong, or nothing. Pure.

    The most telling kind of line wins, the first of its kind; GitLab's own `ERROR: Job failed: exit code 1` only where
    there is no other.
    """
    lines = [line for line in map(_line, _SECTION.sub("\n", _ANSI.sub("", text)).splitlines()) if line]
    own = [line for line in lines if _TRAILER.match(line)]
    others = [line for line in lines if not _TRAILER.match(line)]
    for telling in _TELLING:
        if found := next((line for line in others if telling.search(line)), ""):
            return _without_secrets(found)[:LONGEST]
    return next((line for line in own if line.startswith("ERROR")), "")[:LONGEST]


def _is_open(look: Look, project: Project) -> bool:
    """Whether its logs may be told of: what only members read is not for a channel, unless the operator says so."""
    known = look.memory.known.get(project.id)
    return look.settings.private_projects or (known is not None and known.public_logs)


def _failed(look: Look, project: Project) -> list[int]:
    lines = by_line(look.memory.builds[project.id].pipelines.values()).values()
    newest = [line[0] for line in lines if is_main(line[0], project)]
    jobs = [job for one in newest for job in known(look, one) or ()]
    return [job.id for job in jobs if job.status == "failed" and job.downstream is None]


def _end(look: Look, project: Project, job: int) -> str:
    """Return the end of a log; nothing where it is gone, closed, broken, or kept on another host.

    A log that the server cannot give (5xx) says nothing about the rest: an outage shows in the lists.
    """
    try:
        return look.asks.log_end(project.id, job, END)
    except GitlabError as error:
        if not refused(error) and (error.response_code or 0) < SERVER_ERROR:
            raise
    except (InvalidSchema, LinkElsewhere, TooLarge) as error:
        log.debug("log_not_read", forge=look.settings.name, project=project.path, job=job, why=type(error).__name__)
    return ""


def _without_secrets(line: str) -> str:
    """Leave out what looks like a password in an address or a token of GitLab: a log is public, a channel is louder."""
    return _SECRET.sub("[...]", line)


def _line(text: str) -> str:
    """Return what a terminal would show of a line in the end: what follows the last carriage return."""
    shown = text.rstrip("\r").rpartition("\r")[2]
    return clean(_STAMP.sub("", shown)).strip()
