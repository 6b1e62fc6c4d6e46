"""The parts of one running bot: made and connected here, and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from cloudbot import __version__
from cloudbot.adapters.irc.network import Network
from cloudbot.app.door import counts, make_door
from cloudbot.app.lanes import acts, commenting, deliveries, operator_of
from cloudbot.app.making import make_archive, make_forge, make_keeper, make_ledger, make_measuring, make_receiver
from cloudbot.core.engine import World
from cloudbot.features import make_commands, make_engine
from cloudbot.features.roster import Roster
from cloudbot.runtime.consumer import Consumer
from cloudbot.runtime.conversation import Conversation
from cloudbot.runtime.figures import Figures
from cloudbot.runtime.lanes import IRC_POLICY, Lane
from cloudbot.runtime.minuting import Minuting
from cloudbot.runtime.posting import SITE, Posting
from cloudbot.runtime.supervisor import Supervisor
from cloudbot.runtime.timers import Timers
from cloudbot.runtime.watch import Watch
from cloudbot.runtime.writer import Writer
from cloudbot.store.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudbot.adapters.gitlab import GitLab  # noqa: TC004 - nobody resolves the types of `Parts`
    from cloudbot.adapters.gitlab.hooks.keeper import Keeper  # noqa: TC004 - as above
    from cloudbot.adapters.records import GitRecords  # noqa: TC004 - as above
    from cloudbot.adapters.web import Door  # noqa: TC004 - as above
    from cloudbot.app.setting import Setting
    from cloudbot.config import Secrets
    from cloudbot.core.speech import Heard
    from cloudbot.runtime.ledger import Ledger  # noqa: TC004 - as above
    from cloudbot.runtime.measuring import Measuring  # noqa: TC004 - as above

STATE_FILE = "state.db"


@dataclass(slots=True, kw_only=True)
class Parts:
    """The parts of one running bot."""

    writer: Writer
    consumer: Consumer
    conversation: Conversation
    minuting: Minuting
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
        operator=operator_of(chosen),
        mail_domain=chosen.mail.domain if chosen.mail else "localhost",
        mails=chosen.mail is not None,
        commenting=commenting(chosen),
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
    minuting = Minuting(chats=chats, consumer=consumer, world=now, clock=clock)
    conversation.spoken = minuting.spoken

    def hear(heard: Heard) -> None:
        if minuting.cast(heard):
            return
        minuting.hear(heard)  # first: what is answered is said after what was asked
        conversation.hear(heard)

    for name, network in chosen.irc.items():
        home = directory / "irc" / name
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        chats[name] = Network(network, hear=hear, moved=minuting.moved, clock=clock, secret=secrets, state_dir=home)
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
        counts=lambda: counts(directory / STATE_FILE),
        hooks={name: one.tally for name, one in receivers.items()},
    )
    parts = Parts(
        writer=writer,
        consumer=consumer,
        conversation=conversation,
        minuting=minuting,
        timers=Timers(writer=writer, consumer=consumer, clock=clock),
        door=make_door(figures, setting, receivers) if chosen.web.port else None,
        chats=chats,
        lanes=(
            *(
                Lane(
                    name=name,
                    policy=policy,
                    deliver=deliver,
                    writer=writer,
                    consumer=consumer,
                    clock=clock,
                    behind=SITE if policy is IRC_POLICY else "",
                )
                for name, policy, deliver in (
                    *deliveries(chosen, chats, secrets, minuting.spoken),
                    *acts([cast("GitLab", sources[name][0]) for name in chosen.gitlab], clock),
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
