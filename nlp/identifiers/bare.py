"""What the form of letters and digits gives away: plates, and numbers with check digits."""

import re
from collections.abc import Iterator
from functools import lru_cache

from nlp.identifiers import numbers, plates
from nlp.identifiers.forms import FIGURES, Forms, Stretch, is_short_line, starts
from nlp.identifiers.numbers import NUMBERS, Number
from nlp.identifiers.plates import PLATES, Plate
from nlp.identifiers.rule import Found, Rule, Sight
from nlp.spans import Label


def _best(sight: Sight) -> Found | None:
    """The surest reading of what begins here; of equals the longest, then the first named."""
    best: tuple[tuple[bool | float, ...], Found] | None = None
    for stretch, found in _readings(sight):
        at_home = found.subtype == sight.region
        rank = (found.distance is not None, found.confidence, at_home, len(stretch.compact))
        if best is None or rank > best[0]:
            best = rank, found
    return None if best is None else best[1]


def _readings(sight: Sight) -> Iterator[tuple[Stretch, Found]]:
    text, figures = sight.match.string, sight.match.end()
    forms = _forms(sight.region, plates.may_be_said(sight), is_short_line(text, figures))
    for start in starts(text, figures):
        goes_on = start == figures and _RUN.search(text, max(0, start - 2), start) is not None
        yield from _readings_at(start, sight, forms, goes_on=goes_on)


def _readings_at(
    start: int, sight: Sight, forms: Forms[Plate | Number], *, goes_on: bool
) -> Iterator[tuple[Stretch, Found]]:
    for stretch, kinds in forms.at(sight.match.string, start):
        takes_plates = plates.may_be(stretch)
        for kind in kinds:
            if isinstance(kind, Plate):
                found = plates.judge(kind, stretch, sight) if takes_plates else None
            else:
                found = None if goes_on else numbers.judge(kind, stretch, sight)
            if found is None or (goes_on and found.distance is None):
                continue
            yield stretch, found
            # A word beside it says plate: which country's is the first that fits.
            if found.label is Label.PLATE and found.distance is not None:
                takes_plates = False


@lru_cache(maxsize=256)
def _forms(region: str | None, plate_is_said: bool, is_short: bool) -> Forms[Plate | Number]:
    """Only the forms that can mean something there, those of the region first."""
    kinds: list[tuple[str, Plate | Number]] = [
        (plate.notation, plate)
        for plate in PLATES
        if plate.bare or plate_is_said or is_short or plate.country == region
    ]
    kinds += [
        (number.form, number) for number in NUMBERS if number.check and (number.bare or is_short)
    ]
    return Forms(sorted(kinds, key=lambda each: each[1].country != region))


_RUN = re.compile(r"\d[ ./-]$")
RULES = (
    Rule(
        Label.PLATE,
        r"[^\x00-@\[-`{-\x7f][ .-]?\d|\d[ .-]?[A-Za-z]|\d[^\n]?\d[^\n]?\d[^\n]?\d[^\n]?\d",
        FIGURES,
        _best,
        priority=3,
        effort=400,
        also=(Label.NATIONAL_ID, Label.TAX_ID, Label.COMPANY_NO),
    ),
)
