"""Meetings: finding the time, inviting, briefing, and what was learnt."""
