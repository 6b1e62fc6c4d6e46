"""Merge requests: what is known of them, on whom each waits, what is told and answered, and who is reminded."""
