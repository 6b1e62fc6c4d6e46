"""Who can do what: said by themselves with evidence, learnt from who can; a word alone promotes nobody."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.records.kinds.work import Area, Skill
from tests.core.records.trees import example
from tests.features.records.worlds import AT, bot, typed

if TYPE_CHECKING:
    from tests.features.builders import Bot

DID = "https://example.org/uploads/1"
TODAY = date(2019, 7, 23)
PUBLISH = "areas/publish.toml"


def area(one: Bot) -> Area:
    assert one.records is not None
    found = one.records.at(AT).get(Area, "area", "publish")
    assert found is not None
    return found


def skill(one: Bot, person: str) -> Skill | None:
    return next((each for each in area(one).people if each.person == person), None)


def learning(one: Bot) -> list[str]:
    return [each.person for each in area(one).trainees]


@pytest.mark.need("N33", by="!can")
@pytest.mark.parametrize(
    ("person", "level", "before"),
    [
        ("grace", "can", "you can do publish, seen today; before, you were learning it"),
        ("alice", "can", "you can do publish, seen today; before, you were one who knows about it"),
        ("bob", "can", "you can do publish, seen today"),
        ("dan", "leads", "you lead publish, seen today"),
    ],
)
def test_who_did_it_can_do_it_by_a_link_and_the_day(person: str, level: str, before: str) -> None:
    one = bot()
    assert typed(one, person, f"!can publish {DID}") == [f"{before} (c0ffee00)."]
    assert skill(one, person) == Skill.model_validate(
        {"person": person, "level": level, "last_evidence": TODAY, "evidence": DID}
    )
    assert person not in learning(one)


@pytest.mark.parametrize(("person", "level"), [("bob", "unsaid"), ("alice", "knows"), ("dan", "leads")])
def test_a_word_alone_promotes_nobody(person: str, level: str) -> None:
    one = bot()
    before = one.records
    assert typed(one, person, "!can publish I really can") == [
        'no area "publish I really can"; there is image-finder, publish.'
    ]
    assert typed(one, person, "!can publish") == [
        (
            f"what shows that you can do publish? Type: can publish LINK, to what you did there alone; without one "
            f"it stays {level}."
        )
    ]
    assert one.records is before


@pytest.mark.parametrize("person", ["alice", "grace"])
def test_a_trainee_is_told_that_learning_is_not_doing(person: str) -> None:
    files = example()
    line = b'{ person = "alice", level = "knows", last_evidence = 2019-06-15 }'
    files[PUBLISH] = files[PUBLISH].replace(line, b'{ person = "alice", level = "trainee" }')
    assert typed(bot(files), person, "!can publish") == [
        (
            "what shows that you can do publish and do not only learn it? Type: can publish LINK, to what you did "
            "there alone; without one it stays trainee."
        )
    ]


def test_who_can_do_it_says_who_learns_it() -> None:
    one = bot()
    assert typed(one, "dan", "!train carol in publish") == [
        "carol learns publish from today on; having done it alone, carol says: can publish LINK (c0ffee00)."
    ]
    assert learning(one) == ["grace", "carol"]


@pytest.mark.parametrize("line", ["!train carol publish", "!untrain grace publish"])
@pytest.mark.parametrize("person", ["alice", "erin"])
def test_who_only_knows_about_it_does_not_say_who_learns_it(person: str, line: str) -> None:
    one = bot()
    assert typed(one, person, line) == ["who learns publish is said by who can do it: dan. Ask one of them."]
    assert learning(one) == ["grace"]


def test_where_nobody_is_left_who_can_anybody_of_the_team_says_who_learns() -> None:
    files = example()
    files[PUBLISH] = files[PUBLISH].replace(b'level = "leads"', b'level = "knows"')
    one = bot(files)
    typed(one, "erin", "!train me publish")
    assert learning(one) == ["grace", "erin"]


@pytest.mark.parametrize("line", ["!untrain me publish", "!untrain grace in publish", "!untrain @Grace publish"])
def test_who_learns_may_stop_by_themself(line: str) -> None:
    one = bot()
    assert typed(one, "grace", line) == ["grace does not learn publish any more (c0ffee00)."]
    assert learning(one) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("!can", "TEXT is missing; type: can TEXT"),
        (f"!can {DID}", "type: can AREA LINK, to what you did there"),
        (f"!can publsh {DID}", 'no area "publsh"; did you mean publish?'),
        ("!train carol", "type: train PERSON AREA"),
        (
            "!train nobody publish",
            'no record of a person called "nobody"; write the id, as in people/ID.toml, or "me".',
        ),
        ("!train carol cooking", 'no area "cooking"; there is image-finder, publish.'),
        ("!train grace publish", "grace learns publish already; having done it, grace says: can publish LINK"),
        ("!train dan publish", "dan leads publish already; what is old, dan renews: can publish LINK"),
        ("!untrain carol publish", "carol does not learn publish by the records; grace does."),
        (
            "!untrain nobody publish",
            'no record of a person called "nobody"; write the id, as in people/ID.toml, or "me".',
        ),
    ],
)
def test_wrong_words_get_one_line_with_the_way_out(line: str, said: str) -> None:
    one = bot()
    before = one.records
    assert typed(one, "dan", line) == [said]
    assert one.records is before
