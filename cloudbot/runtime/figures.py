"""How the bot is, in figures: for `/healthz`, `/readyz`, `/metrics`, the status page and its JSON.

`alive` asks whether the process should be restarted; `ready` whether people get what they expect; neither is green by
silence: a network that is not joined or a disk that cannot be written is named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from cloudbot.core.engine import World
from cloudbot.features.duty import on_duty
from cloudbot.features.freeze import Freeze, standing
from cloudbot.features.sources import Sources
from cloudbot.features.status import summary
from cloudbot.features.voice import Settings as VoiceSettings
from cloudbot.features.voice import Voice
from cloudbot.runtime.consumer import Consumer
from cloudbot.runtime.conversation import Conversation
from cloudbot.runtime.supervisor import Supervisor

if TYPE_CHECKING:
    from cloudbot.features.ci.badges import Badge


class Deliveries(Protocol):
    """The hooks that one forge sent us."""

    @property
    def outcomes(self) -> Mapping[str, int]:
        """Return how many by what became of them."""

    @property
    def last(self) -> datetime | None:
        """Return when the last one came whose sender was proved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Reads the parts of a running bot; changes none."""

    now: Callable[[], World]
    consumer: Consumer
    conversation: Conversation
    supervisor: Supervisor
    started: datetime
    counts: Callable[[], Mapping[tuple[str, str], int]]
    "messages of the outbox by lane and state"
    hooks: Mapping[str, Deliveries] = field(default_factory=dict)
    "by forge"

    def alive(self) -> Mapping[str, object]:
        """Answer `/healthz`: not ok only where a restart might help or an operator must act."""
        trouble = self.consumer.trouble
        return {"ok": not trouble, "trouble": trouble, "waiting_facts": self.consumer.waiting}

    def ready(self) -> Mapping[str, object]:
        """Answer `/readyz`: in all channels, every source read, the state file writable; each lack is named."""
        world = self.now()
        lacks = [f"{one.network}: {one.state} {one.detail}".strip() for one in world.networks if one.state != "ready"]
        lacks += [f"{one.network}: not in {channel}" for one in world.networks for channel in one.missing]
        lacks += [f"{one.network}: {note}" for one in world.networks for note in one.notes]
        lacks += [f"{source} is away: {away.detail}" for source, away in sorted(world.document(Sources).away.items())]
        if self.consumer.trouble:
            lacks.append(f"the state file cannot be written: {self.consumer.trouble}")
        return {"ok": not lacks, "lacks": lacks, "since": self.started}

    def status(self) -> Mapping[str, object]:
        """Collect what the status page and `/status.json` show."""
        world = self.now()
        figures = summary(world)
        frozen = standing(world.document(Freeze), world.at)
        voice = world.document(Voice)
        live = voice.live or not world.setting(VoiceSettings).listen_first
        return {
            "team": world.team.name,
            "records": world.records.short if world.records is not None else "",
            "version": world.version,
            "at": world.at,
            "duty": asdict(on_duty(world)),
            "frozen": None if frozen is None else asdict(frozen),
            "ready": self.ready(),
            "live": live,
            "unasked_today": {str(venue): voice.said_on(str(venue), world.at) for venue in world.team.channels},
            "unasked_budget": world.setting(VoiceSettings).lines_a_day,
            "quiet": {venue: until for venue, until in voice.quiet.items() if until > world.at},
            "sources": {source: {"read": read, "age": world.at - read} for source, read in world.looked.items()},
            "hooks": {forge: {"last": one.last, "deliveries": dict(one.outcomes)} for forge, one in self.hooks.items()},
            "projects": figures["projects"],
            "builds": {"seen": figures["builds_seen"], "all": figures["cells"], "failing": figures["red_cells"]},
            "pipelines": {"seen": figures["pipelines_seen"], "all": figures["lines"], "failing": figures["red_lines"]},
            "merge_requests": {
                "seen": figures["requests_seen"],
                "open": figures["waiting"],
                "drafts": figures["drafts"],
            },
            "seen": figures["seen"],
        }

    def badge(self, path: str) -> Badge | None:
        """Return what the badge of a project says, or None for one that is not to be shown."""
        from cloudbot.features.ci.badges import badge  # noqa: PLC0415 - who opens no door needs no badges

        return badge(path, self.now())

    def trend(self) -> Mapping[str, object]:
        """Collect what `/trend.json` shows."""
        from cloudbot.features.ci.badges import trend_figures  # noqa: PLC0415 - as above

        return trend_figures(self.now())

    def sprint(self, name: str) -> Mapping[str, object] | None:
        """Collect what the page of a sprint shows; without a name, of the next one. None if there is no such sprint."""
        world = self.now()
        if world.records is None:
            return None
        from cloudbot.features.records.sprints.listing import page  # noqa: PLC0415 - who has no records needs no models

        return page(world, name)

    def metrics(self) -> bytes:
        """Write the metrics in the Prometheus text format."""
        from cloudbot.runtime.metrics import written  # noqa: PLC0415 - who opens no door needs no Prometheus

        return written(self)
