"""What runs for the team: pipelines by line of history, builds by vendor, release and arch, schedules; and why."""
