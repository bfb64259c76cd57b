"""When people are busy, as far as their own calendars say."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.models import Busy, Officer

Interval = tuple[datetime, datetime]

LOOKS_AHEAD = timedelta(days=92)
"""How far ahead calendars are read."""


class BusyTimes(Protocol):
    """A calendar that can be asked when its owner is busy."""

    async def busy(self, start: datetime, end: datetime, zone: ZoneInfo) -> Sequence[Interval]:
        """The busy times between two moments. May raise `CalendarUnavailable`."""
        ...


def keep(session: Session, officer: Officer, found: Sequence[Interval], *, now: datetime) -> None:
    """Remember when this officer is busy from now on, in place of what was known."""
    session.execute(delete(Busy).where(Busy.officer_id == officer.id))
    for start, end in dict.fromkeys(found):
        if now < end:
            session.add(Busy(officer_id=officer.id, starts_at=start, ends_at=end))
    session.flush()


def times(
    session: Session, officer: Officer, earliest: datetime, latest: datetime
) -> list[Interval]:
    """What is known of when this officer is busy between two moments."""
    rows = session.execute(
        select(Busy.starts_at, Busy.ends_at)
        .where(Busy.officer_id == officer.id, Busy.starts_at < latest, Busy.ends_at > earliest)
        .order_by(Busy.starts_at, Busy.ends_at)
    )
    return [(start, end) for start, end in rows]
