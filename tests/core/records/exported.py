"""The export of the example team, as `make bless` writes it to tests/golden/records-export.json."""

from __future__ import annotations

import json
from pathlib import Path

from cloudbot.core.records.exporting import export
from cloudbot.core.records.loading import load
from cloudbot.core.records.tree import View
from tests.core.records.trees import ON, TODAY, example

GOLDEN = Path(__file__).parents[2] / "golden" / "records-export.json"


def snapshot() -> str:
    """Return every document of the export, by the name of its file."""
    tree, _ = load(example(), {})
    return json.dumps(export(View(tree, ON, TODAY)), indent=1, ensure_ascii=False) + "\n"
