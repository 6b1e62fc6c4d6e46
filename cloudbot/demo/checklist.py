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
    "rests on pipelines and jobs, which git does not keep, or on the records of an invented team: marked with a star"

    def judge(self, answer: str) -> str | None:
        """Return the line for the checklist, or None where the answer does not hold."""
        found = re.search(self.holds, answer)
        return None if found is None else found.expand(self.result) + ("*" if self.simulated else "")


QUESTIONS = (
    Question(
        at="00:25",
        said="what came of the last sprint",
        ask="!actions s2018",
        holds=r"A-2018-001 erin, late by (\d+ d), waits for rainforest-inc since 2019-03-01",
        result=r"one promise open: \1 late, waits for rainforest-inc",
        simulated=True,
    ),
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
        at="12:51",
        said="how many can publish",
        ask="!bus publish",
        holds=r"1 can do it, 3 wanted, 1 at least: dan .*learning: grace",
        result="1 can do it, 3 wanted, 1 is learning it",
        simulated=True,
    ),
    Question(
        at="12:59",
        said="users ask where the release images are",
        ask="!where buster",
        holds=r"\(testing; checked today, nobody keeps it true\)",
        result="testing builds only; checked today, nobody keeps it true",
        simulated=True,
    ),
    Question(
        at="14:05",
        said="whose is the missing day of scripting",
        ask="!actions unowned",
        holds=r"A-2019-001 nobody \(1d of work\), due (2019-10-13)",
        result=r"nobody's, 1 day of work, due before the sprint (\1)",
        simulated=True,
    ),
    Question(
        at="14:36",
        said='"about a day" of publishing work missing',
        ask="!mr 118",
        holds=r'"Use sshfs to upload images", merged (2019-07-17)',
        result=r"merged \1, 5 days before anybody asked",
    ),
    Question(
        at="14:57",
        said="are the new accounts ready",
        ask="!accounts",
        holds=r"rf-old to rf-new, started (\d+ d) ago, stands still, no sunset",
        result=r"rf-old to rf-new began \1 ago, stands still, no sunset",
        simulated=True,
    ),
    Question(
        at="16:21",
        said="what does the publish host do",
        ask="!where publish host",
        holds=r"signs it and uploads it: only there are the credentials",
        result="signs and uploads, and only there are the credentials",
        simulated=True,
    ),
    Question(
        at="17:12",
        said="the state of the accounts is assumed",
        ask="!providers",
        holds=r"assumed \(rainforest buster\); one contact only \(rainforest\)",
        result="assumed is called assumed; one contact only",
        simulated=True,
    ),
    Question(
        at="20:31",
        said="are the dates of the sprint final",
        ask="!sprint",
        holds=r"Mon 2019-10-14 to Wed 2019-10-16 \(provisional\)(?s:.*)still shut: dates are provisional",
        result="provisional; what is shut, and what opens it",
        simulated=True,
    ),
    Question(
        at="21:17",
        said='"no disagreement until the end of the week"',
        ask="!decisions D-2019-001",
        holds=r"open, until (Mon 2019-07-29 22:00 UTC)\nin favour: (1 of 2) wanted \(alice\); steps back: carol",
        result=r"until \1; \2 say yes, carol steps back",
        simulated=True,
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
        at="34:00",
        said="two of three delegates may leave",
        ask="!whatif leave alice carol",
        holds=r"delegates of cloud left: 1, and 2 are wanted",
        result="1 delegate left, 2 wanted; no host contact",
        simulated=True,
    ),
    Question(
        at="38:47",
        said="how old is the Vagrant box, whose the login",
        ask="!image vagrant",
        holds=r"(\d+ d) ago, 35 allowed: TOO OLD\.(?s:.*)nobody is known who can sign in",
        result=r"\1 old, 35 allowed; nobody can sign in",
        simulated=True,
    ),
    Question(
        at="45:51",
        said="where to find the team",
        ask="!about",
        holds=r"for the Debian Cloud Team",
        result="what this is, whose, where the source is",
    ),
)
