"""The composition root: the only place that knows everything, and does nothing but put it together and take it down."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

import structlog

from cloudbot import __version__
from cloudbot.adapters import mail_out, records
from cloudbot.adapters.irc.network import Network
from cloudbot.adapters.paper import Paper
from cloudbot.adapters.render import Words
from cloudbot.config import BadConfiguration, Installation, MissingSecret, Secrets, load
from cloudbot.core.engine import World
from cloudbot.core.people import Team
from cloudbot.core.speech import Venue
from cloudbot.features import make_commands, make_engine
from cloudbot.features.projects import Projects
from cloudbot.features.roster import Roster
from cloudbot.runtime import systemd
from cloudbot.runtime.consumer import Consumer
from cloudbot.runtime.conversation import Conversation
from cloudbot.runtime.delivery import by_gitlab, by_irc, by_mail, by_paper
from cloudbot.runtime.figures import Figures
from cloudbot.runtime.lanes import GITLAB_POLICY, IRC_POLICY, MAIL_POLICY, PAPER_POLICY, Lane
from cloudbot.runtime.posting import MAIL, PAPER, Operator, Posting, gitlab_lane, irc_lane
from cloudbot.runtime.supervisor import Supervisor
from cloudbot.runtime.timers import Timers
from cloudbot.runtime.watch import Watch
from cloudbot.runtime.writer import Writer
from cloudbot.store.journal import Journal
from cloudbot.store.lock import only_process

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from cloudbot.adapters.gitlab import GitLab  # noqa: TC004 - nobody resolves the types of `Parts`
    from cloudbot.adapters.gitlab.hooks.keeper import Keeper  # noqa: TC004 - as above
    from cloudbot.adapters.gitlab.hooks.receiver import Receiver
    from cloudbot.adapters.records import GitRecords  # noqa: TC004 - as above
    from cloudbot.adapters.records import Settings as RecordsSettings
    from cloudbot.adapters.web import Door  # noqa: TC004 - as above
    from cloudbot.config.settings import WatchedGitlab
    from cloudbot.core.facts import Fact
    from cloudbot.core.forge import Project
    from cloudbot.runtime.delivery import Deliver
    from cloudbot.runtime.lanes import Policy
    from cloudbot.runtime.ledger import Ledger  # noqa: TC004 - as above
    from cloudbot.runtime.measuring import Measuring  # noqa: TC004 - as above

log = structlog.get_logger()
STATE_FILE = "state.db"
WOULD_SAY_FILE = "would-say.txt"
KEPT = timedelta(days=30)
OUTSIDE_SECONDS = 1.0
PRUNE_SECONDS = 3600.0
DRAIN_SECONDS = 1.0


def wall_clock() -> datetime:
    """Return the instant, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Setting:
    """What SIGHUP may replace while everything runs: the configuration as read, and the templates."""

    directory: Path
    installation: Installation
    words: Words = field(default_factory=Words)
    _team: tuple[Installation, Roster, Team] | None = None

    def team(self, roster: Roster) -> Team:
        """Return the team, made anew only when the configuration or the records have changed: every question asks."""
        kept = self._team
        if kept is None or kept[0] is not self.installation or kept[1] is not roster:
            kept = self._team = (self.installation, roster, self.installation.make_team(roster.people))
        return kept[2]

    def render(self, words: str, values: Mapping[str, object]) -> str:
        """Render with the templates as they are now."""
        return self.words.render(words, values)

    def reload(self) -> None:
        """Read everything again; a configuration with a problem is refused and said, and the old one stays.

        Networks, GitLab servers, the records, the state, mail and the door are made at the start: for those, restart.
        """
        try:
            fresh = load(self.directory)
        except BadConfiguration as bad:
            log.exception("the configuration was not taken over; the old one stays", problems=str(bad))
            return
        fixed = ("irc", "gitlab", "records", "state", "web", "mail")
        changed = [name for name in fixed if getattr(fresh, name) != getattr(self.installation, name)]
        if changed:
            log.warning("changes of these sections need a restart", sections=changed)
        kept = {name: getattr(self.installation, name) for name in fixed}
        self.installation, self.words = fresh.model_copy(update=kept), Words()
        log.info("the configuration was read again")


