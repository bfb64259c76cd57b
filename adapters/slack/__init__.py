"""Slack: what is said there becomes our values, and ours become its calls."""
