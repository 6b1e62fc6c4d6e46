"""What that room could not answer, what to type now, and what the answer must hold for the demo to be true."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A moment of the recording (mm:ss), the command that answers it now, and what must be in the answer."""

    at: str
    said: str
    ask: str
    holds: str
    result: str
    "what the checklist shows; `\\1` and so on are groups of `holds`"
    simulated: bool = False
    "the figures rest on pipelines and jobs, which git does not keep: made up, and marked with a star"

    def judge(self, answer: str) -> str | None:
        """Return the line for the checklist, or None where the answer does not hold."""
        found = re.search(self.holds, answer)
        return None if found is None else found.expand(self.result) + ("*" if self.simulated else "")


QUESTIONS = (
    Question(
        at="05:02",
        said="nobody knows the whole state",
        ask="!status",
        holds=r"(\d+) of (\d+) builds ok; FAIL (ec2 sid arm64).*2 open MRs, oldest (\d+ d)",
        result=r"one line: oldest MR \4, \1 of \2 builds ok, \3 FAIL",
        simulated=True,
    ),
    Question(
        at="12:09",
        said="two more people to know",
        ask="!people",
        holds=r"119 commits, 4 people, 116 by one",
        result="4 people in 90 days, 116 of 119 commits by one",
    ),
    Question(
        at="14:36",
        said='"about a day" of publishing work missing',
        ask="!mr 118",
        holds=r'"Use sshfs to upload images", merged (2019-07-17)',
        result=r"merged \1, 5 days before anybody asked",
    ),
    Question(
        at="26:26",
        said='OpenStack images "before bullseye"',
        ask="!health generic",
        holds=r"generic: (\d+) of \1 builds ok",
        result=r"generic (once openstack): \1 of \1 builds ok",
        simulated=True,
    ),
    Question(
        at="24:32",
        said="the list is not fed by what was built",
        ask="!health sid",
        holds=r"FAIL ec2 sid arm64 since (\w+ \d\d:\d\d) \(2 d",
        result=r"since \1: ec2 sid arm64",
        simulated=True,
    ),
    Question(
        at="29:02",
        said="work is invisible",
        ask="!mrs",
        holds=r"longest without an answer: !128 \((\d+ d), no reply\)",
        result=r"!128 waits \1",
    ),
    Question(
        at="45:51",
        said="where to find the team",
        ask="!about",
        holds=r"for the Debian Cloud Team",
        result="what this is, whose, where the source is",
    ),
)
