"""Offers: written down with whom to ask by role, come back to once, and what became of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.events import EVENTS
from cloudbot.core.facts import RecordsSeen, TimerFired
from cloudbot.core.records.kinds.providers import Offer
from cloudbot.features.records.registry.offer_follow import TIMER, OffersTold
from cloudbot.store.codec import decode, encode
from tests.core.records.trees import example
from tests.features.records.worlds import AT, COMMIT, bot, typed

if TYPE_CHECKING:
    from tests.features.builders import Bot

NEW = "O-2019-001"
ROOM = "a room for the sprint"
MORNING = datetime(2019, 7, 24, 8, tzinfo=UTC)


def known(one: Bot, identity: str = NEW) -> dict[str, object]:
    """Return what a record says, without what it does not."""
    assert one.records is not None
    found = one.records.at(AT).get(Offer, "offer", identity)
    assert found is not None
    values = found.model_dump(mode="json", exclude_defaults=True)
    return {key: value for key, value in values.items() if key not in {"schema_", "id", "made"}}


def offered(*lines: str, words: str = f"{ROOM} from searchco") -> Bot:
    """Return a bot of the example team to which something was offered, and what was said of it."""
    one = bot()
    typed(one, "bob", f"!offer {words}")
    for line in lines:
        typed(one, "bob", f"!offer {NEW} {line}")
    return one


@pytest.mark.need("N24", by="!offer")
@pytest.mark.parametrize(
    ("words", "kept", "said"),
    [
        (
            f"{ROOM} from searchco contact office manager backup erin follow up 2w",
            {"follow_up": "2019-08-06", "contact": {"role": "office manager", "backup": "erin"}},
            "; I come back to it on Tue 2019-08-06",
        ),
        (
            f'"{ROOM}", from Search Co, until 2019-09-01',
            {"follow_up": "2019-09-01"},
            f"; I come back to it on Sun 2019-09-01; who else knows whom to ask: offer {NEW} backup PERSON",
        ),
        (
            f"{ROOM} follow-up on friday from searchco backup me",
            {"follow_up": "2019-07-26", "contact": {"backup": "bob"}},
            "; I come back to it on Fri 2019-07-26",
        ),
        (
            f"{ROOM} from searchco",
            {},
            (
                f"; no day to come back to it yet: offer {NEW} follow-up DAY; who else knows whom to ask: "
                f"offer {NEW} backup PERSON"
            ),
        ),
    ],
)
def test_an_offer_is_written_down_with_whom_to_ask_and_when(words: str, kept: dict[str, object], said: str) -> None:
    one = bot()
    assert typed(one, "bob", f"!offer {words}") == [f'{NEW}: "{ROOM}" from searchco{said} (c0ffee00).']
    assert known(one) == {"what": ROOM, "org": "searchco", "state": "open", **kept}


@pytest.mark.parametrize(
    "what",
    ["ten machines from the old lab", "a host contact for the sprint", "rooms until the summer", "a backup site"],
)
def test_words_that_are_of_the_thing_itself_stay_with_it(what: str) -> None:
    one = offered(words=f"{what} from searchco")
    assert known(one) == {"what": what, "org": "searchco", "state": "open"}


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        (["accepted"], {"state": "accepted"}),
        (["accepted", "used"], {"state": "used"}),
        (["used"], {"state": "used"}),
        (["declined"], {"state": "declined"}),
        (["accepted", "lost nobody answered"], {"state": "lost", "lost_reason": "nobody answered"}),
        (["backup erin"], {"state": "open", "contact": {"backup": "erin"}}),
        (["contact lab head", "backup me"], {"state": "open", "contact": {"role": "lab head", "backup": "bob"}}),
        (["follow-up 2w", "follow-up friday"], {"state": "open", "follow_up": "2019-07-26"}),
    ],
)
def test_what_becomes_of_an_offer(lines: list[str], kept: dict[str, object]) -> None:
    assert known(offered(*lines)) == {"what": ROOM, "org": "searchco", **kept}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("machines", "type: offer WHAT from ORG [contact ROLE] [backup PERSON] [follow up DAY]"),
        ("from searchco", "type: offer WHAT from ORG [contact ROLE] [backup PERSON] [follow up DAY]"),
        ("machines from searchc", 'no org "searchc"; did you mean searchco?'),
        (
            "machines from searchco contact Erin",
            (
                'that is somebody\'s name; write the role, as "community manager". Who '
                "it is belongs in the private store, not here."
            ),
        ),
        (
            "machines from searchco contact me@example.org",
            (
                "that holds somebody's address, so I keep none of it: what "
                "stands in the records is public for ever. Say it without, and tell such things "
                "only to whom they concern."
            ),
        ),
        (
            "machines from searchco until soon",
            '"soon" is no day that I can read; write 2019-08-01, tomorrow, friday, 2w.',
        ),
        ("machines from searchco until today", "2019-07-23 is not to come; write a later day to come back to it."),
        (NEW + " lost", f"type: offer {NEW} lost REASON"),
        (NEW + " used for the sprint", f"type: offer {NEW} used (nothing more)"),
        (NEW + " follow-up", f"type: offer {NEW} follow-up DAY"),
        (NEW + " backup", f"type: offer {NEW} backup PERSON"),
        (NEW + " contact", f"type: offer {NEW} contact ROLE, as community manager"),
        (NEW + " backup nobody", 'no record of a person called "nobody"; write the id, as in people/ID.toml, or "me".'),
        (
            NEW + " eat",
            (
                '"eat" is nothing that I can do there; type: offer '
                f"{NEW} follow-up|accepted|used|declined|lost|backup|contact"
            ),
        ),
        (
            "O-2018-001 used",
            ("O-2018-001 is lost; used is for one that is accepted or open. What is offered anew is a new !offer."),
        ),
        (
            "O-2018-001 follow-up 2w",
            (
                "O-2018-001 is lost; follow-up is for one that is accepted or open. What is offered "
                "anew is a new !offer."
            ),
        ),
        ("O-2019-009 used", f'no offer "O-2019-009"; did you mean {NEW} or O-2018-001?'),
        ("O-2019-009", f'no offer "O-2019-009"; did you mean {NEW} or O-2018-001?'),
    ],
)
def test_wrong_words_get_one_line_with_the_way_out(line: str, said: str) -> None:
    one = offered()
    before = one.records
    assert typed(one, "bob", f"!offer {line}") == [said]
    assert one.records is before


@pytest.mark.need("N24", by="!offer")
def test_one_offer_is_told_with_whom_to_ask() -> None:
    assert typed(bot(), "bob", "!offer o-2018-1") == [
        (
            "O-2018-001: sprint host of Search Co, made 509 d ago, lost (contact left without handover); "
            "ask the community manager, no second contact."
        )
    ]
    assert typed(offered("backup erin", "follow-up 2w"), "bob", f"!offer {NEW}") == [
        (
            f"{NEW}: {ROOM} of Search Co, made 0 d ago, open; follow up 2019-08-06; whom to ask is not recorded, "
            "second contact erin."
        )
    ]


@pytest.mark.parametrize("line", ["!offer", "!offer list"])
def test_without_a_word_it_is_all_of_them(line: str) -> None:
    assert typed(bot(), "bob", line) == typed(bot(), "bob", "!offers")


def lines(one: Bot, days: int) -> list[tuple[str, str]]:
    """Let a bot see its records and then look every morning; return day and line."""
    one.take(RecordsSeen(at=AT, commit=COMMIT, good=COMMIT))
    assert one.world(AT).document(OffersTold).due is not None
    said = []
    for number in range(days):
        due = MORNING + timedelta(days=number)
        said += [(f"{due:%Y-%m-%d}", line) for line in one.lines(TimerFired(at=due, name=TIMER, due=due))]
    return said


def due_line(day: str = "2019-08-06") -> str:
    return (
        f"offer {NEW}, {ROOM} of Search Co: {day} was set to come back to it. "
        f"Then: offer {NEW} follow-up DAY, accepted, used, declined or lost REASON"
    )


@pytest.mark.need("N24", by="!offer")
@pytest.mark.parametrize("line", ["accepted", "backup erin"])
def test_on_its_day_an_offer_that_stands_is_told_once_and_names_nobody(line: str) -> None:
    assert lines(offered("follow-up 2w", line), 60) == [("2019-08-06", due_line())]


@pytest.mark.parametrize("line", ["lost nobody answered", "declined", "used"])
def test_what_came_to_an_end_is_not_told(line: str) -> None:
    assert lines(offered("follow-up 2w", line), 60) == []


def test_a_day_that_is_moved_is_told_anew() -> None:
    one = offered("follow-up 2019-07-26")
    assert lines(one, 5) == [("2019-07-26", due_line("2019-07-26"))]
    typed(one, "bob", f"!offer {NEW} follow-up 2019-08-06", at=datetime(2019, 7, 29, tzinfo=UTC))
    assert lines(one, 30) == [("2019-08-06", due_line())]


def test_a_day_of_long_ago_is_learnt_in_silence() -> None:
    files = example()
    path = "offers/O-2018-001.toml"
    files[path] = (
        files[path]
        .replace(b'state = "lost"', b'state = "open"')
        .replace(b'lost_reason = "contact left without handover"\n', b"")
    )
    assert lines(bot(files), 60) == []


def test_a_bot_that_was_away_on_the_day_tells_it_late_and_not_in_the_middle_of_the_night() -> None:
    one = offered("follow-up 2019-07-26")
    one.take(RecordsSeen(at=AT, commit=COMMIT, good=COMMIT))
    late = MORNING + timedelta(days=3, hours=13)
    assert one.lines(TimerFired(at=late, name=TIMER, due=MORNING + timedelta(days=3))) == []
    following = MORNING + timedelta(days=4)
    assert one.lines(TimerFired(at=following, name=TIMER, due=following)) == [due_line("2019-07-26")]


def test_offers_are_a_kind_of_news_of_their_own() -> None:
    assert EVENTS["offer"].help == "an offer to the team was to be followed up today"


def test_what_was_told_is_known_after_a_restart() -> None:
    one = offered("follow-up 2019-07-26")
    assert len(lines(one, 5)) == 1
    kept = one.world(AT).document(OffersTold)
    assert decode(OffersTold, encode(kept)) == kept
    assert list(kept.told) == [f"{NEW} 2019-07-26"]
