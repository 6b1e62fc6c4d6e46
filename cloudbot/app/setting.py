"""What SIGHUP may replace: the configuration as read, the templates, and the team made from both."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from cloudbot.adapters.render import Words
from cloudbot.config import BadConfiguration, Installation, load
from cloudbot.core.people import Team
from cloudbot.features.roster import Roster

if TYPE_CHECKING:
    from collections.abc import Mapping


log = structlog.get_logger()


def wall_clock() -> datetime:
    """Return the instant, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Setting:
    """What SIGHUP may replace while everything runs: the configuration as read, and the templates."""

    directory: Path
    installation: Installation
    words: Words = field(default_factory=Words)
    _team: tuple[Installation, Roster, Team] | None = None

    def team(self, roster: Roster) -> Team:
        """Return the team, made anew only when the configuration or the records have changed: every question asks."""
        kept = self._team
        if kept is None or kept[0] is not self.installation or kept[1] is not roster:
            kept = self._team = (self.installation, roster, self.installation.make_team(roster.people))
        return kept[2]

    def render(self, words: str, values: Mapping[str, object]) -> str:
        """Render with the templates as they are now."""
        return self.words.render(words, values)

    def reload(self) -> None:
        """Read everything again; a configuration with a problem is refused and said, and the old one stays.

        Networks, GitLab servers, the records, the state, mail and the door are made at the start: for those, restart.
        """
        try:
            fresh = load(self.directory)
        except BadConfiguration as bad:
            log.exception("the configuration was not taken over; the old one stays", problems=str(bad))
            return
        fixed = ("irc", "gitlab", "records", "state", "web", "mail")
        changed = [name for name in fixed if getattr(fresh, name) != getattr(self.installation, name)]
        if changed:
            log.warning("changes of these sections need a restart", sections=changed)
        kept = {name: getattr(self.installation, name) for name in fixed}
        self.installation, self.words = fresh.model_copy(update=kept), Words()
        log.info("the configuration was read again")
