"""What calendar programs read and write: invitations and feeds out, answers and busy times in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events  # type: ignore[import-untyped]  # ships without types

Method = Literal["REQUEST", "CANCEL", "DECLINECOUNTER"]

PRODUCT = "-//Liaison//Joint briefings//EN"
LARGEST_REPLY = 256 * 1024
LARGEST_CALENDAR = 8 * 1024 * 1024
MOST_BUSY = 5000
REFRESHED_EACH = timedelta(hours=1)
"""How often a calendar program is asked to read a feed again."""

# What strangers' programs send is anything, and the library fails on it in all these ways.
UNREADABLE = (
    *(ValueError, IndexError, KeyError, TypeError, AttributeError),
    *(OverflowError, RecursionError),
    icalendar.error.BrokenCalendarProperty,
)
ANSWERS = ("ACCEPTED", "DECLINED", "TENTATIVE", "DELEGATED")
_ASKS_FOR_ANOTHER_TIME = "COUNTER"


@dataclass(frozen=True, slots=True)
class Rsvp:
    """What one attendee's calendar answered. A newer answer has the higher sequence, then stamp.

    Whoever would rather meet at another time says when it is to *begin*.
    """

    uid: str
    attendee: str
    partstat: str
    sequence: int
    stamp: datetime
    begin: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One meeting in somebody's feed."""

    uid: str
    sequence: int
    start: datetime
    end: datetime
    summary: str
    is_cancelled: bool = False
    is_tentative: bool = False
    place: str = ""


def invitation(
    uid: str,
    sequence: int,
    start: datetime,
    end: datetime,
    summary: str = "Joint briefing",
    *,
    organiser: str,
    attendee: str,
    method: Method = "REQUEST",
    stamp: datetime,
    zone: ZoneInfo,
    alarm: timedelta | None = None,
    place: str = "",
) -> bytes:
    """A meeting, or its end, for one attendee: it names nobody else and nothing of the matter.

    *uid* stays for the meeting's life; *sequence* rises when its time changes or it is cancelled.
    Times are in UTC, the attendee's *zone* stands beside them; *alarm* rings so long before.
    """
    event = icalendar.Event()
    event.add("uid", uid)
    event.add("sequence", sequence)
    event.add("dtstamp", stamp.astimezone(UTC))
    # In UTC: no calendar program has to trust a description of the zone, and none gets it wrong.
    event.add("dtstart", start.astimezone(UTC))
    event.add("dtend", end.astimezone(UTC))
    event.add("summary", summary)
    event.add("class", "CONFIDENTIAL")
    event.add("organizer", icalendar.vCalAddress(f"mailto:{organiser}"))
    event.add("attendee", _asked(attendee))
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    if place:
        event.add("location", place)
    if alarm is not None and method == "REQUEST":
        event.add_component(_ringing(summary, alarm))
    whole = icalendar.Calendar()
    whole.add("prodid", PRODUCT)
    whole.add("version", "2.0")
    whole.add("method", method)
    whole.add("x-wr-timezone", zone.key)
    whole.add_component(event)
    content: bytes = whole.to_ical()
    return content


def feed(entries: Sequence[Entry], *, stamp: datetime, zone: ZoneInfo) -> bytes:
    """A calendar of one's own, to be read again and again; nobody is named in it."""
    whole = icalendar.Calendar()
    whole.add("prodid", PRODUCT)
    whole.add("version", "2.0")
    whole.add("method", "PUBLISH")
    whole.add("x-wr-calname", "Liaison")
    whole.add("x-wr-timezone", zone.key)
    whole.add("refresh-interval", REFRESHED_EACH, parameters={"VALUE": "DURATION"})
    whole.add("x-published-ttl", f"PT{REFRESHED_EACH // timedelta(hours=1)}H")
    for entry in entries:
        event = icalendar.Event()
        event.add("uid", entry.uid)
        event.add("sequence", entry.sequence)
        event.add("dtstamp", stamp.astimezone(UTC))
        event.add("dtstart", entry.start.astimezone(UTC))
        event.add("dtend", entry.end.astimezone(UTC))
        event.add("summary", entry.summary)
        event.add("class", "CONFIDENTIAL")
        event.add("status", _status(entry))
        if entry.place:
            event.add("location", entry.place)
        whole.add_component(event)
    content: bytes = whole.to_ical()
    return content


def _status(entry: Entry) -> str:
    if entry.is_cancelled:
        return "CANCELLED"
    return "TENTATIVE" if entry.is_tentative else "CONFIRMED"


