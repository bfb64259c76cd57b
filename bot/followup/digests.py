"""The digest of a day: what is on an officer's desk, when their shift begins."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import clocks
from bot.conversation import outbox
from bot.conversation.messages import Words
from bot.errors import UserError
from bot.followup import desk, dues, ladder, rosters
from bot.followup.rosters import Roster
from bot.governance import access, ledger
from bot.governance.ledger import Operation
from bot.wording import desk as desk_wording
from bot.wording import duty as wording
from storage.models import Due, DueState, Officer

DIGEST = "digest"
SHIFT, OFF, AS_AGENCY = "shift", "off", "default"
MORNING = time(8)
"""For whoever is always on duty, or never."""

_TIME = re.compile(r"([01]?\d|2[0-3])[:.]?([0-5]\d)")
_DAYS_AHEAD = 60


def choose(session: Session, officer: Officer, text: str, *, now: datetime) -> Words:
    """Let the officer read their desk each day, or no more."""
    word = text.strip().casefold()
    if not word and not wish(officer):
        raise UserError(wording.digest_usage())
    try:
        officer.digest = "" if word == AS_AGENCY else read(word) if word else officer.digest
    except ValueError as mistake:
        raise UserError(wording.digest_usage()) from mistake
    ledger.record(
        session, Operation.ADMINISTRATION, now=now, actor=officer,
        subject=f"officer:{officer.slug}", digest=officer.digest,
    )  # fmt: skip
    if not wish(officer):
        dues.supersede(session, DIGEST, officer.id, now)
        return Words(wording.digest_off())
    due_at = _promise(session, officer, now)
    return Words(wording.digest_on(clocks.by(due_at, ZoneInfo(officer.zone), now)))


def read(text: str) -> str:
    """The wish in these words: "shift", a time as "07:30", or "off". Raises `ValueError`."""
    word = text.strip().casefold()
    if word in ("on", SHIFT):
        return SHIFT
    at = _TIME.fullmatch(word)
    if word != OFF and at is None:
        raise ValueError(f'"{text}" is no time for a digest. Write "shift", "07:30" or "off".')
    return f"{int(at[1]):02}:{at[2]}" if at is not None else OFF


def wish(officer: Officer) -> str:
    """When this officer reads their desk: as they say, else as their agency says of its desks'
    officers; nothing for never.
    """
    theirs = officer.agency.digest if access.is_desk(officer) else ""
    said = read(officer.digest or theirs or OFF)
    return "" if said == OFF else said


def promise_missing(session: Session, now: datetime) -> int:
    """Promise their next digest to whoever has none promised. Returns to how many."""
    promised = select(Due.subject_id).where(Due.kind == DIGEST, Due.state == DueState.WAITING)
    rows = session.scalars(
        select(Officer).where(Officer.retired_at.is_(None), Officer.id.not_in(promised))
    )
    without = [officer for officer in rows if wish(officer)]
    for officer in without:
        _promise(session, officer, now)
    return len(without)


def next_reading(roster: Roster, wanted: str, now: datetime) -> datetime:
    """When, after today, somebody with this roster reads their desk: at their time, or as their
    shift begins, on the first day on which they are on duty.
    """
    today = now.astimezone(roster.zone).date()
    days = [today + timedelta(days=offset) for offset in range(1, _DAYS_AHEAD)]
    found = (at for day in days if (at := _on(roster, wanted, day)) is not None)
    return next(found, _at(days[0], MORNING, roster.zone))


def on_digest(session: Session, due: Due, now: datetime) -> None:
    """Tell what is on the desk, unless it is clear. After an outage the next day will do."""
    officer = session.get_one(Officer, due.subject_id)
    if officer.retired_at is not None or not wish(officer):
        dues.settle(due, DueState.SUPERSEDED, now)
        return
    said = rosters.shift_at(rosters.of(officer), now)
    is_late = now - due.due_at > ladder.LATE
    # Before the shift begins that another program planned, nobody is away.
    is_away = said is not None and not said.is_on and said.why != rosters.ROSTER
    if not is_late and not is_away:
        shown = desk.desk(session, officer, now)
        if shown.text != desk_wording.DESK_IS_CLEAR:
            outbox.tell(
                session,
                key=f"{DIGEST}:{officer.id}:{now.astimezone(ZoneInfo(officer.zone)):%Y%m%d}",
                officer=officer,
                words=Words(wording.digest(shown.text), shown.controls),
                now=now,
            )
    dues.settle(due, DueState.MISSED if is_late else DueState.FIRED, now)
    _promise(session, officer, now)


DUES: dict[str, dues.DueHandler] = {DIGEST: on_digest}


def _promise(session: Session, officer: Officer, now: datetime) -> datetime:
    """A promise of its own for each day, so that no day is told twice."""
    roster = rosters.of(officer)
    due_at = next_reading(roster, wish(officer), now)
    dues.supersede(session, DIGEST, officer.id, now)
    dues.add(
        session, kind=DIGEST, subject_id=officer.id, due_at=due_at, zone=officer.zone,
        occurrence=due_at.astimezone(roster.zone).toordinal(),
    )  # fmt: skip
    return due_at


def _on(roster: Roster, wanted: str, day: date) -> datetime | None:
    """When they read it on that day; `None` when they rest all of it."""
    begins, ends = (_at(each, time(), roster.zone) for each in (day, day + timedelta(days=1)))
    starts = rosters.next_on(roster, begins)
    is_never = roster.week.is_never and not roster.shifts
    if not is_never and (starts is None or starts >= ends):
        return None
    if wanted != SHIFT:
        return _at(day, time.fromisoformat(wanted), roster.zone)
    at_eight = _at(day, MORNING, roster.zone)
    return at_eight if is_never or starts == begins else starts


def _at(day: date, wall: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, wall, zone).astimezone(UTC)
