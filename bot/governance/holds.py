"""Holds: somebody's decision that something must be kept, which beats deletion and purge."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from bot.errors import NotAllowed, UserError
from bot.governance import access, ledger
from bot.governance.ledger import Operation
from bot.wording import governance as wording
from storage import sealing
from storage.models import (
    Agency,
    Case,
    Entity,
    EntityCase,
    Hold,
    Match,
    Mention,
    Message,
    Officer,
    Role,
)

MESSAGE, ENTITY, CASE = "message", "entity", "case"


def hold(
    session: Session,
    kind: str,
    subject_id: int,
    officer: Officer,
    reason: str,
    until: datetime | None,
    now: datetime,
) -> Hold:
    """Keep a message, an entity or a case against deletion and purge, until *until* or lifted."""
    agency, case_id = _owner(session, kind, subject_id)
    _may_decide(officer, agency)
    if not reason.strip():
        raise UserError(wording.hold_needs_reason())
    if until is not None and until <= now:
        raise UserError(wording.date_is_past())
    held = Hold(
        kind=kind,
        subject_id=subject_id,
        officer_id=officer.id,
        case_id=case_id,
        at=now,
        until=until,
        key_id=sealing.keyring(session).mint(agency.key_id),
    )
    sealing.seal(session, held, "reason", reason.strip())
    session.add(held)
    session.flush()
    ledger.record(
        session, Operation.ADMINISTRATION, now=now, actor=officer, case_id=case_id,
        subject=f"{kind}:{subject_id}", hold=held.id, until=until,
    )  # fmt: skip
    return held


def lift(session: Session, held: Hold, officer: Officer, now: datetime) -> None:
    """Let a hold go. What it kept falls under the ordinary rules again."""
    agency, _ = _owner(session, held.kind, held.subject_id)
    _may_decide(officer, agency)
    if held.lifted_at is not None:
        return
    held.lifted_at = now
    ledger.record(
        session, Operation.ADMINISTRATION, now=now, actor=officer, case_id=held.case_id,
        subject=f"{held.kind}:{held.subject_id}", hold_lifted=held.id,
    )  # fmt: skip


def active(session: Session, kind: str, now: datetime) -> set[int]:
    """Everything of this kind that somebody holds now."""
    return set(
        session.scalars(
            select(Hold.subject_id).where(
                Hold.kind == kind,
                Hold.lifted_at.is_(None),
                or_(Hold.until.is_(None), Hold.until > now),
            )
        )
    )


def on(session: Session, kind: str, subject_ids: Sequence[int], now: datetime) -> list[Hold]:
    """The holds on these, oldest first."""
    return [
        held
        for held in session.scalars(
            select(Hold)
            .where(Hold.kind == kind, Hold.subject_id.in_(subject_ids), Hold.lifted_at.is_(None))
            .order_by(Hold.at, Hold.id)
        )
        if held.until is None or held.until > now
    ]


def held_messages(session: Session, now: datetime) -> set[int]:
    """Every message that is held: itself, in another revision, or by a hold on a case it met.

    A match that was withdrawn counts: taking back must not undo a hold.
    """
    direct = active(session, MESSAGE, now)
    cases = active(session, CASE, now)
    if cases:
        direct |= set(
            session.scalars(
                select(Mention.message_id)
                .join(Match, Match.mention_id == Mention.id)
                .where(Match.case_id.in_(cases))
            )
        )
    if not direct:
        return set()
    events = session.execute(
        select(Message.platform, Message.address, Message.event)
        .where(Message.id.in_(direct))
        .distinct()
    )
    held = set(direct)
    for platform, address, event in events:
        held |= set(session.scalars(revisions_of(platform, address, event)))
    return held


def is_held(session: Session, message: Message, now: datetime) -> bool:
    """Whether the words of this message, in any revision, must be kept."""
    revisions = set(session.scalars(revisions_of(message.platform, message.address, message.event)))
    if on(session, MESSAGE, sorted(revisions), now):
        return True
    cases = session.scalars(
        select(Match.case_id)
        .join(Mention, Mention.id == Match.mention_id)
        .where(Mention.message_id.in_(revisions))
    )
    return bool(on(session, CASE, sorted(set(cases)), now))


def held_entities(session: Session, now: datetime) -> set[int]:
    """Every entity that is held: itself, or by a hold on a case it is in."""
    direct = active(session, ENTITY, now)
    cases = active(session, CASE, now)
    if cases:
        direct |= set(
            session.scalars(
                select(EntityCase.entity_id).where(
                    EntityCase.case_id.in_(cases), EntityCase.removed_at.is_(None)
                )
            )
        )
    return direct


def revisions_of(platform: str, address: str, event: str) -> Select[int]:
    """The row numbers of everything that was ever said as this event."""
    return select(Message.id).where(
        Message.platform == platform, Message.address == address, Message.event == event
    )


def _owner(session: Session, kind: str, subject_id: int) -> tuple[Agency, int | None]:
    """The agency whose thing this is, and its case when it is one."""
    row: Case | Entity | Message | None
    match kind:
        case "case":
            row = session.get(Case, subject_id)
        case "entity":
            row = session.get(Entity, subject_id)
        case "message":
            row = session.get(Message, subject_id)
        case _:
            raise ValueError(f"{kind!r} cannot be held")
    if row is None or row.erased_at is not None or row.agency_id is None:
        raise NotAllowed(wording.nothing_to_hold())
    return session.get_one(Agency, row.agency_id), subject_id if kind == CASE else None


def _may_decide(officer: Officer, agency: Agency) -> None:
    if officer.agency_id != agency.id or not (
        access.is_desk(officer) or access.has(officer, Role.OVERSIGHT)
    ):
        raise NotAllowed(wording.nothing_to_hold())
