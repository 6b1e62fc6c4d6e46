"""The team's records in git: looked at whole, answered from memory, changed by operations.

Nothing is checked out. One thread does everything that has to do with the repository, one thing after the other.
"""

from __future__ import annotations

import asyncio
import gc
import shlex
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import structlog

from cloudbot.adapters.records.carrying_out import Later, Scribe, rewritten
from cloudbot.adapters.records.mending import offer_mending
from cloudbot.adapters.records.plumbing import Git, GitFailed
from cloudbot.adapters.records.repository import GOOD, REMOTE, TOLD, Person, Repository
from cloudbot.adapters.records.tip import read_tip
from cloudbot.core.facts import RecordsSeen, RosterSeen
from cloudbot.core.people import Person as Member
from cloudbot.core.ports import SourceAway
from cloudbot.core.records.kinds.people import Person as PersonRecord
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from cloudbot.adapters.records.carrying_out import End, Wanted
    from cloudbot.adapters.records.settings import Settings
    from cloudbot.adapters.records.tip import Tip
    from cloudbot.core.facts import Fact, RecordNews
    from cloudbot.core.records.state import Records

log = structlog.get_logger()
MOST_FINDINGS = 5


class GitRecords:
    """The port of a watcher, as a forge is, and of the lane that changes the records."""

    name = "records"

    def __init__(self, settings: Settings, directory: Path, *, keys: Callable[[str], Path] | None = None) -> None:
        """Take the settings and the directory of our own bare copy; `keys` says where a credential's file is."""
        self._repository = repository_of(settings, directory, keys)
        self._tip: Tip | None = None
        self._requests: dict[str, str] = {}
        self._last = ""
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="records")

    @property
    def current(self) -> Records | None:
        """The records as last read; None before they ever were."""
        return None if self._tip is None else self._tip.records

    def open(self, on: date) -> None:
        """Read what was known when we last ran, so that questions are answered before the remote is."""
        try:
            if commit := self._repository.at(REMOTE):
                self._read(commit, on)
        except GitFailed as failed:
            log.warning("the copy of the records cannot be read; it is fetched anew", detail=failed.detail)

    async def look(self, at: datetime) -> tuple[Fact, ...]:
        """Fetch, and read what changed. Raises `SourceAway`."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, self._look, at)

    async def tried(self, at: datetime) -> tuple[list[str], list[str]]:
        """Try what the bot will do with the remote, and change nothing there: what is found, and what is wrong."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, self._tried, at)

    async def carry_out(self, wanted: Sequence[Wanted]) -> list[End]:
        """Carry out changes in order and push them; the ends are in the same order."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, self._carry_out, wanted)

    async def close(self) -> None:
        """End what is under way; start nothing else. A change cut short is found out about at the next start."""
        self._repository.git.stop()
        self._worker.shutdown(wait=False, cancel_futures=True)

    # Below runs in the worker.

    def _look(self, at: datetime) -> tuple[Fact, ...]:
        repository = self._repository
        try:
            repository.prepare()
            commit, news = self._believed(repository.fetch()), self._news()
            tip = self._read(commit, at.date())
            mend = offer_mending(repository, tip, at) if tip.closed else ""
        except GitFailed as failed:
            raise SourceAway("unreachable", failed.detail) from None
        except UnicodeDecodeError:
            raise SourceAway("unbelievable", "a path in the records is no UTF-8") from None
        seen = RecordsSeen(
            at=at,
            commit=commit,
            good=tip.records.good,
            closed=tuple(sorted(tip.closed)),
            findings=tuple(str(one) for one in tip.errors[:MOST_FINDINGS]),
            news=news,
            mend=mend,
        )
        return seen, RosterSeen(at=at, commit=commit, people=_people(tip.records, at.date()))

    def _tried(self, at: datetime) -> tuple[list[str], list[str]]:
        try:
            self._look(at)
        except SourceAway as away:
            return [], [f"records: {away.detail} ({away.reason})"]
        tip = self._tip
        if tip is None:
            return [], []
        lines = [f"records: {len(tip.tree.filed)} record(s) at {tip.commit[:8]}"]
        wrong = [f"records: {finding}" for finding in tip.errors[:MOST_FINDINGS]]
        try:
            self._repository.push(tip.commit, dry=True)
        except GitFailed as failed:
            wrong.append(f"records: nothing can be pushed: {failed.detail}")
        else:
            lines.append("records: the remote lets us push, as far as can be tried without doing it")
        return lines, wrong

    def _believed(self, fetched: str) -> str:
        """Take over what the remote says, unless its history was rewritten."""
        repository = self._repository
        known = repository.at(REMOTE)
        if known and fetched != known and not repository.descends(fetched, known):
            words = f"the history was rewritten: {rewritten(known)}; if that is right: cloudbot records adopt"
            raise SourceAway("unbelievable", words)
        if fetched != known:
            repository.point(REMOTE, fetched)
        return fetched

    def _news(self) -> tuple[RecordNews, ...]:
        """Return what people committed since the look before; told again if the last one may not have been taken."""
        repository, commit = self._repository, self._repository.at(REMOTE)
        if self._last:
            repository.point(TOLD, self._last)
        self._last = commit
        told = repository.at(TOLD)
        if not told:
            repository.point(TOLD, commit)
            return ()
        return repository.news(told, commit) if told != commit and repository.descends(commit, told) else ()

    def _read(self, commit: str, on: date) -> Tip:
        tip = self._tip
        if tip is None or tip.commit != commit:
            tip = self._reread(commit, on)
            self._tip = tip
        if not tip.closed and self._repository.at(GOOD) != commit:
            self._repository.point(GOOD, commit)
        return tip

    def _reread(self, commit: str, on: date) -> Tip:
        """Read the tip at another commit; what it breaks is answered from the last one that broke nothing."""
        repository, before = self._repository, self._tip
        related = before if before is not None and repository.descends(commit, before.commit) else None
        tip = read_tip(repository, commit, related, on, good=self._good(on))
        since = related.commit if related is not None else ""
        if related is None:
            gc.freeze()  # they live as long as the bot: looking for garbage among a million of them takes 0.15 s
        self._requests |= repository.requests(commit, since)
        return tip

    def _good(self, on: date) -> Tip | None:
        before = self._tip
        if before is not None:
            return before if not before.closed else before.good
        commit = self._repository.at(GOOD)
        return read_tip(self._repository, commit, None, on) if commit else None

    def _carry_out(self, wanted: Sequence[Wanted]) -> list[End]:
        """Start from what the remote is believed to have; a copy that was never filled is filled first."""
        on = max(one.since for one in wanted).date()
        repository = self._repository
        try:
            repository.prepare()
            known = repository.at(REMOTE)
            tip = self._read(known or self._believed(repository.fetch()), on)
        except (GitFailed, SourceAway) as failed:
            return [_away(failed)] * len(wanted)
        scribe = Scribe(
            repository=repository,
            tip=tip,
            reread=lambda commit: self._reread(commit, on),
            sleep=time.sleep,
            requests=self._requests,
        )
        ends = scribe.carry_out(wanted)
        self._tip = scribe.tip
        return ends


def _away(failed: GitFailed | SourceAway) -> Later:
    if isinstance(failed, GitFailed):
        return Later(failed.trouble, failed.detail)
    return Later("rewritten" if failed.reason == "unbelievable" else "away", failed.detail)


def _people(records: Records, on: date) -> tuple[Member, ...]:
    """Return who is of the team on a day; an account that is over is nobody's, and who left may change nothing."""
    found = []
    for one in records.tree.all(PersonRecord):
        accounts: dict[str, list[str]] = {}
        for account in one.record.accounts:
            if account.holds(on):
                accounts.setdefault(account.net, []).append(account.account)
        left = one.record.left is not None and one.record.left <= on
        if not left:
            found.append(Member(name=clean(one.id), accounts={net: tuple(its) for net, its in accounts.items()}))
    return tuple(sorted(found, key=lambda person: person.name))


