"""The records: small TOML files in git that people write and a program checks. Pure: bytes by path in, findings out."""

from cloudbot.core.records.checking import Checked, check, examine
from cloudbot.core.records.findings import Finding

__all__ = ["Checked", "Finding", "check", "examine"]
