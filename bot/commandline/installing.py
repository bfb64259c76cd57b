"""Preparing a chat platform for the bot."""

import json

from adapters.slack import manifest as slack
from bot.commandline.telling import say
from bot.errors import ConfigError


def slack_manifest(events_url: str | None, *, link: bool, gov: bool, reads_files: bool) -> None:
    """Print the manifest of the Slack app, or an address that holds it."""
    if events_url is not None and not events_url.startswith("https://"):
        raise ConfigError(f'--http {events_url}: Slack calls addresses with "https://" only.')
    if events_url is not None and not events_url.endswith(slack.EVENTS_PATH):
        raise ConfigError(f"--http {events_url}: it must end in {slack.EVENTS_PATH}")
    made = slack.manifest(events_url, reads_files=reads_files)
    if link:
        base = "https://slack-gov.com/api/" if gov else "https://slack.com/api/"
        say(slack.link(made, base))
    else:
        say(json.dumps(made, indent=2, ensure_ascii=False))
