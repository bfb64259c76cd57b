"""What the form of letters and digits gives away: plates, and numbers with check digits."""

from collections.abc import Iterator, Sequence
from functools import lru_cache, partial

from nlp.identifiers import numbers, plates, whose
from nlp.identifiers.forms import FIGURES, Forms, Stretch, is_short_line, shape_of, starts
from nlp.identifiers.numbers import NUMBERS, Number
from nlp.identifiers.plates import PLATES, Plate
from nlp.identifiers.rule import CHECKED, Found, Rule, Sight, compact, pattern
from nlp.spans import Label


def _best(sight: Sight) -> Found | None:
    """The surest reading of what begins here; of equals the longest, then the first named."""
    readings = _readings(sight)
    if len(readings) < 2:
        return readings[0][1] if readings else None
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
    return best._replace(others=tuple(reversed(others.values()))) if others else best


def _rank(reading: tuple[Stretch, Found], *, region: str | None) -> tuple[bool, float, bool, int]:
    stretch, found = reading
    at_home = found.subtype == region
    return found.distance is not None, found.confidence, at_home, len(stretch.compact)


def _readings(sight: Sight) -> list[tuple[Stretch, Found]]:
    text, figures = sight.match.string, sight.match.end()
    is_said = plates.may_be_said(sight)
    goes_on = figures > 1 and text[figures - 1] in " ./-" and text[figures - 2].isdecimal()
    if goes_on and not is_said:
        return []
    forms = _forms(sight.region, is_said, is_short_line(text, figures))
    found: list[tuple[Stretch, Found]] = []
    for start in starts(text, figures):
        if formed := forms.at(text, start):
            found += _readings_at(formed, sight, goes_on=goes_on)
    return found


def _readings_at(
    formed: Sequence[tuple[Stretch, list[Plate | Number]]], sight: Sight, *, goes_on: bool
) -> Iterator[tuple[Stretch, Found]]:
    told: tuple[str, ...] | None = None
    for stretch, kinds in formed:
        if not goes_on:
            yield from _numbers(kinds, stretch, sight)
        if plates.may_be(stretch):
            told = whose.countries(sight, stretch.start) if told is None else told
            for found in _plates(kinds, stretch, sight, told):
                if not goes_on or found.distance is not None:
                    yield stretch, found


def _numbers(
    kinds: Sequence[Plate | Number], stretch: Stretch, sight: Sight
) -> Iterator[tuple[Stretch, Found]]:
    for kind in kinds:
        if isinstance(kind, Number) and (kind.bare or stretch.is_alone):
            found = numbers.judge(kind, stretch, sight)
            if found is not None:
                yield stretch, found


def _plates(
    kinds: Sequence[Plate | Number], stretch: Stretch, sight: Sight, told: Sequence[str]
) -> Iterator[Found]:
    of_plates = [kind for kind in kinds if isinstance(kind, Plate)]
    for plate, exact in plates.as_written(of_plates, stretch, sight.region, told):
        found = plates.judge(plate, stretch, sight, told, exact=exact)
        if found is None:
            continue
        yield found
        # What is hardly anything else, or said to be of a country, is of no other.
        if plate.country in told or (plate.bare and exact):
            return


def _of_two(sight: Sight) -> Found | None:
    """One of two plates of the same form with a stroke between them."""
    one, other = sight.match.groups()
    if shape_of(one) != shape_of(other):
        return None
    start, end = sight.match.span(sight.rule.group)
    stretch = Stretch(sight.match.string, start, end, compact(sight.said))
    told = whose.countries(sight, start)
    of_plates = [plate for plate in PLATES if plate.is_it(stretch)]
    readings = plates.as_written(of_plates, stretch, sight.region, told)
    found = (plates.judge(plate, stretch, sight, told, exact=exact) for plate, exact in readings)
    return next((each for each in found if each is not None), None)


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


# Two plates: "XX00 TST/XX00 TSU". Each is found by a rule of its own.
# Small letters behind a gap are the next word.
_ONE = (
    r"[a-z]{1,3}(?:[ -][a-z]{1,2})?[ -]?\d{1,4}(?:-?[a-z]{1,3}| (?-i:[A-Z]{1,3}))?"
    r"|\d{1,4}[ -]?[a-z]{1,3}(?:[ -]?\d{1,4}(?:-[a-z]{1,2})?)?"
)
_TWO = pattern(rf"(?<![\w.@/&=-])({_ONE}) ?/ ?({_ONE})(?![\w@/=-]|\.\w)")

RULES = (
    *(
        Rule(
            Label.PLATE,
            r"\d(?:[ -]?[A-Za-z]{1,3})? ?/ ?[A-Za-z0-9]",
            _TWO,
            _of_two,
            priority=4,
            group=group,
        )
        for group in (1, 2)
    ),
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
