"""How a sprint goes on and ends: its states, its report, its claims, or that it is cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.records.gates import NEXT, claims_end, is_over
from cloudbot.core.records.kinds.work import Action
from cloudbot.core.records.operations import put
from cloudbot.features.records.orders import NotSo, Order
from cloudbot.features.records.sprints.edits import BOOKED, NO, URL, Misread, change_of, to_state, told
from cloudbot.features.records.sprints.gating import _is_agreed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from cloudbot.core.effects import Effect
    from cloudbot.core.records.kinds.sprints import Sprint
    from cloudbot.core.records.tree import Filed, View


def report(order: Order, one: Filed[Sprint], text: str) -> Effect:
    """Link the report of a sprint that is over."""
    url = URL.fullmatch(text.strip("<>"))
    if url is None:
        raise Misread
    if not is_over(order.view, one.record):
        raise NotSo(NO, why="not over", id=one.id)
    on_the_way = one.record.state in {"held", "running", *BOOKED}
    edits = [
        put("report", "url", value=url[0]),
        put("report", "sent", value=order.view.on),
        *(to_state(one, "reported") if on_the_way else ()),
    ]
    return told(order, one, change_of(one, "report", edits), "report", url=url[0])


def claims(order: Order, one: Filed[Sprint], text: str) -> Effect:
    """Say whether claims are open; when the last are closed after the report, that is its state."""
    how = {"open": "open", "close": "closed", "closed": "closed", "none": "none"}.get(text.casefold())
    if how is None:
        raise Misread
    state = to_state(one, "claims-closed") if how != "open" and one.record.state == "reported" else ()
    end = claims_end(one.record)
    until = f"{end}" if end is not None and how == "open" else ""
    return told(
        order, one, change_of(one, "claims", [put("claims", value=how), *state]), "claims", how=how, until=until
    )


def cancel(order: Order, one: Filed[Sprint], text: str) -> Effect:
    """Cancel a sprint that has not begun; claims that are open stay so. Reasons of persons are not kept."""
    if "cancelled" not in NEXT[one.record.state]:
        raise NotSo(NO, why="state", id=one.id, state=one.record.state, to="cancelled", may=NEXT[one.record.state])
    edits = [
        put("state", value="cancelled"),
        *([put("booking", value="closed")] if one.record.booking == "open" else []),
    ]
    operation = change_of(one, "cancel", edits, "booking", note=order.free(text, reason=True))
    hangs = [
        each.id
        for each in order.view.all(Action)
        if getattr(each.record.due, "before", None) == one.id and each.record.state in {"open", "blocked"}
    ]
    end = claims_end(one.record)
    claims = (f"{end}" if end is not None else "an end that is not known") if one.record.claims == "open" else ""
    return told(order, one, operation, "cancelled", hangs=", ".join(hangs[:4]), claims=claims)


def set_state(order: Order, one: Filed[Sprint], text: str) -> Effect:
    """Take a sprint to another state, if the order of states and what the state wants allow it."""
    wanted_state = text.casefold().replace(" ", "-")
    if wanted_state == "cancelled":
        return cancel(order, one, "")
    if wanted_state not in NEXT:
        raise Misread
    if wanted_state not in NEXT[one.record.state]:
        may = NEXT[one.record.state]
        raise NotSo(NO, why="state", id=one.id, state=one.record.state, to=wanted_state, may=may)
    lacks = _state_lacks(order.view, one.record, wanted_state)
    if lacks:
        raise NotSo(NO, why="state lacks", id=one.id, to=wanted_state, lacks=lacks)
    operation = change_of(
        one, "state", [put("state", value=wanted_state)], "dates", "budget", "booking", "decision", "report"
    )
    return told(order, one, operation, "state", state=wanted_state)


def _state_lacks(view: View, sprint: Sprint, state: str) -> str:
    """Say what a state wants that is not there."""
    first, last, money = sprint.dates.from_, sprint.dates.to, sprint.budget
    wants: Mapping[str, tuple[bool, str]] = {
        "agreed": (_is_agreed(view, sprint), "an accepted decision"),
        "budget-requested": (money.requested is not None, "the request: budget requested"),
        "budget-approved": (money.approved is not None and money.declined is None, "the yes: budget approved MAIL"),
        "declined": (money.declined is not None, "the no: budget declined"),
        "announced": (sprint.booking == "open", "open booking: booking open"),
        "confirmed": (sprint.booking == "open", "open booking: booking open"),
        "running": (_within(view.on, first, last), "its first day"),
        "held": (last is not None and last < view.on, "its last day to be over"),
        "reported": (sprint.report.url is not None, "the report: report URL"),
        "claims-closed": (sprint.claims != "open", "no open claims: claims closed"),
    }
    there, what = wants.get(state, (True, ""))
    return "" if there else what


def _within(on: date, first: date | None, last: date | None) -> bool:
    return first is not None and last is not None and first <= on <= last
