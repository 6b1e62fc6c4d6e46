"""`make bench`: cloudbot beside Limnoria, Sopel and Errbot in one sitting, and one table of what came out.

  make bench                      three rounds of start, latency and burst; GitLab; a flood; KILL and a server crash
  make bench ARGS=--quick         one round, faults for cloudbot alone: about four minutes
  make bench ARGS=--full          also a dead link and ten minutes of refusal, side by side: about half an hour

Everything runs on this machine's loopback, bounded in count and time; what is started is stopped by its own pid.
"""

from __future__ import annotations

import argparse
import compileall
import json
from pathlib import Path

from bench import bots
from bench.machine import described
from bench.processes import say
from bench.sitting import Sitting, peers_installed
from bench.table import OURS, table

TEN_MINUTES = 600.0


def main() -> None:
    args = _arguments()
    machine = described()
    compileall.compile_dir(bots.ROOT / "cloudbot", quiet=1)  # the unprivileged user may not write beside the sources
    peers = [name for name in bots.BOTS if name != OURS] if peers_installed() and not args.alone else []
    sitting = Sitting([OURS, *peers])
    rounds = args.rounds or (1 if args.quick else 3)
    sitting.speed(rounds=rounds, commands=args.commands, burst=args.burst, starts=1 if args.quick else 2)
    sitting.with_gitlab(rounds=rounds, commands=args.commands, burst=args.burst)
    sitting.flood(burst=args.burst)
    sitting.faults("kill", "server_crash", names=[OURS] if args.quick else sitting.names)
    if args.full:
        sitting.faults("dead_link", "refused", "down", names=sitting.names, refuse_for=TEN_MINUTES)
    if args.json:
        runs = [run.as_json for run in sitting.runs]
        args.json.write_text(json.dumps({"machine": machine, "runs": runs}, indent=1) + "\n", encoding="utf-8")
        say("wrote", args.json)
    for key, value in machine.items():
        print(f"- {key}: {value}")
    print()
    print("\n".join(table(sitting.runs, peers)))


def _arguments() -> argparse.Namespace:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--quick", action="store_true", help="one round, few faults")
    p.add_argument("--full", action="store_true", help="everything, the faults that take minutes too")
    p.add_argument("--alone", action="store_true", help="without the peers")
    p.add_argument("--rounds", type=int, default=0, help="rounds of start, latency and burst")
    p.add_argument("--commands", type=int, default=500, help="commands of one latency run")
    p.add_argument("--burst", type=int, default=2000, help="commands at once")
    p.add_argument("--json", type=Path, help="write everything measured to this file")
    return p.parse_args()


if __name__ == "__main__":
    main()
