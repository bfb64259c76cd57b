"""When people of several agencies and zones can meet."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from bot.followup import duty, workdays
from bot.followup.duty import Duty
from storage.models import Officer

Interval = tuple[datetime, datetime]

OFFICE_HOURS = duty.read("Mon-Fri 09:00-17:00")
STEP = timedelta(minutes=30)
HORIZON = timedelta(days=92)
# The day is widened only when nothing fits, for everybody alike, and never further than this.
STRETCHES = tuple(timedelta(hours=hours) for hours in range(5))
_ALL_DAY = timedelta(days=1)
_FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to meet: their hours on their own wall clock, and when they are busy.

    Without the required nobody meets; of every agency at least one must come.
    """

    who: str
    agency: str
    zone: ZoneInfo
    hours: Duty = OFFICE_HOURS
    busy: tuple[Interval, ...] = ()
    is_required: bool = True
    country: str | None = None
    """Whose public holidays they keep; whoever is on duty around the clock keeps none."""


@dataclass(frozen=True, slots=True)
class Outside:
    """How much of a meeting lies outside somebody's hours."""

    who: str
    outside: timedelta


@dataclass(frozen=True, slots=True)
class Slot:
    """A possible time: who would sit outside their hours, and who could not come."""

    start: datetime
    end: datetime
    outside: tuple[Outside, ...] = ()
    missing: tuple[str, ...] = ()


def propose(
    people: Sequence[Person],
    duration: timedelta,
    earliest: datetime,
    latest: datetime,
    now: datetime,
    *,
    limit: int = 3,
) -> list[Slot]:
    """The best times, none overlapping another: first those that miss the fewest, then those that
    ask the least of whoever is asked most, then the soonest.

    Every slot begins after *now* and lies between *earliest* and *latest*, when each required
    person is free and each agency has somebody. Hours are widened, up to four hours on each side,
    only when nothing fits; whoever is further outside them counts as missing.
    """
    begin = max(earliest, now).astimezone(UTC)
    end = min(latest.astimezone(UTC), begin + HORIZON)
    hours = [_working(one, begin, end, timedelta()) for one in people]
    for stretch in STRETCHES:
        free = _free_times(people, begin, end, stretch)
        starts = list(_openings(people, free, duration))
        if starts:
            slots = [_slot(people, free, hours, start, start + duration) for start in starts]
            return _apart(sorted(slots, key=_preference), limit)
    return []


def openings(
    people: Sequence[Person],
    duration: timedelta,
    earliest: datetime,
    latest: datetime,
    *,
    stretch: timedelta = timedelta(),
) -> list[datetime]:
    """Every half hour at which a meeting could begin when the hours are widened by *stretch*."""
    free = _free_times(people, earliest.astimezone(UTC), latest.astimezone(UTC), stretch)
    return list(_openings(people, free, duration))


def outside(person: Person, start: datetime, end: datetime) -> timedelta:
    """How much of the time from *start* to *end* lies outside this person's hours."""
    begin, stop = start.astimezone(UTC), end.astimezone(UTC)
    return (stop - begin) - _overlap(_working(person, begin, stop, timedelta()), begin, stop)


def person(officer: Officer, *, busy: Sequence[Interval] = (), is_required: bool = True) -> Person:
    """An officer as somebody to meet; without duty hours they keep office hours."""
    hours = duty.read(officer.duty_hours)
    return Person(
        who=officer.slug,
        agency=officer.agency.slug,
        zone=ZoneInfo(officer.zone),
        hours=OFFICE_HOURS if hours.is_never else hours,
        busy=tuple(busy),
        is_required=is_required,
        country=officer.agency.country,
    )


def _free_times(
    people: Sequence[Person], earliest: datetime, latest: datetime, stretch: timedelta
) -> list[list[Interval]]:
    """When each person could come: inside their widened hours, and not busy."""
    whole: list[Interval] = [(earliest, latest)] if earliest < latest else []
    return [
        _without(_intersected(whole, _working(one, earliest, latest, stretch)), _merged(one.busy))
        for one in people
    ]


def _openings(
    people: Sequence[Person], free: Sequence[Sequence[Interval]], duration: timedelta
) -> Iterator[datetime]:
    if duration <= timedelta() or not people:
        return
    required = [times for one, times in zip(people, free, strict=True) if one.is_required]
    # Without anybody required, any time that somebody has will do.
    common = _merged([each for times in free for each in times])
    for times in required:
        common = _intersected(common, times)
    for stretch_of_time in common:
        for start in _starts(stretch_of_time, duration):
            if _has_every_agency(people, free, start, start + duration):
                yield start


