"""A GraphQL query as a value: its text, its depth and what GitLab will count it as, all from one tree. Pure.

GitLab refuses a query whose estimated complexity is above 200 for anybody and 250 for who is signed in, deeper than 15
or longer than 10,000 characters, and never gives more than 100 items of a list. The estimate is by the rule of its
source (`Types::BaseField`): it is what the server will say before it has looked at a single row.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

ANONYMOUS, SIGNED_IN = 200, 250
"""Complexity that GitLab allows by default."""

DEEPEST, LONGEST, LARGEST_PAGE = 15, 10_000, 100
_PER_ITEM = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field. `args` are GraphQL as written; `page` is the number of items asked for of a connection, else 0."""

    name: str
    alias: str = ""
    args: str = ""
    page: int = 0
    last: bool = False
    "whether the page is taken from the end of the list"
    of: tuple[Field, ...] = ()
    git: bool = False
    "whether the server reads the repository for it"

    @property
    def cost(self) -> int:
        """Return its estimated complexity.

        One for a field, its children's on top; one more if it is sorted, five if it is searched, one if the
        repository is read; a connection is dearer by a hundredth for every item of the page.
        """
        cost = 1 + sum(one.cost for one in self.of) + self.git
        cost += ("sort:" in self.args) + 5 * ("search:" in self.args)
        return cost + int(cost * _PER_ITEM * self.page)

    @property
    def depth(self) -> int:
        """Return how many levels it spans."""
        return 1 + max((one.depth for one in self.of), default=0)

    @property
    def text(self) -> str:
        """Return it as GraphQL."""
        page = f"{'last' if self.last else 'first'}: {self.page}" if self.page else ""
        args = ", ".join(part for part in (page, self.args) if part)
        head = (f"{self.alias}: " if self.alias else "") + self.name + (f"({args})" if args else "")
        return head + (f" {{ {' '.join(one.text for one in self.of)} }}" if self.of else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One request: a named operation with the variables it declares and their values."""

    name: str
    declared: str = ""
    of: tuple[Field, ...]

    @property
    def cost(self) -> int:
        """Return the estimated complexity of the whole."""
        return sum(one.cost for one in self.of)

    @property
    def depth(self) -> int:
        """Return its depth."""
        return max(one.depth for one in self.of)

    @property
    def text(self) -> str:
        """Return it as GraphQL."""
        declared = f"({self.declared})" if self.declared else ""
        return f"query {self.name}{declared} {{ {' '.join(one.text for one in self.of)} }}"


def fields(words: str) -> tuple[Field, ...]:
    """Return plain fields by their names."""
    return tuple(Field(name=word) for word in words.split())


def connection(name: str, page: int, *of: Field, alias: str = "", args: str = "") -> Field:
    """Return a list with its items."""
    return Field(name=name, alias=alias, args=args, page=min(page, LARGEST_PAGE), of=(Field(name="nodes", of=of),))


def paged(listed: Field) -> Field:
    """Return a list with the cursor to its next page."""
    return replace(listed, of=(Field(name="pageInfo", of=fields("hasNextPage endCursor")), *listed.of))


def fits(cost: int, one: int, limit: int, most: int) -> int:
    """Return how many things of a cost fit beside what is there already: at least one, at most `most`."""
    return max(1, min(most, (limit - cost) // max(1, one)))
