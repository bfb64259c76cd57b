"""The pieces a phrase about time is put together from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from operator import add
from zoneinfo import ZoneInfo

from nlp.times import zones
from nlp.times.recurrence import Rule
from nlp.times.zones import Place

Dates = Callable[[date], tuple[date, ...]]  # from today to the days that can be meant

SURE, USUAL, UNUSUAL = 1, 2, 3  # what a piece costs; the cheapest way to read a phrase is taken


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says it: when, where, and between which hours they work."""

    now: datetime
    zone: ZoneInfo
    work: tuple[int, int] = (9, 17)

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def place(self) -> Place:
        return Place(zones.city(self.zone.key), self.zone)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day, in seconds since midnight; more than one where a half of the day is open.

    *halved*: morning or evening was not said, working hours decide. *soft*: as it stands, unless
    another half of the day is said: "7:30 tonight". *lone*: a bare number, a time
    only beside a day. *midnight*: the word, which begins one day and ends another.
    """

    seconds: tuple[int, ...]
    halved: bool = False
    soft: bool = False
    lone: bool = False
    midnight: bool = False


@dataclass(frozen=True, slots=True)
class Lapse:
    """A stretch of time; backwards when the numbers are negative."""

    seconds: int = 0
    days: int = 0
    months: int = 0
    working_days: int = 0

    def times(self, sign: int) -> "Lapse":
        return Lapse(*(sign * each for each in self._each()))

    def joined(self, other: "Lapse") -> "Lapse":
        return Lapse(*map(add, self._each(), other._each()))

    def _each(self) -> tuple[int, int, int, int]:
        return self.seconds, self.days, self.months, self.working_days


@dataclass(frozen=True, slots=True)
class Parts:
    """What has been said so far: each thing at most once."""

    days: Dates | None = None
    weekday: int | None = None
    clock: Clock | None = None
    until: Clock | None = None
    places: tuple[Place, ...] | None = None
    daypart: str | None = None
    lapse: Lapse | None = None
    rule: Rule | None = None
    needs_weekday: bool | None = None

    def joined(self, other: "Parts") -> "Parts | None":
        """Both together, or None where they say the same thing twice."""
        both = []
        for name in _SLOTS:
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine is not None and theirs is not None:
                return None
            both.append(mine if theirs is None else theirs)
        return Parts(*both)


_SLOTS = tuple(field.name for field in fields(Parts))


@dataclass(frozen=True, slots=True)
class Piece:
    """Something understood, up to *end* of the text.

    A *bare* piece is no time after a leading word: in "at 9" the nine is not a day.
    """

    end: int
    parts: Parts
    cost: int = USUAL
    bare: bool = False


PieceRule = Callable[[str, int, Speaker], Iterator[Piece]]
