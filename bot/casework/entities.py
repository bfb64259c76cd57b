"""Entities: the persons, organisations and things an agency knows, and how they are found."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from bot.casework import postings, spared
from bot.casework.postings import Of, Posting
from bot.governance import keys
from nlp import names
from nlp.spans import Label
from storage import indexing, sealing
from storage.among import among
from storage.database import take_turns
from storage.errors import Erased
from storage.filling import fill
from storage.indexing import Hasher, Index
from storage.models import (
    Agency,
    Case,
    Category,
    Entity,
    EntityCase,
    Identifier,
    Name,
    NameKey,
)
from storage.types import fresh_id

REVIEW_AFTER = timedelta(days=365)

# What makes an entity a hard match by itself, and the schema (Follow the Money) it stands for.
SCHEMA_OF: Mapping[Label, str] = {
    Label.PERSON: "Person",
    Label.ORG: "Organization",
    Label.VEHICLE: "Vehicle",
    Label.PLATE: "Vehicle",
    Label.VIN: "Vehicle",
    Label.VESSEL: "Vessel",
    Label.IMO: "Vessel",
    Label.MMSI: "Vessel",
    Label.CALLSIGN: "Vessel",
    Label.AIRCRAFT: "Airplane",
    Label.CONTAINER: "Thing",
    Label.PHONE: "LegalEntity",
    Label.EMAIL: "LegalEntity",
    Label.HANDLE: "UserAccount",
    Label.IBAN: "BankAccount",
    Label.ACCOUNT: "BankAccount",
    Label.CARD: "BankAccount",
    Label.WALLET: "CryptoWallet",
    Label.LEI: "Company",
    Label.COMPANY_NO: "Company",
    Label.TAX_ID: "LegalEntity",
    Label.NATIONAL_ID: "Person",
    Label.PASSPORT: "Passport",
    Label.DRIVING_LICENCE: "Person",
    Label.IP: "Thing",
    Label.DOMAIN: "Thing",
    Label.URL: "Thing",
    Label.HASH: "Document",
    Label.MAC: "Thing",
    Label.IMEI: "Thing",
    Label.IMSI: "Thing",
    Label.ICCID: "Thing",
    Label.WAYBILL: "Thing",
    Label.FLIGHT: "Thing",
}
NAMED = frozenset({Label.PERSON, Label.ORG, Label.VESSEL})
NAMEABLE = frozenset({"Person", "Organization", "Company", "PublicBody", "LegalEntity", "Vessel"})
"""What is found by its name; a vehicle or an account is found by its identifiers."""
IDENTIFYING = frozenset(SCHEMA_OF) - NAMED - {Label.VEHICLE}


@dataclass(frozen=True, slots=True)
class Hard:
    """A hard identifier: its label, its normalised value, whether it was validated."""

    label: Label
    value: str
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """An entity as it is added: names, identifiers, facts (Follow the Money properties)."""

    schema: str
    names: Sequence[str] = ()
    identifiers: Sequence[Hard] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    category: Category = Category.UNKNOWN
    is_assessment: bool = False
    origin: str | None = None
    """The id it has where it comes from, if it is to keep it."""
    originated_at: datetime | None = None

    @property
    def caption(self) -> str:
        if self.names:
            return self.names[0]
        return self.identifiers[0].value if self.identifiers else self.schema


class SealedName(NamedTuple):  # a tuple and not a dataclass: many are met in one look-up
    """A name as it is kept: whose, and in which row, under which key."""

    entity_id: int
    id: int
    key_id: str
    text: bytes


class SealedFacts(NamedTuple):  # as `SealedName`
    """An entity's facts as they are kept, and under which key."""

    entity_id: int
    key_id: str
    packed: bytes | None


def kind_of(schema: str) -> names.Kind:
    """How names of this schema are compared."""
    if schema == "Person":
        return names.Kind.PERSON
    if schema in ("Organization", "Company", "PublicBody", "LegalEntity"):
        return names.Kind.ORGANISATION
    return names.Kind.THING


