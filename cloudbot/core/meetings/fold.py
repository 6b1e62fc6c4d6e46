"""A meeting is a fold over its lines: `step` takes one line, and `table` says what each command does.

Pure, and never raises, whatever is typed. Folding in two parts is folding at once. A line costs the same at the end of
a long meeting as at its start. The rules, in this order:

1. A meeting waits until #startmeeting (or its first line, where the rules say so); what is said before is not its own.
2. Every line of a running meeting is kept; after the end none is.
3. A command by somebody who may not is answered to that person once, an unknown one not at all.
4. An item without text is not noted, and whoever typed it is told; the classic manner notes it.
5. What the bot or a client marked as one says is kept and is never a command.
6. While a motion is open `+1`, `-1 because` and `0` are ballots; else a chair's `ready?` has its answers.
7. Only what is said and done is a line of the log. Changes of nick, partings, proofs of who somebody is and times in
   which nobody listened are kept without a number; a ballot that was cast in private is not kept at all.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cloudbot.core.meetings import balloting, chairing, correcting, cutting, noting, readiness, verbatim, votes, w3c
from cloudbot.core.meetings.grammar import Typed, recognise
from cloudbot.core.meetings.identity import folded, forgotten, is_chair, person, proven, renamed, vouched
from cloudbot.core.meetings.meeting import Deed, Meeting, Reply, Rules, Seat, Step
from cloudbot.core.meetings.table import TABLE
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from cloudbot.core.meetings.lines import Kind, Line

_SILENT: Mapping[Kind, Callable[[Meeting, Line], Meeting]] = {
    "is now": renamed,
    "leaves": forgotten,
    "logs in": lambda meeting, line: (vouched if line.account else forgotten)(meeting, line),
    "gap": forgotten,
}


def step(meeting: Meeting, line: Line) -> Step:
    """Return the meeting after one line more, and what the bot does about it."""
    typed = None if _is_bots(meeting, line) else _typed(meeting, line)
    if meeting.phase == "waiting":
        begun = _begun(meeting, line, typed)
        return (meeting, ()) if begun is None else _heard(begun, line, typed)
    return (meeting, ()) if meeting.phase == "ended" else _heard(meeting, line, typed)


def _is_bots(meeting: Meeting, line: Line) -> bool:
    return line.bot or (meeting.rules.bot != "" and folded(line.nick) == folded(meeting.rules.bot))


def _typed(meeting: Meeting, line: Line) -> Typed | None:
    rules = meeting.rules
    typed = recognise(line, rules.manner)
    if rules.w3c and verbatim.within(meeting, line):
        return typed if typed is not None and typed.command.name == "endmeeting" else None
    if typed is not None or line.kind != "says" or rules.manner == "classic":
        return typed
    text = clean(line.text)
    return (w3c.recognise(line, text) if rules.w3c else None) or correcting.recognise(text, everything=rules.w3c)


def fold(meeting: Meeting, lines: Iterable[Line]) -> Meeting:
    """Return the meeting after all these lines."""
    for line in lines:
        meeting, _ = step(meeting, line)
    return meeting


def meetings(lines: Iterable[Line], *, channel: str, rules: Rules) -> tuple[Meeting, ...]:
    """Return every meeting of a log, one after the other; the last may still be running."""
    found = [Meeting(channel=channel, rules=rules)]
    for line in lines:
        if found[-1].phase == "ended":
            found.append(Meeting(channel=channel, rules=replace(rules, at_once=False)))
        found[-1], _ = step(found[-1], line)
    return tuple(one for one in found if one.phase != "waiting")


def _begun(meeting: Meeting, line: Line, typed: Typed | None) -> Meeting | None:
    starting = typed is not None and typed.command.name == "startmeeting"
    if not (starting or (meeting.rules.at_once and line.kind == "says")):
        return None
    owner = Seat(nick=line.nick, account=line.account)
    begun = replace(meeting, phase="running", owner=owner, chair_at=line.at, agenda=meeting.rules.agenda)
    return begun if starting else replace(begun, started=line.at)


def _heard(meeting: Meeting, line: Line, typed: Typed | None) -> Step:
    if line.kind in _SILENT:
        return _SILENT[line.kind](replace(meeting, lines=meeting.lines.added(line)), line), ()
    line = proven(meeting, line)
    if line.kind == "ballot":
        return balloting.private(vouched(meeting, line), line)
    if not meeting.rules.keeps(line):
        return meeting, ()
    meeting = vouched(replace(meeting, lines=meeting.lines.added(line), said=meeting.said + 1), line)
    if meeting.rules.w3c:
        meeting = verbatim.after(meeting, line)
    chair = is_chair(meeting, line)
    if chair:
        meeting = replace(meeting, chair_at=line.at)
    if typed is not None:
        may = chair or typed.by_all
        deed = Deed(line=line, number=meeting.said, argument=typed.argument, chair=may, word=typed.command.name)
        return _commanded(meeting, deed, typed)
    return _spoken(meeting, line, chair=chair)


def _spoken(meeting: Meeting, line: Line, *, chair: bool) -> Step:
    if line.kind != "says" or _is_bots(meeting, line):
        return meeting, ()
    if meeting.vote is None or not meeting.vote.motion or not votes.is_bare(line.text):
        return _said(meeting, line, chair=chair) if meeting.rules.manner == "live" else (meeting, ())
    deed = Deed(line=line, number=meeting.said, argument=line.text, chair=chair, word="vote")
    return balloting.ballot(meeting, deed)


def _said(meeting: Meeting, line: Line, *, chair: bool) -> Step:
    meeting, told = cutting.offered(meeting, line)
    meeting, answered = readiness.spoken(meeting, line, chair=chair)
    return meeting, (*told, *_audible(meeting, answered))


def _commanded(meeting: Meeting, deed: Deed, typed: Typed) -> Step:
    classic = meeting.rules.manner == "classic"
    takes_over = typed.command.name == "chair" and chairing.may_take_over(meeting, deed)
    if typed.command.who == "chair" and not (deed.chair or takes_over):
        refusal = noting.tell(deed, "meeting_chairs_only", owner=meeting.owner.nick)
        return (meeting, ()) if classic else _told_once(meeting, deed, refusal)
    if typed.command.text == "needed" and not typed.argument.strip() and not classic:
        return meeting, (noting.tell(deed, "meeting_empty"),)
    meeting, said = TABLE[typed.command.name](meeting, deed)
    if typed.taken:
        meeting, taken = _told_once(meeting, deed, noting.tell(deed, "meeting_taken", typed=typed.taken))
        said = (*said, *taken)
    return meeting, _audible(meeting, said)


def _told_once(meeting: Meeting, deed: Deed, reply: Reply) -> Step:
    key = (person(deed.line), f"{reply.words} {deed.word}")
    if key in meeting.told:
        return meeting, ()
    return replace(meeting, told=meeting.told | {key}), (reply,)


def _audible(meeting: Meeting, replies: tuple[Reply, ...]) -> tuple[Reply, ...]:
    return tuple(reply for reply in replies if reply.how == "tell" or not meeting.quiet)
