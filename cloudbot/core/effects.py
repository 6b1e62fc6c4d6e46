"""Everything the bot can do, as data. An effect is an imperative with a key that is unique for ever.

Features name the words (a template) and the values; the sentence is rendered before the commit and sent after it.
Timers are effects too: a feature never waits, it asks to be told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from cloudbot.core.records.operations import Author, Operation
from cloudbot.core.speech import Venue


@dataclass(frozen=True, slots=True, kw_only=True)
class Announce:
    """Something changed that a person would want to be told, unasked. Where and whether is the voice's to decide."""

    key: str
    words: str
    values: Mapping[str, object]
    gist: str
    "the change in a few words, for when several are folded into one line"
    expires: datetime | None = None
    event: str = "notice"
    "what kind of news it is, one of `core.events`: channels and people choose among them"
    about: str = ""
    "the thing whose state it tells; while lines are being folded, a later one about it takes its place"
    noun: str = ""
    "what that thing is, where several can be counted together: `pipeline`, `build`, `merge request`"
    name: str = ""
    "what people call that thing: `debian-cloud-images master`, `ec2 sid arm64`"
    cause: str = ""
    "what brought it about, where it is shared: the failures of one runner outage are one piece of news"
    project: str = ""
    ref: str = ""
    kind: str = ""
    main: bool = True
    "of a line of history that is everybody's business; others are told to those who named the ref"
    rings: tuple[str, ...] = ()
    "names that may ring: of people who asked for this very line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """One line to one venue. `notice` marks what nobody asked for; answers are PRIVMSG."""

    key: str
    to: Venue
    words: str
    values: Mapping[str, object] = field(default_factory=dict)
    notice: bool = False
    expires: datetime | None = None
    important: bool = False
    "said again, marked as repeated, when a crash left it unknown whether it was said"
    rings: tuple[str, ...] = ()
    "names that may ring in a notice, where others are muted"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTopic:
    """Set a channel's topic. Where we may not, its end is `Delivered` as `dead`, and the feature says it instead."""

    key: str
    to: Venue
    text: str
    expires: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish:
    """Put a file where the web is read from, whole or not at all: a rendered template, or a text as it is."""

    key: str
    path: str
    "below the folder of the site: `meetings/debian-cloud/2019/debian-cloud.2019-08-14-19.00.html`"
    text: str = ""
    words: str = ""
    "a template, instead of a text"
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldSay:
    """What listen-only mode keeps from the channel: a line of the would-say file."""

    key: str
    to: Venue
    words: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TellOperator:
    """Something only the operator can mend. Goes out by mail and query, whichever is configured."""

    key: str
    words: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class SendMail:
    """One plain-text mail. The first line of the template is the subject, then an empty line, then the body."""

    key: str
    to: tuple[str, ...]
    words: str
    values: Mapping[str, object]
    expires: datetime | None = None
    reply_to: str = ""
    "the key of the mail that it answers, in whose thread it stands"


Action = Literal["retry_job", "retry_pipeline", "cancel_pipeline", "play_schedule"]
"""What can be done on a forge, in GitLab's words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Have a forge do something, once: what may have been done already is not done again. Its end is `Delivered`."""

    key: str
    forge: str
    action: Action
    project: int
    "the project's number"
    id: int
    "the number of the job, the pipeline or the schedule"
    by: str
    "who asked, for the log"
    expires: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """Comment on a merge request, once, in Markdown. Where we have no token for its server nothing is done."""

    key: str
    link: str
    "the address of the merge request"
    words: str
    values: Mapping[str, object]
    expires: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp:
    """Look whether a host name resolves. Its end is `Delivered`: `sent` if it does."""

    key: str
    host: str
    expires: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitRecords:
    """Change the records, once: a commit, pushed. Its end is `RecordsCommitted` or `RecordsRefused`.

    Whoever asked is answered in `to` when the end is known, in these words with these values; the end adds its own.
    """

    key: str
    operation: Operation
    author: Author
    to: Venue | None = None
    words: str = "irc/record_changed"
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTimer:
    """Tell me at `due` (aware UTC). A timer of the same name is moved."""

    name: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelTimer:
    """Forget a timer; one that is not set is no error."""

    name: str


Effect = (
    Announce
    | Say
    | SetTopic
    | Publish
    | WouldSay
    | TellOperator
    | SendMail
    | Act
    | Comment
    | LookUp
    | CommitRecords
    | SetTimer
    | CancelTimer
)
Message = Say | WouldSay | SendMail
"""What becomes a row of the outbox."""
