"""What is refused while a file is read, with the line and what to write; the hard cases of loader and references."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudbot.core.records.checking import check, examine
from tests.core.records.trees import ON, TODAY, example, findings, keys, lines, org, person

PERSON = 'schema = "cloudbot/person/1"\nid = "alice"\nname = "Alice"\n'
ACTION = 'schema = "cloudbot/action/1"\nid = "A-2019-001"\ntitle = "x"\nstate = "open"\nowner = "alice"\n'
ALICE = "people/alice.toml"
WORK = "actions/A-2019-001.toml"


def one_line(path: str, content: bytes) -> str:
    """Return the one line that is said of a file."""
    (finding,) = check({path: content}, ON)
    return str(finding)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (PERSON.encode() + b"\xff\n", "4: E S-PARSE is not UTF-8; write it as UTF-8"),
        (
            b"\xef\xbb\xbf" + PERSON.encode(),
            "1: E S-PARSE begins with a byte order mark; write it as UTF-8 without BOM",
        ),
        (
            PERSON.encode() + b"#" * 10_000_000,
            "1: E S-PARSE is larger than 100,000 bytes; write a shorter record, and a link to the rest",
        ),
        (PERSON.encode() + b'key = "\0"\n', "4: E S-PARSE is no TOML: illegal character"),
        (
            PERSON.encode() + b"key = " + b"[" * 50_000 + b"]" * 40_000,
            "1: E S-PARSE is nested too deeply; write at most 12",
        ),
        (
            PERSON.encode() + b"deep = " + b"[" * 20 + b"]" * 20,
            "1: E S-PARSE is nested too deeply; write at most 12 levels",
        ),
        (PERSON.encode() + b"a." * 30_000 + b"a = 1\n", "4: E S-PARSE has a key of too many parts; write a short key"),
        (
            'schema = "cloudbot/person/1"\nid = "alice"\nname = "Zoe\u0308"\n'.encode(),
            "3: E S-PARSE has characters that are not in normal form C; write them composed (NFC)",
        ),
        (
            PERSON.encode() + b"left = no\n",
            "4: E S-PARSE is no TOML: invalid value; write TOML 1.0; text stands in quotes",
        ),
        (PERSON.encode() + b"x-uid = 0777\n", "4: E S-PARSE is no TOML: expected newline or end of document after a"),
        (PERSON.encode() + b"left = 2019-02-30\n", "4: E S-DATE has a day that is not in the calendar; write a day as"),
        (PERSON.encode() + b"name = ", "4: E S-PARSE is no TOML: invalid value"),
        (b"", '1: E S-SCHEMA does not say what it is; write schema = "cloudbot/person/1"'),
        (b'schema = "cloudbot/org/1"\n', '1: E S-SCHEMA does not say what it is; write schema = "cloudbot/person/1"'),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "file",
)
def test_what_is_no_record_is_one_line(content: bytes, said: str) -> None:
    assert one_line(ALICE, content).startswith(f"{ALICE}:{said}")


def test_a_key_in_the_middle_given_twice_names_both_lines() -> None:
    text = PERSON + "left = 2019-01-01\nname = 'Bob'\naway_until = 2020-01-01\n"
    assert one_line(ALICE, text.encode()) == f'{ALICE}:5: E S-DUPKEY gives "name" again, after line 3; write it once'


def test_errors_in_the_first_and_in_the_last_of_many_files_are_both_found() -> None:
    files = {f"people/p{n:03}.toml": PERSON.replace("alice", f"p{n:03}") for n in range(100)}
    files["people/p000.toml"] += "nane = 1\n"
    files["people/p099.toml"] += "nane = 1\n"
    assert [(f.file, f.line) for f in findings(files)] == [("people/p000.toml", 4), ("people/p099.toml", 4)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("lfet = 2019-01-01\n", "S-UNKNOWN lfet is not known here; write left"),
        ('left = "2019-07-22"\n', "S-DATE left is"),
        ("left = 2019-07-22T18:00:00Z\n", "S-DATE left is"),
        ('key = "ABCD"\n', "S-SCHEMA key cannot be"),
        ('zone_consent = "yes"\n', "S-SCHEMA zone_consent is of another type; write true or false"),
        ('accounts = "oftc"\n', "S-SCHEMA accounts is of another type; write a list: [...]"),
        ('debian = { status = "member" }\n', "S-SCHEMA debian.status cannot be"),
        ('debian = { login = "alice" }\n', "S-SCHEMA debian.status is missing; write status = ...: member"),
        ('affiliations = [{ kind = "employment" }]\n', "S-SCHEMA affiliations.0 names nobody; write org ="),
        (
            'accounts = [{ net = "oftc", account = "a", uid = "1" }]\n',
            "S-SCHEMA accounts.0.uid is of another type; write a",
        ),
        ('accounts = [{ net = "oftc", nick = "a" }]\n', "S-SCHEMA accounts.0.account is missing"),
    ],
)
def test_a_value_that_is_wrong_is_named_with_what_to_write(line: str, said: str) -> None:
    first = lines({ALICE: PERSON + line})[0]
    assert first.startswith(f"{ALICE}:4: E {said}")


@pytest.mark.parametrize("day", ['"Smarch 2026"', '"2019-07-22"', "1e3", "[2019, 7]", "2019-07-22T10:00:00"])
def test_what_is_no_day_is_refused_where_a_day_belongs(day: str) -> None:
    files = {WORK: ACTION + f"accepted = {day}\n", **person("alice")}
    assert [(f.rule, f.line) for f in findings(files) if f.severity == "E"] == [("S-DATE", 6)]


def test_a_due_day_may_be_a_relation_and_its_errors_are_of_the_relation() -> None:
    due = "[due]\nbefore = 7\nwhen = 1\n"
    assert [(f.rule, f.line, f.subject) for f in findings({WORK: ACTION + due})] == [
        ("S-SCHEMA", 7, "A-2019-001/due.before"),
        ("S-UNKNOWN", 8, "A-2019-001/due.when"),
    ]


@pytest.mark.parametrize(
    "identity", ["1e3", "true", '"Alice"', '"al ice"', '"\u0430lice"', '"alice\u200b"', '""', '"../x"']
)
def test_an_identity_is_lower_case_ascii_text(identity: str) -> None:
    text = f'schema = "cloudbot/person/1"\nid = {identity}\nname = "A"\n'
    assert [(f.rule, f.line) for f in findings({ALICE: text})] == [("S-SCHEMA", 2)]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("people/bob.toml", 'S-STEM says that its id is "alice"; write id = "bob", or rename the file'),
        ("people/\u0430lice.toml", 'S-STEM says that its id is "alice"'),
        ("people/alice.yaml", "S-STEM is not the path of a record; write people/ID.toml"),
        ("people/x/alice.toml", "S-STEM is not the path of a record; write people/ID.toml"),
        ("persons/alice.toml", "S-STEM is in no folder of records; write it into one of actions, "),
        ("private/s2019/alice.txt", "X-PII is private and not encrypted; write it into the private store"),
    ],
)
def test_a_path_that_disagrees_is_named(path: str, said: str) -> None:
    assert f": E {said}" in one_line(path, PERSON.encode())


def test_a_path_in_strange_letters_is_shown_in_ascii() -> None:
    assert one_line("people/\u202ealice\n.toml", PERSON.encode()).startswith("people/\\u202ealice .toml:2: E S-STEM ")


def test_a_decision_in_the_folder_of_another_year_is_named() -> None:
    path = next(path for path in example() if path.endswith("D-2019-002.toml"))
    files = example()
    files["decisions/2018/D-2019-002.toml"] = files.pop(path)
    found = [str(f) for f in check(files, ON, today=TODAY) if f.severity == "E"]
    assert found == [
        "decisions/2018/D-2019-002.toml:1: E S-STEM is in the folder of another year; write it into decisions/2019/"
    ]


def test_a_decision_in_the_folder_of_its_year_is_fine_and_not_beside_itself_without() -> None:
    files = example()
    files["decisions/2019/D-2019-002.toml"] = files["decisions/D-2019-002.toml"]
    assert [f.key for f in check(files, ON, today=TODAY) if f.severity == "E"] == ["S-CONFUSABLE:D-2019-002/D-2019-002"]
    del files["decisions/D-2019-002.toml"]
    assert [f.key for f in check(files, ON, today=TODAY) if f.severity == "E"] == []


def test_what_could_not_be_read_is_named_with_why() -> None:
    done = examine({}, ON, unread={ALICE: "is a symbolic link"})
    assert [str(f) for f in done.findings] == [
        f"{ALICE}:1: E S-PARSE is a symbolic link; write the record itself, as a plain file"
    ]


def test_a_record_that_cannot_be_read_is_not_missing_as_well() -> None:
    files = {WORK: ACTION, ALICE: PERSON + "nane = 1\n"}
    assert [f.rule for f in findings(files) if f.severity == "E"] == ["S-UNKNOWN"]


def test_keys_of_the_writers_own_are_let_through_and_everything_else_is_not() -> None:
    assert keys({ALICE: PERSON + 'x-colour = "blue"\n[debian]\nstatus = "dd"\nx-note = { a = 1 }\n'}) == []


@pytest.mark.parametrize("name", ["Red Hat ", "", "Red\tHat", "a\u202eb", "Independent\n"])
def test_a_name_is_one_visible_line(name: str) -> None:
    text = f'schema = "cloudbot/org/1"\nid = "redhat"\nname = {tomlized(name)}\nkind = "company"\n'
    assert [(f.rule, f.line) for f in findings({"orgs/redhat.toml": text})] == [("S-SCHEMA", 3)]


def tomlized(text: str) -> str:
    return '"' + "".join(f"\\u{ord(c):04x}" if not c.isalnum() and c != " " else c for c in text) + '"'


@pytest.mark.parametrize("employer", ["_", "-", " ", ""])
def test_a_placeholder_is_no_employer(employer: str) -> None:
    text = PERSON + f'[[affiliations]]\nkind = "employment"\nemployer = "{employer}"\n'
    assert {f.rule for f in findings({ALICE: text})} == {"S-SCHEMA"}


REGISTRATION = (
    'schema = "cloudbot/registration/1"\nid = "R-2019-001"\nprovider = "big"\nwants = ["feed"]\n'
    'requested = { at = 2019-01-01, via = "mail" }\nstate = "approved"\n'
)
APPROVED = '{ person = "ann", at = 2019-01-02, verdict = "approve" }'


@pytest.mark.parametrize(("moderators", "count"), [("", 0), (APPROVED, 1), (f"{APPROVED}, {APPROVED}", 1)])
def test_a_registration_is_approved_by_two_different_moderators(moderators: str, count: int) -> None:
    found = lines({"registrations/R-2019-001.toml": f"{REGISTRATION}moderators = [{moderators}]\n"})
    said = f"the record is approved by {count} moderator(s); write two, or another state"
    assert found == [f"registrations/R-2019-001.toml:1: E S-SCHEMA {said}"]


AREA = (
    'schema = "cloudbot/area/1"\nid = "ci"\ntitle = "x"\ntarget = 2\npeople = [{}, {}]\n',
    '{ person = "ann", level = "can" }',
)
ATTENDEES = (
    'schema = "cloudbot/sprint-attendees/1"\nsprint = "s1"\npeople = [{}, {}]\n',
    '{ person = "ann", mode = "remote", consent_public = true }',
)


@pytest.mark.parametrize(("path", "form"), [("areas/ci.toml", AREA), ("sprints/s1/attendees.toml", ATTENDEES)])
def test_a_person_stands_once_in_a_list(path: str, form: tuple[str, str]) -> None:
    text, item = form
    assert [(f.rule, f.what) for f in findings({path: text.replace("{}", item)})] == [
        ("S-SCHEMA", "people names ann twice")
    ]


@pytest.mark.parametrize("country", ['"no"', '"Norway"', "false"])
def test_a_country_is_two_capitals_in_quotes(country: str) -> None:
    text = f'schema = "cloudbot/sprint/1"\nid = "s1"\ntitle = "x"\nstate = "idea"\nplace = {{ country = {country} }}\n'
    assert [(f.rule, f.line) for f in findings({"sprints/s1/sprint.toml": text})] == [("S-SCHEMA", 5)]


@pytest.mark.parametrize("title", ["x\\n\\nSigned-off-by: Leader", "x\\u0000", "x\\u202e"])
def test_a_title_can_form_no_second_line(title: str) -> None:
    text = ACTION.replace('"x"', f'"{title}"') + "accepted = 2019-07-01\n"
    assert [(f.rule, f.line) for f in findings({WORK: text, **person("alice")})] == [("S-SCHEMA", 3)]


def test_windows_line_ends_are_read_and_want_an_acknowledgement() -> None:
    assert lines({ALICE: PERSON.replace("\n", "\r\n")}) == [
        f"{ALICE}:1: W S-CANON has lines that end with CR LF; write LF alone"
    ]


def test_the_same_findings_come_in_the_same_order_whatever_order_the_files_are_in() -> None:
    files = example() | {"people/zed.toml": b"x", "people/aaa.toml": b"y"}
    assert check(files, ON, today=TODAY) == check(dict(reversed(files.items())), ON, today=TODAY)


PATHS = st.sampled_from(sorted(example())) | st.text(max_size=30)
CUTS = st.tuples(st.sampled_from(sorted(example())), st.integers(0, 800), st.binary(max_size=12))


@given(PATHS, st.binary(max_size=200))
def test_no_bytes_at_any_path_make_the_check_fail(path: str, content: bytes) -> None:
    assert all(str(f).isprintable() for f in check({path: content}, ON))


@given(CUTS)
def test_a_file_of_the_example_damaged_anywhere_is_still_checked(cut: tuple[str, int, bytes]) -> None:
    path, place, junk = cut
    files = example()
    files[path] = files[path][:place] + junk + files[path][place + len(junk) :]
    done = check(files, ON, today=TODAY)
    assert all(1 <= f.line <= files.get(f.file, b"").count(b"\n") + 1 for f in done)


def test_the_models_read_what_the_library_reads() -> None:
    tree = examine(example(), ON, today=TODAY).tree
    assert [f.path for f in tree.filed] == sorted(path for path in example() if path.endswith(".toml"))
    assert {f.record.model_dump(by_alias=True)["schema"] for f in tree.filed} == {
        tomllib.loads(content.decode())["schema"] for path, content in example().items() if path.endswith(".toml")
    }


def test_two_spellings_of_one_organisation_are_named_and_three_independents_are_nobody() -> None:
    orgs = org("redhat", title="Red Hat") | org("red-hat", title="RedHat")
    assert keys(orgs) == ["C-ORG-UNKNOWN:redhat/red-hat"]
    alone = '[[affiliations]]\nkind = "self_employed"\n'
    assert keys(person("ann", alone) | person("ben", alone) | person("eve", alone)) == []
