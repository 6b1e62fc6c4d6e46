"""`!actions` and `!action ID`: what is promised, whose it is, how late, for whom it waits, how much work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from cloudbot.core.commands import Answer
from cloudbot.core.records.dues import Standing, hold, of_sprint, standing, still_open
from cloudbot.core.records.kinds.sprints import Sprint
from cloudbot.core.records.kinds.work import Action
from cloudbot.features.records.actions.orders import identity
from cloudbot.features.records.answering import meant, none_such
from cloudbot.features.records.orders import person_called

if TYPE_CHECKING:
    from cloudbot.core.commands import Ask
    from cloudbot.core.engine import World
    from cloudbot.core.records.tree import Filed, View

MOST = 4
"""Actions named in one answer; of more, how many."""
Choice = Callable[[Standing], bool]

_CHOICES: dict[str, Choice] = {
    "all": lambda _one: True,
    "open": lambda _one: True,
    "unowned": lambda one: not one.is_owned,
    "overdue": lambda one: one.is_late,
    "blocked": lambda one: one.is_blocked,
}


def actions(ask: Ask, _world: World, view: View) -> Answer:
    """Answer `!actions`: open ones, counts first; of a person, of a sprint, or of a sort."""
    word = ask.args.get("what", "").strip().casefold()
    every = list(still_open(view))
    if word in {"", *_CHOICES}:
        choice = _CHOICES[word or "all"]
        return _listed(word if word not in {"all", "open"} else "", [one for one in every if choice(one)])
    if word in {"mine", "me"}:
        mine = person_called(view, ask.person.name) if ask.person is not None else None
        return _listed("yours", [one for one in every if mine is not None and one.action.owner == mine])
    if view.get(Sprint, "sprint", word) is not None:
        return _of_sprint(word, every, view)
    person = person_called(view, word)
    if person is None:
        return Answer(words="irc/actions_whose", values={"word": word})
    return _listed(f"of {person}", [one for one in every if one.action.owner == person])


def _of_sprint(sprint: str, every: Sequence[Standing], view: View) -> Answer:
    """List what a sprint promised or needs before it begins."""
    promised = of_sprint(view, sprint)
    names = {one.id for one in promised}
    found = [one for one in every if one.id in names or getattr(one.action.due, "before", None) == sprint]
    done = sum(one.record.state == "done" for one in promised)
    return _listed(f"of {sprint}", found, promised=len(promised), done=done)


def _listed(which: str, found: Sequence[Standing], promised: int = 0, done: int = 0) -> Answer:
    values = {
        "which": which,
        "found": found,
        "shown": found[:MOST],
        "late": sum(one.is_late for one in found),
        "blocked": sum(one.is_blocked for one in found),
        "unowned": [one for one in found if not one.is_owned],
        "promised": promised,
        "done": done,
    }
    return Answer(words="irc/actions", values=values)


def action(ask: Ask, _world: World, view: View) -> Answer:
    """Answer `!action ID`: one action with its history; the bare command lists the open ones."""
    wanted = ask.args.get("text", "").strip()
    if not wanted:
        return _listed("", list(still_open(view)))
    every = view.all(Action)
    found = meant(identity(wanted), every, lambda one: (one.title,))
    if isinstance(found, tuple):
        return none_such("action", wanted, found, every)
    return _one(found, view)


def _one(found: Filed[Action], view: View) -> Answer:
    values = {"one": standing(view, found), "hold": hold(view, found.record), "on": view.on}
    return Answer(words="irc/action", values=values)
