"""The kinds of records: each a model, and the paths at which its files are. The path is the identity."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cloudbot.core.records.kinds.governance import Decision, Declaration, DelegationAct
from cloudbot.core.records.kinds.images import Answer, Image, Service
from cloudbot.core.records.kinds.meetings import Agenda, Minutes, Series
from cloudbot.core.records.kinds.people import Newcomer, Org, Person
from cloudbot.core.records.kinds.policies import (
    PolicyActivity,
    PolicyCoi,
    PolicyConsensus,
    PolicyPermissions,
    PolicyRetention,
)
from cloudbot.core.records.kinds.providers import Offer, Provider, Registration
from cloudbot.core.records.kinds.sprints import Sprint, SprintAttendees
from cloudbot.core.records.kinds.work import Action, Area, Link
from cloudbot.core.records.words import Part


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record. In `path`, `ID` is the identity and `YEAR/` may be left out."""

    name: str
    model: type[Part]
    path: str
    identity: str = "id"

    @property
    def schema(self) -> str:
        """What the key `schema` of a file of this kind says."""
        return f"cloudbot/{self.name}/1"

    def path_of(self, identity: str) -> str:
        """Return where the file of a record of this kind is made; a decision's year stands in its identity."""
        return self.path.replace("YEAR", identity[2:6]).replace("ID", identity)

    def named(self, identity: str) -> str:
        """Return under which identity a record is filed; a policy, of which there is one, under its folder's name."""
        return identity if self.identity else self.path.partition("/")[0]

    @property
    def pattern(self) -> re.Pattern[str]:
        """Which paths are files of this kind."""
        return re.compile(
            re.escape(self.path).replace("YEAR/", "(?:(?P<year>[0-9]{4})/)?").replace("ID", "(?P<id>[^/]+)")
        )


KINDS = (
    Kind("person", Person, "people/ID.toml"),
    Kind("org", Org, "orgs/ID.toml"),
    Kind("provider", Provider, "providers/ID.toml"),
    Kind("delegation-act", DelegationAct, "delegations/ID.toml"),
    Kind("declaration", Declaration, "declarations/ID.toml"),
    Kind("decision", Decision, "decisions/YEAR/ID.toml"),
    Kind("sprint", Sprint, "sprints/ID/sprint.toml"),
    Kind("sprint-attendees", SprintAttendees, "sprints/ID/attendees.toml", identity="sprint"),
    Kind("action", Action, "actions/ID.toml"),
    Kind("area", Area, "areas/ID.toml"),
    Kind("image", Image, "images/ID.toml"),
    Kind("answer", Answer, "answers/ID.toml"),
    Kind("service", Service, "services/ID.toml"),
    Kind("offer", Offer, "offers/ID.toml"),
    Kind("registration", Registration, "registrations/ID.toml"),
    Kind("newcomer", Newcomer, "newcomers/ID.toml"),
    Kind("link", Link, "links/ID.toml"),
    Kind("series", Series, "series/ID.toml"),
    Kind("agenda", Agenda, "agendas/ID.toml"),
    Kind("minutes", Minutes, "minutes/ID.toml"),
    Kind("policy-coi", PolicyCoi, "policy/coi.toml", identity=""),
    Kind("policy-consensus", PolicyConsensus, "policy/consensus.toml", identity=""),
    Kind("policy-activity", PolicyActivity, "policy/activity.toml", identity=""),
    Kind("policy-retention", PolicyRetention, "policy/retention.toml", identity=""),
    Kind("policy-permissions", PolicyPermissions, "policy/permissions.toml", identity=""),
)
"""Every kind. A new one is a model and a line here."""

FOLDERS = {kind.path.partition("/")[0] for kind in KINDS}
