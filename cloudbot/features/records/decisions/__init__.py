"""Decisions by lazy consensus: orders that change one, its announcement, its clock, and questions about it."""
