"""Identifiers that are known but for one slip: a guess, and said to be one.

A slip is asked about where the room carries the case, or where check digits prove that something
was written wrongly: one digit off, most plates and telephones are simply somebody else's.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from bot.casework import entities
from bot.casework.entities import SealedFacts
from nlp.identifiers import near
from nlp.identifiers.near import Slip
from nlp.spans import Span
from storage.indexing import Index

MOST_PER_CASE = 3
"""What fits more of one case says nothing about any of them."""
MOST_SPANS = 8
"""So many identifiers of one message are looked at for slips: a pasted list was not typed."""
MOST_READINGS = 4000
"""So much that they may have been meant to be is looked up; the first of them in any case."""


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


def _rank(each: Near) -> int:
    return _LIKELIEST_FIRST[each.slip]


_LIKELIEST_FIRST = {slip: rank for rank, slip in enumerate(Slip)}
