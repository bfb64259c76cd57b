"""What a phrase about time means for a meeting or a task."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.errors import UserError
from bot.wording import meetings as wording
from nlp import times

END_OF_WORK = time(17)
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Fixed:
    """It begins at *start*; *end* is known when a range was said."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Within:
    """Some time between two moments."""

    earliest: datetime
    latest: datetime


@dataclass(frozen=True, slots=True)
class Unsure:
    """More than one sane reading."""

    readings: tuple[Fixed | Within, ...]
    question: str


@dataclass(frozen=True, slots=True)
class Again:
    """Again and again, by an RFC 5545 rule on the wall clock of a zone."""

    rrule: str
    first: datetime
    zone: str
    length: timedelta | None = None


Wanted = Fixed | Within | Unsure


def wanted(phrase: str, now: datetime, zone: ZoneInfo) -> Wanted:
    """When a meeting is wanted; "by Friday" leaves all the time until then, "next week" all of it.

    Raises `UserError` when nothing can be read, or only the past.
    """
    week = _WEEK.fullmatch(" ".join(phrase.split()))
    found = _in_week(week, now, zone) if week else _wanted(phrase, now, zone)
    match found:
        case Fixed(start) if _IS_A_LIMIT.match(phrase.strip()):
            return Within(now, start)
        case Within(_, latest) if _IS_A_LIMIT.match(phrase.strip()):
            return Within(now, latest)
        case _:
            return found


def again(phrase: str, now: datetime, zone: ZoneInfo) -> Again | None:
    """The rule that a phrase says, if it says one."""
    match times.read(phrase, now, zone):
        case times.Recurrence(rrule, first, named, lasts):
            return Again(rrule, first[0], named, lasts)
        case times.Ambiguous(readings, question) if any(
            isinstance(each, times.Recurrence) for each in readings
        ):
            both = [_latest(each, zone) for each in readings]
            raise UserError(wording.time_is_unsure(phrase, question, both, zone))
        case _:
            return None


def _in_week(week: re.Match[str], now: datetime, zone: ZoneInfo) -> Within:
    """From its Monday, or from now on, to the Monday after."""
    today = now.astimezone(zone).date()
    monday = today + timedelta(days=7 * bool(week["next"]) - today.weekday())
    begins, ends = (
        datetime.combine(day, time(), zone).astimezone(UTC)
        for day in (monday, monday + timedelta(days=7))
    )
    return Within(max(begins, now), ends)


def _wanted(phrase: str, now: datetime, zone: ZoneInfo) -> Wanted:
    match times.read(phrase, now, zone):
        case times.Ambiguous(readings, question):
            coming = tuple(
                each for each in (_settled(r, now, zone) for r in readings) if _is_coming(each, now)
            )
            if len(coming) == 1:
                return coming[0]
            if coming:
                return Unsure(coming, question)
        case times.Nothing(why):
            raise UserError(wording.time_not_read(phrase, why))
        case times.Recurrence() as again:
            raise UserError(wording.happens_once(phrase, again.first[0], zone, now))
        case settled:
            found = _settled(settled, now, zone)
            if _is_coming(found, now):
                return found
    raise UserError(wording.time_is_past(phrase))


def due_by(phrase: str, now: datetime, zone: ZoneInfo) -> datetime:
    """When a task is due; a day ends with its work. Raises `UserError` as `wanted` does."""
    match times.read(phrase, now, zone):
        case times.Ambiguous(readings, question):
            both = [_latest(each, zone) for each in readings]
            raise UserError(wording.time_is_unsure(phrase, question, both, zone))
        case times.Nothing(why):
            raise UserError(wording.time_not_read(phrase, why))
        case settled:
            at = _latest(settled, zone)
    if at <= now:
        raise UserError(wording.time_is_past(phrase))
    return at


def length(phrase: str) -> timedelta:
    """How long a phrase says: "2h", "a quarter of an hour", "1 day". Raises `UserError`."""
    found = times.length(phrase)
    if found is None:
        raise UserError(wording.leads_usage())
    return found


def stamp(at: datetime) -> str:
    """A moment as it is written into a control's token."""
    return at.astimezone(UTC).strftime(_STAMP)


def unstamp(text: str) -> datetime:
    """The moment a control's token means. Raises `UserError` when it is none of ours."""
    try:
        return datetime.strptime(text, _STAMP).replace(tzinfo=UTC)
    except ValueError as fault:
        raise UserError(wording.control_is_stale()) from fault


def _settled(reading: times.Settled, now: datetime, zone: ZoneInfo) -> Fixed | Within:
    match reading:
        case times.Instant(at):
            return Fixed(at)
        case times.Range(start, end):
            return Fixed(start, end)
        case times.Window(start, end):
            return Within(max(start, now), end)
        case times.Recurrence() as again:
            return Fixed(again.first[0])
        case times.Day(day):
            midnight = datetime.combine(day, time(0), zone)
            following = datetime.combine(day + timedelta(days=1), time(0), zone)
            return Within(max(midnight.astimezone(UTC), now), following.astimezone(UTC))


def _is_coming(found: Fixed | Within, now: datetime) -> bool:
    match found:
        case Fixed(start, _):
            return start > now
        case Within(_, latest):
            return latest > now


def _latest(reading: times.Settled, zone: ZoneInfo) -> datetime:
    match reading:
        case times.Instant(at):
            return at
        case times.Day(day):
            return datetime.combine(day, END_OF_WORK, zone).astimezone(UTC)
        case times.Window(_, end) | times.Range(_, end):
            return end
        case times.Recurrence() as again:
            return again.first[0]


_WEEK = re.compile(
    r"(?:(?:some ?time|any ?time|later|during|in) )?"
    r"(?:(?P<this>this week|cette semaine|diese woche|deze week|esta semana)"
    r"|(?P<next>next week|(?:la )?semaine prochaine|(?:nächste|kommende) woche"
    r"|(?:volgende|komende) week|(?:la )?(?:próxima semana|semana que viene)))",
    re.IGNORECASE,
)
_IS_A_LIMIT = re.compile(
    r"(?:by|before|until|till|within|no later than|not later than|nlt|avant|d'ici|au plus tard"
    r"|bis|vor|spätestens|antes del?|a más tardar|voor|uiterlijk)\b",
    re.IGNORECASE,
)
