"""A change in the repository one stands in, judged as a merge request is: against the state that it is to go into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from cloudbot.adapters.records.revisions import NoRevisionError, branched, commits_since, read_revision, tracked
from cloudbot.cli.common import end
from cloudbot.cli.records.options import USAGE, days, read
from cloudbot.core.records.changing import By, brought_in, judge
from cloudbot.core.records.changing.messages import Said, judge_said, on_behalf_of
from cloudbot.core.records.checking import examine
from cloudbot.core.records.kinds import FOLDERS
from cloudbot.core.records.kinds.people import Person
from cloudbot.core.records.permissions import holder_of
from cloudbot.core.records.tree import View

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from cloudbot.core.records.changing.messages import Commit
    from cloudbot.core.records.findings import Finding

T = TypeVar("T")
Files = tuple[dict[str, bytes], dict[str, str]]
"""Files by path, and why others were not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is asked about: since which revision, who makes it, and what is said around it."""

    base: str
    login: str | None = None
    uid: int | None = None
    net: str | None = None
    by: str | None = None
    approved_by: tuple[str, ...] = ()
    title: str = ""
    branch: str = ""
    bot_email: str = ""
    bot_login: str = ""


def judged(directory: Path, change: Change, on: date | None) -> tuple[tuple[Finding, ...], int]:
    """Return what a change brings in and may not do, and how many records there are after it; or end."""
    day, today = days(on)
    try:
        commit, fork = branched(directory, change.base)
        target = read_revision(directory, commit)
        start = target if fork == commit else read_revision(directory, fork)
        commits = commits_since(directory, commit)
        known = tracked(directory)
    except NoRevisionError as error:
        end(USAGE, f"{error}; name a revision that is here, as --base origin/main after git fetch --unshallow")
    before = examine(target[0], day, today=today, unread=target[1])
    files, unread = read(directory)
    merged = _merged(target, start, (_counting(files, known), _counting(unread, known)))
    after = examine(merged[0], day, today=today, unread=merged[1])
    texts = {"the title": change.title, "the branch": change.branch}
    said = Said(commits=commits, texts={what: text for what, text in texts.items() if text}, bot=change.bot_email)
    findings = {
        *brought_in(before.findings, after.findings),
        *judge(before.tree, after.tree, _author(change, commits, View(before.tree, day, today)), day, today),
        *judge_said(said, before.tree, day, today),
    }
    return tuple(sorted(findings)), len(after.tree.filed)


def _counting(files: Mapping[str, T], known: frozenset[str]) -> dict[str, T]:
    """Return the files that are part of the change: git knows them, or they lie where records are, not added yet."""
    return {path: one for path, one in files.items() if path in known or path.partition("/")[0] in FOLDERS}


def _merged(target: Files, start: Files, here: Files) -> Files:
    """Return the target with what differs between where the branch began and here: the state after a merge.

    So what others changed in the target meanwhile is not taken for this change.
    """
    files, unread = _overlaid(target[0], start[0], here[0]), _overlaid(target[1], start[1], here[1])
    return files, {path: why for path, why in unread.items() if path not in files}


def _overlaid(target: Mapping[str, T], start: Mapping[str, T], here: Mapping[str, T]) -> dict[str, T]:
    changed = {path for path in start.keys() | here.keys() if start.get(path) != here.get(path)}
    kept = {path: one for path, one in target.items() if path not in changed}
    return kept | {path: here[path] for path in changed if path in here}


def _author(change: Change, commits: Sequence[Commit], view: View) -> By | None:
    """Return who makes the change, by the accounts that hold before it; None if nobody is named.

    What the bot's own account brings is of whom its commits name: the forge vouches for the account, the bot for them.
    """
    if change.by is None and change.login is None:
        return None
    if change.by is None and change.bot_login and change.login == change.bot_login:
        person = on_behalf_of(commits, change.bot_email)
    else:
        person = change.by if change.by is not None else holder_of(view, change.login or "", change.net, change.uid)
    approvers = [_known(view, name, change.net) for name in change.approved_by]
    known = tuple(one for one in approvers if one is not None) if approvers else None
    return By(person=person, approvers=known)


def _known(view: View, name: str, net: str | None) -> str | None:
    return name if view.get(Person, "person", name) is not None else holder_of(view, name, net)
