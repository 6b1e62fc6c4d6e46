"""The figures of a running bot as Prometheus metrics, read at the moment of the scrape: nothing is counted twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from prometheus_client.core import Metric

    from cloudbot.runtime.figures import Figures


def written(figures: Figures) -> bytes:
    """Write the metrics in the Prometheus text format."""
    registry = CollectorRegistry()
    registry.register(_Collector(figures))
    return generate_latest(registry)


class _Collector:
    """Reads the figures when it is asked."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        """Yield every metric of the bot."""
        figures, world = self._figures, self._figures.now()
        yield GaugeMetricFamily("cloudbot_up_seconds", "Seconds since the start.", _seconds(world.at, figures.started))
        ready = figures.ready()
        yield GaugeMetricFamily("cloudbot_ready", "1 when people get what they expect.", int(bool(ready["ok"])))
        yield GaugeMetricFamily("cloudbot_facts_waiting", "Facts not yet committed.", figures.consumer.waiting)
        yield CounterMetricFamily("cloudbot_commits", "Committed batches of facts.", figures.consumer.batches)
        yield CounterMetricFamily("cloudbot_facts_parked", "Facts parked by a bug.", figures.consumer.parked)
        yield CounterMetricFamily("cloudbot_questions", "Questions answered.", figures.conversation.answered)
        outbox = GaugeMetricFamily("cloudbot_outbox", "Messages of the outbox.", labels=["lane", "state"])
        for (lane, state), number in sorted(figures.counts().items()):
            outbox.add_metric([lane, state], number)
        yield outbox
        age = GaugeMetricFamily("cloudbot_source_age_seconds", "Seconds since a source was read.", labels=["source"])
        for source, read in sorted(world.looked.items()):
            age.add_metric([source], _seconds(world.at, read))
        yield age
        joined = GaugeMetricFamily("cloudbot_irc_channels", "Channels the bot is in.", labels=["network"])
        for one in world.networks:
            joined.add_metric([one.network], len(one.channels))
        yield joined
        queued = GaugeMetricFamily("cloudbot_irc_queued", "Lines that wait to be said.", labels=["network"])
        for one in world.networks:
            queued.add_metric([one.network], one.queued)
        yield queued
        hooks = CounterMetricFamily("cloudbot_hooks", "Hooks by what became of them.", labels=["forge", "outcome"])
        for forge, deliveries in sorted(figures.hooks.items()):
            for outcome, number in sorted(deliveries.outcomes.items()):
                hooks.add_metric([forge, outcome], number)
        yield hooks
        restarts = CounterMetricFamily("cloudbot_part_restarts", "Parts started again.", labels=["part"])
        for part, number in sorted(figures.supervisor.restarts.items()):
            restarts.add_metric([part], number)
        yield restarts


def _seconds(late: datetime, early: datetime) -> float:
    return (late - early).total_seconds()
