"""A personal calendar feed, behind a token that can be taken back."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import bearer
from bot.errors import UserError
from bot.governance import ledger
from bot.governance.ledger import Operation
from bot.meetings import calendar, finding, invitations, places, series
from bot.wording import meetings as wording
from storage.models import Briefing, Feed, Invitation, MeetingState, Officer

LOOKS_BACK = timedelta(days=30)
PATH = "calendar"


def issue(session: Session, officer: Officer, *, now: datetime) -> str:
    """A new token for this officer's feed; the one before no longer opens it.

    The token is shown once: only its hash is kept.
    """
    revoke(session, officer, now=now)
    token = bearer.token()
    session.add(Feed(officer_id=officer.id, token_hash=bearer.hashed(token), made_at=now))
    session.flush()
    ledger.record(
        session, Operation.COLLECTION, now=now, actor=officer, subject=f"feed:{officer.slug}"
    )
    return token


def revoke(session: Session, officer: Officer, *, now: datetime) -> bool:
    """Let this officer's feed no longer be read. False when there was none."""
    standing = session.scalars(
        select(Feed).where(Feed.officer_id == officer.id, Feed.revoked_at.is_(None))
    ).all()
    for feed in standing:
        feed.revoked_at = now
    if standing:
        ledger.record(
            session, Operation.ERASURE, now=now, actor=officer, subject=f"feed:{officer.slug}"
        )
    return bool(standing)


def owner(session: Session, token: str) -> Officer | None:
    """Whose feed this token opens, if it does."""
    feed = session.scalar(
        select(Feed).where(Feed.token_hash == bearer.hashed(token), Feed.revoked_at.is_(None))
    )
    officer = session.get(Officer, feed.officer_id) if feed is not None else None
    return officer if officer is not None and officer.retired_at is None else None


def content(session: Session, officer: Officer, *, now: datetime) -> bytes:
    """This officer's briefings, and what their series hold for them, as a calendar: neutral titles,
    nobody named.
    """
    rows = session.execute(
        select(Briefing, Invitation)
        .join(Invitation, Invitation.briefing_id == Briefing.id)
        .where(
            Invitation.officer_id == officer.id,
            Briefing.state != MeetingState.PROPOSED,
            Briefing.ends_at >= now - LOOKS_BACK,
        )
        .order_by(Briefing.starts_at, Briefing.code)
    )
    entries = [
        calendar.Entry(
            uid=briefing.uid,
            sequence=briefing.sequence,
            start=briefing.starts_at,
            end=briefing.ends_at,
            summary=wording.joint_briefing(briefing.code),
            is_cancelled=briefing.state in (MeetingState.CANCELLED, MeetingState.MISSED)
            or part.rsvp in invitations.STAYS_AWAY,
            place=places.of(session, briefing),
        )
        for briefing, part in rows
        if finding.may_read(session, officer, briefing, now) and not series.is_skipped(briefing)
    ]
    entries += [
        calendar.Entry(
            uid=each.uid,
            sequence=0,
            start=each.at,
            end=each.at + timedelta(minutes=each.series.minutes),
            summary=wording.planned_briefing(each.series.code),
            is_tentative=True,
        )
        for each in series.expected(session, officer, now=now)
    ]
    # Stamped with the day, so that a feed in which nothing changed reads the same.
    stamp = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return calendar.feed(entries, stamp=stamp, zone=ZoneInfo(officer.zone))


def address(session: Session, token: str) -> str:
    """Where a calendar program subscribes. Raises `UserError` when no feed is served."""
    settings = session.info.get("settings")
    if settings is None or settings.calendar_address is None:
        raise UserError(wording.no_feeds_here())
    place = str(settings.calendar_address).rstrip("/").partition("://")[2]
    return f"webcal://{place}/{PATH}/{token}.ics"
