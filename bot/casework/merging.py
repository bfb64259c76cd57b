"""Putting cases and entities together, and taking them apart again: nothing they were is lost."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from bot.casework import cases, entities, network, spared
from bot.errors import NotAllowed, UserError
from bot.governance import access, ledger, markings
from bot.governance.ledger import Operation
from bot.wording import casework as wording
from storage import sealing
from storage.models import (
    Case,
    CaseState,
    Category,
    Entity,
    EntityCase,
    Match,
    MatchState,
    Officer,
    Prompt,
    PromptState,
)


def merge_cases(
    session: Session, case: Case, into: Case, officer: Officer, *, now: datetime
) -> tuple[int, int]:
    """Let *case* go on in another of its agency. It is closed, and keeps its notebook.

    Returns how many entities went over, and how many questions about it are still open. Grants stay
    where they were given: what went over is seen by who may see the other, which may not be marked
    lower.
    """
    _may_decide(session, officer, case, into, now=now)
    if case.agency_id != into.agency_id:
        raise UserError(wording.only_within_agency())
    if case.id == into.id or into.merged_into == case.id:
        raise UserError(wording.merge_with_itself())
    for each in (case, into):
        if each.state is CaseState.CLOSED:
            raise UserError(wording.already_closed(each.code))
    if markings.join([case.marking, into.marking]) is not into.marking:
        raise UserError(wording.marking_too_low(into.code, case.marking))
    moving = list(session.scalars(entities.standing_in(case)))
    for entity in moving:
        entities.put_into(session, entity, into, now=now)
    carried = network.carry(session, case, into)
    cases.note(session, into, officer, wording.merged_note(case.code), now=now)
    cases.note(session, case, officer, wording.goes_on_in(into.code), now=now)
    cases.close(session, case, officer, now=now)
    case.merged_into = into.id
    ledger.record(
        session, Operation.COMBINATION, now=now, actor=officer, case_id=case.id,
        subject="case", merged_into=into.id, entities=[each.id for each in moving],
        relations=[each.id for each in carried],
    )  # fmt: skip
    waiting = session.scalar(
        select(func.count())
        .select_from(Prompt)
        .where(
            Prompt.case_id == case.id,
            Prompt.kind != "hidden",
            Prompt.state.in_([PromptState.OPEN, PromptState.PAUSED]),
        )
    )
    return len(moving), waiting or 0


def part_cases(session: Session, case: Case, into: Case, officer: Officer, *, now: datetime) -> int:
    """Take out of the case in which this one went on what came into it by that alone, and was not
    found to belong there since. Returns how many."""
    _may_decide(session, officer, case, into, now=now)
    confirmed = select(Match.entity_id).where(
        Match.case_id == into.id, Match.state == MatchState.CONFIRMED
    )
    came = select(EntityCase.entity_id).where(
        EntityCase.case_id == into.id,
        EntityCase.entity_id.in_(entities.standing_in(case).with_only_columns(Entity.id)),
        EntityCase.entity_id.not_in(confirmed),
        EntityCase.added_at == case.closed_at,
        EntityCase.removed_at.is_(None),
    )
    leaving = list(session.scalars(came))
    for entity_id in leaving:
        entities.take_out(session, session.get_one(Entity, entity_id), into, now=now)
    parted = network.carry_back(session, case, into, now=now)
    cases.note(session, into, officer, wording.split_note(case.code, len(leaving)), now=now)
    ledger.record(
        session, Operation.ALTERATION, now=now, actor=officer, case_id=into.id, subject="case",
        parted_from=case.id, entities=leaving, relations=[each.id for each in parted],
    )  # fmt: skip
    return len(leaving)


def split_case(
    session: Session,
    case: Case,
    into: Case,
    moving: Sequence[Entity],
    officer: Officer,
    *,
    now: datetime,
) -> None:
    """Move some of a case's entities into another, just opened. What was noted stays."""
    _may_decide(session, officer, case, into, now=now)
    for entity in moving:
        if not entities.is_in(session, entity, case):
            caption = sealing.unseal_or(session, entity, "caption", wording.erased())
            raise UserError(wording.not_in_case(caption, case.code))
        entities.put_into(session, entity, into, now=now)
        entities.take_out(session, entity, case, now=now)
    carried = network.carry(session, case, into)
    cases.note(session, into, officer, wording.split_note(case.code, len(moving)), now=now)
    ledger.record(
        session, Operation.ALTERATION, now=now, actor=officer, case_id=case.id, subject="case",
        split_into=into.id, entities=[each.id for each in moving],
        relations=[each.id for each in carried],
    )  # fmt: skip


