"""`!migration`: the work of one account goes over to another, step by step; users are told before both live."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cloudbot.core.commands import Command, Param
from cloudbot.core.records.days import HOW, day_of
from cloudbot.core.records.operations import drop, put
from cloudbot.features.records.answering import from_records
from cloudbot.features.records.edits import account_of, changed, place_in, usage, words
from cloudbot.features.records.orders import NotSo
from cloudbot.features.records.registry.providers import accounts

if TYPE_CHECKING:
    from datetime import date

    from cloudbot.core.effects import Effect
    from cloudbot.core.records.kinds.providers import Migration, Provider, ProviderAccount
    from cloudbot.core.records.tree import Filed
    from cloudbot.features.records.orders import Order

STEPS: Final = ("planned", "started", "both-live", "frozen", "closed")
"""How far a move is, in order: spec 3.7, account migration."""
_TO = re.compile(r"(?:to|into)\s+(?P<to>\S+)(?:[\s,]+sunset[\s:]+(?P<day>\S+))?", re.IGNORECASE)
_STEPS_SHOWN: Final = 'to ACCOUNT [sunset DAY], started, both-live "WHAT USERS ARE TOLD", frozen, closed, sunset DAY'
CHANGED = "irc/account_changed"
NO = "irc/account_no"


def migration(order: Order) -> Effect:
    """Carry out `!migration ACCOUNT ...`: plan a move, or take the next step of it."""
    name, _, rest = order.arg("text").partition(" ")
    one, old = account_of(order, name)
    rest = rest.strip()
    step, _, told = rest.partition(" ")
    if (plan := _TO.fullmatch(rest)) is not None:
        return _plan(order, one, old, plan)
    if old.migration is None:
        raise NotSo(NO, why="no move", id=old.id)
    if step.casefold() == "sunset" and told:
        return _sunset(order, one, old, told)
    if step.casefold() not in STEPS[1:]:
        raise usage(f"migration {old.id}", _STEPS_SHOWN)
    return _step(order, one, old.id, old.migration, step.casefold(), told)


def _plan(order: Order, one: Filed[Provider], old: ProviderAccount, plan: re.Match[str]) -> Effect:
    """Plan the move of an account; a plan may be changed until something is begun."""
    _, new = account_of(order, plan["to"])
    before = old.migration
    if before is not None and before.state != "planned":
        raise NotSo(NO, why="moves", id=old.id, to=before.to, state=before.state)
    if new.id == old.id:
        raise NotSo(NO, why="itself", id=old.id)
    if new.migration is not None:
        raise NotSo(NO, why="round", id=old.id, to=new.id, further=new.migration.to)
    day = _day(order, plan["day"]) if plan["day"] else None
    move: dict[str, object] = {"to": new.id, "state": "planned", "updated": order.view.on}
    if day is not None:
        move["sunset"] = day
    at = place_in(old.id, "migration")
    edits = (*((drop(*at),) if before is not None else ()), put(*at, value=move))
    operation = changed(one, "plan migration", edits, at)
    return order.to(operation, CHANGED, what="planned", id=old.id, to=new.id, day="" if day is None else str(day))


def _step(order: Order, one: Filed[Provider], name: str, move: Migration, step: str, told: str) -> Effect:
    """Take the next step. Users are told where to go from the day on which both live."""
    due = STEPS[min(STEPS.index(move.state) + 1, len(STEPS) - 1)]
    if move.state == step or step != due:
        raise NotSo(NO, why="order", id=name, state=move.state, step=step, due=due if move.state != "closed" else "")
    text = words(order, told)
    if step == "both-live" and not (text or move.redirect):
        raise NotSo(NO, why="redirect", id=name)
    if step != "both-live" and text:
        raise usage(f"migration {name}", step)
    at, on = place_in(name, "migration"), order.view.on
    edits = [put(*at, "state", value=step), put(*at, "updated", value=on)]
    if step == "started":
        edits.append(put(*at, "started", value=on))
    if text:
        edits.append(put(*at, "redirect", value=text))
    sunset = move.sunset
    return order.to(
        changed(one, f"migration {step}", edits, at),
        CHANGED,
        what=step,
        id=name,
        to=move.to,
        day="" if sunset is None else str(sunset),
        early="yes" if step == "closed" and sunset is not None and sunset > on else "",
    )


def _sunset(order: Order, one: Filed[Provider], old: ProviderAccount, text: str) -> Effect:
    """Set the day on which the old account ends."""
    if old.migration is not None and old.migration.state == "closed":
        raise NotSo(NO, why="order", id=old.id, state="closed", step="sunset", due="")
    day, at = _day(order, text), place_in(old.id, "migration")
    edits = (put(*at, "sunset", value=day), put(*at, "updated", value=order.view.on))
    return order.to(changed(one, "set sunset", edits, at), CHANGED, what="sunset", id=old.id, day=str(day))


def _day(order: Order, text: str) -> date:
    day = day_of(text, order.view.on)
    if day is None:
        raise NotSo(NO, why="day", day=text, how=HOW)
    if day <= order.view.on:
        raise NotSo(NO, why="over", day=str(day))
    return day


COMMANDS = (
    Command(
        name="migration",
        help="an account's work goes to another account: ACCOUNT to ACCOUNT [sunset DAY], then started, both-live "
        '"WHAT USERS ARE TOLD", frozen, closed',
        params=(Param(name="text", kind="rest"),),
        who="member",
        listing=from_records(accounts),
        examples=(
            "!migration rf-old to rf-new sunset 2019-12-31",
            "!migration rf-old started",
            '!migration rf-old both-live "use rf-new from now on"',
        ),
    ),
)
ORDERS = {"migration": migration}
