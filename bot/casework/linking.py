"""Linking: which known entities a mention may mean, and how sure that is.

The machine compares with every agency's entities, as the system; what people are shown is decided
elsewhere (`governance.access`). Nothing links by itself: a person confirms.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from bot.casework import calibration, entities, nearly, postings, spared
from bot.casework.entities import SealedFacts, SealedName
from bot.casework.nearly import Near, Place
from bot.casework.postings import Bearers
from bot.governance import living
from bot.wording import evidence as wording
from nlp import names, qualifiers
from nlp.identifiers import near
from nlp.meaning import Relation, meant
from nlp.spans import Label, Span
from storage import indexing, sealing
from storage.among import among
from storage.indexing import Index
from storage.models import Agency, Case, Entity, EntityCase, Identifier, Name, Room

COMMON = 0.5
"""From here on a name is shared by many: it cannot be confirmed without a check."""
MOST_PER_NAME = 3
MOST_COMPARED = 32
"""So many entities are compared with one name in full."""
FIRST_COMPARED = 8
"""So many are in any case; a further one where it shares at least half of what the best shares."""
HEARD_FROM = 0.8
"""So near must one word be to one of a name that it only sounds like."""
CANONICAL = aliased(Entity)
"""Whoever was found to be another is spoken of as that other, and not where that one may not be."""
_CUT_BY_GUESS = frozenset({Label.PERSON, Label.ORG})


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
class Passage:
    """One message's text with the spans found in it, how they belong together, and its runs of
    words, each of which may be a known name that nobody recognised as one."""

    text: str
    spans: Sequence[Span]
    room: Room | None
    runs: Sequence[names.Ngram] = ()
    inside: Collection[int] = ()
    """Cases inside which names are looked up too, beside those that the room carries."""
    relations: Sequence[Relation] = ()


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


Within = tuple[ColumnElement[bool], ...]
"""What of `Case` and `CANONICAL` a look-up may meet; nothing stands for all of it."""


def find(
    session: Session, passages: Sequence[Passage], *, within: Within = ()
) -> list[list[Finding]]:
    """What each text may mean, for many texts with a few questions to the database.

    What lies not *within* is neither opened nor in anybody's way: it is as if it were not there.
    """
    session.flush()  # once: each question below goes straight to the database
    wanted_hard: set[int] = set()
    wanted_named: set[int] = set()
    carried = _carried(session, [each.room for each in passages if each.room is not None])
    plans = [_plan(session, passage, carried) for passage in passages]
    for plan in plans:
        wanted_hard.update(plan.hard.values())
        for hashes in plan.named.values():
            wanted_named.update(hashes)
        wanted_named.update(plan.running)
    by_hard = _hard_hits(session, wanted_hard, within)
    by_name = _name_hits(session, wanted_named, within)
    owners = _owners(session, plans, by_name)
    likely = [
        {
            index: _likeliest(hashes, by_name, owners, plan.inside)
            for index, hashes in plan.named.items()
        }
        for plan in plans
    ]
    named = {e for plan in plans for hashed in plan.running for e in by_name.get(hashed, ())}
    named.update(e for each in likely for entity_ids in each.values() for e in entity_ids)
    places = _places(session, {e for hits in by_hard.values() for e in hits} | named, named, within)
    # Who looks something up is not asked about it, and meets each name from where it is shipped.
    begins = {} if within else calibration.asked_from(session)
    found = [
        _findings(session, _Told(passage, plan, by_hard, carried), by_name, each, places, begins)
        for passage, plan, each in zip(passages, plans, likely, strict=True)
    ]
    _add_near(session, passages, found, carried, within)
    return [[_as_said(_once(finding)) for finding in findings] for findings in found]


@dataclass(frozen=True, slots=True)
class _Plan:
    hard: Mapping[int, int]
    """Index of span → hash of its identifier."""
    named: Mapping[int, frozenset[int]]
    """Index of span → hashes of its name."""
    running: Mapping[int, list[names.Ngram]]
    """Hash → words of running text that may be a known name."""
    inside: Mapping[int, int]
    """Hash → the case inside which alone it leads to anybody."""
    here: Collection[int]
    """The cases in question: that the room carries, or in which somebody looks."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A passage with what is known of the identifiers in it, and the cases its room carries."""

    passage: Passage
    plan: _Plan
    by_hard: Mapping[int, Mapping[int, bool]]
    carried: Mapping[int, Sequence[int]]

    def facts_of(self, span: Span) -> names.Facts:
        """What it says of whom it names."""
        said = self.passage
        return qualifiers.said_of(span, said.text, said.spans, said.relations)

    def shared_with(self, entity_id: int) -> list[Span]:
        """The identifiers in it that this entity holds, one of each."""
        shared = {
            hashed: self.passage.spans[index]
            for index, hashed in self.plan.hard.items()
            if entity_id in self.by_hard.get(hashed, ())
        }
        return [span for span in shared.values() if span.valid and not span.negated]

    def is_about(self, case_id: int) -> bool:
        room = self.passage.room
        return room is not None and case_id in self.carried[room.id]


