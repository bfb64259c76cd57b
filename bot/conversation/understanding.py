"""Making sense of what was heard: mentions, matches, questions and a card, or nothing at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from nlp.pipeline import MAX_CHARS, Text
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from bot.casework import linking, matching
from bot.casework.linking import Finding, Reading
from bot.conversation import cards, commands, recall
from bot.conversation.ports import Extract
from bot.governance import markings
from nlp.spans import Label, Span
from storage import sealing
from storage.database import savepoint
from storage.models import Message, Officer, Progress, Room, Tlp

log = structlog.get_logger()

MOST_TRIES = 5
FIRST_WAIT = timedelta(seconds=5)
NOT_CARDED = frozenset({Label.TIME, Label.MARKING, Label.QUANTITY, Label.PLACE, Label.NATIONALITY})
ALONE_IS_NOTHING = NOT_CARDED | {
    Label.MONEY,
    Label.DRUG,
    Label.WEAPON,
    Label.VEHICLE,
    Label.POSTCODE,
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits to be understood."""

    id: int
    text: str
    sent_at: datetime
    region: str | None
    is_content: bool


def waiting(session: Session, now: datetime, limit: int) -> list[Waiting]:
    """The oldest messages that wait, at most *limit*."""
    rows = session.scalars(
        select(Message)
        .where(
            Message.progress == Progress.PENDING,
            or_(Message.next_try_at.is_(None), Message.next_try_at <= now),
        )
        .order_by(Message.id)
        .limit(limit)
    ).all()
    sealing.keyring(session).preload([row.key_id for row in rows])
    regions: dict[int | None, str | None] = {}
    found = []
    for row in rows:
        if row.officer_id not in regions:
            officer = session.get(Officer, row.officer_id) if row.officer_id else None
            regions[row.officer_id] = officer.agency.country if officer else None
        found.append(
            Waiting(
                row.id,
                sealing.unseal_or(session, row, "text", ""),
                row.sent_at,
                regions[row.officer_id],
                is_content=row.officer_id is not None
                and row.kind in ("said", "edited")
                and not row.to_bot,
            )
        )
    return found


def read(extract: Extract, messages: Sequence[Waiting]) -> list[Sequence[Span]]:
    """What each of these says. Commands and strangers' words are not looked into."""
    texts = [Text(m.text, m.region, m.sent_at) for m in messages if m.is_content]
    found = iter(extract(texts))
    return [next(found) if m.is_content else () for m in messages]


def settle(session: Session, heard: Sequence[tuple[int, Sequence[Span]]], now: datetime) -> int:
    """Apply what was read: each message in a step of its own, all kept together.

    A message that fails is tried again later and in the end set aside; it never blocks the next.
    """
    spans_of = dict(heard)
    rows = session.scalars(
        select(Message)
        .where(Message.id.in_(list(spans_of)), Message.progress == Progress.PENDING)
        .order_by(Message.id)
        .with_for_update(skip_locked=True)
    ).all()
    content = [row for row in rows if _is_content(row)]
    sealing.keyring(session).preload([row.key_id for row in rows])
    findings = _findings(session, content, spans_of)
    quiet: list[int] = []
    for row in rows:
        found = findings.get(row.id, [])
        if (
            row.kind == "said"
            and _is_content(row)
            and not _says_something(found)
            and _is_plain(session, row)
        ):
            quiet.append(row.id)
            continue
        try:
            with savepoint(session):
                _apply(session, row, found, now)
                row.progress = Progress.DONE
        except Exception as fault:  # whatever it is, it must not block the next message
            _set_back(session, row, fault, now)
    if quiet:
        session.execute(update(Message).where(Message.id.in_(quiet)).values(progress=Progress.DONE))
    return len(rows)


def _is_content(row: Message) -> bool:
    return row.officer_id is not None and row.kind in ("said", "edited") and not row.to_bot


def _is_plain(session: Session, row: Message) -> bool:
    """Nothing that needs more than to be kept: no stated marking, no answer, no revision."""
    text = sealing.unseal_or(session, row, "text", "")
    return markings.stated(text) is None and len(text) <= MAX_CHARS


def _findings(
    session: Session, rows: Sequence[Message], spans_of: dict[int, Sequence[Span]]
) -> dict[int, list[Finding]]:
    readings = []
    for row in rows:
        room = session.get(Room, row.room_id) if row.room_id else None
        text = sealing.unseal_or(session, row, "text", "")
        readings.append(Reading(text[:MAX_CHARS], spans_of.get(row.id, ()), room))
    found = linking.find(session, readings)
    return {row.id: each for row, each in zip(rows, found, strict=True)}


def _says_something(findings: Sequence[Finding]) -> bool:
    return any(f.candidates or f.span.label not in ALONE_IS_NOTHING for f in findings)


def _apply(session: Session, row: Message, findings: Sequence[Finding], now: datetime) -> None:
    if row.kind == "deleted":
        recall.deleted(session, row, now=now)
        return
    officer = session.get(Officer, row.officer_id) if row.officer_id else None
    if officer is None:
        return  # Strangers are heard, never answered.
    if row.to_bot:
        commands.obey(session, row, officer, now=now)
        return
    room = session.get(Room, row.room_id) if row.room_id else None
    if room is None or recall.is_taken_back(session, row):
        return
    text = sealing.unseal_or(session, row, "text", "")
    row.marking = markings.stated(text) or room.default_marking
    if row.kind == "edited":
        recall.supersede(session, row, findings, now=now)
    if row.marking is Tlp.RED or not markings.is_within(row.marking, room.ceiling):
        cards.warn_author(session, row, officer, room, now=now)
        return
    told = [f for f in findings if f.span.label not in NOT_CARDED or f.candidates]
    if _says_something(findings) or len(text) > MAX_CHARS:
        matching.match(session, row, officer, room, told, now=now)
        cards.show(session, row, officer, room, now=now)


def _set_back(session: Session, row: Message, fault: Exception, now: datetime) -> None:
    session.refresh(row)
    row.attempts += 1
    # The kind of fault only: its words may quote the message.
    row.fault = type(fault).__name__
    if row.attempts >= MOST_TRIES:
        row.progress = Progress.FAILED
    else:
        row.next_try_at = now + FIRST_WAIT * 2**row.attempts
    log.warning("message not understood", message=row.id, fault=row.fault, attempts=row.attempts)
