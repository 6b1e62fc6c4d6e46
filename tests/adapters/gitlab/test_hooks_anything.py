"""Whatever JSON is posted with a good secret, it is judged and never raises; what is told is clean."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudbot.adapters.gitlab.convert import Malformed
from cloudbot.adapters.gitlab.hooks.meaning import meaning
from cloudbot.adapters.gitlab.hooks.told import Told, parse
from cloudbot.core.text import clean
from cloudbot.store.codec import decode_fact, encode
from tests.adapters.gitlab.hook_bodies import AT, build, job, meant, merge_request, of_kind, ours, pipeline, project

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]

simple = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(), max_size=20)
anything = st.recursive(
    simple | st.sampled_from(["2026-03-02 11:00:00 UTC", "0001-01-01T00:00:00+14:00", "success", "[draft] x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "username", "iid"]), inner),
    max_leaves=4,
)
TOKEN = of_kind("access_token", object_attributes={"name": "t", "expires_at": "2026-03-09"})
BODIES = (
    pipeline(job(), job(901, "test"), body={"merge_request": {"iid": 3}, "source_pipeline": {"project": project()}}),
    build(project=project()),
    merge_request("merge"),
    of_kind("note", object_attributes={"noteable_type": "MergeRequest"}),
    {"event_name": "project_rename", "project_id": 7, "path_with_namespace": "team/x"},
    TOKEN,
)


def places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every value inside."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*path, key)
        yield from places(one, (*path, key))


def with_another(body: Json, path: tuple[Any, ...], value: object) -> Json:
    """Return a copy with another value at one place."""
    copy: Any = json.loads(json.dumps(body))
    at = copy
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return dict(copy)


changed = st.sampled_from(BODIES).flatmap(
    lambda body: st.builds(with_another, st.just(body), st.sampled_from(list(places(body))), anything)
)


@settings(max_examples=500, deadline=None)
@given(changed | st.dictionaries(st.text(max_size=5), anything, max_size=3))
def test_any_value_in_any_field_is_judged_and_what_is_told_can_be_kept(body: Json) -> None:
    fact = meant(body).fact
    if fact is not None:
        assert decode_fact(type(fact).__name__, encode(fact)) == fact


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(BODIES[:3]), st.text(st.characters(), max_size=40))
def test_no_text_that_is_told_holds_what_a_channel_must_not_see(body: Json, text: str) -> None:
    for path in places(body):
        if path[-1] in {"title", "name", "ref", "stage", "description", "status", "username", "sha"}:
            fact = meant(with_another(body, path, text)).fact
            shown = "" if fact is None else json.dumps(json.loads(encode(fact)), ensure_ascii=False)
            assert clean(shown) == shown


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60) | st.sampled_from([json.dumps(body).encode() for body in BODIES]).map(lambda b: b[:-1]))
def test_any_bytes_are_an_object_or_malformed(raw: bytes) -> None:
    try:
        body = parse(raw)
    except Malformed:
        return
    meaning(Told(body), ours(), instance="", at=AT)


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b"null", b"{", b"[" * 100_000, b'{"a": ' * 100_000, b'{"id": 1' + b"0" * 5000 + b"}", b"\xff\xfe{"],
)
def test_what_is_no_whole_object_is_malformed(raw: bytes) -> None:
    with pytest.raises(Malformed):
        parse(raw)
