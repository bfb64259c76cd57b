"""Looking something up for one reader, in what that reader may see."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import entities, linking, spared, standing
from bot.casework.candidates import Reason
from bot.casework.sought import Passage
from bot.conversation.grammar import Reply
from bot.conversation.messages import Words
from bot.governance import access, ledger, markings
from bot.governance.ledger import Operation
from bot.wording import casework as casework_wording
from bot.wording import evidence as wording
from nlp import names
from nlp.identifiers import misread
from nlp.spans import Span
from storage import indexing, sealing
from storage.models import Case, Entity, Identifier, NameKey, Officer


@dataclass(frozen=True, slots=True)
class Found:
    """One entity in one case that the reader may see."""

    case: Case
    entity_id: int
    caption: str
    reason: str
    score: float
    is_near: bool
    """Whether it is known under something else, one slip from what was asked for."""


def find(
    session: Session,
    officer: Officer,
    said: Passage,
    *,
    purpose: str,
    now: datetime,
    case: Case | None = None,
) -> list[Found]:
    """What this officer may know of it, anywhere or in one *case*, where one word of a name is
    enough; looking is recorded with its purpose, found or not."""
    seen = {each.id: each for each in access.cases_seen(session, officer, now)}
    if case is not None:
        seen = {number: each for number, each in seen.items() if number == case.id}
        said = replace(said, runs=_runs(said.spans), inside=tuple(seen))
    said = replace(said, spans=[*said.spans, *_misread(said.spans)])
    # Before anything is opened: what is hidden from a reader takes, and says, the same as nothing.
    within = (Case.id.in_(seen), spared.not_from(officer, standing.CANONICAL))
    [findings] = linking.find(session, [said], within=within)
    found: dict[tuple[int, int], Found] = {}
    for finding in findings:
        for candidate in finding.candidates:
            place = seen[candidate.case_id]
            entity = session.get_one(Entity, candidate.entity_id)
            found[entity.id, place.id] = Found(
                place,
                entity.id,
                sealing.unseal_or(session, entity, "caption", ""),
                _said(candidate.reasons),
                candidate.score,
                candidate.is_near,
            )
    ledger.record(
        session, Operation.CONSULTATION, now=now, actor=officer, subject="find",
        purpose=purpose[:200], shown=len(found),
    )  # fmt: skip
    return sorted(found.values(), key=lambda each: (-each.score, each.case.code))


def told(what: str, found: Sequence[Found]) -> Reply:
    """What was found, in words for who asked."""
    hits, near = (
        [(f.case.code, f.caption, f.reason) for f in found if f.is_near is is_near]
        for is_near in (False, True)
    )
    return Reply(
        Words(casework_wording.found(what, hits, near)),
        marking=markings.join([f.case.marking for f in found]),
        cases=[f.case for f in found],
    )


def own(
    session: Session, officer: Officer, span: Span, now: datetime, *, case: Case | None = None
) -> Entity | None:
    """What the officer's own agency knows under a span exactly, and they may know of.

    Of several it is the one that stands in *case*, else the eldest.
    """
    exact = _exact(session, officer, span, case)
    known = [each for each in exact if may_know(session, each, officer, now)]
    there = [each for each in known if case is not None and entities.is_in(session, each, case)]
    return next(iter(there or known), None)


def every(session: Session, officer: Officer, span: Span, now: datetime) -> list[Entity]:
    """All that the officer's own agency knows under a span exactly, and they may know of."""
    exact = _exact(session, officer, span, None)
    return [each for each in exact if may_know(session, each, officer, now)]


def may_know(session: Session, entity: Entity, reader: Officer, now: datetime) -> bool:
    """Whether a reader may know of an entity: by a case in which it stands, or, where it stands in
    none, because it is their own agency's."""
    cases = entities.cases_of(session, entity)
    if not cases:
        return entity.agency_id == reader.agency_id
    return bool(access.seen_among(session, reader, cases, now))


def _said(reasons: Sequence[Reason]) -> str:
    for_it = "; ".join(reason.text for reason in reasons if not reason.against)
    against = "; ".join(reason.text for reason in reasons if reason.against)
    return wording.found_why(for_it, against)


def _misread(spans: Sequence[Span]) -> list[Span]:
    """What was taken for a name, and may be a plate with letters for its figures."""
    return [
        span
        for name in spans
        if name.label in entities.NAMED
        for span in misread.plate_like(name.text)
        if not span.valid
    ]


def _runs(spans: Sequence[Span]) -> list[names.Ngram]:
    """The words of the names that are looked up, each of which may be known by itself."""
    return [
        run._replace(start=span.start + run.start, end=span.start + run.end)
        for span in spans
        if span.label in entities.NAMED
        for run in names.ngrams(span.text)
    ]


def _exact(session: Session, officer: Officer, span: Span, case: Case | None) -> Sequence[Entity]:
    index = indexing.of(session)
    if span.label in entities.NAMED:
        kind = entities.kind_of(entities.SCHEMA_OF[span.label])
        exact = index.hasher("n:x")
        keyed = [exact(key.text) for key in names.exact_keys(span.text, kind)]
        if case is not None:
            inside = entities.inside_hasher(index)
            whole = (key for key in names.inside_keys(span.text, kind) if key.family == "x")
            keyed += [inside(case.id, key) for key in whole]
        hashes = indexing.forms(keyed)
        query = (
            select(Entity)
            .join(NameKey, NameKey.entity_id == Entity.id)
            .where(NameKey.hash.in_(hashes))
            .distinct()
        )
    else:
        hashed = entities.identifier_hash(index, span.label, span.value or span.text)
        query = (
            select(Entity)
            .join(Identifier, Identifier.entity_id == Entity.id)
            .where(Identifier.hash.in_(indexing.forms([hashed])))
            .distinct()
        )
    return session.scalars(
        query.where(Entity.agency_id == officer.agency_id, Entity.erased_at.is_(None)).order_by(
            Entity.id
        )
    ).all()
