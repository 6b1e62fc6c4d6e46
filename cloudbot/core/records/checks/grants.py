"""Whether the permissions say what they seem to say: a word that is not understood gives nobody a right."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from cloudbot.core.records.findings import shown
from cloudbot.core.records.kinds.policies import PolicyPermissions
from cloudbot.core.records.permissions import ALWAYS_TWO, WORDS
from cloudbot.core.records.tree import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudbot.core.records.tree import View


def understood(view: View) -> Iterator[Hit]:
    """Every word of a grant is one that is understood; acts of delegation are left to two people."""
    for policy in view.all(PolicyPermissions):
        for number, grant in enumerate(policy.record.grants):
            for place, word in enumerate(grant.may):
                at = ("grants", number, "may", place)
                if word in ALWAYS_TWO and grant.who != "two people":
                    yield Hit(policy, at, word, f"lets {grant.who} do {word} alone", "it under two people")
                if word not in WORDS:
                    near = difflib.get_close_matches(word, WORDS, n=1, cutoff=0.5)
                    write = near[0] if near else "the name of a kind, or a word of docs/records.md"
                    what = f"lets {grant.who} do {shown(word) or 'something'}, which is not understood"
                    yield Hit(policy, at, word, what, write)
