"""Where a question belongs: what its words, its case and its room say of places and countries."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from babel import Locale

from nlp.origins import country_of
from nlp.spans import Span
from storage.models import Unit

_COUNTRY = re.compile(r"[A-Z]{2}")
_WORD = re.compile(r"\w+")
_TWO_LETTERS = 2


@dataclass(frozen=True, slots=True)
class Clue:
    """One thing that says where something belongs: a place or a country, and what named it."""

    place: str
    """Folded as `covers` is: the two letters of a country, or a place's name."""
    named_by: str
    """The label of what named it, never the thing itself; empty for plain words."""


def clues(text: str, spans: Sequence[Span]) -> list[Clue]:
    """What a text says of where it belongs, most precise first: its places, then its countries."""
    said = [Clue(place, "") for place in _names(text)]
    found = [
        Clue(country.casefold(), span.label)
        for span in spans
        if span.valid and (country := country_of(span))
    ]
    return list(dict.fromkeys([*said, *found]))


def covered(unit: Unit, said: Iterable[Clue]) -> Clue | None:
    """The first of these clues that falls to this desk; a place goes before a country."""
    covers = {_folded(each): _COUNTRY.fullmatch(each) is None for each in unit.covers}
    mine = [clue for clue in said if clue.place in covers]
    return min(mine, key=lambda clue: not covers[clue.place], default=None)


def is_place(unit: Unit, clue: Clue) -> bool:
    """Whether the desk covers it as a place of its own, not only as part of a country."""
    return any(
        _folded(each) == clue.place and _COUNTRY.fullmatch(each) is None for each in unit.covers
    )


def title(clue: Clue) -> str:
    """The place as people write it: a country by its name."""
    return Locale("en").territories.get(clue.place.upper()) or clue.place.title()


def _names(text: str) -> list[str]:
    """Every run of up to three words, longest first, and the country that each one names."""
    words = [word.casefold() for word in _WORD.findall(text)]
    runs = [
        " ".join(words[start : start + count])
        for count in (3, 2, 1)
        for start in range(len(words) - count + 1)
    ]
    countries = _countries()
    # Two letters alone are rather a word ("be", "it", "is") than a country.
    named = [run for run in runs if len(run) > _TWO_LETTERS]
    return [*named, *(countries[run] for run in named if run in countries)]


@cache
def _countries() -> dict[str, str]:
    """The country that each English name means."""
    return {
        _folded(name): code.casefold()
        for code, name in Locale("en").territories.items()
        if _COUNTRY.fullmatch(code)
    }


def _folded(place: str) -> str:
    return " ".join(_WORD.findall(place.casefold()))