@dataclass(slots=True, kw_only=True)
class Parts:
    """The parts of one running bot."""

    writer: Writer
    consumer: Consumer
    conversation: Conversation
    timers: Timers
    door: Door | None
    chats: Mapping[str, Network]
    lanes: tuple[Lane | Ledger, ...]
    watches: Mapping[str, Watch]
    sources: tuple[GitLab | GitRecords, ...]
    keepers: Mapping[str, Keeper]
    measuring: Measuring | None
    supervisor: Supervisor

    def stir(self) -> None:
        """Something was committed: a lane or the clock may have work."""
        self.timers.stir()
        for lane in self.lanes:
            lane.stir()


async def serve(
    setting: Setting,
    secrets: Secrets,
    *,
    clock: Callable[[], datetime] = wall_clock,
) -> None:
    """Hold the state directory and run until SIGTERM or SIGINT. Raises `StateInUse`, `NewerState`, `OSError`."""
    directory = setting.installation.state.directory
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    with only_process(directory):
        parts = assemble(setting, secrets, clock=clock)
        stop = _on_signals(setting)
        try:
            await parts.consumer.retry_waiting()  # what the operator left while nobody ran
            if parts.door is not None:
                await parts.door.open()
            _start(parts, clock)
            systemd.notify("READY=1")
            await stop.wait()
            systemd.notify("STOPPING=1")
        finally:
            await _stop(parts)


def assemble(setting: Setting, secrets: Secrets, *, clock: Callable[[], datetime]) -> Parts:
    """Make every part and connect them; nothing runs yet."""
    chosen = setting.installation
    directory = chosen.state.directory
    engine = make_engine(records=chosen.records is not None)
    commands = make_commands(engine)
    looked: dict[str, datetime] = {}
    chats: dict[str, Network] = {}
    archive = None if chosen.records is None else make_archive(chosen.records, directory, secrets, clock())

    def world(at: datetime, documents: Mapping[type, object]) -> World:
        return World(
            at=at,
            team=setting.team(cast("Roster", documents[Roster])),
            documents=documents,
            settings=setting.installation.feature_settings,
            commands=commands,
            looked=looked,
            networks=tuple(chat.health() for chat in chats.values()),
            version=__version__,
            records=None if archive is None else archive.current,
        )

    def now() -> World:
        return world(clock(), consumer.documents)

    writer = Writer(Journal.open(directory / STATE_FILE))
    posting = Posting(
        render=setting.render,
        operator=_operator(chosen),
        mail_domain=chosen.mail.domain if chosen.mail else "localhost",
    )
    consumer = Consumer(writer=writer, engine=engine, posting=posting, world=world)
    conversation = Conversation(
        commands=commands,
        chats=chats,
        consumer=consumer,
        world=now,
        render=setting.render,
        limits=chosen.commands.limits,
        seconds=asyncio.get_running_loop().time,
        bang=lambda _network: setting.installation.commands.bang,
        names=chosen.commands.names,
    )
    for name, network in chosen.irc.items():
        home = directory / "irc" / name
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        chats[name] = Network(network, hear=conversation.hear, clock=clock, secret=secrets, state_dir=home)
    sources: dict[str, tuple[GitLab | GitRecords, float]] = {
        name: (make_forge(one, secrets), one.every) for name, one in chosen.gitlab.items()
    }
    if archive is not None and chosen.records is not None:
        sources["records"] = (archive, chosen.records.every)
    watches = {
        name: Watch(source=source, every=timedelta(seconds=every), consumer=consumer, clock=clock, looked=looked)
        for name, (source, every) in sources.items()
    }
    receivers = {
        name: make_receiver(one, secrets, consumer, watches[name].stir, clock)
        for name, one in chosen.gitlab.items()
        if one.hooks is not None
    }
    supervisor = Supervisor()
    figures = Figures(
        now=now,
        consumer=consumer,
        conversation=conversation,
        supervisor=supervisor,
        started=clock(),
        counts=lambda: _counts(directory / STATE_FILE),
        hooks={name: one.tally for name, one in receivers.items()},
    )
    parts = Parts(
        writer=writer,
        consumer=consumer,
        conversation=conversation,
        timers=Timers(writer=writer, consumer=consumer, clock=clock),
        door=_door(figures, setting, receivers) if chosen.web.port else None,
        chats=chats,
        lanes=(
            *(
                Lane(name=name, policy=policy, deliver=deliver, writer=writer, consumer=consumer, clock=clock)
                for name, policy, deliver in (
                    *_deliveries(chosen, chats, secrets),
                    *_acts([cast("GitLab", sources[name][0]) for name in chosen.gitlab], clock),
                )
            ),
            *([] if archive is None else [make_ledger(archive, writer, consumer, clock, watches["records"].stir)]),
        ),
        watches=watches,
        sources=tuple(source for source, _ in sources.values()),
        keepers={
            name: make_keeper(one, secrets, consumer, cast("GitLab", sources[name][0]), clock)
            for name, one in chosen.gitlab.items()
            if one.hooks is not None and one.hooks.keep
        },
        measuring=None
        if archive is None
        else make_measuring([sources[one][0] for one in chosen.gitlab], now, consumer),
        supervisor=supervisor,
    )
    consumer.on_commit = parts.stir
    consumer.load()
    return parts


