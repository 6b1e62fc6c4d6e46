"""The pages as a parser reads them: only our own elements, all closed, and every anchor that is linked to is there."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from cloudbot.adapters.render import Words
from cloudbot.core.meetings.minutes import pages
from tests.core.meetings.meeting_lines import LIVE, met

if TYPE_CHECKING:
    from cloudbot.core.meetings.meeting import Meeting

WORDS = Words()
OURS = {
    "html", "head", "meta", "title", "style", "body", "h1", "h3", "p", "ol", "li", "b", "i", "a", "span", "pre",
}  # fmt: skip


class Page(HTMLParser):
    """What is on a page: elements by depth, links, anchors and words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.anchors: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag != "meta":
            self.open.append(tag)
        found = dict(attrs)
        self.links += [found["href"] or ""] if "href" in found else []
        self.anchors += [found["id"] or ""] if "id" in found else []

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


def minutes(meeting: Meeting) -> Page:
    return Page(WORDS.render("minutes/minutes.html", pages.minutes(meeting, log_url="log.html")))


def log(meeting: Meeting) -> Page:
    return Page(WORDS.render("minutes/log.html", pages.log(meeting, minutes_url="minutes.html")))


def summary(page: Page) -> str:
    return page.text.partition("Meeting summary ")[2].partition(" Meeting ended")[0].partition(" Action items")[0]


def test_items_stand_under_their_topics() -> None:
    page = minutes(
        met("ana: #topic Images", "bea: #idea build", "ana: #subtopic Azure", "bea: #info x", "ana: #topic z")
    )
    assert summary(page) == (
        "Images (ana, 19:00:01) IDEA: build (bea, 19:00:02) Azure (ana, 19:00:03) x (bea, 19:00:04) z (ana, 19:00:05)"
    )


def test_an_empty_meeting_says_so() -> None:
    assert summary(minutes(met())) == "(none)"


def test_every_action_is_there_by_person_and_as_a_list() -> None:
    page = minutes(met("bea: #action bea to do", "bea: #action book it", "ana: #save", "ana: #endmeeting"))
    assert page.text.partition("UTC (full logs). Action items")[2] == (
        " bea to do book it Action items, by person bea bea to do UNASSIGNED book it"
        " People present (lines said) ana (3) bea (2)"
    )


def test_an_item_links_to_its_line() -> None:
    meeting = met("bea: hi", "bea: #info x")
    assert "log.html#l-3" in minutes(meeting).links
    assert log(meeting).anchors == ["l-1", "l-2", "l-3"]


def test_a_log_says_what_was_said() -> None:
    page = log(met("bea* yawns", "bea: [off] x", "bea: <b>hi</b>", "ana: #topic z"))
    assert page.text.partition("The minutes. ")[2] == (
        "19:00:00 <ana> #startmeeting Clouds 19:00:01 * bea yawns 19:00:03 <bea> <b>hi</b> 19:00:04 <ana> #topic z"
    )


def test_commands_and_topics_of_a_log_are_marked() -> None:
    page = WORDS.render(
        "minutes/log.html", pages.log(met("bea: hi", "ana: #topic z", "bea: ftp://x.example"), minutes_url="m")
    )
    assert re.findall(r'<span class="(\w+)">', page) == ["command", "says", "topic", "says"]


@given(st.lists(st.text(), max_size=6))
def test_whatever_is_typed_a_page_has_only_our_elements_and_safe_links(typed: list[str]) -> None:
    nasty = [
        "<script>alert(1)</script>",
        "javascript:alert(1)",
        '"><img src=x onerror=y>',
        "https://x.example/'\"onclick=x",
    ]
    lines = [f"ana: #{command} {text}" for text in (*typed, *nasty) for command in ("info", "topic", "link", "action")]
    meeting = met(*lines, rules=LIVE)
    for page in (minutes(meeting), log(meeting)):
        assert page.open == []
        assert page.tags <= OURS
        assert [url for url in page.links if re.match(r"(?!https?:|irc:|ftp:|ssh:|mailto:|log|minutes|#l-)", url)] == []
    assert {url.partition("#")[2] for url in minutes(meeting).links if "#l-" in url} <= set(log(meeting).anchors)
