"""The records of meetings: what a full one may say, which files stand beside it, and that nothing private does."""

from __future__ import annotations

import pytest

from cloudbot.core.records.kinds.meetings import Agenda, Minutes, Series
from cloudbot.core.records.loading import load
from tests.core.records.trees import findings, keys, person

SERIES = """schema = "cloudbot/series/1"
id = "weekly"
title = "Team meeting"
channel = "oftc/#team"
rule = "FREQ=WEEKLY;BYDAY=WE"
time = "19:00"
duration = 45
grammar = "w3c"
hides = ["off", "does"]
takeover = 5
idle = 20
rota = ["ann"]
quorum = 2
voters = "delegates"
publish_log = false
lists = ["team@lists.example.org"]

[[standing]]
id = "build"
text = "What does not build"
minutes = 10
owner = "ann"
"""
AGENDA = """schema = "cloudbot/agenda/1"
id = "weekly"
chair = "ann"
items = [{ id = "7", text = "Keys", minutes = 10, owner = "ann", added = 2019-07-01, source = "left over", left = 2 }]
regrets = [{ person = "ann", at = 2019-07-02 }]
hidden = ["mr:7"]
"""
STEM = "minutes/team.2019-07-03-19.00"
MINUTES = """schema = "cloudbot/minutes/1"
id = "team.2019-07-03-19.00"
series = "weekly"
channel = "oftc/#team"
started = 2019-07-03T19:00:00Z
ended = 2019-07-03T19:40:00Z
log = "https://cloudbot.example.org/l"
chairs = [{ nick = "ann", person = "ann" }]
present = [{ name = "ann", lines = 9, person = "ann" }, { name = "guest", lines = 1 }]
regrets = []
agenda = [{ id = "build", text = "What does not build", state = "done" }]
items = [
    { id = 1, kind = "topic", text = "", nick = "ann", at = 2019-07-03T19:01:00Z, line = 2 },
    { id = 2, kind = "agreed", text = "\U0001f469\u200d\U0001f4bb writes it", nick = "ann", at = 2019-07-03T19:02:00Z, line = 3 },
]
decisions = [2]
votes = [{ question = "Now?", counts = { Yes = ["ann"], No = [] }, verdict = "Yes" }]
gaps = [{ at = 2019-07-03T19:10:00Z, to = 2019-07-03T19:12:00Z }]
fixes = [{ at = 2019-07-04T08:00:00Z, by = "ann", item = 2, was = "writes", now = "writes it" }]
"""  # noqa: E501 - a line of a file
FILES = person("ann") | {
    "series/weekly.toml": SERIES,
    "agendas/weekly.toml": AGENDA,
    f"{STEM}.toml": MINUTES,
    f"{STEM}.txt": "====\nmeeting\n====",
    f"{STEM}.md": "# meeting\n",
    f"{STEM}.log.txt": "19:00:00 <ann> #startmeeting\n",
}


def test_a_series_an_agenda_and_minutes_with_everything_in_them_are_let_through() -> None:
    assert keys(FILES) == []


def test_what_stands_beside_minutes_is_text_and_no_record() -> None:
    tree, _ = load({path: text.encode() for path, text in FILES.items()}, {})
    assert [one.path for one in tree.filed if one.path.startswith("minutes/")] == [f"{STEM}.toml"]
    assert [len(tree.all(model)) for model in (Series, Agenda, Minutes)] == [1, 1, 1]
    assert tree.texts[f"{STEM}.log.txt"] == "19:00:00 <ann> #startmeeting\n"


@pytest.mark.parametrize("ending", ["txt", "md", "log.txt"])
def test_nothing_private_stands_in_the_text_of_minutes(ending: str) -> None:
    (finding,) = findings(FILES | {f"{STEM}.{ending}": "ok\nmy phone is +49 30 1234567\n"})
    assert (finding.rule, finding.file, finding.line) == ("X-PII", f"{STEM}.{ending}", 2)


@pytest.mark.parametrize("path", ["minutes/notes.pdf", "minutes/team/x.txt", f"{STEM}.log.html", "agendas/weekly.txt"])
def test_other_files_have_no_place_there(path: str) -> None:
    assert keys(FILES | {path: "x\n"}) == [f"S-STEM:{path}"]


def test_a_list_that_is_sent_the_minutes_is_a_list_or_named_public_by_the_policy() -> None:
    someones = FILES | {"series/weekly.toml": SERIES.replace("team@lists.example.org", "ann@example.org")}
    assert keys(someones) == ["X-PII:series/weekly.toml"]
    policy = 'schema = "cloudbot/policy-retention/1"\npublic_addresses = ["ann@example.org"]\n'
    assert keys(someones | {"policy/retention.toml": policy}) == []


def test_the_log_of_a_long_meeting_has_room_and_is_looked_through() -> None:
    log = "19:00:00 <ann> a line of a log that is as long as lines of logs are\n" * 20_000
    assert keys(FILES | {f"{STEM}.log.txt": log}) == []
    assert keys(FILES | {f"{STEM}.log.txt": log + "my phone is +49 30 1234567\n"}) == [f"X-PII:{STEM}.log.txt"]


def test_the_minutes_of_a_long_meeting_have_room() -> None:
    item = '    {{ id = {0}, kind = "info", text = "{1}", nick = "ann", at = 2019-07-03T19:02:00Z, line = {0} }},\n'
    long = MINUTES.replace("items = [\n", "items = [\n" + "".join(item.format(n, "x" * 300) for n in range(3, 753)))
    assert len(long) > 250_000
    assert keys(FILES | {f"{STEM}.toml": long}) == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('id = "team.2019-07-03-19.00"', 'id = "team"', "S-SCHEMA"),
        ("id = 2, kind", "id = 1, kind", "S-SCHEMA"),
        ('person = "ann" }]', 'person = "zoe" }]', "R-REF"),
        ('series = "weekly"', 'series = "daily"', "R-REF"),
        ("2019-07-03T19:40:00Z", "2999-07-03T19:40:00Z", "T-FUTURE"),
        ("writes it", "writes\u202e it", "S-SCHEMA"),
    ],
)
def test_minutes_that_cannot_be_are_refused(old: str, new: str, rule: str) -> None:
    found = findings(FILES | {f"{STEM}.toml": MINUTES.replace(old, new)})
    assert rule in {finding.rule for finding in found}
