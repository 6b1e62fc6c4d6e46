from __future__ import annotations

import asyncio
import json
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from cloudbot.adapters.render import Words
from cloudbot.adapters.web import Door, Settings, View
from cloudbot.core.facts import LookFailed, ProjectsSeen
from cloudbot.core.forge import Project
from cloudbot.core.speech import NetworkHealth
from tests.core.records.trees import example
from tests.features.builders import IMAGES, given, pipeline, pipelines_seen, project
from tests.features.records.worlds import known
from tests.runtime_parts import figures_of_a_new_bot

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudbot.core.facts import Fact
    from cloudbot.runtime.figures import Figures

AT = datetime(2019, 7, 22, 17, 0, tzinfo=UTC)
READY = NetworkHealth(network="oftc", state="ready", since=AT, nick="cloudbot", channels=("#team",))


def fetch(figures: Figures, port: int, *paths: str, known: str = "") -> list[tuple[int, dict[str, str], str]]:
    """Open the door, ask for some paths, close it."""
    words = Words()

    def badge(path: str) -> str | None:
        found = figures.badge(path)
        return None if found is None else words.render("web/badge.svg", {"badge": found})

    view = View(
        alive=figures.alive,
        ready=figures.ready,
        status=figures.status,
        page=lambda: words.render("web/status.html", figures.status()),
        badge=badge,
        trend=figures.trend,
        sprint=lambda name: None if (shown := figures.sprint(name)) is None else words.render("web/sprint.html", shown),
        metrics=figures.metrics,
    )

    def one(path: str) -> tuple[int, dict[str, str], str]:
        try:
            headers = {"If-None-Match": known} if known else {}
            asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
            with urllib.request.urlopen(asked, timeout=5) as answer:  # noqa: S310 - our own door
                return answer.status, dict(answer.headers), answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, dict(error.headers), error.read().decode()

    async def play() -> list[tuple[int, dict[str, str], str]]:
        door = Door(Settings(port=port), view)
        await door.open()
        answers = [await asyncio.to_thread(one, path) for path in paths]
        await door.close()
        return answers

    return asyncio.run(play())


def apply(figures: Figures, *facts: Fact) -> None:
    """Let the bot behind the figures see facts."""
    for fact in facts:
        step = figures.consumer.engine.step(fact, figures.now())
        figures.consumer.documents = step.documents


def test_a_bot_in_its_channels_is_ready(unused_port: Callable[[], int]) -> None:
    figures = figures_of_a_new_bot(AT, (READY,))
    (alive, ready) = fetch(figures, unused_port(), "/healthz", "/readyz")
    assert (alive[0], json.loads(alive[2])) == (200, {"ok": True, "trouble": "", "waiting_facts": 0})
    assert (ready[0], json.loads(ready[2])) == (200, {"ok": True, "lacks": [], "since": str(AT)})


def test_each_thing_that_is_lacking_is_named(unused_port: Callable[[], int]) -> None:
    lost = NetworkHealth(
        network="oftc", state="waiting", since=AT, detail="connection refused", missing=("#team (477)",)
    )
    figures = figures_of_a_new_bot(AT, (lost,))
    figures.consumer.trouble = "database or disk is full"
    (alive, ready) = fetch(figures, unused_port(), "/healthz", "/readyz")
    assert alive[0] == ready[0] == 503
    assert json.loads(ready[2])["lacks"] == [
        "oftc: waiting connection refused",
        "oftc: not in #team (477)",
        "the state file cannot be written: database or disk is full",
    ]


