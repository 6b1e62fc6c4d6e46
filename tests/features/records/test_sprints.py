"""What becomes of sprints: gate by gate from the idea to the report, who comes by consent, what was promised."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.effects import CommitRecords
from cloudbot.core.records.kinds.sprints import Sprint, SprintAttendees
from cloudbot.core.records.kinds.work import Action
from tests.core.records.trees import example
from tests.features.records.test_actions import asked
from tests.features.records.worlds import AT, bot, by, carried_out, tell

if TYPE_CHECKING:
    from tests.features.builders import Bot

S2019 = "sprints/s2019/sprint.toml"
S2018 = "sprints/s2018/sprint.toml"
READY = (
    ('"proposed"', '"budget-approved"'),
    ("final = false", "final = true"),
    ("[budget]", '[budget]\nrequested = 2019-07-20\napproved = 2019-07-22\nevidence = { msgid = "<m@example.org>" }'),
)
ACCEPTED = ("decisions/D-2019-001.toml", 'state = "open"', 'state = "accepted"')


def changed(*changes: tuple[str, str, str]) -> dict[str, str]:
    """Return the example team's files with some words replaced by others."""
    files = {path: text.decode() for path, text in example().items()}
    for path, old, new in changes:
        assert old in files[path], (path, old)
        files[path] = files[path].replace(old, new)
    return files


def ready(*changes: tuple[str, str, str]) -> Bot:
    """Return a bot whose next sprint may be booked."""
    decided = (
        "decisions/D-2019-001.toml",
        'class = "money_or_external_commitment"',
        'class = "routine"',
    )
    return bot(changed(decided, ACCEPTED, *((S2019, old, new) for old, new in READY), *changes))


def sprint(one: Bot, identity: str = "s2019") -> Sprint:
    assert one.records is not None
    found = one.records.at(AT).get(Sprint, "sprint", identity)
    assert found is not None
    return found


def coming(one: Bot, identity: str = "s2019") -> list[tuple[str, str, bool]]:
    assert one.records is not None
    found = one.records.at(AT).get(SprintAttendees, "sprint-attendees", identity)
    return [] if found is None else [(each.person, each.mode, each.consent_public) for each in found.people]


def say(one: Bot, text: str, person: str = "bob", *, at: datetime = AT) -> list[str]:
    return tell(one, by(person, "sprint", text=text, at=at, number=f"{person} {text} {at}"))


@pytest.mark.need("N22", by="!sprint")
@pytest.mark.need("N25", by="!sprint")
@pytest.mark.parametrize("text", ["!sprint", "!sprint s2019", "!sprint S2019"])
def test_the_next_sprint_is_told_with_its_days_and_what_is_still_shut(text: str) -> None:
    assert asked(bot(), text) == [
        (
            "Cloud sprint 2019 (s2019): Boston, US; Mon 2019-10-14 to Wed 2019-10-16 (provisional), in 83 d; proposed; "
            "2 on site, 1 remote"
        ),
        (
            "still shut: dates are provisional (!sprint s2019 dates 2019-10-14 2019-10-16 "
            "final); D-2019-001, open until "
            "2019-07-29 (its acceptance); no money asked for (!sprint s2019 budget requested)"
        ),
        (
            "still shut: no backup at the host (!sprint s2019 host backup PERSON); no answer of bigblue, rainforest, "
            "swisshost (!sprint s2019 reply PROVIDER coming)"
        ),
    ]


@pytest.mark.need("N01", by="!sprint")
def test_a_sprint_that_is_over_is_told_with_what_it_promised() -> None:
    assert asked(bot(), "!sprint s2018") == [
        (
            "Cloud sprint 2018 (s2018): place not known; Mon 2018-10-08 to Wed 2018-10-10 "
            "(final), 286 d ago; archived; "
            "report https://lists.example.org/sprints/2018/11/1"
        ),
        ("promised: 0 of 1 done; open: A-2018-001 erin late by 173 d: Move the publish account to the trusted…"),
    ]


def test_a_report_that_is_owed_and_claims_that_are_open_are_told() -> None:
    files = changed(
        (S2018, 'url = "https://lists.example.org/sprints/2018/11/1"\nsent = 2018-11-05', "due_days = 30"),
        (
            S2018,
            'title = "Cloud sprint 2018"',
            'title = "Cloud sprint 2018"\nclaims = "open"\nclaims_close_days_after = 366',
        ),
    )
    assert asked(bot(files), "!sprint s2018")[2] == (
        "still open: report owed since 2018-11-09 (!sprint s2018 report URL); claims are "
        "open until 2019-10-11 (!sprint "
        "s2018 claims closed)"
    )


