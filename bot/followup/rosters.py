"""Whether an officer is on duty: by their week, public holidays, and what single days say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.followup import duty, workdays
from bot.followup.duty import Duty
from storage.models import Officer

ROSTER = "roster"
_KEPT_FOR = timedelta(days=2)
_LOOK_AHEAD = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Shift:
    """A stretch of time that is duty, or rest, whatever the week says."""

    starts: datetime
    ends: datetime
    is_on: bool
    why: str = ""
    """Where it comes from: "away", "shift", "swap", "roster", or "live" and a code."""

    def covers(self, at: datetime) -> bool:
        return self.starts <= at < self.ends


@dataclass(frozen=True, slots=True)
class Roster:
    """All that says when somebody is on duty. Of the shifts that cover a moment the last counts."""

    week: Duty
    zone: ZoneInfo
    country: str | None = None
    shifts: Sequence[Shift] = ()


def of(officer: Officer) -> Roster:
    """This officer's roster."""
    country = officer.agency.country
    return Roster(
        _week(officer),
        ZoneInfo(officer.zone),
        country if workdays.is_known(country) else None,
        tuple(_read(each) for each in officer.shifts),
    )


def is_on(roster: Roster, at: datetime) -> bool:
    """Whether they are on duty at that moment."""
    said = shift_at(roster, at)
    if said is not None:
        return said.is_on
    return duty.is_on(roster.week, at, roster.zone, roster.country)


def shift_at(roster: Roster, at: datetime) -> Shift | None:
    """The shift that counts at that moment, if any says something of it."""
    return next((each for each in reversed(roster.shifts) if each.covers(at)), None)


def next_on(roster: Roster, after: datetime) -> datetime | None:
    """The first moment from *after* on at which they are on duty; `None` when there is none."""
    at: datetime | None = after
    while at is not None and not is_on(roster, at):
        at = _next_turn(roster, at)
    return at


def until(roster: Roster, at: datetime) -> datetime | None:
    """When the duty they are on at that moment ends; `None` when it goes on beyond a week."""
    moment: datetime | None = at
    limit = at + _LOOK_AHEAD
    while moment is not None and moment < limit and is_on(roster, moment):
        moment = _next_end(roster, moment)
    return moment if moment is not None and moment < limit else None


def absences(officer: Officer) -> list[Shift]:
    """When they are away, have given their duty to somebody, or are in an operation."""
    said = (_read(each) for each in officer.shifts)
    return [each for each in said if not each.is_on and each.why != ROSTER]


def add(officer: Officer, *shifts: Shift, now: datetime) -> None:
    """Let these count from now on; what is long over is forgotten."""
    said = [*(_read(each) for each in officer.shifts), *shifts]
    officer.shifts = [_written(each) for each in said if each.ends > now - _KEPT_FOR]


def lay_down(officer: Officer, why: str, shifts: Sequence[Shift], *, now: datetime) -> None:
    """Let these be all that was said for this reason; whatever else was said stays stronger."""
    drop(officer, why)
    said = [_read(each) for each in officer.shifts]
    officer.shifts = []
    add(officer, *shifts, *said, now=now)


def drop(officer: Officer, why: str) -> list[Shift]:
    """Let what was said for this reason count no more; returns it."""
    dropped = [each for each in officer.shifts if each["why"] == why]
    officer.shifts = [each for each in officer.shifts if each["why"] != why]
    return [_read(each) for each in dropped]


def _next_turn(roster: Roster, at: datetime) -> datetime | None:
    """The next moment at which they may be on duty."""
    begins = duty.next_begin(roster.week, at, roster.zone, roster.country)
    return _first(roster, at, begins)


def _next_end(roster: Roster, at: datetime) -> datetime | None:
    """The next moment after *at* at which their duty may be over."""
    return _first(roster, at, duty.ends(roster.week, at, roster.zone, roster.country))


def _first(roster: Roster, at: datetime, of_week: datetime | None) -> datetime | None:
    """The next edge of a shift, or of the week where no shift goes before it."""
    turns = [edge for each in roster.shifts for edge in (each.starts, each.ends) if edge > at]
    if of_week is not None and shift_at(roster, at) is None:
        turns.append(of_week)
    return min(turns, default=None)


def _week(officer: Officer) -> Duty:
    try:
        return duty.read(officer.duty_hours)
    except ValueError:
        return duty.NEVER  # The directory refuses such hours; an old row must not stop a question.


def _read(shift: dict[str, Any]) -> Shift:
    return Shift(
        datetime.fromisoformat(shift["starts"]),
        datetime.fromisoformat(shift["ends"]),
        shift["is_on"],
        shift["why"],
    )


def _written(shift: Shift) -> dict[str, Any]:
    return {
        "starts": shift.starts.isoformat(),
        "ends": shift.ends.isoformat(),
        "is_on": shift.is_on,
        "why": shift.why,
    }
