"""What day or moment a time in words is, for somebody of whom only the hour of sending is known."""

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from nlp.times import Day, Instant, Reading, read
from nlp.times.days import DAY_MONTH, MONTH_DAY


@lru_cache(maxsize=1024)  # it takes a thousand times as long as to find it
def moment_of(said: str, sent_at: datetime) -> str | None:
    """The day or the moment; on the wall of its author, whose zone nobody has told us, unless the
    words themselves settle it."""
    reading = _reported(said, sent_at)
    if isinstance(reading, Day):
        return reading.date.isoformat()
    if not isinstance(reading, Instant):
        return None
    local = reading.at.replace(tzinfo=None)
    if read(said, sent_at, _ELSEWHERE) == reading:
        return local.isoformat(timespec="seconds") + "Z"
    return local.isoformat(timespec="minutes")


def _reported(said: str, sent_at: datetime) -> Reading:
    """What is meant by somebody who reports: "14 March" said in November was last spring."""
    reading = read(said, sent_at, _UTC)
    year = _year_of(reading)
    if (
        year is None
        or year <= sent_at.year
        or not (DAY_MONTH.search(said) or MONTH_DAY.search(said))
    ):
        return reading
    since = read(said, sent_at - _REMEMBERED, _UTC)
    return reading if _year_of(since) in (None, year) else since


def _year_of(reading: Reading) -> int | None:
    if isinstance(reading, Day):
        return reading.date.year
    return reading.at.year if isinstance(reading, Instant) else None


_REMEMBERED = timedelta(days=300)  # so long ago a day without its year may be, and not longer
_UTC, _ELSEWHERE = ZoneInfo("UTC"), ZoneInfo("Asia/Tokyo")
