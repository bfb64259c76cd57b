"""Identifiers that are known but for one slip: a guess, and said to be one.

A slip is asked about where the room carries the case, or where check digits prove that something
was written wrongly: one digit off, most plates and telephones are simply somebody else's.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from sqlalchemy.orm import Session

from bot.casework import entities, spared, standing
from bot.casework.candidates import Candidate, Finding, Reason, signature
from bot.casework.sought import Passage
from bot.casework.standing import Place, Within
from bot.wording import evidence as wording
from nlp.identifiers import misread, near
from nlp.identifiers.near import Slip
from nlp.meaning import meant
from nlp.spans import Span
from storage import indexing
from storage.indexing import Index

MOST_PER_CASE = 3
"""What fits more of one case says nothing about any of them."""
MOST_SPANS = 8
"""So many identifiers of one message are looked at for slips: a pasted list was not typed."""
MOST_READINGS = 4000
"""So much that they may have been meant to be is looked up; of the first of them, all."""

Reading = tuple[str, Slip]
"""A value that may have been meant, and how it differs from what was written."""


class Near(NamedTuple):  # a tuple and not a dataclass: a partial plate meets many
    """Something known that may have been meant."""

    place: Place
    reading: Reading

    @property
    def slip(self) -> Slip:
        """How it differs from what was written."""
        return self.reading[1]


def add(
    session: Session,
    passages: Sequence[Passage],
    found: Sequence[list[Finding]],
    carried: Mapping[int, Sequence[int]],
    within: Within,
) -> None:
    """Where an identifier is not known, what it may have been meant to be.

    Who looks something up is offered that where nothing is known; a room's cases are each asked as
    if no other were there: that another knows what was written must not show in what one is asked.
    """
    rooms = [None if p.room is None else carried[p.room.id] for p in passages]
    missed: list[dict[int, dict[int, Reading]]] = []
    for passage, findings, here in zip(passages, found, rooms, strict=True):
        seen = meant(passage.text, tuple(_misread(passage, findings, here)))
        findings += [Finding(span, (), is_known_name=True) for span in seen]
        unknown = {
            index: finding.span
            for index, finding in enumerate(findings)
            if not (here is None and finding.candidates)
            and finding.span.role not in spared.ROLES
            and is_worth_it(finding.span, here)
        }
        missed.append(plan(indexing.of(session), unknown))
    readings = {hashed for each in missed for by_reading in each.values() for hashed in by_reading}
    by_hash = standing.hard_hits(session, readings, within)
    places = standing.places(session, {e for hits in by_hash.values() for e in hits}, set(), within)
    for findings, planned, here in zip(found, missed, rooms, strict=True):
        read = list(findings)
        for index, by_reading in planned.items():
            span = findings[index].span
            know = _cases_that_know(read, findings[index])
            met = (
                Near(place, reading)
                for hashed, reading in by_reading.items()
                for entity_id in by_hash.get(hashed, ())
                for place in places.get(entity_id, ())
                if place.case_id not in know
            )
            if fit := fitting(span, met, here):
                others = tuple(_candidate(session, span, each) for each in fit)
                candidates = findings[index].candidates + others
                findings[index] = replace(findings[index], candidates=candidates)
        findings[:] = [f for f in findings if f.candidates or not f.is_known_name]


def plan(index: Index, spans: Mapping[int, Span]) -> dict[int, dict[int, Reading]]:
    """For each of these spans, by its index: what it may have been meant to be, by its hash."""
    planned: dict[int, dict[int, Reading]] = {}
    many = 0
    for at, span in islice(spans.items(), MOST_SPANS):
        readings = near.readings(span.label, span.value or "", is_valid=span.valid)
        many += len(readings)
        if planned and many > MOST_READINGS:
            break
        hashed = index.hasher(entities.identifier_family(span.label))
        planned[at] = {hashed(reading[0]): reading for reading in readings.items()}
    return planned


def fitting(
    span: Span,
    met: Iterable[Near],
    carried: Collection[int] | None,
) -> Sequence[Near]:
    """Those worth a question: in the cases that the room carries, else where the check digits
    prove a slip. Without a room (*carried* is None), all of them."""
    by_case: dict[int, dict[int, Near]] = {}
    for each in met:
        is_proven = not span.valid and each.slip is not Slip.UNREAD
        if carried is None or is_proven or each.place.case_id in carried:
            of_case = by_case.setdefault(each.place.case_id, {})
            known = of_case.get(each.place.entity_id)
            if known is None or _rank(each) < _rank(known):
                of_case[each.place.entity_id] = each
    return [
        each
        for of_case in by_case.values()
        if len(of_case) <= MOST_PER_CASE
        for each in sorted(of_case.values(), key=_rank)
    ]


def is_worth_it(span: Span, carried: Collection[int] | None) -> bool:
    """Whether anything that this may have been meant to be would be asked about."""
    return span.label in near.SLIPPING and (carried is None or bool(carried) or not span.valid)


def _misread(
    passage: Passage, findings: Sequence[Finding], carried: Collection[int] | None
) -> list[Span]:
    """What may be an identifier where nothing that checks out was read, nor, for who looks
    something up, anything that is known."""
    if carried is None:
        said, known_here = findings, [f.span for f in findings if f.candidates]
    else:  # What one case knows is in no other's way, nor what only the index gave away.
        said, known_here = [f for f in findings if not f.is_known_name], []
    checked = [f.span for f in said if f.span.valid and f.span.label in entities.IDENTIFYING]
    read = [*known_here, *checked]
    known = {(f.span.label, f.span.value) for f in said}
    like = islice(misread.number_like(passage.text), MOST_SPANS)
    spans = [s for s in like if not _meets(read, s) and (s.label, s.value) not in known]
    if carried:
        taken = [*(f.span for f in said), *spans]
        spans += [span for span in misread.plate_like(passage.text) if not _meets(taken, span)]
    return spans


def _cases_that_know(findings: Sequence[Finding], finding: Finding) -> set[int]:
    """The cases that know what was written there, by which nothing else can have been meant."""
    span = finding.span
    return {
        candidate.case_id
        for each in findings
        if each is finding or (finding.is_known_name and _meets([each.span], span))
        for candidate in each.candidates
    }


def _meets(spans: Sequence[Span], span: Span) -> bool:
    return any(each.start < span.end and span.start < each.end for each in spans)


def _rank(each: Near) -> int:
    return _LIKELIEST_FIRST[each.slip]


def _candidate(session: Session, span: Span, met: Near) -> Candidate:
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
        is_common=True,
        meant=value,
    )


_LIKELIEST_FIRST = {slip: rank for rank, slip in enumerate(Slip)}
