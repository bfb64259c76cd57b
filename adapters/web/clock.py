"""The clock of the practice room: real time, moved ahead or standing still."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.conversation.ports import Clock
from bot.practice import Stand

_MORNING, _EVENING = time(9, 0), time(16, 0)


class PracticeClock:
    """Tells the practice time. It never goes back, also when the real clock does."""

    def __init__(self, real: Clock, stand: Stand | None = None) -> None:
        self._real = real
        self._stand = stand or Stand()
        self._latest: datetime | None = None

    def __call__(self) -> datetime:
        told = self._stand.stands_at or self._real() + self._stand.ahead
        self._latest = told if self._latest is None else max(told, self._latest)
        return self._latest

    @property
    def stand(self) -> Stand:
        """How it is set, to be kept until the next start."""
        return self._stand

    @property
    def is_running(self) -> bool:
        return self._stand.stands_at is None

    def set(self, stand: Stand) -> None:
        """Take up where an earlier start left it."""
        self._stand = stand

    def move_to(self, moment: datetime) -> None:
        """Set it ahead; a moment that is already past changes nothing."""
        if moment > self():
            self._stand = Stand(moment - self._real(), None if self.is_running else moment)

    def pause(self) -> None:
        """Let it stand still."""
        self._stand = Stand(self._stand.ahead, self())

    def run(self) -> None:
        """Let it run with real time again, from where it stands."""
        now = self()
        self._stand = Stand(now - self._real())


def next_morning(now: datetime, zone: ZoneInfo) -> datetime:
    """Nine o'clock on the next working morning there, Monday to Friday."""
    local = now.astimezone(zone)
    day = local.date()
    while True:
        moment = datetime.combine(day, _MORNING, zone).astimezone(UTC)
        if moment > now and day.weekday() < 5:
            return moment
        day += timedelta(days=1)


def working_hour(now: datetime, zone: ZoneInfo) -> datetime:
    """*now*, if people are at work there; else the next morning."""
    local = now.astimezone(zone)
    is_at_work = local.weekday() < 5 and _MORNING <= local.time() < _EVENING
    return now if is_at_work else next_morning(now, zone)
