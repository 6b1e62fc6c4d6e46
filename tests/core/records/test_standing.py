"""Who is a delegate on which day, by the acts alone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudbot.core.records.loading import load
from cloudbot.core.records.standing import Standing, delegates_on
from cloudbot.core.records.tree import Tree, View
from tests.core.records.trees import TODAY, example

if TYPE_CHECKING:
    from collections.abc import Mapping

Acts = dict[str, str]
MAIL = 'authority = "dpl"\nevidence = { msgid = "<a@lists.example.org>" }\n'


def act(name: str, kind: str, day: str, body: str, *, team: str = "cloud") -> Acts:
    """Return an act of the DPL with its mail, issued and in effect on a day (or in a month)."""
    written = day if len(day) > 7 else f'"{day}"'
    head = f'schema = "cloudbot/delegation-act/1"\nid = "{name}"\nteam = "{team}"\nact = "{kind}"\n'
    return {f"delegations/{name}.toml": f"{head}issued = {written}\neffective = {written}\n{body}\n{MAIL}"}


def own(name: str, kind: str, body: str) -> Acts:
    head = f'schema = "cloudbot/delegation-act/1"\nid = "{name}"\nteam = "cloud"\nact = "{kind}"\nauthority = "self"\n'
    return {f"delegations/{name}.toml": f"{head}{body}\n"}


def standing(acts: Mapping[str, str | bytes], day: date) -> dict[str, tuple[list[str], list[str]]]:
    """Return by team who is a delegate, and of whom it is not known."""
    files = {path: text if isinstance(text, bytes) else text.encode() for path, text in sorted(acts.items())}
    tree, findings = load(files, {})
    assert findings == []
    found = delegates_on(View(tree, day, TODAY), day)
    return {team: (sorted(one.active), sorted(one.unknown)) for team, one in found.items()}


THREE = act("a1", "appoint", "2019-01-10", 'members = ["alice", "bob", "carol"]')


@pytest.mark.parametrize(
    ("day", "active"),
    [
        (date(2018, 10, 9), None),
        (date(2018, 10, 10), ["alice", "bob", "carol"]),
        (date(2019, 7, 21), ["alice", "bob", "carol"]),
        (date(2019, 7, 23), ["alice", "bob", "carol"]),
        (date(2026, 10, 31), ["alice", "bob", "carol"]),
        (date(2026, 11, 1), []),
    ],
)
def test_the_example_team_has_three_delegates_until_the_last_day_of_the_limit(day: date, active: list[str]) -> None:
    assert standing(example(), day) == ({} if active is None else {"cloud": (active, [])})


@pytest.mark.parametrize(
    ("more", "day", "expected"),
    [
        pytest.param(
            own("r", "resign", 'issued = 2019-07-22\nmembers = ["alice"]'),
            date(2020, 1, 1),
            (["alice", "bob", "carol"], []),
            id="announced only",
        ),
        pytest.param(
            own("r", "resign", 'issued = 2019-07-22\neffective = 2019-08-01\nmembers = ["alice"]'),
            date(2019, 7, 31),
            (["alice", "bob", "carol"], []),
            id="the day before it takes effect",
        ),
        pytest.param(
            own("r", "resign", 'issued = 2019-07-22\neffective = 2019-08-01\nmembers = ["alice"]'),
            date(2019, 8, 1),
            (["bob", "carol"], []),
            id="from its day on",
        ),
        pytest.param(
            own("r", "resign", 'issued = 2019-07-22\neffective = 2019-08-01\nmembers = ["alice"]')
            | own("c", "correct", 'issued = 2019-07-23\nmembers = ["alice"]\ncorrects = "r"'),
            date(2019, 8, 1),
            (["alice", "bob", "carol"], []),
            id="withdrawn the next day",
        ),
        pytest.param(
            own("r", "resign", 'issued = 2019-07-22\neffective = 2019-08-01\nmembers = ["alice"]')
            | own("c", "correct", 'issued = 2019-07-23\nmembers = ["bob"]\ncorrects = "r"'),
            date(2019, 8, 1),
            (["bob", "carol"], []),
            id="nobody else withdraws it",
        ),
        pytest.param(
            act("a2", "appoint", "2020-06-04", 'members = ["bob", "dan"]\nreplaces = "all"'),
            date(2020, 6, 4),
            (["bob", "dan"], []),
            id="whom a replacing act does not list is none",
        ),
        pytest.param(
            act("a2", "appoint", "2020-06-04", 'members = ["dan"]'),
            date(2020, 6, 4),
            (["alice", "bob", "carol", "dan"], []),
            id="an act that replaces nobody adds",
        ),
        pytest.param(
            act("a2", "revoke", "2020-06-04", 'members = ["carol", "grace"]'),
            date(2020, 6, 4),
            (["alice", "bob"], []),
            id="revoked, and somebody who was none",
        ),
        pytest.param(
            act("a2", "limit", "2020-06-04", 'members = "all"\nuntil = 2020-12-31')
            | act("a3", "renew", "2020-12-01", 'members = ["bob"]\nuntil = 2021-12-31'),
            date(2021, 1, 1),
            (["bob"], []),
            id="renewed beyond the limit",
        ),
        pytest.param(
            act("a2", "limit", "2020-06-04", 'members = "all"\nuntil = 2020-12-31')
            | act("a3", "renew", "2021-01-05", 'members = "all"\nuntil = 2021-12-31'),
            date(2021, 1, 6),
            ([], ["alice", "bob", "carol"]),
            id="whether all means those whose time was over is not known",
        ),
        pytest.param(
            act("a2", "appoint", "2020-06-04", 'members = ["bob"]\nreplaces = "all"\nreplaces_team = "ftp"'),
            date(2020, 6, 4),
            (["bob"], ["alice", "carol"]),
            id="a revoking sentence that names another team",
        ),
        pytest.param(
            act("a2", "appoint", "2020-06", 'members = ["dan", "bob"]\nimported = true'),
            date(2030, 1, 1),
            (["alice", "bob", "carol"], ["dan"]),
            id="of a month nothing is concluded",
        ),
        pytest.param(
            act("a2", "appoint", "2020-06", 'members = ["dan"]\nimported = true\nreplaces = "all"'),
            date(2020, 6, 1),
            ([], ["alice", "bob", "carol", "dan"]),
            id="nor of whom it ends",
        ),
        pytest.param(
            act("a2", "appoint", "2020-06", 'members = ["dan"]\nimported = true'),
            date(2020, 5, 31),
            (["alice", "bob", "carol"], []),
            id="before the month it has not begun",
        ),
        pytest.param(
            act("a2", "revoke", "2020-06", 'members = ["carol"]\nimported = true')
            | act("a3", "renew", "2020-07-01", 'members = ["carol"]'),
            date(2020, 7, 1),
            (["alice", "bob", "carol"], []),
            id="a later act with a day settles it",
        ),
        pytest.param(
            act("a2", "limit", "2020-06-04", 'members = "all"\nuntil = 2020-12-31')
            | act("a3", "renew", "2020-11", 'members = ["bob"]\nimported = true'),
            date(2021, 1, 1),
            ([], ["bob"]),
            id="renewed in a month, and the old term is over",
        ),
        pytest.param(
            act("a2", "appoint", "2020-06-04", 'members = ["zoe"]', team="ftp"),
            date(2020, 6, 4),
            (["alice", "bob", "carol"], []),
            id="another team's act",
        ),
    ],
)
def test_an_act_changes_who_is_a_delegate(more: Acts, day: date, expected: tuple[list[str], list[str]]) -> None:
    assert standing(THREE | more, day)["cloud"] == expected


def test_an_appointment_that_was_corrected_counts_as_corrected_from_the_correction_on() -> None:
    mended = THREE | act("a2", "correct", "2019-01-12", 'members = ["alice", "bob"]\ncorrects = "a1"')

    assert standing(mended, date(2019, 1, 11)) == {"cloud": (["alice", "bob", "carol"], [])}
    assert standing(mended, date(2019, 1, 12)) == {"cloud": (["alice", "bob"], [])}


def test_nobody_is_appointed_without_a_mail_or_by_their_own_power() -> None:
    mailless = {
        path: text.replace("<a@lists.example.org>", "").replace(' msgid = ""', "") for path, text in THREE.items()
    }
    by_self = own("a2", "appoint", 'issued = 2019-01-10\neffective = 2019-01-10\nmembers = ["alice"]')

    assert standing(mailless | by_self, date(2019, 2, 1)) == {}


DAYS = st.dates(date(2019, 1, 1), date(2019, 12, 31))
NAMES = st.lists(st.sampled_from(["alice", "bob", "carol"]), unique=True, max_size=3)


@given(st.lists(st.tuples(st.sampled_from(["appoint", "revoke"]), DAYS, NAMES), max_size=6), DAYS)
def test_with_days_alone_everybody_is_a_delegate_or_not_as_the_last_act_on_them_says(
    acts: list[tuple[str, date, list[str]]], day: date
) -> None:
    files: Acts = {}
    for number, (kind, when, names) in enumerate(acts):
        files |= act(f"a{number}", kind, when.isoformat(), f"members = {sorted(names)}".replace("'", '"'))
    last: dict[str, str] = {}
    for kind, _, names in sorted(
        ((kind, (when, number), names) for number, (kind, when, names) in enumerate(acts) if when <= day),
        key=lambda one: one[1],
    ):
        last |= dict.fromkeys(names, kind)

    expected = sorted(name for name, kind in last.items() if kind == "appoint")
    assert standing(files, day).get("cloud", ([], [])) == (expected, [])


def test_no_act_at_all_says_nothing() -> None:
    assert delegates_on(View(Tree(()), TODAY, TODAY), TODAY - timedelta(days=1)) == {}
    assert Standing() == Standing(active=frozenset(), unknown=frozenset())