def make_forge(chosen: WatchedGitlab, secrets: Secrets) -> GitLab:
    """Make the adapter of one GitLab server. Raises `MissingSecret`."""
    from cloudbot.adapters import gitlab  # noqa: PLC0415 - 7 MiB that a bot without GitLab need not load

    return gitlab.GitLab(chosen, None if chosen.token_credential is None else secrets(chosen.token_credential))


def make_archive(chosen: RecordsSettings, directory: Path, secrets: Secrets, at: datetime) -> GitRecords:
    """Make the adapter of the records and read what was known of them when we last ran. Raises `MissingSecret`."""
    archive = records.GitRecords(chosen, directory / "records.git", keys=secrets.path)
    archive.open(at.date())
    return archive


def make_ledger(
    archive: GitRecords,
    writer: Writer,
    consumer: Consumer,
    clock: Callable[[], datetime],
    changed: Callable[[], None],
) -> Ledger:
    """Make the lane that changes the records."""
    from cloudbot.runtime.ledger import Ledger  # noqa: PLC0415 - as above

    return Ledger(archive=archive, writer=writer, consumer=consumer, clock=clock, changed=changed)


def make_measuring(forges: Sequence[object], world: Callable[[], World], consumer: Consumer) -> Measuring | None:
    """Make what measures the areas of the records from the history of our forge; without exactly one there is none."""
    if len(forges) != 1:
        return None
    from cloudbot.runtime.measuring import Measuring  # noqa: PLC0415 - as above

    history = cast("GitLab", forges[0]).commits_to
    return Measuring(history=history, world=world, put=lambda fact: consumer.put(fact, source="measure"))


def make_receiver(
    chosen: WatchedGitlab,
    secrets: Secrets,
    consumer: Consumer,
    ring: Callable[[], None],
    clock: Callable[[], datetime],
) -> Receiver:
    """Make what takes the hooks of one GitLab server. Raises `MissingSecret`, also for a secret that proves nothing."""
    from cloudbot.adapters.gitlab.hooks import making  # noqa: PLC0415 - as above

    async def put(fact: Fact, external_id: str) -> bool:
        receipt = await consumer.put(fact, source=f"hooks {chosen.name}", external_id=external_id)
        return receipt.fact_id is not None

    try:
        return making.receiver(
            chosen,
            secrets,
            put=put,
            ring=ring,
            clock=clock,
            known=lambda: _projects(consumer),
        )
    except making.BadKey as error:
        raise MissingSecret(f"gitlab.{chosen.name}.hooks: {error}") from None


def make_keeper(
    chosen: WatchedGitlab,
    secrets: Secrets,
    consumer: Consumer,
    forge: GitLab,
    clock: Callable[[], datetime],
) -> Keeper:
    """Make what keeps our hooks in the projects of one GitLab server."""
    from cloudbot.adapters.gitlab.hooks import making  # noqa: PLC0415 - as above

    return making.keeper(
        chosen,
        secrets,
        errand=forge.errand,
        tell=lambda fact: consumer.put(fact, source=f"hooks {chosen.name}"),
        clock=clock,
        known=lambda: _projects(consumer),
    )


def _projects(consumer: Consumer) -> tuple[Project, ...]:
    """Return the team's projects as last seen."""
    return cast("Projects", consumer.documents[Projects]).known


def _operator(chosen: Installation) -> Operator:
    network, _, nick = chosen.operator.query.partition("/")
    return Operator(mail=chosen.operator.mail, query=Venue(network, nick) if nick else None)


def _deliveries(
    chosen: Installation,
    chats: Mapping[str, Network],
    secrets: Secrets,
) -> list[tuple[str, Policy, Deliver]]:
    """List the lanes of this installation."""
    lanes = [(irc_lane(name), IRC_POLICY, by_irc(name, chat)) for name, chat in chats.items()]
    lanes.append((PAPER, PAPER_POLICY, by_paper(Paper(chosen.state.directory / WOULD_SAY_FILE))))
    if chosen.mail is not None:
        lanes.append((MAIL, MAIL_POLICY, by_mail(chosen.mail, mail_out.SmtpMailer(chosen.mail, secrets))))
    return lanes


