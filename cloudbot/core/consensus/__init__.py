"""Decisions by lazy consensus: what can be done to one, when its clock runs, and how it ends. No I/O, no clock."""
