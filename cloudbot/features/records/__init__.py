"""What the bot says of the team's records and does to them. Only a bot that has records loads any of it.

Each module answers from `world.records` and asks for changes with `CommitRecords`; `changes` tells how they ended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloudbot.features.records.actions.feature import actions_feature
from cloudbot.features.records.actions.nagging import nagging
from cloudbot.features.records.areas import areas
from cloudbot.features.records.changes import changes
from cloudbot.features.records.decisions.feature import decisions_feature
from cloudbot.features.records.meetings.agenda import agenda_feature
from cloudbot.features.records.meetings.announced import announced
from cloudbot.features.records.meetings.missed import missed
from cloudbot.features.records.meetings.recording import recording
from cloudbot.features.records.questions import questions
from cloudbot.features.records.registry.feature import registry
from cloudbot.features.records.registry.offer_follow import offer_follow
from cloudbot.features.records.sprints.feature import sprints_feature
from cloudbot.features.records.sprints.follow import sprint_follow
from cloudbot.features.records.undoing import undoing

if TYPE_CHECKING:
    from cloudbot.core.engine import Feature

FEATURES: tuple[Feature[Any], ...] = (
    areas,
    changes,
    actions_feature,
    decisions_feature,
    sprints_feature,
    nagging,
    sprint_follow,
    registry,
    offer_follow,
    agenda_feature,
    announced,
    missed,
    undoing,
    recording,
    questions,
)
