"""An officer's hours, as meetings and reminders respect them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.followup import duty, rosters, routing
from bot.followup.duty import Duty
from bot.meetings import slots
from storage.models import Officer

MORNING: Final = time(9)
_NEAR = timedelta(hours=12)
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Within:
    """All of it falls into their hours."""


@dataclass(frozen=True, slots=True)
class Early:
    """It begins so long before their hours do."""

    by: timedelta


@dataclass(frozen=True, slots=True)
class Late:
    """It ends so long after their hours do."""

    by: timedelta


@dataclass(frozen=True, slots=True)
class Off:
    """It is far from their hours, such as on a free day."""


Fit = Within | Early | Late | Off


def fit(officer: Officer, start: datetime, end: datetime) -> Fit:
    """How a meeting falls into this officer's hours. Why they are away is nobody's business."""
    if any(each.starts < end and start < each.ends for each in rosters.absences(officer)):
        return Off()
    if not slots.outside(slots.person(officer), start, end):
        return Within()
    hours, zone = of(officer), ZoneInfo(officer.zone)
    begins = duty.next_on(hours, start, zone)
    early = begins - start if begins is not None and begins > start else None
    late = _since_hours(hours, end, zone)
    near = [each for each in (early, late) if each is not None and each <= _NEAR]
    if not near:
        return Off()
    return Early(min(near)) if early == min(near) else Late(min(near))


def told_at(officer: Officer, now: datetime, before: datetime) -> datetime:
    """When to tell this officer what can wait: after their rest, if that ends *before* it."""
    wakes_at = routing.quiet_until(officer, now)
    return now if wakes_at is None or wakes_at >= before else wakes_at


def morning_after(officer: Officer, at: datetime) -> datetime:
    """The first morning of a working day after *at*, on this officer's clock."""
    zone = ZoneInfo(officer.zone)
    day = at.astimezone(zone).date()
    morning = _morning(day, zone)
    while morning <= at or not _works(officer, day):
        day += _DAY
        morning = _morning(day, zone)
    return morning


def morning_before(officer: Officer, at: datetime) -> datetime:
    """The last morning of a working day before the day of *at*, on this officer's clock."""
    zone = ZoneInfo(officer.zone)
    day = at.astimezone(zone).date() - _DAY
    while not _works(officer, day):
        day -= _DAY
    return _morning(day, zone)


def of(officer: Officer) -> Duty:
    """Their duty hours; office hours for whoever has none."""
    hours = duty.read(officer.duty_hours)
    return slots.OFFICE_HOURS if hours.is_never else hours


def _works(officer: Officer, day: date) -> bool:
    hours = of(officer)
    return hours.is_always or any(each.weekday == day.weekday() for each in hours.stretches)


def _morning(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, MORNING, zone).astimezone(UTC)


def _since_hours(hours: Duty, end: datetime, zone: ZoneInfo) -> timedelta | None:
    """How long before *end* their hours ended; `None` when they had not, or long ago."""
    for minutes in range(_NEAR // _MINUTE):
        if duty.is_on(hours, end - (minutes + 1) * _MINUTE, zone):
            return minutes * _MINUTE or None
    return None
