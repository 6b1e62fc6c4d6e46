"""cloudbot: the secretary of a volunteer team, on IRC and on its mailing list."""

__version__ = "0.1.0"