@pytest.mark.parametrize(("days", "end"), [(366, "2019-10-11"), (92, "2019-01-10")])
def test_the_window_for_claims_is_that_of_the_sprint_whatever_the_rule_is_today(days: int, end: str) -> None:
    files = changed((S2018, 'state = "archived"', f'state = "reported"\nclaims_close_days_after = {days}'))
    one = bot(files)
    assert say(one, "s2018 claims open") == [f"s2018: claims open, until {end} (c0ffee00)."]


@pytest.mark.need("N23", by="!sprints")
def test_all_sprints_are_told_the_newest_first() -> None:
    assert asked(bot(), "!sprints") == [
        (
            "s2019 Boston, US, Mon 2019-10-14 to Wed 2019-10-16 (provisional), proposed; "
            "s2018 place not known, Mon 2018-10-08 to Wed 2018-10-10 (final), archived"
        )
    ]


def test_a_team_without_a_sprint_is_told_how_one_begins() -> None:
    files = {"people/bob.toml": example()["people/bob.toml"].replace(b'org = "swisshost", ', b'employer = "S", ')}
    one = bot(files)
    assert asked(one, "!sprint") == [
        "there is no sprint in the records yet; a person of the team begins one: sprint new s2020 Cloud sprint 2020"
    ]
    assert asked(one, "!sprints") == ["there is no sprint in the records yet."]
    assert say(one, "join") == [
        "no sprint is ahead; name the one that you mean (!sprints lists them), or begin one: sprint new ID TITLE"
    ]


@pytest.mark.need("N29", by="!sprint host")
def test_a_sprint_goes_from_the_idea_to_the_report() -> None:
    one = bot(changed(ACCEPTED))
    orders = [
        ("new s2020 Cloud sprint 2020", AT),
        ("s2020 dates 2020-03-02 2020-03-04", AT),
        ("s2020 venue Bern, CH: Swiss Host, room 2", AT),
        ("s2020 visa 6", AT),
        ("s2020 host swisshost contact bob backup Grace", AT),
        ("s2020 decision D-2019-001", AT),
        ("s2020 budget requested EUR 6000", AT),
        ("s2020 budget approved EUR 5000 <yes@example.org>", AT),
        ("s2020 dates 2020-03-02 to 2020-03-04 final", AT),
        ("s2020 booking open", AT),
        ("s2020 state confirmed", AT),
        ("s2020 state running", datetime(2020, 3, 2, tzinfo=UTC)),
        ("s2020 state held", datetime(2020, 3, 5, tzinfo=UTC)),
        ("s2020 report https://lists.example.org/report", datetime(2020, 3, 20, tzinfo=UTC)),
        ("s2020 claims closed", datetime(2020, 4, 20, tzinfo=UTC)),
        ("s2020 state archived", datetime(2020, 4, 21, tzinfo=UTC)),
    ]
    assert [(say(one, text, at=at)[0], sprint(one, "s2020").state) for text, at in orders] == [
        (
            's2020: "Cloud sprint 2020" begins as an idea. Next: sprint s2020 dates FIRST LAST (c0ffee00).',
            "idea",
        ),
        ("s2020: Mon 2020-03-02 to Wed 2020-03-04, provisional (c0ffee00).", "idea"),
        ("s2020 is at Bern, CH: Swiss Host, room 2 (c0ffee00).", "idea"),
        ("s2020: a visa takes 6 weeks (c0ffee00).", "idea"),
        ("s2020: host swisshost contact bob backup Grace (c0ffee00).", "idea"),
        ("s2020 hangs on D-2019-001, which is accepted (c0ffee00).", "agreed"),
        ("s2020: money requested (c0ffee00).", "budget-requested"),
        ("s2020: money approved (c0ffee00).", "budget-approved"),
        ("s2020: Mon 2020-03-02 to Wed 2020-03-04, final (c0ffee00).", "budget-approved"),
        ("s2020: booking is open; dates are final, a visa takes 6 weeks (c0ffee00).", "announced"),
        ("s2020 is confirmed (c0ffee00).", "confirmed"),
        ("s2020 is running (c0ffee00).", "running"),
        ("s2020 is held (c0ffee00).", "held"),
        ("s2020: the report is at https://lists.example.org/report (c0ffee00).", "reported"),
        ("s2020: claims closed (c0ffee00).", "claims-closed"),
        ("s2020 is archived (c0ffee00).", "archived"),
    ]
    record = sprint(one, "s2020")
    assert (record.place.city, record.place.country, record.place.venue) == ("Bern", "CH", "Swiss Host, room 2")
    assert (record.host.org, record.host.contact, record.host.backup) == ("swisshost", "bob", "grace")
    assert (record.budget.total, record.budget.evidence.msgid) == ("EUR 5000", "<yes@example.org>")