def busy_in(
    content: bytes, start: datetime, end: datetime, zone: ZoneInfo
) -> list[tuple[datetime, datetime]] | None:
    """When a calendar, or an answer about free and busy times, says that its owner is busy.

    What repeats is unfolded; what is free, cancelled or a day's note is left out, and a time
    without a zone is in *zone*. `None` for what cannot be read.
    """
    if len(content) > LARGEST_CALENDAR:
        return None
    try:
        found = sorted(_busy_in(content, start, end, zone))
    except UNREADABLE:
        return None
    return found[:MOST_BUSY]


def reply(content: bytes) -> Rsvp | None:
    """The answer in a REPLY or a COUNTER; None for anything else, and what cannot be read."""
    if len(content) > LARGEST_REPLY:
        return None
    try:
        answers = _answers(content)
    except UNREADABLE:
        return None
    return answers[0] if len(answers) == 1 else None


def _answers(content: bytes) -> list[Rsvp]:
    whole = icalendar.Calendar.from_ical(content)
    method = str(whole.get("method", "")).upper()
    if method not in ("REPLY", _ASKS_FOR_ANOTHER_TIME):
        return []
    return [rsvp for event in whole.walk("VEVENT") if (rsvp := _rsvp(event, method))]


def _busy_in(
    content: bytes, start: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    whole = icalendar.Calendar.from_ical(content)
    for answer in whole.walk("VFREEBUSY"):
        for period in _each(answer.get("freebusy")):
            if str(period.params.get("FBTYPE", "BUSY")).upper() == "FREE":
                continue
            for begin, ends in _periods(period):
                yield from _within(begin, ends, start, end)
    for event in recurring_ical_events.of(whole).between(start, end):
        if str(event.get("transp", "")).upper() == "TRANSPARENT":
            continue
        if str(event.get("status", "")).upper() == "CANCELLED":
            continue
        begin, ends = _in_utc(event.start, zone), _in_utc(event.end, zone)
        # A day's note, such as a birthday, is no meeting; a day off says so by being opaque.
        is_note = not isinstance(event.start, datetime) and "transp" not in event
        if not is_note:
            yield from _within(begin, ends, start, end)


def _periods(period: Any) -> Iterator[tuple[datetime, datetime]]:
    for each in getattr(period, "dts", None) or [period]:
        begin, ends = getattr(each, "dt", each)
        stop = begin + ends if isinstance(ends, timedelta) else ends
        yield begin.astimezone(UTC), stop.astimezone(UTC)


def _within(
    begin: datetime, ends: datetime, start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    first, last = max(begin, start), min(ends, end)
    if first < last:
        yield first, last


def _in_utc(at: date, zone: ZoneInfo) -> datetime:
    if not isinstance(at, datetime):
        return datetime.combine(at, time(), zone).astimezone(UTC)
    return (at.replace(tzinfo=zone) if at.tzinfo is None else at).astimezone(UTC)


def _asked(address: str) -> icalendar.vCalAddress:
    attendee = icalendar.vCalAddress(f"mailto:{address}")
    attendee.params["CUTYPE"] = icalendar.vText("INDIVIDUAL")
    attendee.params["ROLE"] = icalendar.vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = icalendar.vText("NEEDS-ACTION")
    attendee.params["RSVP"] = icalendar.vText("TRUE")
    return attendee


def _ringing(summary: str, before: timedelta) -> icalendar.Alarm:
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", -abs(before))
    return alarm


def _rsvp(event: Any, method: str) -> Rsvp | None:
    attendees = list(_each(event.get("attendee")))
    if len(attendees) != 1:
        return None
    attendee = attendees[0]
    partstat = str(getattr(attendee, "params", {}).get("PARTSTAT", "")).upper()
    stamp = _moment(getattr(event.get("dtstamp"), "dt", None))
    sequence = int(event.get("sequence", 0))
    uid = str(event.get("uid", ""))
    begin = None
    if method == _ASKS_FOR_ANOTHER_TIME:
        partstat, begin = method, _moment(getattr(event.get("dtstart"), "dt", None))
        if begin is None:
            return None
    elif partstat not in ANSWERS:
        return None
    if not uid or stamp is None:
        return None
    return Rsvp(uid, _address(str(attendee)), partstat, sequence, stamp, begin)


def _each(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        yield from value
    elif value is not None:
        yield value


def _address(attendee: str) -> str:
    scheme, colon, address = attendee.partition(":")
    return (address if colon and scheme.lower() == "mailto" else attendee).strip().lower()


def _moment(stamp: object) -> datetime | None:
    if isinstance(stamp, date) and stamp.year in (MINYEAR, MAXYEAR):
        return None  # Not every zone has a clock for it.
    if isinstance(stamp, datetime):
        return stamp.replace(tzinfo=UTC) if stamp.tzinfo is None else stamp.astimezone(UTC)
    if isinstance(stamp, date):
        return datetime.combine(stamp, time(), UTC)
    return None
