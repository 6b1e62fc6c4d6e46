"""`!where`, `!link`, `!who`: the questions of the talk, answered from memory with the day somebody last looked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest

from cloudbot.core.text import MARK, is_harmless_start
from tests.core.records.trees import org, person
from tests.features.builders import Bot
from tests.features.records.worlds import AT, bot

STATUSES = (
    "at providers: bigblue buster verified 13 d ago by dan, the only custodian there; "
    "rainforest buster assumed, nobody looked."
)
OFFICIAL = "Testing builds exist, official ones are being prepared. (testing; checked 1 d ago, nobody keeps it true)"


@pytest.mark.need("N15", by="!where")
@pytest.mark.need("N20", by="!where")
def test_where_the_images_of_a_release_are_with_what_is_known_at_providers() -> None:
    assert bot().answer("!where buster", at=AT).splitlines() == [OFFICIAL, STATUSES]
    assert bot().answer("!where is the buster image?", at=AT).splitlines() == [OFFICIAL, STATUSES]


def test_a_provider_and_a_release_lead_to_what_is_known_there_and_then_to_the_answer() -> None:
    assert bot().answer("!where buster rainforest", at=AT).splitlines() == [
        "at providers: rainforest buster assumed, nobody looked.",
        OFFICIAL,
    ]


@pytest.mark.need("N19", by="!where")
@pytest.mark.need("N39", by="!where")
@pytest.mark.need("N57", by="!where")
@pytest.mark.need("N58", by="!where")
@pytest.mark.need("N59", by="!where")
@pytest.mark.need("N60", by="!where")
@pytest.mark.parametrize(
    ("asked", "begins"),
    [
        ("is the build host", "The build host runs the jobs that make the images, nothing else"),
        ("publish host", "The publish host takes what was built, signs it and uploads it"),
        ("is the promised host", "The publish host takes what was built, signs it and uploads it"),
        ("are the artefacts", "What the pipelines built, by day (checked 5 d ago, nobody keeps it true) https://"),
        ("board image", "Made by others; a common way was begun and stalled. Parked until the sprint. (parked;"),
        ("can our cloud join", "Send a merge request that adds providers/NAME.toml: who runs it"),
        ("to customise my own image", "Take the shared configuration, change it, build it; what others need too"),
        ("can I find the team", "In #debian-cloud on OFTC, on the team list, and once a month in a meeting there."),
        ("vagrant", "The boxes on box hub are the team's by name only: old, and nobody knows who can sign in there."),
    ],
)
def test_what_people_asked_in_the_talk_has_an_answer(asked: str, begins: str) -> None:
    assert bot().answer(f"!where {asked}", at=AT).startswith(begins)


def test_what_is_not_known_is_said_with_what_is() -> None:
    assert bot().answer("!where potato", at=AT) == (
        'nothing in the records is called "potato"; I know build-host, customise, new-provider, other-disk-images, '
        "publish-host, team and 2 more; the links artefacts, ci, docs; the release buster; "
        "bigblue, rainforest, swisshost."
    )
    assert bot(person("ann")).answer("!where potato", at=AT) == 'nothing in the records is called "potato".'


def test_a_word_that_stands_nowhere_is_said_before_what_there_is_of_the_rest() -> None:
    first, *rest = bot().answer("!where buster azure", at=AT).splitlines()

    assert first == "nothing in the records is called azure; what there is of the rest:"
    assert rest == bot().answer("!where buster", at=AT).splitlines()


PEOPLE = person("ann") | person("old", "left = 2019-01-01\n")


def known(body: str, name: str = "cake", ask: str = "cake") -> dict[str, str]:
    head = f'schema = "cloudbot/answer/1"\nid = "{name}"\nask = ["{ask}"]\ntext = "It is {name}."\n'
    return {f"answers/{name}.toml": head + body}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "It is cake. (never checked, nobody keeps it true)"),
        ('owner = "ann"', "It is cake. (never checked, kept by ann)"),
        ('owner = "old"', "It is cake. (never checked, nobody keeps it true)"),
        ("verified_at = 2019-07-13", "It is cake. (checked 10 d ago, nobody keeps it true)"),
        ("verified_at = 2019-07-13\nreview_days = 10", "It is cake. (checked 10 d ago, nobody keeps it true)"),
        ("verified_at = 2019-07-13\nreview_days = 9", "It is cake. (checked 10 d ago, STALE, nobody keeps it true)"),
        ("verified_at = 2019-07-23", "It is cake. (checked today, nobody keeps it true)"),
        ("until = 2019-07-23", "It is cake. (never checked, nobody keeps it true)"),
        ("until = 2019-07-22", 'nothing in the records is called "cake".'),
        (
            'state = "official"\nurl = "https://example.org/c"',
            "It is cake. (official; never checked, nobody keeps it true) https://example.org/c",
        ),
    ],
)
def test_an_answer_says_how_old_it_is_and_is_not_given_after_its_last_day(body: str, said: str) -> None:
    assert bot(PEOPLE | known(body)).answer("!where cake", at=AT) == said


def test_among_equals_the_order_of_paths_decides_however_the_files_come() -> None:
    files = [known("", name, "cake") for name in ("b", "c", "a")]
    answers = {bot(PEOPLE | one | two | three).answer("!where cake", at=AT) for one, two, three in permutations(files)}

    assert answers == {"It is a. (never checked, nobody keeps it true)"}


@pytest.mark.need("N35", by="!link")
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("!link", "3 links: artefacts, ci, docs. One of them: link NAME"),
        (
            "!link ci",
            (
                "Pipelines of the image builds (checked 3 d ago, kept by dan) "
                "https://salsa.example.org/team/images/-/pipelines"
            ),
        ),
        (
            "!links wiki",
            (
                "Team wiki with the documentation (checked 263 d ago, STALE, kept by alice) "
                "https://wiki.example.org/CloudTeam"
            ),
        ),
        ("!link potato", 'no link "potato"; there is artefacts, ci, docs.'),
    ],
)
def test_a_link_is_found_by_words_and_says_when_it_was_opened(asked: str, said: str) -> None:
    assert bot().answer(asked, at=AT) == said


@pytest.mark.parametrize(("days", "stale"), [(180, ""), (181, ", STALE")])
def test_a_link_nobody_opened_for_half_a_year_is_stale(days: int, stale: str) -> None:
    opened = date(2019, 7, 23) - timedelta(days=days)
    link = f'schema = "cloudbot/link/1"\nid = "a"\ntitle = "A"\nurl = "https://example.org"\nchecked_at = {opened}\n'

    assert (
        bot({"links/a.toml": link}).answer("!link a", at=AT) == f"A (checked {days} d ago{stale}) https://example.org"
    )


@pytest.mark.need("N60", by="!who")
@pytest.mark.need("N49", by="!who")
@pytest.mark.need("N07", by="!who")
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("publish", "area publish: dan can do it, alice knows about it, grace is learning it."),
        ("can upload images", "area publish: dan can do it, alice knows about it, grace is learning it."),
        ("organises the next meeting", "meeting monthly: grace sees that it happens, else dan."),
        ("vagrant", "image vagrant: nobody answers for it.\nanswer vagrant: alice keeps it true."),
        (
            "rainforest",
            "provider rainforest: dan, erin can use its accounts; its address: cloud-contact@rainforest.example.",
        ),
        (
            "big blue",
            (
                "provider bigblue: dan can use its accounts, erin knows whom to ask there; "
                "its address: linux@bigblue.example."
            ),
        ),
        ("ci-host", "service ci-host: bob runs it, else dan."),
        ("docs", "link docs: alice keeps it true."),
        (
            "potato",
            (
                'nobody in the records for "potato"; ask for image-finder, publish, ci-host, image-finder, bigblue, '
                "rainforest and 1 more."
            ),
        ),
    ],
)
def test_whom_to_ask_is_said_by_what_they_do(asked: str, said: str) -> None:
    found = bot().answer(f"!who {asked}", at=AT)
    assert found == said if asked != "vagrant" else sorted(found.splitlines()) == sorted(said.splitlines())


def test_who_has_left_is_not_to_be_asked() -> None:
    series = (
        'schema = "cloudbot/series/1"\nid = "monthly"\ntitle = "Monthly"\nchannel = "oftc/#team"\n'
        'rule = "FREQ=MONTHLY"\ntime = "19:00"\nfacilitator = "old"\nbackup = "ann"\n'
    )

    assert bot(PEOPLE | {"series/monthly.toml": series}).answer("!who meeting", at=AT) == (
        "meeting monthly: nobody sees that it happens, else ann."
    )


@pytest.mark.parametrize("question", ["!where x", "!link", "!link x", "!who x"])
def test_before_the_records_are_read_it_says_so(question: str) -> None:
    assert Bot().answer(question) == "I have not read the team's records yet; ask again in a minute."


HOSTILE = (".op " + "漢" * 130, "nick: " + "漢" * 125, "/kick " + "x" * 390, "#endmeeting " + "é" * 180)
LATER = datetime(2026, 11, 1, tzinfo=UTC)


def hostile(text: str) -> dict[str, str]:
    """Return records with the worst text, and the longest lists, in every place that takes one."""
    url = "https://example.org/" + "a" * 500
    line = text.strip()
    files: dict[str, str] = {}
    for number in range(12):
        name = f"a-very-long-name-of-a-person-or-a-thing-number-{number:06}"
        files |= person(name) | org(name)
        files |= known(f'url = "{url}"\nowner = "{name}"\nstate = "{name}"\n', name, line)
        files[f"answers/{name}.toml"] = files[f"answers/{name}.toml"].replace(f"It is {name}.", line)
        files[f"links/{name}.toml"] = (
            f'schema = "cloudbot/link/1"\nid = "{name}"\ntitle = "{line}"\nurl = "{url}"\nowner = "{name}"\n'
        )
        files[f"areas/{name}.toml"] = (
            f'schema = "cloudbot/area/1"\nid = "{name}"\ntitle = "{line}"\ntarget = 3\nwas = ["{name}-was"]\n'
            f'people = [{{ person = "{name}", level = "can", last_evidence = 2026-10-01 }}]\n'
            f'access = [{{ person = "{name}", to = "{line}" }}]\n'
        )
        files[f"services/{name}.toml"] = (
            f'schema = "cloudbot/service/1"\nid = "{name}"\ntitle = "{line}"\nstate = "beta"\nurl = "{url}"\n'
            f'owner = "{name}"\nmonitor = "{line}"\ngates = ["{line}", "{line}"]\noperator = "{name}"\n'
        )
        files[f"offers/O-2019-0{number:02}.toml"] = (
            f'schema = "cloudbot/offer/1"\nid = "O-2019-0{number:02}"\nwhat = "{line}"\nmade = 2019-01-01\n'
            f'state = "{"open" if number % 2 else "lost"}"\nlost_reason = "{line}"\norg = "{name}"\n'
            f'contact = {{ backup = "{name}" }}\n'
        )
        files[f"providers/{name}.toml"] = (
            f'schema = "cloudbot/provider/1"\nid = "{name}"\nname = "{line}"\nfamily = "x"\n'
            f'delivery = {{ mode = "push" }}\noperators = [{{ org = "{name}" }}]\n'
            f'[[accounts]]\nid = "{name}-1"\npurpose = "{line}"\ncustody = ["{name}"]\npaid_by = "{name}"\n'
            f'holder = {{ person = "{name}" }}\n'
            f'migration = {{ to = "{name}-1", state = "both-live", started = 2019-01-01 }}\n'
            f'[status.sid]\nstate = "verified"\nverified_at = 2019-01-01\nverified_by = "{name}"\n'
        )
        files[f"images/{name}.toml"] = (
            f'schema = "cloudbot/image/1"\nid = "{name}"\ntitle = "{line}"\nplatform = "x"\nofficial = "yes"\n'
            f'responsible = {{ team = "{line}", people = ["{name}"] }}\n'
            f'digest = {{ published = true, url = "{url}" }}\n'
            f'external_account = {{ site = "{line}", name = "{line}", custodian = "{name}" }}\n'
            f'security_review = [{{ item = "{line}", state = "open" }}]\n'
        )
        files[f"registrations/R-2019-0{number:02}.toml"] = (
            f'schema = "cloudbot/registration/1"\nid = "R-2019-0{number:02}"\nprovider = "{name}"\n'
            f'wants = ["push", "feed"]\nrequested = {{ at = 2019-01-01, via = "irc" }}\nstate = "pending"\n'
        )
    return files


@pytest.mark.parametrize("text", HOSTILE, ids=["op", "nick", "slash", "hash"])
def test_every_line_of_every_answer_fits_and_begins_with_nothing_from_outside(text: str) -> None:
    one = bot(hostile(text))
    name = "a-very-long-name-of-a-person-or-a-thing-number-000001"
    asked = ["bus", "providers", "accounts", "offers", "services", "images", "registrations", "link", "people"]
    asked += [f"{ask} {name}" for ask in ("bus", "provider", "services", "image", "where", "link", "who")]
    asked += [f"whatif leave {name}", "whatif leave " + " ".join(HOSTILE[:1]), f"where {text}", f"who {text}"]
    asked += ["whatif leave " + " ".join(path[7:-5] for path in hostile(text) if path.startswith("people/"))]
    lines = [line for ask in asked for line in one.answer(f"!{ask}", at=LATER).splitlines()]

    assert [line for line in lines if len(line.encode()) > 400] == []
    assert [line for line in lines if not is_harmless_start(line) and not line.startswith(MARK)] == []
    assert len(lines) >= len(asked)
