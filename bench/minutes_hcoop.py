"""hcoop-meetbot 0.8.1 through a log: run by the peers' own Python; lines come on standard input, times leave as JSON.

Its logic is called as its Limnoria plugin calls it, without an IRC connection: one `irc_message` for each line, and the
files are written by its own #endmeeting.
"""

from __future__ import annotations

import json
import logging
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

from hcoopmeetbotlogic import handler  # type: ignore[import-not-found]
from hcoopmeetbotlogic.interface import Context, Message  # type: ignore[import-not-found]


def main() -> None:
    lines = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as place:
        settings = f"[HcoopMeetbot]\nlogDir = {place}\nurlPrefix = https://example.org\npattern = meeting\n"
        Path(place, "HcoopMeetbot.conf").write_text(settings, encoding="utf-8")
        handler.configure(logging.getLogger("hcoop"), place)
        context = Context(
            get_topic=str, set_topic=lambda _: None, send_reply=lambda _: None, send_message=lambda _: None
        )
        took = []
        for number, line in enumerate(lines):
            message = Message(
                id=f"id-{number}", timestamp=datetime.fromisoformat(line["at"]), nick=line["nick"], channel="#clouds",
                network="oftc", payload=line["text"],
            )  # fmt: skip
            start = time.perf_counter()
            handler.irc_message(context, message)
            took.append(time.perf_counter() - start)
        sizes = {path.name: path.stat().st_size for path in Path(place).iterdir()}
    json.dump({"took": took, "sizes": sizes}, sys.stdout)


if __name__ == "__main__":
    main()
