"""What each command does: the one table of a meeting. Who may, and what is a command, is decided in `fold`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.meetings import (
    agendum,
    balloting,
    chairing,
    correcting,
    electorate,
    noting,
    opening,
    roll,
    speakers,
    walking,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cloudbot.core.meetings.meeting import Deed, ItemKind, Meeting, Step

_NOTES: tuple[ItemKind, ...] = (
    "info", "action", "idea", "help", "link", "agreed", "accepted", "rejected", "inconclusive", "done",
)  # fmt: skip
TABLE: Mapping[str, Callable[[Meeting, Deed], Step]] = {
    **{kind: noting.noting(kind) for kind in _NOTES},
    "startmeeting": opening.start,
    "endmeeting": opening.end,
    "topic": walking.topic,
    "subtopic": walking.subtopic,
    "next": walking.next_item,
    "take": walking.take,
    "skip": walking.skip,
    "agenda": walking.agenda,
    "rollcall": roll.called,
    "meetingtopic": opening.meeting_topic,
    "meetingname": opening.meeting_name,
    "save": opening.save,
    "lurk": opening.lurking(quiet=True),
    "unlurk": opening.lurking(quiet=False),
    "restrictlogs": opening.restrict,
    "commands": opening.commands,
    "undo": noting.undo,
    "edit": noting.edit,
    "catchup": noting.catchup,
    "chair": chairing.chair,
    "unchair": chairing.unchair,
    "nick": chairing.nick,
    "here": chairing.here,
    "motion": balloting.motion,
    "startvote": balloting.start_vote,
    "vote": balloting.ballot,
    "showvote": balloting.show_vote,
    "endvote": balloting.closed,
    "voters": electorate.voters,
    "votesrequired": electorate.required,
    "s": correcting.substitute,
    "i": correcting.insert,
    "...": correcting.more,
    "proposed": agendum.proposed,
    "scribe": agendum.scribe,
    "scribe-": agendum.unscribe,
    "chair-": chairing.unchair,
    "present+": roll.attending,
    "present-": roll.leaving,
    "regrets+": roll.regretting,
    "regrets-": roll.coming,
    "agenda:": agendum.where,
    "agenda+": agendum.add,
    "agenda?": agendum.show,
    "agenda order": agendum.order,
    "clear agenda": agendum.clear,
    "drop": agendum.drop,
    "next agendum": agendum.unless_queued(walking.next_item),
    "take up": agendum.unless_queued(walking.take),
    "close": agendum.unless_queued(agendum.close),
    "taken up": agendum.taken_up,
    "q+": speakers.joining,
    "q-": speakers.leaving,
    "q?": speakers.shown,
    "ack": speakers.called,
}
