"""The form of each kind as JSON Schema (draft 2020-12), for editors and other programs. References are not in it.

`docs/records.md` says the same for people. What a schema cannot say, the check does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloudbot.core.records.kinds import KINDS

if TYPE_CHECKING:
    from cloudbot.core.records.kinds import Kind

DRAFT = "https://json-schema.org/draft/2020-12/schema"
FORMAT = "cloudbot/schema/1"
"""What the document with all kinds says it is."""


def schema_of(kind: Kind) -> dict[str, Any]:
    """Return the schema of one kind."""
    found = _open(kind.model.model_json_schema(by_alias=True))
    found["properties"]["schema"] |= {"const": kind.schema}
    return {"$schema": DRAFT, "title": kind.name, "x-path": kind.path} | {
        k: v for k, v in found.items() if k != "title"
    }


def schemas() -> dict[str, Any]:
    """Return the schemas of all kinds in one document."""
    return {"format": FORMAT, "kinds": {kind.name: schema_of(kind) for kind in KINDS}}


def _open(value: Any) -> Any:  # noqa: ANN401 - what JSON can hold
    """Let every table have keys `x-...`, which are the writer's own."""
    if isinstance(value, list):
        return [_open(one) for one in value]
    if not isinstance(value, dict):
        return value
    found = {key: _open(one) for key, one in value.items()}
    return found | {"patternProperties": {"^x-": True}} if found.get("additionalProperties") is False else found
