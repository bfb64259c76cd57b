"""Reading times as JSON lines: what `liaison when` answers."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from nlp.times.reading import read
from nlp.times.values import (
    Ambiguous,
    Day,
    Instant,
    Nothing,
    Range,
    Reading,
    Recurrence,
    Settled,
    Window,
)


def read_line(record: object) -> dict[str, Any]:
    """The answer to one line `{"phrase", "now", "tz"}`; `{"error": ...}` when it is none."""
    if not isinstance(record, dict):
        return {"error": "a line is an object with phrase, now and tz"}
    for field in ("phrase", "now", "tz"):
        if field not in record:
            return {"error": f"{field} is missing"}
        if not isinstance(record[field], str):
            return {"error": f"{field} must be a text"}
    try:
        now = datetime.fromisoformat(record["now"])
    except ValueError:
        return {"error": "now must be an ISO 8601 moment, such as 2026-11-18T10:20:00+01:00"}
    if now.tzinfo is None:
        return {"error": "now must have an offset, such as +01:00"}
    try:
        zone = ZoneInfo(record["tz"])
        now.astimezone(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return {"error": "tz must be an IANA time zone, such as Europe/Brussels"}
    except OverflowError:
        return {"error": "now is out of range"}
    return _answer(read(record["phrase"], now, zone))


def _answer(reading: Reading) -> dict[str, Any]:
    match reading:
        case Instant(at):
            return {"kind": "instant", "at": _utc(at)}
        case Day(day):
            return {"kind": "date", "date": day.isoformat()}
        case Window(start, end):
            return {"kind": "window", "start": _utc(start), "end": _utc(end)}
        case Range(start, end):
            return {"kind": "range", "start": _utc(start), "end": _utc(end)}
        case Recurrence(rrule, first, _, length):
            said = {"kind": "recurrence", "rrule": rrule, "at": [_utc(at) for at in first]}
            return said if length is None else said | {"minutes": length // timedelta(minutes=1)}
        case Ambiguous(readings, question):
            shown = [_short(reading) for reading in readings]
            return {"kind": "ambiguous", "readings": shown, "question": question}
        case Nothing(why):
            return {"kind": "none", "why": why}


def _short(reading: Settled) -> str:
    match reading:
        case Instant(at):
            return _utc(at)
        case Day(day):
            return day.isoformat()
        case Window(start, end) | Range(start, end):
            return f"{_utc(start)}/{_utc(end)}"
        case Recurrence(rrule, first, _):
            return f"{_utc(first[0])} {rrule}"


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).replace(microsecond=0).strftime("%Y-%m-%dT%H:%M:%SZ")
