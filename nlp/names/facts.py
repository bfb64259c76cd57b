"""What is known of somebody besides the name, compared by degrees."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz.distance import OSA

from nlp.names.organisations import country
from nlp.names.words import fold


@dataclass(frozen=True, slots=True)
class Facts:
    """A birth date (`YYYY`, `YYYY-MM` or `YYYY-MM-DD`), a nationality, a sex, a place; None when
    unknown.

    Several nationalities stand each on a line, and so do places: where somebody lives or comes
    from, be it an address, a town, a country or its code.
    """

    birth_date: str | None = None
    nationality: str | None = None
    sex: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class FactEvidence:
    """What one fact adds to the log-odds, and in words."""

    weight: float
    text: str


def compare_facts(left: Facts | None, right: Facts | None) -> list[FactEvidence]:
    """What the facts of both sides say. A fact that one side lacks says nothing."""
    if left is None or right is None:
        return []
    found = []
    if left.birth_date and right.birth_date:
        found.append(_births(*sorted((left.birth_date.strip(), right.birth_date.strip()))))
    if left.nationality and right.nationality:
        found.append(_nationalities(left.nationality, right.nationality))
    if left.sex and right.sex:
        found.append(_sexes(left.sex, right.sex))
    if left.place and right.place:
        found.append(_places(left.place, right.place))
    return [evidence for evidence in found if evidence is not None]


def shares_identifier(text: str) -> FactEvidence:
    """An identifier said beside the name is one that this bearer of it is known to hold."""
    return FactEvidence(_SAME_IDENTIFIER, text)


def shares_case(text: str) -> FactEvidence:
    """The name was said where the case is spoken of in which this bearer of it stands."""
    return FactEvidence(_SAME_CASE, text)


# In log-odds. An exact birth date is shared by one in some twenty thousand strangers, but it is
# also what an impostor would know; lists mistype digits, and clerks exchange day and month.
_SAME_BIRTH, _SAME_MONTH, _SAME_YEAR = 2.5, 1.0, 0.4
_SLIPPED_BIRTH, _NEAR_YEAR, _OTHER_BIRTH = 0.5, -0.7, -3.0
_SAME_NATIONALITY, _OTHER_NATIONALITY = 0.2, -0.5
_SAME_SEX, _OTHER_SEX = 0.05, -2.0
_SAME_IDENTIFIER, _SAME_CASE = 2.5, 0.1
# People move, and towns are large.
_SAME_PLACE, _SAME_COUNTRY, _OTHER_PLACE, _OTHER_COUNTRY = 0.6, 0.15, -0.1, -0.3

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_NEAR_YEARS = 2
_CODE = 2  # letters of a country in ISO 3166-1


def _births(one: str, other: str) -> FactEvidence | None:
    ours, theirs = _DATE.fullmatch(one), _DATE.fullmatch(other)
    if ours is None or theirs is None:
        return None
    weight, said = _birth_grade(ours.groups(), theirs.groups())
    return FactEvidence(weight, f"{said}: {one} / {other}" if one != other else f"{said}: {one}")


_Date = tuple[str | None, ...]


def _birth_grade(ours: _Date, theirs: _Date) -> tuple[float, str]:
    known = [(a, b) for a, b in zip(ours, theirs, strict=True) if a and b]
    if all(a == b for a, b in known):
        return (
            (_SAME_YEAR, "Same year of birth"),
            (_SAME_MONTH, "Same month of birth"),
            (_SAME_BIRTH, "Same birth date"),
        )[len(known) - 1]
    if len(known) == len(ours):
        if ours[0] == theirs[0] and ours[1:] == theirs[:0:-1]:
            return _SLIPPED_BIRTH, "Birth dates with day and month exchanged"
        if OSA.distance("".join(a for a, _ in known), "".join(b for _, b in known)) == 1:
            return _SLIPPED_BIRTH, "Birth dates one digit apart"
    if ours[0] == theirs[0]:
        return _NEAR_YEAR, "Same year of birth, another day"
    if abs(int(ours[0] or 0) - int(theirs[0] or 0)) <= _NEAR_YEARS:
        return _NEAR_YEAR, "Birth dates close together"
    return _OTHER_BIRTH, "Birth dates differ"


def _nationalities(left: str, right: str) -> FactEvidence | None:
    ours, theirs = ({each.strip().upper() for each in said.splitlines()} for said in (left, right))
    if shared := ours & theirs:
        return FactEvidence(_SAME_NATIONALITY, f"Same nationality: {', '.join(sorted(shared))}")
    if any(len(country) != _CODE for country in ours | theirs):
        return None  # "Slovak" and "SK" may be one
    shown = " / ".join(sorted(", ".join(sorted(each)) for each in (ours, theirs)))
    return FactEvidence(_OTHER_NATIONALITY, f"Nationalities differ: {shown}")  # people have several


def _sexes(left: str, right: str) -> FactEvidence | None:
    ours, theirs = left.strip().casefold()[:1], right.strip().casefold()[:1]
    if not {ours, theirs} <= {"f", "m"}:
        return None
    if ours == theirs:
        return FactEvidence(_SAME_SEX, "Same sex")
    return FactEvidence(_OTHER_SEX, "Sexes differ")


def _places(left: str, right: str) -> FactEvidence | None:
    ours, theirs = ([_place(line) for line in said.splitlines()] for said in (left, right))
    countries, others = (frozenset().union(*(each.countries for each in s)) for s in (ours, theirs))
    shared = {
        min(one.words, other.words, key=len)
        for one in ours
        for other in theirs
        if _is_within(one.words, other.words) or _is_within(other.words, one.words)
    }
    are_apart = countries and others and countries.isdisjoint(others)
    if shared and not are_apart:
        return FactEvidence(_SAME_PLACE, f"Same place: {' '.join(max(shared)).title()}")
    if countries & others:
        return FactEvidence(_SAME_COUNTRY, f"Same country: {', '.join(sorted(countries & others))}")
    if are_apart:
        shown = " / ".join(sorted(", ".join(sorted(each)) for each in (countries, others)))
        return FactEvidence(_OTHER_COUNTRY, f"Countries differ: {shown}")
    if any(each.words for each in ours) and any(each.words for each in theirs):
        shown = " / ".join(sorted(", ".join(said.splitlines()) for said in (left, right)))
        return FactEvidence(_OTHER_PLACE, f"Places differ: {shown}")
    return None


class _Place(NamedTuple):
    """A town or an address, and the countries it is in as far as it says."""

    words: tuple[str, ...]
    countries: frozenset[str]


def _place(line: str) -> _Place:
    words = fold(line).split()
    if len(words) == 1 and len(words[0]) == _CODE and words[0].isalpha():
        return _Place((), frozenset({_OTHER_CODES.get(words[0], words[0].upper())}))
    named: list[str] = []
    countries: set[str] = set()
    while words:
        many = next(n for n in (4, 3, 2, 1) if n == 1 or " ".join(words[:n]) in _OF_SEVERAL_WORDS)
        said = " ".join(words[:many])
        code = _OF_SEVERAL_WORDS[said] if said in _OF_SEVERAL_WORDS else country(said)
        if code:
            countries.add(code)
        else:
            named += words[:many]
        del words[:many]
    if not any(len(word) >= _SHORTEST_TOWN and word.isalpha() for word in named):
        named = []  # a number, or the letters of a state
    return _Place(tuple(named), frozenset(countries))


def _is_within(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Whether a place is named in another, word for word: a town in an address."""
    starts = range(len(long) - len(short) + 1) if short else ()
    return any(long[at : at + len(short)] == short for at in starts)


_SHORTEST_TOWN = 3
_OTHER_CODES = {"uk": "GB", "el": "GR"}
_OF_SEVERAL_WORDS = {
    "usa": "US", "united states": "US", "united states of america": "US", "uae": "AE",
    "united arab emirates": "AE", "united kingdom": "GB", "great britain": "GB", "england": "GB",
    "scotland": "GB", "wales": "GB", "northern ireland": "GB", "new zealand": "NZ",
    "saudi arabia": "SA", "south africa": "ZA", "south korea": "KR", "north korea": "KP",
    "south sudan": "SS", "north macedonia": "MK", "new south wales": "AU",
    "new mexico": None, "new england": None,
}  # fmt: skip
"""Countries that their last word does not tell, and what is none for all its last word."""
