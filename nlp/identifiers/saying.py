"""What day or moment a time in words is, for somebody of whom only the hour of sending is known."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from nlp.times import Day, Instant, read


@lru_cache(maxsize=1024)  # it takes a thousand times as long as to find it
def moment_of(said: str, sent_at: datetime) -> str | None:
    """The day or the moment; on the wall of its author, whose zone nobody has told us, unless the
    words themselves settle it."""
    reading = read(said, sent_at, _UTC)
    if isinstance(reading, Day):
        return reading.date.isoformat()
    if not isinstance(reading, Instant):
        return None
    local = reading.at.replace(tzinfo=None)
    if read(said, sent_at, _ELSEWHERE) == reading:
        return local.isoformat(timespec="seconds") + "Z"
    return local.isoformat(timespec="minutes")


_UTC, _ELSEWHERE = ZoneInfo("UTC"), ZoneInfo("Asia/Tokyo")
