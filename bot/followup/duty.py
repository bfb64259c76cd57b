"""When somebody is on duty in a week, as people write it: `Mon-Fri 08:00-18:00; Sat 10:00-12:00`.

A public holiday counts as a Sunday, unless the hours name it: `holidays 10:00-12:00`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.followup import workdays

SUNDAY, HOLIDAY = 6, 7

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOLIDAYS = ("holidays", "holiday")
_NO_HOLIDAYS = tuple(f"{word} {rest}" for word in _HOLIDAYS for rest in ("off", "none"))
_MIDNIGHT = 24 * 60
_LONGEST = 500
_DAYS_AHEAD = 16
"""How far to look for the next hours: over a week that is all holidays, and the one after."""
_STRETCH = re.compile(
    r"(?:(?P<days>[a-z, -]{3,60}?)\s+)?"
    r"(?P<from>\d{1,2}:\d{2})\s?[-–]\s?(?P<to>\d{1,2}:\d{2})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Hours on one weekday (Monday is 0, a public holiday 7), in minutes from midnight.

    Past 24 h they run into the next day.
    """

    weekday: int
    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class Duty:
    """The hours of a week in which somebody is on duty, on their own wall clock."""

    stretches: tuple[Stretch, ...] = ()
    is_always: bool = False
    names_holidays: bool = False
    """Whether it says what holds on a public holiday; else that is a Sunday."""

    @property
    def is_never(self) -> bool:
        return not self.is_always and not self.stretches


ALWAYS = Duty(is_always=True)
NEVER = Duty()


@lru_cache(maxsize=1024)
def read(text: str) -> Duty:
    """What these duty hours say. Raises `ValueError` with what would do."""
    plain = " ".join(text.split()).casefold()
    if plain in ("", "none", "never", "off"):
        return NEVER
    if plain in ("always", "24/7"):
        return ALWAYS
    if len(plain) > _LONGEST:
        raise ValueError("Those duty hours are too long to read.")
    parts = [part.strip() for part in plain.split(";") if part.strip()]
    hours = [part for part in parts if part not in _NO_HOLIDAYS]
    stretches = tuple(stretch for part in hours for stretch in _stretches(part))
    on_holidays = any(each.weekday == HOLIDAY for each in stretches)
    return Duty(stretches, names_holidays=on_holidays or len(hours) < len(parts))


def is_on(duty: Duty, at: datetime, zone: ZoneInfo, country: str | None = None) -> bool:
    """Whether somebody with these hours, whose clock shows *zone*, is on duty at that moment.

    *country* is the one whose public holidays they keep.
    """
    if duty.is_always:
        return True
    local = at.astimezone(zone)
    minute = local.hour * 60 + local.minute
    today = _weekday_of(duty, local.date(), country)
    yesterday = _weekday_of(duty, local.date() - timedelta(days=1), country)
    return any(
        (each.weekday == today and each.begins <= minute < each.ends)
        or (each.weekday == yesterday and minute < each.ends - _MIDNIGHT)
        for each in duty.stretches
    )


def next_on(
    duty: Duty, after: datetime, zone: ZoneInfo, country: str | None = None
) -> datetime | None:
    """The first moment from *after* on at which they are on duty; `None` when there is none."""
    return after if is_on(duty, after, zone, country) else next_begin(duty, after, zone, country)


def next_begin(
    duty: Duty, after: datetime, zone: ZoneInfo, country: str | None = None
) -> datetime | None:
    """The first moment after *after* at which hours of theirs begin."""
    today = after.astimezone(zone).date()
    days = [today + timedelta(days=offset) for offset in range(-1, _DAYS_AHEAD)]
    starts = (
        moment
        for day in days
        for each in duty.stretches
        if each.weekday == _weekday_of(duty, day, country)
        for moment in _beginnings(day, each, duty, zone, country)
    )
    return min((moment for moment in starts if moment > after), default=None)


def ends(
    duty: Duty, after: datetime, zone: ZoneInfo, country: str | None = None
) -> datetime | None:
    """The first moment after *after* at which hours of theirs end."""
    today = after.astimezone(zone).date()
    moments = (
        _wall(day, each.ends, zone)
        for day in (today + timedelta(days=offset) for offset in range(-1, _DAYS_AHEAD))
        for each in duty.stretches
        if each.weekday == _weekday_of(duty, day, country)
    )
    return min((moment for moment in moments if moment > after), default=None)


def _wall(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """The moment at which the clock of that day shows so many minutes from midnight."""
    days, minute = divmod(minutes, _MIDNIGHT)
    wall = datetime.combine(day + timedelta(days=days), time(minute // 60, minute % 60), zone)
    return wall.astimezone(UTC)


def _weekday_of(duty: Duty, day: date, country: str | None) -> int:
    if country is None or not workdays.is_holiday(day, country):
        return day.weekday()
    return HOLIDAY if duty.names_holidays else SUNDAY


def _beginnings(
    day: date, stretch: Stretch, duty: Duty, zone: ZoneInfo, country: str | None
) -> Iterator[datetime]:
    """The moments at which this wall time begins on *day*: two where the clocks go back."""
    wall = datetime.combine(day, time(stretch.begins // 60, stretch.begins % 60))
    for fold in (0, 1):
        moment = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        if moment.astimezone(zone).replace(tzinfo=None) == wall:
            yield moment
    # Where the clocks go forward the wall time may not exist: they begin when the hour is over.
    earliest = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if earliest.astimezone(zone).replace(tzinfo=None) != wall:
        for minutes in range(3 * 60):
            moment = earliest + timedelta(minutes=minutes)
            if is_on(duty, moment, zone, country):
                yield moment
                return


def _stretches(part: str) -> Iterator[Stretch]:
    match = _STRETCH.fullmatch(part)
    if match is None:
        raise ValueError(
            f'"{part}" are not duty hours. Write them as "Mon-Fri 08:00-18:00; Sat 10:00-12:00; '
            'holidays off", "always" or "off".'
        )
    begins, ends = _minutes(match["from"]), _minutes(match["to"])
    if begins == _MIDNIGHT:
        raise ValueError(f'"{part}": hours begin before 24:00.')
    if ends <= begins:
        ends += _MIDNIGHT
    for weekday in _weekdays(match["days"] or "daily"):
        yield Stretch(weekday, begins, ends)


def _minutes(clock: str) -> int:
    hour, minute = (int(number) for number in clock.split(":"))
    if minute > 59 or hour * 60 + minute > _MIDNIGHT:
        raise ValueError(f'"{clock}" is not a time of day.')
    return hour * 60 + minute


def _weekdays(days: str) -> list[int]:
    if days.strip() in ("daily", "every day"):
        return list(range(7))
    found: set[int] = set()
    for part in days.split(","):
        if part.strip() in _HOLIDAYS:
            found.add(HOLIDAY)
            continue
        first, _, last = (piece.strip() for piece in part.partition("-"))
        begin = _weekday(first)
        end = _weekday(last) if last else begin
        found.update((begin + step) % 7 for step in range((end - begin) % 7 + 1))
    return sorted(found)


def _weekday(word: str) -> int:
    for number, name in enumerate(_DAYS):
        if len(word) >= 3 and name.startswith(word):
            return number
    raise ValueError(f'"{word}" is not a weekday. These are: Mon, Tue, Wed, Thu, Fri, Sat, Sun.')