@pytest.mark.need("N25", by="!sprint booking")
@pytest.mark.parametrize(
    ("changes", "lacks"),
    [
        ((), "provisional dates and no accepted decision and no budget approval"),
        (((S2019, "final = false", "final = true"),), "no accepted decision and no budget approval"),
    ],
)
def test_nobody_is_told_to_book_before_the_gates_are_open(
    changes: tuple[tuple[str, str, str], ...], lacks: str
) -> None:
    assert say(bot(changed(*changes)), "s2019 booking open") == [
        f"nobody can be told to book for s2019 yet: it has {lacks}. What opens each: !sprint s2019"
    ]


def test_a_gate_that_shuts_meanwhile_keeps_booking_shut() -> None:
    one = ready()
    (wanted,) = [e for e in one.take(by("bob", "sprint", text="s2019 booking open")) if isinstance(e, CommitRecords)]
    say(one, "s2019 dates 2019-10-21 2019-10-23 provisional", "grace")
    (line,) = tell(one, carried_out(one, wanted, AT))
    assert line == "not done: s2019 changed meanwhile; look at it (!sprint s2019) and say it again"
    assert sprint(one).booking == "closed"


@pytest.mark.parametrize(
    ("text", "line", "state"),
    [
        (
            "s2019 dates 2019-10-21 2019-10-23 final",
            (
                "s2019: Mon 2019-10-21 to Wed 2019-10-23, final; booking was open and is closed "
                "again: whoever has booked "
                "should know (c0ffee00)."
            ),
            "budget-approved",
        ),
        (
            "s2019 dates 2019-10-14 2019-10-16 provisional",
            (
                "s2019: Mon 2019-10-14 to Wed 2019-10-16, provisional; booking was open and is "
                "closed again: whoever has "
                "booked should know (c0ffee00)."
            ),
            "budget-approved",
        ),
        (
            "s2019 budget declined",
            "s2019: money declined; booking was open and is closed: whoever has booked should know (c0ffee00).",
            "declined",
        ),
        ("s2019 booking close", "s2019: booking is closed (c0ffee00).", "budget-approved"),
    ],
)
def test_what_shuts_a_gate_after_booking_was_opened_closes_booking(text: str, line: str, state: str) -> None:
    one = ready()
    assert say(one, "s2019 booking open") == ["s2019: booking is open; dates are final (c0ffee00)."]
    assert say(one, text) == [line]
    assert (sprint(one).booking, sprint(one).state) == ("closed", state)


def test_the_same_dates_said_again_close_nothing() -> None:
    one = ready()
    say(one, "s2019 booking open")
    assert say(one, "s2019 dates 2019-10-14 2019-10-16") == [
        "s2019: Mon 2019-10-14 to Wed 2019-10-16, final (c0ffee00)."
    ]
    assert sprint(one).booking == "open"


@pytest.mark.need("N26", by="!sprint budget")
def test_a_yes_to_money_needs_its_mail() -> None:
    one = bot()
    assert say(one, "s2019 budget approved by mail") == [
        "a yes needs its mail: sprint s2019 budget approved <MESSAGE-ID>, or a link to it in the archive."
    ]
    say(one, "s2019 budget declined")
    say(one, "s2019 budget approved https://lists.example.org/yes")
    money = sprint(one).budget
    assert (money.approved, money.declined, money.evidence.url) == (AT.date(), None, "https://lists.example.org/yes")


def test_a_sprint_that_needs_no_money_may_be_booked_without() -> None:
    one = ready((S2019, "approved = 2019-07-22\n", ""), (S2019, '"budget-approved"', '"agreed"'))
    assert say(one, "s2019 booking open")[0].startswith("nobody can be told to book")
    assert say(one, "s2019 budget not needed") == ["s2019: money not needed (c0ffee00)."]
    assert say(one, "s2019 booking open", "grace") == ["s2019: booking is open; dates are final (c0ffee00)."]


