"""When somebody is on duty, as people write it: `Mon-Fri 08:00-18:00; Sat 10:00-12:00`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MIDNIGHT = 24 * 60
_LONGEST = 500
_STRETCH = re.compile(
    r"(?:(?P<days>[a-z, -]{3,60}?)\s+)?"
    r"(?P<from>\d{1,2}:\d{2})\s?[-–]\s?(?P<to>\d{1,2}:\d{2})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Hours on one weekday (Monday is 0), in minutes from midnight. Past 24 h: into the next."""

    weekday: int
    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class Duty:
    """The hours of a week in which somebody is on duty, on their own wall clock."""

    stretches: tuple[Stretch, ...] = ()
    is_always: bool = False

    @property
    def is_never(self) -> bool:
        return not self.is_always and not self.stretches


ALWAYS = Duty(is_always=True)
NEVER = Duty()


def read(text: str) -> Duty:
    """What these duty hours say. Raises `ValueError` with what would do."""
    plain = " ".join(text.split()).casefold()
    if plain in ("", "none", "never", "off"):
        return NEVER
    if plain in ("always", "24/7"):
        return ALWAYS
    if len(plain) > _LONGEST:
        raise ValueError("Those duty hours are too long to read.")
    return Duty(
        tuple(
            stretch
            for part in plain.split(";")
            if part.strip()
            for stretch in _stretches(part.strip())
        )
    )


def is_on(duty: Duty, at: datetime, zone: ZoneInfo) -> bool:
    """Whether somebody with these hours, whose clock shows *zone*, is on duty at that moment."""
    if duty.is_always:
        return True
    local = at.astimezone(zone)
    minute = local.hour * 60 + local.minute
    yesterday = (local.weekday() - 1) % 7
    return any(
        (each.weekday == local.weekday() and each.begins <= minute < each.ends)
        or (each.weekday == yesterday and minute < each.ends - _MIDNIGHT)
        for each in duty.stretches
    )


def next_on(duty: Duty, after: datetime, zone: ZoneInfo) -> datetime | None:
    """The first moment from *after* on at which they are on duty; `None` when there is none."""
    if is_on(duty, after, zone):
        return after
    if duty.is_never:
        return None
    today = after.astimezone(zone).date()
    starts = (
        moment
        for offset in range(-1, 9)
        for each in duty.stretches
        if each.weekday == (today + timedelta(days=offset)).weekday()
        for moment in _beginnings(today + timedelta(days=offset), each, duty, zone)
    )
    return min((moment for moment in starts if moment >= after), default=None)


def _beginnings(day: date, stretch: Stretch, duty: Duty, zone: ZoneInfo) -> Iterator[datetime]:
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
            if is_on(duty, moment, zone):
                yield moment
                return


def _stretches(part: str) -> Iterator[Stretch]:
    match = _STRETCH.fullmatch(part)
    if match is None:
        raise ValueError(
            f'"{part}" are not duty hours. Write them as "Mon-Fri 08:00-18:00; Sat 10:00-12:00", '
            '"always" or "off".'
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
