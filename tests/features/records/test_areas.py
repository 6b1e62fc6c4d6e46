"""`!bus`: how many can do what, by the records and by git; and that nothing is answered before the records are read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cloudbot.core.facts import PathCommitsSeen
from cloudbot.features.records.areas import Measured
from cloudbot.store.codec import decode_fact, encode
from tests.core.records.trees import example, person
from tests.features.builders import Bot
from tests.features.records.worlds import AT, bot

SINCE = datetime(2018, 7, 23, tzinfo=UTC)


def area(body: str, name: str = "work") -> dict[str, str]:
    head = f'schema = "cloudbot/area/1"\nid = "{name}"\ntitle = "The {name}"\ntarget = 2\n'
    return {f"areas/{name}.toml": head + body}


def seen(*counts: int, name: str = "publish", at: datetime = AT) -> PathCommitsSeen:
    return PathCommitsSeen(at=at, area=name, since=SINCE, counts=counts)


@pytest.mark.parametrize("question", ["!bus", "!bus publish"])
def test_before_the_records_are_read_it_says_so(question: str) -> None:
    assert Bot().answer(question) == "I have not read the team's records yet; ask again in a minute."


@pytest.mark.need("N04", by="!bus")
@pytest.mark.need("N14", by="!bus")
def test_without_a_word_it_counts_the_areas_that_rest_on_few() -> None:
    assert bot().answer("!bus", at=AT) == (
        "2 areas: nobody can do 0; one person alone 2 (image-finder, publish); fewer than wanted 2; "
        "all of one employer 0; with old evidence 0."
    )


@pytest.mark.need("N33", by="!bus")
@pytest.mark.need("N05", by="!bus")
def test_of_an_area_it_says_who_can_do_it_who_learns_and_who_has_access() -> None:
    assert bot().answer("!bus publish", at=AT) == (
        "area publish: 1 can do it, 3 wanted, 1 at least: dan (leads, seen 22 d ago); only know about it: alice; "
        "learning: grace; behind them: consultco.\n"
        "with access: dan (upload credentials)."
    )


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("image finder", "area image-finder: 1 can do it"),
        ("PUBLISH", "area publish: 1 can do it"),
        ("upload", "area publish: 1 can do it"),
        ("publsh", 'no area "publsh"; did you mean publish?'),
        ("cooking", 'no area "cooking"; there is image-finder, publish.'),
    ],
)
def test_an_area_is_found_by_id_or_words_of_its_title(asked: str, answer: str) -> None:
    assert bot().answer(f"!bus {asked}", at=AT).startswith(answer)


PEOPLE = person("ann") | person("ben") | person("cyd") | person("old", "left = 2019-01-01\n")


def can(name: str, level: str = "can", day: str = "2019-07-01") -> str:
    return f'{{ person = "{name}", level = "{level}", last_evidence = {day} }}'


@pytest.mark.parametrize(
    ("body", "counts"),
    [
        (f"people = [{can('old')}]", "nobody can do 1 (work); one person alone 0; fewer than wanted 1 (work)"),
        (f"people = [{can('ann', 'knows')}]", "nobody can do 1 (work); one person alone 0; fewer than wanted 1 (work)"),
        (f"people = [{can('ann')}]", "nobody can do 0; one person alone 1 (work); fewer than wanted 1"),
        (f"people = [{can('ann')}, {can('ben', 'leads')}]", "nobody can do 0; one person alone 0; fewer than wanted 0"),
    ],
)
def test_who_left_or_only_knows_does_not_count(body: str, counts: str) -> None:
    assert counts in bot(PEOPLE | area(body)).answer("!bus", at=AT)


def test_people_of_one_employer_and_old_evidence_are_counted() -> None:
    of_one = 'affiliations = [{ org = "bigco", kind = "employment" }]\n'
    org = {"orgs/bigco.toml": 'schema = "cloudbot/org/1"\nid = "bigco"\nname = "Big"\nkind = "company"\n'}
    people = person("ann", of_one) | person("ben", of_one) | person("cyd")
    body = f"people = [{can('ann')}, {can('ben')}, {can('cyd', day='2018-01-01')}]"
    answers = bot(people | org | area(body))

    assert "all of one employer 1 (work); with old evidence 1 (work)." in answers.answer("!bus", at=AT)
    assert answers.answer("!bus work", at=AT).splitlines()[0] == (
        "area work: 2 can do it, 2 wanted, 1 at least: ann (can, seen 22 d ago), ben (can, seen 22 d ago); "
        "evidence too old: cyd (2018-01-01); all of one employer; behind them: bigco."
    )


def test_skill_without_access_and_access_without_skill_are_both_shown() -> None:
    access = 'access = [{ person = "cyd", to = "upload key" }, { person = "old", to = "upload key" }]'
    body = f"people = [{can('ann')}, {can('ben', 'leads', '2019-06-01')}]\n{access}"

    assert bot(PEOPLE | area(body)).answer("!bus work", at=AT).splitlines() == [
        "area work: 2 can do it, 2 wanted, 1 at least: ben (leads, seen 52 d ago), ann (can, seen 22 d ago).",
        "with access: cyd (upload key); skill without access: ann, ben; access without skill: cyd.",
    ]


def test_an_area_that_was_renamed_is_found_by_its_earlier_name_and_one_that_was_split_names_both() -> None:
    renamed = area('was = ["upload"]\n', "publish")
    split = renamed | area('was = ["upload"]\n', "mirror")

    assert bot(renamed).answer("!bus upload", at=AT).startswith("area publish (was upload): 0 can do it")
    assert bot(split).answer("!bus upload", at=AT) == 'no area "upload"; did you mean mirror or publish?'


@pytest.mark.need("N41", by="!bus")
def test_what_git_says_stands_beside_the_claim_in_counts() -> None:
    one = bot()
    one.take(seen(138, 3, 1, 1, 1, 1), seen(40, name="image-finder"))

    assert one.answer("!bus publish", at=AT).endswith(
        "; git since 2018-07-23: 145 commits by 6 people, 138 by one, 1 made half."
    )
    assert one.answer("!bus", at=AT).endswith(
        "half or more by one in git: publish (138 of 145), image-finder (40 of 40)."
    )


@pytest.mark.parametrize(("days", "note"), [(1, ""), (2, " (counted 2 d ago)"), (40, " (counted 40 d ago)")])
def test_counts_that_are_not_of_today_or_yesterday_say_so(days: int, note: str) -> None:
    one = bot()
    one.take(seen(3, 1, at=AT - timedelta(days=days)))

    assert one.answer("!bus publish", at=AT).endswith(
        f"; git since 2018-07-23{note}: 4 commits by 2 people, 3 by one, 1 made half."
    )


def test_what_is_not_measured_or_has_no_commit_is_said_as_such() -> None:
    files = area('paths = ["team/images:publish/"]\n')
    one = bot(files)

    assert one.answer("!bus work", at=AT).endswith("; git not measured yet.")
    one.take(seen(name="work"))
    assert one.answer("!bus work", at=AT).endswith("; git since 2018-07-23: no commit.")


def test_an_older_look_never_overwrites_a_newer_and_areas_that_are_gone_are_forgotten() -> None:
    one = bot()
    one.documents = {**one.documents, Measured: Measured(areas={})}
    one.take(seen(3), seen(9, at=AT - timedelta(days=1)), seen(2, name="image-finder"))
    kept = one.world(AT).document(Measured)

    assert {name: measure.counts for name, measure in kept.areas.items()} == {"publish": (3,), "image-finder": (2,)}
    one.records = bot(area("", "publish")).records
    one.take(seen(4))
    assert list(one.world(AT).document(Measured).areas) == ["publish"]


def test_the_fact_and_the_document_hold_counts_and_no_name() -> None:
    one = bot()
    one.take(seen(3, 1))

    assert decode_fact("PathCommitsSeen", encode(seen(3, 1))) == seen(3, 1)
    assert encode(one.world(AT).document(Measured)) == (
        '{"areas":{"publish":{"at":"2019-07-23T12:00:00Z","since":"2018-07-23T00:00:00Z","counts":[3,1]}}}'
    )


def test_a_team_without_areas_is_told_how_to_make_one() -> None:
    files = {path: text for path, text in example().items() if path.startswith("people/grace")}

    assert bot(files).answer("!bus", at=AT) == ("no area of the work is recorded yet; a file in areas/ makes one.")
    assert bot(files).answer("!bus publish", at=AT) == "there is no area in the records yet."


@pytest.mark.parametrize(
    ("good", "note"),
    [
        ("feedbeef" * 5, "answered from commit feedbeef."),
        ("", "answered from what can be read."),
    ],
)
def test_while_a_kind_cannot_be_read_it_says_from_which_commit_it_answers(good: str, note: str) -> None:
    one = bot()
    assert one.records is not None
    one.records = replace(one.records, good=good, closed=frozenset({"person", "area"}))

    assert one.answer("!bus image-finder", at=AT).splitlines() == [
        f"the kinds area, person: somebody pushed what cannot be read, so {note}",
        "area image-finder: 1 can do it, 2 wanted, 1 at least: frank (leads, seen 3 d ago).",
        "nobody is recorded to have access.",
    ]
