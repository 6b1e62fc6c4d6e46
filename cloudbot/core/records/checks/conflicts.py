"""Whether declarations and employers are in form, and agree with each other."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from cloudbot.core.governance.declared import contradicted, declared_on
from cloudbot.core.governance.interests import interests_of
from cloudbot.core.records.findings import shown
from cloudbot.core.records.kinds.governance import Declaration
from cloudbot.core.records.kinds.people import Org, Person
from cloudbot.core.records.tree import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from cloudbot.core.records.findings import Severity
    from cloudbot.core.records.tree import View

_FORMS = re.compile(r"\b(?:inc|incorporated|corp|corporation|co|company|gmbh|ag|sa|ltd|limited|llc|bv|ab|plc)\b")


def author(view: View) -> Iterator[Hit]:
    """A declaration is made by the person it is about, and says either that there is nothing or what there is."""
    for one in view.all(Declaration):
        record = one.record
        if record.by not in {"self", record.person}:
            yield Hit(one, ("by",), one.id, f"is not by {record.person}", 'by = "self", in a change the person makes')
        if record.none == bool(record.interests):
            what = "declares interests and that there are none" if record.none else "declares nothing"
            yield Hit(one, ("none",), one.id, what, "none = true, or [[interests]]")


def contradiction(view: View) -> Iterator[Hit]:
    """Who is bound to a provider by an affiliation does not declare that there is no interest.

    It is looked at on the day of the declaration; what came later is only reported, while the declaration counts.
    """
    for one in view.all(Declaration):
        record = one.record
        if not record.none or record.date_ > view.on:
            continue
        later = declared_on(view, record.person, view.on)
        days: list[tuple[date, Severity | None]] = [(record.date_, None)]
        days += [(view.on, "D")] if later.state == "contradicting" and later.record is record else []
        for day, severity in days:
            found = contradicted(interests_of(view, record.person, day))
            if found is not None:
                what = f"declares no interest, while {record.person} is bound to {found[0]}, which leads to {found[1]}"
                write = "the interest, or the right days of the affiliation"
                yield Hit(one, ("none",), one.id, what, write, severity)
                break


def unknown_employers(view: View) -> Iterator[Hit]:
    """Every employer has a record, and no organisation has two under different spellings."""
    names: dict[str, str] = {}
    for org in view.all(Org):
        for at, name in (("name", org.record.name), *(("aka", aka) for aka in org.record.aka)):
            other = names.setdefault(_plain(name), org.id)
            if other != org.id:
                yield Hit(
                    org,
                    (at,),
                    f"{org.id}/{other}",
                    f"has the name {shown(name)}, as the org {other} has",
                    f"it as aka in orgs/{other}.toml",
                )
    for person in view.all(Person):
        for number, affiliation in enumerate(person.record.affiliations):
            if affiliation.employer is not None and affiliation.org is None:
                near = _nearest(_plain(affiliation.employer), names)
                write = "org = the id of a new file in orgs/" if near is None else f'org = "{near}"'
                what = f"has an employer without a record, {shown(affiliation.employer)}"
                yield Hit(person, ("affiliations", number, "employer"), person.id, what, write)


def _nearest(name: str, names: dict[str, str]) -> str | None:
    """Return the organisation whose name is that or nearly; one that begins otherwise is not compared."""
    if name in names:
        return names[name]
    alike = [other for other in names if other[:2] == name[:2]]
    near = difflib.get_close_matches(name, alike, n=1, cutoff=0.8)
    return names[near[0]] if near else None


def _plain(name: str) -> str:
    folded = name.casefold()
    return re.sub(r"[^\w]", "", _FORMS.sub("", folded)) or re.sub(r"[^\w]", "", folded)
