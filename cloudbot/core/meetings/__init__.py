"""Meetings: a log of lines, and the minutes that are made of it. Pure; nothing is imported here."""
