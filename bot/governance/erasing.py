"""Erasing: empty the row, forget its look-ups, and decide that its key be destroyed.

All in the transaction of the ledger entry; the key itself goes after the commit (`retention`).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, delete, or_, select, update
from sqlalchemy.orm import Session

from bot.conversation import outbox
from bot.followup import dues
from bot.governance import holds, ledger
from bot.governance.ledger import Operation
from storage.keyring import INDEX, ROOT
from storage.models import (
    Act,
    Action,
    Agency,
    Answer,
    Base,
    Briefing,
    Case,
    CaseState,
    Concern,
    ConcernReply,
    Contribution,
    Debrief,
    Delivery,
    Entity,
    EntityCase,
    Erasure,
    Evidence,
    Hold,
    Identifier,
    Judgement,
    LinkRule,
    Live,
    Match,
    MatchState,
    Mention,
    Message,
    Name,
    NameKey,
    Note,
    Progress,
    Prompt,
    PromptState,
    Relation,
    Sealed,
    Watch,
)

BATCH = 500
_KEPT = (MatchState.CONFIRMED, MatchState.DISPUTED)
_SHARED = ("room:", "desk:", "concerns", INDEX)


def messages(
    session: Session, going: Sequence[Message], *, now: datetime, why: str = "retention"
) -> None:
    """Erase what these messages say, what was read from them and what was asked about them.

    What a case quoted from a confirmed match is the case's own, and stays with it.
    """
    for part in _parts([message.id for message in going]):
        here = select(Message).where(Message.id.in_(part))
        rows: list[Any] = list(session.scalars(here))
        for message in rows:
            message.text_sealed, message.erased_at = None, now
            if message.progress is Progress.PENDING:
                message.progress, message.fault = Progress.FAILED, "erased"
        mentions = session.scalars(select(Mention).where(Mention.message_id.in_(part))).all()
        for mention in mentions:
            mention.text_sealed = mention.value_sealed = mention.why_sealed = None
            mention.look_up = None
        rows += mentions
        open_matches = (
            select(Match.id)
            .join(Mention, Mention.id == Match.mention_id)
            .where(Mention.message_id.in_(part), Match.state.not_in(_KEPT))
        )
        rows += _deleted(session, Evidence, Evidence.match_id.in_(open_matches))
        rows += _emptied(session, Judgement, Judgement.match_id.in_(open_matches), "note_sealed")
        prompts = select(Prompt.id).where(Prompt.message_id.in_(part), Prompt.case_id.is_(None))
        rows += _emptied(session, Prompt, Prompt.id.in_(prompts), "question_sealed")
        rows += _emptied(session, Answer, Answer.prompt_id.in_(prompts), "detail_sealed")
        _decide(session, rows, "message", now)
        ledger.record(
            session, Operation.ERASURE, now=now, subject="message", why=why, rows=list(part)
        )


def deliveries(session: Session, going: Sequence[Delivery], *, now: datetime) -> int:
    """Erase what the bot said, and take its chat copies back. Returns how many are taken back."""
    retracting = 0
    for delivery in going:
        delivery.words_sealed = delivery.present_sealed = None
        if delivery.act is Act.SAY and delivery.platform != "dashboard":
            outbox.uncover_place(session, delivery)
            was_said = delivery.progress is Progress.DONE or delivery.attempts > 0
            outbox.retract(session, delivery.key, now=now)
            retracting += was_said
        elif delivery.progress is Progress.PENDING and delivery.act is Act.REVISE:
            delivery.progress, delivery.fault = Progress.FAILED, "erased before it was said"
    if going:
        _decide(session, going, "delivery", now)
        ledger.record(
            session, Operation.ERASURE, now=now, subject="delivery",
            rows=[delivery.id for delivery in going],
        )  # fmt: skip
    return retracting


def case(session: Session, going: Case, *, now: datetime) -> int:
    """Erase a case with everything in it. Returns how many chat copies are being taken back.

    An entity that no other living case needs goes with it, unless it is held.
    """
    going.title_sealed = going.purpose_sealed = None
    going.erased_at, going.state = now, CaseState.CLOSED
    going.closed_at = going.closed_at or now
    rows: list[Any] = [going]
    matches = select(Match.id).where(Match.case_id == going.id)
    prompts = select(Prompt.id).where(Prompt.case_id == going.id)
    debriefs = select(Debrief.id).where(Debrief.case_id == going.id)
    rows += _deleted(session, Evidence, Evidence.match_id.in_(matches))
    rows += _emptied(session, Judgement, Judgement.match_id.in_(matches), "note_sealed")
    rows += _emptied(session, Note, Note.case_id == going.id, "text_sealed")
    rows += _deleted(session, Relation, Relation.case_id == going.id)
    rows += _emptied(session, Prompt, Prompt.case_id == going.id, "question_sealed")
    rows += _emptied(session, Answer, Answer.prompt_id.in_(prompts), "detail_sealed")
    rows += _emptied(
        session,
        Briefing,
        Briefing.case_id == going.id,
        *("agenda_sealed", "minutes_sealed", "place_sealed"),
    )
    rows += _emptied(
        session, Debrief, Debrief.case_id == going.id, "summary_sealed", "lessons_sealed"
    )
    rows += _emptied(session, Contribution, Contribution.debrief_id.in_(debriefs), "text_sealed")
    rows += _emptied(session, Action, Action.case_id == going.id, "text_sealed")
    rows += _emptied(session, Hold, Hold.case_id == going.id, "reason_sealed")
    rows += _emptied(session, LinkRule, LinkRule.case_id == going.id, "reason_sealed")
    rows += _operations(session, going, now)
    watches = session.scalars(select(Watch).where(Watch.case_id == going.id)).all()
    others(session, watches, now=now)
    for prompt in session.scalars(
        select(Prompt).where(
            Prompt.case_id == going.id, Prompt.state.in_([PromptState.OPEN, PromptState.PAUSED])
        )
    ):
        prompt.state, prompt.closed_at = PromptState.WITHDRAWN, now
        dues.supersede(session, "rung", prompt.id, now)
    dues.supersede(session, "review", going.id, now)
    retracting = deliveries(session, _said_about(session, going), now=now)
    _let_entities_go(session, going, now)
    here = select(EntityCase.entity_id).where(EntityCase.case_id == going.id)
    _forget_origins(session, Entity.id.in_(here))
    _decide(session, rows, "case", now, whole=[going.key_id])
    ledger.record(
        session, Operation.ERASURE, now=now, case_id=going.id, subject=f"case:{going.code}",
        rows=len(rows),
    )  # fmt: skip
    return retracting


def entity(session: Session, going: Entity, *, now: datetime) -> None:
    """Erase an entity: its names, identifiers and facts, and every hash it is found by.

    Under which id it came in stays while a case is there that it could come into again.
    """
    going.caption_sealed = going.facts_sealed = going.corrected = None
    going.erased_at = now
    for model in (NameKey, Name, Identifier):
        session.execute(delete(model).where(model.entity_id == going.id))
    session.execute(
        update(EntityCase)
        .where(EntityCase.entity_id == going.id, EntityCase.removed_at.is_(None))
        .values(removed_at=now)
    )
    is_end = or_(Relation.subject_id == going.id, Relation.object_id == going.id)
    ties = _deleted(session, Relation, is_end)
    told = [tie.note_id for tie in ties if tie.note_id is not None]
    ties += _emptied(session, Note, Note.id.in_(told), "text_sealed")
    # What was found to be it is on its own again, and can be found.
    session.execute(update(Entity).where(Entity.merged_into == going.id).values(merged_into=None))
    session.execute(update(Match).where(Match.entity_id == going.id).values(signature=0))
    session.execute(update(Judgement).where(Judgement.entity_id == going.id).values(signature=None))
    _forget_origins(session, Entity.id == going.id)
    _decide(session, [going, *ties], "entity", now, whole=[going.key_id])
    ledger.record(session, Operation.ERASURE, now=now, subject=f"entity:{going.id}")


def others(session: Session, going: Sequence[Any], *, now: datetime) -> None:
    """Erase what stands outside cases: questions, meetings, tasks, watches, concerns."""
    rows: list[Any] = list(going)
    for row in going:
        if isinstance(row, Watch):
            row.value_sealed = row.purpose_sealed = b""
            row.hash, row.ended_at = 0, row.ended_at or now
        else:
            for column in _sealed_columns(type(row)):
                setattr(row, column, None)
        if isinstance(row, Prompt):
            rows += _emptied(session, Answer, Answer.prompt_id == row.id, "detail_sealed")
        if isinstance(row, Concern):
            row.reply_hash = 0
            rows += _emptied(
                session, ConcernReply, ConcernReply.concern_id == row.id, "text_sealed"
            )
    if rows:
        what = rows[0].__tablename__
        _decide(session, rows, what, now)
        ledger.record(
            session, Operation.ERASURE, now=now, subject=what, rows=[row.id for row in rows]
        )


def _operations(session: Session, going: Case, now: datetime) -> list[Live]:
    """The case's operations, without who was in them and where."""
    operations = _emptied(session, Live, Live.case_id == going.id, "place_sealed")
    for live in operations:
        live.members, live.place_hashes, live.ended_at = [], [], live.ended_at or now
    return operations


