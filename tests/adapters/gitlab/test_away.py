from __future__ import annotations

from datetime import UTC, datetime

import pytest
import requests
from gitlab.exceptions import GitlabHttpError

from cloudbot.adapters.gitlab.away import away, wait_asked

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DATE = "Sun, 22 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "30"}, 30.0),
        ({"Retry-After": "3600"}, 3600.0),
        ({"Retry-After": "3601"}, 3600.0),
        ({"Retry-After": "9" * 400}, 3600.0),
        ({"Retry-After": "Sun, 22 Nov 2026 12:01:30 GMT"}, 90.0),
        ({"Retry-After": "Sun, 22 Nov 2026 14:01:30 GMT", "Date": "Sun, 22 Nov 2026 14:00:00 GMT"}, 90.0),
        ({"Retry-After": "Sun, 22 Nov 2026 11:00:00 GMT", "Date": DATE}, 0.0),
        ({"Retry-After": "Mon, 22 Nov 2027 11:00:00 GMT", "Date": DATE}, 3600.0),
        ({}, None),
        ({"Retry-After": ""}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "soon"}, None),
        ({"RateLimit-Remaining": "1999", "RateLimit-Reset": "1795347600"}, None),
    ],
)
def test_the_wait_a_server_asks_for_is_understood_in_all_its_forms(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert wait_asked(headers, AT) == seconds


def test_a_page_of_html_never_reaches_the_line_for_people() -> None:
    page = "<html><script>alert(1)</script></html>" * 100
    error = GitlabHttpError(page, 502, page.encode())
    assert away(error, {}, AT).detail == "the server answers 502"


def test_a_line_for_people_is_one_short_line() -> None:
    told = away(requests.ConnectionError("a\r\nb " * 200), {}, AT)
    assert (told.reason, len(told.detail), "\n" in told.detail) == ("unreachable", 200, False)
