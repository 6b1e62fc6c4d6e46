"""The smallest repair of a branch that somebody broke: its broken files as they were, offered as a merge request.

Nothing is pushed to the branch itself: what somebody wrote there is theirs to mend, and this is one way to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.adapters.records.plumbing import GitFailed
from cloudbot.core.records.operations import request_id
from cloudbot.core.records.wording import link_in

if TYPE_CHECKING:
    from datetime import datetime

    from cloudbot.adapters.records.repository import Repository
    from cloudbot.adapters.records.tip import Tip

_RUN = "Run the pipeline yourself: it is judged as yours."
MENDED = "refs/cloudbot/mended"


def offer_mending(repository: Repository, tip: Tip, at: datetime) -> str:
    """Offer the repair once for a broken commit; return its link, or nothing where none can be offered."""
    good = tip.good
    if good is None or repository.settings.merge_requests == "never" or repository.at(MENDED) == tip.commit:
        return ""
    broken = sorted({finding.file for finding in tip.errors})
    files = {path: good.tree.texts.get(path) for path in broken if path in tip.tree.texts or path in good.tree.texts}
    line = f"records: put back {len(files)} file{'s' if len(files) != 1 else ''} that cannot be read"
    body = "\n".join(f"    {finding}" for finding in tip.errors[:20])
    trailers = f"On-behalf-of: {repository.settings.name}\nVia: bot\nRequest-Id: {request_id(tip.commit, at)}"
    try:
        commit = repository.commit(tip.commit, files, f"{line}\n\n{body}\n\n{trailers}\n", repository.committer, at)
        repository.point(MENDED, tip.commit)
        said = repository.propose(commit, f"cloudbot/mend/{tip.commit[:8]}", line, f"As of {good.commit[:8]}. {_RUN}")
    except GitFailed:
        return ""
    return link_in(said)
