from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from cloudbot.cli import COMMANDS
from tests.docs.pages import PAGES, ROOT, needs_marks

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_what_the_code_says(name: str) -> None:
    page = PAGES[name]()
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == page, "run make bless and read the diff"


def test_every_setting_has_a_meaning() -> None:
    rows = [line.split("|") for line in PAGES["configuration.md"]().splitlines() if line.startswith("| `")]
    assert [row[1].strip() for row in rows if not row[3].strip()] == []
    assert len(rows) > 50


def test_every_mark_names_a_need_of_the_checklist() -> None:
    known = set(re.findall(r'id = "(N\d\d)"', (ROOT / "docs" / "needs.toml").read_text(encoding="utf-8")))
    assert len(known) == 60
    assert set(needs_marks()) - known == set()


def test_every_command_of_the_command_line_is_in_the_operators_manual() -> None:
    manual = (ROOT / "docs" / "operator.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"cloudbot {name}" not in manual] == []


def test_every_file_the_readme_names_exists() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:cloudbot|config|docs|templates|tests|bench)/[\w./-]*)`", readme)
    assert len(named) > 5
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_make_target_the_readme_names_exists() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"(?:`|    )make (\w+)", readme))
    assert {"demo", "test"} <= targets
    assert [target for target in targets if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []


def test_the_package_knows_its_templates_when_it_is_installed_as_a_wheel(tmp_path: Path) -> None:
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
        str(ROOT),
    ]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'x')!r})\n"
        "import cloudbot; from cloudbot.adapters.render import Words, template_folder\n"
        f"assert str(template_folder()).startswith({str(tmp_path)!r}), template_folder()\n"
        "print(Words().render('irc/quiet_off', {}))"
    )
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(wheel), str(tmp_path / "x")], check=True)
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=tmp_path)
    assert said.stdout.strip() == "I speak up again."


def test_every_line_the_readme_shows_the_bot_saying_is_said_in_a_transcript() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    cut = r"(?: https://salsa\.\.\.| \([0-9a-z]{8}\)\.| \.\.\.)?"
    shown = re.findall(rf"^ *(?:<cloudbot>|-cloudbot-) (.*?){cut}$", readme, re.MULTILINE)
    said = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests" / "transcripts").glob("*.txt"))
    assert len(shown) == 9
    assert [line for line in shown if line not in said] == []