def label_of(schema: str) -> Label:
    """As what a name of this schema is spoken of."""
    kind = kind_of(schema)
    if kind is names.Kind.PERSON:
        return Label.PERSON
    return Label.VESSEL if schema == "Vessel" else Label.ORG


def add(
    session: Session,
    agency: Agency,
    known: Known,
    *,
    now: datetime,
    case: Case | None = None,
    review_on: date | None = None,
) -> Entity:
    """Add one entity, and put it into a case."""
    [entity_id] = add_many(session, agency, [known], now=now, case=case, review_on=review_on)
    session.flush()
    return session.get_one(Entity, entity_id)


def add_many(
    session: Session,
    agency: Agency,
    many: Iterable[Known],
    *,
    now: datetime,
    case: Case | None = None,
    review_on: date | None = None,
    expected: int = 0,
) -> list[int]:
    """Add many entities in a few statements, of *expected* in all. Returns their row numbers."""
    ring, index = sealing.keyring(session), indexing.of(session)
    hashes_of = name_hasher(index, case=case)
    by_label: dict[Label, Hasher] = {}
    added: list[tuple[object, ...]] = []
    called: list[tuple[object, ...]] = []
    identified: list[tuple[object, ...]] = []
    found_by: list[Posting] = []
    review = review_on or (now + REVIEW_AFTER).date()
    made: list[int] = []
    for known in many:
        number, key_id = fresh_id(), keys.of_entity(session, agency)
        seal = sealing.sealer(ring, key_id)
        made.append(number)
        caption = seal("entity", number, "caption", known.caption)
        facts = seal("entity", number, "facts", _packed(known.facts))
        added.append(
            (
                *(number, agency.id, known.schema, known.category, known.is_assessment),
                *(review, now, known.origin, known.originated_at, key_id, caption, facts),
            )
        )
        hashes: dict[int, Of] = {}
        for name in known.names:
            row = fresh_id()
            called.append((row, number, "name", seal("name", row, "text", name), key_id))
            if known.schema in NAMEABLE:
                hashes |= hashes_of(name, kind_of(known.schema))
        found_by += [Posting(hashed, number, of) for hashed, of in hashes.items()]
        for one in known.identifiers:
            row = fresh_id()
            if one.label not in by_label:
                by_label[one.label] = index.hasher(identifier_family(one.label))
            hashed = by_label[one.label](one.value)
            value = seal("identifier", row, "value", one.value)
            identified.append((row, number, one.label, hashed, one.verified, value, key_id))
    fill(session, _ENTITY, added)
    fill(session, _NAME, called)
    fill(session, _IDENTIFIER, identified)
    if case is not None:
        fill(session, _PLACE, [(number, case.id, now, False) for number in made])
    postings.add(session, agency.id, found_by, expected=expected)
    return made


def origins_in(session: Session, case: Case, origins: Iterable[str]) -> dict[str, Entity]:
    """What stands in the case already, or stood there, under these ids from elsewhere; also what
    was erased since."""
    found = session.scalars(
        select(Entity)
        .join(EntityCase, EntityCase.entity_id == Entity.id)
        .where(
            EntityCase.case_id == case.id,
            Entity.origin.in_(list(origins)),
        )
    )
    return {entity.origin: entity for entity in found if entity.origin is not None}


def is_alike(session: Session, entity: Entity, known: Known) -> bool:
    """Whether what is told may be of this entity: a name or an identifier of it is told again, be
    it one that was found to be wrong."""
    theirs = {names.fold(each) for each in names_of(session, entity)}
    if not theirs.isdisjoint(map(names.fold, known.names)):
        return True
    borne = set(identifiers_of(session, entity))
    if any((one.label, one.value) in borne for one in known.identifiers):
        return True
    of_any_kind = replace(known, category=Category.UNKNOWN)
    return as_corrected(session, entity, of_any_kind) is not of_any_kind