def repository_of(settings: Settings, directory: Path, keys: Callable[[str], Path] | None) -> Repository:
    """Make the repository with the keys that the settings name."""

    def key(name: str | None) -> str:
        return str(keys(name)) if keys is not None and name is not None else ""

    ssh = "ssh -oBatchMode=yes -oConnectTimeout=20"
    if settings.ssh_credential:
        ssh += f" -oIdentitiesOnly=yes -i {shlex.quote(key(settings.ssh_credential))}"
    if settings.known_hosts is not None:
        ssh += f" -oUserKnownHostsFile={shlex.quote(str(settings.known_hosts))}"
    helper = {}
    if settings.https_credential:
        token = shlex.quote(key(settings.https_credential))
        helper = {
            "GIT_CONFIG_COUNT": "2",
            "GIT_CONFIG_KEY_0": "credential.helper",
            "GIT_CONFIG_VALUE_0": "",  # forgets those of the machine (gitcredentials(7))
            "GIT_CONFIG_KEY_1": "credential.helper",
            "GIT_CONFIG_VALUE_1": f'!f() {{ echo username=cloudbot; echo "password=$(cat {token})"; }}; f',
        }
    signing: tuple[str, ...] = ()
    if settings.signing == "ssh":
        signing = ("-c", "gpg.format=ssh", "-c", f"user.signingKey={key(settings.signing_credential)}")
    elif settings.signing == "openpgp":
        signing = ("-c", "gpg.format=openpgp", "-c", f"user.signingKey={settings.signing_key}")
    return Repository(
        git=Git(directory=directory, timeout=settings.timeout, ssh=ssh, environment=helper),
        settings=settings,
        committer=Person(name=settings.name, mail=settings.mail),
        signing=signing,
    )
