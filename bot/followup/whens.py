"""What a phrase about time means as the end of a rest or a delay, or as a stretch of time."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot import clocks
from bot.errors import UserError
from bot.wording import followup as questions
from bot.wording import hours as wording
from nlp import times

BEGIN_OF_WORK, END_OF_WORK = time(9), time(17)
LEAST_APART = timedelta(minutes=10)
"""What comes again and again comes no more often."""


def moment(phrase: str, now: datetime, zone: ZoneInfo, *, end_of_day: bool = False) -> datetime:
    """The moment to come that *phrase* means. A day alone begins with its work, or ends with it.

    Raises `UserError` when there is none, or more than one.
    """
    at = _read(phrase, now, zone, END_OF_WORK if end_of_day else BEGIN_OF_WORK, end_of_day)
    if at <= now:
        raise UserError(wording.past_time(clocks.by(at, zone, now)))
    return at


def rhythm(phrase: str, now: datetime, zone: ZoneInfo) -> times.Recurrence | None:
    """The rule by which *phrase* comes again and again, if it says one.

    Raises `UserError` for one that comes more often than every ten minutes.
    """
    found = times.read(phrase, now, zone)
    if not isinstance(found, times.Recurrence):
        return None
    first = found.first[0]
    second = times.following(found, first)
    if second is not None and second - first < LEAST_APART:
        raise UserError(questions.too_often(LEAST_APART))
    return found


def stretch(phrase: str, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The stretch of time that *phrase* means: a range, a whole day, or "until" a moment.

    Raises `UserError` when there is none, when there is more than one, or when it is over.
    """
    starts, ends = now, now
    if phrase.split()[:1] in (["until"], ["till"]):
        ends = moment(phrase, now, zone)
    else:
        match times.read(phrase, now, zone):
            case times.Range(start, end) | times.Window(start, end):
                starts, ends = start, end
            case times.Day(day):
                starts, ends = _on(day, time(), zone), _on(day + timedelta(days=1), time(), zone)
            case times.Ambiguous(_, question):
                raise UserError(wording.unclear_time(phrase, question))
            case times.Nothing(why):
                raise UserError(wording.unclear_time(phrase, why))
            case _:
                raise UserError(wording.from_when_to_when(phrase))
    if ends <= now:
        raise UserError(wording.past_time(clocks.by(ends, zone, now)))
    return max(starts, now), ends


def wall(at: datetime, zone: ZoneInfo) -> str:
    """What the clock on the wall shows then, as a promise keeps it."""
    return at.astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def _read(phrase: str, now: datetime, zone: ZoneInfo, hour: time, at_end: bool) -> datetime:
    match times.read(_plain(phrase), now, zone):
        case times.Instant(at):
            return at
        case times.Day(day):
            return _on(day, hour, zone)
        case times.Window(start, end) | times.Range(start, end):
            return end if at_end else start
        case times.Recurrence() as again:
            return again.first[0]
        case times.Ambiguous(_, question):
            raise UserError(wording.unclear_time(phrase, question))
        case times.Nothing(why):
            raise UserError(wording.unclear_time(phrase, why))


def _plain(phrase: str) -> str:
    """Without the word that leads to it: "until tomorrow 0900"."""
    words = phrase.split()
    if words and words[0].casefold() in ("until", "till", "by"):
        words = words[1:]
    return " ".join(words)


def _on(day: date, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour, zone).astimezone(UTC)
