"""A comment on a merge request, written once: a mark that nobody sees is looked up before it is written.

The API has no key that would make a POST exactly once, so the mark does: an HTML comment at the end of the text
(docs.gitlab.com: Notes API). Where the notes could not be read whole, nothing is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.adapters.gitlab.asks import Asks, notes_of
from cloudbot.adapters.gitlab.away import TROUBLE
from cloudbot.adapters.gitlab.client import client
from cloudbot.adapters.gitlab.outcomes import ELSEWHERE, NO_WAITING, NOT_GITLABS, of_trouble
from cloudbot.core.ports import Outcome, Sent, Transient, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cloudbot.adapters.gitlab.session import Pinned
    from cloudbot.adapters.gitlab.settings import Settings

CURES: Mapping[int, str] = {
    0: ELSEWHERE,
    403: "refused (403): the token lacks scope api, or its account may not comment there",
    404: "not there (404): the merge request is gone, or hidden from the token",
}
CREATED = 201


class Comments:
    """The comments of one errand, on the looks' own session: one host, one pace, one deadline."""

    def __init__(self, settings: Settings, session: Pinned, token: str) -> None:
        """Make a client beside the looks' own."""
        self._session = session
        self._asks = Asks(settings, session, token)
        self._gitlab = client(settings, session, token)

    def write(self, project: str, merge_request: int, text: str, mark: str, at: datetime) -> Outcome:
        """Write it unless it is there, and say what came of it. Raises nothing that the world causes."""
        try:
            if any(mark in str(note.get("body")) for note in self._asks.notes(project, merge_request)):
                return Sent()
        except TROUBLE as error:
            return _nothing_written(of_trouble(error, self._session.last_headers, at, CURES))
        return self._written(notes_of(project, merge_request), f"{text.rstrip()}\n\n{mark}\n", at)

    def _written(self, path: str, body: str, at: datetime) -> Outcome:
        try:
            answer = self._gitlab.http_request("post", path, post_data={"body": body}, **NO_WAITING)
        except TROUBLE as error:
            return of_trouble(error, self._session.last_headers, at, CURES)
        if answer.status_code != CREATED or "json" not in answer.headers.get("Content-Type", ""):
            return Unknown(NOT_GITLABS)
        return Sent()


def _nothing_written(outcome: Outcome) -> Outcome:
    """Say that it did not happen where only the reading is in doubt."""
    return Transient(outcome.why) if isinstance(outcome, Unknown) else outcome
