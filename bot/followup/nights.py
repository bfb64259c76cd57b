"""The night, in which nobody is told what can wait: an officer's own, or their agency's."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from storage.models import Officer

USUAL = "22:00-07:00"
NONE, AS_AGENCY = "off", "default"
_NIGHT = re.compile(r"(?P<begins>\d{1,2}:\d{2})\s?[-–]\s?(?P<ends>\d{1,2}:\d{2})")


@dataclass(frozen=True, slots=True)
class Night:
    """From when to when, on its owner's wall clock; mostly over midnight."""

    begins: time
    ends: time

    def covers(self, wall: time) -> bool:
        if self.begins < self.ends:
            return self.begins <= wall < self.ends
        return wall >= self.begins or wall < self.ends


@lru_cache(maxsize=1024)
def read(text: str) -> Night | None:
    """The night that this says; `None` for "off". Raises `ValueError` with what would do."""
    plain = text.strip().casefold()
    if plain == NONE:
        return None
    said = _NIGHT.fullmatch(plain)
    try:
        begins, ends = (_clock(said[name]) for name in ("begins", "ends")) if said else (None, None)
    except ValueError:
        begins = ends = None
    if begins is None or ends is None or begins == ends:
        raise ValueError(f'"{text}" is no night. Write it as "{USUAL}", or "{NONE}" for none.')
    return Night(begins, ends)


def of(officer: Officer) -> Night | None:
    """When this officer sleeps, as they say; as their agency does; or as most people do."""
    return read(officer.night or officer.agency.night or USUAL)


def ends(officer: Officer, now: datetime) -> datetime | None:
    """When their night is over; `None` by day."""
    night, zone = of(officer), ZoneInfo(officer.zone)
    local = now.astimezone(zone)
    if night is None or not night.covers(local.time()):
        return None
    day = local.date() + timedelta(days=local.time() >= night.ends)
    return datetime.combine(day, night.ends, zone).astimezone(UTC)


def _clock(text: str) -> time:
    hour, minute = text.split(":")
    return time(int(hour), int(minute))
