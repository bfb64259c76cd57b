"""When people of several agencies and zones can meet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.followup import duty
from bot.followup.duty import Duty
from storage.models import Officer

Interval = tuple[datetime, datetime]

OFFICE_HOURS = duty.read("Mon-Fri 09:00-17:00")
STEP = timedelta(minutes=30)
HORIZON = timedelta(days=92)
# The day is widened only when nothing fits, for everybody alike, and never further than this.
STRETCHES = tuple(timedelta(hours=hours) for hours in range(5))
_ALL_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to meet: their hours on their own wall clock, and when they are busy.

    Without the required nobody meets; of every agency at least one must be free.
    """

    who: str
    agency: str
    zone: ZoneInfo
    hours: Duty = OFFICE_HOURS
    busy: tuple[Interval, ...] = ()
    is_required: bool = True


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
    person is free and each agency has somebody; nobody required sits more than four hours outside
    their hours, and nobody at all does while a slot inside everybody's hours exists.
    """
    begin = max(earliest, now).astimezone(UTC)
    end = min(latest.astimezone(UTC), begin + HORIZON)
    for stretch in STRETCHES:
        starts = openings(people, duration, begin, end, stretch=stretch)
        if starts:
            slots = [_slot(people, start, start + duration) for start in starts]
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
    if duration <= timedelta() or not people:
        return []
    free: list[Interval] = [(earliest.astimezone(UTC), latest.astimezone(UTC))]
    for one in people:
        if one.is_required:
            hours = _working(one, earliest, latest, stretch)
            free = _intersected(free, _without(hours, _merged(one.busy)))
    return [
        start
        for stretch_free in free
        for start in _starts(stretch_free, duration)
        if _has_every_agency(people, start, start + duration)
    ]


def outside(person: Person, start: datetime, end: datetime) -> timedelta:
    """How much of the time from *start* to *end* lies outside this person's hours."""
    whole: list[Interval] = [(start.astimezone(UTC), end.astimezone(UTC))]
    inside = _intersected(whole, _working(person, start, end, timedelta()))
    return (end - start) - sum((b - a for a, b in inside), timedelta())


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
    )


def _slot(people: Sequence[Person], start: datetime, end: datetime) -> Slot:
    coming = [one for one in people if _is_free(one, start, end)]
    missing = tuple(one.who for one in people if not _is_free(one, start, end))
    sacrifices = (Outside(one.who, outside(one, start, end)) for one in coming)
    return Slot(start, end, tuple(s for s in sacrifices if s.outside), missing)


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


def _has_every_agency(people: Sequence[Person], start: datetime, end: datetime) -> bool:
    present = {one.agency for one in people if _is_free(one, start, end)}
    return all(one.agency in present for one in people)


def _is_free(one: Person, start: datetime, end: datetime) -> bool:
    return not any(begins < end and start < ends for begins, ends in one.busy)


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
        midnight = datetime.combine(day, time())
        for each in one.hours.stretches:
            if each.weekday == day.weekday():
                begin = (midnight + timedelta(minutes=each.begins)).replace(tzinfo=one.zone)
                end = (midnight + timedelta(minutes=each.ends)).replace(tzinfo=one.zone, fold=1)
                found.append((begin.astimezone(UTC) - stretch, end.astimezone(UTC) + stretch))
        day += _ALL_DAY
    return _merged(found)


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
