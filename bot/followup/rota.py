"""A desk's duty roster from a calendar file: whose shift it is, from when to when."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events  # type: ignore[import-untyped]  # ships without types
from sqlalchemy.orm import Session

from bot.followup import rosters, routing
from bot.followup.rosters import Shift
from bot.governance import ledger
from bot.governance.ledger import Operation
from bot.meetings.calendar import UNREADABLE
from storage.models import Officer, Unit

_YEARS = range(2000, 2100)
"""A turn in any other is a mistake."""
HORIZON = timedelta(days=366)
"""How far ahead what repeats is taken: by then the roster is brought in again."""
_BEGUN = timedelta(days=2)
"""Turns that began so long ago may still go on."""
_OFTEN = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
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
    until: datetime | None = None
    """Up to when what repeats was taken, where something does."""


def read(content: bytes, manning: Sequence[Officer], zone: ZoneInfo, *, now: datetime) -> Rota:
    """The turns in this file. An event is the turn of the officer whom its title or attendee names.

    What repeats is taken from *now* to `HORIZON` later, with what was moved or left out of it.
    *zone* is the desk's, for times that name none. Raises `ValueError` for what is no calendar.
    """
    try:
        calendar = icalendar.Calendar.from_ical(content)
        events = list(calendar.walk("VEVENT"))
    except UNREADABLE as fault:
        raise ValueError("This is not a calendar file (iCalendar, .ics).") from fault
    turns: list[Turn] = []
    problems: list[str] = []
    repeating = {_uid(event) for event in events if _repeats(event)}
    for number, event in enumerate(events, 1):
        if _uid(event) not in repeating:
            found = [_turn(event, manning, zone)]
        elif _repeats(event):
            together = [each for each in events if _uid(each) == _uid(event)]
            found = _repeated(event, together, manning, zone, now)
        else:
            continue  # One of a series, as it was moved: taken with the series.
        turns += [each for each in found if isinstance(each, Turn)]
        wrong = dict.fromkeys(each for each in found if isinstance(each, str) and each)
        problems += [f"event {number}: {each}" for each in wrong]
    until = now + HORIZON if repeating else None
    return Rota(sorted(turns, key=lambda turn: (turn.starts, turn.officer)), problems, until)


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


def _repeats(event: Any) -> bool:
    return event.get("rrule") is not None or event.get("rdate") is not None


def _uid(event: Any) -> str:
    """What the parts of a series share; an event without one stands by itself."""
    return str(event.get("uid", id(event)))


def _repeated(
    master: Any, together: Sequence[Any], manning: Sequence[Officer], zone: ZoneInfo, now: datetime
) -> list[Turn | str]:
    """The turns that a series is, or what is wrong with it."""
    title = str(master.get("summary", ""))
    if _at(master, "dtstart", zone) is None:
        return [f'"{title[:60]}" does not say from when to when']
    try:
        if any(rule["FREQ"][0] not in _OFTEN for rule in _rules(master)):
            return [f'"{title[:60]}" repeats more often than each day']
        whole = icalendar.Calendar()
        for each in together:
            whole.add_component(each)
        single = recurring_ical_events.of(whole).between(now - _BEGUN, now + HORIZON)
    except UNREADABLE:
        return [f'"{title[:60]}" repeats by a rule that cannot be read']
    return [_turn(each, manning, zone) for each in single]


def _rules(event: Any) -> Sequence[Any]:
    rules = event.get("rrule", [])
    return rules if isinstance(rules, list) else [rules]


def _turn(event: Any, manning: Sequence[Officer], zone: ZoneInfo) -> Turn | str:
    """The turn this event is; what is wrong with it; or nothing where it was cancelled."""
    if str(event.get("status", "")).upper() == "CANCELLED":
        return ""
    title = str(event.get("summary", ""))
    starts, ends = _at(event, "dtstart", zone), _at(event, "dtend", zone)
    if starts is None or ends is None or ends <= starts:
        return f'"{title[:60]}" does not say from when to when'
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
