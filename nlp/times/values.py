"""What a phrase about time can mean, as values."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Instant:
    """One moment, in UTC."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day in the speaker's zone, no clock said."""

    date: date


@dataclass(frozen=True, slots=True)
class Window:
    """Some moment between two: "tomorrow morning". Start included, end not; both UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Range:
    """All the time from *start* to *end*, in UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Again and again: an RFC 5545 rule and its first three moments in UTC.

    The rule runs on the wall clock of *zone*, beginning at `first[0]`, so ten o'clock stays ten
    o'clock over a change of the clocks. A rule that ends sooner has fewer moments. *length* is
    how long each lasts, where an end was said.
    """

    rrule: str
    first: tuple[datetime, ...]
    zone: str
    length: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """More than one sane reading: the person is asked, nothing is guessed."""

    readings: tuple["Instant | Day | Window | Range | Recurrence", ...]
    question: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """No time can be read from the phrase, or an impossible one."""

    why: str


Settled = Instant | Day | Window | Range | Recurrence
Reading = Settled | Ambiguous | Nothing


class Impossible(Exception):
    """The words are understood, and what they say cannot be."""
