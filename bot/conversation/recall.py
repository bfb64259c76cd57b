"""Taking back: what was derived from a message is withdrawn, what was said of it redacted."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import matching
from bot.casework.linking import Finding
from bot.casework.matching import Sense
from bot.conversation import cards
from bot.followup import prompts
from bot.governance import ledger, retention
from bot.governance.ledger import Operation
from storage.models import Card, Mention, Message, Officer, Prompt


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
    spoken_of = cards.of(session, message)
    cards.refresh_for(session, message, now=now)
    for card in spoken_of:
        if card.withdrawn_at is not None:
            withdraw_questions(session, card, now=now, why=why)
    actor: Officer | str = ledger.SYSTEM
    if message.officer_id is not None:
        actor = session.get_one(Officer, message.officer_id)
    ledger.record(
        session, Operation.ALTERATION, now=now, actor=actor, subject=f"message:{message.id}",
        recalled=why,
    )  # fmt: skip


def withdraw_questions(session: Session, card: Card, *, now: datetime, why: str) -> None:
    """What desks were asked from a card is asked no more."""
    for prompt in session.scalars(select(Prompt).where(Prompt.card_id == card.id)):
        prompts.withdraw(session, prompt, now=now, why=why)


def supersede(
    session: Session, row: Message, findings: Sequence[Finding], *, now: datetime
) -> dict[Sense, Mention]:
    """An edit replaces what was read before. Returns what stands as it was, because both say it.

    What was dropped or corrected there stays so; all else is withdrawn.
    """
    spans = {matching.sense_of(f.span, 0)[:2]: f.span for f in findings}
    kept: dict[Sense, Mention] = {}
    for said in _revisions(session, row):
        if said.id >= row.id or said.superseded_by is not None:
            continue
        said.superseded_by = row.id
        mentions = _mentions(session, said)
        senses = {mention.id: matching.sense_of_mention(session, mention) for mention in mentions}
        same = {each.id for each in mentions if senses[each.id][:2] in spans}
        for mention in mentions:
            sense = senses[mention.id]
            if mention.id in same or mention.corrects in same:
                matching.carry_over(session, mention, row, spans.get(sense[:2]))
                kept[sense] = mention
            else:
                matching.withdraw_mention(session, mention, now=now, why="edited")
        cards.replace_message(session, said, row)
    return kept


def is_foreign(session: Session, row: Message) -> bool:
    """Whether somebody else than its author edits a message."""
    return any((said.home, said.user) != (row.home, row.user) for said in _before(session, row))


def was_withdrawn(session: Session, row: Message) -> bool:
    """Whether an earlier revision was taken back: an edit does not bring it up again."""
    return any(said.recalled_at is not None for said in _before(session, row))


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


def _before(session: Session, row: Message) -> list[Message]:
    return [
        said
        for said in _revisions(session, row)
        if said.id < row.id and said.kind in ("said", "edited")
    ]


def _mentions(session: Session, message: Message) -> list[Mention]:
    return list(session.scalars(select(Mention).where(Mention.message_id == message.id)))
