"""Anybody's log as lines of a meeting: one small reader per format, and what they share. Nothing is imported here."""