def test_the_page_says_question_mark_and_never_green_before_anything_was_seen(unused_port: Callable[[], int]) -> None:
    ((status, headers, page),) = fetch(figures_of_a_new_bot(AT, (READY,)), unused_port(), "/")
    assert status == 200
    assert "Nothing has been seen yet." in page
    assert page.count('<td colspan="3">?</td>') == 2
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.need("N20", by="!status")
def test_a_source_that_is_away_shows_with_its_reason(unused_port: Callable[[], int]) -> None:
    figures = figures_of_a_new_bot(AT, (READY,), {"salsa": AT - timedelta(hours=2)})
    hostile = Project(id=1, path="team/<script>alert(1)</script>", url="https://salsa.example.org/x")
    facts = (
        ProjectsSeen(at=AT, forge="salsa", projects=(hostile,)),
        LookFailed(at=AT, source="salsa", reason="unreachable", detail="connection timed out"),
    )
    apply(figures, *facts)
    port = unused_port()
    page, status = fetch(figures, port, "/", "/status.json")
    assert "salsa is away: connection timed out" in page[2]
    assert "read 2 h ago" in page[2]
    assert "<script" not in page[2]
    assert json.loads(status[2])["ready"]["lacks"] == ["salsa is away: connection timed out"]


def test_the_page_shows_who_is_on_duty_and_what_is_frozen(unused_port: Callable[[], int]) -> None:
    figures = figures_of_a_new_bot(AT, (READY,))
    apply(
        figures,
        given("duty", {"what": "take", "span": "2d"}, at=AT),
        given("freeze", {"text": "<script>release</script> for 3d"}, at=AT, number="m2"),
    )
    page, status = fetch(figures, unused_port(), "/", "/status.json")
    assert "<p>On duty: Alex, until Wed 2019-07-24 17:00 UTC.</p>" in page[2]
    assert "FREEZE until Thu 2019-07-25 17:00 UTC:</strong> &lt;script&gt;release&lt;/script&gt; (" in page[2]
    shown = json.loads(status[2])
    assert (shown["duty"]["name"], shown["frozen"]["text"]) == ("Alex", "<script>release</script>")


def test_what_is_red_is_data_too_field_by_field(unused_port: Callable[[], int]) -> None:
    figures = with_a_pipeline()
    apply(figures, pipelines_seen(pipeline(2, "failed", ref="<script>&", made=AT), at=AT))
    (status,) = fetch(figures, unused_port(), "/status.json")
    (red,) = json.loads(status[2])["pipelines"]["failing"]
    assert (red["pipeline"], red["result"], red["since"]) == (2, "failed", str(AT))


def with_a_pipeline(*, public: bool = True) -> Figures:
    """Return the figures of a bot that knows one project with a hostile branch, which is ok."""
    figures = figures_of_a_new_bot(AT, (READY,), {"salsa": AT})
    ref = "<script>&"
    apply(
        figures,
        ProjectsSeen(at=AT, forge="salsa", projects=(project(branch=ref, public=public),)),
        pipelines_seen(pipeline(1, ref=ref, made=AT), at=AT),
    )
    return figures


def test_a_badge_is_a_picture_in_words_with_a_tag(unused_port: Callable[[], int]) -> None:
    ((status, headers, picture),) = fetch(with_a_pipeline(), unused_port(), f"/badge/{IMAGES}.svg")
    assert (status, headers["Content-Type"], headers["Cache-Control"]) == (
        200,
        "image/svg+xml; charset=utf-8",
        "no-cache",
    )
    assert f'aria-label="{IMAGES} &lt;script&gt;&amp;: ok"' in picture
    assert f"<title>{IMAGES} &lt;script&gt;&amp;: ok</title>" in picture
    assert "<script" not in picture
    assert len(headers["Etag"]) == len('"0123456789abcdef"')


def test_who_has_the_badge_already_is_told_so(unused_port: Callable[[], int]) -> None:
    path = f"/badge/{IMAGES}.svg"
    ((_, headers, _),) = fetch(with_a_pipeline(), unused_port(), path)
    ((status, again, body),) = fetch(with_a_pipeline(), unused_port(), path, known=headers["Etag"])
    assert (status, again["Etag"], again["Cache-Control"], body) == (304, headers["Etag"], "no-cache", "")


def test_who_has_another_badge_gets_this_one(unused_port: Callable[[], int]) -> None:
    ((status, _, _),) = fetch(with_a_pipeline(), unused_port(), f"/badge/{IMAGES}.svg", known='"another"')
    assert status == 200


