"""What an installation may say about itself. The descriptions are the manual; a key nobody knows is a problem."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, create_model, model_validator

from cloudbot.adapters.gitlab.hooks.checks import hook_problems
from cloudbot.adapters.gitlab.settings import Settings as GitlabSettings
from cloudbot.adapters.irc.settings import Settings as IrcSettings
from cloudbot.adapters.mail_out import Settings as MailSettings
from cloudbot.adapters.records import Settings as RecordsSettings
from cloudbot.adapters.web import Settings as WebSettings
from cloudbot.core.limits import Limits, Rate
from cloudbot.core.people import Person, Role, Team
from cloudbot.core.settings import Table
from cloudbot.core.speech import Venue
from cloudbot.features import make_engine, settings_types
from cloudbot.features.ci.acting import Settings as ActingSettings
from cloudbot.features.duty import Settings as DutySettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAME = re.compile(r"^[a-z][a-z0-9-]*$")
VenueName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*/[#&][^\s,]+$")]


class PersonSettings(Table):
    """One person of the team, by a public name."""

    name: str = Field(min_length=1, max_length=60, description="The name others know this person by.")
    accounts: dict[str, tuple[str, ...]] = Field(
        description='Services accounts by network: `{ oftc = ["alice"] }`. A nick proves nothing.',
    )
    roles: tuple[Role, ...] = Field(default=("member",), description="`member`, `operator`, or both.")


class TeamSettings(Table):
    """The team that this installation serves."""

    name: str = Field(min_length=1, max_length=80, description="What the team is called.")
    channels: tuple[VenueName, ...] = Field(
        default=(),
        description='Where unasked lines go: `"oftc/#debian-cloud"`. The bot is in these channels.',
    )
    site: str = Field(default="", pattern=r"^(https?://\S+[^/\s])?$", description="Where the pages are, for links.")
    people: tuple[PersonSettings, ...] = Field(default=(), description="Who may change things.")


class StateSettings(Table):
    """Where this installation keeps what it has seen and said."""

    directory: Path = Field(description="Directory of the state file; made if it is missing, readable by nobody else.")


class OperatorSettings(Table):
    """How the operator hears of what only an operator can mend."""

    mail: tuple[str, ...] = Field(default=(), description="Mail addresses; needs the section `mail`.")
    query: str = Field(
        default="",
        pattern=r"^([a-z][a-z0-9-]*/[^\s#&,]+)?$",
        description='A nick to tell by query: `"oftc/alice"`.',
    )


class CommandSettings(Table):
    """How commands are typed and how often."""

    bang: bool = Field(default=True, description="Take `!word` in channels; unknown words get silence either way.")
    names: tuple[str, ...] = Field(default=("cloudbot",), description="Names answered to besides the current nick.")
    person_burst: int = Field(default=8, ge=0, description="Commands one person may give at once; 0 is no limit.")
    person_per_minute: float = Field(default=12, gt=0, description="Commands a minute after that.")
    channel_burst: int = Field(default=15, ge=0, description="Commands in one channel at once; 0 is no limit.")
    channel_per_minute: float = Field(default=30, gt=0, description="Commands a minute after that.")

    @property
    def limits(self) -> Limits:
        """Make the limits."""
        return Limits(
            person=Rate(burst=self.person_burst, per_minute=self.person_per_minute),
            channel=Rate(burst=self.channel_burst, per_minute=self.channel_per_minute),
        )


class WatchedRecords(RecordsSettings):
    """The records repository, and how often to look."""

    every: float = Field(default=300, gt=0, le=86400, description="Seconds from the end of a look to the next.")


class WatchedGitlab(GitlabSettings):
    """One GitLab server, and how often to look."""

    every: float = Field(default=60, gt=0, le=86400, description="Seconds from the end of a look to the next.")


_FIELDS: dict[str, Any] = {
    name: (kind, Field(default=kind(), description=kind.__doc__))
    for name, kind in settings_types(make_engine(records=False))
}
Features = create_model("Features", __base__=Table, **_FIELDS)
"""One section per feature that has settings, made from the registry so that the two cannot disagree.

