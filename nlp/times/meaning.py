"""What the pieces of a phrase mean together: each thing they can mean, said once."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from nlp.times import days, recurrence, words, zones
from nlp.times.parts import Clock, Lapse, Parts, Speaker
from nlp.times.values import Day, Impossible, Instant, Range, Settled, Window
from nlp.times.zones import Moment, Place

FARTHEST = timedelta(days=366 * 100)

# From when to when a part of the day lasts. The work's beginning moves "first thing".
DAYPARTS = {
    "morning": (6, 12),
    "lunchtime": (12, 14),
    "afternoon": (12, 18),
    "evening": (18, 24),
    "night": (18, 24),
    "overnight": (18, 32),
    "early morning": (6, 9),
    "mid-morning": (9, 11),
    "late morning": (10, 12),
    "early afternoon": (12, 15),
    "mid-afternoon": (14, 16),
    "late afternoon": (15, 18),
    "early evening": (18, 20),
    "late evening": (21, 24),
    "rest": (0, 24),
    "weekend": (6, 48),
}
WORK_EDGES = ("open", "close")
LONGEST_OVER_MIDNIGHT = 12 * 3600


@dataclass(frozen=True, slots=True)
class Found:
    """One reading, and what was odd on the way to it."""

    reading: Settled
    oddity: str = ""


def meanings(parts: Parts, speaker: Speaker) -> Iterator[Found]:
    if parts.rule:
        return recurrences(parts, speaker)
    if parts.needs_weekday and parts.weekday is None:
        raise Impossible("A number alone is not a day.")
    if parts.daypart == "weekend" and (parts.clock or parts.weekday is not None):
        raise Impossible("Say Saturday or Sunday in place of the weekend.")
    if parts.lapse and parts.lapse.seconds:
        return _elapsed(parts, speaker)
    if parts.lapse:
        parts = _after_the_lapse(parts, parts.lapse, speaker)
    has_day = parts.days is not None or parts.weekday is not None
    if parts.clock and parts.clock.lone and not has_day and parts.daypart is None:
        raise Impossible("A number alone is not a time.")
    if parts.until:
        return _ranges(parts, speaker)
    if parts.clock:
        return _instants(parts, speaker)
    if parts.daypart:
        return _windows(parts, speaker)
    if parts.places:
        if not has_day:
            raise Impossible("That is a place and no time.")
        raise Impossible("A time zone needs a time of day.")
    return (Found(Day(day)) for day in _days(parts, speaker.today, None, speaker))


def _after_the_lapse(parts: Parts, lapse: Lapse, speaker: Speaker) -> Parts:
    """ "In three days"; and whole weeks beside a day: "Friday in two weeks", "a week tomorrow"."""
    if parts.days is None and parts.weekday is None:
        said = day_after(speaker.today, lapse)
        return replace(parts, lapse=None, days=lambda today: (said,))
    if lapse != Lapse(days=lapse.days) or lapse.days % 7 or lapse.days <= 0:
        raise Impossible("That names two days.")
    known = [day_after(day, lapse) for day in _days(parts, speaker.today, None, speaker)[:1]]
    return replace(parts, lapse=None, days=lambda today: tuple(known), weekday=None)


def _elapsed(parts: Parts, speaker: Speaker) -> Iterator[Found]:
    lapse = parts.lapse
    if replace(parts, lapse=None) != Parts() or lapse is None:
        raise Impossible("That gives both a stretch of time and a time.")
    local = speaker.now
    day = day_after(local.date(), lapse)
    begin = speaker.now.astimezone(UTC)
    if day != local.date():
        begin = datetime.combine(day, local.time(), speaker.zone).astimezone(UTC)
    yield Found(Instant(begin + timedelta(seconds=lapse.seconds)))


def _instants(parts: Parts, speaker: Speaker) -> Iterator[Found]:
    for place in parts.places or (speaker.place,):
        for moment in _moments_at(parts, place, speaker):
            yield Found(Instant(moment.at), moment.oddity)


def _moments_at(parts: Parts, place: Place, speaker: Speaker) -> Iterator[Moment]:
    clock = parts.clock
    assert clock is not None  # asked for by the callers
    seconds = _seconds(clock, parts.daypart, speaker)
    if parts.days is None and parts.weekday is None:
        today = speaker.now.astimezone(place.zone).date()
        if clock.midnight and parts.daypart is None:
            seconds = (zones.DAY,)
        elif parts.daypart in WORK_EDGES:
            today = _workday(today)
        for second in seconds:
            works = parts.daypart in WORK_EDGES
            yield from _next_time(place, today, second, speaker, working=works)
        return
    for day, second in product(_days_there(parts, place, seconds, speaker), seconds):
        yield from zones.moments(place, day, second)


def _next_time(
    place: Place, today: date, second: int, speaker: Speaker, *, working: bool
) -> list[Moment]:
    found = zones.moments(place, today, second)
    if any(moment.at > speaker.now for moment in found):
        return found
    tomorrow = today + timedelta(days=1)
    return zones.moments(place, _workday(tomorrow) if working else tomorrow, second)


def _days_there(
    parts: Parts, place: Place, seconds: tuple[int, ...], speaker: Speaker
) -> list[date]:
    """The days meant by the speaker, and where it is another day already, by the people there."""
    here = _days(parts, speaker.today, (place, seconds), speaker)
    there = _days(parts, speaker.now.astimezone(place.zone).date(), (place, seconds), speaker)
    return list(dict.fromkeys([*here, *there]))


def _days(
    parts: Parts,
    today: date,
    clock: tuple[Place, tuple[int, ...]] | None,
    speaker: Speaker,
) -> list[date]:
    if parts.days is not None:
        return _agreeing(parts.days(today), parts.weekday)
    weekday = parts.weekday
    assert weekday is not None  # the callers look for a day first
    coming = today + timedelta(days=(weekday - today.weekday()) % 7)
    if coming != today:
        return [coming]
    # Friday, said on a Friday: today, unless that hour has passed, or in a week.
    in_a_week = today + timedelta(days=7)
    if clock is None:
        return [today, in_a_week]
    place, seconds = clock
    ahead = any(m.at > speaker.now for s in seconds for m in zones.moments(place, today, s))
    return [today, in_a_week] if ahead else [in_a_week]


def _agreeing(found: tuple[date, ...], weekday: int | None) -> list[date]:
    if weekday is None:
        return list(found)
    fitting = [day for day in found if day.weekday() == weekday]
    if not fitting:
        day = found[0]
        said, real = words.WEEKDAY_NAMES[weekday], words.WEEKDAY_NAMES[day.weekday()]
        raise Impossible(f"{written_day(day)} is a {real}, not a {said}.")
    return fitting


def _seconds(clock: Clock, daypart: str | None, speaker: Speaker) -> tuple[int, ...]:
    """The times of day that the rest of the phrase leaves open."""
    if daypart is not None and daypart not in WORK_EDGES:
        begin, end = _daypart_hours(daypart, speaker)
        if clock.midnight:
            return (zones.DAY,) if daypart in ("night", "evening") else ()
        if clock.halved and daypart == "night" and clock.seconds[0] < 6 * 3600:
            return (clock.seconds[0] + zones.DAY,)  # one o'clock at night is the day after
        loose = 0 if daypart == "morning" else (begin - 1) * 3600
        said = clock.seconds
        if clock.soft and said[0] < 12 * 3600 and daypart != "morning":
            said = (*said, said[0] + 12 * 3600)
        fitting = tuple(s for s in said if loose <= s <= end * 3600)
        if not fitting:
            raise Impossible(f"That time is not in the {daypart}.")
        return fitting
    if clock.halved:
        begin, end = speaker.work
        return tuple(s for s in clock.seconds if begin * 3600 <= s <= end * 3600) or clock.seconds
    return clock.seconds


def _daypart_hours(daypart: str, speaker: Speaker) -> tuple[int, int]:
    if daypart == "first thing":
        return speaker.work[0] - 2, speaker.work[0] + 1
    return DAYPARTS[daypart]


def _windows(parts: Parts, speaker: Speaker) -> Iterator[Found]:
    daypart = parts.daypart
    assert daypart is not None  # asked for by the caller
    begin, end = _daypart_hours(daypart, speaker)
    for place in parts.places or (speaker.place,):
        today = speaker.now.astimezone(place.zone).date()
        if parts.days is None and parts.weekday is None:
            over = zones.moments(place, today, end * 3600)[-1].at <= speaker.now
            found = [today + timedelta(days=1) if over else today]
        else:
            found = _days_there(parts, place, (begin * 3600,), speaker)
        for day in found:
            start = zones.moments(place, day, begin * 3600)[0]
            stop = zones.moments(place, day, end * 3600)[-1]
            # What of it is over is no time to meet.
            is_on = start.at < speaker.now < stop.at
            yield Found(Window(speaker.now.astimezone(UTC) if is_on else start.at, stop.at))


def _ranges(parts: Parts, speaker: Speaker) -> Iterator[Found]:
    begin, until = parts.clock, parts.until
    assert begin is not None  # a span has both
    assert until is not None
    pairs = _pairs(begin, until, parts.daypart, speaker)
    has_day = parts.days is not None or parts.weekday is not None
    for place, (a, b) in product(parts.places or (speaker.place,), pairs):
        if has_day:
            found = _days_there(parts, place, (a,), speaker)
        else:
            today = speaker.now.astimezone(place.zone).date()
            passed = all(m.at <= speaker.now for m in zones.moments(place, today, a))
            found = [today + timedelta(days=1) if passed else today]
        for day in found:
            for start, stop in product(zones.moments(place, day, a), zones.moments(place, day, b)):
                if start.at < stop.at:
                    yield Found(Range(start.at, stop.at), start.oddity or stop.oddity)


def _pairs(
    begin: Clock, until: Clock, daypart: str | None, speaker: Speaker
) -> list[tuple[int, int]]:
    """From which second of the day to which; past midnight, into the next."""
    starts = _seconds(begin, daypart, speaker)
    stops = _seconds(until, daypart, speaker)
    pairs = [(a, b) for a, b in product(starts, stops) if a < b <= a + LONGEST_OVER_MIDNIGHT]
    exact = not (begin.halved or until.halved)
    if not pairs:
        later = [(a, b + zones.DAY) for a, b in product(starts, stops)]
        pairs = [(a, b) for a, b in later if a < b <= a + LONGEST_OVER_MIDNIGHT]
    if not pairs and exact and starts[0] < stops[0]:
        pairs = [(starts[0], stops[0])]
    if not pairs:
        raise Impossible("That ends before it begins.")
    return pairs


def recurrences(parts: Parts, speaker: Speaker) -> Iterator[Found]:
    rule = parts.rule
    assert rule is not None  # asked for by the callers
    if parts.weekday is not None and rule.freq == "WEEKLY" and not rule.days:
        # "Tuesday 10:00, every week": the rule's day, said apart from it.
        rule = replace(rule, days=(recurrence.DAY_CODES[parts.weekday],))
        parts = replace(parts, weekday=None)
    if parts.days or parts.weekday is not None or parts.lapse:
        raise Impossible("That gives both a rule and a day.")
    elapsed = rule.freq in recurrence.BY_ELAPSED_TIME
    if elapsed and (parts.clock or parts.daypart or parts.places):
        raise Impossible("A rule by the hour has no time of day.")
    if rule.freq != "DAILY" and not elapsed and not (rule.days or rule.month_days):
        raise Impossible("Say on which day.")
    for place in parts.places or (speaker.place,):
        for begin, end in _clocks_of_rule(parts, speaker):
            zone = _named(place)
            again = recurrence.recurring(rule, timedelta(seconds=begin), zone, speaker.now)
            length = timedelta(seconds=end - begin) if end is not None else None
            yield Found(replace(again, length=length))


def _clocks_of_rule(parts: Parts, speaker: Speaker) -> list[tuple[int, int | None]]:
    if parts.clock and parts.until:
        return [*_pairs(parts.clock, parts.until, parts.daypart, speaker)]
    return [(second, None) for second in _clock_of_rule(parts, speaker)]


def _clock_of_rule(parts: Parts, speaker: Speaker) -> tuple[int, ...]:
    if parts.clock:
        if parts.clock.midnight:
            return (0,)
        return _seconds(parts.clock, parts.daypart, speaker)
    if parts.daypart not in (None, "morning", "first thing"):
        raise Impossible("Say at what time.")
    return (speaker.work[0] * 3600,)


def _named(place: Place) -> ZoneInfo:
    """A zone with a name, as a rule needs one to be kept."""
    if isinstance(place.zone, ZoneInfo):
        return place.zone
    east = place.zone.utcoffset(None) or timedelta()
    if place.home:
        return ZoneInfo(place.home)
    hours, rest = divmod(int(east.total_seconds()), 3600)
    if rest:
        raise Impossible("Name a city for a rule in that zone.")
    # The names of these zones count westwards.
    return ZoneInfo("UTC" if hours == 0 else f"Etc/GMT{-hours:+d}")


def day_after(day: date, lapse: Lapse) -> date:
    if abs(lapse.days) > FARTHEST.days:
        raise Impossible("That is too far away.")
    moved = days.add_months(day, lapse.months)
    return days.working_days_after(moved, lapse.working_days) + timedelta(days=lapse.days)


def _workday(day: date) -> date:
    return day if day.weekday() <= days.FRIDAY else days.working_days_after(day, 1)


def written_day(day: date) -> str:
    return f"{day.day} {words.MONTH_NAMES[day.month - 1]} {day.year}"
