"""`python -m cloudbot` is `cloudbot`."""

from cloudbot.cli import main

main(prog_name="cloudbot")
