"""Sprints, their public part: gates, dates, who comes by consent, what was promised there and what is owed after."""
