"""Nothing personal stands in a public file: there is no field for it, and what looks like it is refused unrepeated."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cloudbot.core.records.checks.privacy import holds_secret, private_in
from cloudbot.core.records.kinds import KINDS
from tests.core.records.trees import findings, person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from cloudbot.core.records.kinds import Kind

DATA = Path(__file__).parents[4] / "shared" / "data"
PRIVATE = [
    "reach me at ann.smith@home.example.org",
    "call +49 (30) 123 45 67",
    "phone: 030-1234567",
    "tel 0151 2345678",
    "IBAN on request",
    "pay to DE89 3704 0044 0532 0130 00",
    "pay to GB82WEST12345698765432",
    "passport C01X00T47",
    "arrives with LH 454 at noon",
    "UA 123 lands at ten",
    "my flight is BA2490",
    "room mate: Ben",
    "shares a room with Ben",
    "born on 17 April 1980",
    "her birthday",
    "date of birth 1980-01-01",
    "door code 4711#",
    "wifi password hunter2",
]
PUBLIC = [
    "list debian-cloud@lists.debian.org",
    "from 2019-07-22 18:00:00+00:00 on",
    "+1 from me, C++17 and amd64+arm64",
    "build 20190722-1234567 is out",
    "see RFC 2812 and bug 930481",
    "the publish code of 2019 lands in main",
    "team@cloud",
    "A rebirth of the image finder",
    "the gate opens at noon",
    "arrival of the mirrors is planned",
    "phone home is off in 12 images",
    "commit 0123456789abcdef0123456789abcdef01234567",
]


def refused(path: str, text: str) -> list[tuple[str, int]]:
    return [(f.rule, f.line) for f in findings({path: text}) if f.rule == "X-PII"]


@pytest.mark.parametrize("words", PRIVATE)
def test_what_looks_private_is_refused_with_its_line_and_not_repeated(words: str) -> None:
    (finding,) = findings({"sprints/s1/report.md": f"# Report\n\n{words}\n"})
    assert (finding.rule, finding.severity, finding.line) == ("X-PII", "E", 3)
    secret = re.findall(r"\S*\d\S*|\S+@\S+|Ben", words)
    assert [part for part in secret if part in str(finding)] == []


@pytest.mark.parametrize("words", PRIVATE)
def test_it_is_seen_in_what_people_type_before_it_is_kept(words: str) -> None:
    assert private_in(f"Meet at the station, {words}") is not None


SECRETS = [
    "-----BEGIN OPENSSH PRIVATE KEY-----",
    "-----BEGIN PGP PRIVATE KEY BLOCK-----",
    "glpat-0123456789abcdefghij",
    "AKIAABCDEFGHIJKLMNOP",
    *(f"gh{kind}_0123456789abcdefghij" for kind in "pousr"),
    "github_pat_0123456789abcdefghij",
    "AGE-SECRET-KEY-1QQQQQQQQ",
    "whsec_abcdefghijkl",
    "xoxb-0123456789",
]


@pytest.mark.parametrize("words", SECRETS)
def test_a_secret_is_seen_before_anything_else_that_is_typed_with_it(words: str) -> None:
    assert holds_secret(f"here it is: {words}")
    assert private_in(f"mail me@example.org or call +1 617 555 0123: {words}") == "a secret"


@pytest.mark.parametrize("words", SECRETS)
def test_a_secret_in_a_file_is_found_with_its_line_and_not_repeated(words: str) -> None:
    found = findings({"sprints/s1/report.md": f"# Report\n\nlogin: {words}\n"})
    assert [(f.rule, f.line) for f in found if f.rule == "G-KEY-SECRET"] == [("G-KEY-SECRET", 3)]
    assert [f for f in found if words in str(f)] == []


@pytest.mark.parametrize(
    "words", [*PUBLIC, "the glpat- prefix", "a PGP PUBLIC KEY", "0123456789ABCDEF0123456789ABCDEF01234567"]
)
def test_what_is_no_secret_is_not_taken_for_one(words: str) -> None:
    assert not holds_secret(words)


@pytest.mark.parametrize("words", PUBLIC)
def test_what_people_type_is_let_through_where_it_only_resembles_it(words: str) -> None:
    assert private_in(words) is None


@pytest.mark.parametrize("words", PUBLIC)
def test_what_only_resembles_it_is_let_through(words: str) -> None:
    assert refused("sprints/s1/report.md", f"# Report\n\n{words}\n") == []


@pytest.mark.parametrize("words", PRIVATE)
def test_a_comment_or_a_title_is_no_place_for_it_either(words: str) -> None:
    action = 'schema = "cloudbot/action/1"\nid = "A-2019-001"\nstate = "dropped"\n'
    assert refused("actions/A-2019-001.toml", f'{action}# {words}\ntitle = "x"\n') == [("X-PII", 4)]
    assert refused("actions/A-2019-001.toml", f'{action}title = "{words}"\n') == [("X-PII", 4)]


def test_addresses_of_roles_and_message_ids_stand_in_their_fields_only() -> None:
    head = 'schema = "cloudbot/provider/1"\nid = "big"\nname = "Big"\nfamily = "x"\ndelivery = { mode = "none" }\n'
    assert refused("providers/big.toml", head + 'contacts = { role = "cloud@big.example" }\n') == []
    assert refused("providers/big.toml", head + "# cloud@big.example\n") == [("X-PII", 6)]


def test_a_team_may_name_addresses_of_roles_for_its_readme() -> None:
    policy = 'schema = "cloudbot/policy-retention/1"\npublic_addresses = ["privacy@team.example"]\n'
    files = {"README.md": "Ask privacy@team.example\n"}
    assert [f.rule for f in findings(files)] == ["X-PII"]
    assert findings(files | {"policy/retention.toml": policy}) == []


@pytest.mark.parametrize("key", ["email", "phone", "address", "birth_date", "room_mate", "diet", "iban", "reason"])
def test_a_private_key_is_unknown_and_its_value_is_not_repeated(key: str) -> None:
    said = [str(f) for f in findings(person("ann", f'{key} = "Xyzzy Street 7"\n')) if f.rule == "S-UNKNOWN"]
    assert len(said) == 1
    assert "Xyzzy" not in said[0]


@pytest.mark.parametrize("value", ["ann@home.example", "+49 30 1234567"])
def test_a_value_that_may_be_private_is_not_repeated_by_another_finding(value: str) -> None:
    assert [f for f in findings(person("ann", f'left = "{value}"\n')) if value in str(f)] == []


@pytest.mark.parametrize("reason", ["burnout", "Parental leave", "is ill", "family"])
def test_a_resignation_gives_no_reason_but_a_code(reason: str) -> None:
    act = (
        'schema = "cloudbot/delegation-act/1"\nid = "a1"\nteam = "cloud"\nact = "resign"\nauthority = "self"\n'
        'issued = 2019-07-22\nmembers = ["ann"]\nreason_code = "other"\n'
    )
    files = person("ann") | {"delegations/a1.toml": act}
    assert findings(files) == []
    with_note = person("ann") | {"delegations/a1.toml": act + f'evidence = {{ note = "{reason}" }}\n'}
    assert [(f.rule, f.line) for f in findings(with_note)] == [("X-PII", 9)]
    coded = person("ann") | {"delegations/a1.toml": act.replace('"other"', f'"{reason}"')}
    assert [(f.rule, f.line) for f in findings(coded)] == [("S-SCHEMA", 8)]


@pytest.mark.parametrize(
    "secret",
    ["glpat-AbCdEfGh12345678", "AKIAABCDEFGHIJKLMNOP", "-----BEGIN RSA PRIVATE KEY-----", "AGE-SECRET-KEY-1QQQ"],
)
def test_a_secret_is_named_as_leaked_and_not_repeated(secret: str) -> None:
    (finding,) = findings({"providers/README.md".replace("providers/", ""): f"x\n{secret}\n"})
    assert (finding.rule, finding.line, secret in str(finding)) == ("G-KEY-SECRET", 2, False)


def keys_of(model: type[BaseModel]) -> Iterator[str]:
    """Yield every key of a model and of the tables in it."""
    for name, definition in {"": model.model_json_schema(), **model.model_json_schema().get("$defs", {})}.items():
        for key in definition.get("properties", {}):
            yield f"{name}.{key}"


KEPT = [kind for kind in KINDS if not kind.name.startswith("policy-")]


@pytest.mark.parametrize("kind", KEPT, ids=lambda kind: kind.name)
def test_no_kind_has_a_field_for_what_is_private(kind: Kind) -> None:
    words = re.compile(
        r"mail$|phone|street|postal|birth|passport|citizen|gender|diet|allerg|emergency|room|arrival|departure|iban|bank"
        r"|receipt|amount|password|secret|health|shirt|legal_name"
    )
    assert [key for key in keys_of(kind.model) if words.search(key)] == []


@pytest.mark.real
@pytest.mark.skipif(not DATA.exists(), reason="other people's files are not here")
def test_in_real_events_needs_and_meetings_only_addresses_and_a_telephone_number_are_private() -> None:
    texts = [*DATA.glob("meetings/**/*.txt"), DATA / "needs.toml", DATA / "governance" / "real_events.toml"]
    read = {f"{n}.md": file.read_text(encoding="utf-8", errors="replace") for n, file in enumerate(texts)}
    rows = {path: text.split("\n") for path, text in read.items()}
    found = {rows[finding.file][finding.line - 1]: finding.what for finding in findings(read)}
    told = {line for lines in rows.values() for line in lines if "phone number is" in line and "555" in line}
    assert len(read) > 10
    assert told != set()
    assert told - found.keys() == set()
    assert {what for line, what in found.items() if "@" not in line} == set()
