"""Whom the index leads to, and where they stand."""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from bot.casework import entities, postings
from bot.casework.entities import SealedFacts, SealedName
from bot.casework.postings import Bearers, Owners
from bot.governance import living
from storage import indexing
from storage.among import among
from storage.models import Agency, Case, Entity, EntityCase, Identifier, Name
from storage.questions import Question

MOST_COMPARED = 32
"""So many entities are compared with one name in full."""
FIRST_COMPARED = 8
"""So many are in any case; a further one where it shares at least half of what the best shares."""
CANONICAL = aliased(Entity)
"""Whoever was found to be another is spoken of as that other, and not where that one may not be."""
Within = tuple[ColumnElement[bool], ...]
"""What of `Case` and `CANONICAL` a look-up may meet; nothing stands for all of it."""


class Place(NamedTuple):
    """An entity in one of its cases, without the rows: many are met, few are meant."""

    entity_id: int
    schema: str
    case_id: int
    agency_id: int
    key_id: str
    """The key of that agency."""
    names: Sequence[str]
    facts: SealedFacts | None = None


def hard_hits(session: Session, hashes: set[int], within: Within) -> dict[int, dict[int, bool]]:
    """Which entities bear an identifier, and whether what is known of each was checked."""
    hits: dict[int, dict[int, bool]] = defaultdict(dict)
    if not hashes:
        return hits
    asked = indexing.forms(hashes)
    for form, entity_id, verified in _IDENTIFIED.ask(session.connection(), hashes=asked):
        bearers = hits[asked[form]]
        bearers[entity_id] = verified or bearers.get(entity_id, False)
    if not within:
        return hits
    met = _standing(
        session, {entity_id for bearers in hits.values() for entity_id in bearers}, within
    )
    return {
        hashed: {entity_id: checked for entity_id, checked in bearers.items() if entity_id in met}
        for hashed, bearers in hits.items()
    }


def name_hits(session: Session, hashes: set[int], within: Within) -> tuple[Bearers, Owners]:
    """Which entities are found under these hashes of names, and whose each of them is."""
    hits, owners = postings.with_owners(session, hashes)
    if not hashes or not within:
        return hits, owners
    met = _standing(
        session, {entity_id for bearers in hits.values() for entity_id in bearers}, within
    )
    left = {hashed: [each for each in bearers if each in met] for hashed, bearers in hits.items()}
    return left, owners


def _standing(session: Session, entity_ids: set[int], within: Within) -> set[int]:
    """Which of these stand somewhere within. Asked of none, too: a hit that is hidden from the
    reader takes as many questions as no hit."""
    rows = session.connection().execute(_PLACES.where(*within), {"entities": entity_ids})
    return {entity_id for entity_id, *_ in rows}


def likeliest(
    hashes: Iterable[int],
    by_name: Bearers,
    owners: Owners,
    inside: Mapping[int, int],
    *,
    first: int = FIRST_COMPARED,
) -> list[int]:
    """The few entities of each agency worth comparing, and of each case that is looked *inside*:
    those that share most, and rarest, with this name. None is in another agency's way."""
    shared: dict[tuple[bool, int], dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for hashed in hashes:
        hits = by_name.get(hashed, ())
        weight = 1 + 1 / len(hits) if hits else 0
        case_id = inside.get(hashed)
        for entity_id in hits:
            of = (True, case_id) if case_id is not None else (False, owners[entity_id])
            shared[of][entity_id] += weight
    return list(
        dict.fromkeys(each for among_them in shared.values() for each in _best(among_them, first))
    )


def _best(shared: Mapping[int, float], first: int) -> list[int]:
    ranked = heapq.nlargest(
        max(first, MOST_COMPARED), shared, key=lambda each: (shared[each], each)
    )
    enough = shared[ranked[0]] / 2 if ranked else 0
    return [each for rank, each in enumerate(ranked) if rank < first or shared[each] >= enough]


def places(
    session: Session, entity_ids: set[int], named: set[int], within: Within
) -> dict[int, list[Place]]:
    """Where these entities stand: every case that is not erased; restricted entities nowhere.

    Only the names of those met by a name are opened.
    """
    places: dict[int, list[Place]] = defaultdict(list)
    if not entity_ids:
        return places
    given = {"entities": entity_ids, "named": named}
    rows: Sequence[Any]
    if within:
        rows = session.connection().execute(_NAMED_PLACES.where(*within), given).all()
    else:
        rows = _ALL_PLACES.ask(session.connection(), **given)
    kept = {SealedName(row[0], *row[-3:]) for row in rows if row[-1] is not None}
    called = entities.open_names(session, kept)
    # A row for each name in each place: each place once.
    for entity_id, canonical, schema, case_id, agency_id, key_id, *facts in dict.fromkeys(
        row[:-3] for row in rows
    ):
        named_here, known = called.get(entity_id, ()), SealedFacts(entity_id, *facts)
        place = Place(canonical, schema, case_id, agency_id, key_id, named_here, known)
        places[entity_id].append(place)
    return places


_IDENTIFIED = Question(
    select(Identifier.hash, Identifier.entity_id, Identifier.verified).where(
        among(Identifier.hash, "hashes")
    )
)
_PLACES = (
    select(Entity.id, CANONICAL.id, Entity.schema, Case.id, Case.agency_id, Agency.key_id)
    .join(CANONICAL, CANONICAL.id == func.coalesce(Entity.merged_into, Entity.id))
    .join(EntityCase, EntityCase.entity_id == Entity.id)
    .join(Case, Case.id == EntityCase.case_id)
    .join(Agency, Agency.id == Case.agency_id)
    .where(
        among(Entity.id, "entities"),
        CANONICAL.restricted_at.is_(None),
        CANONICAL.erased_at.is_(None),
        *living.PLACES,
    )
)
_NAMED_PLACES = _PLACES.add_columns(
    Entity.key_id, Entity.facts_sealed, Name.id, Name.key_id, Name.text_sealed
).outerjoin(Name, and_(Name.entity_id == Entity.id, among(Name.entity_id, "named")))
"""With the facts and the names, as they are kept, of whom a name met."""
_ALL_PLACES = Question(_NAMED_PLACES)
