"""Meetings and the records: what is prepared before, and what is kept afterwards."""
