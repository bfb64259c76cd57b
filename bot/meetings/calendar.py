"""Invitations as calendar programs read them: iCalendar bytes out, replies in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import icalendar

Method = Literal["REQUEST", "CANCEL"]

PRODUCT = "-//Liaison//Joint briefings//EN"
LARGEST_REPLY = 256 * 1024
# What strangers' programs send is anything, and the library fails on it in all these ways.
UNREADABLE = (
    *(ValueError, IndexError, KeyError, TypeError, AttributeError),
    icalendar.error.BrokenCalendarProperty,
)
ANSWERS = ("ACCEPTED", "DECLINED", "TENTATIVE", "DELEGATED")


@dataclass(frozen=True, slots=True)
class Rsvp:
    """What one attendee's calendar answered. A newer answer has the higher sequence, then stamp."""

    uid: str
    attendee: str
    partstat: str
    sequence: int
    stamp: datetime


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


def reply(content: bytes) -> Rsvp | None:
    """The answer in a REPLY; None for anything else, and for what cannot be read."""
    if len(content) > LARGEST_REPLY:
        return None
    try:
        answers = _answers(content)
    except UNREADABLE:
        return None
    return answers[0] if len(answers) == 1 else None


def _answers(content: bytes) -> list[Rsvp]:
    whole = icalendar.Calendar.from_ical(content)
    if str(whole.get("method", "")).upper() != "REPLY":
        return []
    return [rsvp for event in whole.walk("VEVENT") if (rsvp := _rsvp(event))]


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


def _rsvp(event: Any) -> Rsvp | None:
    attendees = list(_each(event.get("attendee")))
    if len(attendees) != 1:
        return None
    attendee = attendees[0]
    partstat = str(getattr(attendee, "params", {}).get("PARTSTAT", "")).upper()
    stamp = _moment(getattr(event.get("dtstamp"), "dt", None))
    sequence = int(event.get("sequence", 0))
    uid = str(event.get("uid", ""))
    if not uid or stamp is None or partstat not in ANSWERS:
        return None
    return Rsvp(uid, _address(str(attendee)), partstat, sequence, stamp)


def _each(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        yield from value
    elif value is not None:
        yield value


def _address(attendee: str) -> str:
    scheme, colon, address = attendee.partition(":")
    return (address if colon and scheme.lower() == "mailto" else attendee).strip().lower()


def _moment(stamp: object) -> datetime | None:
    if isinstance(stamp, datetime):
        return stamp.replace(tzinfo=UTC) if stamp.tzinfo is None else stamp.astimezone(UTC)
    if isinstance(stamp, date):
        return datetime.combine(stamp, time(), UTC)
    return None
