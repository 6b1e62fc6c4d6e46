"""A team with records that holds meetings: what is said, what the bot asks to be changed, what the records say then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cloudbot.core.effects import Comment, CommitRecords, Effect, LookUp, SendMail
from cloudbot.core.facts import LineSaid, RecordsSeen
from cloudbot.core.people import Person, Team
from cloudbot.core.speech import Venue
from cloudbot.features.meetings.document import Fix, Meetings
from tests.core.records.trees import person
from tests.features.builders import CHANNEL, Bot
from tests.features.records.worlds import carried_out, known

if TYPE_CHECKING:
    from cloudbot.core.facts import Fact

NOW = datetime(2019, 8, 14, 19, 0, tzinfo=UTC)
SITE = "https://cb.example.org"
ID = "debian-cloud.2019-08-14-19.00"
ACCOUNT = '[[accounts]]\nnet = "oftc"\naccount = "{0}"\n[debian]\nstatus = "dd"\n'
PEOPLE = person("ann", ACCOUNT.format("ann")) | person("ben", ACCOUNT.format("ben")) | person("cleo")
SERIES = """schema = "cloudbot/series/1"
id = "monthly"
title = "Team meeting"
channel = "oftc/#debian-cloud"
rule = "FREQ=MONTHLY;BYDAY=2WE"
time = "19:00"
from = 2019-01-09
facilitator = "cleo"
lists = ["team@lists.example.org"]
standing = [{ id = "builds", text = "Builds" }, { id = "sprint", text = "The sprint" }]
"""
FILES = PEOPLE | {"series/monthly.toml": SERIES}


def action(number: str, title: str, more: str = "") -> dict[str, str]:
    """Return the file of an open action."""
    head = f'schema = "cloudbot/action/1"\nid = "{number}"\ntitle = "{title}"\nstate = "open"\n'
    return {f"actions/{number}.toml": head + more}


@dataclass(slots=True, kw_only=True)
class Meeting:
    """The team's channel; `ann` and `ben` are known by account, everybody else is a stranger."""

    files: Mapping[str, str] = field(default_factory=lambda: FILES)
    refuses: bool = False
    "the records take nothing: what is asked for is kept"
    at: datetime = NOW
    venue: Venue = CHANNEL
    site: str = SITE
    bot: Bot = field(init=False)
    asked: list[CommitRecords] = field(default_factory=list)
    mails: list[SendMail] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    looked_up: list[LookUp] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with the records of the files."""
        people = tuple(Person(name=name, accounts={"oftc": (name,)}) for name in ("ann", "ben"))
        team = Team(name="Team", people=people, channels=(CHANNEL,), site=self.site)
        self.bot = Bot(records=known(self.files), team=team)

    def take(self, fact: Fact) -> None:
        """Give the bot a fact, and carry out what it asks for, until there is nothing more."""
        waiting = [fact]
        while waiting:
            effects = self.bot.take(waiting.pop(0))
            self.note(effects)
            wanted = [one for one in effects if isinstance(one, CommitRecords)]
            waiting += [] if self.refuses else [carried_out(self.bot, one, fact.at) for one in wanted]

    def note(self, effects: list[Effect]) -> None:
        """Keep what was done."""
        self.asked += [one for one in effects if isinstance(one, CommitRecords)]
        self.mails += [one for one in effects if isinstance(one, SendMail)]
        self.comments += [one for one in effects if isinstance(one, Comment)]
        self.looked_up += [one for one in effects if isinstance(one, LookUp)]
        self.said += self.bot.said(effects)

    def hears(self, *lines: str) -> Meeting:
        """Say lines, ten seconds apart: `ann: #topic x`."""
        for line in lines:
            nick, _, text = line.partition(": ")
            account = nick if nick in {"ann", "ben"} else ""
            self.take(
                LineSaid(
                    at=self.at, venue=self.venue, nick=nick, text=text, account=account, person=account or None,
                    me="cloudbot",
                )
            )  # fmt: skip
            self.at += timedelta(seconds=10)
        return self

    def meets(self, *lines: str) -> Meeting:
        """Hold a meeting that ann begins and ends, and let the bot see the records after it."""
        self.hears("ann: #startmeeting", *lines, "ann: #endmeeting")
        return self.looks()

    def looks(self, commit: str = "") -> Meeting:
        """Let the bot see the records."""
        assert self.bot.records is not None
        commit = commit or self.bot.records.commit
        self.bot.records = replace(self.bot.records, commit=commit)
        self.take(RecordsSeen(at=self.at, commit=commit, good=commit))
        return self

    def edits(self, path: str, old: str, new: str) -> None:
        """Let a person change a file in git."""
        assert self.bot.records is not None
        text = self.bot.records.tree.texts[path]
        assert old in text
        self.bot.records = known({**self.bot.records.tree.texts, path: text.replace(old, new)})

    def fixes(self, item: int, text: str, by: str = "ann") -> Meeting:
        """Correct an item after the end, as `!minutes fix` does."""
        document = self.bot.documents[Meetings]
        assert isinstance(document, Meetings)
        held = document.held[-1]
        fixed = replace(held, fixes=(*held.fixes, Fix(at=self.at, by=by, item=item, text=text)))
        self.bot.documents = {**self.bot.documents, Meetings: document.with_held(fixed)}
        return self.looks()

    def text(self, path: str) -> str:
        """Return a file of the records."""
        assert self.bot.records is not None
        return self.bot.records.tree.texts[path]

    def record(self, kind: str, identity: str) -> dict[str, Any]:
        """Return what a record says, without what is empty."""
        assert self.bot.records is not None
        record = self.bot.records.tree.by_identity[kind, identity].record
        found = record.model_dump(by_alias=True, exclude_defaults=True)
        return {key: value for key, value in found.items() if key != "schema"}

    def actions(self) -> dict[str, dict[str, Any]]:
        """Return all actions by their ids."""
        assert self.bot.records is not None
        names = [one.id for one in self.bot.records.tree.filed if one.kind.name == "action"]
        return {name: self.record("action", name) for name in names}

    def mail(self) -> str:
        """Return the only mail as it is written."""
        (mail,) = self.mails
        return self.bot.words.render(mail.words, mail.values)
