"""What the server bears, for tests that must come out the same whichever way the team is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.adapters.gitlab import stage

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(params=stage.RUNGS)
def rung(request: pytest.FixtureRequest) -> Iterator[str]:
    """Let the server of every `play` bear no more than one rung of the ladder."""
    stage.BEARS[0] = stage.RUNGS[request.param]
    yield request.param
    stage.BEARS[0] = stage.RUNGS["nested 100"]
