"""Linking: which known entities a mention may mean, and how sure that is.

The machine compares with every agency's entities, as the system; what people are shown is decided
elsewhere (`governance.access`). Nothing links by itself: a person confirms.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import entities
from bot.governance import access
from bot.wording import casework as wording
from nlp import names
from nlp.spans import Label, Span
from storage import sealing
from storage.models import Case, Entity, EntityCase, Identifier, NameKey, Room

SCORER = f"names {names.VERSION}"
COMMON = 0.5
"""From here on a name is shared by many: it cannot be confirmed without a check."""
MOST_PER_NAME = 3
MOST_PER_HASH = 300
"""A hash that more entities share tells nothing about any of them."""
_CHUNK = 900


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of evidence, for or against."""

    text: str
    against: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entity that a mention may mean, in one case."""

    entity_id: int
    case_id: int
    agency_id: int
    score: float
    is_verified: bool
    reasons: tuple[Reason, ...]
    signature: int
    is_common: bool = False


@dataclass(frozen=True, slots=True)
class Linked:
    """One candidate stands out by a verified identifier."""

    to: Candidate


@dataclass(frozen=True, slots=True)
class Unsure:
    """Somebody must look at these."""

    among: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class New:
    """Nothing known is meant."""


Verdict = Linked | Unsure | New


@dataclass(frozen=True, slots=True)
class Reading:
    """One message's text with the spans found in it."""

    text: str
    spans: Sequence[Span]
    room: Room | None


@dataclass(frozen=True, slots=True)
class Finding:
    """A span with what it may mean. `is_known_name` marks a span seen only because it is known."""

    span: Span
    candidates: tuple[Candidate, ...]
    is_known_name: bool = False


def decide(candidates: Sequence[Candidate]) -> Verdict:
    """Say what the candidates amount to. Only a single verified identifier counts as linked."""
    if not candidates:
        return New()
    if len(candidates) == 1 and candidates[0].is_verified:
        return Linked(candidates[0])
    return Unsure(tuple(candidates))


