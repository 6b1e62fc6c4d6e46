"""Who is a delegate on a day, by the acts on the delegation alone. The acts are never changed; standing is reckoned.

Only an act of the DPL with its mail makes somebody a delegate. From a month nothing is concluded: whom such an act
names or ends is not known from that month on, until a later act with a day settles it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from cloudbot.core.records.kinds.governance import DelegationAct

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cloudbot.core.records.tree import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The delegates of one team on a day, and those of whom the acts do not tell whether they are."""

    active: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Term:
    until: date | None
    sure: bool = True
    beyond: bool = False
    """Whether it may go on after `until`, by an act of which only the month is known."""

    def over(self, day: date) -> bool:
        """Whether the last day, which still counts, has passed."""
        return self.until is not None and self.until < day


@dataclass(slots=True)
class _Roll:
    """The terms of one team, as act after act leaves them."""

    terms: dict[str, _Term] = field(default_factory=dict)

    def take(self, act: DelegationAct) -> None:
        match act.act:
            case "appoint" | "renew":
                self._appoint(act)
            case "limit":
                for name in self._named(act):
                    self._limit(name, act)
            case "revoke" | "resign":
                for name in self._named(act):
                    self._end(name, sure=_day(act) is not None)
            case _:  # a confirmation is a wish; corrections were applied before
                pass

    def _appoint(self, act: DelegationAct) -> None:
        day = _day(act)
        for name in self._named(act):
            before = self.terms.get(name)
            if day is None and before is not None and before.sure:
                self.terms[name] = replace(before, beyond=True)
            else:
                lapsed = act.members == "all" and day is not None and before is not None and before.over(day)
                self.terms[name] = _Term(act.until, sure=day is not None and not lapsed)
        if act.replaces == "all" and act.members != "all":
            sure = day is not None and act.replaces_team in (None, act.team)
            for name in self.terms.keys() - set(act.members):
                self._end(name, sure=sure)

    def _limit(self, name: str, act: DelegationAct) -> None:
        before = self.terms[name]
        if act.until is not None and (before.until is None or act.until < before.until):
            self.terms[name] = replace(before, until=act.until, beyond=False)

    def _end(self, name: str, *, sure: bool) -> None:
        if sure:
            self.terms.pop(name, None)
        elif name in self.terms:
            self.terms[name] = replace(self.terms[name], sure=False)

    def _named(self, act: DelegationAct) -> tuple[str, ...]:
        """Return whom an act is about; only an appointment can name somebody who is not on the roll."""
        named = tuple(self.terms) if act.members == "all" else act.members
        return named if act.act in {"appoint", "renew"} else tuple(name for name in named if name in self.terms)


def delegates_on(view: View, day: date) -> Mapping[str, Standing]:
    """Decide who is a delegate of each team on a day: appointed or renewed by then, not past `until`, not ended.

    An act takes effect on its day; one of the DPL without such a day, on the day it was issued. A resignation without
    a day is announced only. An act that replaces all ends everybody it does not list, of its own team alone; where its
    revoking sentence names another team, it is not known whom it ends. The other team loses nobody.
    """
    acts = [act.record for act in view.all(DelegationAct)]
    teams: dict[str, _Roll] = {}
    for act in sorted(_in_effect(acts, day), key=_order):
        teams.setdefault(act.team, _Roll()).take(act)
    return {team: _standing(roll, day) for team, roll in sorted(teams.items())}


def _standing(roll: _Roll, day: date) -> Standing:
    held = {name: term for name, term in roll.terms.items() if not term.over(day) or term.beyond}
    active = frozenset(name for name, term in held.items() if term.sure and not term.over(day))
    return Standing(active=active, unknown=frozenset(held.keys() - active))


def _in_effect(acts: list[DelegationAct], day: date) -> Iterator[DelegationAct]:
    """Yield the acts that have begun by a day, as they were corrected by then."""
    corrections = [act for act in acts if act.act == "correct" and _begun(act, day)]
    for act in acts:
        if act.act == "correct" or not _has_power(act):
            continue
        mended = _corrected(act, corrections)
        if mended is not None and _begun(mended, day):
            yield mended


def _corrected(act: DelegationAct, corrections: list[DelegationAct]) -> DelegationAct | None:
    """Return an act as its author corrected it; a resignation that its author corrects is withdrawn."""
    for correction in sorted((one for one in corrections if one.corrects == act.id), key=_order):
        if correction.authority != act.authority or correction.team != act.team:
            continue
        if act.authority == "self":
            if correction.members == act.members:
                return None
            continue
        values: dict[str, object] = {"members": correction.members, "until": correction.until}
        values |= {"replaces_team": correction.replaces_team, "effective": correction.effective or act.effective}
        act = act.model_copy(update=values)
    return act


def _has_power(act: DelegationAct) -> bool:
    if act.authority == "dpl":
        return act.evidence.msgid is not None
    return act.act == "resign" and act.members != "all" and len(act.members) == 1


def _start(act: DelegationAct) -> date | str | None:
    return act.effective or (act.issued if act.authority == "dpl" or act.act == "correct" else None)


def _day(act: DelegationAct) -> date | None:
    start = _start(act)
    return start if isinstance(start, date) else None


def _begun(act: DelegationAct, day: date) -> bool:
    """Whether an act holds on a day, or may: one of a month, from that month's first day on."""
    start = _start(act)
    return start is not None and (start <= day if isinstance(start, date) else start <= f"{day:%Y-%m}")


_LAST = "-99"


def _order(act: DelegationAct) -> tuple[str, str, str]:
    """Put acts in the order they took effect; of a month, after those of its days, so that nothing is settled by it."""
    start = _start(act)
    return f"{start}" if isinstance(start, date) else f"{start}{_LAST}", str(act.issued), act.id
