"""Moments in what `clocks` wrote, found again."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

from babel.dates import get_month_names

from bot import clocks

_DAY = r"[^\W\d_]{3,9} [0-9]{1,2} [^\W\d_]{3,9}(?: [12][0-9]{3})?"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment as it stands written in a text, from *start* to *end*."""

    start: int
    end: int
    at: datetime
    has_day: bool
    """Whether its day is written, too."""


def written_in(text: str, zone: ZoneInfo, now: datetime) -> list[Moment]:
    """Every moment that was written so for a reader in this zone, read back.

    A chat may know better where its reader is, and show them in the zone they are in.
    """
    found: list[Moment] = []
    for match in _form(zone).finditer(text):
        found += _read_back(match, zone, now)
    return found


@cache
def _form(zone: ZoneInfo) -> re.Pattern[str]:
    """A clock with its place, perhaps after its day, perhaps up to another clock."""
    place = rf"{re.escape(clocks.city(zone))}(?:, UTC[-+][0-9.e-]+)?"
    return re.compile(
        rf"(?<!\w)(?:(?P<day>{_DAY}), )?(?P<clock>{_CLOCK})"
        rf"(?:–(?:(?P<last_day>{_DAY}), )?(?P<last_clock>{_CLOCK}))?"
        rf" (?:\((?P<place>{place})\)|(?P<bare>{place})(?= \())"
    )


def _read_back(found: re.Match[str], zone: ZoneInfo, now: datetime) -> Iterator[Moment]:
    place, is_span = found["place"] or found["bare"], found["last_clock"] is not None
    day = _day_of(found["day"], zone, now) if found["day"] else now.astimezone(zone).date()
    if day is None:
        return
    first_end = found.end("clock") if is_span else found.end()
    at = _at(day, found["clock"], place, zone)
    yield Moment(found.start(), first_end, at, has_day=found["day"] is not None)
    last_day = _day_of(found["last_day"], zone, now) if found["last_day"] else day
    if is_span and last_day is not None:
        at = _at(last_day, found["last_clock"], place, zone)
        yield Moment(first_end + len("–"), found.end(), at, has_day=found["last_day"] is not None)


def _at(day: date, clock: str, place: str, zone: ZoneInfo) -> datetime:
    """In an hour that comes twice, the one whose offset stands beside the place."""
    first = datetime.combine(day, time.fromisoformat(clock), zone)
    second = first.replace(fold=1)
    is_second = clocks.place(first, zone) != place == clocks.place(second, zone)
    return (second if is_second else first).astimezone(UTC)


def _day_of(written: str, zone: ZoneInfo, now: datetime) -> date | None:
    """The day; where its year is left out, the nearest in which it is that day of the week."""
    weekday, day, month, *year = written.split()
    number = _months().get(month)
    this = now.astimezone(zone).year
    for each in [int(year[0])] if year else [this, this + 1, this - 1]:
        try:
            found = date(each, number or 0, int(day))
        except ValueError:
            continue
        if f"{found:%A}".startswith(weekday):
            return found
    return None


@cache
def _months() -> dict[str, int]:
    """Months by their names, short and long."""
    short = get_month_names("abbreviated", locale="en")
    long = get_month_names("wide", locale="en")
    return {name: number for names in (short, long) for number, name in names.items()}
