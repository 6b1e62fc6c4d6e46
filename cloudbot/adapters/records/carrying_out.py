"""Changes of the records made in the team's repository: each exactly once, all of a burst with one push.

An operation is applied to what we believe the remote has. If others were faster, what they pushed is fetched and the
operation applied again, to that; it may be refused then. What was done already is known by its Request-Id in the
history, so a lost answer, a crash at any point and a second bot do no harm.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from cloudbot.adapters.records.plumbing import GitFailed, Trouble
from cloudbot.adapters.records.repository import REMOTE, Person, Repository
from cloudbot.adapters.records.tip import Tip
from cloudbot.core.effects import CommitRecords
from cloudbot.core.records.applying import Refused, apply
from cloudbot.core.records.kinds.people import Person as PersonRecord
from cloudbot.core.records.loading import kind_of
from cloudbot.core.records.operations import Change, request_id
from cloudbot.core.records.state import Entry
from cloudbot.core.records.wording import link_in, message, subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


MOST_TRIES = 5
"""How often a push is tried again because others were faster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One change that is wanted, and when it was: from both, its Request-Id is made."""

    effect: CommitRecords
    since: datetime

    @property
    def request(self) -> str:
        """The Request-Id."""
        return request_id(self.effect.key, self.since)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """It is in the team's repository."""

    commit: str
    ids: tuple[str, ...]
    subject: str
    notes: tuple[str, ...] = ()
    undo: tuple[Change, ...] = field(default=(), compare=False)
    "what takes it back; not known of what was found to be done already"


@dataclass(frozen=True, slots=True)
class No:
    """It is not possible."""

    reasons: tuple[str, ...]
    closed: bool = False
    "it was proposed, and the merge request for it was closed"


@dataclass(frozen=True, slots=True)
class Later:
    """It could not be tried to its end; nothing is lost."""

    why: Trouble | Literal["rewritten"]
    detail: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """Another person has to merge it, from this branch; the link is known when it was just proposed."""

    branch: str
    link: str
    notes: tuple[str, ...] = ()
    "why it takes another person, then the warnings, one line each"


End = Done | No | Later | Proposed