def test_nobody_is_named_as_coming_but_by_themselves() -> None:
    one = bot()
    assert say(one, "join remote", "erin") == [
        (
            "s2019: you stand on the public list as coming (remote); sprint s2019 leave "
            "takes you off it, though git keeps "
            "that you stood there (c0ffee00)."
        )
    ]
    assert coming(one)[-1] == ("erin", "remote", True)
    assert say(one, "s2019 join onsite", "erin")[0].startswith("s2019: you stand on the public list as coming (onsite)")
    assert [each for each in coming(one) if each[0] == "erin"] == [("erin", "onsite", True)]
    assert say(one, "s2019 join grace", "erin") == ["type: sprint s2019 join [onsite | remote], each for themself"]
    assert say(one, "s2019 join onsite", "frank")[0].startswith("s2019: you stand")


def test_who_withdraws_is_off_the_list_and_told_what_git_keeps() -> None:
    one = bot()
    assert say(one, "s2019 leave", "grace") == [
        "s2019: you are off the list and out of what is published; git's history keeps that you stood there (c0ffee00)."
    ]
    assert coming(one) == [("bob", "onsite", True), ("frank", "remote", True)]
    assert say(one, "leave", "grace") == ["you are not on the list of s2019."]


def test_a_sprint_to_which_nobody_comes_in_person_says_so() -> None:
    one = bot()
    say(one, "leave", "grace")
    say(one, "leave", "bob")
    assert asked(one, "!sprint")[0].endswith("proposed; 0 on site, 1 remote")
    say(one, "leave", "frank")
    assert asked(one, "!sprint")[0].endswith("proposed; nobody has joined yet")


def test_the_first_to_join_a_sprint_begins_its_list() -> None:
    files = changed()
    del files["sprints/s2019/attendees.toml"]
    one = bot(files)
    say(one, "s2019 join")
    assert coming(one) == [("bob", "onsite", True)]


@pytest.mark.need("N23", by="!sprint invite")
def test_invited_providers_answer_and_the_rest_is_counted() -> None:
    one = bot()
    assert say(one, "s2019 reply rainforest coming") == ["s2019: rainforest answered: coming (c0ffee00)."]
    assert say(one, "s2019 reply rainforest not coming") == ["s2019: rainforest answered: not coming (c0ffee00)."]
    assert [(each.provider, each.answer) for each in sprint(one).replies] == [("rainforest", "not coming")]
    assert "no answer of bigblue, swisshost (" in asked(one, "!sprint")[2]
    assert say(one, "s2019 invite rainforest") == ["rainforest is invited to s2019 already."]


def test_a_contact_who_left_is_a_gate_that_is_shut() -> None:
    files = changed(("people/carol.toml", 'name = "Carol', 'left = 2019-07-01\nname = "Carol'))
    assert "contact carol has left (!sprint s2019 host contact PERSON)" in " ".join(asked(bot(files), "!sprint"))


@pytest.mark.need("N14", by="!sprint promise")
def test_a_promise_is_an_action_and_a_line_of_the_sprint_in_one_commit() -> None:
    one = bot()
    assert say(one, "s2019 promise Two more people learn the CI for grace before s2019") == [
        (
            's2019 promises A-2019-002: "Two more people learn the CI"; grace says: accept '
            "A-2019-002; due before s2019 "
            "(c0ffee00)."
        )
    ]
    assert sprint(one).promises == ("A-2019-002",)
    assert one.records is not None
    action = one.records.at(AT).get(Action, "action", "A-2019-002")
    assert action is not None
    assert (action.from_.sprint, action.owner, action.accepted) == ("s2019", "grace", None)
    tell(one, by("grace", "done", id="A-2019-002", evidence="https://example.org/x"))
    assert asked(one, "!sprint")[1] == "promised: 1 of 1 done"


def test_private_things_are_not_kept_with_a_sprint_either() -> None:
    one = bot()
    for text in (
        "s2019 venue call +1 617 555 0100",
        "s2019 promise fetch bob, flight BA2490",
        "new s2020 door code 4711#",
    ):
        (line,) = say(one, text)
        assert line.startswith("that holds ")


