"""An officer's desk in a browser: a link from the chat opens it once, a session keeps it open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from bot import bearer
from bot.conversation import outbox
from bot.conversation.messages import AccountRef, Control, Style, Words
from bot.errors import UserError
from bot.governance import access, ledger
from bot.governance.ledger import Operation
from bot.wording import visits as wording
from storage.models import Officer, Visit

LINK_LASTS: Final = timedelta(minutes=5)
IDLE: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=12)
PATH: Final = "desk"
TAP: Final = "visit"
_NOTED_EACH: Final = timedelta(minutes=1)
_KEPT: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who sits at a desk in a browser: by which log-in, and until when at the latest."""

    visit_id: int
    account: AccountRef
    zone: str
    until: datetime
    is_to_be_noted: bool
    """Whether what they do now is worth a note, for the time after which an idle desk closes."""


def invite(session: Session, officer: Officer, account: AccountRef, *, now: datetime) -> str:
    """A new link for who asked by this log-in. One that they did not use opens nothing any more."""
    for visit in _begun(session, officer):
        if visit.opened_at is None:
            _end(session, visit, officer, now, why="replaced")
    token = bearer.token()
    session.add(
        Visit(
            officer_id=officer.id,
            platform=account.platform,
            home=account.home,
            user=account.user,
            link_hash=bearer.hashed(token),
            asked_at=now,
        )
    )
    _record(session, Operation.COLLECTION, officer, officer, now)
    return token


def open_by(session: Session, link: str, *, instead_of: str = "", now: datetime) -> str | None:
    """The token of a new session, and its officer is told in the chat; nothing for a link that is
    unknown, used or too old. A browser shows one desk: the one it showed before is closed.
    """
    visit = session.scalar(select(Visit).where(Visit.link_hash == bearer.hashed(link)))
    officer = _sitting(session, visit, now) if visit is not None else None
    if visit is None or officer is None or visit.opened_at is not None:
        return None
    token = bearer.token()
    opened = session.execute(
        update(Visit)
        .where(Visit.id == visit.id, Visit.opened_at.is_(None), Visit.ended_at.is_(None))
        .values(token_hash=bearer.hashed(token), opened_at=now, seen_at=now)
    )
    if cast("CursorResult[Any]", opened).rowcount != 1:
        return None  # Somebody else was quicker with it.
    leave(session, instead_of, now=now)
    _record(session, Operation.CONSULTATION, officer, officer, now)
    outbox.tell(
        session,
        key=f"visit:{visit.id}:opened",
        officer=officer,
        words=Words(wording.opened(), (Control(wording.CLOSE, f"{TAP}:off", Style.DANGER),)),
        now=now,
    )
    return token


def visitor(session: Session, token: str, *, now: datetime) -> Visitor | None:
    """Who sits at the desk that this session's token opened, while it is open."""
    visit = _visit(session, token)
    if visit is None or visit.opened_at is None or visit.seen_at is None:
        return None
    officer = _sitting(session, visit, now)
    if officer is None:
        return None
    return Visitor(
        visit.id,
        _account(visit),
        officer.zone,
        visit.opened_at + LONGEST,
        now - visit.seen_at >= _NOTED_EACH,
    )


def note(session: Session, visit_id: int, *, now: datetime) -> None:
    """Its officer did something there: the time after which it closes begins anew."""
    visit = session.get(Visit, visit_id)
    if visit is not None:
        visit.seen_at = now


def leave(session: Session, token: str, *, now: datetime) -> None:
    """Close the desk that this session's token opened."""
    visit = _visit(session, token)
    if visit is not None and visit.ended_at is None:
        _end(session, visit, session.get_one(Officer, visit.officer_id), now, why="left")


def end_all(session: Session, officer: Officer, *, now: datetime) -> int:
    """Close this officer's desk in every browser, and end a link not used yet. Returns how many
    were open.
    """
    begun = _begun(session, officer)
    was_open = sum(
        each.opened_at is not None and _sitting(session, each, now) is not None for each in begun
    )
    for visit in begun:
        _end(session, visit, officer, now, why="off")
    return was_open


def sweep(session: Session, *, now: datetime) -> None:
    """End what is over: by time, or since its log-in or its officer is not in the directory."""
    for visit in session.scalars(select(Visit).where(Visit.ended_at.is_(None))).all():
        if _sitting(session, visit, now) is None:
            _end(session, visit, ledger.SYSTEM, now, why="over")
    session.execute(delete(Visit).where(Visit.ended_at < now - _KEPT))


def address(session: Session, link: str) -> str:
    """Where the link leads. Raises `UserError` when no desk is served."""
    settings = session.info.get("settings")
    if settings is None or settings.web_address is None:
        raise UserError(wording.none_here())
    return f"{settings.web_address.rstrip('/')}/{PATH}/enter/{link}"


def _begun(session: Session, officer: Officer) -> Sequence[Visit]:
    return session.scalars(
        select(Visit).where(Visit.officer_id == officer.id, Visit.ended_at.is_(None))
    ).all()


def _visit(session: Session, token: str) -> Visit | None:
    return session.scalar(select(Visit).where(Visit.token_hash == bearer.hashed(token)))


def _sitting(session: Session, visit: Visit, now: datetime) -> Officer | None:
    """Whose this is, while it holds: in time, and the log-in it came by still theirs."""
    if visit.ended_at is not None or now >= _over_at(visit):
        return None
    officer = access.officer_of(session, _account(visit))
    return officer if officer is not None and officer.id == visit.officer_id else None


def _over_at(visit: Visit) -> datetime:
    if visit.opened_at is None or visit.seen_at is None:
        return visit.asked_at + LINK_LASTS
    return min(visit.opened_at + LONGEST, visit.seen_at + IDLE)


def _account(visit: Visit) -> AccountRef:
    return AccountRef(visit.platform, visit.home, visit.user)


def _end(session: Session, visit: Visit, by: Officer | str, now: datetime, *, why: str) -> None:
    visit.ended_at = now
    officer = session.get_one(Officer, visit.officer_id)
    _record(session, Operation.ERASURE, officer, by, now, why=why)


def _record(
    session: Session, operation: Operation, officer: Officer, by: Officer | str, now: datetime,
    *, why: str = "",
) -> None:  # fmt: skip
    ledger.record(session, operation, now=now, actor=by, subject=f"visit:{officer.slug}", why=why)