def add_to(session: Session, entity: Entity, known: Known, *, case: Case, now: datetime) -> bool:
    """Add what is told anew of an entity. What was known stays; what a fact says is said anew.

    False when nothing of it is new.
    """
    has_names = _add_names(session, entity, known.names, case)
    has_identifiers = _add_identifiers(session, entity, known.identifiers)
    before = facts_of(session, entity)
    facts = {**before, **known.facts}
    is_spared = known.category in spared.CATEGORIES and not spared.is_spared(entity)
    if not (has_names or has_identifiers or facts != before or is_spared):
        return False
    if is_spared:
        entity.category = known.category
    entity.facts_sealed = sealing.sealed(session, entity, "facts", _packed(facts))
    entity.learnt_at = now
    return True


def as_corrected(session: Session, entity: Entity, known: Known) -> Known:
    """What is told of an entity, without what it was found not to be; the same if that is all."""
    wrong = _corrected(entity)
    if not wrong:
        return known

    def stands(kind: str, value: str) -> bool:
        return _mark(session, entity, kind, value) not in wrong

    called = [name for name in known.names if stands("name", names.fold(name))]
    hard = [one for one in known.identifiers if stands(one.label, one.value)]
    category = known.category if stands("category", known.category) else Category.UNKNOWN
    left = (len(called), len(hard), category)
    if left == (len(known.names), len(known.identifiers), known.category):
        return known
    return replace(known, names=called, identifiers=hard, category=category)


def correct(session: Session, entity: Entity, kind: str, *, wrong: str, right: str) -> None:
    """Remember that an entity's name, category or identifier (by its label) was *wrong*: whoever
    tells it again does not undo that."""
    marks = {*_corrected(entity), _mark(session, entity, kind, wrong)}
    stand = sorted(marks - {_mark(session, entity, kind, right)})
    entity.corrected = " ".join(map(str, stand))


def put_into(
    session: Session, entity: Entity, case: Case, *, now: datetime, by_merge: bool = False
) -> None:
    """Put an entity into a case, and make it findable there as what is in a case is.

    Only *by_merge*, it stands there for what was merged into it, unless it stands there already.
    """
    place = session.get(EntityCase, (entity.id, case.id))
    if place is None:
        place = EntityCase(entity_id=entity.id, case_id=case.id, added_at=now)
        session.add(place)
        place.by_merge = by_merge
    else:
        stands = place.removed_at is None
        place.by_merge = by_merge and (place.by_merge or not stands)
        place.removed_at = None
    if entity.schema not in NAMEABLE:
        return
    hashed = inside_hasher(_turn_at_postings(session))
    for name in names_of(session, entity):
        hashes = _inside_hashes(hashed, name, kind_of(entity.schema), case.id)
        _add_keys(session, entity, hashes)


def take_out(session: Session, entity: Entity, case: Case, *, now: datetime) -> None:
    """Take an entity out of a case, where it is found no more."""
    session.get_one(EntityCase, (entity.id, case.id)).removed_at = now
    reindex(session, entity)


def is_in(session: Session, entity: Entity, case: Case) -> bool:
    """Whether this entity stands in this case, and was not taken out again."""
    place = session.get(EntityCase, (entity.id, case.id))
    return place is not None and place.removed_at is None


def standing_in(case: Case) -> Select[Entity]:
    """The entities that stand in a case, the eldest first."""
    return (
        select(Entity)
        .join(EntityCase, EntityCase.entity_id == Entity.id)
        .where(
            EntityCase.case_id == case.id,
            EntityCase.removed_at.is_(None),
            Entity.erased_at.is_(None),
        )
        .order_by(Entity.id)
    )


def many_in(session: Session, case: Case) -> int:
    """How many entities stand in a case."""
    return counted(session, standing_in(case))


def counted(session: Session, which: Select[Entity]) -> int:
    return session.scalar(select(func.count()).select_from(which.order_by(None).subquery())) or 0


def found_by_no_name(session: Session, case: Case) -> int:
    """How many things in a case have a name and are found by none: too many share it."""
    are_found = select(NameKey.entity_id).where(NameKey.entity_id == Entity.id).exists()
    are_named = select(Name.id).where(Name.entity_id == Entity.id).exists()
    lost = standing_in(case).where(Entity.schema.in_(NAMEABLE), are_named, ~are_found)
    return counted(session, lost)


