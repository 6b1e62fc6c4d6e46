"""Whether acts of delegation are in form, and which end, have ended, or were announced and never took effect.

What follows for a single person is the standing of the governance engine; here are the files and the team's own term.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

from cloudbot.core.records.kinds.governance import DelegationAct
from cloudbot.core.records.kinds.people import Person
from cloudbot.core.records.kinds.policies import PolicyActivity
from cloudbot.core.records.tree import Filed, Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.records.tree import View

_OWN = frozenset({"resign", "confirm", "correct"})
_APPOINTING = frozenset({"appoint", "renew"})
_MEMBERS = frozenset({"dd", "dd-nonuploading"})


def authority(view: View) -> Iterator[Hit]:
    """An act of the DPL has a Message-ID; by their own power people only resign, confirm or correct."""
    for act in view.all(DelegationAct):
        record = act.record
        if record.authority == "dpl" and record.evidence.msgid is None:
            yield Hit(
                act,
                ("evidence",),
                act.id,
                "is by the DPL and has no mail",
                'evidence.msgid = "<...>" of the signed mail',
            )
        if record.authority == "self" and record.act not in _OWN:
            what = f"is to {record.act} by the person's own power"
            yield Hit(act, ("authority",), act.id, what, 'authority = "dpl", with the mail')
        if record.authority == "self" and (record.members == "all" or len(record.members) != 1):
            yield Hit(act, ("members",), act.id, "speaks for others than one person", "one act for each person")


def membership(view: View) -> Iterator[Hit]:
    """Who is appointed is a Debian member on that day (precedent of August 2014)."""
    for act in view.all(DelegationAct):
        record = act.record
        day = record.effective or record.issued
        if record.act not in _APPOINTING or record.members == "all" or not isinstance(day, date):
            continue
        for number, name in enumerate(record.members):
            if view.get(Person, "person", name) is not None and not is_debian_member(view, name, day):
                what = f"names {name}, who is no Debian member on {day} by people/{name}.toml"
                yield Hit(act, ("members", number), f"{act.id}/{name}", what, "a member, or the membership there")


def is_debian_member(view: View, name: str, day: date) -> bool:
    """Whether somebody is a Debian member on a day by their record."""
    person = view.get(Person, "person", name)
    debian = person.debian if person is not None else None
    return (
        debian is not None
        and debian.status in _MEMBERS
        and (debian.since is None or debian.since <= day)
        and (debian.until is None or day < debian.until)
    )


def replacing(view: View) -> Iterator[Hit]:
    """An act that replaces all names its own team and leaves somebody."""
    for act in view.all(DelegationAct):
        record = act.record
        if record.replaces_team not in (None, record.team):
            what = f"is about {record.team} and revokes for {record.replaces_team}, which has no effect there"
            yield Hit(
                act, ("replaces_team",), act.id, what, "a correcting act; until then nothing of the other team ends"
            )
        if record.replaces == "all" and record.act in _APPOINTING and not record.members:
            yield Hit(act, ("members",), act.id, "replaces all by nobody", 'whom it appoints, or act = "revoke"')


def _by_team(view: View) -> dict[str, list[tuple[date, Filed[DelegationAct]]]]:
    """Return the acts of the DPL that hold by the day, oldest first; of a month nothing is concluded."""
    teams: defaultdict[str, list[tuple[date, Filed[DelegationAct]]]] = defaultdict(list)
    for act in view.all(DelegationAct):
        day = act.record.effective or act.record.issued
        if act.record.authority == "dpl" and isinstance(day, date) and day <= view.on:
            teams[act.record.team].append((day, act))
    return {team: sorted(acts, key=lambda pair: (pair[0], pair[1].id)) for team, acts in teams.items()}


def _ends(view: View) -> Iterator[tuple[str, date, Filed[DelegationAct]]]:
    """Yield each team whose last term has an end. The day `until` itself still counts."""
    for team, acts in _by_team(view).items():
        terms = [act for _, act in acts if act.record.act in {"appoint", "renew", "limit", "revoke"}]
        if terms and terms[-1].record.act != "revoke" and terms[-1].record.until is not None:
            yield team, terms[-1].record.until, terms[-1]


def expiring(view: View) -> Iterator[Hit]:
    """A delegation that ends within 90 days is renewed in time."""
    for team, until, act in _ends(view):
        left = (until - view.on).days
        if 0 <= left <= view.policy(PolicyActivity).expiring_days:
            what = f"ends the delegation of {team} after {until}, in {left} days"
            yield Hit(act, ("until",), f"{team}/{left}", what, "a renewing act when the DPL has published one")


def lapsed(view: View) -> Iterator[Hit]:
    """A delegation whose last day has passed has a renewing act."""
    for team, until, act in _ends(view):
        if view.on > until:
            what = f"ended the delegation of {team} with {until}, and no renewal is recorded"
            yield Hit(act, ("until",), team, what, "the renewing act, or one that revokes")


def resigning(view: View) -> Iterator[Hit]:
    """An announced resignation gets a day on which it takes effect."""
    days = timedelta(days=view.policy(PolicyActivity).resignation_days)
    for act in view.all(DelegationAct):
        record = act.record
        if record.act != "resign" or record.effective is not None or record.members == "all":
            continue
        if isinstance(record.issued, date) and view.on - record.issued > days:
            for name in record.members:
                if not _has_an_end(view, act, name):
                    what = f"announces that {name} leaves {record.team}, since {record.issued} without a day"
                    yield Hit(act, ("issued",), name, what, "effective = the day agreed with the person")


def _has_an_end(view: View, resignation: Filed[DelegationAct], name: str) -> bool:
    """Whether something later gives this person's delegation an end, or takes the announcement back."""
    issued = resignation.record.issued
    for act in view.all(DelegationAct):
        record = act.record
        day = record.effective or record.issued
        if (
            record.team != resignation.record.team
            or not isinstance(day, date)
            or day > view.on
            or str(day) < str(issued)
        ):
            continue
        named = record.members == "all" or name in record.members
        if record.corrects == resignation.id or (record.act == "resign" and named and record.effective is not None):
            return True
        if record.authority == "dpl" and (
            (record.act == "revoke" and named)
            or (record.act == "limit" and named and record.until is not None)
            or (record.replaces == "all" and not named)
        ):
            return True
    return False
