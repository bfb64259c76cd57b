"""Putting the pieces together: one sane reading is an answer, two are a question."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from nlp.times import clocks, days, durations, recurrence, words, zones
from nlp.times.parts import Clock, Lapse, Parts, Piece, PieceRule, Speaker
from nlp.times.patterns import END, MONTH, compiled
from nlp.times.values import (
    Ambiguous,
    Day,
    Impossible,
    Instant,
    Nothing,
    Range,
    Reading,
    Recurrence,
    Settled,
    Window,
)
from nlp.times.zones import Moment, Place

LONGEST = 200
MOST_READINGS = 4
MOST_LEADS = 3
FARTHEST = timedelta(days=366 * 100)

# From when to when a part of the day lasts. The work's beginning moves "first thing".
DAYPARTS = {
    "morning": (6, 12),
    "lunchtime": (12, 14),
    "afternoon": (12, 18),
    "evening": (18, 24),
    "night": (18, 24),
}
LONGEST_OVER_MIDNIGHT = 12 * 3600


def read(phrase: str, now: datetime, zone: ZoneInfo, *, work: tuple[int, int] = (9, 17)) -> Reading:
    """What moment the phrase means, said at *now* by someone in *zone* with these working hours.

    Every word is understood or the phrase is refused; a phrase with two sane readings is asked
    about. Time spent is linear in the phrase, which may have 200 characters.
    """
    if len(phrase) > LONGEST:
        return Nothing(f"That is too long for a time: {LONGEST} characters at most.")
    speaker = Speaker(now.astimezone(zone), zone, work)
    text = words.plain(phrase)[: 4 * LONGEST].strip(" .!")
    try:
        return _read(text, speaker)
    except Impossible as why:
        return Nothing(str(why))
    except (OverflowError, ValueError):
        return Nothing("That is too far away.")


@dataclass(frozen=True, slots=True)
class _Found:
    """One reading, and what was odd on the way to it."""

    reading: Settled
    oddity: str = ""


def _read(text: str, speaker: Speaker) -> Reading:
    if not text:
        raise Impossible("There is no time in it.")
    if text.lower() in words.NOW:
        return Instant(speaker.now.astimezone(UTC))
    for way in (_ended_rule, _shifted_anchor):
        if (reading := way(text, speaker)) is not None:
            return reading
    try:
        return _settled(_all_readings(text, speaker), speaker)
    except Impossible:
        # "Mon 10:00 to Tue 12:00": two whole phrases.
        if (reading := _from_one_to_another(text, speaker)) is not None:
            return reading
        raise


def _all_readings(text: str, speaker: Speaker) -> list[_Found]:
    found: dict[Settled, _Found] = {}
    refused: Impossible | None = None
    for parts in _ways(text, speaker):
        try:
            for one in _resolved(parts, speaker):
                found.setdefault(one.reading, one)
        except Impossible as why:
            refused = refused or why
    if not found and refused:
        raise refused
    return list(found.values())


def _settled(found: list[_Found], speaker: Speaker) -> Reading:
    now = speaker.now
    near = [f for f in found if abs(_begin(f.reading, speaker) - now) < FARTHEST]
    if not near:
        raise Impossible("That is too far away.")
    if len(near) == 1:
        return near[0].reading
    if len(near) > MOST_READINGS:
        raise Impossible("That can mean too many things; give the day, the time and the zone.")
    near.sort(key=lambda f: _begin(f.reading, speaker))
    readings = tuple(f.reading for f in near)
    oddity = next((f.oddity for f in near if f.oddity), "")
    return Ambiguous(readings, _question(readings, oddity, speaker))


# --- from text to parts ------------------------------------------------------------------------

RULES: tuple[PieceRule, ...] = (
    days.soon,
    days.iso,
    days.date_time_group,
    days.month_and_day,
    days.numeric,
    days.day_of_month,
    days.weekday,
    days.period,
    durations.lapse,
    clocks.span,
    clocks.clock,
    clocks.spoken_clock,
    clocks.daypart,
    clocks.zone,
)

LEAD = compiled(words.any_of(words.LEADS) + r"(?=[\s\d(])|@")
COURTESY = compiled(words.any_of(words.COURTESIES) + END)
GAP = compiled(r"(?:[ ,;()]| - )+")


@dataclass(frozen=True, slots=True)
class _Path:
    """A way through the text so far."""

    at: int
    parts: Parts
    cost: int = 0
    leads: int = 0


def _ways(text: str, speaker: Speaker) -> list[Parts]:
    """The cheapest ways to understand every word. Raises with the first word nobody understood."""
    # Each of the few slots of Parts is filled once, so the paths stay few whatever the length.
    known: dict[int, list[Piece]] = {}
    refused: Impossible | None = None
    done: list[_Path] = []
    farthest = 0
    paths = [_Path(0, Parts())]
    while paths:
        path = paths.pop()
        gap = GAP.match(text, path.at)
        at = gap.end() if gap else path.at
        farthest = max(farthest, at)
        if at >= len(text):
            if not path.leads and path.parts != Parts():
                done.append(path)
            continue
        if at not in known:
            known[at], why = _pieces(text, at, speaker)
            refused = refused or why
        paths += _steps(text, at, path, known[at])
    if not done:
        raise refused or Impossible(_not_understood(text, farthest))
    cheapest = min(path.cost for path in done)
    return [path.parts for path in done if path.cost == cheapest]


def _steps(text: str, at: int, path: _Path, pieces: list[Piece]) -> Iterator[_Path]:
    for piece in pieces:
        if piece.bare and path.leads:
            continue
        joined = path.parts.joined(piece.parts)
        if joined is not None:
            yield _Path(piece.end, joined, path.cost + piece.cost)
    if path.leads < MOST_LEADS and (m := LEAD.match(text, at)):
        yield _Path(m.end(), path.parts, path.cost, path.leads + 1)
    if not path.leads and path.at and (m := COURTESY.match(text, at)):
        yield _Path(m.end(), path.parts, path.cost)


def _pieces(text: str, at: int, speaker: Speaker) -> tuple[list[Piece], Impossible | None]:
    found: list[Piece] = [Piece(end, Parts(rule=rule)) for end, rule in _rules_at(text, at)]
    refused: Impossible | None = None
    for rule in RULES:
        try:
            found += rule(text, at, speaker)
        except Impossible as why:
            refused = refused or why
    return found, refused


def _rules_at(text: str, at: int) -> list[tuple[int, recurrence.Rule]]:
    return list(recurrence.rules(text, at))


def _not_understood(text: str, at: int) -> str:
    rest = text[at:].split(" ")[0] if at < len(text) else text
    return f'I do not understand "{rest[:40]}" as a time.'


# --- phrases of phrases --------------------------------------------------------------------------

RULE_END = compiled(r"^(.+?),? (?:until|till|through|jusqu'au|bis|hasta|tot) (.+)$")
RULE_COUNT = compiled(r"^(.+?),? (?:for )?(\d{1,3}) (?:times|x|mal|fois|veces|keer)$")
RULE_START = compiled(
    r"^(.+?),? (?:starting|beginning|from|ab|a partir du|desde|vanaf) (?:on )?(.+)$"
)
ANCHOR = compiled(r",? (before|prior to|ahead of|after|from|on|following) (.+)$")
TO = compiled(r"(?: to | until | till | through | bis | tot | hasta | a | - |-)(?:le |la |el )?")
DAYS_OF_MONTH = compiled(
    r"(\d\d?)(?:st|nd|rd|th|\.)?(?: ?- ?| to | bis | tot | a | au | al )"
    rf"(\d\d?)(?:st|nd|rd|th|\.)? ((?:de )?{MONTH}\b.*)$"
)
FROM = compiled(r"(?:from|between|von|van|de|du|desde) ")


def _ended_rule(text: str, speaker: Speaker) -> Reading | None:
    """ "Every Monday at 10 until 31 December", "daily 0800, 5 times"."""
    if (m := RULE_COUNT.match(text)) and (rule := _rule_of(m[1], speaker)):
        return _recurring(rule, speaker, count=int(m[2]))
    if (m := RULE_END.match(text)) and (rule := _rule_of(m[1], speaker)):
        until = _end_of(_read(m[2], speaker), speaker)
        return None if until is None else _recurring(rule, speaker, until=until)
    if (m := RULE_START.match(text)) and (rule := _rule_of(m[1], speaker)):
        start = _read(m[2], speaker)
        if isinstance(start, Day):
            midnight = datetime.combine(start.date, time(), speaker.zone) - timedelta(seconds=1)
            return _recurring(rule, replace(speaker, now=midnight))
    return None


def _rule_of(text: str, speaker: Speaker) -> Parts | None:
    try:
        found = [parts for parts in _ways(text, speaker) if parts.rule]
    except Impossible:
        return None
    return found[0] if len(found) == 1 else None


def _recurring(
    parts: Parts, speaker: Speaker, *, until: datetime | None = None, count: int | None = None
) -> Reading:
    assert parts.rule is not None  # asked for by _rule_of
    if count == 0:
        raise Impossible("Zero times is never.")
    rule = recurrence.with_end(parts.rule, until=until, count=count)
    return _settled(list(_recurrences(replace(parts, rule=rule), speaker)), speaker)


def _end_of(reading: Reading, speaker: Speaker) -> datetime | None:
    match reading:
        case Instant(at):
            return at
        case Day(day):
            return _start_of(day + timedelta(days=1), speaker) - timedelta(seconds=1)
        case _:
            return None


def _shifted_anchor(text: str, speaker: Speaker) -> Reading | None:
    """ "Two hours before COB", "a week from Friday", "a week on Tuesday"."""
    if not (found := durations.duration(text, 0)):
        return None
    end, lapse = found
    m = ANCHOR.match(text, end)
    if m is None or m[2].lower() == "now" or (m[1].lower() == "on" and lapse.seconds):
        return None
    if m[1].lower() in ("before", "prior to", "ahead of"):
        lapse = lapse.times(-1)
    return _shifted(_read(m[2], speaker), lapse, speaker)


def _shifted(anchor: Reading, lapse: Lapse, speaker: Speaker) -> Reading | None:
    match anchor:
        case Instant(at):
            local = at.astimezone(speaker.zone)
            day = _day_after(local.date(), lapse)
            wall = timedelta(hours=local.hour, minutes=local.minute, seconds=local.second)
            if day == local.date():
                return Instant(at + timedelta(seconds=lapse.seconds))
            found = zones.moments(speaker.place, day, int(wall.total_seconds()))
            stretch = timedelta(seconds=lapse.seconds)
            return _settled([_Found(Instant(m.at + stretch), m.oddity) for m in found], speaker)
        case Day(day) if not lapse.seconds:
            return Day(_day_after(day, lapse))
        case Ambiguous(readings):
            shifted = [_shifted(r, lapse, speaker) for r in readings]
            if all(isinstance(r, Instant | Day) for r in shifted):
                settled = [r for r in shifted if isinstance(r, Instant | Day)]
                return _settled([_Found(r) for r in settled], speaker)
            return None
        case _:
            return None


def _from_one_to_another(text: str, speaker: Speaker) -> Reading | None:
    whole = FROM.sub("", text, count=1) if FROM.match(text) else text
    if m := DAYS_OF_MONTH.match(whole):  # "24-26 Nov"
        return _between(f"{m[1]} {m[3]}", f"{m[2]} {m[3]}", speaker)
    for m in list(TO.finditer(whole))[:3]:
        if found := _between(whole[: m.start()], whole[m.end() :], speaker):
            return found
    return None


def _between(begin: str, end: str, speaker: Speaker) -> Range | None:
    start = _plainly(begin, speaker)
    if start is None:
        return None
    # The end is meant from now on, or else from the beginning on: "Monday to Friday".
    from_start = replace(speaker, now=_begin(start, speaker).astimezone(speaker.zone))
    for listener in (speaker, from_start):
        match start, _plainly(end, listener):
            case (Instant(first), Instant(last)) if first < last:
                return Range(first, last)
            case (Day(first_day), Day(last_day)) if first_day <= last_day:
                after = last_day + timedelta(days=1)
                return Range(_start_of(first_day, speaker), _start_of(after, speaker))
    return None


def _plainly(text: str, speaker: Speaker) -> Instant | Day | None:
    try:
        reading = _settled(_all_readings(text, speaker), speaker)
    except Impossible:
        return None
    return reading if isinstance(reading, Instant | Day) else None


# --- from parts to readings ----------------------------------------------------------------------


def _resolved(parts: Parts, speaker: Speaker) -> Iterator[_Found]:
    if parts.rule:
        return _recurrences(parts, speaker)
    if parts.needs_weekday and parts.weekday is None:
        raise Impossible("A number alone is not a day.")
    if parts.lapse and parts.lapse.seconds:
        return _elapsed(parts, speaker)
    if parts.lapse:
        days = _day_after(speaker.today, parts.lapse)
        if parts.days or parts.weekday is not None:
            raise Impossible("That names two days.")
        parts = replace(parts, lapse=None, days=lambda today: (days,))
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
    return (_Found(Day(day)) for day in _days(parts, speaker.today, None, speaker))


def _elapsed(parts: Parts, speaker: Speaker) -> Iterator[_Found]:
    lapse = parts.lapse
    if replace(parts, lapse=None) != Parts() or lapse is None:
        raise Impossible("That gives both a stretch of time and a time.")
    local = speaker.now
    day = _day_after(local.date(), lapse)
    begin = speaker.now.astimezone(UTC)
    if day != local.date():
        begin = datetime.combine(day, local.time(), speaker.zone).astimezone(UTC)
    yield _Found(Instant(begin + timedelta(seconds=lapse.seconds)))


def _instants(parts: Parts, speaker: Speaker) -> Iterator[_Found]:
    for place in parts.places or (speaker.place,):
        for moment in _moments_at(parts, place, speaker):
            yield _Found(Instant(moment.at), moment.oddity)


def _moments_at(parts: Parts, place: Place, speaker: Speaker) -> Iterator[Moment]:
    clock = parts.clock
    assert clock is not None  # asked for by the callers
    seconds = _seconds(clock, parts.daypart, speaker)
    if parts.days is None and parts.weekday is None:
        today = speaker.now.astimezone(place.zone).date()
        if clock.midnight and parts.daypart is None:
            seconds = (zones.DAY,)
        elif parts.daypart == "close":
            today = _workday(today)
        for second in seconds:
            yield from _next_time(place, today, second, speaker, working=parts.daypart == "close")
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
        said, real = WEEKDAY_NAMES[weekday], WEEKDAY_NAMES[day.weekday()]
        raise Impossible(f"{_written_day(day)} is a {real}, not a {said}.")
    return fitting


def _seconds(clock: Clock, daypart: str | None, speaker: Speaker) -> tuple[int, ...]:
    """The times of day that the rest of the phrase leaves open."""
    if daypart not in (None, "close"):
        begin, end = _daypart_hours(daypart, speaker)
        if clock.midnight:
            return (zones.DAY,) if daypart in ("night", "evening") else ()
        if clock.halved and daypart == "night" and clock.seconds[0] < 6 * 3600:
            return (clock.seconds[0] + zones.DAY,)  # one o'clock at night is the day after
        loose = 0 if daypart == "morning" else (begin - 1) * 3600
        fitting = tuple(s for s in clock.seconds if loose <= s <= end * 3600)
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


def _windows(parts: Parts, speaker: Speaker) -> Iterator[_Found]:
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
            yield _Found(Window(start.at, stop.at))


def _ranges(parts: Parts, speaker: Speaker) -> Iterator[_Found]:
    begin, until = parts.clock, parts.until
    assert begin is not None  # a span has both
    assert until is not None
    starts = _seconds(begin, parts.daypart, speaker)
    stops = _seconds(until, parts.daypart, speaker)
    pairs = [(a, b) for a, b in product(starts, stops) if a < b <= a + LONGEST_OVER_MIDNIGHT]
    exact = not (begin.halved or until.halved)
    if not pairs:
        later = [(a, b + zones.DAY) for a, b in product(starts, stops)]
        pairs = [(a, b) for a, b in later if a < b <= a + LONGEST_OVER_MIDNIGHT]
    if not pairs and exact and starts[0] < stops[0]:
        pairs = [(starts[0], stops[0])]
    if not pairs:
        raise Impossible("That ends before it begins.")
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
                    yield _Found(Range(start.at, stop.at), start.oddity or stop.oddity)


def _recurrences(parts: Parts, speaker: Speaker) -> Iterator[_Found]:
    rule = parts.rule
    assert rule is not None  # asked for by the callers
    if parts.days or parts.weekday is not None or parts.lapse or parts.until:
        raise Impossible("That gives both a rule and a day.")
    elapsed = rule.freq in recurrence.BY_ELAPSED_TIME
    if elapsed and (parts.clock or parts.daypart or parts.places):
        raise Impossible("A rule by the hour has no time of day.")
    if rule.freq != "DAILY" and not elapsed and not (rule.days or rule.month_days):
        raise Impossible("Say on which day.")
    for place in parts.places or (speaker.place,):
        for second in _clock_of_rule(parts, speaker):
            zone = _named(place)
            wall = timedelta(seconds=second)
            yield _Found(recurrence.recurring(rule, wall, zone, speaker.now))


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


def _day_after(day: date, lapse: Lapse) -> date:
    if abs(lapse.days) > FARTHEST.days:
        raise Impossible("That is too far away.")
    moved = days.add_months(day, lapse.months)
    return days.working_days_after(moved, lapse.working_days) + timedelta(days=lapse.days)


def _workday(day: date) -> date:
    return day if day.weekday() <= days.FRIDAY else days.working_days_after(day, 1)


# --- words ---------------------------------------------------------------------------------------

WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _question(readings: tuple[Settled, ...], oddity: str, speaker: Speaker) -> str:
    shown = [_written(reading, speaker) for reading in readings]
    which = f"Which do you mean: {', '.join(shown[:-1])} or {shown[-1]}?"
    return f"{oddity}. {which}" if oddity else which


def _written(reading: Settled, speaker: Speaker) -> str:
    match reading:
        case Instant(at):
            return _written_moment(at, speaker)
        case Day(day):
            return f"{WEEKDAY_NAMES[day.weekday()]} {_written_day(day)}"
        case Window(start, end) | Range(start, end):
            return f"{_written_moment(start, speaker)} to {_written_moment(end, speaker)}"
        case Recurrence(_, first, _):
            return f"again and again from {_written_moment(first[0], speaker)}"


def _written_moment(at: datetime, speaker: Speaker) -> str:
    local = at.astimezone(speaker.zone)
    day = f"{WEEKDAY_NAMES[local.weekday()]} {_written_day(local.date())}"
    return f"{day}, {local:%H:%M} {speaker.place.name} ({at:%H%M}Z)"


def _written_day(day: date) -> str:
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"


def _begin(reading: Settled, speaker: Speaker) -> datetime:
    match reading:
        case Instant(at):
            return at
        case Day(day):
            return _start_of(day, speaker)
        case Window(start, _) | Range(start, _):
            return start
        case Recurrence(_, first, _):
            return first[0]


def _start_of(day: date, speaker: Speaker) -> datetime:
    return datetime.combine(day, time(), speaker.zone).astimezone(UTC)