@dataclass(frozen=True, slots=True)
class _Made:
    """Committed and not pushed yet; `second` says why somebody else has to stand for it."""

    end: Done
    second: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Scribe:
    """Carries out changes, starting from a tip that it moves on."""

    repository: Repository
    tip: Tip
    reread: Callable[[str], Tip]
    "reads the tip at another commit"
    sleep: Callable[[float], None]
    requests: dict[str, str] = field(default_factory=dict)
    "Request-Ids that are in the history of the tip, with their commits"
    _fresh: bool = False

    def carry_out(self, wanted: Sequence[Wanted]) -> list[End]:
        """Carry out changes in order; the ends are in the same order."""
        ends: dict[int, End] = {}
        for tries in range(MOST_TRIES):
            self._round(wanted, ends)
            if len(ends) == len(wanted):
                break
            self.sleep(0.05 * 2**tries)
        late = Later("behind", "others push all the time")
        return [ends.get(number, late) for number in range(len(wanted))]

    def _round(self, wanted: Sequence[Wanted], ends: dict[int, End]) -> None:
        """Commit what is still to be done, one upon the other, and push it once."""
        begin = tip = self.tip
        made: dict[int, Done] = {}
        for number, one in enumerate(wanted):
            if number in ends:
                continue
            end, moved = self._commit(one, tip)
            proposes = isinstance(end, _Made) and (bool(end.second) or self._always_proposes)
            doubtful = isinstance(end, No) or (proposes and self._was_proposed(one))
            if doubtful and self._others_were_faster():
                return
            if not isinstance(end, _Made):
                ends[number] = end
            elif proposes:
                ends[number] = self._proposed(one, begin, end.second)
            else:
                made[number], tip = end.end, moved
        if not made:
            return
        trouble = self._pushed(begin, tip)
        if trouble is None:
            self.requests.update({wanted[number].request: end.commit for number, end in made.items()})
            self.tip = tip
            ends.update(made)
        else:
            self._not_pushed(trouble, wanted, made, ends)

    def _not_pushed(
        self, trouble: GitFailed, wanted: Sequence[Wanted], made: dict[int, Done], ends: dict[int, End]
    ) -> None:
        """Decide what becomes of commits that the remote did not take; what gets no end is tried again."""
        match trouble.trouble:
            case "behind":
                self._catch_up(made, ends)
            case "protected":
                ends.update({number: self._proposed(wanted[number], self.tip, ()) for number in made})
            case "refused" if len(made) == 1:
                ends.update(dict.fromkeys(made, No((f"the repository refuses it: {trouble.detail}",))))
            case "refused":  # one bad record must not block others
                ends.update({number: self.carry_out([wanted[number]])[0] for number in made})
            case _:
                ends.update(dict.fromkeys(made, _later(trouble)))

    def _others_were_faster(self) -> bool:
        """Before a change is refused or judged anew, look once whether the remote has moved on from what we know."""
        if self._fresh:
            return False
        self._fresh, before = True, self.tip
        self._catch_up({}, {})
        return self.tip is not before

    def _was_proposed(self, one: Wanted) -> bool:
        """Whether it waits for another person: then it may be merged by now, and its branch be gone for that."""
        return bool(self.repository.at(_ref(one)))

    @property
    def _always_proposes(self) -> bool:
        return self.repository.settings.merge_requests == "always"

    def _commit(self, one: Wanted, tip: Tip) -> tuple[End | _Made, Tip]:
        """Apply one operation to a tip and commit it upon that; nothing is pushed."""
        operation, author = one.effect.operation, one.effect.author
        if (commit := self.requests.get(one.request)) is not None:
            return self._was_done(one, commit), tip
        closed = {change.kind for change in operation.changes} & tip.closed
        if closed:
            return No(tuple(_closed(tip, kind) for kind in sorted(closed))), tip
        try:
            applied = apply(tip.tree, operation, one.since.date(), person=author.person)
        except Refused as no:
            return No(no.reasons), tip
        notes = tuple(str(note) for note in applied.notes)
        line = subject(operation, operation.changes[0].kind, applied.ids)
        if not applied.files:
            return Done(commit=tip.commit, ids=applied.ids, subject=line, notes=notes), tip
        text = message(operation, author, ids=applied.ids, request=one.request, notes=applied.notes)
        try:
            commit = self.repository.commit(tip.commit, applied.files, text, self._author(one, tip), one.since)
        except GitFailed as failed:
            return _later(failed), tip
        done = Done(commit=commit, ids=applied.ids, subject=line, notes=notes, undo=applied.undo)
        return _Made(done, applied.second), tip.after(self._entry(one, commit, line, applied.files), applied.tree)

    def _entry(self, one: Wanted, commit: str, line: str, files: Iterable[str]) -> Entry:
        author = self._author(one, self.tip).name
        return Entry(commit=commit, at=one.since, author=author, subject=line, paths=frozenset(files))

    def _was_done(self, one: Wanted, commit: str) -> Done:
        """Tell again what was done before: the answer was lost, not the change."""
        line = self.repository.subject(commit)
        first = line.partition(":")[0].rpartition(" ")[2]
        others = [change.id or change.kind for change in one.effect.operation.changes][1:]
        return Done(commit=commit, ids=(first, *others), subject=line)

    def _author(self, one: Wanted, tip: Tip) -> Person:
        """Name the author of a commit by the public name, with an address at which nobody is."""
        name, settings = one.effect.author.person, self.repository.settings
        filed = tip.tree.by_identity.get(("person", name))
        if filed is None or not isinstance(filed.record, PersonRecord):
            return Person(name=name or settings.name, mail=f"{name or 'nobody'}@{settings.people_domain}")
        accounts = [one for one in filed.record.accounts if one.net == settings.people_network]
        local = f"{accounts[-1].uid}-{accounts[-1].account}" if accounts and accounts[-1].uid else name
        return Person(name=filed.record.name, mail=f"{local}@{settings.people_domain}")

    def _pushed(self, begin: Tip, tip: Tip) -> GitFailed | None:
        """Push, and move what we believe of the remote by compare and swap; return what went wrong."""
        repository = self.repository
        try:
            repository.point(repository.branch, tip.commit)
            repository.push(tip.commit)
            repository.point(REMOTE, tip.commit, was=begin.commit)
        except GitFailed as failed:
            arrived = failed.trouble in {"away", "wrong"} and self._arrived(tip)
            return None if arrived else failed
        return None

    def _arrived(self, tip: Tip) -> bool:
        """Whether a push whose answer was lost is at the remote."""
        try:
            if self.repository.fetch() != tip.commit:
                return False
            self.repository.point(REMOTE, tip.commit)
        except GitFailed:
            return False
        return True

    def _catch_up(self, made: dict[int, Done], ends: dict[int, End]) -> None:
        """Take over what others pushed, if it contains what we knew."""
        repository = self.repository
        try:
            fetched = repository.fetch()
            if fetched == self.tip.commit:
                return
            if not repository.descends(fetched, self.tip.commit):
                ends.update(dict.fromkeys(made, Later("rewritten", rewritten(self.tip.commit))))
                return
            self.requests |= repository.requests(fetched, since=self.tip.commit)
            self.tip = self.reread(fetched)
            repository.point(REMOTE, fetched)
        except GitFailed as failed:
            ends.update(dict.fromkeys(made, _later(failed)))

    def _proposed(self, one: Wanted, begin: Tip, second: tuple[str, ...]) -> End:
        """Put a change on a branch of its own, from the tip that everybody has, for somebody else to merge."""
        alone = tuple(f"{one}, and that takes two people" for one in second)
        if self.repository.settings.merge_requests == "never":
            return No(alone or ("the branch is protected: let the bot push to it, or allow merge_requests",))
        end, _ = self._commit(one, begin)
        if not isinstance(end, _Made):
            return end
        branch = f"cloudbot/{one.effect.operation.changes[0].kind}/{end.end.ids[0]}-{one.request[-6:].lower()}"
        try:
            return self._at_branch(one, end, branch, _ref(one))
        except GitFailed as failed:
            if failed.trouble in {"refused", "protected"}:
                return No((*alone, f"the repository refuses it: {failed.detail}"))
            return _later(failed)

    def _at_branch(self, one: Wanted, made: _Made, branch: str, ref: str) -> End:
        """Push the branch if it is not there as it should be; one that is gone was closed, for it is not in the tip."""
        repository, end = self.repository, made.end
        before, there = repository.at(ref), repository.remote_branch(branch)
        if before and not there:
            repository.forget(ref)
            return No(("the merge request for it was closed",), closed=True)
        notes = (*made.second, *end.notes)
        if there == end.commit:
            return Proposed(branch, "", notes)
        checked = "; ".join(notes) or "nothing found"
        asked = f"Asked for by {one.effect.author.person} ({one.effect.author.via})."
        said = repository.propose(end.commit, branch, end.subject, f"{asked} Checked: {checked}"[:900])
        repository.point(ref, end.commit)
        return Proposed(branch, link_in(said), notes)


def _ref(one: Wanted) -> str:
    """Return where it is kept what was proposed."""
    return f"refs/cloudbot/proposed/{one.request}"


def rewritten(commit: str) -> str:
    """Say that the remote's history does not contain any more what was there before."""
    return f"{commit[:8]}, which was the newest, is not in it any more"


def _later(failed: GitFailed) -> Later:
    return Later(failed.trouble, failed.detail)


def _closed(tip: Tip, kind: str) -> str:
    first = next((str(one) for one in tip.errors if kind_of(one.file) == kind), "")
    return f"{kind} is read-only until this is mended: {first}"
