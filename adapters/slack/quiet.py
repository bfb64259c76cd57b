"""A logger for Slack's libraries that writes nothing: they repeat tokens and what was said."""

import logging
from typing import Final

LOGGER: Final = logging.Logger("slack", logging.CRITICAL + 1)  # noqa: LOG001 - below no other
