"""Small trees of records, and the example team that is shipped for the demo."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cloudbot.core.records.checking import check

if TYPE_CHECKING:
    from cloudbot.core.records.findings import Finding

EXAMPLE = Path(__file__).parents[3] / "cloudbot" / "demo" / "records"
ON = date(2019, 7, 23)
TODAY = date(2026, 11, 22)


def example() -> dict[str, bytes]:
    """Return the files of the example team."""
    return {p.relative_to(EXAMPLE).as_posix(): p.read_bytes() for p in sorted(EXAMPLE.rglob("*")) if p.is_file()}


def findings(files: dict[str, str], on: date = ON) -> list[Finding]:
    """Return what is found in these files at a day."""
    return list(check({path: text.encode() for path, text in files.items()}, on, today=max(on, TODAY)))


def keys(files: dict[str, str], on: date = ON) -> list[str]:
    """Return rule and subject of what is found."""
    return [finding.key for finding in findings(files, on)]


def lines(files: dict[str, str], on: date = ON) -> list[str]:
    """Return the lines that are shown of what is found."""
    return [str(finding) for finding in findings(files, on)]


def org(name: str, more: str = "", title: str = "") -> dict[str, str]:
    """Return the file of an organisation."""
    text = f'schema = "cloudbot/org/1"\nid = "{name}"\nname = "{title or name.title()} Works"\nkind = "company"\n'
    return {f"orgs/{name}.toml": text + more}


def person(name: str, more: str = "") -> dict[str, str]:
    """Return the file of a person."""
    return {f"people/{name}.toml": f'schema = "cloudbot/person/1"\nid = "{name}"\nname = "{name.title()}"\n{more}'}
