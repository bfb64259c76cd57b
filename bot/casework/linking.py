"""Linking: which known entities a mention may mean, and how sure that is.

The machine compares with every agency's entities, as the system; what people are shown is decided
elsewhere (`governance.access`). Nothing links by itself: a person confirms, or the case's own rule.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from bot.casework import calibration, entities, nearly, single_words, sought, spared, standing
from bot.casework.candidates import Candidate, Finding, Reason, signature
from bot.casework.postings import Bearers
from bot.casework.sought import Passage, Told
from bot.casework.standing import Place, Within
from bot.wording import evidence as wording
from nlp import names
from nlp.meaning import meant
from nlp.spans import Label, Span

COMMON = 0.5
"""From here on a name is shared by many: it cannot be confirmed without a check."""
MOST_PER_NAME = 3


def find(
    session: Session, passages: Sequence[Passage], *, within: Within = ()
) -> list[list[Finding]]:
    """What each text may mean, for many texts with a few questions to the database.

    What lies not *within* is neither opened nor in anybody's way: it is as if it were not there.
    """
    session.flush()  # once: each question below goes straight to the database
    wanted_hard: set[int] = set()
    wanted_named: set[int] = set()
    carried = sought.carried_by(session, [each.room for each in passages if each.room is not None])
    plans = [sought.plan(session, passage, carried) for passage in passages]
    for plan in plans:
        wanted_hard.update(plan.hard.values())
        for hashes in plan.named.values():
            wanted_named.update(hashes)
        wanted_named.update(plan.running)
    by_hard = standing.hard_hits(session, wanted_hard, within)
    by_name, owners = standing.name_hits(session, wanted_named, within)
    likely = [
        {
            index: standing.likeliest(hashes, by_name, owners, plan.inside)
            for index, hashes in plan.named.items()
        }
        for plan in plans
    ]
    named = {e for plan in plans for hashed in plan.running for e in by_name.get(hashed, ())}
    named.update(e for each in likely for entity_ids in each.values() for e in entity_ids)
    met = {e for hits in by_hard.values() for e in hits} | named
    places = standing.places(session, met, named, within)
    # Who looks something up is not asked about it, and meets each name from where it is shipped.
    begins = {} if within else calibration.asked_from(session)
    found = [
        _findings(session, Told(passage, plan, by_hard, carried), by_name, each, places, begins)
        for passage, plan, each in zip(passages, plans, likely, strict=True)
    ]
    nearly.add(session, passages, found, carried, within)
    return [[_as_said(_once(finding)) for finding in findings] for findings in found]


def _findings(
    session: Session,
    told: Told,
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


def _ranked(
    session: Session,
    told: Told,
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
        place="\n".join(facts[each] for each in _PLACES if each in facts) or None,
    )


_PLACES = ("address", "country", "birthPlace", "jurisdiction")


def _shared_identifier(span: Span) -> names.FactEvidence:
    said = wording.shared_identifier(span.label, span.value or span.text)
    return names.shares_identifier(said)


def _qualified(facts: names.Facts, shared: Iterable[Span]) -> str:
    """What was said besides a name that a judgement about it rests on. That somebody is called Mr
    is none of it, nor where they are from."""
    said = [facts.birth_date, facts.nationality, *sorted(s.value or s.text for s in shared)]
    return "|".join(each for each in said if each)


_NOTHING_SAID = names.Facts()


def _known_names(
    session: Session,
    told: Told,
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
            if finding.span.label in sought.CUT_BY_GUESS
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
            parts = single_words.fitting(session, named, of_label)
            candidates += tuple(each for each in parts if each.case_id not in asked)
            left = tuple(each for each in candidates if each.case_id not in longer)
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