@pytest.mark.parametrize(
    ("public", "path"),
    [(True, "/badge/cloud-team/nope.svg"), (True, "/badge/%3Cscript%3E.svg"), (False, f"/badge/{IMAGES}.svg")],
)
def test_a_project_that_is_unknown_or_not_public_has_no_badge(
    unused_port: Callable[[], int],
    public: bool,  # noqa: FBT001 - of a table
    path: str,
) -> None:
    ((status, headers, text),) = fetch(with_a_pipeline(public=public), unused_port(), path)
    assert (status, headers["Content-Type"].partition(";")[0]) == (404, "text/plain")
    assert text == "no such public project is known; write /badge/GROUP/PROJECT.svg\n"


def test_the_trends_are_there_as_data(unused_port: Callable[[], int]) -> None:
    ((status, _, text),) = fetch(with_a_pipeline(), unused_port(), "/trend.json")
    (line,) = json.loads(text)["lines"]
    assert (status, line["project"], line["ref"], line["letters"]) == (200, IMAGES, "<script>&", "-------------.")


def test_an_unknown_page_says_where_the_known_one_is(unused_port: Callable[[], int]) -> None:
    ((status, _, text),) = fetch(figures_of_a_new_bot(AT), unused_port(), "/nowhere")
    assert (status, text) == (404, "there is no such page; the status is at /\n")


def test_a_sprint_counts_down_on_a_page_without_a_script(unused_port: Callable[[], int]) -> None:
    figures = figures_of_a_new_bot(AT, (READY,), records=known())
    ((status, headers, page),) = fetch(figures, unused_port(), "/sprint/s2019")
    assert status == 200
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "84 days to go, if the dates stay" in page
    assert '<th scope="row">dates</th><td>dates are provisional</td>' in page
    assert '<th scope="row">grace</th><td>on site</td><td>not yet</td>' in page
    assert '<a href="s2018">Cloud sprint 2018</a>' in page
    assert "<script" not in page


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2019-10-13", "1 day to go, if the dates stay"),
        ("2019-10-15", "now: day 2 of 3"),
        ("2019-10-17", "over for 1 day"),
    ],
)
def test_the_countdown_ends_with_the_sprint(unused_port: Callable[[], int], day: str, words: str) -> None:
    at = datetime.fromisoformat(f"{day}T12:00:00+00:00")
    ((_, _, page),) = fetch(figures_of_a_new_bot(at, records=known()), unused_port(), "/sprint/s2019")
    assert f'<p class="countdown">{words}</p>' in page


def test_promises_and_claims_of_a_sprint_that_is_over_are_on_its_page(unused_port: Callable[[], int]) -> None:
    ((_, _, page),) = fetch(figures_of_a_new_bot(AT, records=known()), unused_port(), "/sprint/s2018")
    assert "What is promised (0 of 1 done)" in page
    assert "<td>erin</td><td>open, late by 172 d</td>" in page


def test_the_next_sprint_has_an_address_and_what_is_said_in_records_is_escaped(
    unused_port: Callable[[], int],
) -> None:
    hostile = {path: text.decode() for path, text in example().items()}
    name = "sprints/s2019/sprint.toml"
    hostile[name] = hostile[name].replace("Cloud sprint 2019", "<script>alert(1)</script>")
    figures = figures_of_a_new_bot(AT, (READY,), records=known(hostile))
    page, moved, status, missing = fetch(figures, unused_port(), "/sprint/", "/sprint", "/", "/sprint/s2031")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page[2]
    assert "<script" not in page[2]
    assert moved == page
    assert '<a href="sprint/">next sprint</a>' in status[2]
    assert (missing[0], missing[2]) == (404, "no such sprint is known; the next one is at /sprint/\n")


def test_a_door_of_a_bot_without_records_knows_no_sprint(unused_port: Callable[[], int]) -> None:
    page, status = fetch(figures_of_a_new_bot(AT, (READY,)), unused_port(), "/sprint/s2019", "/")
    assert page[0] == 404
    assert "sprint/" not in status[2]