def _slot(
    people: Sequence[Person],
    free: Sequence[Sequence[Interval]],
    hours: Sequence[Sequence[Interval]],
    start: datetime,
    end: datetime,
) -> Slot:
    sacrifices, missing = [], []
    for one, times, working in zip(people, free, hours, strict=True):
        if not _covers(times, start, end):
            missing.append(one.who)
        elif length := (end - start) - _overlap(working, start, end):
            sacrifices.append(Outside(one.who, length))
    return Slot(start, end, tuple(sacrifices), tuple(missing))


def _preference(slot: Slot) -> tuple[int, timedelta, timedelta, datetime]:
    lengths = [each.outside for each in slot.outside]
    worst = max(lengths, default=timedelta())
    return len(slot.missing), worst, sum(lengths, timedelta()), slot.start


def _apart(slots: Sequence[Slot], limit: int) -> list[Slot]:
    chosen: list[Slot] = []
    for slot in slots:
        if len(chosen) == limit:
            break
        if all(slot.end <= other.start or other.end <= slot.start for other in chosen):
            chosen.append(slot)
    return chosen


def _has_every_agency(
    people: Sequence[Person], free: Sequence[Sequence[Interval]], start: datetime, end: datetime
) -> bool:
    coming = zip(people, free, strict=True)
    present = {one.agency for one, times in coming if _covers(times, start, end)}
    return all(one.agency in present for one in people)


def _covers(times: Sequence[Interval], start: datetime, end: datetime) -> bool:
    return _overlap(times, start, end) == end - start


def _overlap(times: Sequence[Interval], start: datetime, end: datetime) -> timedelta:
    """How much of these times, which are in order and apart, lies between start and end."""
    found = timedelta()
    for begins, ends in islice(times, max(0, bisect_right(times, (start, end)) - 1), None):
        if begins >= end:
            break
        found += max(timedelta(), min(ends, end) - max(begins, start))
    return found


def _starts(free: Interval, duration: timedelta) -> Iterator[datetime]:
    begin, end = free
    midnight = datetime.combine(begin.date(), time(), UTC)
    start = midnight - (midnight - begin) // STEP * STEP  # the next half hour
    while start + duration <= end:
        yield start
        start += STEP


def _working(
    one: Person, earliest: datetime, latest: datetime, stretch: timedelta
) -> list[Interval]:
    """This person's hours that touch the time from *earliest* to *latest*, widened."""
    if one.hours.is_always:
        return [(earliest.astimezone(UTC), latest.astimezone(UTC))]
    # Hours past midnight began a day before, and widened ones reach into the next.
    day = earliest.astimezone(one.zone).date() - 2 * _ALL_DAY
    last = latest.astimezone(one.zone).date() + _ALL_DAY
    found = []
    while day <= last:
        if not _is_holiday(day, one.country):
            midnight = datetime.combine(day, time())
            for each in one.hours.stretches:
                if each.weekday == day.weekday():
                    begin = (midnight + timedelta(minutes=each.begins)).replace(tzinfo=one.zone)
                    end = (midnight + timedelta(minutes=each.ends)).replace(tzinfo=one.zone, fold=1)
                    found.append((begin.astimezone(UTC) - stretch, end.astimezone(UTC) + stretch))
        day += _ALL_DAY
    return _merged(found)


def _is_holiday(day: date, country: str | None) -> bool:
    """A public holiday that falls on a weekday."""
    return day.weekday() <= _FRIDAY and not workdays.is_working_day(day, country)


def _merged(intervals: Sequence[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for begin, end in sorted(intervals):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif begin < end:
            merged.append((begin, end))
    return merged


def _without(free: Sequence[Interval], busy: Sequence[Interval]) -> list[Interval]:
    left: list[Interval] = []
    for begin, end in free:
        for busy_begin, busy_end in busy:
            if busy_end <= begin or end <= busy_begin:
                continue
            if begin < busy_begin:
                left.append((begin, busy_begin))
            begin = busy_end
        if begin < end:
            left.append((begin, end))
    return left


def _intersected(left: Sequence[Interval], right: Sequence[Interval]) -> list[Interval]:
    common: list[Interval] = []
    i = j = 0
    while i < len(left) and j < len(right):
        begin, end = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if begin < end:
            common.append((begin, end))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return common
