"""What the form of letters and digits gives away: plates, and numbers with check digits."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, partial

from nlp.identifiers import numbers, plates
from nlp.identifiers.forms import FIGURES, Forms, Stretch, is_short_line, starts
from nlp.identifiers.numbers import NUMBERS, Number
from nlp.identifiers.plates import PLATES, Plate
from nlp.identifiers.rule import CHECKED, Found, Rule, Sight
from nlp.spans import Label


def _best(sight: Sight) -> Found | None:
    """The surest reading of what begins here; of equals the longest, then the first named."""
    readings = list(_readings(sight))
    if not readings:
        return None
    ranked = sorted(readings, key=partial(_rank, region=sight.region), reverse=True)
    stretch, best = ranked[0]
    if best.subtype == sight.region or best.confidence == CHECKED:
        return best
    others = {
        (found.label, found.subtype): found
        for other, found in reversed(ranked[1:])
        if other.start == stretch.start and other.end == stretch.end
    }
    others.pop((best.label, best.subtype), None)
    return replace(best, others=tuple(reversed(others.values()))) if others else best


def _rank(reading: tuple[Stretch, Found], *, region: str | None) -> tuple[bool, float, bool, int]:
    stretch, found = reading
    at_home = found.subtype == region
    return found.distance is not None, found.confidence, at_home, len(stretch.compact)


def _readings(sight: Sight) -> Iterator[tuple[Stretch, Found]]:
    text, figures = sight.match.string, sight.match.end()
    for start in starts(text, figures):
        formed = _forms().at(text, start)
        if formed:
            goes_on = start == figures and _RUN.search(text, max(0, start - 2), start) is not None
            yield from _readings_at(formed, sight, goes_on=goes_on)


def _readings_at(
    formed: Sequence[tuple[Stretch, list[Plate | Number]]], sight: Sight, *, goes_on: bool
) -> Iterator[tuple[Stretch, Found]]:
    for stretch, every in formed:
        kinds = _meant(every, sight)
        takes_plates = bool(kinds) and plates.may_be(stretch)
        ordered = plates.as_written(kinds, stretch.said, sight.region) if takes_plates else kinds
        for kind in ordered:
            if isinstance(kind, Plate):
                found = plates.judge(kind, stretch, sight) if takes_plates else None
                # What is hardly anything else is no plate of another country.
                if found is not None and kind.bare and kind.is_written_out(stretch.said):
                    takes_plates = False
            else:
                found = None if goes_on else numbers.judge(kind, stretch, sight)
            if found is None or (goes_on and found.distance is None):
                continue
            yield stretch, found


def _meant(kinds: list[Plate | Number], sight: Sight) -> list[Plate | Number]:
    """Only the kinds that can mean something there, those of the region first."""
    region = sight.region
    if not all(kind.bare for kind in kinds) and not (
        is_short_line(sight.match.string, sight.match.end())
    ):
        plate_is_said = plates.may_be_said(sight)
        kinds = [
            kind
            for kind in kinds
            if kind.bare or (isinstance(kind, Plate) and (plate_is_said or kind.country == region))
        ]
    if region is None or len(kinds) < 2:
        return kinds
    return sorted(kinds, key=lambda kind: kind.country != region)


@cache
def _forms() -> Forms[Plate | Number]:
    kinds: list[tuple[str, Plate | Number]] = [(plate.notation, plate) for plate in PLATES]
    kinds += [(number.form, number) for number in NUMBERS if number.check]
    return Forms(kinds)


_RUN = re.compile(r"\d[ ./-]$")
RULES = (
    Rule(
        Label.PLATE,
        r"[^\x00-@\[-`{-\x7f][ .-]?\d|\d[ .-]?[A-Za-z]|\d(?:[ ./:-]?\d){4}",
        FIGURES,
        _best,
        priority=3,
        effort=400,
        also=(Label.NATIONAL_ID, Label.TAX_ID, Label.COMPANY_NO),
    ),
)
