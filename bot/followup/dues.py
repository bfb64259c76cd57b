"""Promises about time, kept as rows: made, taken back, and kept when their moment comes."""

import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, func, not_, or_, select
from sqlalchemy.orm import Session

from storage.database import savepoint
from storage.models import Due, DueState, Officer

DueHandler = Callable[[Session, Due, datetime], None]
"""Keeps one promise. It re-reads what the promise is about before it acts."""

_FIRST_WAIT = timedelta(seconds=15)
_LONGEST_WAIT = timedelta(hours=1)

_log = structlog.get_logger(__name__)


def fire_due(
    session: Session, now: datetime, handlers: Mapping[str, DueHandler], limit: int = 100
) -> int:
    """Keep up to *limit* promises whose moment has come; returns how many were looked at.

    One that fails is tried again later and stops no other. All are kept in one step, which is much
    less work; when that fails, each is kept in a step of its own.
    """
    claimed = claim(session, now, kinds=tuple(handlers), limit=limit)
    try:
        with savepoint(session):
            for due in claimed:
                _keep(session, due, handlers, now)
    except Exception as fault:  # whichever it is of: each is tried alone, and the faulty one told
        _log.warning("promises are kept one by one", fault=type(fault).__name__)
        _keep_each_alone(session, claimed, handlers, now)
    return len(claimed)