def _plan(session: Session, passage: Passage, carried: Mapping[int, Sequence[int]]) -> _Plan:
    index = indexing.of(session)
    hard: dict[int, int] = {}
    named: dict[int, frozenset[int]] = {}
    here = {*passage.inside, *(carried[passage.room.id] if passage.room is not None else ())}
    hashed_inside = entities.inside_hasher(index)
    running, inside = _running(index, passage, here)
    for at, span in enumerate(passage.spans):
        if span.role in spared.ROLES:
            continue
        if span.label in entities.IDENTIFYING and span.value:
            hard[at] = entities.identifier_hash(index, span.label, span.value)
        elif span.label in entities.NAMED:
            kind = entities.kind_of(entities.SCHEMA_OF[span.label])
            called = span.value or span.text
            keys = names.inside_keys(called, kind) if here else ()
            found = {hashed_inside(case, key): case for case in here for key in keys}
            inside |= found
            named[at] = frozenset([*entities.name_hashes(index, called, kind), *found])
    return _Plan(hard, named, running, inside, here)


def _running(
    index: Index, passage: Passage, here: Collection[int]
) -> tuple[dict[int, list[names.Ngram]], dict[int, int]]:
    """Names in running text, by the hash of what they would be known under; and the case of each
    hash under which something is known inside a case alone."""
    whole, hashed_inside = index.hasher("n:x"), entities.inside_hasher(index)
    # One word of a longer name is not who bears that word alone: Jon Hale is not every Jon.
    whole_names = [(s.start, s.end) for s in passage.spans if _has_several_words(s)]
    running: dict[int, list[names.Ngram]] = defaultdict(list)
    inside: dict[int, int] = {}
    for gram in _runs(passage):
        if " " in gram.text:
            running[whole(gram.key)].append(gram)
        elif _lies_in(whole_names, gram.start, gram.end):
            continue
        for key in _inside_keys(gram) if here else ():
            for case_id in here:
                hashed = hashed_inside(case_id, key)
                running[hashed].append(gram)
                inside[hashed] = case_id
    return running, inside


def _runs(passage: Passage) -> list[names.Ngram]:
    """Those runs of words in which nothing else was recognised."""
    # Who recognises a name may cut it short, or know only a part: what is known goes before.
    taken = [
        (span.start, span.end)
        for span in passage.spans
        if span.label not in _CUT_BY_GUESS or span.role in spared.ROLES
    ]
    return [
        gram
        for gram in passage.runs
        if not any(gram.start < until and begin < gram.end for begin, until in taken)
    ]


def _inside_keys(gram: names.Ngram) -> Collection[names.Key]:
    """By what a run of words may be known inside a case: a word also by its sound, if it is written
    as a name is."""
    if " " in gram.text:
        return [names.Key("x", gram.key)]
    if gram.text[:1].islower():
        return [names.Key("w", gram.key)]
    return names.inside_keys(gram.text, names.Kind.PERSON)


def _has_several_words(span: Span) -> bool:
    return span.label in _CUT_BY_GUESS and len(names.tokens(span.text, names.Kind.PERSON)) > 1


