"""What a time in words is, for somebody of whom only the hour of sending is known."""

import re
from datetime import datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from nlp.times import Day, Instant, Range, Reading, read
from nlp.times.days import DAY_MONTH, MONTH_DAY


@lru_cache(maxsize=1024)  # it takes a thousand times as long as to find it
def moment_of(said: str, sent_at: datetime) -> str | None:
    """The day, the moment, or from which to which (ISO 8601 writes a stroke between them); on the
    wall of its author, whose zone nobody has told us, unless the words themselves settle it."""
    reading = _reported(said, sent_at)
    match reading:
        case Day(day):
            return day.isoformat()
        case Instant(at):
            moments = [at]
        case Range() if _YEARS.fullmatch(said):
            return None
        case Range(start, end) if _is_of_days(start, end):
            return f"{start.date().isoformat()}/{(end - _DAY).date().isoformat()}"
        case Range(start, end):
            moments = [start, end]
        case _:
            return None
    is_settled = read(said, sent_at, _ELSEWHERE) == reading
    return "/".join(_on_the_wall(at, is_settled=is_settled) for at in moments)


def _on_the_wall(at: datetime, *, is_settled: bool) -> str:
    local = at.replace(tzinfo=None)
    if is_settled:
        return local.isoformat(timespec="seconds") + "Z"
    return local.isoformat(timespec="minutes")


def _is_of_days(start: datetime, end: datetime) -> bool:
    return start.time() == end.time() == time() and start < end


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
    match reading:
        case Day(day):
            return day.year
        case Instant(at) | Range(at, _):
            return at.year
        case _:
            return None


_DAY = timedelta(days=1)
_YEARS = re.compile(  # which are clocks as well: "from 2019 to 2021"
    r"(?:from |between |since )?(?:19|20)\d\d ?(?:[-–~]|to|and|until|till|through) ?(?:19|20)\d\d",
    re.IGNORECASE,
)
_REMEMBERED = timedelta(days=300)  # so long ago a day without its year may be, and not longer
_UTC, _ELSEWHERE = ZoneInfo("UTC"), ZoneInfo("Asia/Tokyo")
