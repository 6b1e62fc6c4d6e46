"""The parts that not every bot has, each made where it is wanted and loaded only then."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, cast

from cloudbot.adapters import records
from cloudbot.app.setting import wall_clock
from cloudbot.config import MissingSecret, Secrets
from cloudbot.features.projects import Projects

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from cloudbot.adapters.gitlab import GitLab
    from cloudbot.adapters.gitlab.hooks.keeper import Keeper
    from cloudbot.adapters.gitlab.hooks.receiver import Receiver
    from cloudbot.adapters.records import GitRecords
    from cloudbot.adapters.records import Settings as RecordsSettings
    from cloudbot.config.settings import WatchedGitlab
    from cloudbot.core.engine import World
    from cloudbot.core.facts import Fact
    from cloudbot.core.forge import Project
    from cloudbot.core.records.state import Records
    from cloudbot.runtime.consumer import Consumer
    from cloudbot.runtime.ledger import Ledger
    from cloudbot.runtime.measuring import Measuring
    from cloudbot.runtime.writer import Writer


def make_forge(chosen: WatchedGitlab, secrets: Secrets) -> GitLab:
    """Make the adapter of one GitLab server. Raises `MissingSecret`."""
    from cloudbot.adapters import gitlab  # noqa: PLC0415 - 7 MiB that a bot without GitLab need not load

    return gitlab.GitLab(chosen, None if chosen.token_credential is None else secrets(chosen.token_credential))


def make_archive(chosen: RecordsSettings, directory: Path, secrets: Secrets, at: datetime) -> GitRecords:
    """Make the adapter of the records and read what was known of them when we last ran. Raises `MissingSecret`."""
    archive = records.GitRecords(chosen, directory / "records.git", keys=secrets.path)
    archive.open(at.date())
    return archive


async def known_records(chosen: RecordsSettings, directory: Path, secrets: Secrets, *, look: bool) -> Records | None:
    """Return the records as the bot in that state directory last read them or, to look, as they are at the remote now.

    Raises `SourceAway`, `MissingSecret`.
    """
    if not look:
        return make_archive(chosen, directory, secrets, wall_clock()).current
    with tempfile.TemporaryDirectory(prefix="cloudbot-records-") as folder:
        archive = records.GitRecords(chosen, Path(folder) / "records.git", keys=secrets.path)
        try:
            await archive.look(wall_clock())
        finally:
            await archive.close()
        return archive.current


async def try_records(chosen: RecordsSettings, secrets: Secrets) -> tuple[list[str], list[str]]:
    """Read the records into a copy that is thrown away, and try whether we may push: what there is, what is wrong."""
    try:
        with tempfile.TemporaryDirectory(prefix="cloudbot-records-") as folder:
            archive = records.GitRecords(chosen, Path(folder) / "records.git", keys=secrets.path)
            try:
                return await archive.tried(wall_clock())
            finally:
                await archive.close()
    except MissingSecret as missing:
        return [], [f"records: {missing}"]


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