def _lies_in(stretches: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    return any(begin <= start and end <= until for begin, until in stretches)


def _carried(session: Session, rooms: Sequence[Room]) -> dict[int, list[int]]:
    """The cases each room carries: one word of a name may be known there."""
    codes = {each.rpartition("/")[2] for room in rooms for each in room.carries}
    if not codes:
        return {room.id: [] for room in rooms}
    by_name: dict[str, list[int]] = defaultdict(list)
    for case_id, code, agency in session.execute(
        select(Case.id, Case.code, Agency.slug)
        .join(Agency, Agency.id == Case.agency_id)
        .where(Case.code.in_(codes))
    ):
        by_name[code].append(case_id)
        by_name[f"{agency}/{code}"].append(case_id)
    return {
        room.id: sorted({case_id for each in room.carries for case_id in by_name.get(each, ())})
        for room in rooms
    }


def _hard_hits(session: Session, hashes: set[int], within: Within) -> dict[int, dict[int, bool]]:
    """Which entities bear an identifier, and whether what is known of each was checked."""
    hits: dict[int, dict[int, bool]] = defaultdict(dict)
    if not hashes:
        return hits
    asked = indexing.forms(hashes)
    found = session.connection().execute(_IDENTIFIED, {"hashes": asked})
    for form, entity_id, verified in found:
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


def _name_hits(session: Session, hashes: set[int], within: Within) -> Bearers:
    hits = postings.of(session, hashes)
    if not hashes or not within:
        return hits
    met = _standing(
        session, {entity_id for bearers in hits.values() for entity_id in bearers}, within
    )
    return {hashed: [each for each in bearers if each in met] for hashed, bearers in hits.items()}


def _standing(session: Session, entity_ids: set[int], within: Within) -> set[int]:
    """Which of these stand somewhere within. Asked of none, too: a hit that is hidden from the
    reader takes as many questions as no hit."""
    rows = session.connection().execute(_PLACES.where(*within), {"entities": entity_ids})
    return {entity_id for entity_id, *_ in rows}


def _owners(session: Session, plans: Sequence[_Plan], by_name: Bearers) -> dict[int, int]:
    """Whose each of these entities is, where more share something with a name than are compared."""
    crowds: set[int] = set()
    for plan in plans:
        for hashes in plan.named.values():
            met = {e for each in hashes for e in by_name.get(each, ())}
            if len(met) > FIRST_COMPARED:
                crowds |= met
    if not crowds:
        return {}
    return dict(session.connection().execute(_OWNERS, {"entities": crowds}).all())


def _likeliest(
    hashes: Iterable[int],
    by_name: Bearers,
    owners: Mapping[int, int],
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
            of = (True, case_id) if case_id is not None else (False, owners.get(entity_id, 0))
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


def _places(
    session: Session, entity_ids: set[int], named: set[int], within: Within
) -> dict[int, list[Place]]:
    """Where these entities stand: every case that is not erased; restricted entities nowhere.

    Only the names of those met by a name are opened.
    """
    places: dict[int, list[Place]] = defaultdict(list)
    if not entity_ids:
        return places
    asked = _NAMED_PLACES.where(*within) if within else _NAMED_PLACES
    rows = session.connection().execute(asked, {"entities": entity_ids, "named": named}).all()
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


def _findings(
    session: Session,
    told: _Told,
    by_name: Bearers,
    likely: Mapping[int, Sequence[int]],
    places: Mapping[int, list[Place]],
    begins: Mapping[int, float],
) -> list[Finding]:
    found = []
    plan = told.plan
    for index, span in enumerate(told.passage.spans):
        if index in plan.hard:
            bearers = told.by_hard.get(plan.hard[index], {})
            met = tuple(
                _hard_candidate(session, span, place, is_checked)
                for entity_id, is_checked in bearers.items()
                for place in places.get(entity_id, ())
            )
            found.append(Finding(span, met))
        elif index in likely:
            met_named = _reached(likely[index], plan.named[index], plan.inside, by_name, places)
            found.append(Finding(span, _ranked(session, told, span, met_named, begins)))
        else:
            found.append(Finding(span, ()))
    for known in _known_names(session, told, by_name, places, found, begins):
        # Before the same words that nobody is known by: one sense is kept once.
        same = (known.span.start, known.span.end)
        at = next(
            (i for i, f in enumerate(found) if (f.span.start, f.span.end) == same), len(found)
        )
        found.insert(at, known)
    return found


def _reached(
    entity_ids: Iterable[int],
    hashes: Iterable[int],
    inside: Mapping[int, int],
    by_name: Bearers,
    places: Mapping[int, list[Place]],
) -> dict[int, list[Place]]:
    """Where these stand that are found under these hashes: whoever is found only as inside a case
    stands in that one alone."""
    everywhere: set[int] = set()
    there: set[tuple[int, int]] = set()
    for hashed in hashes:
        hits = by_name.get(hashed, ())
        if hashed in inside:
            there.update((entity_id, inside[hashed]) for entity_id in hits)
        else:
            everywhere.update(hits)
    found = {
        entity_id: [
            place
            for place in places.get(entity_id, ())
            if entity_id in everywhere or (entity_id, place.case_id) in there
        ]
        for entity_id in entity_ids
    }
    return {entity_id: standing for entity_id, standing in found.items() if standing}


def _hard_candidate(session: Session, span: Span, place: Place, is_checked: bool) -> Candidate:
    """Verified when what was written is valid beyond doubt, and what is known was checked."""
    reasons = [Reason(wording.identifier_equal(span.label, span.value or span.text))]
    is_sure = span.valid and not span.why
    if not is_sure:
        reasons.append(Reason(span.why, against=True))
    if not is_checked:
        reasons.append(Reason(wording.never_checked(span.label), against=True))
    is_verified = is_sure and is_checked
    return Candidate(
        place.entity_id,
        place.case_id,
        place.agency_id,
        0.99 if is_verified else 0.6,
        is_verified,
        tuple(reasons),
        signature(session, place.key_id, place.entity_id, span),
    )


def _add_near(
    session: Session,
    passages: Sequence[Passage],
    found: Sequence[list[Finding]],
    carried: Mapping[int, Sequence[int]],
    within: Within,
) -> None:
    """Where an identifier is known nowhere, what it may have been meant to be."""
    rooms = [None if p.room is None else carried[p.room.id] for p in passages]
    plans = []
    for passage, findings, here in zip(passages, found, rooms, strict=True):
        if here:
            findings += [
                Finding(span, (), is_known_name=True)
                for span in meant(passage.text, tuple(near.plate_like(passage.text)))
                if not any(f.span.start < span.end and span.start < f.span.end for f in findings)
            ]
        missed = {
            index: finding.span
            for index, finding in enumerate(findings)
            if not finding.candidates
            and finding.span.role not in spared.ROLES
            and nearly.is_worth_it(finding.span, here)
        }
        plans.append(nearly.plan(indexing.of(session), missed))
    readings = {hashed for plan in plans for each in plan.values() for hashed in each}
    by_hash = _hard_hits(session, readings, within)
    places = _places(session, {e for hits in by_hash.values() for e in hits}, set(), within)
    for findings, plan, here in zip(found, plans, rooms, strict=True):
        for index, by_reading in plan.items():
            span = findings[index].span
            met = (
                Near(place, reading)
                for hashed, reading in by_reading.items()
                for entity_id in by_hash.get(hashed, ())
                for place in places.get(entity_id, ())
            )
            fitting = nearly.fitting(span, met, here)
            if fitting:
                candidates = tuple(_near_candidate(session, span, each) for each in fitting)
                findings[index] = replace(findings[index], candidates=candidates)
        findings[:] = [f for f in findings if f.candidates or not f.is_known_name]


def _once(finding: Finding) -> Finding:
    """Two that were found to be one are one candidate, with the better of their reasons."""
    if len(finding.candidates) < 2:
        return finding
    best: dict[tuple[int, int], Candidate] = {}
    for each in sorted(finding.candidates, key=lambda each: -each.score):
        best.setdefault((each.entity_id, each.case_id), each)
    if len(best) == len(finding.candidates):
        return finding
    return replace(finding, candidates=tuple(best.values()))


def _as_said(finding: Finding) -> Finding:
    """With what the message itself says against it. It is asked about all the same: a denial may
    be wrong."""
    against = []
    if finding.span.negated:
        against.append(Reason(wording.said_not_to_be_it(), against=True))
    if finding.span.hearsay:
        against.append(Reason(wording.only_reported(), against=True))
    if not against:
        return finding
    candidates = tuple(
        replace(each, reasons=(*each.reasons, *against)) for each in finding.candidates
    )
    return replace(finding, candidates=candidates)


def _near_candidate(session: Session, span: Span, met: Near) -> Candidate:
    value, slip = met.reading
    return Candidate(
        met.place.entity_id,
        met.place.case_id,
        met.place.agency_id,
        0.4,
        False,
        (
            Reason(wording.nearly_equal(span.label, span.value or span.text, value)),
            Reason(wording.slip(slip), against=True),
        ),
        signature(session, met.place.key_id, met.place.entity_id, span),
        True,
    )


def _ranked(
    session: Session,
    told: _Told,
    span: Span,
    met: Mapping[int, Sequence[Place]],
    begins: Mapping[int, float],
) -> tuple[Candidate, ...]:
    """The best few entities this name may mean, each with reasons for and against.

    How near a name must be *begins* for each agency where its own decisions say.
    """
    ranked: list[tuple[float, Candidate]] = []
    facts = told.facts_of(span)
    for entity_id, found in met.items():
        shared = told.shared_with(entity_id)
        compared = _best_comparison(session, span, found[0], facts)
        if compared is None:
            continue
        compared = compared.supported_by(*map(_shared_identifier, shared))
        common = names.commonness(span.text, entities.kind_of(found[0].schema)) >= COMMON
        qualified = _qualified(facts, shared)
        for place in found:
            here = compared
            if told.is_about(place.case_id):
                here = compared.supported_by(names.shares_case(wording.shared_case()))
            if here.score < begins.get(place.agency_id, calibration.ASKED_FROM):
                continue
            reasons = [Reason(each.text, each.against) for each in here.reasons]
            if common:
                reasons.append(Reason(wording.common_name(), against=True))
            candidate = Candidate(
                place.entity_id,
                place.case_id,
                place.agency_id,
                here.score,
                False,
                tuple(reasons),
                signature(session, place.key_id, place.entity_id, span, qualified),
                common,
            )
            ranked.append((here.log_odds, candidate))
    # Collapsed: at most a few for one name, the best of each agency first; and what is known here
    # is not hidden by what the same agency knows elsewhere.
    kept: list[Candidate] = []
    many: dict[tuple[int, int | None], int] = defaultdict(int)
    for _, candidate in sorted(ranked, key=lambda each: (-each[0], each[1].case_id)):
        of = candidate.agency_id, candidate.case_id if candidate.case_id in told.plan.here else None
        if many[of] < MOST_PER_NAME:
            many[of] += 1
            kept.append(candidate)
    return tuple(kept)


def _best_comparison(
    session: Session, span: Span, place: Place, said: names.Facts
) -> names.Comparison | None:
    kind = entities.kind_of(place.schema)
    called = span.value or span.text
    likely = [name for name in place.names if not names.are_surely_different(called, name, kind)]
    # Opened only where the message says something to compare with.
    known = _NOTHING_SAID
    if likely and said != _NOTHING_SAID and place.facts is not None:
        known = _comparable(entities.open_facts(session, place.facts))
    compared = [
        names.compare(called, name, kind, left_facts=said, right_facts=known) for name in likely
    ]
    return max(compared, key=lambda c: c.log_odds, default=None)


def _comparable(facts: Mapping[str, str]) -> names.Facts:
    """An entity's facts (Follow the Money properties), as far as a message may say them, too."""
    born = facts.get("birthDate", "").splitlines()
    return names.Facts(
        birth_date=born[0] if born else None,
        nationality=facts.get("nationality"),
        sex=facts.get("gender"),
    )


def _shared_identifier(span: Span) -> names.FactEvidence:
    said = wording.shared_identifier(span.label, span.value or span.text)
    return names.shares_identifier(said)


def _qualified(facts: names.Facts, shared: Iterable[Span]) -> str:
    """What was said besides a name that a judgement about it rests on. That somebody is called Mr
    is none of it."""
    said = [facts.birth_date, facts.nationality, *sorted(s.value or s.text for s in shared)]
    return "|".join(each for each in said if each)


_NOTHING_SAID = names.Facts()


def _known_names(
    session: Session,
    told: _Told,
    by_name: Bearers,
    places: Mapping[int, list[Place]],
    recognised: Sequence[Finding],
    begins: Mapping[int, float],
) -> list[Finding]:
    """Names in running text that nothing but the index gave away."""
    hashes_of: dict[tuple[int, int, str], list[int]] = defaultdict(list)
    for hashed, grams in told.plan.running.items():
        if hashed in by_name:
            for start, end, text, _ in grams:
                hashes_of[start, end, text].append(hashed)
    met: dict[tuple[int, int], tuple[str, dict[int, list[Place]]]] = {}
    for (start, end, text), hashes in hashes_of.items():
        bearers = dict.fromkeys(each for hashed in hashes for each in by_name[hashed])
        met[start, end] = text, _reached(bearers, hashes, told.plan.inside, by_name, places)
    findings: list[Finding] = []
    # Longest first: "Jon Sampleton" hides "Sampleton", but only within a case. What one case
    # knows must not show in what another one is asked.
    for (start, end), (text, entities_met) in sorted(
        met.items(), key=lambda item: item[0][0] - item[0][1]
    ):
        longer = {
            candidate.case_id
            for finding in findings
            if start < finding.span.end and finding.span.start < end
            for candidate in finding.candidates
            if (finding.span.start, finding.span.end) != (start, end)
        } | {
            candidate.case_id
            for finding in recognised
            if finding.span.label in _CUT_BY_GUESS
            and start < finding.span.end
            and finding.span.start < end
            for candidate in finding.candidates
        }
        for label, of_label in _by_label(entities_met).items():
            named = Span(start, end, text, label, None, text, True, 0.9)
            [named] = meant(told.passage.text, (named,))
            if named.role in spared.ROLES:
                continue
            candidates = _ranked(session, told, named, of_label, begins)
            asked = {each.case_id for each in candidates}
            parts = (e for e in _single(session, named, of_label) if e.case_id not in asked)
            left = tuple(each for each in (*candidates, *parts) if each.case_id not in longer)
            if left:
                findings.append(Finding(named, left, is_known_name=True))
    return findings


def _by_label(
    met: Mapping[int, Sequence[Place]],
) -> dict[Label, dict[int, Sequence[Place]]]:
    """People apart from organisations of the same name: neither is taken for the other."""
    found: dict[Label, dict[int, Sequence[Place]]] = defaultdict(dict)
    for entity_id, places in met.items():
        found[entities.label_of(places[0].schema)][entity_id] = places
    return found


def _single(
    session: Session, span: Span, met: Mapping[int, Sequence[Place]]
) -> tuple[Candidate, ...]:
    """One word of a name, inside a case: worth a question when it fits one. What is written as
    somebody is called goes before what only sounds so."""
    if " " in span.text.strip():
        return ()
    fits = [
        (place, part)
        for found in met.values()
        for place in found
        if (part := _part_said(span.text, place)) is not None
    ]
    exact = {place.case_id for place, part in fits if not part.is_heard}
    fits = [each for each in fits if not (each[1].is_heard and each[0].case_id in exact)]
    # Counted by case: what one case knows must not show in what another one is asked.
    bearers = Counter(place.case_id for place, _ in fits)
    return tuple(
        Candidate(
            place.entity_id,
            place.case_id,
            place.agency_id,
            calibration.ONE_WORD,
            False,
            part.reasons(span.text),
            signature(session, place.key_id, place.entity_id, span),
            True,
        )
        for place, part in fits
        if bearers[place.case_id] == 1
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """The word of somebody's name that was said, or that sounds like what was."""

    word: str
    name: str
    is_heard: bool

    def reasons(self, said: str) -> tuple[Reason, ...]:
        only = Reason(wording.only_part(), against=True)
        if not self.is_heard:
            return Reason(wording.part_of_name(said, self.name)), only
        return (
            Reason(wording.sounds_like_part(said, self.name)),
            only,
            Reason(wording.spelt_otherwise(), against=True),
        )


def _part_said(said: str, place: Place) -> _Part | None:
    kind = entities.kind_of(place.schema)
    parts = [(word, name) for name in place.names for word in names.tokens(name, kind)]
    same = names.tokens(said, kind)
    for word, name in parts:
        if (word,) == same:
            return _Part(word, name, is_heard=False)
    for word, name in parts:
        if names.compare(said, word, kind).score >= HEARD_FROM:
            return _Part(word, name, is_heard=True)
    return None


def signature(
    session: Session, key_id: str, entity_id: int, span: Span, qualified: str = ""
) -> int:
    """Keyed hash of an entity and the evidence for it: the same again is not asked again.

    What else was said of a name (*qualified*) is part of the evidence, and so is a denial: what is
    none of it where it is denied may be it where it is not. It outlives the words, and
    so has the key of the agency that is asked, and not the index's.
    """
    what = names.fold(span.text) if span.label in entities.NAMED else span.value or span.text
    doubts = (qualified, "negated" if span.negated else "", "hearsay" if span.hearsay else "")
    rest = "".join(f"|{each}" for each in doubts if each)
    said = f"{entity_id}|{span.label}|{what}{rest}"
    return sealing.fingerprint(session, key_id, "signature", said)


_OWNERS = select(Entity.id, Entity.agency_id).where(among(Entity.id, "entities"))
_IDENTIFIED = select(Identifier.hash, Identifier.entity_id, Identifier.verified).where(
    among(Identifier.hash, "hashes")
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
