from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudbot.core.meetings.fold import fold
from cloudbot.core.meetings.minutes.markdown import escaped, markdown
from tests.core.meetings.meeting_lines import line, met

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
