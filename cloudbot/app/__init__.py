"""The composition root: the only place that knows everything, and does nothing but put it together and take it down."""

from cloudbot.app.making import known_records, make_forge, try_records
from cloudbot.app.parts import STATE_FILE
from cloudbot.app.serving import serve
from cloudbot.app.setting import Setting, wall_clock

__all__ = ["STATE_FILE", "Setting", "known_records", "make_forge", "serve", "try_records", "wall_clock"]