def claim(session: Session, now: datetime, *, kinds: Sequence[str], limit: int) -> list[Due]:
    """Take up to *limit* due promises. Nobody else gets them until this unit of work ends."""
    # Oldest first: one that keeps failing must not starve the others of their turn.
    rows = session.scalars(
        select(Due)
        .where(
            Due.state == DueState.WAITING,
            Due.due_at <= now,
            # Wrapped, so that SQLite goes by the moment and not by the kind, of which all are many.
            func.coalesce(Due.kind, "").in_(kinds),
            or_(Due.lease_until.is_(None), Due.lease_until <= now, _is_stale(now + _LONGEST_WAIT)),
        )
        .order_by(Due.due_at, Due.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    # What belongs together is handled together, in one order in every process: no deadlocks.
    return sorted(rows, key=lambda due: (due.subject_id, due.kind, due.occurrence, due.id))


def add(
    session: Session,
    *,
    kind: str,
    subject_id: int,
    due_at: datetime,
    officer_id: int | None = None,
    occurrence: int = 0,
    wall: str = "",
    zone: str = "UTC",
    rule: str = "",
    whom: Sequence[str] = (),
    needs_no_ack: bool = False,
    note: str = "",
    is_first: bool = False,
) -> Due:
    """Promise something for a moment. The same promise made again moves to the new moment.

    With *is_first* nothing can have been promised about the subject before: nobody looks.
    """
    due = (
        session.scalar(
            select(Due).where(
                Due.kind == kind,
                Due.subject_id == subject_id,
                Due.occurrence == occurrence,
                Due.officer_id.is_(None) if officer_id is None else Due.officer_id == officer_id,
            )
        )
        if not is_first
        else None
    )
    if due is None:
        due = Due(
            kind=kind,
            subject_id=subject_id,
            officer_id=officer_id,
            occurrence=occurrence,
            due_at=due_at,
        )
        session.add(due)
    due.due_at = due_at
    due.wall, due.zone, due.rule, due.note = wall, zone, rule, note
    due.whom, due.needs_no_ack = list(whom), needs_no_ack
    due.state, due.settled_at = DueState.WAITING, None
    due.lease_until, due.attempts = None, 0
    if not is_first:
        session.flush()
    return due


def supersede(
    session: Session,
    kind: str,
    subject_id: int,
    now: datetime,
    officer_id: int | None = None,
    *,
    note: str = "",
    only_no_ack: bool = False,
) -> list[Due]:
    """Take back what is still promised about this subject; for one officer when one is named."""
    chosen = and_(Due.kind == kind, Due.subject_id == subject_id, Due.state == DueState.WAITING)
    if officer_id is not None:
        chosen &= Due.officer_id == officer_id
    if only_no_ack:
        chosen &= Due.needs_no_ack.is_(True)
    taken_back = list(session.scalars(select(Due).where(chosen).order_by(Due.occurrence)))
    for due in taken_back:
        settle(due, DueState.SUPERSEDED, now, note=note)
    session.flush()
    return taken_back


def revive(session: Session, kind: str, subject_id: int, *, note: str) -> list[Due]:
    """Promise again, for the same moments, what was taken back with this *note*."""
    again = list(
        session.scalars(
            select(Due)
            .where(
                Due.kind == kind,
                Due.subject_id == subject_id,
                Due.state == DueState.SUPERSEDED,
                Due.note == note,
            )
            .order_by(Due.occurrence)
        )
    )
    for due in again:
        due.state, due.settled_at, due.note = DueState.WAITING, None, ""
    session.flush()
    return again


def settle(due: Due, state: DueState, now: datetime, *, note: str = "") -> None:
    """The promise is done with, in this way."""
    due.state, due.settled_at = state, now
    if note:
        due.note = note


def next_due_at(session: Session, now: datetime) -> datetime | None:
    """When the next promise falls due, so that nobody need look sooner."""
    found = session.execute(_NEXT, {"now": now, "longest": now + _LONGEST_WAIT}).one()
    return min((each for each in found if each is not None), default=None)


def of_officer(session: Session, kind: str, officer: Officer) -> list[Due]:
    """What is still promised to this officer, soonest first."""
    return list(
        session.scalars(
            select(Due)
            .where(Due.kind == kind, Due.officer_id == officer.id, Due.state == DueState.WAITING)
            .order_by(Due.due_at)
        )
    )


def _keep(session: Session, due: Due, handlers: Mapping[str, DueHandler], now: datetime) -> None:
    if due.state is not DueState.WAITING:
        return  # Another promise of this batch settled it.
    handlers[due.kind](session, due, now)
    if due.state is DueState.WAITING:
        settle(due, DueState.FIRED, now)


def _keep_each_alone(
    session: Session, claimed: Sequence[Due], handlers: Mapping[str, DueHandler], now: datetime
) -> None:
    for due in claimed:
        try:
            with savepoint(session):
                _keep(session, due, handlers, now)
        except Exception as fault:
            _try_later(due, fault, now)


def _is_stale(longest: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Nobody waits beyond the *longest* for another try: it was taken before the clock was set
    back."""
    return Due.lease_until > longest


def _try_later(due: Due, fault: Exception, now: datetime) -> None:
    due.attempts += 1
    due.lease_until = now + min(_FIRST_WAIT * 2 ** min(due.attempts - 1, 10), _LONGEST_WAIT)
    # The kind of fault and its place, no more: its text may hold somebody's words.
    due.note = type(fault).__name__
    _log.error(
        "a promise could not be kept",
        kind=due.kind,
        due=due.id,
        attempts=due.attempts,
        fault=due.note,
        at=_place(fault),
    )


def _place(fault: Exception) -> str:
    frames = traceback.extract_tb(fault.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""


_NOW = bindparam("now", type_=Due.due_at.type)
_LONGEST = bindparam("longest", type_=Due.due_at.type)
# Built once, for it is asked each second. Two questions in one, so that each walks the index of
# what waits and reads but its beginning. What was tried and failed was due by then; a clock set
# back only makes us look once too often.
_NEXT = select(
    select(func.min(Due.due_at))
    .where(
        Due.state == DueState.WAITING,
        or_(Due.lease_until.is_(None), Due.due_at > _NOW, _is_stale(_LONGEST)),
    )
    .scalar_subquery(),
    select(func.min(Due.lease_until))
    .where(Due.state == DueState.WAITING, Due.due_at <= _NOW, not_(_is_stale(_LONGEST)))
    .scalar_subquery(),
)
