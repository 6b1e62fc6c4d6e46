"""What an effect becomes: a row with its words, one line on IRC, a subject and a body by mail."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies

from cloudbot.core.effects import Act, CancelTimer, Comment, Say, SendMail, SetTimer, TellOperator, WouldSay
from cloudbot.core.speech import Venue
from cloudbot.runtime.commenting import mark
from cloudbot.runtime.posting import Operator, Posting, message_id
from cloudbot.store.journal import Journal, NewRow
from tests.fakes.outside import MONDAY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cloudbot.core.effects import Effect

TEAM = Venue("oftc", "#team")


def render(words: str, values: Mapping[str, object]) -> str:
    del values
    return {
        "irc/a": "  one\nline,\n  whole ",
        "mail/a": "The\n\nbody\n\n",
        "long": "A subject\nof two lines\n\nBody\n",
    }[words]


def posting(operator: Operator | None = None) -> Posting:
    return Posting(render=render, operator=operator or Operator(), mail_domain="example.org")


LINE = {"text": "one line, whole", "notice": True, "important": False}
RETRY = {"action": "retry_job", "project": 7, "id": 41, "by": "Alex"}
MAIL = {"to": ["op@example.org"], "subject": "The", "text": "body\n", "message_id": "<k.mail@example.org>"}


@pytest.mark.parametrize(
    ("effect", "row"),
    [
        (
            Say(key="k", to=TEAM, words="irc/a", notice=True, expires=MONDAY),
            NewRow(key="k", lane="irc/oftc", destination="#team", body=json.dumps(LINE), expires=MONDAY),
        ),
        (
            Act(key="k", forge="salsa", action="retry_job", project=7, id=41, by="Alex", expires=MONDAY),
            NewRow(key="k", lane="gitlab/salsa", destination="project 7", body=json.dumps(RETRY), expires=MONDAY),
        ),
        (
            WouldSay(key="k", to=TEAM, words="irc/a"),
            NewRow(key="k", lane="would-say", destination="oftc/#team", body=json.dumps({"text": LINE["text"]})),
        ),
        (
            SendMail(key="k", to=("a@example.org", "b@example.org"), words="long", values={}),
            NewRow(
                key="k",
                lane="mail",
                destination="a@example.org, b@example.org",
                body=json.dumps(
                    {
                        "to": ["a@example.org", "b@example.org"],
                        "subject": "A subject of two lines",
                        "text": "Body\n",
                        "message_id": "<k@example.org>",
                    }
                ),
            ),
        ),
    ],
)
def test_each_message_becomes_one_row(effect: Say | WouldSay | SendMail, row: NewRow) -> None:
    assert posting().rows(effect) == (row,)


def test_an_answer_to_a_mail_names_it_by_the_message_id_of_its_key() -> None:
    mail = SendMail(key="m/2", to=("a@example.org",), words="long", values={}, reply_to="m/1 of old")
    (row,) = posting().rows(mail)
    body = json.loads(row.body)
    assert (body["message_id"], body["in_reply_to"]) == ("<m.2@example.org>", message_id("m/1 of old", "example.org"))


def test_without_a_mail_server_no_mail_is_posted() -> None:
    mail = SendMail(key="m/2", to=("a@example.org",), words="long", values={})
    assert replace(posting(), mails=False).rows(mail) == ()


@pytest.mark.parametrize(
    ("operator", "lanes"),
    [
        (Operator(), []),
        (Operator(mail=("op@example.org",)), [("mail", MAIL)]),
        (Operator(query=Venue("oftc", "robin")), [("irc/oftc", LINE)]),
        (Operator(mail=("op@example.org",), query=Venue("oftc", "robin")), [("mail", MAIL), ("irc/oftc", LINE)]),
    ],
)
def test_the_operator_is_told_by_every_way_that_is_configured(
    operator: Operator, lanes: list[tuple[str, object]]
) -> None:
    rows = posting(operator).rows(TellOperator(key="k", words="a", values={}))

    assert [(row.lane, json.loads(row.body)) for row in rows] == lanes


@pytest.mark.parametrize(
    ("link", "place"),
    [
        ("https://salsa.example.org/team/records/-/merge_requests/5", ("gitlab/salsa", "team/records", 5)),
        ("https://salsa.example.org/a/b.c/d-e/merge_requests/12", ("gitlab/salsa", "a/b.c/d-e", 12)),
        ("https://other.example.org/git/team/records/-/merge_requests/5", ("gitlab/other", "team/records", 5)),
        ("https://other.example.org/team/records/-/merge_requests/5", None),
        ("https://salsa.example.org.example.net/team/records/-/merge_requests/5", None),
        ("https://salsa.example.org/team/records/-/merge_requests/5?x=https://salsa.example.org", None),
        ("https://salsa.example.org/records/-/merge_requests/5", None),
        ("https://salsa.example.org/team/records/-/issues/5", None),
    ],
)
def test_a_comment_goes_to_a_server_that_we_have_a_token_for_or_nowhere(
    link: str, place: tuple[str, str, int] | None
) -> None:
    lanes = {"https://salsa.example.org": "gitlab/salsa", "https://other.example.org/git/": "gitlab/other"}
    rows = replace(posting(), commenting=lanes).rows(
        Comment(key="comment/k", link=link, words="irc/a", values={}, expires=MONDAY)
    )
    told = [(row.lane, json.loads(row.body), row.destination, row.expires) for row in rows]
    if place is None:
        assert told == []
        return
    lane, project, number = place
    body = {"project": project, "merge_request": number, "text": "  one\nline,\n  whole ", "mark": mark("comment/k")}
    assert told == [(lane, body, f"{project}!{number}", MONDAY)]


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("comment/records/oftc/m1/8b18f549825a", "<!-- cloudbot comment/records/oftc/m1/8b18f549825a -->"),
        ("k--> @all", "<!-- cloudbot c60e8161b03e4fd288cc99cdbdce9f43 -->"),
    ],
)
def test_a_mark_stays_hidden_whatever_the_key(key: str, shown: str) -> None:
    assert mark(key) == shown


def test_a_key_is_decided_once_and_the_first_words_stay(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "state.db")
    effects: list[Effect] = [
        Say(key="k", to=TEAM, words="irc/a"),
        Say(key="k", to=TEAM, words="mail/a"),
        SetTimer(name="t", due=MONDAY),
        SetTimer(name="u", due=MONDAY),
        SetTimer(name="t", due=MONDAY + timedelta(hours=1)),
        CancelTimer(name="u"),
        CancelTimer(name="never set"),
    ]
    with journal.transaction() as transaction:
        posting().post(effects, transaction, MONDAY)

    assert [json.loads(row.body)["text"] for row in journal.rows()] == ["one line, whole"]
    assert journal.timers() == [("t", MONDAY + timedelta(hours=1))]
    journal.close()


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("meeting/2026-12-09/minutes/mail", "<meeting.2026-12-09.minutes.mail@example.org>"),
        ("operator/dead/a b@oftc/#team/mail", "<operator.dead.a.b.oftc.team.mail.8ab96b3d@example.org>"),
    ],
)
def test_a_message_id_can_be_read_back_to_its_key(key: str, expected: str) -> None:
    assert message_id(key, "example.org") == expected


@given(strategies.text(max_size=9), strategies.text(max_size=9))
def test_two_keys_never_share_a_message_id(one: str, other: str) -> None:
    assert (message_id(one, "example.org") == message_id(other, "example.org")) == (one == other)


@given(strategies.text(min_size=1))
def test_a_message_id_never_holds_what_a_header_may_not(key: str) -> None:
    inside = message_id(key, "example.org").removeprefix("<").removesuffix("@example.org>")

    assert all(character.isascii() and (character.isalnum() or character in ".-") for character in inside)
