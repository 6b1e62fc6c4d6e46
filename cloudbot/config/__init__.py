"""The configuration of an installation: a directory of TOML files, read whole, all its problems found at once."""

from cloudbot.config.reading import BadConfiguration, Problem, load
from cloudbot.config.secrets import MissingSecret, Secrets
from cloudbot.config.settings import Installation

__all__ = ["BadConfiguration", "Installation", "MissingSecret", "Problem", "Secrets", "load"]
