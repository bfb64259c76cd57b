"""A desk's duty roster from a calendar file: whose shift it is, from when to when."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
from sqlalchemy.orm import Session

from bot.followup import rosters, routing
from bot.followup.rosters import Shift
from bot.governance import ledger
from bot.governance.ledger import Operation
from bot.meetings.calendar import UNREADABLE
from storage.models import Officer, Unit

_YEARS = range(2000, 2100)
"""A turn in any other is a mistake."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Turn:
    """One officer's duty, from when to when."""

    officer: str
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Rota:
    """What a calendar file says of a desk: its turns, and what nobody could use."""

    turns: Sequence[Turn]
    problems: Sequence[str]


def read(content: bytes, manning: Sequence[Officer], zone: ZoneInfo) -> Rota:
    """The turns in this file. An event is the turn of the officer whom its title or attendee names.

    *zone* is the desk's, for times that name none. Raises `ValueError` for what is no calendar.
    """
    try:
        calendar = icalendar.Calendar.from_ical(content)
        events = list(calendar.walk("VEVENT"))
    except UNREADABLE as fault:
        raise ValueError("This is not a calendar file (iCalendar, .ics).") from fault
    turns, problems = [], []
    for number, event in enumerate(events, 1):
        found = _turn(event, manning, zone)
        if isinstance(found, Turn):
            turns.append(found)
        elif found:
            problems.append(f"event {number}: {found}")
    return Rota(sorted(turns, key=lambda turn: (turn.starts, turn.officer)), problems)


def apply(session: Session, unit: Unit, rota: Rota, *, now: datetime) -> int:
    """Let the desk's duty be what the rota says from its first turn to its last.

    What officers said of single days since stays stronger. Returns how many turns count.
    """
    coming = [turn for turn in rota.turns if turn.ends > now]
    rest = []
    if coming:
        starts, ends = min(turn.starts for turn in coming), max(turn.ends for turn in coming)
        rest = [Shift(starts, ends, False, rosters.ROSTER)]
    for officer in routing.of_desk(session, unit):
        own = [
            Shift(turn.starts, turn.ends, True, rosters.ROSTER)
            for turn in coming
            if turn.officer == officer.slug
        ]
        rosters.lay_down(officer, rosters.ROSTER, [*rest, *own], now=now)
        ledger.record(
            session, Operation.ADMINISTRATION, now=now, actor="operator",
            subject=f"officer:{officer.slug}", shifts=len(own),
        )  # fmt: skip
    return len(coming)


def _turn(event: Any, manning: Sequence[Officer], zone: ZoneInfo) -> Turn | str:
    """The turn this event is; what is wrong with it; or nothing where it was cancelled."""
    if str(event.get("status", "")).upper() == "CANCELLED":
        return ""
    title = str(event.get("summary", ""))
    starts, ends = _at(event, "dtstart", zone), _at(event, "dtend", zone)
    if starts is None or ends is None or ends <= starts:
        return f'"{title[:60]}" does not say from when to when'
    if event.get("rrule") is not None:
        return f'"{title[:60]}" repeats; export the roster with every turn by itself'
    named = [officer for officer in manning if _names(event, title, officer)]
    if len(named) != 1:
        many = "nobody" if not named else "more than one officer"
        return f'"{title[:60]}" names {many} of this desk'
    return Turn(named[0].slug, starts, ends)


def _names(event: Any, title: str, officer: Officer) -> bool:
    attendees = event.get("attendee", [])
    listed = attendees if isinstance(attendees, list) else [attendees]
    said = [title, *(str(each.params.get("CN", "")) for each in listed)]
    said += [str(each).casefold().removeprefix("mailto:").partition("@")[0] for each in listed]
    return any(
        _folded(known) and f" {_folded(known)} " in f" {_folded(text)} "
        for text in said
        for known in (officer.name, officer.slug)
    )


def _at(event: Any, name: str, zone: ZoneInfo) -> datetime | None:
    try:
        value = getattr(event.get(name), "dt", None)
    except UNREADABLE:
        return None
    if not isinstance(value, date) or value.year not in _YEARS:
        return None
    if isinstance(value, datetime):
        return (value if value.tzinfo is not None else value.replace(tzinfo=zone)).astimezone(UTC)
    return datetime.combine(value, time(), zone).astimezone(UTC)


def _folded(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))
