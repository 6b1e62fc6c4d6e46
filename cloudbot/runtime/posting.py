"""What an effect becomes in the state file: a row of the outbox with its words already rendered, or a timer.

Rendering happens here, inside the transaction: a retry after an upgrade sends what was decided, and a broken template
fails the fact and not the lane.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, assert_never

from cloudbot.core.effects import (
    Act,
    Announce,
    CancelTimer,
    Comment,
    CommitRecords,
    LookUp,
    Publish,
    Say,
    SendMail,
    SetTimer,
    SetTopic,
    TellOperator,
    WouldSay,
)
from cloudbot.core.records.operations import names
from cloudbot.core.speech import Venue
from cloudbot.runtime.commenting import row_of
from cloudbot.store.codec import encode
from cloudbot.store.journal import NewRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from cloudbot.core.effects import Effect
    from cloudbot.store.journal import Transaction

    Render = Callable[[str, Mapping[str, object]], str]

PAPER = "would-say"
MAIL = "mail"
NAMES = "names"
"""The lane of questions to the domain name system."""
REPO = "repo"
"""The lane of changes of the records."""
SITE = "site"
"""The lane of files that the web is read from."""
TOPIC = " topic"
"""Behind the name of a channel, where its topic is meant: lines do not wait for a topic that is set too soon."""
PLAIN_KEY = re.compile(r"[A-Za-z0-9-]+(?:/[A-Za-z0-9-]+)*")
MESSAGE_ID_UNSAFE = re.compile(r"[^A-Za-z0-9.-]+")


def gitlab_lane(forge: str) -> str:
    """Name the lane of what is done on one GitLab server."""
    return f"gitlab/{forge}"


def irc_lane(network: str) -> str:
    """Name the lane of one network; each is a task of its own, so a dead network holds up no other."""
    return f"irc/{network}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """How the operator of this installation is told: by mail, by query, by both, or by the log alone."""

    mail: tuple[str, ...] = ()
    query: Venue | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """Turns effects into rows."""

    render: Render
    operator: Operator
    mail_domain: str
    mails: bool = True
    "whether there is a mail server; without one nobody would ever take what is posted"
    commenting: Mapping[str, str] = field(default_factory=dict)
    "lanes of the GitLab servers that we have a token for, by the addresses of those"

    def post(self, effects: Iterable[Effect], transaction: Transaction, at: datetime) -> None:
        """Write what a fact causes, in order."""
        for effect in effects:
            match effect:
                case SetTimer():
                    transaction.set_timer(effect.name, effect.due)
                case CancelTimer():
                    transaction.clear_timer(effect.name)
                case Announce():
                    raise TypeError(f"{effect.key} was announced behind the voice's back")
                case _:
                    for row in self.rows(effect):
                        transaction.enqueue(row, at)

    def rows(
        self,
        effect: Say | SetTopic | Publish | WouldSay | SendMail | TellOperator | Act | Comment | LookUp | CommitRecords,
    ) -> tuple[NewRow, ...]:
        """Render one message; an instruction for the operator may become a mail and a query."""
        match effect:
            case Say():
                return (self._said(effect),)
            case Publish() | WouldSay():
                return (self._written(effect),)
            case SendMail():
                return (self._mailed(effect),) if self.mails else ()
            case TellOperator():
                return self._to_operator(effect)
            case Comment():
                row = row_of(effect, self.render(effect.words, effect.values), self.commenting)
                return () if row is None else (row,)
            case SetTopic() | Act() | LookUp() | CommitRecords():
                return (_done(effect),)
        assert_never(effect)

    def _said(self, effect: Say) -> NewRow:
        body = _json(
            text=self._one_line(effect.words, effect.values),
            notice=effect.notice,
            important=effect.important,
            **({"rings": effect.rings} if effect.rings else {}),
        )
        return NewRow(
            key=effect.key,
            lane=irc_lane(effect.to.network),
            destination=effect.to.name,
            body=body,
            expires=effect.expires,
        )

    def _written(self, effect: Publish | WouldSay) -> NewRow:
        if isinstance(effect, WouldSay):
            text = self._one_line(effect.words, effect.values)
            return NewRow(key=effect.key, lane=PAPER, destination=str(effect.to), body=_json(text=text))
        text = self.render(effect.words, effect.values) if effect.words else effect.text
        return NewRow(key=effect.key, lane=SITE, destination=effect.path, body=_json(text=text))

    def _mailed(self, effect: SendMail) -> NewRow:
        subject, _, text = self.render(effect.words, effect.values).partition("\n\n")
        body = _json(
            to=effect.to,
            subject=" ".join(subject.split()),
            text=text.rstrip() + "\n",
            message_id=message_id(effect.key, self.mail_domain),
            **({"in_reply_to": message_id(effect.reply_to, self.mail_domain)} if effect.reply_to else {}),
        )
        destination = ", ".join(effect.to)
        return NewRow(key=effect.key, lane=MAIL, destination=destination, body=body, expires=effect.expires)

    def _to_operator(self, effect: TellOperator) -> tuple[NewRow, ...]:
        rows: list[NewRow] = []
        if self.operator.mail:
            mail = SendMail(
                key=f"{effect.key}/mail",
                to=self.operator.mail,
                words=f"mail/{effect.words}",
                values=effect.values,
            )
            rows.append(self._mailed(mail))
        if self.operator.query is not None:
            query = Say(
                key=f"{effect.key}/irc",
                to=self.operator.query,
                words=f"irc/{effect.words}",
                values=effect.values,
                notice=True,
            )
            rows.append(self._said(query))
        return tuple(rows)

    def _one_line(self, words: str, values: Mapping[str, object]) -> str:
        rows = (row.strip() for row in self.render(words, values).splitlines())
        return " ".join(row for row in rows if row)


def _done(effect: SetTopic | Act | LookUp | CommitRecords) -> NewRow:
    if isinstance(effect, SetTopic):
        lane, body = irc_lane(effect.to.network), _json(topic=effect.text)
        to = f"{effect.to.name}{TOPIC}"
        return NewRow(key=effect.key, lane=lane, destination=to, body=body, expires=effect.expires)
    if isinstance(effect, CommitRecords):
        what = names(effect.operation.changes)
        return NewRow(key=effect.key, lane=REPO, destination=what[:200], body=encode(effect))
    if isinstance(effect, LookUp):
        host = effect.host
        return NewRow(key=effect.key, lane=NAMES, destination=host, body=_json(host=host), expires=effect.expires)
    return NewRow(
        key=effect.key,
        lane=gitlab_lane(effect.forge),
        destination=f"project {effect.project}",
        body=_json(action=effect.action, project=effect.project, id=effect.id, by=effect.by),
        expires=effect.expires,
    )


def message_id(key: str, domain: str) -> str:
    """Derive the Message-ID from the key, so that a mail sent twice is the same mail (RFC 5322 section 3.6.4).

    Only letters, digits, dots and hyphens: some list software mangles anything else. A key with other characters gets a
    digest too, or two keys could become one mail.
    """
    readable = MESSAGE_ID_UNSAFE.sub(".", key).strip(".")
    if not PLAIN_KEY.fullmatch(key):
        readable = f"{readable}.{hashlib.sha256(key.encode(errors='surrogatepass')).hexdigest()[:8]}".lstrip(".")
    return f"<{readable}@{domain}>"


def _json(**body: object) -> str:
    return json.dumps(body, ensure_ascii=False)
