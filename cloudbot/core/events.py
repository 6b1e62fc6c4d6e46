"""The kinds of unasked news, in the words of Buildbot's `notify` where it has one; who hears what is chosen in chat."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """One kind of news; `default` says whether a channel hears it until it says otherwise."""

    name: str
    help: str
    default: bool = True


EVENTS: dict[str, Event] = {
    event.name: event
    for event in (
        Event("problem", "what was ok fails"),
        Event("recovery", "what failed is ok again"),
        Event("flaky", "what failed passes when it is tried again, nothing changed"),
        Event("worse", "it passes with warnings now, or more of it fails", default=False),
        Event("better", "the warnings are gone, or less of it fails", default=False),
        Event("still", "what has failed for two days, at most every 48 h"),
        Event("missed", "a schedule did not run, and when it runs again"),
        Event("stuck", "a pipeline waits for a runner for hours"),
        Event("finished", "every pipeline that ends, whatever it says", default=False),
        Event("outage", "a source does not answer, and when it does again"),
        Event("mr-opened", "a merge request is opened", default=False),
        Event("mr-ready", "a merge request needs nothing but the merge", default=False),
        Event("mr-merged", "a merge request is merged", default=False),
        Event("mr-closed", "a merge request is closed unmerged", default=False),
        Event("mr-nudge", "merge requests wait for long, once a morning"),
        Event("freeze", "the team freezes its work, for a point release say, and when that is over"),
        Event("record", "somebody changed the records by hand or by merge request"),
        Event("action", "who asked to be reminded of what they promised is reminded"),
        Event("sprint", "what a sprint promised, a month after it, and that its report is owed"),
        Event("offer", "an offer to the team was to be followed up today"),
        Event("meeting", "a meeting of a series was not held at its time"),
        Event("notice", "anything else worth a line"),
    )
}
