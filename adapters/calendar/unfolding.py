"""Reading one stranger's calendar: the whole of a process, which may be ended at any moment."""

import json
import resource
import sys
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.meetings import calendar

MOST_MEMORY: Final = 1 << 30


def main(start: str, end: str, zone: str) -> int:
    """Write when the calendar that comes in says that its owner is busy; 1 if it cannot be read."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    found = calendar.busy_in(
        sys.stdin.buffer.read(),
        datetime.fromisoformat(start),
        datetime.fromisoformat(end),
        ZoneInfo(zone),
    )
    if found is None:
        return 1
    json.dump([(begins.isoformat(), ends.isoformat()) for begins, ends in found], sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