def _acts(forges: Iterable[GitLab], clock: Callable[[], datetime]) -> Iterator[tuple[str, Policy, Deliver]]:
    """List the lanes of what is done on the forges; they stay empty unless the feature `acting` is enabled."""
    for forge in forges:
        yield gitlab_lane(forge.name), GITLAB_POLICY, by_gitlab(forge, clock)


def _counts(path: Path) -> Mapping[tuple[str, str], int]:
    """Count the outbox on a connection of its own: a scrape never waits for the writer."""
    journal = Journal.peek(path)
    try:
        return journal.counts()
    finally:
        journal.close()


def _door(figures: Figures, setting: Setting, receivers: Mapping[str, Receiver]) -> Door:
    from cloudbot.adapters import web  # noqa: PLC0415 - 9 MiB that a bot without a door need not load

    view = web.View(
        alive=figures.alive,
        ready=figures.ready,
        status=figures.status,
        page=lambda: setting.render("web/status.html", figures.status()),
        badge=lambda path: _badge(figures, setting, path),
        trend=figures.trend,
        sprint=lambda name: _sprint(figures, setting, name),
        metrics=figures.metrics,
    )
    posts = {
        f"/hooks/gitlab/{name}": web.Post(receive=one.receive, largest=one.largest) for name, one in receivers.items()
    }
    return web.Door(setting.installation.web, view, posts)


def _sprint(figures: Figures, setting: Setting, name: str) -> str | None:
    shown = figures.sprint(name)
    return None if shown is None else setting.render("web/sprint.html", shown)


def _badge(figures: Figures, setting: Setting, path: str) -> str | None:
    badge = figures.badge(path)
    return None if badge is None else setting.render("web/badge.svg", {"badge": badge})


def _on_signals(setting: Setting) -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(signal.SIGHUP, setting.reload)
    return stop


def _start(parts: Parts, clock: Callable[[], datetime]) -> None:
    start = parts.supervisor.start
    start("consumer", parts.consumer.run)
    start("outside", lambda: _mind_the_outside(parts))
    start("prune", lambda: _prune(parts, clock))
    start("timers", parts.timers.run)
    for name, chat in parts.chats.items():
        start(f"irc {name}", chat.run)
    for lane in parts.lanes:
        start(f"lane {lane.name}", lane.run)
    for name, watch in parts.watches.items():
        start(f"watch {name}", watch.run)
    for name, keeper in parts.keepers.items():
        start(f"hooks {name}", keeper.run)
    if parts.measuring is not None:
        start("measure", parts.measuring.run)
    pause = systemd.watchdog_seconds()
    if pause is not None:
        start("watchdog", lambda: _signs_of_life(pause))


async def _stop(parts: Parts) -> None:
    """Take nothing in any more, let what was begun be committed, say goodbye, close the file."""
    await parts.supervisor.stop("watch", "hooks", "measure", "timers", "lane", "outside", "prune", within=DRAIN_SECONDS)
    await parts.supervisor.stop("irc", within=DRAIN_SECONDS)
    if parts.door is not None:
        await parts.door.close()  # while what was posted can still be committed
    await parts.supervisor.stop("consumer", within=DRAIN_SECONDS)
    for source in parts.sources:
        await source.close()
    parts.writer.close()


async def _mind_the_outside(parts: Parts) -> None:
    """Notice what `cloudbot journal`, `outbox` and `go-live` wrote beside us, and act on it."""
    journal, seen = parts.writer.journal, None
    while True:
        stirred = await parts.writer.call(journal.stirred)
        if stirred != seen:
            seen = stirred
            await parts.consumer.retry_waiting()
            parts.stir()
        await asyncio.sleep(OUTSIDE_SECONDS)


async def _prune(parts: Parts, clock: Callable[[], datetime]) -> None:
    """Forget what was done long ago, so that the state file stays small."""

    def prune() -> int:
        with parts.writer.journal.transaction() as transaction:
            return transaction.prune(before=clock() - KEPT)

    while True:
        await parts.writer.call(prune)
        await asyncio.sleep(PRUNE_SECONDS)


async def _signs_of_life(pause: float) -> None:
    while True:
        systemd.notify("WATCHDOG=1")
        await asyncio.sleep(pause)
