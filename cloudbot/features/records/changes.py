"""How changes of the records ended, told where they were asked for; and what people changed there themselves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cloudbot.core.effects import Announce, Say, TellOperator
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import RecordNews, RecordsCommitted, RecordsRefused, RecordsSeen, RecordsWait
from cloudbot.features.records.proposals import Proposal, comment, found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.effects import Effect
    from cloudbot.core.facts import Fact

MOST_NEWS = 5
"""Commits of people that are told one by one; of more, how many."""
MOST_GIST = 110
"""Characters of a finding in a line with other news: it comes together with the commit that brought it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What was told of the records."""

    commit: str = ""
    closed: tuple[str, ...] = ()
    rewritten: bool = False
    "whether the operator knows that the remote was rewritten; forgotten when it is mended"
    proposed: dict[str, Proposal] = field(default_factory=dict)
    "what waits for another person, by the key of the change"


def react(known: Changes, fact: Fact, world: World) -> Reaction[Changes]:
    """Answer whoever asked, and tell once what was pushed by people or stands in the way."""
    match fact:
        case RecordsCommitted():
            return Reaction(_without(known, fact.key), tuple(_committed(fact, world)))
        case RecordsRefused():
            return Reaction(_without(known, fact.key), tuple(_refused(known, fact)))
        case RecordsWait(why="proposed"):
            return _proposed(known, fact)
        case RecordsWait():
            return _wait(known, fact)
        case RecordsSeen():
            seen = replace(known, commit=fact.commit, closed=fact.closed, rewritten=False)
            return Reaction(seen, (*_news(known, fact, world), *_closed(known, fact)))
        case _:
            return Reaction(known)


def _committed(fact: RecordsCommitted, world: World) -> Iterator[Effect]:
    """Answer where it was asked for; what was asked for elsewhere than in a channel, the channels hear too."""
    if fact.to is not None:
        values = {**fact.values, "ids": fact.ids, "commit": fact.commit[:8], "notes": fact.notes, "at": fact.at}
        yield Say(key=f"{fact.key}/done", to=fact.to, words=fact.words, values=values)
    if fact.to is None or not fact.to.is_channel:
        news = RecordNews(commit=fact.commit, author=fact.person, subject=fact.subject, files=len(fact.ids))
        yield _told(news, 0, world)


def _refused(known: Changes, fact: RecordsRefused) -> Iterator[Effect]:
    """Answer where it was asked for; on an open merge request, say why it cannot be made any more."""
    proposal = known.proposed.get(fact.key, Proposal())
    if fact.to is not None:
        values = {"reasons": fact.reasons, "person": fact.person, "link": proposal.link}
        yield Say(key=f"{fact.key}/no", to=fact.to, words="irc/record_refused", values=values)
    if proposal.link and not fact.closed:
        yield comment(fact, proposal.link, fact.reasons)


def _proposed(known: Changes, fact: RecordsWait) -> Reaction[Changes]:
    """Tell whoever asked, once, and write what is newly found on the merge request."""
    before = known.proposed.get(fact.key)
    effects: list[Effect] = []
    if before is None and fact.to is not None:
        values = {"why": fact.why, "detail": fact.detail}
        effects.append(Say(key=f"{fact.key}/{fact.why}", to=fact.to, words="irc/record_waits", values=values))
    proposal, comments = found(before or Proposal(), fact)
    proposed = {**known.proposed, fact.key: proposal}
    return Reaction(replace(known, proposed=proposed), (*effects, *comments))


def _without(known: Changes, key: str) -> Changes:
    """Forget a proposal that has its end."""
    if key not in known.proposed:
        return known
    return replace(known, proposed={name: one for name, one in known.proposed.items() if name != key})


def _wait(known: Changes, fact: RecordsWait) -> Reaction[Changes]:
    effects: list[Effect] = []
    if fact.to is not None:
        values = {"why": fact.why, "detail": fact.detail}
        key = f"{fact.key}/{fact.why}"
        effects.append(Say(key=key, to=fact.to, words="irc/record_waits", values=values))
    if fact.why == "rewritten" and not known.rewritten:
        tell = TellOperator(
            key=f"records/rewritten/{fact.key}", words="operator_records", values={"detail": fact.detail}
        )
        effects.append(tell)
        known = replace(known, rewritten=True)
    return Reaction(known, tuple(effects))


def _news(known: Changes, fact: RecordsSeen, world: World) -> Iterator[Announce]:
    """Tell what people changed by themselves; the first look at a repository tells nothing."""
    if not known.commit or not fact.news:
        return
    many = len(fact.news) > MOST_NEWS
    for one in fact.news[-1:] if many else fact.news:
        yield _told(one, len(fact.news) - 1 if many else 0, world)


def _told(news: RecordNews, more: int, world: World) -> Announce:
    site = world.records.site if world.records is not None else ""
    return Announce(
        key=f"records/{news.commit[:12]}",
        words="irc/record_news",
        values={"news": news, "commit": news.commit[:8], "more": more, "site": site},
        gist=f"records: {news.subject}",
        event="record",
        about=f"records/{news.commit[:12]}",
    )


def _closed(known: Changes, fact: RecordsSeen) -> Iterator[Announce]:
    """Tell once that some kinds cannot be changed, and once that they can again."""
    if fact.closed and fact.closed != known.closed:
        yield Announce(
            key=f"records/closed/{fact.commit[:12]}",
            words="irc/records_closed",
            values={"seen": fact},
            gist=f"records: {', '.join(fact.closed)} cannot be changed: {''.join(fact.findings[:1])[:MOST_GIST]}",
            event="outage",
            about="records/closed",
        )
    elif known.closed and not fact.closed:
        yield Announce(
            key=f"records/open/{fact.commit[:12]}",
            words="irc/records_open",
            values={"closed": known.closed},
            gist="records: all kinds can be changed again",
            event="outage",
            about="records/closed",
        )


changes = Feature(name="changes", document=Changes, react=react)
