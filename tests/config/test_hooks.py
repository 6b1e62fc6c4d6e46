"""What `check-config` says of hooks that could not work, each with the line to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cloudbot.config import BadConfiguration, load

if TYPE_CHECKING:
    from pathlib import Path

REST = '[state]\ndirectory = "s"\n[team]\nname = "T"\n[gitlab.salsa]\ngroups = ["cloud-team"]\n'
WRITE = 'write token_credentials = ["hook-token"]'
PROJECT = 'gitlab.salsa.hooks.projects."cloud-team/images"'
HOOKS = '[gitlab.salsa.hooks]\ntoken_credentials = ["hook-token"]\n'


def found(directory: Path, text: str) -> list[tuple[str, int, str]]:
    (directory / "cloudbot.toml").write_text(REST + text, encoding="utf-8")
    try:
        load(directory)
    except BadConfiguration as bad:
        return [(one.key, one.line, one.what) for one in bad.problems]
    return []


@pytest.mark.parametrize(
    ("text", "key", "line", "what"),
    [
        (
            "[gitlab.salsa.hooks]\n",
            "gitlab.salsa.hooks",
            7,
            f"names no secret, so that no hook could be believed; {WRITE} in [gitlab.salsa.hooks]",
        ),
        (
            HOOKS + "[web]\nport = 0\n",
            "gitlab.salsa.hooks",
            7,
            "needs the HTTP door; write port = 8080 in [web]",
        ),
        (
            HOOKS + 'address = "http://bot.example.org/x"\n',
            "gitlab.salsa.hooks.address",
            9,
            'would let the secret travel in the open; write address = "https://bot.example.org/x"',
        ),
        (
            HOOKS + f"[{PROJECT}]\n",
            "gitlab.salsa.hooks.projects",
            9,
            f"names no secret for cloud-team/images; {WRITE} in [{PROJECT}]",
        ),
        (
            HOOKS + '[gitlab.salsa.hooks.projects."other/images"]\ntoken_credentials = ["x"]\n',
            "gitlab.salsa.hooks.projects",
            9,
            "names other/images, which is in none of the groups of [gitlab.salsa]",
        ),
    ],
)
def test_a_hook_section_that_cannot_work_is_named_with_its_cure(
    tmp_path: Path, text: str, key: str, line: int, what: str
) -> None:
    assert found(tmp_path, text) == [(key, line, what)]


def test_keeping_hooks_needs_to_know_where_and_by_which_right(tmp_path: Path) -> None:
    assert [(key, what) for key, _, what in found(tmp_path, HOOKS + "keep = true\n")] == [
        (
            "gitlab.salsa.hooks.keep",
            'needs a token of a Maintainer with scope api; write token_credential = "NAME" in [gitlab.salsa]',
        ),
        (
            "gitlab.salsa.hooks.keep",
            'needs to know where; write address = "https://bot.example.org" in [gitlab.salsa.hooks]',
        ),
    ]


@pytest.mark.parametrize(
    "address", ["https://bot.example.org", "http://127.0.0.1:8080", "http://[::1]/", "http://localhost"]
)
def test_an_address_with_tls_or_on_this_machine_is_fine(tmp_path: Path, address: str) -> None:
    assert found(tmp_path, HOOKS + f'address = "{address}"\n') == []
