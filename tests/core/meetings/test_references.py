from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudbot.core.meetings.minutes.markdown import markdown
from cloudbot.core.meetings.minutes.pages import log, minutes
from cloudbot.core.meetings.references import Places, linked
from tests.core.meetings.meeting_lines import met

PLACES = Places(project="cloud-team/images")
SALSA = "https://salsa.debian.org"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("#1078608", "https://bugs.debian.org/1078608"),
        ("!123", f"{SALSA}/cloud-team/images/-/merge_requests/123"),
        ("cloud-team/x!123", f"{SALSA}/cloud-team/x/-/merge_requests/123"),
        ("a/b/c.d!1", f"{SALSA}/a/b/c.d/-/merge_requests/1"),
        ("CVE-2024-1", "https://security-tracker.debian.org/tracker/CVE-2024-1"),
        ("cve-2024-12345", "https://security-tracker.debian.org/tracker/CVE-2024-12345"),
        ("dsa-5555", "https://security-tracker.debian.org/tracker/DSA-5555"),
        ("DLA-12-1", "https://security-tracker.debian.org/tracker/DLA-12-1"),
        ("trixie/13.1", "https://www.debian.org/releases/trixie/"),
    ],
)
@pytest.mark.parametrize(("before", "after"), [("", ""), ("see ", ", please"), ("(", ")."), ("", "'s")])
def test_a_short_name_leads_somewhere(text: str, url: str, before: str, after: str) -> None:
    assert [piece for piece in linked(f"{before}{text}{after}", PLACES) if piece[1]] == [(text, url)]


@pytest.mark.parametrize(
    "text",
    ["#12", "x#1078608", "#10786081", "wow!", "wow!1x", "!", "a!!1", "CVE-24-1", "dsa-", "trixie", "trixie/x",
     "and/13.1", "1.2!3.4", "&#1078608;", "hello!12345678", "@user/x!1"],
)  # fmt: skip
def test_what_only_looks_like_one_leads_nowhere(text: str) -> None:
    assert list(linked(text, PLACES)) == [(text, "")]


def test_a_number_alone_needs_a_project() -> None:
    assert list(linked("!123", Places())) == [("!123", "")]


def test_a_link_is_not_looked_into() -> None:
    url = "https://example.org/CVE-2024-1"
    assert list(linked(url, PLACES)) == [(url, url)]


@given(st.text(alphabet="#!/-1 CVEdsatrixie.:htp") | st.text())
def test_the_pieces_are_the_text(text: str) -> None:
    assert "".join(shown for shown, _ in linked(text, PLACES)) == text


def test_they_are_links_in_the_pages_and_in_markdown() -> None:
    meeting = met("bea: #info CVE-2024-1 and team/x!3", "ana: #endmeeting")
    shown = "[CVE-2024-1](<https://security-tracker.debian.org/tracker/CVE-2024-1>) and [team/x\\!3](<https://salsa"
    assert shown in markdown(meeting, log_url="log")
    part = minutes(meeting, log_url="log")["parts"]
    said = log(meeting, minutes_url="m")["lines"]
    assert all("security-tracker" in str(one) for one in (part, said))


@pytest.mark.parametrize("typed", ["#1078608 is fixed", "!123", "CVE-2024-1", "trixie/13.1", "team/x!3"])
def test_none_is_a_command(typed: str) -> None:
    assert len(met(f"ana: {typed}").items) == 0
