"""What every change of a sprint has in common: what it expects, how its end is told, a state that follows."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from cloudbot.core.records.operations import Change, Operation, expect, put

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudbot.core.effects import Effect
    from cloudbot.core.records.kinds.sprints import Sprint
    from cloudbot.core.records.operations import Edit, Expect
    from cloudbot.core.records.tree import Filed
    from cloudbot.features.records.orders import Order

CHANGED = "irc/sprint_changed"
NO = "irc/sprint_no"
URL = re.compile(r"https?://[!-~]+")
BOOKED = frozenset({"announced", "confirmed"})


class Misread(Exception):  # noqa: N818 - the usage is the answer
    """The words after a verb cannot be read."""


def change_of(one: Filed[Sprint], verb: str, edits: Sequence[Edit], *known: str, note: str = "") -> Operation:
    """Return the change of a sprint as it is `known`, by keys."""
    change = Change(kind="sprint", id=one.id, edits=tuple(edits), expects=seen(one, "state", *known))
    return Operation(verb=verb, changes=(change,), note=note)


def seen(one: Filed[Sprint], *known: str) -> tuple[Expect, ...]:
    """Expect these keys to say what they say now."""
    file = tomllib.loads(one.text)
    otherwise = f"{one.id} changed meanwhile; look at it (!sprint {one.id}) and say it again"
    return tuple(expect(key, value=file.get(key), otherwise=otherwise) for key in known)


def told(order: Order, one: Filed[Sprint], operation: Operation, what: str, **values: str) -> Effect:
    """Ask for the change; its end is told in the words of `what`."""
    return order.to(operation, CHANGED, what=what, sprint=one.id, title=one.record.title, **values)


def to_state(one: Filed[Sprint], state: str) -> tuple[Edit, ...]:
    """Return what takes a sprint to a state; nothing if it is there."""
    return (put("state", value=state),) if one.record.state != state else ()
