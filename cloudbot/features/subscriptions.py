"""Who hears what: `!notify on|off EVENT`, per channel and per person, with globs for project, ref and kind.

A venue that never chose hears the default events of its team's main lines of history. A person who chose in a query
is told in that query, by the nick that the account had then.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from cloudbot.core.commands import Answer, Ask, Command, Param
from cloudbot.core.effects import Announce, Effect, Say
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.events import EVENTS
from cloudbot.core.facts import CommandGiven, Fact
from cloudbot.core.speech import Venue

if TYPE_CHECKING:
    from collections.abc import Iterable

KINDS = ("push", "schedule", "tag", "merge_request")
MOST_RULES = 50
"""Rules of one venue; more is a mistake, and every announcement is held against each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One wish. An empty `ref` means the default branch and its schedules; `*` is any ref."""

    event: str
    project: str = "*"
    ref: str = ""
    kind: str = "*"

    def takes(self, line: Announce) -> bool:
        """Whether an announcement is what was wished for; a project may be named by the last part of its path."""
        if line.event != self.event or not (line.main if not self.ref else fnmatchcase(line.ref, self.ref)):
            return False
        path = line.project.lower()
        names = (path, path.rpartition("/")[2])
        return any(fnmatchcase(name, self.project.lower()) for name in names) and (
            self.kind == "*" or line.kind.partition(":")[0] == self.kind
        )

    def __str__(self) -> str:
        rest = [self.project, self.ref or "@default", self.kind]
        while rest and rest[-1] in {"*", "@default"}:
            rest.pop()
        return " ".join((self.event, *rest))


DEFAULTS = tuple(Rule(event=event.name) for event in EVENTS.values() if event.default)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriptions:
    """The wishes of every venue (`network/#channel` or `network/nick`) that has said any."""

    rules: dict[str, tuple[Rule, ...]] = field(default_factory=dict)

    def of(self, venue: Venue) -> tuple[Rule, ...]:
        """Return the rules that hold for a venue."""
        return self.rules.get(str(venue), DEFAULTS if venue.is_channel else ())

    def queries(self) -> tuple[Venue, ...]:
        """Return the queries in which people want to be told."""
        venues = (Venue(*key.split("/", 1)) for key, rules in sorted(self.rules.items()) if rules)
        return tuple(venue for venue in venues if not venue.is_channel)

    def wants(self, venue: Venue, line: Announce) -> bool:
        """Decide whether a venue hears an announcement."""
        return any(rule.takes(line) for rule in self.of(venue))


def react(known: Subscriptions, fact: Fact, world: World) -> Reaction[Subscriptions]:
    """Take a wish."""
    if not isinstance(fact, CommandGiven) or fact.command != "notify":
        return Reaction(known)
    after = _changed(known, fact)
    rules = after.of(fact.venue)
    values = {"rules": rules, "events": [str(rule) for rule in rules], "full": len(rules) > MOST_RULES}
    said: Effect = Say(
        key=f"notify/{fact.venue.network}/{fact.id}", to=fact.venue, words="irc/notify_taken", values=values
    )
    del world
    return Reaction(known if len(rules) > MOST_RULES else after, (said,))


def _changed(known: Subscriptions, fact: CommandGiven) -> Subscriptions:
    before = known.of(fact.venue)
    named = fact.args["event"].lower()
    events = tuple(EVENTS) if named == "all" else (named,)
    made = [
        Rule(
            event=event,
            project=fact.args.get("project", "*"),
            ref=fact.args.get("ref", "").removeprefix("@default"),
            kind=fact.args.get("kind", "*").lower(),
        )
        for event in events
    ]
    narrow = "project" in fact.args
    if fact.args["switch"].lower() == "on":
        after = (*before, *(rule for rule in made if rule not in before))
    elif narrow:
        after = tuple(rule for rule in before if rule not in made)
    else:
        after = tuple(rule for rule in before if rule.event not in events)
    return replace(known, rules={**known.rules, str(fact.venue): _tidy(after)})


def _tidy(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple(sorted(set(rules), key=str))


def listing(ask: Ask, world: World) -> Answer:
    """Answer `!notify list`: what this venue hears, what else there is."""
    rules = world.document(Subscriptions).of(ask.venue)
    heard = {rule.event for rule in rules}
    values = {
        "rules": [str(rule) for rule in rules],
        "others": [name for name in EVENTS if name not in heard],
        "channel": ask.venue.is_channel,
    }
    return Answer(words="irc/notify_list", values=values)


subscriptions = Feature(
    name="subscriptions",
    document=Subscriptions,
    react=react,
    commands=(
        Command(
            name="notify",
            help="choose the unasked news of this channel, or of you in a query; globs for project, ref, kind",
            params=(
                Param(name="switch", choices=("on", "off")),
                Param(name="event", choices=(*EVENTS, "all")),
                Param(name="project", optional=True),
                Param(name="ref", optional=True),
                Param(name="kind", optional=True, choices=(*KINDS, "*")),
            ),
            who="member",
            listing=listing,
            examples=("!notify list", "!notify on mr-merged", "!notify on problem debian-cloud-images bullseye*"),
        ),
    ),
)