The features of the records have none: their rules are policies, which are records too.
"""


class Installation(Table):
    """Everything that the files of a configuration directory say."""

    state: StateSettings = Field(description="Where the state is kept.")
    team: TeamSettings = Field(description="The team.")
    irc: dict[str, IrcSettings] = Field(default={}, description="Networks by name: `[irc.oftc]`.")
    gitlab: dict[str, WatchedGitlab] = Field(default={}, description="GitLab servers by name: `[gitlab.salsa]`.")
    records: WatchedRecords | None = Field(default=None, description="The team's records, in git.")
    web: WebSettings = Field(default=WebSettings(), description="Health, metrics and the status page.")
    mail: MailSettings | None = Field(default=None, description="How mail goes out.")
    operator: OperatorSettings = Field(default=OperatorSettings(), description="How the operator is told.")
    commands: CommandSettings = Field(default=CommandSettings(), description="Commands.")
    features: Features = Field(default=Features(), description="One section per feature.")

    @model_validator(mode="before")
    @classmethod
    def _name_by_section(cls, data: Any) -> Any:  # noqa: ANN401 - what a TOML file holds
        """A network is named by its section; saying it again is optional."""
        if isinstance(data, dict):
            for kind, key in (("irc", "network"), ("gitlab", "name")):
                sections = data.get(kind)
                if isinstance(sections, dict):
                    for name, section in sections.items():
                        if isinstance(section, dict):
                            section.setdefault(key, name)
        return data

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Yield what each section allows and all of them together do not: the key, and what is wrong."""
        for kind, names in (("irc", self.irc), ("gitlab", self.gitlab)):
            for name in names:
                if not NAME.match(name):
                    yield f"{kind}.{name}", "is no name for a section; use small letters, digits and hyphens"
        for name in list(self.gitlab)[1:]:
            yield f"gitlab.{name}", "is a second GitLab server; one is watched, with as many groups as you like"
        yield from self._hook_problems()
        yield from self._acting_problems()
        yield from self._duty_problems()
        for venue in self.team.channels:
            network, _, channel = venue.partition("/")
            if network not in self.irc:
                yield "team.channels", f"names {venue}, and there is no section [irc.{network}]"
            elif channel not in {one.name for one in self.irc[network].channels}:
                yield "team.channels", f'names {venue}; write {{ name = "{channel}" }} in channels of [irc.{network}]'
        if self.operator.mail and self.mail is None:
            yield "operator.mail", "is set, and there is no section [mail]"
        network = self.operator.query.partition("/")[0]
        if network and network not in self.irc:
            yield "operator.query", f"names {self.operator.query}, and there is no section [irc.{network}]"

    def _hook_problems(self) -> Iterator[tuple[str, str]]:
        for name, forge in self.gitlab.items():
            if forge.hooks is not None:
                yield from hook_problems(name, forge.groups, forge.hooks, has_token=forge.token_credential is not None)
                if not self.web.port:
                    yield f"gitlab.{name}.hooks", "needs the HTTP door; write port = 8080 in [web]"

    def _duty_problems(self) -> Iterator[tuple[str, str]]:
        """Look for a rotation's names where all people are known: those of the records are read later."""
        known = {one.name for one in self.team.people}
        duty = self.feature_settings[DutySettings]
        rotation = duty.rotation if isinstance(duty, DutySettings) and self.records is None else ()
        for name in rotation:
            if name not in known:
                yield "features.duty.rotation", f"names {name}, and there is no [[team.people]] of that name"

    def _acting_problems(self) -> Iterator[tuple[str, str]]:
        """Acting needs a right that reading does not; whether the token has it, only the server knows."""
        chosen = self.feature_settings[ActingSettings]
        without = [name for name, forge in self.gitlab.items() if forge.token_credential is None]
        if isinstance(chosen, ActingSettings) and chosen.enabled:
            for name in without:
                what = f'needs a token with scope api; write token_credential = "NAME" in [gitlab.{name}]'
                yield "features.acting.enabled", what

    def make_team(self, recorded: tuple[Person, ...] = ()) -> Team:
        """Make the team as the core knows it: the people of the records, and over them those of the configuration."""
        own = (
            Person(name=one.name, accounts=one.accounts, roles=frozenset({"member", *one.roles}))
            for one in self.team.people
        )
        return Team(
            name=self.team.name,
            people=(*recorded, *own),
            channels=tuple(Venue(*venue.split("/", 1)) for venue in self.team.channels),
            site=self.team.site,
        )

    @property
    def site_folder(self) -> Path:
        """Return the folder that the web is read from."""
        return self.web.site or self.state.directory / "site"

    @property
    def feature_settings(self) -> Mapping[type, object]:
        """Return each feature's settings by type."""
        return {type(value): value for _, value in self.features}
