"""What a meeting promised, as changes of actions: a new record, one carried on, handed over, or done.

A text that names a record, or says what an open one of the same owner says already, is about that one: what is carried
from meeting to meeting is never doubled. Several people in one text have one record each, for each of them has to say
that it is done; with nobody, a role or somebody unknown there is no owner, and the text is kept. The same text for the
same person twice in one meeting is one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from cloudbot.core.engine import World
from cloudbot.core.meetings.agenda import folded
from cloudbot.core.records.days import day_of
from cloudbot.core.records.dues import CARRIED, OPEN
from cloudbot.core.records.kinds.work import Action
from cloudbot.core.records.operations import NEW_ID, Change, add, drop, expect, make, put
from cloudbot.features.records.meetings.attending import Attendance
from cloudbot.features.records.meetings.closing import closed
from cloudbot.features.records.meetings.masking import recordable
from cloudbot.features.records.meetings.naming import named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudbot.core.meetings.meeting import Item
    from cloudbot.core.records.operations import Edit
    from cloudbot.core.records.tree import Filed

LONGEST_TITLE = 400
MOST_OWNERS = 5
"""People of one text who get an action each; of more it is everybody's, so nobody's."""
_TO = re.compile(r"(?i)^\s*@?[^\s:,]+(?:[:,]| to| will| takes| should| please)+\s+")
_DUE = re.compile(r"(?i)\b(?:by|due|until|till|before)[\s:]+(?:on\s+)?(?P<day>[\w-]+)[\s).,;]*$")
_AGAIN = re.compile(r"(?i)\b(?:re-?open\w*|again)\b")


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise of the minutes: the item, the record or where its number is put, and whose it is."""

    item: int
    action: str
    owner: str | None = None


