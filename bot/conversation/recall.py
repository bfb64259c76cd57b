"""Taking back: what was derived from a message is withdrawn, what was said of it redacted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from bot.casework import matching
from bot.casework.candidates import Finding
from bot.casework.matching import Sense
from bot.conversation import cards, intake
from bot.followup import prompts
from bot.governance import erasing, ledger, retention
from bot.governance.ledger import Operation
from nlp.spans import Label, Span
from storage.models import Card, Mention, Message, Officer, Prompt


class Said(Protocol):
    """A message, or as much of it as is needed here."""

    @property
    def id(self) -> int: ...
    @property
    def platform(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def event(self) -> str: ...
    @property
    def kind(self) -> str: ...


def deleted(session: Session, row: Message, *, now: datetime) -> None:
    """Somebody deleted what they said: withdraw what came of it, and its words unless held."""
    for said in _revisions(session, row):
        if said.id != row.id:
            forget(session, said, now=now)


def forget(session: Session, row: Message, *, now: datetime) -> None:
    """Withdraw what came of a message that its author deleted, and its words unless held."""
    if row.recalled_at is None:
        take_back(session, row, now=now, why="deleted")
    if retention.erase_message(session, row, now=now, why="deleted by its author"):
        _erase_questions(session, row, now=now)


def take_back(session: Session, message: Message, *, now: datetime, why: str) -> None:
    """Withdraw mentions, matches, prompts and the card of one message. Its words stay."""
    message.recalled_at = now
    for mention in _mentions(session, message):
        matching.withdraw_mention(session, mention, now=now, why=why)
    spoken_of = cards.of(session, message)
    cards.refresh_for(session, message, now=now)
    for card in spoken_of:  # A question quotes all of its card, so it goes with any part of it.
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
    spans: dict[tuple[Label, str], Span] = {}
    for finding in matching.plainest_first(findings):
        spans.setdefault(matching.sense_of(finding.span, 0)[:2], finding.span)
    kept: dict[Sense, Mention] = {}
    for said in _before(session, row):
        if said.superseded_by is not None:
            continue
        said.superseded_by = row.id
        mentions = _mentions(session, said)
        senses = {mention.id: matching.sense_of_mention(session, mention) for mention in mentions}
        same = {
            each.id
            for each in mentions
            if (span := spans.get(senses[each.id][:2])) is not None
            and (each.dropped_by is not None or matching.is_said_so(each, span))
        }
        for mention in mentions:
            sense = senses[mention.id]
            if mention.id in same or mention.corrects in same:
                matching.carry_over(session, mention, row, spans.get(sense[:2]))
                kept[sense] = mention
            else:
                matching.withdraw_mention(session, mention, now=now, why="edited")
        cards.replace_message(session, said, row)
    return kept


def erase_deleted_edit(session: Session, row: Message, *, now: datetime) -> None:
    """Where this revision is what the deletion of an edit left, that edit's words go."""
    if not row.revision.startswith(intake.WITHOUT):
        return
    deleted_edit = row.revision.removeprefix(intake.WITHOUT)
    for said in _revisions(session, row):
        if said.revision == deleted_edit:
            retention.erase_message(session, said, now=now, why="deleted by its author")


def is_foreign(session: Session, row: Message) -> bool:
    """Whether somebody else than its author edits a message."""
    return any((said.home, said.user) != (row.home, row.user) for said in _before(session, row))


def was_withdrawn(session: Session, row: Message) -> bool:
    """Whether an earlier revision was taken back: an edit does not bring it up again."""
    return any(said.recalled_at is not None for said in _before(session, row))


def is_outdated(session: Session, row: Message) -> bool:
    """Whether a later edit of this very message was heard already."""
    return any(
        said.kind == "edited" and (said.sent_at, said.id) > (row.sent_at, row.id)
        for said in _revisions(session, row)
    )


def revised_among(session: Session, rows: Sequence[Said]) -> tuple[set[int], set[int]]:
    """Those of these messages that are deleted, and those that are edited or an edit.

    It was heard before them, or with them.
    """
    place = tuple_(Message.platform, Message.address, Message.event)
    wanted = {(row.platform, row.address, row.event) for row in rows}
    known = session.execute(
        select(Message.platform, Message.address, Message.event, Message.kind).where(
            place.in_(wanted), Message.kind.in_(("deleted", "edited"))
        )
    ).all()
    gone = {tuple(each[:3]) for each in known if each.kind == "deleted"}
    edited = {tuple(each[:3]) for each in known if each.kind == "edited"}
    places = {row.id: (row.platform, row.address, row.event) for row in rows}
    return (
        {row.id for row in rows if row.kind != "deleted" and places[row.id] in gone},
        {row.id for row in rows if places[row.id] in edited},
    )


def _erase_questions(session: Session, message: Message, *, now: datetime) -> None:
    """Erase what desks were asked in the words of this message, answered or not."""
    asked = select(Prompt).where(
        Prompt.card_id.in_([card.id for card in cards.of(session, message)]),
        Prompt.case_id.is_(None),
        Prompt.question_sealed.is_not(None),
    )
    erasing.others(session, session.scalars(asked).all(), now=now)


def _revisions(session: Session, row: Message) -> list[Message]:
    return list(
        session.scalars(
            select(Message)
            .where(
                Message.platform == row.platform,
                Message.address == row.address,
                Message.event == row.event,
            )
            # Not by number: numbers follow the wall clock, which may be set back between the two.
            .order_by(Message.sent_at, Message.id)
        )
    )


def _before(session: Session, row: Message) -> list[Message]:
    return [
        said
        for said in _revisions(session, row)
        if (said.sent_at, said.id) < (row.sent_at, row.id) and said.kind in ("said", "edited")
    ]


def _mentions(session: Session, message: Message) -> list[Mention]:
    return list(session.scalars(select(Mention).where(Mention.message_id == message.id)))
