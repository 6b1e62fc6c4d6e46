"""`!history`: what happened to a record, newest first, from the commits that are kept in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.core.commands import Answer, Ask, Command, Param

if TYPE_CHECKING:
    from cloudbot.core.engine import World
    from cloudbot.core.records.state import Records
    from cloudbot.core.records.tree import Filed
    from cloudbot.core.records.words import Part

MOST_SHOWN = 4


def history(ask: Ask, world: World) -> Answer:
    """Answer `!history RECORD`; without one, with the newest commits of all."""
    records, wanted = world.records, ask.args.get("record", "").strip()
    if records is None:
        return Answer(words="irc/records_unread")
    if not wanted:
        values = {"name": "", "path": "", "entries": records.past, "most": MOST_SHOWN, "at": world.at}
        return Answer(words="irc/record_history", values=values | {"site": records.site})
    found = named(records, wanted)
    if len(found) != 1:
        values = {"wanted": wanted, "found": [f"{one.kind.name} {one.id}" for one in found]}
        return Answer(words="irc/record_which", values=values)
    (one,) = found
    values = {
        "name": f"{one.kind.name} {one.id}" if one.kind.identity else one.kind.name,
        "path": one.path,
        "entries": records.history(one.path),
        "most": MOST_SHOWN,
        "at": world.at,
        "site": records.site,
    }
    return Answer(words="irc/record_history", values=values)


def named(records: Records, wanted: str) -> list[Filed[Part]]:
    """Return the records that somebody means: `A-2019-001`, `area publish`, `areas/publish.toml`, `publish`."""
    kind, _, identity = wanted.rpartition(" ")
    every = records.tree.filed
    by_path = [one for one in every if one.path == wanted]
    if by_path:
        return by_path
    plain = identity.casefold()
    return sorted(
        (one for one in every if plain == _name(one).casefold() and kind.strip() in {"", one.kind.name}),
        key=lambda one: one.kind.name,
    )


def _name(one: Filed[Part]) -> str:
    """Return what a record is called; a policy, of which there is one, by its kind."""
    return one.id if one.kind.identity else one.kind.name


HISTORY = Command(
    name="history",
    help="what happened to a record, newest first: its id, or kind and id; without one, the newest changes of all",
    params=(Param(name="record", kind="rest", optional=True),),
    answer=history,
    examples=("!history", "!history A-2019-001", "!history area publish"),
)
