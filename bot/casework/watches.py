"""Watches: tell me when this turns up, with a purpose, an owner and an end."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import references
from bot.casework import entities
from bot.conversation import outbox
from bot.conversation.messages import Words
from bot.governance import keys, ledger, markings
from bot.governance.ledger import Operation
from bot.wording import casework as wording
from nlp import names
from nlp.spans import Label, Span
from storage import sealing
from storage.models import Case, Mention, Message, Officer, Room, Tlp, Watch


def watch(
    session: Session,
    officer: Officer,
    span: Span,
    *,
    purpose: str,
    until: datetime,
    now: datetime,
    case: Case | None = None,
) -> Watch:
    """Watch for an identifier or a name until a moment."""
    made = Watch(
        code=references.mint(session, Watch),
        officer_id=officer.id,
        case_id=case.id if case else None,
        hash=_hash(session, span),
        value_sealed=b"",
        purpose_sealed=b"",
        until=until,
        key_id=sealing.keyring(session).mint(
            case.key_id if case else keys.desk_month(session, officer, now)
        ),
    )
    made.value_sealed = sealing.sealed(session, made, "value", f"{span.label}|{span.text}")
    made.purpose_sealed = sealing.sealed(session, made, "purpose", purpose)
    session.add(made)
    session.flush()
    ledger.record(
        session, Operation.COLLECTION, now=now, actor=officer, case_id=made.case_id,
        subject=f"watch:{made.code}", purpose=purpose[:80], until=until,
    )  # fmt: skip
    return made


def end(session: Session, made: Watch, officer: Officer, *, now: datetime) -> None:
    """Stop watching."""
    made.ended_at = now
    ledger.record(
        session, Operation.ALTERATION, now=now, actor=officer, case_id=made.case_id,
        subject=f"watch:{made.code}", ended=True,
    )  # fmt: skip


def running(session: Session, officer: Officer, now: datetime) -> list[Watch]:
    """What this officer watches for."""
    return list(
        session.scalars(
            select(Watch)
            .where(Watch.officer_id == officer.id, Watch.ended_at.is_(None), Watch.until > now)
            .order_by(Watch.id)
        )
    )


def value_of(session: Session, made: Watch) -> str:
    label, _, text = sealing.unseal_or(session, made, "value", f"{Label.PERSON}|?").partition("|")
    return f"{wording.called(Label(label))} {text}"


def sighted(
    session: Session, mention: Mention, span: Span, message: Message, room: Room, *, now: datetime
) -> None:
    """Tell whoever watches for this, as far as they may know where it was said."""
    if span.label not in entities.SCHEMA_OF or not span.valid:
        return
    rows = session.scalars(
        select(Watch).where(
            Watch.hash == _hash(session, span), Watch.ended_at.is_(None), Watch.until > now
        )
    )
    for made in rows:
        officer = session.get_one(Officer, made.officer_id)
        if officer.retired_at is not None or officer.id == message.officer_id:
            continue
        may_read = (
            officer.agency.slug in room.agencies
            and message.marking not in (Tlp.RED, Tlp.AMBER_STRICT)
            and markings.is_within(message.marking or room.default_marking, officer.clearance)
        )
        outbox.tell(
            session,
            key=f"watch:{made.id}:{mention.id}",
            officer=officer,
            words=Words(wording.sighted(made.code, room.title if may_read else None)),
            now=now,
        )
        ledger.record(
            session, Operation.DISCLOSURE, now=now, case_id=made.case_id,
            subject=f"watch:{made.code}", told=officer.slug,
        )  # fmt: skip


def _hash(session: Session, span: Span) -> int:
    what = names.fold(span.text) if span.label in entities.NAMED else span.value or span.text
    return sealing.look_up(session, "watch", f"{span.label}|{what}")
