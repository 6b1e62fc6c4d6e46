"""`records export`, `records show`, `records schema`: files, lines, exit codes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from cloudbot.cli import main
from cloudbot.core.records.kinds import KINDS

EXAMPLE = Path(__file__).parents[2] / "cloudbot" / "demo" / "records"


@pytest.fixture
def example(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "records"))


def records(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["records", *words])
    return result.exit_code, result.output


def exported(example: Path, out: Path) -> dict[str, bytes]:
    assert records("export", str(example), "--to", str(out), "--date", "2019-07-23")[0] == 0
    return {file.name: file.read_bytes() for file in out.iterdir()}


def test_an_export_is_an_index_and_a_file_for_each_kind_and_the_same_again(example: Path, tmp_path: Path) -> None:
    first = exported(example, tmp_path / "one" / "public")
    assert sorted(first) == sorted(["index.json", *(f"{kind.name}.json" for kind in KINDS)])
    assert exported(example, tmp_path / "two") == first
    assert exported(example, tmp_path / "one" / "public") == first


def test_other_files_in_the_folder_are_left_alone(example: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "style.css").write_text("ours")
    assert exported(example, tmp_path / "out")["style.css"] == b"ours"


def test_records_with_errors_are_not_exported(example: Path, tmp_path: Path) -> None:
    (example / "orgs" / "armco.toml").unlink()
    said = f"1 error(s): cloudbot records check {example} says them; nothing is exported\n"
    assert records("export", str(example), "--to", str(tmp_path / "out")) == (1, said)
    assert not (tmp_path / "out").exists()


def test_a_place_that_cannot_be_written_is_one_line(example: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    out = tmp_path / "file" / "out"
    assert records("export", str(example), "--to", str(out)) == (2, f"{out} cannot be written: Not a directory\n")


def test_a_record_is_shown_with_its_values_its_findings_and_who_names_it(example: Path) -> None:
    code, said = records("show", "org", "consultco", str(example), "--date", "2025-01-01")
    assert code == 0
    assert said.splitlines() == [
        "org consultco, orgs/consultco.toml, on 2025-01-01",
        '  schema = "cloudbot/org/1"',
        '  id = "consultco"',
        '  name = "Consult Co GmbH"',
        '  kind = "company"',
        "  # contracts_for.0 is over since 2024-01-01",
        "  contracts_for.0.from = 2015-01-01",
        "  contracts_for.0.to = 2024-01-01",
        '  contracts_for.0.org = "bigblue-inc"',
        "named by",
        "  person dan: affiliations.0.org",
        "  provider bigblue: accounts.0.holder.org",
        "nothing is found in it",
    ]


def test_what_is_found_in_it_and_what_begins_later_is_shown_too(example: Path) -> None:
    said = records("show", "person", "erin", str(example), "--date", "2019-07-23")[1].splitlines()
    assert "  # affiliations.1 begins on 2023-04-01" in said
    said = records("show", "area", "publish", str(example), "--date", "2019-07-23")[1].splitlines()
    assert said[said.index("found") + 2].startswith("  areas/publish.toml:5: D B-SINGLE would have nobody without dan")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("org", "nobody"), "there is no org nobody; write one of armco, bigblue-inc, "),
        (("ork", "armco"), "there is no ork here; write one of action, "),
        (("link", "x"), "there is no link here; write one of action, "),
    ],
)
def test_what_is_not_there_is_exit_2_and_names_what_is(tmp_path: Path, words: tuple[str, str], said: str) -> None:
    shutil.copytree(EXAMPLE, tmp_path, dirs_exist_ok=True)
    shutil.rmtree(tmp_path / "links", ignore_errors=True)
    code, shown = records("show", *words, str(tmp_path), "--date", "2019-07-23")
    assert (code, shown[: len(said)]) == (2, said)


def test_a_record_that_cannot_be_read_says_who_says_why(example: Path) -> None:
    (example / "orgs" / "armco.toml").write_text("x")
    assert records("show", "org", "armco", str(example)) == (
        2,
        "org armco cannot be read; cloudbot records check says why\n",
    )


def test_the_schema_of_a_kind_says_its_keys_and_lets_the_writers_own_through() -> None:
    code, said = records("schema", "link")
    schema = json.loads(said)
    assert code == 0
    assert (schema["title"], schema["x-path"]) == ("link", "links/ID.toml")
    assert schema["required"] == ["schema", "id", "title", "url"]
    assert schema["properties"]["schema"]["const"] == "cloudbot/link/1"
    assert (schema["additionalProperties"], schema["patternProperties"]) == (False, {"^x-": True})


def test_without_a_kind_there_is_the_schema_of_each() -> None:
    document = json.loads(records("schema")[1])
    assert (document["format"], list(document["kinds"])) == ("cloudbot/schema/1", [kind.name for kind in KINDS])


def test_a_kind_that_there_is_not_is_exit_2_and_names_the_kinds() -> None:
    code, said = records("schema", "ork")
    assert (code, said.startswith("there is no kind 'ork'; write one of person, org, ")) == (2, True)
