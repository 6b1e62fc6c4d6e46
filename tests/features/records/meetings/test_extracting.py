"""What a meeting noted about a merge request as a comment on it: which is meant, what it says, and that it is once."""

from __future__ import annotations

import json

import pytest

from cloudbot.core.facts import RecordsRefused
from cloudbot.features.records.meetings.extracting import named
from cloudbot.runtime.posting import Operator, Posting, gitlab_lane
from tests.features.builders import IMAGES, WORDS, merge_request, merge_requests_seen, projects_seen
from tests.features.records.meetings.held import FILES, ID, NOW, SERIES, SITE, Meeting

OTHER = "cloud-team/tools"
FORGE = "https://salsa.example.org"
LINK = f"{FORGE}/{IMAGES}/-/merge_requests/128"
NAME = f"{IMAGES}!128"
FIVES = [f"{IMAGES}!5", f"{OTHER}!5"]
WANTED = FILES | {"series/monthly.toml": SERIES.replace("lists =", "extracts = true\nlists =")}
AGENDA = f"""schema = "cloudbot/agenda/1"
id = "monthly"
[[items]]
id = "1"
text = "Fewer packages"
link = "{LINK}"
"""
KEY = f"meeting/oftc/debian-cloud/2019/{ID}/extract"


def watched(files: dict[str, str] | None = None, *, refuses: bool = False) -> Meeting:
    """Return a meeting of a bot that watches two projects."""
    held = Meeting(files=WANTED if files is None else files, refuses=refuses)
    known = (merge_request(128), merge_request(5), merge_request(5, path=OTHER))
    held.bot.take(projects_seen(IMAGES, OTHER, at=NOW), merge_requests_seen(*known, at=NOW))
    return held


def text(held: Meeting) -> str:
    """Return the only comment as it is written."""
    (comment,) = held.comments
    return held.bot.words.render(comment.words, comment.values)


def test_what_was_noted_under_a_topic_is_one_comment_on_the_merge_request_that_it_names() -> None:
    held = watched().meets(
        "ann: #info before any topic", "ann: #topic Fewer packages, !128", "ann: #info it is *small* @all /close",
        "ann: #agreed we merge it", "ann: #subtopic who", "ann: #action ben to merge it", "ann: said and not noted",
        "ann: #topic Next", "ann: #info not about it",
    )  # fmt: skip
    (comment,) = held.comments
    assert (comment.key, comment.link, comment.expires.date()) == (f"{KEY}/{NAME}", LINK, NOW.date().replace(day=15))
    assert text(held) == (
        "Team meeting of 2019-08-14, 19:00 UTC talked about this:\n\n"
        "- it is \\*small\\* \\@all /close (ann, 19:00)\n"
        "- AGREED: we merge it (ann, 19:00)\n"
        "- ACTION: ben to merge it (A-2019-001; ann, 19:01)\n\n"
        f"[Minutes](<{SITE}/meetings/debian-cloud/2019/{ID}.html>)\n"
    )


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Fewer packages, !128", [NAME]),
        (f"{IMAGES}!128", [NAME]),
        ("Debian-Cloud-Images!128: packages", [NAME]),
        ("tools!77 that nobody has seen yet", [f"{OTHER}!77"]),
        (f"see {LINK}#note_7", [NAME]),
        (f"see {FORGE}/{IMAGES}/merge_requests/128, (tools!5)", [NAME, f"{OTHER}!5"]),
        ("!5 is there twice", []),
        ("!77 is not known", []),
        ("nobody/else!128 is not ours", []),
        ("https://gitlab.example.com/cloud-team/debian-cloud-images/-/merge_requests/128", []),
        (f"{FORGE}/nobody/else/-/merge_requests/128", []),
        (f"{FORGE}/{IMAGES}/-/issues/128", []),
        ("great!128 and #128 and a!b and 3!", []),
        ("128", []),
    ],
)
def test_a_topic_names_merge_requests_of_watched_projects_where_only_one_is_meant(words: str, found: list[str]) -> None:
    held = watched()
    assert [target.name for target in named(words, held.bot.world(NOW))] == found


def test_the_link_of_an_agenda_item_names_one_too() -> None:
    held = watched(WANTED | {"agendas/monthly.toml": AGENDA}).meets("ann: #topic Fewer packages", "ann: #agreed yes")
    assert [comment.link for comment in held.comments] == [LINK]


def test_several_topics_about_one_are_one_comment_and_a_topic_about_two_is_two() -> None:
    held = watched().meets(
        "ann: #topic !128", "ann: #info a", "ann: #topic tools!5", "ann: #info b", "ann: #topic !128 and tools!5",
        "ann: #info c",
    )  # fmt: skip
    lines = {one.key.rpartition("/")[2]: one.values["lines"] for one in held.comments}
    assert lines == {
        "debian-cloud-images!128": ("a (ann, 19:00)", "c (ann, 19:01)"),
        "tools!5": ("b (ann, 19:00)", "c (ann, 19:01)"),
    }


def test_a_subtopic_that_names_one_gives_what_is_below_it_alone() -> None:
    held = watched().meets("ann: #topic Packages", "ann: #info a", "ann: #subtopic !128", "ann: #info b")
    assert held.comments[0].values["lines"] == ("b (ann, 19:00)",)


@pytest.mark.parametrize("files", [FILES, {path: one for path, one in FILES.items() if not path.startswith("series/")}])
def test_only_a_series_that_asks_for_it_has_comments_written(files: dict[str, str]) -> None:
    assert watched(files).meets("ann: #topic !128", "ann: #agreed yes").comments == []


def test_where_nothing_was_noted_nothing_is_written() -> None:
    assert watched().meets("ann: #topic !128", "ann: just words").comments == []


def test_it_is_written_once_whatever_is_seen_or_corrected_later() -> None:
    held = watched().meets("ann: #topic !128", "ann: #agreed yes").looks().looks("beef" * 10)
    held.fixes(2, "no")
    assert len(held.comments) == 1


def test_without_the_records_it_is_written_without_numbers() -> None:
    held = watched(refuses=True).meets("ann: #topic !128", "ann: #action ben to merge it")
    assert held.comments == []
    held.take(RecordsRefused(at=held.at, key=held.asked[0].key, person="ann", to=None, reasons=("no",), closed=True))
    assert held.comments[0].values["lines"] == ("ACTION: ben to merge it (ann, 19:00)",)


def test_what_is_private_is_left_out_and_of_many_items_it_says_how_many_more() -> None:
    notes = [f"ann: #info call me at {number}, ann.private@mail.example.com" for number in range(52)]
    written = text(watched().meets("ann: #topic !128", *notes))
    assert "ann.private" not in written
    assert written.count("\n- ") == 50
    assert "\n\nAnd 2 items more.\n" in written


def test_it_is_written_where_we_have_a_token_for_the_server_and_nowhere_else() -> None:
    (comment,) = watched().meets("ann: #topic !128", "ann: #agreed yes").comments
    lane = gitlab_lane("salsa")
    ours, others = (
        Posting(render=WORDS.render, operator=Operator(), mail_domain="example.org", commenting=lanes).rows(comment)
        for lanes in ({FORGE: lane}, {"https://gitlab.example.com": lane})
    )
    assert [(row.lane, json.loads(row.body)["merge_request"]) for row in ours] == [(lane, 128)]
    assert others == ()
