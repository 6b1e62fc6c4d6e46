"""Accounts: their work moves step by step and users are told; nobody is given access by themself, none is orphaned."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.effects import CommitRecords
from cloudbot.core.records.kinds.providers import Migration, Provider, ProviderAccount
from tests.core.records.trees import example
from tests.features.records.worlds import AT, bot, by, carried_out, tell, typed

if TYPE_CHECKING:
    from tests.features.builders import Bot

TODAY = date(2019, 7, 23)
RAINFOREST = "providers/rainforest.toml"
MOVE = b"""
[accounts.migration]
to = "rf-new"
state = "started"
started = 2019-03-01
"""


def account(one: Bot, name: str = "rf-old") -> ProviderAccount:
    assert one.records is not None
    every = one.records.at(AT).all(Provider)
    return next(each for provider in every for each in provider.record.accounts if each.id == name)


def move(**values: object) -> Migration:
    return Migration.model_validate({"to": "rf-new", "updated": TODAY, **values})


def settled() -> Bot:
    """Return a bot of the example team in which no account moves."""
    files = example()
    assert MOVE in files[RAINFOREST]
    return bot(files | {RAINFOREST: files[RAINFOREST].replace(MOVE, b"")})


def after(one: Bot, *lines: str) -> Bot:
    for line in lines:
        typed(one, "bob", f"!migration rf-old {line}")
    return one


TOLD = 'both-live "use rf-new from now on"'


@pytest.mark.need("N18", by="!migration")
@pytest.mark.parametrize(
    ("line", "said", "sunset"),
    [
        ("to rf-new sunset 2019-12-31", "rf-old is to move to rf-new, and ends 2019-12-31", date(2019, 12, 31)),
        ("to RF-new", "rf-old is to move to rf-new; no sunset yet: migration rf-old sunset DAY", None),
    ],
)
def test_a_move_is_planned(line: str, said: str, sunset: date | None) -> None:
    one = settled()
    assert typed(one, "carol", f"!migration rf-old {line}") == [f"{said}. Next: migration rf-old started (c0ffee00)."]
    assert account(one).migration == move(state="planned", sunset=sunset)


@pytest.mark.need("N18", by="!migration")
@pytest.mark.parametrize(
    ("begin", "line", "said", "expected"),
    [
        ((), "started", "the move of rf-old to rf-new is started", {"state": "started", "started": TODAY}),
        (
            ("started",),
            TOLD,
            "rf-old and rf-new are both live, and users are told; rf-old ends 2019-12-31",
            {"state": "both-live", "started": TODAY, "redirect": "use rf-new from now on"},
        ),
        (
            ("started", TOLD),
            "frozen",
            "the move of rf-old to rf-new is frozen",
            {"state": "frozen", "started": TODAY, "redirect": "use rf-new from now on"},
        ),
        (
            ("started", TOLD, "frozen"),
            "closed",
            "the move of rf-old to rf-new is closed, before 2019-12-31, which users were told",
            {"state": "closed", "started": TODAY, "redirect": "use rf-new from now on"},
        ),
    ],
)
def test_every_step_is_taken_in_its_turn(
    begin: tuple[str, ...], line: str, said: str, expected: dict[str, object]
) -> None:
    one = after(settled(), "to rf-new sunset 2019-12-31", *begin)
    assert typed(one, "bob", f"!migration rf-old {line}") == [f"{said} (c0ffee00)."]
    assert account(one).migration == move(sunset=date(2019, 12, 31), **expected)


def test_a_step_of_an_old_move_sets_the_day_on_which_it_was_moved() -> None:
    one = after(bot(), TOLD)
    assert account(one).migration == move(
        state="both-live", started=date(2019, 3, 1), redirect="use rf-new from now on"
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "rf-old both-live",
            ('before both live, users are told where to go: migration rf-old both-live "WHAT USERS ARE TOLD"'),
        ),
        (
            "rf-old frozen",
            (
                "rf-old is started; next is both-live, and every step in its turn: migration rf-old both-live "
                '"WHAT USERS ARE TOLD"'
            ),
        ),
        (
            "rf-old started",
            (
                "rf-old is started; next is both-live, and every step in its turn: migration rf-old both-live "
                '"WHAT USERS ARE TOLD"'
            ),
        ),
        (
            "rf-old to rf-new",
            (
                "rf-old moves to rf-new already and is started; what is begun is not planned anew. Its next "
                "step, or: migration rf-old sunset DAY"
            ),
        ),
        ("rf-new started", "rf-new moves nowhere yet; type: migration rf-new to ACCOUNT [sunset DAY]"),
        ("rf-new to rf-new", "rf-new cannot move to itself; name the account that takes over."),
        ("rf-new to rf-old", "rf-old moves to rf-new itself; name an account that stays."),
        ("rf-new to bb-9", 'no account "bb-9"; did you mean bb-1?'),
        ("woolly to rf-new", 'no account "woolly"; there is bb-1, rf-new, rf-old.'),
        ("rf-new to bb-1 sunset soon", '"soon" is no day that I can read; write 2019-08-01, tomorrow, friday, 2w.'),
        ("rf-old sunset 2019-07-01", "2019-07-01 is not to come; write a later day."),
        (
            "rf-old",
            (
                'type: migration rf-old to ACCOUNT [sunset DAY], started, both-live "WHAT USERS ARE TOLD", frozen, '
                "closed, sunset DAY"
            ),
        ),
        (
            "rf-old sunset",
            (
                'type: migration rf-old to ACCOUNT [sunset DAY], started, both-live "WHAT USERS ARE TOLD", '
                "frozen, closed, sunset DAY"
            ),
        ),
        (
            "rf-old both-live write to me@example.org",
            (
                "that holds somebody's address, so I keep none of it: what stands in "
                "the records is public for ever. Say it without, and tell such things only to whom they concern."
            ),
        ),
    ],
)
def test_what_cannot_be_done_to_a_move_is_told_with_the_way_out(line: str, said: str) -> None:
    one = bot()
    before = one.records
    assert typed(one, "bob", f"!migration {line}") == [said]
    assert one.records is before


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("closed", "the move of rf-old is closed; nothing comes after that."),
        ("started", "the move of rf-old is closed; nothing comes after that."),
        ("sunset 2020-01-01", "the move of rf-old is closed; nothing comes after that."),
        ("to rf-new", "rf-old has moved to rf-new, and that is over."),
    ],
)
def test_what_is_closed_stays_closed(line: str, said: str) -> None:
    one = after(bot(), TOLD, "frozen", "closed")
    assert typed(one, "bob", f"!migration rf-old {line}") == [said]


def test_a_plan_may_be_changed_until_it_is_begun() -> None:
    one = after(settled(), "to rf-new", "to bb-1 sunset 2020-01-01")
    assert account(one).migration == move(to="bb-1", state="planned", sunset=date(2020, 1, 1))


def test_who_is_no_delegate_moves_nothing() -> None:
    one = bot()
    (line,) = typed(one, "grace", f"!migration rf-old {TOLD}")
    assert line == (
        "not done: providers/rainforest.toml:13: E H-PERM is changed in accounts by grace, who is not a delegate; "
        "write nothing there, or have a delegate approve it"
    )


def test_the_same_step_by_two_at_once_is_taken_once() -> None:
    one = bot()
    given = [by(name, "migration", text=f"rf-old {TOLD}", number=name) for name in ("bob", "carol")]
    effects = [each for fact in given for each in one.take(fact) if isinstance(each, CommitRecords)]
    assert [line for effect in effects for line in tell(one, carried_out(one, effect, AT))] == [
        "rf-old and rf-new are both live, and users are told; no sunset yet: migration rf-old sunset DAY (c0ffee00).",
        "not done: rainforest changed meanwhile; look at it and say it again",
    ]


@pytest.mark.parametrize("line", ["!migration", "!migration list", "!account", "!account list"])
def test_without_an_account_it_is_all_of_them(line: str) -> None:
    assert typed(bot(), "bob", line) == typed(bot(), "bob", "!accounts")


@pytest.mark.need("N18", by="!account")
def test_one_account_is_told_with_who_can_use_it_and_where_it_goes() -> None:
    assert typed(after(bot(), TOLD), "grace", "!account RF-old") == [
        (
            "rf-old at rainforest, for publish: held by dan, a person, paid by Rainforest Inc; dan can use it; "
            'no way back; moves to rf-new: both-live, no sunset, users are told "use rf-new from now on".'
        )
    ]
    assert typed(bot(), "grace", "!account bb-9") == ['no account "bb-9"; did you mean bb-1?']


@pytest.mark.need("N18", by="!account")
def test_a_delegate_gives_somebody_else_access_and_takes_it() -> None:
    one = bot()
    assert typed(one, "bob", "!account bb-1 custody add Grace") == ["bb-1: grace can use it; that makes 2 (c0ffee00)."]
    assert account(one, "bb-1").custody == ("dan", "grace")
    assert typed(one, "bob", "!account bb-1 custody remove dan") == [
        "bb-1: dan is out of its custody; 1 can use it. The secret that dan knew wants changing (c0ffee00)."
    ]
    assert account(one, "bb-1").custody == ("grace",)


@pytest.mark.parametrize("whom", ["bob", "me"])
def test_nobody_gives_themself_access_alone(whom: str) -> None:
    one = bot()
    assert typed(one, "bob", f"!account bb-1 custody add {whom}") == [
        "that wants a second person: https://salsa.example.org/team/records/-/merge_requests/1"
    ]
    assert account(one, "bb-1").custody == ("dan",)


@pytest.mark.parametrize(("person", "said"), [("dan", "you are"), ("bob", "dan is")])
def test_the_last_who_can_use_an_account_stays_until_there_is_another(person: str, said: str) -> None:
    one = bot()
    assert typed(one, person, "!account bb-1 custody remove dan") == [
        f"{said} the last who can use bb-1; first somebody else: account bb-1 custody add PERSON"
    ]
    assert account(one, "bb-1").custody == ("dan",)


def test_who_has_left_is_taken_out_though_nobody_is_left() -> None:
    files = example()
    files["people/dan.toml"] = files["people/dan.toml"].replace(b"\nname", b"\nleft = 2019-07-01\nname")
    one = bot(files)
    assert typed(one, "bob", "!account bb-1 custody remove dan") == [
        "bb-1: dan is out of its custody; 0 can use it. The secret that dan knew wants changing (c0ffee00)."
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("bb-1 sell", "type: account bb-1 custody add PERSON, or custody remove PERSON"),
        ("bb-1 custody add", "type: account bb-1 custody add PERSON, or custody remove PERSON"),
        (
            "bb-1 custody add nobody",
            'no record of a person called "nobody"; write the id, as in people/ID.toml, or "me".',
        ),
        (
            "bb-1 custody remove nobody",
            ('no record of a person called "nobody"; write the id, as in people/ID.toml, or "me".'),
        ),
        ("bb-1 custody add dan", "dan can use bb-1 already."),
        ("bb-1 custody remove bob", "bob is not among who can use bb-1: dan."),
        ("bb-9 custody add bob", 'no account "bb-9"; did you mean bb-1?'),
    ],
)
def test_wrong_words_about_custody_get_one_line_with_the_way_out(line: str, said: str) -> None:
    assert typed(bot(), "bob", f"!account {line}") == [said]


def test_a_team_without_accounts_is_told_how_one_is_made() -> None:
    files = {path: text for path, text in example().items() if path.startswith(("people/", "orgs/"))}
    assert typed(bot(files), "bob", "!migration rf-old started") == [
        "no account with a provider is recorded yet; [[accounts]] in providers/ID.toml makes one."
    ]
