"""The GraphQL door of the simulated GitLab: queries are parsed, weighed, validated and executed, by graphql-core.

It refuses as GitLab does: what is too complex or too deep with 200 and an error, what it does not bear with 503.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import (
    FieldNode,
    GraphQLError,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    execute_sync,
    parse,
    validate,
)

from cloudbot.demo.salsa.sdl import schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graphql import DocumentNode, GraphQLResolveInfo

    from cloudbot.demo.salsa.nodes import View

Answer = dict[str, Any]

DEEPEST, LONGEST = 15, 10_000
READ_FROM_GIT = frozenset({"empty", "lastCommit", "rootRef", "tree"})


def operation(query: str) -> str:
    """Return the name of a query's operation."""
    return query.removeprefix("query ").partition("(")[0].partition("{")[0].strip()


def refusal(words: str) -> Answer:
    """Return an answer that is nothing but an error."""
    return {"errors": [{"message": words, "locations": [{"line": 1, "column": 1}]}]}


def answer(view: View, query: str, variables: Mapping[str, Any], *, has: frozenset[str], limit: int) -> Answer:
    """Answer one query as a server with these newer fields and this limit of complexity does."""
    if len(query) > LONGEST:
        return refusal(f"Query too large. Maximum length is {LONGEST}")
    document = parse(query)
    if (score := complexity(document)) > limit:
        return refusal(f"Query has complexity of {score}, which exceeds max complexity of {limit}")
    if (levels := depth(document)) > DEEPEST:
        return refusal(f"Query has depth of {levels}, which exceeds max depth of {DEEPEST}")
    known = schema(has)
    if wrong := validate(known, document):
        return {"errors": [{"message": _in_ruby(error)} for error in wrong]}
    done = execute_sync(
        known, document, root_value=view.root(), variable_values=dict(variables), field_resolver=_resolve
    )
    told: Answer = {"data": done.data}
    if done.errors:
        told["errors"] = [{"message": str(error.message), "path": error.path} for error in done.errors]
    return told


def with_hole(told: Answer, hole: str) -> Answer:
    """Make one place of an answer null and say so, as GitLab does when a resolver fails."""
    steps: list[str | int] = [int(step) if step.isdigit() else step for step in hole.split("/")]
    place: Any = told["data"]
    try:
        for step in steps[:-1]:
            place = place[step]
        place[steps[-1]] = None
    except (KeyError, IndexError, TypeError):
        return told
    error = {"message": "Internal server error", "path": steps}
    return told | {"errors": [*told.get("errors", []), error]}


def nested_page(query: str) -> int:
    """Return how many projects with their pipelines a query asks for at once; 0 if it is of another shape."""
    document = parse(query)
    for field in _fields(document):
        names = {inner.name.value for inner in _below(field)}
        if field.name.value == "projects" and "pipelines" in names:
            return _page(field)
    return 0


def complexity(document: DocumentNode) -> int:
    """Weigh a query by the rule of GitLab's source, from its text alone."""
    return sum(_cost(field) for field in _top(document))


def depth(document: DocumentNode) -> int:
    """Return how deep a query goes."""
    return max(_depth(field) for field in _top(document))


def _resolve(node: Mapping[str, Any], info: GraphQLResolveInfo[Any], /, **args: Any) -> Any:  # noqa: ANN401 - of any field
    """Take a field from a node. The library's own resolver has an argument called `source`, as a GitLab's list has."""
    value = node[info.field_name]
    return value(info, **args) if callable(value) else value


def _top(document: DocumentNode) -> Iterator[FieldNode]:
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            yield from _selected(definition.selection_set)


def _fields(document: DocumentNode) -> Iterator[FieldNode]:
    for field in _top(document):
        yield field
        yield from _below(field)


def _below(field: FieldNode) -> Iterator[FieldNode]:
    for inner in _selected(field.selection_set):
        yield inner
        yield from _below(inner)


def _selected(chosen: SelectionSetNode | None) -> Iterator[FieldNode]:
    for one in chosen.selections if chosen is not None else ():
        if isinstance(one, FieldNode):
            yield one


def _cost(field: FieldNode) -> int:
    own = 1 + sum(_cost(inner) for inner in _selected(field.selection_set)) + (field.name.value in READ_FROM_GIT)
    own += sum({"sort": 1, "search": 5}.get(argument.name.value, 0) for argument in field.arguments or ())
    return own + int(own * 0.01 * _page(field))


def _depth(field: FieldNode) -> int:
    return 1 + max((_depth(inner) for inner in _selected(field.selection_set)), default=0)


def _page(field: FieldNode) -> int:
    for argument in field.arguments or ():
        if argument.name.value in {"first", "last"} and isinstance(argument.value, IntValueNode):
            return int(argument.value.value)
    return 0


def _in_ruby(error: GraphQLError) -> str:
    """Say an error in the words of GitLab's library, which we read."""
    words = error.message
    if words.startswith("Cannot query field"):
        field, _, kind = words.removeprefix("Cannot query field '").partition("' on type '")
        return f"Field '{field}' doesn't exist on type '{kind.partition(chr(39))[0]}'"
    return words