def borne_twice(session: Session, case: Case) -> int:
    """How many identifiers more than one entity of a case bears."""
    standing = standing_in(case).with_only_columns(Entity.id).order_by(None)
    if indexing.of(session).before is not None:
        return _borne_twice_by_value(session, standing)
    twice = (
        select(Identifier.label, Identifier.hash)
        .where(Identifier.entity_id.in_(standing))
        .group_by(Identifier.label, Identifier.hash)
        .having(func.count(Identifier.entity_id.distinct()) > 1)
    )
    return session.scalar(select(func.count()).select_from(twice.subquery())) or 0


def cases_of(session: Session, entity: Entity) -> list[Case]:
    """The cases in which an entity stands."""
    return list(
        session.scalars(
            select(Case)
            .join(EntityCase, EntityCase.case_id == Case.id)
            .where(
                EntityCase.entity_id == entity.id,
                EntityCase.removed_at.is_(None),
                Case.erased_at.is_(None),
            )
            .order_by(Case.code, Case.id)
        )
    )


def learn_name(
    session: Session,
    entity: Entity,
    name: str,
    *,
    judgement_id: int,
    case: Case | None,
    now: datetime,
) -> bool:
    """Remember another name under which somebody confirmed this entity. False if it was known."""
    if names.fold(name) in {names.fold(each) for each in names_of(session, entity)}:
        return False
    row = Name(
        entity_id=entity.id,
        kind="alias",
        text_sealed=b"",
        learnt_from=judgement_id,
        key_id=entity.key_id,
    )
    row.text_sealed = sealing.sealed(session, row, "text", name)
    session.add(row)
    entity.learnt_at = now
    index = indexing.of(session)
    _add_keys(session, entity, name_hashes(index, name, kind_of(entity.schema), case=case))
    return True


def forget_name(session: Session, judgement_id: int) -> None:
    """Forget what was learnt from a judgement that was undone. Its hashes are recomputed."""
    for row in session.scalars(select(Name).where(Name.learnt_from == judgement_id)):
        entity = session.get_one(Entity, row.entity_id)
        session.delete(row)
        session.flush()
        reindex(session, entity)


def reindex(session: Session, entity: Entity) -> None:
    """Compute an entity's name hashes anew from its names and cases."""
    reindex_many(session, entity.agency_id, [entity])


def reindex_many(session: Session, agency_id: int, many: Sequence[Entity]) -> None:
    """As `reindex`, for many entities of an agency."""
    index = _turn_at_postings(session)
    hashes_of, inside = name_hasher(index), inside_hasher(index)
    ids = [entity.id for entity in many]
    called, cases = names_of_many(session, ids), _cases_of_many(session, ids)
    wanted: list[Posting] = []
    for entity in many:
        hashes: dict[int, Of] = {}
        for name in called.get(entity.id, ()) if entity.schema in NAMEABLE else ():
            hashes |= hashes_of(name, kind_of(entity.schema))
            for case_id in cases.get(entity.id, ()):
                hashes |= _inside_hashes(inside, name, kind_of(entity.schema), case_id)
        wanted += [Posting(hashed, entity.id, of) for hashed, of in hashes.items()]
    postings.drop(session, ids)
    postings.add(session, agency_id, wanted)


def names_of(session: Session, entity: Entity) -> list[str]:
    """Every name of this entity that can still be read."""
    rows = session.scalars(select(Name).where(Name.entity_id == entity.id).order_by(Name.id))
    return [words for row in rows if (words := sealing.unseal_or(session, row, "text", ""))]


def names_of_many(session: Session, entity_ids: Iterable[int]) -> dict[int, list[str]]:
    """The names of many entities that can still be read, with one question for all."""
    rows = session.connection().execute(_NAMES, {"entities": set(entity_ids)}).all()
    return open_names(session, [SealedName._make(row) for row in rows])


