"""A bot of the example team, or of files made here: what it answers from its records, what it asks to be changed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cloudbot.core.people import Person, Team
from cloudbot.core.records.loading import load
from cloudbot.core.records.state import Records
from tests.core.records.trees import example
from tests.features.builders import CHANNEL, Bot

if TYPE_CHECKING:
    from collections.abc import Mapping

AT = datetime(2019, 7, 23, 12, 0, tzinfo=UTC)
"The day after the talk; what the example team's records are about."
COMMIT = "c0ffee00" * 5


def known(files: Mapping[str, bytes | str] | None = None) -> Records:
    """Return records as read from these files, or those of the example team."""
    chosen = example() if files is None else files
    tree, findings = load({p: t.encode() if isinstance(t, str) else t for p, t in sorted(chosen.items())}, {})
    assert findings == []
    return Records(commit=COMMIT, tree=tree, good=COMMIT, site="https://salsa.example.org/team/records")


def bot(files: Mapping[str, bytes | str] | None = None) -> Bot:
    """Return a bot that knows these records, in which everybody of the example team has an account of that name."""
    names = ("alice", "bob", "carol", "dan", "erin", "frank", "grace")
    people = tuple(Person(name=name, accounts={"oftc": (name,)}) for name in names)
    return Bot(records=known(files), team=Team(name="Example Team", people=people, channels=(CHANNEL,)))
