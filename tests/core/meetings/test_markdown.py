from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudbot.adapters.render import Words
from cloudbot.core.meetings.fold import fold
from cloudbot.core.meetings.minutes import pages
from cloudbot.core.meetings.minutes.log import raw
from cloudbot.core.meetings.minutes.markdown import escaped, markdown
from cloudbot.core.meetings.minutes.text import text as plain
from cloudbot.core.meetings.minutes.wrapping import columns
from cloudbot.core.meetings.planned import Known, Planned
from tests.core.meetings.meeting_lines import LIVE, line, met

WHOLE = """\
# \\#clouds: Clouds

Wed 2026-12-09, 19:00 to 19:00, UTC, chair: ana. [The log](<clouds.log.html>).

Nobody listened: 19:03 to 19:05.

## Decided

- AGREED: we sprint ([ana, 19:00](<clouds.log.html#l-7>))

## To do

- \\[ken\\]
  - ACTION: \\[ken\\] asks ([bea, 19:00](<clouds.log.html#l-6>))
- nobody yet
  - ACTION: book it ([bea, 19:00](<clouds.log.html#l-8>))

## Before the first topic

- early ([\\[ken\\], 19:00](<clouds.log.html#l-2>))

## Images ([ana, 19:00](<clouds.log.html#l-3>))

- built ([bea, 19:00](<clouds.log.html#l-4>))

### Azure ([ana, 19:00](<clouds.log.html#l-5>))

- ACTION: \\[ken\\] asks ([bea, 19:00](<clouds.log.html#l-6>))
- AGREED: we sprint ([ana, 19:00](<clouds.log.html#l-7>))
- ACTION: book it ([bea, 19:00](<clouds.log.html#l-8>))

## Any other business ([ana, 19:00](<clouds.log.html#l-9>))

## People present (lines said)

- ana (6)
- bea (3)
- \\[ken\\] (1)
"""


def test_the_minutes_in_markdown() -> None:
    before = met(
        "[ken]: #info early", "ana: #topic Images", "bea: #info built", "ana: #subtopic Azure",
        "bea: #action [ken] asks", "ana: #agreed we sprint", "bea: #action book it", "ana: #topic Any other business",
    )  # fmt: skip
    meeting = fold(before, [line("", "19:03 to 19:05", kind="gap"), line("ana", "#endmeeting")])
    assert markdown(meeting, log_url="clouds.log.html") == WHOLE.replace("19:00, UTC", "19:00 UTC")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a *b* _c_ `d`", "a \\*b\\* \\_c\\_ \\`d\\`"),
        ("<script>", "\\<script\\>"),
        ("# heading", "\\# heading"),
        ("- list", "\\- list"),
        ("+1", "\\+1"),
        ("1. list", "1\\. list"),
        ("2) list", "2\\) list"),
        ("a - b. c", "a - b. c"),
        ("@all see !3 and #4", "\\@all see \\!3 and \\#4"),
        (":boom: at 10:30", "\\:boom: at 10:30"),
        ("[text](javascript:x)", "\\[text\\](javascript:x)"),
        ("&lt;", "\\&lt;"),
        ("a\\", "a\\\\"),
        ("see https://example.org/a_b.", "see <https://example.org/a_b>."),
        ("salsa.example.org/a_b", "<https://salsa.example.org/a_b>"),
        ("a\nb\u202ec", "a bc"),
    ],
)
def test_what_people_type_is_text(text: str, shown: str) -> None:
    assert escaped(text) == shown


HOSTILE = st.text(alphabet="*_`<>[]()#!-+1.~|&;\\@:/ ahtps") | st.text()


@given(st.lists(HOSTILE, min_size=1, max_size=4))
def test_a_real_parser_finds_only_our_structure(typed: list[str]) -> None:
    parser = pytest.importorskip("markdown_it").MarkdownIt("commonmark")
    meeting = met(*(f"bea: #info x {text}" for text in typed))
    tokens = parser.parse(markdown(meeting, log_url="log.html"))
    shape = [token.type for token in tokens if token.type in {"heading_open", "list_item_open", "html_block", "fence"}]
    inside = {inner.type for token in tokens for inner in token.children or ()}
    items = ["list_item_open"] * len(meeting.items)
    people = ["list_item_open"] * 2
    assert shape == ["heading_open", "heading_open", *items, "heading_open", *people]
    assert inside <= {"text", "text_special", "link_open", "link_close"}


@given(HOSTILE, HOSTILE, HOSTILE)
def test_nor_do_names_of_people_items_and_providers_make_any(name: str, provider: str, text: str) -> None:
    parser = pytest.importorskip("markdown_it").MarkdownIt("commonmark")
    person = Known(person=f"p{name}", accounts=frozenset({"a"}), delegate=True, recused=(f"q{provider}",))
    rules = replace(
        LIVE, known=(person,), regrets=(f"r{name}",), quorum=2, providers=(f"q{provider}",), w3c=True,
        agenda=(Planned(id="x", text=f"x {text}", source="added", providers=(f"q{provider}",)),),
    )  # fmt: skip
    meeting = met("ana=a: #next", f"ana=a: present+ n{name}", f"ana=a: scribe: s{name}", "ana=a: #skip", rules=rules)
    tokens = parser.parse(markdown(fold(meeting, [line("ana", "#endmeeting")]), log_url="log.html"))
    assert [token.content for token in tokens if token.type in {"html_block", "fence", "code_block", "hr"}] == []
    assert [token.tag for token in tokens if token.type == "heading_open"] == ["h1", "h2", "h2", "h2", "h2"]
    inside = {inner.type for token in tokens for inner in token.children or ()}
    assert inside <= {"text", "text_special", "link_open", "link_close"}


ODD = [
    "\u0627\u0644\u0635\u0648\u0631 \u062c\u0627\u0647\u0632\u0629",
    "e\u0301" * 40,
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 " * 30,
    "\u6f22\u5b57" * 60,
    "bytes \udcff\ufffd",
    "abc \u202edcba",
    "x" * 4000,
    "| a | b |\n|---|---|",
    ".. raw:: html",
    "name_ `x`_ |y| *",
    "{{ 7 * 7 }} {% raw %}",
]


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("command", ["topic", "info", "action", "link", "agreed", "motion"])
def test_odd_text_is_in_every_form_of_the_minutes(command: str, text: str) -> None:
    meeting = met(f"ana: #{command} a {text} z", "ana: #endmeeting")
    values = pages.minutes(meeting, log_url="log.html")
    forms = (markdown(meeting, log_url="log.html"), plain(meeting, log_url="log.html"),
             Words().render("minutes/minutes.html", values), raw(meeting))  # fmt: skip
    encoded = [form.encode("utf-8", "replace") for form in forms]
    assert [b"\x1b" in form or "\u202e".encode() in form for form in encoded] == [False, False, False, False]
    assert all(b" z" in form or b"\nz" in form for form in (b" ".join(one.split()) for one in encoded))


@pytest.mark.parametrize("text", ODD)
def test_lines_of_text_are_as_wide_as_they_should_be(text: str) -> None:
    shown = plain(met(f"ana: #info {text} {text}"), log_url="log.html")
    assert [one for one in shown.split("\n") if columns(one) > 72 and len(one.split()) > 2] == []
