"""Whatever JSON a server sends, converting gives a clean word of the core or `Malformed`, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cloudbot.adapters.gitlab import convert
from cloudbot.core.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable

MOMENTS = ("2024-02-11T18:56:07Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00")
simple = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters())
    | st.sampled_from(MOMENTS)
)
anything = st.recursive(
    simple,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["username", "status"]), inner),
    max_leaves=4,
)
TIMES = ["created_at", "updated_at", "merged_at", "finished_at", "committed_date"]
LISTS = ["reviewers", "parent_ids"]
PEOPLE = ["author", "merge_user", "merged_by", "head_pipeline", "author_email"]
TEXTS = ["title", "state", "status", "ref", "sha", "source", "web_url", "name", "stage", "default_branch"]
FLAGS = ["archived", "draft", "has_conflicts", "allow_failure", "failure_reason", "user_notes_count"]
KEYS = ["id", "iid", "path_with_namespace", *TIMES, *LISTS, *PEOPLE, *TEXTS, *FLAGS]
items = st.dictionaries(st.sampled_from(KEYS), anything).map(lambda item: {"id": 1, "iid": 1} | item)
timed = items.map(lambda item: {"created_at": "2024-02-11T18:56:07Z", "path_with_namespace": "a/b"} | item)

CONVERTERS: tuple[Callable[[dict[str, Any]], object], ...] = (
    convert.project,
    convert.job,
    lambda item: convert.pipeline(item, "p"),
    lambda item: convert.merge_request(item, "p"),
    lambda item: convert.commit(item, "p"),
)


@settings(max_examples=300, deadline=None)
@given(items | timed)
def test_any_json_converts_cleanly_or_is_malformed(item: dict[str, Any]) -> None:
    for converter in CONVERTERS:
        try:
            word = converter(item)
        except convert.Malformed:
            continue
        if word is not None:
            texts = [getattr(word, name) for name in word.__dataclass_fields__]  # type: ignore[attr-defined]
            assert [text for text in texts if isinstance(text, str) and clean(text) != text] == []
