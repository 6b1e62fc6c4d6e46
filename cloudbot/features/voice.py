"""Which unasked lines are said: none before `go-live`, none while a channel wants quiet, few a day, one for one event.

Everything that features announce passes here. What is not said is not lost: it goes to the would-say file, or is held
and folded into one line when the quiet ends. `!quiet` is the only command that changes anything here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from pydantic import Field, field_validator

from cloudbot.core.commands import Command, Param
from cloudbot.core.effects import Announce, CancelTimer, Effect, Say, SetTimer, WouldSay
from cloudbot.core.engine import Feature, Reaction, World
from cloudbot.core.facts import CommandGiven, Fact, TimerFired, WentLive
from cloudbot.core.settings import Table
from cloudbot.core.speech import Venue
from cloudbot.core.times import parse_span

if TYPE_CHECKING:
    from collections.abc import Sequence

WAKE = "voice/wake/"
DEFAULT_QUIET = timedelta(hours=12)
MOST_HELD = 50
HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


class Settings(Table):
    """How much the bot says unasked."""

    listen_first: bool = Field(
        default=True,
        description="Say nothing unasked until `cloudbot go-live`; write it to would-say.txt instead.",
    )
    lines_a_day: int = Field(default=6, ge=0, le=100, description="Unasked lines per channel and UTC day.")
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
    held: dict[str, tuple[str, ...]] = field(default_factory=dict)
    "the gists of what was not said, per channel, oldest first"

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
        case _:
            return Reaction(voice)


def admit(voice: Voice, effects: Sequence[Effect], world: World) -> Reaction[Voice]:
    """Decide about the announcements among the effects of one fact; everything else passes."""
    announced = [effect for effect in effects if isinstance(effect, Announce)]
    passed: list[Effect] = [effect for effect in effects if not isinstance(effect, Announce)]
    if not announced:
        return Reaction(voice, tuple(effects))
    line = announced[0] if len(announced) == 1 else _folded(announced)
    for venue in world.team.channels:
        voice, more = _one_channel(voice, line, venue, world)
        passed.extend(more)
    return Reaction(voice, tuple(passed))


def _folded(announced: Sequence[Announce]) -> Announce:
    """Make one line of all that one fact changed."""
    gists = [one.gist for one in announced]
    expires = [one.expires for one in announced if one.expires is not None]
    return Announce(
        key="+".join(one.key for one in announced),
        words="irc/several",
        values={"gists": gists},
        gist="; ".join(gists),
        expires=max(expires, default=None),
    )


def _one_channel(voice: Voice, line: Announce, venue: Venue, world: World) -> tuple[Voice, list[Effect]]:
    settings, at = world.setting(Settings), world.at
    key = f"{line.key}@{venue}"
    if settings.listen_first and not voice.live:
        return voice, [WouldSay(key=key, to=venue, words=line.words, values=line.values)]
    until = _quiet_until(voice, venue, settings, at)
    if until is not None:
        held = (*voice.held.get(str(venue), ()), line.gist)[-MOST_HELD:]
        voice = replace(voice, held={**voice.held, str(venue): held})
        return voice, [SetTimer(name=f"{WAKE}{venue}", due=until)]
    said = voice.said_on(str(venue), at)
    if said >= settings.lines_a_day:
        return voice, [WouldSay(key=key, to=venue, words=line.words, values=line.values)]
    words, values = line.words, dict(line.values)
    if said + 1 == settings.lines_a_day:
        words, values = "irc/last_today", {**values, "inner": line.words}
    say = Say(key=key, to=venue, words=words, values=values, notice=True, expires=line.expires)
    return _count(voice, venue, at), [say]


def _count(voice: Voice, venue: Venue, at: datetime) -> Voice:
    day = f"{at:%Y-%m-%d}"
    today = voice.said if voice.day == day else {}
    return replace(voice, day=day, said={**today, str(venue): today.get(str(venue), 0) + 1})


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
            voice, more = _release(replace(voice, quiet=_without(voice.quiet, str(venue))), venue, fact.at, world)
            released += [CancelTimer(name=f"{WAKE}{venue}"), *more]
        return Reaction(voice, (Say(key=reply, to=fact.venue, words="irc/quiet_off"), *released))
    until = fact.at + (parse_span(wanted) if wanted else DEFAULT_QUIET)
    quiet = {**voice.quiet, **{str(venue): until for venue in venues}}
    effects: list[Effect] = [SetTimer(name=f"{WAKE}{venue}", due=until) for venue in venues]
    effects.append(Say(key=reply, to=fact.venue, words="irc/quiet_on", values={"until": until}))
    return Reaction(replace(voice, quiet=quiet), tuple(effects))


def _wake(voice: Voice, name: str, at: datetime, world: World) -> Reaction[Voice]:
    network, _, channel = name.partition("/")
    venue = Venue(network, channel)
    until = _quiet_until(voice, venue, world.setting(Settings), at)
    if until is not None:
        return Reaction(voice, (SetTimer(name=f"{WAKE}{venue}", due=until),))
    voice, effects = _release(replace(voice, quiet=_without(voice.quiet, name)), venue, at, world)
    return Reaction(voice, tuple(effects))


def _release(voice: Voice, venue: Venue, at: datetime, world: World) -> tuple[Voice, list[Effect]]:
    """Say in one line what was held; it counts as one of the day's lines but is never itself held back."""
    held = voice.held.get(str(venue), ())
    voice = replace(voice, held={key: gists for key, gists in voice.held.items() if key != str(venue)})
    if not held:
        return voice, []
    key = f"voice/held/{venue}/{at.isoformat()}"
    values = {"gists": held, "site": world.team.site}
    say = Say(key=key, to=venue, words="irc/held", values=values, notice=True, expires=at + timedelta(hours=12))
    return _count(voice, venue, at), [say]


def _without(quiet: dict[str, datetime], venue: str) -> dict[str, datetime]:
    return {key: until for key, until in quiet.items() if key != venue}


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
