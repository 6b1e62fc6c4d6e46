from __future__ import annotations

from pathlib import Path

import pytest

from cloudbot.config import BadConfiguration, MissingSecret, Problem, Secrets, load

ROOT = Path(__file__).parents[2]
SMALL = """\
[state]
directory = "state"
[team]
name = "Example Team"
"""


def problems_of(directory: Path, **files: str) -> list[Problem]:
    for name, text in files.items():
        (directory / f"{name}.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadConfiguration) as bad:
        load(directory)
    return list(bad.value.problems)


def test_the_example_configuration_is_fine() -> None:
    installation = load(ROOT / "config")
    assert installation.team.channels == ("oftc/#debian-cloud",)
    assert installation.irc["oftc"].network == "oftc"
    assert installation.gitlab["salsa"].groups == ("cloud-team", "cloud-admin-team")


def test_the_least_configuration_is_four_lines(tmp_path: Path) -> None:
    (tmp_path / "cloudbot.toml").write_text(SMALL, encoding="utf-8")
    installation = load(tmp_path)
    assert (installation.make_team().name, installation.irc, installation.mail) == ("Example Team", {}, None)


def test_every_problem_of_every_file_is_reported_at_once_with_line_and_cure(tmp_path: Path) -> None:
    found = problems_of(
        tmp_path,
        a='[state]\ndirectry = "x"\n\n[team]\nname = "T"\n',
        b='[irc.oftc]\nserver = "irc.example.org"\nprot = 3\nport = 99999\n[features.voice]\nquiet_hours = "late"\n',
    )
    assert found == [
        Problem(f"{tmp_path}/a.toml", 1, "state.directory", "is missing", "directory = ... in [state]"),
        Problem(f"{tmp_path}/a.toml", 2, "state.directry", "is not known", "directory = ..."),
        Problem(f"{tmp_path}/b.toml", 3, "irc.oftc.prot", "is not known", "port = ..."),
        Problem(f"{tmp_path}/b.toml", 4, "irc.oftc.port", "input should be less than or equal to 65535 (it is 99999)"),
        Problem(
            f"{tmp_path}/b.toml", 6, "features.voice.quiet_hours", "'late' is not like \"22:00-06:00\" (it is 'late')"
        ),
    ]


def test_a_file_that_is_no_toml_is_named_with_its_line(tmp_path: Path) -> None:
    (found,) = [one for one in problems_of(tmp_path, a=SMALL, b="x = = 1\n") if one.file.endswith("b.toml")]
    assert (found.line, found.what) == (1, "is no TOML: Invalid value (at line 1, column 5)")


def test_a_section_in_two_files_is_a_problem(tmp_path: Path) -> None:
    found = problems_of(tmp_path, a=SMALL, b='[team]\nname = "Others"\n')
    assert found == [Problem(f"{tmp_path}/b.toml", 1, "team", "is in a.toml too; a section belongs in one file")]


def test_networks_may_stand_in_several_files(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(SMALL + '[irc.one]\nserver = "one.example.org"\n', encoding="utf-8")
    (tmp_path / "b.toml").write_text('[irc.two]\nserver = "two.example.org"\n', encoding="utf-8")
    assert list(load(tmp_path).irc) == ["one", "two"]


@pytest.mark.parametrize(
    ("more", "key", "what"),
    [
        ('channels = ["oftc/#team"]', "team.channels", "names oftc/#team, and there is no section [irc.oftc]"),
        (
            'channels = ["oftc/#team"]\n[irc.oftc]\nserver = "irc.example.org"',
            "team.channels",
            'names oftc/#team; write { name = "#team" } in channels of [irc.oftc]',
        ),
        (
            '[gitlab.a]\ngroups = ["x"]\n[gitlab.b]\ngroups = ["y"]',
            "gitlab.b",
            "is a second GitLab server; one is watched, with as many groups as you like",
        ),
        ('[operator]\nmail = ["o@example.org"]', "operator.mail", "is set, and there is no section [mail]"),
        (
            '[gitlab.salsa]\ngroups = ["x"]\n[features.acting]\nenabled = true',
            "features.acting.enabled",
            'needs a token with scope api; write token_credential = "NAME" in [gitlab.salsa]',
        ),
        (
            '[features.duty]\nrotation = ["Kim"]',
            "features.duty.rotation",
            "names Kim, and there is no [[team.people]] of that name",
        ),
        ('[operator]\nquery = "oftc/alice"', "operator.query", "names oftc/alice, and there is no section [irc.oftc]"),
    ],
)
def test_sections_that_contradict_each_other_are_found(tmp_path: Path, more: str, key: str, what: str) -> None:
    found = problems_of(tmp_path, a=f"{SMALL}{more}\n")
    assert [(one.key, one.what) for one in found] == [(key, what)]


@pytest.mark.parametrize("line", ['token = "glpat-abcdefghij0123456789"', 'password = "sesame"'])
def test_a_secret_in_a_file_is_refused_and_not_repeated(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.toml").write_text(f"{SMALL}[gitlab.salsa]\ngroups = ['x']\n{line}\n", encoding="utf-8")
    with pytest.raises(BadConfiguration) as bad:
        load(tmp_path)
    assert "a secret does not belong in a configuration file" in str(bad.value)
    assert line.split('"')[1] not in str(bad.value)


def test_an_empty_directory_says_how_to_name_another(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match=r"holds no \*\.toml file"):
        load(tmp_path)


def test_a_secret_is_read_from_a_file_nobody_else_can_read(tmp_path: Path) -> None:
    secret = tmp_path / "nickserv"
    secret.write_text("sesame\n", encoding="utf-8")
    secret.chmod(0o600)
    assert Secrets(tmp_path)("nickserv") == "sesame"


def test_a_secret_that_others_can_read_is_refused_with_the_cure(tmp_path: Path) -> None:
    secret = tmp_path / "nickserv"
    secret.write_text("sesame\n", encoding="utf-8")
    secret.chmod(0o644)
    with pytest.raises(MissingSecret, match=r"can be read by others \(mode 0644\); chmod 600"):
        Secrets(tmp_path)("nickserv")


def test_a_systemd_credential_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = tmp_path / "given"
    given.mkdir()
    (given / "nickserv").write_text("from systemd", encoding="utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(given))
    assert Secrets(tmp_path)("nickserv") == "from systemd"


def test_a_secret_that_is_missing_says_where_to_put_it(tmp_path: Path) -> None:
    with pytest.raises(MissingSecret, match=f"no credential nickserv; put it in {tmp_path}/nickserv, mode 0600"):
        Secrets(tmp_path)("nickserv")
