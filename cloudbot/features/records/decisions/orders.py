"""What people do to a decision, each as one commit of theirs: support, object, say that it is met, take it back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cloudbot.core.consensus.acts import (
    Announced,
    Approved,
    Objected,
    Resolved,
    Reverted,
    Revised,
    Supported,
    Withdrawn,
)
from cloudbot.core.consensus.clock import lacking
from cloudbot.core.consensus.counting import supporters
from cloudbot.core.records.kinds.governance import Decision, Proof
from cloudbot.core.records.kinds.meetings import Minutes
from cloudbot.features.records.decisions.changing import NO, asked, done, one_of, rules_of
from cloudbot.features.records.decisions.proposing import lazy, propose
from cloudbot.features.records.decisions.recusing import stepping_back
from cloudbot.features.records.decisions.wording import LONGEST, LONGEST_TITLE
from cloudbot.features.records.edits import words
from cloudbot.features.records.orders import NotSo, Order, person_called

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudbot.core.effects import Effect
    from cloudbot.core.records.tree import Filed
    from cloudbot.features.records.orders import Carry

_MSGID = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>")
_URL = re.compile(r"https?://[!-~]+")
_FROM = re.compile(r"(?i)\bfrom\s+(?P<name>[^\s:,;]+(?:\s+[^\s:,;]+)?)\s*[:,;]\s*")
_MINUTES = re.compile(r"(?i)(?:(?P<number>\d{1,2})\s+)?(?:in\s+)?(?:the\s+)?minutes\s+(?P<minutes>\S+)")


def proof_in(text: str) -> Proof:
    """Return the Message-ID or link in a text."""
    msgid, url = _MSGID.search(text), _URL.search(text)
    return Proof(msgid=msgid[0] if msgid else None, url=url[0].rstrip(".,;)") if url and not msgid else None)


def _announced(order: Order) -> Effect:
    """Take the proof that it stands on the list. A line in the channel is the bot's own to prove."""
    one = one_of(order)
    proof = proof_in(order.free(order.arg("proof"), proof=True))
    if not (proof.msgid or proof.url):
        raise NotSo(NO, why="no proof", id=one.id)
    after = done(order, one, Announced(venue="list", msgid=proof.msgid, url=proof.url))
    wants = ", ".join(_PLACES[venue] for venue in lacking(after, rules_of(order.view, after).class_))
    moved = "yes" if (after.state, after.deadline) != (one.record.state, one.record.deadline) else ""
    known = ("announced", "state", "deadline")
    evidence = proof.msgid or proof.url or ""
    return asked(order, one, after, "announce", *known, evidence=evidence, wants=wants, moved=moved)


_PLACES = {"list": "the mail to the list", "irc": "the line in the channel"}


def _support(order: Order) -> Effect:
    one = one_of(order)
    if order.arg("text"):
        raise NotSo(NO, why="condition", id=one.id)
    after = done(order, one, Supported(person=order.person))
    recused = {each.person: each.why for each in (*after.recusals, *stepping_back(order.view, after))}
    counted = len(supporters(after) - recused.keys())
    quorum = rules_of(order.view, after).class_.quorum
    why = recused.get(order.person, "")
    return asked(order, one, after, "support", "revisions", count=str(counted), quorum=str(quorum), recused=why)


def _object(order: Order) -> Effect:
    """Take an objection; of somebody else only what can be read elsewhere: `<mail> from zoe: the way is too far`."""
    one = one_of(order)
    text = order.arg("why")
    proof, by = proof_in(text), order.person
    named = _FROM.search(text)
    if named is not None and (proof.msgid or proof.url):
        by = person_called(order.view, named["name"]) or order.free(named["name"])
        text = _FROM.sub("", text, count=1)
    for found in (proof.msgid, proof.url):
        text = text.replace(found, "") if found else text
    why = words(order, text)
    if not why:
        raise NotSo(NO, why="no reason", id=one.id)
    after = done(order, one, Objected(by=by, title=why, proof=proof))
    blocks = "yes" if after.state == "objected" or one.record.state == "draft" else ""
    number = str(len(after.objections))
    return asked(
        order, one, after, "object", by=by, own="yes" if by == order.person else "", number=number, blocks=blocks
    )