def open_names(session: Session, kept: Collection[SealedName]) -> dict[int, list[str]]:
    """Those of these names that can still be read, of each entity in the order they were given."""
    ring = sealing.keyring(session)
    ring.preload([name.key_id for name in kept])
    opens = sealing.opener(ring, Name.__tablename__, "text")
    found: dict[int, list[str]] = {}
    for entity_id, number, key_id, blob in sorted(kept):
        try:
            words = opens(number, key_id, blob)
        except Erased:
            continue
        if words:
            found.setdefault(entity_id, []).append(words)
    return found


def identifiers_of(session: Session, entity: Entity) -> list[tuple[Label, str]]:
    """Every hard identifier of this entity that can still be read."""
    rows = session.scalars(
        select(Identifier).where(Identifier.entity_id == entity.id).order_by(Identifier.id)
    )
    return [
        (row.label, value)
        for row in rows
        if (value := sealing.unseal_or(session, row, "value", ""))
    ]


def facts_of(session: Session, entity: Entity) -> dict[str, str]:
    facts: dict[str, str] = json.loads(sealing.unseal_or(session, entity, "facts", "{}"))
    return facts


def open_facts(session: Session, kept: SealedFacts) -> dict[str, str]:
    """As `facts_of`, of an entity whose row is not at hand; none that can no longer be read."""
    if kept.packed is None:
        return {}
    opens = sealing.opener(sealing.keyring(session), Entity.__tablename__, "facts")
    try:
        facts: dict[str, str] = json.loads(opens(kept.entity_id, kept.key_id, kept.packed))
    except Erased:
        return {}
    return facts


def identifier_hash(index: Index, label: Label, value: str) -> int:
    """Under which hash a hard identifier is found."""
    return index.look_up(identifier_family(label), value)


def identifier_family(label: Label) -> str:
    """The index in which identifiers of one kind are found."""
    return f"i:{label}"


def name_hashes(
    index: Index, name: str, kind: names.Kind, *, case: Case | None = None
) -> dict[int, Of]:
    """Under which hashes a name is found, and what of it each is of; with those that it has inside
    a *case*."""
    return name_hasher(index, case=case)(name, kind)


def name_hasher(
    index: Index, *, case: Case | None = None
) -> Callable[[str, names.Kind], dict[int, Of]]:
    """As `name_hashes`, for very many names. Not to be kept: the key may be renewed."""
    by_family = {family: index.hasher(f"n:{family}") for family in _FAMILIES}
    inside = inside_hasher(index)

    def hashes(name: str, kind: names.Kind) -> dict[int, Of]:
        found = {
            by_family[family](text): _FAMILIES[family]
            for family, text in names.keys(name, kind)
            if family in by_family
        }
        if case is not None:
            found |= _inside_hashes(inside, name, kind, case.id)
        return found

    return hashes


def inside_hasher(index: Index) -> Callable[[int, names.Key], int]:
    """Under which hash a name is found inside a case, by one of its `names.inside_keys`."""
    hashed = index.hasher("n:inside")
    return lambda case_id, key: hashed(f"{case_id}|{key.family}|{key.text}")


def _add_names(session: Session, entity: Entity, told: Iterable[str], case: Case) -> bool:
    known = {names.fold(each) for each in names_of(session, entity)}
    fresh = [name for name in told if names.fold(name) not in known]
    hashes_of = name_hasher(indexing.of(session), case=case)
    for name in fresh:
        row = Name(entity_id=entity.id, kind="name", text_sealed=b"", key_id=entity.key_id)
        row.text_sealed = sealing.sealed(session, row, "text", name)
        session.add(row)
        if entity.schema in NAMEABLE:
            _add_keys(session, entity, hashes_of(name, kind_of(entity.schema)))
    return bool(fresh)


def _add_identifiers(session: Session, entity: Entity, told: Iterable[Hard]) -> bool:
    known = set(identifiers_of(session, entity))
    fresh = [one for one in told if (one.label, one.value) not in known]
    index = indexing.of(session)
    for one in fresh:
        row = Identifier(
            entity_id=entity.id, label=one.label, verified=one.verified, value_sealed=b"",
            hash=identifier_hash(index, one.label, one.value), key_id=entity.key_id,
        )  # fmt: skip
        row.value_sealed = sealing.sealed(session, row, "value", one.value)
        session.add(row)
    return bool(fresh)


