"""Writes the bot's lines of all transcripts anew."""

from __future__ import annotations

import asyncio
from pathlib import Path

from cloudbot.demo.simulation import Simulation

FOLDER = Path(__file__).parent


def bless() -> None:
    """Play each transcript and keep what came out."""
    for file in sorted(FOLDER.glob("*.txt")):
        file.write_text(asyncio.run(Simulation().play(file.read_text(encoding="utf-8"))).text, encoding="utf-8")


if __name__ == "__main__":
    bless()
