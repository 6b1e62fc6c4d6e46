"""Who has to do with a sprint: the host, invited providers, and who comes, each named by themself alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cloudbot.core.records.gates import ahead
from cloudbot.core.records.kinds.people import Org
from cloudbot.core.records.kinds.providers import Provider
from cloudbot.core.records.kinds.sprints import Sprint, SprintAttendees
from cloudbot.core.records.operations import Change, Operation, add, drop, make, put
from cloudbot.features.records.answering import meant, none_such
from cloudbot.features.records.orders import NotSo, Order, somebody
from cloudbot.features.records.sprints.edits import NO, Misread, change_of, seen, told

if TYPE_CHECKING:
    from cloudbot.core.effects import Effect
    from cloudbot.core.records.tree import Filed


def host(order: Order, one: Filed[Sprint], text: str) -> Effect:
    """Name who invites, and who of the team speaks with them."""
    parts = re.split(r"(?i)\b(contact|backup)\b[\s:]*", text)
    name, roles = parts[0].strip(" ,;"), dict(zip((p.lower() for p in parts[1::2]), parts[2::2], strict=True))
    edits = []
    if name:
        every = order.view.all(Org)
        org = meant(name, every, lambda each: (each.name, *each.aka))
        if isinstance(org, tuple):
            raise NotSo.answered(none_such("org", name, org, every))
        edits.append(put("host", "org", value=org.id))
    for role, person in roles.items():
        edits.append(put("host", role, value=somebody(order, person.strip(" ,;"))))
    if not edits:
        raise Misread
    return told(order, one, change_of(one, "host", edits), "host", text=text)


def _provider(order: Order, name: str) -> str:
    every = order.view.all(Provider)
    found = meant(name, every, lambda provider: (provider.name,))
    if isinstance(found, tuple):
        raise NotSo.answered(none_such("provider", name, found, every))
    return found.id


def invite(order: Order, one: Filed[Sprint], text: str) -> Effect:
    """Name a provider that should be there."""
    if not text:
        raise Misread
    provider = _provider(order, text)
    if provider in one.record.invited_providers:
        raise NotSo(NO, why="invited", id=one.id, provider=provider)
    return told(
        order,
        one,
        change_of(one, "invite", [add("invited_providers", value=provider)], "invited_providers"),
        "invited",
        provider=provider,
    )


def reply(order: Order, one: Filed[Sprint], text: str) -> Effect:
    """Record what a provider answered; a later answer takes the place of the earlier one."""
    found = re.fullmatch(r"(?i)(?P<provider>.+?)\s+(?:is\s+)?(?P<answer>coming|remote|not coming|thinking)", text)
    if found is None:
        raise Misread
    provider, said = _provider(order, found["provider"]), found["answer"].lower()
    edits = [
        *([add("invited_providers", value=provider)] if provider not in one.record.invited_providers else []),
        drop("replies", value={"provider": provider}),
        add("replies", value={"provider": provider, "at": order.view.on, "answer": said}),
    ]
    return told(
        order,
        one,
        change_of(one, "reply", edits, "replies", "invited_providers"),
        "reply",
        provider=provider,
        said=said,
    )


def join(order: Order, one: Filed[Sprint], text: str) -> Effect:
    """Name the person who types, and nobody else, as coming: typing it is the consent to stand in public."""
    mode = {"": "onsite", "onsite": "onsite", "on-site": "onsite", "remote": "remote"}.get(text.casefold())
    if mode is None:
        raise Misread
    if not ahead(order.view, one.record):
        raise NotSo(NO, why="over", id=one.id)
    there = _attendance(order, one)
    if any(each.person == order.person and each.mode == mode for each in (there.people if there else ())):
        raise NotSo(NO, why="joined", id=one.id, mode=mode)
    line = {"person": order.person, "mode": mode, "confirmed": False, "consent_public": True}
    edits = (drop("people", value={"person": order.person}), add("people", value=line))
    change = (
        Change(kind="sprint-attendees", id=one.id, edits=edits)
        if there is not None
        else make("sprint-attendees", one.id, {"people": [line]})
    )
    return told(
        order,
        one,
        Operation(verb="join", changes=(change, Change(kind="sprint", id=one.id, expects=seen(one, "state")))),
        "joined",
        mode=mode,
    )


def leave(order: Order, one: Filed[Sprint], text: str) -> Effect:
    """Take the person who types off the list; git keeps that they stood there."""
    if text:
        raise Misread
    there = _attendance(order, one)
    if there is None or all(each.person != order.person for each in there.people):
        raise NotSo(NO, why="not there", id=one.id)
    edits = (drop("people", value={"person": order.person}),)
    change = Change(kind="sprint-attendees", id=one.id, edits=edits)
    return told(order, one, Operation(verb="leave", changes=(change,)), "left")


def _attendance(order: Order, one: Filed[Sprint]) -> SprintAttendees | None:
    return order.view.get(SprintAttendees, "sprint-attendees", one.id)