def _resolve(order: Order) -> Effect:
    """Close an objection: one's own or, with the minutes of a meeting that spoke of it, another's."""
    one = one_of(order)
    text = order.arg("text")
    meeting = _MINUTES.fullmatch(text)
    minutes = _minutes(order, one, meeting["minutes"]) if meeting is not None else None
    number = _number(order, one, (meeting["number"] or "") if meeting is not None else text, meeting is not None)
    after = done(order, one, Resolved(number=number, by=order.person, minutes=minutes))
    left = str(sum(each.resolved_at is None for each in after.objections))
    values = {"number": str(number), "left": left, "minutes": minutes or ""}
    return asked(order, one, after, "resolve", "objections", "state", "deadline", **values)


def _minutes(order: Order, one: Filed[Decision], name: str) -> str:
    """Return the minutes of that name, if it is of a meeting that named the decision."""
    found = order.view.get(Minutes, "minutes", name.strip(".,;"))
    if found is None or not any(one.id in item.text for item in found.items):
        raise NotSo(NO, why="no minutes", id=one.id, minutes=name)
    return found.id


def _number(order: Order, one: Filed[Decision], text: str, anybodys: bool) -> int:  # noqa: FBT001 - of a meeting, or one's own
    """Return the number of the objection that is meant: the one typed, else the only one open that it can be."""
    typed = text.strip().lstrip("#")
    if typed.isdecimal():
        return int(typed)
    if typed:
        raise NotSo(NO, why="which", id=one.id, numbers=())
    every = enumerate(one.record.objections, start=1)
    mine = [n for n, each in every if each.resolved_at is None and (anybodys or each.by == order.person)]
    if len(mine) != 1:
        raise NotSo(NO, why="which" if mine else "none of yours", id=one.id, numbers=tuple(mine))
    return mine[0]


def _revise(order: Order) -> Effect:
    one = one_of(order)
    typo, text = re.fullmatch(r"(?is)(typo[\s:]+)?(.*)", order.arg("text")).groups()  # type: ignore[union-attr]
    new = words(order, text, most=LONGEST)
    if not new:
        raise NotSo(NO, why="no text", id=one.id)
    title = new if len(new) <= LONGEST_TITLE else f"{new[: LONGEST_TITLE - 1].rstrip()}…"
    act = Revised(by=order.person, title=title, text=new if title != new else None, typo=bool(typo))
    after = done(order, one, act)
    again = sorted({each.person for each in after.support} - supporters(after)) if not typo else []
    known = ("title", "text", "revisions", "state", "deadline")
    values = {"number": str(after.revisions[-1].n), "typo": "yes" if typo else "", "again": ", ".join(again)}
    return asked(order, one, after, "revise", *known, **values)


def _withdraw(order: Order) -> Effect:
    one = one_of(order)
    return asked(order, one, done(order, one, Withdrawn(by=order.person)), "withdraw", "state")


def _revert(order: Order) -> Effect:
    """Take back what was accepted; what it caused outside of the records nobody can take back here."""
    one = one_of(order)
    why = words(order, order.arg("why"))
    if not why:
        raise NotSo(NO, why="no reason", id=one.id)
    return asked(order, one, done(order, one, Reverted(by=order.person)), "revert", "state", note=why)


def _gate(order: Order) -> Effect:
    """Record what who is outside the team said, with its mail."""
    one = one_of(order)
    proof = proof_in(order.free(order.arg("proof"), proof=True))
    if not (proof.msgid or proof.url):
        raise NotSo(NO, why="no gate proof", id=one.id)
    yes = order.arg("how").casefold() == "approved"
    after = done(order, one, Approved(by=order.person, yes=yes, evidence=proof))
    who = after.gate.who if after.gate is not None else ""
    return asked(order, one, after, "gate", "state", "gate", "revisions", yes="yes" if yes else "", who=who)


ORDERS: Mapping[str, Carry] = {
    "lazy": lazy,
    "propose": propose,
    "announced": _announced,
    "support": _support,
    "object": _object,
    "resolve": _resolve,
    "revise": _revise,
    "withdraw": _withdraw,
    "revert": _revert,
    "gate": _gate,
}
"""What each command does."""
