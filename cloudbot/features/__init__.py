"""The capabilities, one module each, listed once. Later ones see the documents as the earlier ones left them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloudbot.core.commands import Commands
from cloudbot.core.engine import Engine, Feature
from cloudbot.features import voice
from cloudbot.features.ci.acks import acks
from cloudbot.features.ci.acting import acting
from cloudbot.features.ci.builds import builds
from cloudbot.features.ci.commits import commits
from cloudbot.features.ci.lookback import lookback
from cloudbot.features.ci.pipelines import pipelines
from cloudbot.features.ci.schedules import schedules
from cloudbot.features.ci.trends import trends
from cloudbot.features.ci.why import why_feature
from cloudbot.features.duty import duty
from cloudbot.features.freeze import freeze
from cloudbot.features.help import help_feature
from cloudbot.features.meetings.feature import make, meetings
from cloudbot.features.merge_requests.commands import merge_requests
from cloudbot.features.merge_requests.nudges import nudges
from cloudbot.features.operator import operator
from cloudbot.features.people import people
from cloudbot.features.projects import projects
from cloudbot.features.roster import roster
from cloudbot.features.sources import sources
from cloudbot.features.status import status
from cloudbot.features.subscriptions import subscriptions

if TYPE_CHECKING:
    from collections.abc import Iterator

FEATURES: tuple[Feature[Any], ...] = (
    sources,
    roster,
    projects,
    schedules,
    trends,
    pipelines,
    builds,
    commits,
    acks,
    lookback,
    why_feature,
    acting,
    merge_requests,
    nudges,
    people,
    duty,
    freeze,
    meetings,
    status,
    operator,
    help_feature,
    subscriptions,
)


def make_engine(*, records: bool = True) -> Engine:
    """Put the registered features and the voice together; without records, those that live on them stay away."""
    features = FEATURES
    if records:
        from cloudbot.features.records import FEATURES as OF_RECORDS  # noqa: PLC0415 - 9 MiB of models
        from cloudbot.features.records.meetings.history import SOURCES  # noqa: PLC0415 - as above
        from cloudbot.features.records.meetings.preparing import prepared  # noqa: PLC0415 - as above

        features = (*(make(prepared, SOURCES) if one is meetings else one for one in FEATURES), *OF_RECORDS)
    return Engine(features=features, voice=voice.voice, admit=voice.admit)


def make_commands(engine: Engine) -> Commands:
    """Collect the commands of all features."""
    return Commands(command for feature in engine.all for command in feature.commands)


def settings_types(engine: Engine) -> Iterator[tuple[str, type]]:
    """Yield each feature that has settings, with their type: sections `[features.NAME]` of the configuration."""
    for feature in engine.all:
        if feature.settings is not None:
            yield feature.name, feature.settings