def _let_entities_go(session: Session, going: Case, now: datetime) -> None:
    held = holds.held_entities(session, now)
    places = session.scalars(
        select(EntityCase).where(EntityCase.case_id == going.id, EntityCase.removed_at.is_(None))
    ).all()
    for place in places:
        place.removed_at = now
        is_needed = session.scalar(
            select(EntityCase.case_id)
            .join(Case, Case.id == EntityCase.case_id)
            .where(
                EntityCase.entity_id == place.entity_id,
                EntityCase.removed_at.is_(None),
                EntityCase.case_id != going.id,
                Case.erased_at.is_(None),
            )
        )
        one = session.get_one(Entity, place.entity_id)
        if is_needed is None and one.id not in held and one.erased_at is None:
            entity(session, one, now=now)


def _forget_origins(session: Session, going: ColumnElement[bool]) -> None:
    """What was erased and can come back into no case is known again by nothing."""
    session.flush()
    could_come_back = (
        select(EntityCase.entity_id)
        .join(Case, Case.id == EntityCase.case_id)
        .where(Case.erased_at.is_(None))
    )
    session.execute(
        update(Entity)
        .where(going, Entity.erased_at.is_not(None), Entity.id.not_in(could_come_back))
        .values(origin=None)
    )


def _said_about(session: Session, going: Case) -> list[Delivery]:
    """Everything the bot said about a case, whatever else it said with it."""
    likely = session.scalars(
        select(Delivery).where(
            cast(Delivery.case_ids, String).like(f"%{going.id}%"),
            or_(Delivery.words_sealed.is_not(None), Delivery.present_sealed.is_not(None)),
        )
    )
    return [delivery for delivery in likely if going.id in delivery.case_ids]


