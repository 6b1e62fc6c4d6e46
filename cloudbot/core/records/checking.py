"""The check: every finding of every file at a day, in one run and always in the same order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudbot.core.records.checks import RULES
from cloudbot.core.records.findings import Finding
from cloudbot.core.records.loading import load
from cloudbot.core.records.tree import Tree, View
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from cloudbot.core.records.checks import Rule
    from cloudbot.core.records.findings import Severity
    from cloudbot.core.records.tree import Hit


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found, and the records it could read."""

    findings: tuple[Finding, ...]
    tree: Tree

    def count(self, severity: str) -> int:
        """Return how many findings are of a severity."""
        return sum(finding.severity == severity for finding in self.findings)


def examine(
    files: Mapping[str, bytes], on: date, *, today: date | None = None, unread: Mapping[str, str] | None = None
) -> Checked:
    """Read files by path and check them at a day (UTC).

    `today` is the day of the check, by which something can have happened; without it, `on` is. `unread` says of paths
    that are there why they were not read.
    """
    tree, findings = load(dict(sorted(files.items())), unread or {})
    view = View(tree, on, on if today is None else today)
    findings.extend(findings_of(view, RULES))
    return Checked(tuple(sorted(set(findings))), tree)


def check(files: Mapping[str, bytes], on: date, *, today: date | None = None) -> tuple[Finding, ...]:
    """Return every finding in files by path at a day, as `examine` does."""
    return examine(files, on, today=today).findings


def findings_of(view: View, rules: Iterable[Rule]) -> Iterator[Finding]:
    """Yield what these rules find in a view of the records."""
    return (finding_of(rule.name, hit.severity or rule.severity, hit) for rule in rules for hit in rule.look(view))


def finding_of(rule: str, severity: Severity, hit: Hit) -> Finding:
    """Return what is said of a hit, cleaned for showing."""
    return Finding(
        file=clean(hit.filed.path.encode("ascii", "backslashreplace").decode()),
        line=hit.filed.line(hit.at) if hit.at else 1,
        rule=rule,
        subject=clean(hit.subject),
        severity=severity,
        what=clean(hit.what),
        write=clean(hit.write),
    )
