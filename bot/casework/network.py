"""The network of a case: the ties that officers added between what stands in it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.casework import cases, entities, finding, spared
from bot.governance import access, ledger, markings
from bot.governance.ledger import Operation
from bot.wording import casework as casework_wording
from bot.wording import ties as wording
from nlp.meaning import Tie
from storage import sealing
from storage.models import (
    Case,
    Entity,
    Match,
    MatchState,
    Mention,
    Message,
    Note,
    Officer,
    Relation,
)


def add(
    session: Session,
    case: Case,
    tie: Tie,
    ends: tuple[Entity, Entity],
    officer: Officer,
    *,
    now: datetime,
    message: Message | None = None,
    mention_ids: Sequence[int] = (),
    made: Collection[Entity] = (),
    more: str = "",
    negated: bool = False,
    hearsay: bool = False,
) -> Relation:
    """Tie two entities of a case as a message states it; *made* are those that came with it."""
    stated = message.marking if message is not None else None
    marking = markings.join([stated or case.marking, case.marking])
    relation = Relation(
        case_id=case.id,
        subject_id=ends[0].id,
        object_id=ends[1].id,
        tie=tie.value,
        officer_id=officer.id,
        at=now,
        marking=marking,
        negated=negated,
        hearsay=hearsay,
        message_id=message.id if message is not None else None,
        mention_ids=list(mention_ids),
        made_ids=[each.id for each in made],
        key_id=sealing.keyring(session).mint(case.key_id),
    )
    sealing.seal(session, relation, "more", more or None)
    session.add(relation)
    session.flush()
    said = _sentence(session, relation)
    line = cases.note(session, case, officer, said, now=now, kind="tie", marking=marking)
    relation.note_id = line.id
    ledger.record(
        session, Operation.COMBINATION, now=now, actor=officer, case_id=case.id,
        subject=f"relation:{relation.id}", tie=tie, message=relation.message_id,
        made=relation.made_ids,
    )  # fmt: skip
    return relation


def carry(session: Session, case: Case, into: Case) -> list[Relation]:
    """Let the ties of a case stand in another too, between what stands there and is not yet tied
    so. Whoever added them is said to have."""
    carried = []
    for tie in of_case(session, case):
        ends = _ends(session, tie)
        if not all(entities.is_in(session, each, into) for each in ends):
            continue
        standing = between(session, into, Tie(tie.tie), (ends[0], ends[1]))
        doubts = {(each.negated, each.hearsay) for each in standing}
        if (tie.negated, tie.hearsay) in doubts:
            continue
        copy = Relation(
            case_id=into.id,
            subject_id=tie.subject_id,
            object_id=tie.object_id,
            tie=tie.tie,
            officer_id=tie.officer_id,
            at=tie.at,
            marking=markings.join([tie.marking, into.marking]),
            negated=tie.negated,
            hearsay=tie.hearsay,
            message_id=tie.message_id,
            mention_ids=list(tie.mention_ids),
            copy_of=tie.id,
            key_id=sealing.keyring(session).mint(into.key_id),
        )
        sealing.seal(session, copy, "more", sealing.unseal_or(session, tie, "more", "") or None)
        session.add(copy)
        carried.append(copy)
    session.flush()
    return carried


def carry_back(session: Session, case: Case, into: Case, *, now: datetime) -> list[Relation]:
    """Take the ties that a case brought into another out of that again."""
    brought = select(Relation.id).where(Relation.case_id == case.id)
    here = (Relation.case_id == into.id, Relation.copy_of.in_(brought))
    leaving = list(session.scalars(_STANDING.where(*here)))
    for tie in leaving:
        tie.withdrawn_at = now
    session.flush()
    return leaving


def take_back(
    session: Session, relation: Relation, officer: Officer | None, *, now: datetime
) -> None:
    """Take a tie out of its case, with whom it alone had brought there, and out of every case into
    which it went over."""
    for copy in session.scalars(_STANDING.where(Relation.copy_of == relation.id)):
        take_back(session, copy, officer, now=now)
    relation.withdrawn_at = now
    if relation.note_id is not None:
        session.get_one(Note, relation.note_id).withdrawn_at = now
    session.flush()
    case = session.get_one(Case, relation.case_id)
    leaving = [
        entity
        for entity in (session.get_one(Entity, each) for each in relation.made_ids)
        if entities.is_in(session, entity, case) and not _is_needed(session, entity, case)
    ]
    for entity in leaving:
        entities.take_out(session, entity, case, now=now)
    ledger.record(
        session, Operation.ALTERATION, now=now, actor=officer or ledger.SYSTEM, case_id=case.id,
        subject=f"relation:{relation.id}", withdrawn=True, leaving=[each.id for each in leaving],
    )  # fmt: skip


def keep(session: Session, entity: Entity, case: Case) -> None:
    """Let an entity stand in a case for itself, whatever becomes of the tie that it came with."""
    for relation in of(session, [entity.id], [case]):
        relation.made_ids = [each for each in relation.made_ids if each != entity.id]


def stated_by(session: Session, case: Case, message: Message) -> list[Relation]:
    """The ties of a case that stand as this message states them."""
    here = (Relation.case_id == case.id, Relation.message_id == message.id)
    return list(session.scalars(_STANDING.where(*here)))


def rest_on(session: Session, match: Match) -> list[Relation]:
    """The ties that were added because this match was confirmed."""
    mention = session.get_one(Mention, match.mention_id)
    here = (Relation.case_id == match.case_id, Relation.message_id == mention.message_id)
    rows = session.scalars(_STANDING.where(*here))
    return [each for each in rows if mention.id in each.mention_ids]


def between(session: Session, case: Case, tie: Tie, ends: tuple[Entity, Entity]) -> list[Relation]:
    """The ties of this kind that stand in a case between these two."""
    return list(
        session.scalars(
            _STANDING.where(
                Relation.case_id == case.id,
                Relation.tie == tie.value,
                Relation.subject_id == ends[0].id,
                Relation.object_id == ends[1].id,
            )
        )
    )


def of(session: Session, entity_ids: Collection[int], seen: Sequence[Case]) -> list[Relation]:
    """The ties of these entities that stand in these cases, the eldest first."""
    return list(
        session.scalars(
            _STANDING.where(
                Relation.case_id.in_([case.id for case in seen]),
                or_(Relation.subject_id.in_(entity_ids), Relation.object_id.in_(entity_ids)),
            )
        )
    )


def of_case(session: Session, case: Case) -> list[Relation]:
    """The ties that stand in a case, the eldest first."""
    return list(session.scalars(_STANDING.where(Relation.case_id == case.id)))


def told(session: Session, relation: Relation, reader: Officer, now: datetime) -> str | None:
    """A tie as a sentence; nothing where this reader may not know of both whom it ties, or one of
    them stands in its case no more."""
    case = session.get_one(Case, relation.case_id)
    if not access.reaches(relation.marking, case.agency_id, reader):
        return None
    for each in _ends(session, relation):
        is_gone = each.erased_at is not None or each.restricted_at is not None
        if is_gone or spared.from_reader(each, reader):
            return None
        if not (
            entities.is_in(session, each, case) and finding.may_know(session, each, reader, now)
        ):
            return None
    return _sentence(session, relation)


def _ends(session: Session, relation: Relation) -> list[Entity]:
    return [session.get_one(Entity, each) for each in (relation.subject_id, relation.object_id)]


def _sentence(session: Session, relation: Relation) -> str:
    subject, other = (
        sealing.unseal_or(session, each, "caption", casework_wording.erased())
        for each in _ends(session, relation)
    )
    return wording.tie(
        subject,
        relation.tie,
        other,
        sealing.unseal_or(session, relation, "more", ""),
        negated=relation.negated,
        hearsay=relation.hearsay,
    )


def _is_needed(session: Session, entity: Entity, case: Case) -> bool:
    """Whether an entity stands in a case for more than what was taken back."""
    confirmed = select(Match.id).where(
        Match.entity_id == entity.id,
        Match.case_id == case.id,
        Match.state.in_((MatchState.CONFIRMED, MatchState.DISPUTED)),
    )
    return bool(of(session, [entity.id], [case])) or (
        session.scalar(confirmed.limit(1)) is not None
    )


_STANDING = select(Relation).where(Relation.withdrawn_at.is_(None)).order_by(Relation.id)
