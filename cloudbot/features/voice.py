"""Which unasked lines are said: none before `go-live`, none while a channel wants quiet, few a day, one for one event.

Everything that features announce passes here. The first piece of news is said at once; what comes within seconds of it
waits and is folded into one line, so that a burst of any size is a few. What is not said is not lost: it goes to the
would-say file, or is held and folded when the quiet ends, or the meeting that is held in the channel. `!quiet` is the
only command that changes anything here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, TypeVar

from pydantic import Field, field_validator

from cloudbot.core.commands import Command, Param
from cloudbot.core.effects import Announce, CancelTimer, Effect, Say, SetTimer, WouldSay
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import CommandGiven, Fact, LineSaid, TimerFired, WentLive
from cloudbot.core.settings import Table
from cloudbot.core.speech import Venue
from cloudbot.core.times import parse_span
from cloudbot.features.folding import Held, fold, held, more, shortened, without_echo
from cloudbot.features.meetings.document import Meetings
from cloudbot.features.subscriptions import Subscriptions

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

WAKE = "voice/wake/"
FOLD = "voice/fold/"
EXPIRES = timedelta(hours=12)
LONGEST_FOLD = timedelta(minutes=2)
GROWTH = 5
"""How much longer news waits after each folded line of one burst: lines at 0, 3, 18 and 93 s, then every 2 min."""
DEFAULT_QUIET = timedelta(hours=12)
MOST_HELD = 1000
"""Things with news that wait for one venue; with more than that, the oldest are no news."""
HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


class Settings(Table):
    """How much the bot says unasked."""

    listen_first: bool = Field(
        default=True,
        description="Say nothing unasked until `cloudbot go-live`; write it to would-say.txt instead.",
    )
    lines_a_day: int = Field(default=6, ge=0, le=100, description="Unasked lines per channel and UTC day.")
    fold_seconds: int = Field(
        default=3,
        ge=0,
        le=120,
        description="News within so many seconds of an unasked line waits and is folded; longer while it goes on.",
    )
    quiet_hours: str = Field(
        default="",
        description='Hours in UTC without unasked lines, like "22:00-06:00"; they come as one line afterwards.',
    )

    @field_validator("quiet_hours")
    @classmethod
    def _readable(cls, text: str) -> str:
        if text and not HOURS.fullmatch(text):
            raise ValueError(f'{text!r} is not like "22:00-06:00"')
        return text

    def quiet_until(self, at: datetime) -> datetime | None:
        """Return when the quiet hours that `at` lies in end, or None outside them."""
        match = HOURS.fullmatch(self.quiet_hours)
        if match is None:
            return None
        numbers = [int(number) for number in match.groups()]
        begin, end = time(numbers[0], numbers[1]), time(numbers[2], numbers[3])
        now = at.time()
        inside = begin <= now < end if begin < end else (now >= begin or now < end)
        if not inside:
            return None
        until = at.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
        return until if until > at else until + timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """What was said today and what is held, by channel (`network/#channel`)."""

    live: bool = False
    day: str = ""
    said: dict[str, int] = field(default_factory=dict)
    quiet: dict[str, datetime] = field(default_factory=dict)
    waiting: dict[str, tuple[Held, ...]] = field(default_factory=dict)
    "what was not said yet, oldest first: until the quiet ends, or until the burst is folded"
    spoke: dict[str, datetime] = field(default_factory=dict)
    pause: dict[str, timedelta] = field(default_factory=dict)
    "how long news waits after the last line; only while a burst goes on"
    met: frozenset[str] = frozenset()
    "channels in which news waits for the end of a meeting"

    def said_on(self, venue: str, at: datetime) -> int:
        """Return how many unasked lines a channel heard on the day of `at`."""
        return self.said.get(venue, 0) if self.day == f"{at:%Y-%m-%d}" else 0


def react(voice: Voice, fact: Fact, world: World) -> Reaction[Voice]:
    """Go live, be quiet, wake up."""
    match fact:
        case WentLive():
            return Reaction(replace(voice, live=True))
        case CommandGiven(command="quiet"):
            return _be_quiet(voice, fact, world)
        case TimerFired() if fact.name.startswith(WAKE):
            return _wake(voice, fact.name.removeprefix(WAKE), fact.at, world)
        case TimerFired() if fact.name.startswith(FOLD):
            return _fold(voice, fact.name.removeprefix(FOLD), fact.at, world)
        case LineSaid() | TimerFired() if voice.met:
            return _after_meetings(voice, world)
        case _:
            return Reaction(voice)


def admit(voice: Voice, effects: Sequence[Effect], world: World) -> Reaction[Voice]:
    """Decide about the announcements among the effects of one fact; everything else passes."""
    announced = [effect for effect in effects if isinstance(effect, Announce)]
    passed: list[Effect] = [effect for effect in effects if not isinstance(effect, Announce)]
    if not announced:
        return Reaction(voice, tuple(effects))
    chosen = world.document(Subscriptions)
    for venue in (*world.team.channels, *chosen.queries()):
        lines = without_echo([line for line in announced if chosen.wants(venue, line)])
        if lines:
            voice, effects_there = _one_venue(voice, lines, venue, world)
            passed.extend(effects_there)
    return Reaction(voice, tuple(passed))


def _one_venue(voice: Voice, lines: Sequence[Announce], venue: Venue, world: World) -> tuple[Voice, list[Effect]]:
    settings, at = world.setting(Settings), world.at
    if settings.listen_first and not voice.live:
        return voice, [_would_say(_one_line(lines), venue)]
    if _is_met_in(venue, world):
        return _keep(voice, lines, venue, in_meeting=True), []
    until = _quiet_until(voice, venue, settings, at)
    if until is not None:
        return _keep(voice, lines, venue), [SetTimer(name=f"{WAKE}{venue}", due=until)]
    pause = timedelta(seconds=settings.fold_seconds)
    spoke = voice.spoke.get(str(venue))
    if spoke is not None and spoke <= at < spoke + voice.pause.get(str(venue), pause):
        due = spoke + voice.pause.get(str(venue), pause)
        return _keep(voice, lines, venue), [SetTimer(name=f"{FOLD}{venue}", due=due)]
    voice = replace(voice, pause=_without(voice.pause, str(venue)))
    return _say(voice, _one_line(lines), venue, world)


def _one_line(lines: Sequence[Announce]) -> Announce:
    """Make one line of all that one fact changed."""
    if len(lines) == 1:
        return lines[0]
    return Announce(
        key=f"{lines[0].key}+{len(lines) - 1}",
        words="irc/folded",
        values=_folded([held(line) for line in lines]),
        gist="; ".join(line.gist for line in lines),
        expires=max((line.expires for line in lines if line.expires is not None), default=None),
    )


def _folded(news: Sequence[Held]) -> dict[str, object]:
    groups = fold(news)
    return {"groups": groups, "more": more(groups)}


def _say(voice: Voice, line: Announce, venue: Venue, world: World) -> tuple[Voice, list[Effect]]:
    """Say a line if the day has one left for this venue."""
    at, most = world.at, world.setting(Settings).lines_a_day
    said = voice.said_on(str(venue), at)
    if said >= most:
        return voice, [_would_say(line, venue)]
    words, values = line.words, dict(line.values)
    if said + 1 == most:
        words, values = "irc/last_today", {**values, "inner": line.words}
    key = f"{line.key}@{venue}"
    say = Say(key=key, to=venue, words=words, values=values, notice=True, expires=line.expires, rings=line.rings)
    return _count(voice, venue, at), [say]


def _would_say(line: Announce, venue: Venue) -> WouldSay:
    return WouldSay(key=f"{line.key}@{venue}", to=venue, words=line.words, values=line.values)


def _keep(voice: Voice, lines: Sequence[Announce], venue: Venue, *, in_meeting: bool = False) -> Voice:
    """Let news wait. Only the first and the last word about a thing matter, so what waits cannot grow with a burst."""
    kept = shortened((*voice.waiting.get(str(venue), ()), *map(held, lines)))[-MOST_HELD:]
    met = voice.met | {str(venue)} if in_meeting else voice.met
    return replace(voice, waiting={**voice.waiting, str(venue): kept}, met=met)


def _is_met_in(venue: Venue, world: World) -> bool:
    """Whether a meeting is held in a channel: nothing unasked is said in it then."""
    return world.document(Meetings).running(venue) is not None


def _after_meetings(voice: Voice, world: World) -> Reaction[Voice]:
    """Say in one line what was held during a meeting that is over; in quiet hours it is held on."""
    effects: list[Effect] = []
    for name in sorted(voice.met):
        venue = Venue(*name.split("/", 1))
        if _is_met_in(venue, world):
            continue
        voice = replace(voice, met=voice.met - {name})
        until = _quiet_until(voice, venue, world.setting(Settings), world.at)
        if until is not None:
            effects.append(SetTimer(name=f"{WAKE}{venue}", due=until))
            continue
        voice, more = _release(voice, venue, world.at, going="the meeting went on")
        effects += more
    return Reaction(voice, tuple(effects))


def _count(voice: Voice, venue: Venue, at: datetime) -> Voice:
    day = f"{at:%Y-%m-%d}"
    today = voice.said if voice.day == day else {}
    said = {**today, str(venue): today.get(str(venue), 0) + 1}
    return replace(voice, day=day, said=said, spoke={**voice.spoke, str(venue): at})


def _fold(voice: Voice, name: str, at: datetime, world: World) -> Reaction[Voice]:
    """Say in one line what came since the last one; while more comes, the next such line is ever farther away."""
    venue = Venue(*name.split("/", 1))
    settings = world.setting(Settings)
    until = _quiet_until(voice, venue, settings, at)
    if until is not None:
        return Reaction(voice, (SetTimer(name=f"{WAKE}{venue}", due=until),))
    news = voice.waiting.get(name, ())
    if not news:
        return Reaction(voice)
    if _is_met_in(venue, world):
        return Reaction(replace(voice, met=voice.met | {name}))
    pause = voice.pause.get(name, timedelta(seconds=settings.fold_seconds))
    voice = replace(
        voice,
        waiting=_without(voice.waiting, name),
        pause={**voice.pause, name: min(GROWTH * pause, LONGEST_FOLD)},
    )
    line = Announce(
        key=f"voice/folded/{at.isoformat()}",
        words="irc/folded",
        values=_folded(news),
        gist="",
        expires=at + EXPIRES,
    )
    voice, effects = _say(voice, line, venue, world)
    return Reaction(voice, tuple(effects))


def _quiet_until(voice: Voice, venue: Venue, settings: Settings, at: datetime) -> datetime | None:
    asked = voice.quiet.get(str(venue))
    wanted = [until for until in (asked, settings.quiet_until(at)) if until is not None and until > at]
    return max(wanted, default=None)


def _be_quiet(voice: Voice, fact: CommandGiven, world: World) -> Reaction[Voice]:
    venues = (fact.venue,) if fact.venue.is_channel else world.team.channels
    wanted = fact.args.get("span", "")
    reply = f"quiet/{fact.venue.network}/{fact.id}"
    if wanted.lower() == "off":
        released: list[Effect] = []
        for venue in venues:
            voice = replace(voice, quiet=_without(voice.quiet, str(venue)))
            released.append(CancelTimer(name=f"{WAKE}{venue}"))
            if _is_met_in(venue, world):
                voice = replace(voice, met=voice.met | {str(venue)})
            else:
                voice, more = _release(voice, venue, fact.at)
                released += more
        return Reaction(voice, (Say(key=reply, to=fact.venue, words="irc/quiet_off"), *released))
    until = fact.at + (parse_span(wanted) if wanted else DEFAULT_QUIET)
    quiet = {**voice.quiet, **{str(venue): until for venue in venues}}
    effects: list[Effect] = [SetTimer(name=f"{WAKE}{venue}", due=until) for venue in venues]
    effects.append(Say(key=reply, to=fact.venue, words="irc/quiet_on", values={"until": until}))
    return Reaction(replace(voice, quiet=quiet), tuple(effects))


def _wake(voice: Voice, name: str, at: datetime, world: World) -> Reaction[Voice]:
    venue = Venue(*name.split("/", 1))
    until = _quiet_until(voice, venue, world.setting(Settings), at)
    if until is not None:
        return Reaction(voice, (SetTimer(name=f"{WAKE}{venue}", due=until),))
    voice = replace(voice, quiet=_without(voice.quiet, name))
    if _is_met_in(venue, world):
        return Reaction(replace(voice, met=voice.met | {name}) if name in voice.waiting else voice)
    voice, effects = _release(voice, venue, at)
    return Reaction(voice, tuple(effects))


def _release(voice: Voice, venue: Venue, at: datetime, *, going: str = "it was quiet") -> tuple[Voice, list[Effect]]:
    """Say in one line what was held; it counts as one of the day's lines but is never itself held back."""
    news = voice.waiting.get(str(venue), ())
    voice = replace(voice, waiting=_without(voice.waiting, str(venue)))
    if not news:
        return voice, []
    key = f"voice/held/{venue}/{at.isoformat()}"
    say = Say(
        key=key, to=venue, words="irc/held", values={**_folded(news), "while": going}, notice=True, expires=at + EXPIRES
    )
    return _count(voice, venue, at), [say]


def _without(kept: dict[str, T], venue: str) -> dict[str, T]:
    return {key: value for key, value in kept.items() if key != venue}


voice = Feature(
    name="voice",
    document=Voice,
    react=react,
    settings=Settings,
    commands=(
        Command(
            name="quiet",
            help="no unasked lines here for a while (12 h unless said); answers and meetings go on",
            params=(Param(name="span", kind="span", optional=True, choices=("off",)),),
            who="member",
            examples=("!quiet 2d", "!quiet off"),
        ),
    ),
)
