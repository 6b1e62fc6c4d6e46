"""A meeting from #startmeeting to #endmeeting, as the channel sees it."""

from __future__ import annotations

from cloudbot.core.effects import Publish, Say
from tests.features.meetings.rooms import SITE, STEM, Room, files, shown, topics

URL = f"{SITE}/meetings/{STEM}"
LOGGED = f"This channel is logged, and the log is public: {URL}.log.html"
NOTED = ("#info two images", "#action robin to ask", "#idea a day", "#link https://example.org/x", "#agreed yes")


def test_a_meeting_begins_as_with_meetbot_and_says_that_it_is_logged() -> None:
    effects = Room().does("alex: #startmeeting Images of July")
    assert shown(effects) == [
        f"Meeting started Mon Jul 22 19:00:00 2019 UTC. The chair is alex. {LOGGED}",
        "Useful Commands: #action #agreed #help #info #idea #link #topic.",
    ]
    assert topics(effects) == ["(Meeting topic: Images of July) | this channel is being logged for minutes"]


def test_nothing_is_said_about_what_is_noted() -> None:
    room = Room()
    room.does("alex: #startmeeting")
    assert room.hears(*(f"alex: {line}" for line in NOTED)) == []


def test_a_meeting_ends_as_with_meetbot() -> None:
    room = Room()
    room.does("alex: #startmeeting", "alex: #topic One")
    effects = room.does("alex: #endmeeting")
    assert shown(effects) == [
        "Meeting ended Mon Jul 22 19:00:20 2019 UTC.",
        f"Minutes: {URL}.html",
        f"Minutes (text): {URL}.txt",
        f"Log: {URL}.log.html",
    ]
    assert topics(effects) == ["clouds above"]


def test_the_files_are_there_before_the_links() -> None:
    room = Room()
    effects = room.does("alex: #startmeeting", "alex: #endmeeting")
    kinds = [type(effect) for effect in effects if isinstance(effect, Publish | Say)]
    assert kinds[-4:] == [Say] * 4
    assert [kind for kind in kinds[2:-4] if kind is not Publish] == []
    assert sorted(files(effects)) == [
        *(f"{STEM}{ending}" for ending in (".html", ".log.html", ".log.txt", ".md", ".txt")),
        "debian-cloud/2019/index.html",
        "index.html",
    ]


def test_the_minutes_and_the_log_are_what_was_said() -> None:
    room = Room()
    lines = ("alex: #startmeeting", "alex: #topic One", "robin: #info two images", "alex: #endmeeting", "robin: later")
    written = files(room.does(*lines))
    assert written[f"{STEM}.log.txt"].splitlines() == [
        "19:00:00 <alex> #startmeeting",
        "19:00:10 <alex> #topic One",
        "19:00:20 <robin> #info two images",
        "19:00:30 <alex> #endmeeting",
    ]
    assert "* One  (alex, 19:00:10)\n  * two images  (robin, 19:00:20)\n" in written[f"{STEM}.txt"]
    assert f'<a href="{STEM}.html">Mon 2019-07-22 19:00 UTC</a>' in written["index.html"]


def test_what_is_not_said_in_a_meeting_is_nobodys_business() -> None:
    room = Room()
    assert room.does("alex: hello", "alex: #info x", "alex: #endmeeting") == []
    assert room.document.held == ()