def _deleted(session: Session, model: Any, where: Any) -> list[Any]:
    rows = list(session.scalars(select(model).where(where)))
    for row in rows:
        session.delete(row)
    return rows


def _emptied(session: Session, model: Any, where: Any, *columns: str) -> list[Any]:
    """The rows of *model* there, with these sealed columns emptied."""
    rows = list(session.scalars(select(model).where(where)))
    for row in rows:
        for column in columns:
            setattr(row, column, None)
    return rows


def _decide(
    session: Session,
    rows: Iterable[Any],
    what: str,
    now: datetime,
    *,
    whole: Sequence[str] = (),
) -> None:
    """Decide that the keys of these emptied rows be destroyed, and *whole* with all below them.

    A key under which anything else can still be read is left alone.
    """
    session.flush()
    wanted = {row.key_id for row in rows} - set(whole)
    safe = wanted - _needed(session, wanted)
    known = (
        set(session.scalars(select(Erasure.key).where(Erasure.key.in_([*safe, *whole]))))
        if safe or whole
        else set()
    )
    for key in sorted({*safe, *whole} - known):
        session.add(Erasure(key=key, what=what, decided_at=now))
    session.flush()


def _needed(session: Session, wanted: set[str]) -> set[str]:
    """Which of these keys still seal something, or stand above other keys."""
    needed = {key for key in wanted if key == ROOT or key.startswith(_SHARED)}
    for part in _parts(sorted(wanted)):
        needed |= set(session.scalars(select(Agency.key_id).where(Agency.key_id.in_(part))))
        for model in (Case, Entity):
            needed |= set(
                session.scalars(
                    select(model.key_id).where(model.key_id.in_(part), model.erased_at.is_(None))
                )
            )
        for model in _sealed_models():
            columns = [getattr(model, column) for column in _sealed_columns(model)]
            readable = or_(*((column.is_not(None)) & (column != b"") for column in columns))
            needed |= set(
                session.scalars(
                    select(model.key_id).where(model.key_id.in_(part), readable).distinct()
                )
            )
    return needed


def _sealed_models() -> list[Any]:
    return [
        mapper.class_
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, Sealed) and _sealed_columns(mapper.class_)
    ]


def _sealed_columns(model: Any) -> list[str]:
    return [
        column.key for column in model.__mapper__.column_attrs if column.key.endswith("_sealed")
    ]


def _parts(ids: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]
