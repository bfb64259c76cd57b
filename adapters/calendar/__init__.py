"""People's own calendars: asked when somebody is busy, and nothing else."""