def find(session: Session, readings: Sequence[Reading]) -> list[list[Finding]]:
    """What each text may mean, for many texts with a few questions to the database."""
    wanted_hard: set[int] = set()
    wanted_named: set[int] = set()
    plans = [_plan(session, reading) for reading in readings]
    for plan in plans:
        wanted_hard.update(plan.hard.values())
        for _, hashes in plan.named:
            wanted_named.update(hashes)
        wanted_named.update(plan.running)
    by_hard = _hard_hits(session, wanted_hard)
    by_name = _name_hits(session, wanted_named)
    places = _places(
        session, {e for hits in (by_hard, by_name) for each in hits.values() for e in each}
    )
    return [
        _findings(session, reading, plan, by_hard, by_name, places)
        for reading, plan in zip(readings, plans, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Plan:
    hard: Mapping[int, int]
    """Index of span → hash of its identifier."""
    named: Sequence[tuple[int, frozenset[int]]]
    """Index of span, hashes of its name."""
    running: Mapping[int, list[Span]]
    """Hash → spans of running text that may be a known name."""


@dataclass(frozen=True, slots=True)
class _Place:
    entity: Entity
    case: Case


def _plan(session: Session, reading: Reading) -> _Plan:
    ring = sealing.keyring(session)
    hard: dict[int, int] = {}
    named: list[tuple[int, frozenset[int]]] = []
    for index, span in enumerate(reading.spans):
        if span.label in entities.IDENTIFYING and span.value:
            hard[index] = entities.identifier_hash(ring, span.label, span.value)
        elif span.label in entities.NAMED:
            kind = entities.kind_of(entities.SCHEMA_OF[span.label])
            hashes = entities.name_hashes(ring, span.value or span.text, kind)
            named.append((index, frozenset(hashes)))
    return _Plan(hard, named, _running(session, reading))


def _running(session: Session, reading: Reading) -> dict[int, list[Span]]:
    """Names in running text, by the hash of what they would be known under."""
    ring = sealing.keyring(session)
    carried = _carried(session, reading.room)
    taken = [(s.start, s.end) for s in reading.spans]
    found: dict[int, list[Span]] = defaultdict(list)
    for gram in names.ngrams(reading.text):
        if any(gram.start < end and start < gram.end for start, end in taken):
            continue
        span = Span(gram.start, gram.end, gram.text, Label.PERSON, None, gram.text, True, 0.9)
        if " " in gram.text.strip():
            found[sealing.hash_with(ring, "n:x", gram.key)].append(span)
        elif len(gram.text) > 2:
            for case_id in carried:
                word = names.fold(gram.text)
                found[entities.single_hash(ring, case_id, word)].append(span)
    return found


def _carried(session: Session, room: Room | None) -> list[int]:
    """The cases this room carries: one word of a name may be known there."""
    if room is None or not room.carries:
        return []
    codes = {each.rpartition("/")[2] for each in room.carries}
    cases = session.scalars(select(Case).where(Case.code.in_(codes)))
    return [case.id for case in cases if access.carries(room, case)]


def _hard_hits(session: Session, hashes: set[int]) -> dict[int, list[int]]:
    hits: dict[int, list[int]] = defaultdict(list)
    for part in _parts(hashes):
        rows = session.execute(
            select(Identifier.hash, Identifier.entity_id).where(Identifier.hash.in_(part))
        )
        for hashed, entity_id in rows:
            hits[hashed].append(entity_id)
    return hits


def _name_hits(session: Session, hashes: set[int]) -> dict[int, list[int]]:
    hits: dict[int, list[int]] = defaultdict(list)
    for part in _parts(hashes):
        rows = session.execute(
            select(NameKey.hash, NameKey.entity_id).where(NameKey.hash.in_(part))
        )
        for hashed, entity_id in rows:
            hits[hashed].append(entity_id)
    return {hashed: found for hashed, found in hits.items() if len(found) <= MOST_PER_HASH}


def _places(session: Session, entity_ids: set[int]) -> dict[int, list[_Place]]:
    """Where these entities stand: every case that is not erased; restricted entities nowhere."""
    places: dict[int, list[_Place]] = defaultdict(list)
    for part in _parts(entity_ids):
        rows = session.execute(
            select(Entity, Case)
            .join(EntityCase, EntityCase.entity_id == Entity.id)
            .join(Case, Case.id == EntityCase.case_id)
            .where(
                Entity.id.in_(part),
                Entity.erased_at.is_(None),
                Entity.restricted_at.is_(None),
                EntityCase.removed_at.is_(None),
                Case.erased_at.is_(None),
            )
        )
        for entity, case in rows:
            places[entity.id].append(_Place(entity, case))
    return places


def _findings(
    session: Session,
    reading: Reading,
    plan: _Plan,
    by_hard: Mapping[int, list[int]],
    by_name: Mapping[int, list[int]],
    places: Mapping[int, list[_Place]],
) -> list[Finding]:
    found = []
    hashes_of = dict(plan.named)
    for index, span in enumerate(reading.spans):
        if index in plan.hard:
            met = [p for e in by_hard.get(plan.hard[index], ()) for p in places.get(e, ())]
            found.append(Finding(span, tuple(_hard_candidate(session, span, p) for p in met)))
        elif index in hashes_of:
            found.append(Finding(span, _named(session, span, hashes_of[index], by_name, places)))
        else:
            found.append(Finding(span, ()))
    found += _known_names(session, plan, by_name, places)
    return found


def _hard_candidate(session: Session, span: Span, place: _Place) -> Candidate:
    reason = wording.identifier_equal(span.label, span.value or span.text)
    return Candidate(
        place.entity.id,
        place.case.id,
        place.case.agency_id,
        0.99 if span.valid else 0.6,
        span.valid,
        (Reason(reason),) if span.valid else (Reason(reason), Reason(span.why, against=True)),
        signature(session, place.entity.id, span),
    )


def _named(
    session: Session,
    span: Span,
    hashes: Iterable[int],
    by_name: Mapping[int, list[int]],
    places: Mapping[int, list[_Place]],
) -> tuple[Candidate, ...]:
    """The best few entities this name may mean, each with reasons for and against."""
    met = {e: places[e] for hashed in hashes for e in by_name.get(hashed, ()) if e in places}
    return _ranked(session, span, met)


def _ranked(
    session: Session, span: Span, met: Mapping[int, Sequence[_Place]]
) -> tuple[Candidate, ...]:
    candidates = []
    _preload(session, met)
    for entity_id, found in met.items():
        compared = _best_comparison(session, span, found[0].entity)
        if compared is None or not compared.same:
            continue
        common = names.commonness(span.text, entities.kind_of(found[0].entity.schema)) >= COMMON
        reasons = [Reason(each.text, each.against) for each in compared.reasons]
        if common:
            reasons.append(Reason(wording.common_name(), against=True))
        candidates += [
            Candidate(
                entity_id,
                place.case.id,
                place.case.agency_id,
                compared.score,
                False,
                tuple(reasons),
                signature(session, entity_id, span),
                common,
            )
            for place in found
        ]
    # Collapsed: at most a few for one name, the best of each agency first.
    kept: list[Candidate] = []
    per_agency: dict[int, int] = defaultdict(int)
    for candidate in sorted(candidates, key=lambda c: (-c.score, c.case_id)):
        if per_agency[candidate.agency_id] < MOST_PER_NAME:
            per_agency[candidate.agency_id] += 1
            kept.append(candidate)
    return tuple(kept)


def _best_comparison(session: Session, span: Span, entity: Entity) -> names.Comparison | None:
    kind = entities.kind_of(entity.schema)
    compared = [
        names.compare(span.value or span.text, name, kind)
        for name in entities.names_of(session, entity)
    ]
    return max(compared, key=lambda c: c.score, default=None)


def _known_names(
    session: Session,
    plan: _Plan,
    by_name: Mapping[int, list[int]],
    places: Mapping[int, list[_Place]],
) -> list[Finding]:
    """Names in running text that nothing but the index gave away."""
    met: dict[tuple[int, int], tuple[Span, dict[int, Sequence[_Place]]]] = {}
    for hashed, spans in plan.running.items():
        for entity_id in by_name.get(hashed, ()):
            if entity_id not in places:
                continue
            for span in spans:
                _, entities_met = met.setdefault((span.start, span.end), (span, {}))
                entities_met[entity_id] = places[entity_id]
    findings: list[Finding] = []
    # Longest first: "Jon Sampleton" hides "Sampleton", but only within a case. What one case
    # knows must not show in what another one is asked.
    for (start, end), (span, entities_met) in sorted(
        met.items(), key=lambda item: item[0][0] - item[0][1]
    ):
        longer = {
            candidate.case_id
            for finding in findings
            if start < finding.span.end and finding.span.start < end
            for candidate in finding.candidates
            if (finding.span.start, finding.span.end) != (start, end)
        }
        for label, of_label in _by_label(entities_met).items():
            named = Span(start, end, span.text, label, None, span.text, True, 0.9)
            candidates = _ranked(session, named, of_label) or _single(session, named, of_label)
            left = tuple(each for each in candidates if each.case_id not in longer)
            if left:
                findings.append(Finding(named, left, is_known_name=True))
    return findings


def _by_label(
    met: Mapping[int, Sequence[_Place]],
) -> dict[Label, dict[int, Sequence[_Place]]]:
    """People apart from organisations of the same name: neither is taken for the other."""
    found: dict[Label, dict[int, Sequence[_Place]]] = defaultdict(dict)
    for entity_id, places in met.items():
        found[_label_of(places[0].entity)][entity_id] = places
    return found


def _single(
    session: Session, span: Span, met: Mapping[int, Sequence[_Place]]
) -> tuple[Candidate, ...]:
    """One word of a name, inside a case the room carries: worth a question when it fits one."""
    if " " in span.text.strip() or len(met) != 1:
        return ()
    [(entity_id, found)] = met.items()
    whole = " ".join(entities.names_of(session, found[0].entity)[:1])
    return tuple(
        Candidate(
            entity_id,
            place.case.id,
            place.case.agency_id,
            0.5,
            False,
            (
                Reason(wording.part_of_name(span.text, whole)),
                Reason(wording.only_part(), against=True),
            ),
            signature(session, entity_id, span),
            True,
        )
        for place in found
    )


def signature(session: Session, entity_id: int, span: Span) -> int:
    """Keyed hash of an entity and the evidence for it: the same again is not asked again."""
    what = names.fold(span.text) if span.label in entities.NAMED else span.value or span.text
    return sealing.look_up(session, "signature", f"{entity_id}|{span.label}|{what}")


def _label_of(entity: Entity) -> Label:
    kind = entities.kind_of(entity.schema)
    if kind is names.Kind.PERSON:
        return Label.PERSON
    return Label.VESSEL if entity.schema == "Vessel" else Label.ORG


def _preload(session: Session, met: Mapping[int, Sequence[_Place]]) -> None:
    sealing.keyring(session).preload([found[0].entity.key_id for found in met.values()])


def _parts(hashes: set[int]) -> Iterable[list[int]]:
    ordered = sorted(hashes)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]
