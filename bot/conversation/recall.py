"""Taking back: what was derived from a message is withdrawn, what was said of it redacted."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import matching
from bot.casework.linking import Finding
from bot.conversation import cards
from bot.governance import ledger, retention
from bot.governance.ledger import Operation
from storage import sealing
from storage.models import Mention, Message, Officer


def deleted(session: Session, row: Message, *, now: datetime) -> None:
    """Somebody deleted what they said: withdraw what came of it, and its words unless held."""
    for said in _revisions(session, row):
        if said.id != row.id:
            take_back(session, said, now=now, why="deleted")
            retention.erase_message(session, said, now=now, why="deleted by its author")


def take_back(session: Session, message: Message, *, now: datetime, why: str) -> None:
    """Withdraw mentions, matches, prompts and the card of one message. Its words stay."""
    message.recalled_at = now
    for mention in _mentions(session, message):
        matching.withdraw_mention(session, mention, now=now, why=why)
    cards.refresh_for(session, message, now=now)
    actor: Officer | str = ledger.SYSTEM
    if message.officer_id is not None:
        actor = session.get_one(Officer, message.officer_id)
    ledger.record(
        session, Operation.ALTERATION, now=now, actor=actor, subject=f"message:{message.id}",
        recalled=why,
    )  # fmt: skip


def supersede(
    session: Session, row: Message, findings: Sequence[Finding], *, now: datetime
) -> None:
    """An edit replaces what was read before; what both say is not asked about twice."""
    kept = {(f.span.label, f.span.value or f.span.text) for f in findings}
    for said in _revisions(session, row):
        if said.id == row.id or said.superseded_by is not None or said.id > row.id:
            continue
        said.superseded_by = row.id
        for mention in _mentions(session, said):
            value = sealing.unseal_or(session, mention, "value", "") or sealing.unseal_or(
                session, mention, "text", ""
            )
            gone = (mention.label, value) not in kept
            if gone:
                matching.withdraw_mention(session, mention, now=now, why="edited")
        cards.replace_message(session, said, row)


def is_taken_back(session: Session, row: Message) -> bool:
    """Whether a deletion, or a later edit, of this very message was heard already."""
    return (
        session.scalar(
            select(Message.id).where(
                Message.platform == row.platform,
                Message.address == row.address,
                Message.event == row.event,
                Message.id != row.id,
                (Message.kind == "deleted")
                | ((Message.kind == "edited") & (Message.sent_at > row.sent_at)),
            )
        )
        is not None
    )


def _revisions(session: Session, row: Message) -> list[Message]:
    return list(
        session.scalars(
            select(Message)
            .where(
                Message.platform == row.platform,
                Message.address == row.address,
                Message.event == row.event,
            )
            .order_by(Message.id)
        )
    )


def _mentions(session: Session, message: Message) -> list[Mention]:
    return list(session.scalars(select(Mention).where(Mention.message_id == message.id)))