def merge_entities(
    session: Session, one: Entity, other: Entity, officer: Officer, *, now: datetime
) -> None:
    """Say that *other* is *one*. Each keeps its names and identifiers; they are found as one."""
    canonical, joining = _canonical(session, one), _canonical(session, other)
    moving = [joining, *referents(session, joining)]
    for each in (canonical, *referents(session, canonical), *moving):
        _may_decide(session, officer, *entities.cases_of(session, each), now=now)
    if joining.id == canonical.id:
        raise UserError(wording.already_one(_caption(session, other)))
    if entities.kind_of(one.schema) is not entities.kind_of(other.schema):
        raise UserError(wording.not_of_one_kind(_caption(session, one), _caption(session, other)))
    for each in moving:
        each.merged_into = canonical.id
        for case in entities.cases_of(session, each):
            entities.put_into(session, canonical, case, now=now, by_merge=True)
            for one in (canonical, each):
                network.keep(session, one, case)
    _protect(canonical, joining)
    canonical.learnt_at = now
    _on_record(session, Operation.COMBINATION, canonical, joining, officer, now=now, merged=True)


def take_apart(session: Session, entity: Entity, officer: Officer, *, now: datetime) -> None:
    """Let an entity that was put together with another be on its own again.

    The other leaves the cases in which it stood for this one alone, and its protection if it had
    that from this one alone.
    """
    if entity.merged_into is None:
        raise UserError(wording.not_merged(_caption(session, entity)))
    _may_decide(session, officer, *entities.cases_of(session, entity), now=now)
    canonical = session.get_one(Entity, entity.merged_into)
    entity.merged_into = None
    left = referents(session, canonical)
    theirs = {case.id for each in left for case in entities.cases_of(session, each)}
    for place in session.scalars(_lent(canonical)).all():
        if place.case_id not in theirs:
            entities.take_out(session, canonical, session.get_one(Case, place.case_id), now=now)
    if canonical.own_category is not None:
        canonical.category, canonical.own_category = canonical.own_category, None
        for each in left:
            _protect(canonical, each)
    _on_record(session, Operation.ALTERATION, canonical, entity, officer, now=now, merged=False)


def referents(session: Session, canonical: Entity) -> Sequence[Entity]:
    """What was merged into this one."""
    return session.scalars(select(Entity).where(Entity.merged_into == canonical.id)).all()


def _may_decide(session: Session, officer: Officer, *concerned: Case, now: datetime) -> None:
    for case in concerned:
        if not access.may_see(session, officer, case, now):
            raise NotAllowed(wording.not_yours_alone())
        if not cases.decides(officer, case):
            raise NotAllowed(wording.only_owner_desk(case.code))


def _canonical(session: Session, entity: Entity) -> Entity:
    if entity.merged_into is None:
        return entity
    return session.get_one(Entity, entity.merged_into)


def _lent(canonical: Entity) -> Select[EntityCase]:
    """The places that an entity has for others alone."""
    return select(EntityCase).where(
        EntityCase.entity_id == canonical.id,
        EntityCase.by_merge.is_(True),
        EntityCase.removed_at.is_(None),
    )


def _caption(session: Session, entity: Entity) -> str:
    return sealing.unseal_or(session, entity, "caption", wording.erased())


def _protect(canonical: Entity, joining: Entity) -> None:
    """The stricter protection of the two holds for what they are together."""
    is_said = canonical.category not in _UNSAID
    if spared.is_spared(canonical) or (is_said and not spared.is_spared(joining)):
        return
    canonical.own_category = canonical.own_category or canonical.category
    canonical.category = joining.category


def _on_record(
    session: Session,
    operation: Operation,
    canonical: Entity,
    other: Entity,
    officer: Officer,
    *,
    now: datetime,
    merged: bool,
) -> None:
    for case in entities.cases_of(session, other):
        ledger.record(
            session, operation, now=now, actor=officer, case_id=case.id,
            subject=f"entity:{other.id}", canonical=canonical.id, merged=merged,
        )  # fmt: skip


_UNSAID = frozenset({Category.UNKNOWN, Category.OTHER})
