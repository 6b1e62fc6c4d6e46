"""One step: a fact goes through every feature in order, then the voice decides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from cloudbot.core.commands import Commands
from cloudbot.core.effects import Announce, CancelTimer, Effect, SetTimer
from cloudbot.core.engine import Engine, Feature, Reaction, Step, World
from cloudbot.core.facts import Fact, WentLive
from cloudbot.core.people import Team

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NOW = datetime(2019, 7, 22, 19, 0, tzinfo=UTC)
FACT = WentLive(at=NOW)


@dataclass(frozen=True, slots=True)
class First:
    count: int = 0


@dataclass(frozen=True, slots=True)
class Second:
    seen: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Loudness:
    said: int = 0


def count(known: First, _fact: Fact, _world: World) -> Reaction[First]:
    return Reaction(First(known.count + 1), (SetTimer(name="first", due=NOW),))


def watch(known: Second, _fact: Fact, world: World) -> Reaction[Second]:
    return Reaction(Second((*known.seen, world.document(First).count)), (announced("second"),))


def keep(document: Any, _fact: Fact, _world: World) -> Reaction[Any]:  # noqa: ANN401 - of any feature
    return Reaction(document)


def announced(key: str) -> Announce:
    return Announce(key=key, words="w", values={}, gist=key)


def admit(loudness: Loudness, effects: Sequence[Effect], _world: World) -> Reaction[Loudness]:
    lines = [effect for effect in effects if isinstance(effect, Announce)]
    rest = tuple(effect for effect in effects if not isinstance(effect, Announce))
    return Reaction(Loudness(loudness.said + len(lines)), (*rest, CancelTimer(name=f"{len(lines)} admitted")))


FIRST = Feature(name="first", document=First, react=count)
SECOND = Feature(name="second", document=Second, react=watch)
VOICE = Feature(name="voice", document=Loudness, react=keep)
ENGINE = Engine(features=(FIRST, SECOND), voice=VOICE, admit=admit)


def world(documents: Mapping[type, object], **looked: datetime) -> World:
    team = Team(name="Example Team")
    return World(at=NOW, team=team, documents=documents, settings={str: "chosen"}, commands=Commands(()), looked=looked)


def test_a_step_goes_through_every_feature_and_ends_with_the_voice() -> None:
    assert ENGINE.step(FACT, world(ENGINE.first_day())) == Step(
        documents={First: First(1), Second: Second((1,)), Loudness: Loudness(1)},
        changed=frozenset({"first", "second", "voice"}),
        effects=(SetTimer(name="first", due=NOW), CancelTimer(name="1 admitted")),
    )


def test_the_order_of_registration_is_the_order_of_sight() -> None:
    turned = replace(ENGINE, features=(SECOND, FIRST))

    assert turned.step(FACT, world(turned.first_day())).documents[Second] == Second((0,))


def test_only_what_changed_is_named_as_changed() -> None:
    still = replace(ENGINE, features=(replace(FIRST, react=keep), replace(SECOND, react=keep)))

    step = still.step(FACT, world(still.first_day()))

    assert step.changed == frozenset()


def test_the_documents_given_are_left_as_they_are() -> None:
    before = ENGINE.first_day()

    ENGINE.step(FACT, world(before))

    assert before == {First: First(), Second: Second(), Loudness: Loudness()}


def test_what_a_feature_raises_is_the_callers() -> None:
    def fail(_known: First, _fact: Fact, _world: World) -> Reaction[First]:
        raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        replace(ENGINE, features=(replace(FIRST, react=fail),)).step(FACT, world(ENGINE.first_day()))


@pytest.mark.parametrize(
    ("looked", "since", "age"),
    [
        (None, None, None),
        (None, NOW - timedelta(hours=3), timedelta(hours=3)),
        (NOW - timedelta(minutes=2), NOW - timedelta(hours=3), timedelta(minutes=2)),
        (NOW - timedelta(minutes=2), None, timedelta(minutes=2)),
    ],
)
def test_the_age_of_a_source_is_that_of_the_last_look_else_of_the_last_change(
    looked: datetime | None, since: datetime | None, age: timedelta | None
) -> None:
    sources = {} if looked is None else {"salsa": looked}

    assert world({}, **sources).age("salsa", since) == age


def test_a_world_hands_out_documents_and_settings_by_their_type() -> None:
    here = world({First: First(3)})

    assert (here.document(First), here.setting(str)) == (First(3), "chosen")
