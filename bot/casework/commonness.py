"""How common something is in what one reader may see: what is everywhere says nothing."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.casework import entities, spared
from bot.governance import access, living
from bot.wording import evidence as wording
from nlp import names
from nlp.spans import Span
from storage import indexing, sealing
from storage.models import Case, Entity, EntityCase, Identifier, Mention, NameKey, Officer

MANY_CASES = 5
"""In so many cases, an identifier is shared rather than somebody's."""
MANY_BEARERS = 3
Column = ColumnElement[int] | InstrumentedAttribute[int]
"""What is counted."""


def reasons_against(
    session: Session, mention: Mention, reader: Officer, now: datetime
) -> list[str]:
    """What the commonness of a mention says, counted in nothing but what this reader may see."""
    if mention.label in entities.NAMED:
        many = _bearers(session, mention, reader, now)
        return [wording.borne_by_many(many)] if many >= MANY_BEARERS else []
    many = _cases_with_what_is_mentioned(session, mention, reader, now)
    return [wording.in_many_cases(mention.label, many)] if many >= MANY_CASES else []


def cases_of(session: Session, span: Span, reader: Officer, now: datetime) -> int:
    """In how many cases that this reader may see an identifier stands; of a name, none are told."""
    if span.label not in entities.IDENTIFYING:
        return 0
    hashed = entities.identifier_hash(indexing.of(session), span.label, span.value or span.text)
    return cases_with(session, hashed, reader, now)


def cases_with(session: Session, hashed: int, reader: Officer, now: datetime) -> int:
    """In how many cases that this reader may see an identifier stands."""
    of_identifier = select(Identifier.entity_id).where(
        Identifier.hash.in_(indexing.forms([hashed]))
    )
    return _count(session, _places(of_identifier, Case.id), reader, now)


def bearers_of(session: Session, hashed: int, reader: Officer, now: datetime) -> int:
    """How many of the reader's own agency bear an identifier in cases that they may see."""
    own = select(Identifier.entity_id).join(Entity, Entity.id == Identifier.entity_id)
    of_identifier = own.where(
        Identifier.hash.in_(indexing.forms([hashed])), Entity.agency_id == reader.agency_id
    )
    return _count(session, _places(of_identifier, _WHOLE), reader, now)


def _cases_with_what_is_mentioned(
    session: Session, mention: Mention, reader: Officer, now: datetime
) -> int:
    if mention.look_up is None:
        return 0
    value = sealing.unseal_or(session, mention, "value", "")
    hashed = entities.identifier_hash(indexing.of(session), mention.label, value)
    return cases_with(session, hashed, reader, now)


def _bearers(session: Session, mention: Mention, reader: Officer, now: datetime) -> int:
    name = sealing.unseal_or(session, mention, "text", "")
    kind = entities.kind_of(entities.SCHEMA_OF[mention.label])
    exact = indexing.of(session).hasher("n:x")
    hashes = indexing.forms(exact(key.text) for key in names.exact_keys(name, kind))
    of_name = select(NameKey.entity_id).where(NameKey.hash.in_(hashes))
    return _count(session, _places(of_name, Entity.id), reader, now)


def _places(of: Select[int], what: Column) -> Select[int]:
    return (
        select(func.count(what.distinct()))
        .select_from(EntityCase)
        .join(Entity, Entity.id == EntityCase.entity_id)
        .join(Case, Case.id == EntityCase.case_id)
        .where(Entity.id.in_(of), *living.PLACES)
    )


_WHOLE = func.coalesce(Entity.merged_into, Entity.id)
"""What was found to be another is counted as that other."""


def _count(session: Session, counting: Select[int], reader: Officer, now: datetime) -> int:
    """Of what this reader may see, and without whom they are not told of."""
    seen: Sequence[int] = [case.id for case in access.cases_seen(session, reader, now)]
    return session.scalar(counting.where(Case.id.in_(seen), spared.not_from(reader))) or 0
