"""The digest of a day: what is on an officer's desk, when their shift begins."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.conversation import outbox
from bot.conversation.messages import Words
from bot.errors import UserError
from bot.followup import desk, dues, ladder, rosters
from bot.followup.rosters import Roster
from bot.governance import ledger
from bot.governance.ledger import Operation
from bot.wording import duty as wording
from bot.wording import followup as questions
from storage.models import Due, DueState, Officer

DIGEST, SHIFT = "digest", "shift"
MORNING = time(8)
"""For whoever is always on duty, or never."""

_TIME = re.compile(r"([01]?\d|2[0-3])[:.]?([0-5]\d)")
_DAYS_AHEAD = 60


def choose(session: Session, officer: Officer, text: str, *, now: datetime) -> Words:
    """Let the officer read their desk each day, or no more."""
    word = text.strip().casefold()
    at = _TIME.fullmatch(word)
    if word == "off":
        officer.digest = ""
        dues.supersede(session, DIGEST, officer.id, now)
    elif word in ("on", SHIFT):
        officer.digest = SHIFT
    elif at is not None:
        officer.digest = f"{int(at[1]):02}:{at[2]}"
    elif word or not officer.digest:
        raise UserError(wording.digest_usage())
    ledger.record(
        session, Operation.ADMINISTRATION, now=now, actor=officer,
        subject=f"officer:{officer.slug}", digest=officer.digest,
    )  # fmt: skip
    if not officer.digest:
        return Words(wording.digest_off())
    due_at = _promise(session, officer, now)
    return Words(wording.digest_on(questions.by(due_at, ZoneInfo(officer.zone), now)))


def next_reading(roster: Roster, wish: str, now: datetime) -> datetime:
    """When, after today, somebody with this roster reads their desk: at their time, or as their
    shift begins, on the first day on which they are on duty.
    """
    today = now.astimezone(roster.zone).date()
    days = [today + timedelta(days=offset) for offset in range(1, _DAYS_AHEAD)]
    found = (at for day in days if (at := _on(roster, wish, day)) is not None)
    return next(found, _at(days[0], MORNING, roster.zone))


def on_digest(session: Session, due: Due, now: datetime) -> None:
    """Tell what is on the desk, unless it is clear. After an outage the next day will do."""
    officer = session.get_one(Officer, due.subject_id)
    if officer.retired_at is not None or not officer.digest:
        dues.settle(due, DueState.SUPERSEDED, now)
        return
    said = rosters.shift_at(rosters.of(officer), now)
    is_late = now - due.due_at > ladder.LATE
    # Before the shift begins that another program planned, nobody is away.
    is_away = said is not None and not said.is_on and said.why != rosters.ROSTER
    if not is_late and not is_away:
        shown = desk.desk(session, officer, now)
        if shown.text != questions.DESK_IS_CLEAR:
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
    due_at = next_reading(roster, officer.digest, now)
    dues.supersede(session, DIGEST, officer.id, now)
    dues.add(
        session, kind=DIGEST, subject_id=officer.id, due_at=due_at, zone=officer.zone,
        occurrence=due_at.astimezone(roster.zone).toordinal(),
    )  # fmt: skip
    return due_at


def _on(roster: Roster, wish: str, day: date) -> datetime | None:
    """When they read it on that day; `None` when they rest all of it."""
    begins, ends = (_at(each, time(), roster.zone) for each in (day, day + timedelta(days=1)))
    starts = rosters.next_on(roster, begins)
    is_never = roster.week.is_never and not roster.shifts
    if not is_never and (starts is None or starts >= ends):
        return None
    if wish != SHIFT:
        return _at(day, time.fromisoformat(wish), roster.zone)
    at_eight = _at(day, MORNING, roster.zone)
    return at_eight if is_never or starts == begins else starts


def _at(day: date, wall: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, wall, zone).astimezone(UTC)
