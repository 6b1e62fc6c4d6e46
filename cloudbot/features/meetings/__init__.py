"""Meetings: what is said in a channel becomes minutes."""