def _inside_hashes(
    inside: Callable[[int, names.Key], int], name: str, kind: names.Kind, case_id: int
) -> dict[int, Of]:
    return {inside(case_id, key): _INSIDE[key.family] for key in names.inside_keys(name, kind)}


def _add_keys(session: Session, entity: Entity, hashes: Mapping[int, Of]) -> None:
    index = _turn_at_postings(session)
    known = postings.of_entity(session, entity.id)
    if not known and index.before is not None:
        # Lest it seem renewed while what it shares with too many is given up under the key before.
        reindex(session, entity)
        known = postings.of_entity(session, entity.id)
    fresh = [
        Posting(each, entity.id, of)
        for each, of in hashes.items()
        if known.isdisjoint(indexing.forms([each]))
    ]
    postings.add(session, entity.agency_id, fresh)


def _turn_at_postings(session: Session) -> Index:
    """Names and cases are read in the turn, or what another step adds meanwhile is lost. Written is
    what waits before it: who has the turn then waits for no row of one who waits for the turn."""
    session.flush()
    index = indexing.of(session)
    take_turns(session, "postings")
    return index


def _borne_twice_by_value(session: Session, standing: Select[int]) -> int:
    """As `borne_twice`, while what is equal may stand under two hashes."""
    bearers: dict[tuple[Label, str], set[int]] = {}
    rows = session.scalars(select(Identifier).where(Identifier.entity_id.in_(standing))).all()
    sealing.keyring(session).preload([row.key_id for row in rows])
    for row in rows:
        if value := sealing.unseal_or(session, row, "value", ""):
            bearers.setdefault((row.label, value), set()).add(row.entity_id)
    return sum(len(each) > 1 for each in bearers.values())


def _cases_of_many(session: Session, entity_ids: Sequence[int]) -> dict[int, list[int]]:
    """As `cases_of`, for many entities: the numbers of the cases alone."""
    found: dict[int, list[int]] = {}
    for entity_id, case_id in session.connection().execute(_STANDING, {"entities": entity_ids}):
        found.setdefault(entity_id, []).append(case_id)
    return found


def _corrected(entity: Entity) -> set[int]:
    return {int(mark) for mark in (entity.corrected or "").split()}


def _mark(session: Session, entity: Entity, kind: str, value: str) -> int:
    return sealing.fingerprint(session, entity.key_id, f"corrected {kind}", value)


def _packed(facts: Mapping[str, str]) -> str:
    return json.dumps(dict(facts), ensure_ascii=False)


_STANDING = (
    select(EntityCase.entity_id, EntityCase.case_id)
    .join(Case, Case.id == EntityCase.case_id)
    .where(
        among(EntityCase.entity_id, "entities"),
        EntityCase.removed_at.is_(None),
        Case.erased_at.is_(None),
    )
)
_FAMILIES: Mapping[str, Of] = {"x": Of.NAME, "p": Of.PART, "e": Of.PART, "h": Of.PART}
_INSIDE: Mapping[str, Of] = {"x": Of.NAME_INSIDE, "w": Of.WORD, "s": Of.WORD}
_ENTITY = (
    *(Entity.id, Entity.agency_id, Entity.schema, Entity.category, Entity.is_assessment),
    *(Entity.review_on, Entity.made_at, Entity.origin, Entity.originated_at, Entity.key_id),
    *(Entity.caption_sealed, Entity.facts_sealed),
)
_NAME = (Name.id, Name.entity_id, Name.kind, Name.text_sealed, Name.key_id)
_IDENTIFIER = (
    *(Identifier.id, Identifier.entity_id, Identifier.label, Identifier.hash),
    *(Identifier.verified, Identifier.value_sealed, Identifier.key_id),
)
_PLACE = (EntityCase.entity_id, EntityCase.case_id, EntityCase.added_at, EntityCase.by_merge)
_NAMES = select(Name.entity_id, Name.id, Name.key_id, Name.text_sealed).where(
    among(Name.entity_id, "entities")
)