@dataclass(slots=True)
class Promises:
    """What a meeting changes of the actions; made and used up in one call."""

    who: Attendance
    world: World
    minutes: str
    author: str
    day: date
    resolving: frozenset[str] = frozenset()
    "host names that were looked up and found"
    _changes: dict[str, Change] = field(init=False, default_factory=dict)
    _found: list[Promise] = field(init=False, default_factory=list)
    _new: dict[tuple[str, str | None], str] = field(init=False, default_factory=dict)

    def made(self) -> tuple[tuple[Promise, ...], tuple[Change, ...]]:
        """Return the promises and the changes, in the order of the minutes."""
        whose = self._owners()
        for item in self.who.meeting.items:
            if item.kind == "action":
                self._promised(item, whose.get(item.id, ()))
            elif item.kind == "done":
                self._done(item)
        return tuple(self._found), tuple(self._changes.values())

    def _owners(self) -> dict[int, tuple[str, ...]]:
        found: dict[int, tuple[str, ...]] = {}
        for name, items in self.who.reading.duties.by_name:
            person = self.who.called(name)
            for item in items if person is not None else ():
                found[item.id] = tuple(dict.fromkeys((*found.get(item.id, ()), str(person))))
        return found

    def _promised(self, item: Item, owners: tuple[str, ...]) -> None:
        named_in = named(item.text, self.who.view)
        if named_in is not None and (named_in.record.state in OPEN or _AGAIN.search(item.text)):
            self._about(item, named_in, owners)
            return
        for owner in owners if 0 < len(owners) <= MOST_OWNERS else (None,):
            same = self._carried(item.text, owner)
            if same is not None:
                self._change(same, f"{CARRIED}{self.minutes}")
                self._found.append(Promise(item.id, same.id, owner))
            else:
                self._found.append(Promise(item.id, self._made(item, owner), owner))

    def _about(self, item: Item, one: Filed[Action], owners: Sequence[str]) -> None:
        """Change the record that a text names: reopened, handed to the only person it names, or carried."""
        action = one.record
        edits: list[Edit] = []
        text = recordable(f"at {self.minutes}: {item.text}")
        if action.state not in OPEN:
            edits.append(put("state", value="open"))
            edits += [drop(key) for key in ("closed", "evidence", "why") if getattr(action, key) is not None]
        owner = action.owner
        if len(owners) == 1 and owners[0] != action.owner:
            owner = owners[0]
            edits += self._given(one, owner, item)
            text = f"handed to {owner} at {self.minutes}"
        elif folded(_without_id(item.text)).strip(" :.,") in {"", folded(action.title)}:
            text = f"{CARRIED}{self.minutes}"
        self._change(one, text, *edits)
        self._found.append(Promise(item.id, one.id, owner))

    def _given(self, one: Filed[Action], owner: str, item: Item) -> list[Edit]:
        """Give it to somebody; who took it themself has accepted it."""
        edits = [put("owner", value=owner), put("assigned", value=self.day)]
        edits += [drop(key) for key in ("accepted", "nag") if getattr(one.record, key) is not None]
        if self.who.proven(item.account) == owner:
            edits.append(put("accepted", value=self.day))
        return edits

    def _carried(self, text: str, owner: str | None) -> Filed[Action] | None:
        """Return the open action that says the same and is the same person's, or nobody's."""
        essence = _essence(text)
        every = [one for one in self.who.view.all(Action) if one.record.state in OPEN]
        found = [one for one in every if one.record.owner == owner and _essence(one.record.title) == essence]
        return found[0] if essence and found else None

    def _made(self, item: Item, owner: str | None) -> str:
        same = (_essence(item.text), owner)
        if same in self._new:
            return self._new[same]
        name = f"{NEW_ID}{len(self._new) + 1}"
        self._new[same] = name
        itself = owner is not None and self.who.proven(item.account) == owner
        title = recordable(item.text)[:LONGEST_TITLE].strip()
        values = {
            "title": title if title.isprintable() else " ".join(filter(str.isprintable, title.split())),
            "owner": owner,
            "assigned": self.day if owner is not None and not itself else None,
            "accepted": self.day if itself else None,
            "due": self._due(item.text),
            "state": "open",
            "from": {"meeting": self.minutes},
            "updates": [{"at": self.day, "by": self.author, "text": f"promised at {self.minutes}"}],
        }
        self._changes[name] = make("action", f"A-{self.day.year}-*", values)
        return name

    def _due(self, text: str) -> date | None:
        found = _DUE.search(text)
        day = day_of(found["day"], self.day) if found is not None else None
        return day if day is not None and day >= self.day else None

    def _done(self, item: Item) -> None:
        one = named(item.text, self.who.view) or self._meant(item.text)
        if one is None or one.record.state not in OPEN:
            return
        edits, text = closed(self.who, self.world, self.author, item, one, self.resolving)
        self._change(one, f"{text} at {self.minutes}" if edits else text, *edits)
        self._found.append(Promise(item.id, one.id, one.record.owner))

    def _meant(self, text: str) -> Filed[Action] | None:
        """Return the only open action whose title has all words of a text, links left out."""
        words = {word for word in folded(" ".join(w for w in text.split() if "://" not in w)).split() if len(word) > 2}  # noqa: PLR2004 - shorter words say nothing
        every = [one for one in self.who.view.all(Action) if one.record.state in OPEN]
        found = [one for one in every if len(words) > 1 and words <= set(folded(one.record.title).split())]
        return found[0] if len(found) == 1 else None

    def _change(self, one: Filed[Action], text: str, *edits: Edit) -> None:
        """Add to the change of a record; it means what was meant only while state and owner are what they were."""
        line = add("updates", value={"at": self.day, "by": self.author, "text": _printable(recordable(text))[:400]})
        before = self._changes.get(one.id)
        if before is None:
            keys = ("state", "owner")
            seen = tuple(expect(key, value=getattr(one.record, key)) for key in keys) if edits else ()
            self._changes[one.id] = Change(kind="action", id=one.id, edits=(*edits, line), expects=seen)
        elif edits or line not in before.edits:
            self._changes[one.id] = replace(before, edits=(*before.edits, *edits, line))


def _printable(text: str) -> str:
    return "".join(filter(str.isprintable, text)).strip()


def _without_id(text: str) -> str:
    return re.sub(r"(?i)\ba-(?:\d{4}-)?\d{1,5}\b", " ", text)


def _essence(text: str) -> str:
    """Return what is to be done without who does it and until when, for telling whether it was promised before."""
    return folded(_DUE.sub("", _TO.sub("", text)))