def test_a_cancelled_sprint_says_what_hung_on_it_and_that_claims_stay_open() -> None:
    one = ready((S2019, 'booking = "closed"', 'booking = "open"\nclaims = "open"'))
    assert say(one, "s2019 cancel the room is gone") == [
        (
            "s2019 is cancelled; claims stay open until 2020-01-16; due before it, and without a day now: A-2019-001 "
            "(c0ffee00)."
        )
    ]
    assert (sprint(one).state, sprint(one).booking) == ("cancelled", "closed")
    assert asked(one, "!sprint s2019")[1:] == [
        "still open: claims are open until 2020-01-16 (!sprint s2019 claims closed)"
    ]


def test_no_reason_of_a_person_is_kept_for_a_cancelled_sprint() -> None:
    assert say(bot(), "s2019 cancel carol is ill")[0].startswith("that holds somebody's health or family, ")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("s2018 cancel", "s2018 is archived, and goes from there to nothing else, not to cancelled."),
        ("s2019 state running", "s2019 is proposed, and goes from there to agreed or cancelled, not to running."),
        ("s2019 state agreed", "s2019 cannot be agreed yet; that wants an accepted decision"),
        (
            "s2019 frobnicate",
            (
                '"frobnicate" is nothing that I can do to a sprint; type: sprint s2019 '
                "dates|venue|visa|host|decision|budget|"
                "booking|invite|reply|join|leave|goal|promise|report|claims|state|cancel"
            ),
        ),
        (
            "s2019 help",
            (
                "what about s2019; type: sprint s2019 dates|venue|visa|host|decision|budget|"
                "booking|invite|reply|join|leave|goal|promise|report|claims|state|cancel"
            ),
        ),
        ("s2019 dates soon", "type: sprint s2019 dates 2019-10-14 2019-10-16 [final]"),
        ("s2019 dates 2019-02-30 2019-03-01", "type: sprint s2019 dates 2019-10-14 2019-10-16 [final]"),
        (
            "s2019 dates 2019-10-16 2019-10-14",
            "2019-10-14 is before 2019-10-16; write the first day, then the last one.",
        ),
        ("s2019 budget maybe", "type: sprint s2019 budget requested | approved MAIL | declined | not needed"),
        ("s2019 booking", "type: sprint s2019 booking open | close"),
        ("s2019 booking close", "booking for s2019 is closed already."),
        ("s2019 reply rainforest perhaps", "type: sprint s2019 reply PROVIDER coming | remote | not coming | thinking"),
        ("s2019 report later", "type: sprint s2019 report URL"),
        ("s2019 report https://example.org/x", "s2019 is not over yet; its report can wait until it is."),
        ("s2018 join", "s2018 is over or cancelled."),
        ("s2021 join", 'no sprint "s2021"; did you mean s2019 or s2018?'),
        ("new", "type: sprint new ID TITLE; the id is short: s2020, lower-case letters and digits"),
        ("new S2020! Cloud", "type: sprint new ID TITLE; the id is short: s2020, lower-case letters and digits"),
        ("new s2019 Again", "there is a sprint s2019 already, or the word means something here; choose another id."),
        ("s2019 invite nowhere", 'no provider "nowhere"; there is bigblue, rainforest, swisshost.'),
        ("s2019 host contact zoe", 'no record of a person called "zoe"; write the id, as in people/ID.toml, or "me".'),
        ("s2019 decision D-2019-009", 'no decision "D-2019-009"; did you mean D-2019-002 or D-2019-001?'),
    ],
)
def test_wrong_words_get_one_line_with_what_can_be_typed(text: str, line: str) -> None:
    assert say(bot(), text) == [line]


def test_no_line_about_a_sprint_is_longer_than_a_line() -> None:
    one = bot()
    for number in range(8):
        say(one, f"s2019 promise {number} {'ü' * 120}")
        say(one, f"s2019 goal {number} {'é' * 120}")
    lines = asked(one, "!sprint") + asked(one, "!sprints") + asked(one, "!actions s2019")
    assert [line for line in lines if len(line.encode()) > 400] == []
    assert len(asked(one, "!sprint")) == 3


def test_the_days_to_go_count_down() -> None:
    one = bot()
    firsts = [asked(one, "!sprint", at=datetime(2019, 10, 12, tzinfo=UTC) + timedelta(days=n))[0] for n in range(5)]
    assert [line.partition("provisional)")[2].partition(";")[0] for line in firsts] == [
        ", in 2 d",
        ", in 1 d",
        ", now",
        ", now",
        ", now",
    ]
    assert date(2019, 10, 16) == sprint(one).dates.to
