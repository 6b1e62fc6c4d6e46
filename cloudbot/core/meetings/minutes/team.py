"""What the minutes say of the team and its agenda: the roll, the quorum, and what stays for the next meeting.

Nothing of a meeting of which neither is known, so that its minutes are MeetBot's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.meetings.walking import leftovers

if TYPE_CHECKING:
    from cloudbot.core.meetings.meeting import Meeting
    from cloudbot.core.meetings.minutes.reading import Reading

ROLL = "Roll call"
LEFT = "Left for the next meeting"


def rolled(read: Reading) -> list[tuple[str, str]]:
    """Return the lines of the roll, each with its name: `Present`, `Regrets`, `Quorum`."""
    meeting, rules = read.meeting, read.meeting.rules
    if rules.manner == "classic" or not (rules.known or rules.regrets or rules.quorum or rules.w3c):
        return []
    found = read.roll
    quorum = f"{found.deciding} of {found.needed} delegates, {'' if found.reached else 'not '}reached"
    lines = (
        ("Present", ", ".join(found.present or _declared(meeting))),
        ("Left early", ", ".join(found.left)),
        ("Guests", ", ".join(found.others) if rules.known else ""),
        ("Regrets", ", ".join(found.regrets)),
        ("Delegates absent", ", ".join(found.absent)),
        ("Quorum", quorum if found.needed else ""),
        ("Scribe", ", ".join(meeting.scribes)),
    )
    return [(name, text) for name, text in lines if text]


def _declared(meeting: Meeting) -> list[str]:
    """Return who said `present+` or was said to be, where nobody of the team is known."""
    said = {} if meeting.rules.known else {one.name: one.how for one in meeting.named}
    return [name for name, how in said.items() if how == "present"]


def left(meeting: Meeting) -> list[str]:
    """Return what of the agenda was not talked about; nothing while the meeting runs."""
    return [] if meeting.ended is None else [item.text for item in leftovers(meeting)]
