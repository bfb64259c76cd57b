"""What an identifier may have been meant to be: the same but for one slip, or a sign unread."""

import re
import string
from collections.abc import Iterator
from enum import StrEnum
from itertools import product
from typing import NamedTuple

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from nlp.spans import Label, Span


class Slip(StrEnum):
    """In which way what was written differs from what may have been meant."""

    LOOK_ALIKE = "look-alike"  # O for 0
    EXCHANGED = "exchanged"  # two neighbours, the wrong way round
    OTHER = "other"  # one sign for another
    TOO_MANY = "too many"
    MISSING = "missing"
    UNREAD = "unread"  # somebody wrote that they could not read it
    NO_PREFIX = "no prefix"  # a national number, and nobody said of which country


class Reading(NamedTuple):  # a tuple and not a dataclass: one plate has more than a hundred
    """Another value that may have been meant."""

    value: str
    slip: Slip


SLIPPING = frozenset(
    {
        Label.PLATE, Label.PHONE, Label.IBAN, Label.ACCOUNT, Label.CARD, Label.VIN, Label.IMEI,
        Label.IMO, Label.MMSI, Label.CONTAINER, Label.PASSPORT, Label.NATIONAL_ID, Label.TAX_ID,
        Label.COMPANY_NO, Label.DRIVING_LICENCE, Label.AIRCRAFT, Label.CALLSIGN, Label.LEI,
    }
)  # fmt: skip
"""What people read aloud, copy by hand or see from afar; addresses and hashes are pasted."""
MOST_UNREAD = 2
"""So many signs of a plate may be unread: with more, it is everybody's."""
UNREAD = "?"


def readings(label: Label, value: str) -> Iterator[Reading]:
    """Every other value that this one may have been meant to be; the likelier slips first."""
    if label not in SLIPPING or len(value) > _LONGEST:
        return
    if UNREAD in value:
        yield from _filled(value)
        return
    if label is Label.PHONE and not value.startswith("+"):
        yield from _with_prefix(value)
        return
    begin = 1 if value.startswith("+") else 0
    seen = {value}
    for reading in _one_slip(value, begin):
        if len(reading.value) >= _SHORTEST and reading.value not in seen:
            seen.add(reading.value)
            yield reading


def plate_like(text: str) -> Iterator[Span]:
    """What nobody reads as a plate and may be one: signs marked as unread (AB1? ?DE), or a letter
    where a digit stands (XXO0 TST)."""
    for found in _PLATE_LIKE.finditer(text):
        written = found[0]
        if written.endswith(UNREAD) and written[-2:-1] not in (UNREAD, "*"):
            written = written[:-1]  # Somebody asks.
        value = _APART.sub("", written).replace("*", UNREAD)
        unread = value.count(UNREAD)
        known = value.replace(UNREAD, "")
        is_mixed = not (known.isalpha() or known.isdigit())
        if is_mixed and unread <= MOST_UNREAD and len(value) in _PLATE:
            why = "not every sign was read" if unread else "not as plates are written"
            end = found.start() + len(written)
            yield Span(found.start(), end, written, Label.PLATE, None, value, not unread, 0.4, why)


_SHORTEST, _LONGEST = 5, 34
_PLATE = range(5, 9)
_APART = re.compile(r"[ -]")
# In capitals, as plates are written.
_PLATE_LIKE = re.compile(
    r"(?<![\w?*])[A-Z0-9?*]{1,7}(?:-[A-Z0-9?*]{1,5}){0,2}(?: [A-Z0-9?*]{1,5})?(?!\w)"
)
_CONFUSED = ("0O", "0Q", "0D", "1I", "1L", "2Z", "5S", "6G", "8B", "UV", "VY", "MN", "CG")
_LOOK_ALIKES = {
    sign: "".join(pair.replace(sign, "") for pair in _CONFUSED if sign in pair)
    for sign in set("".join(_CONFUSED))
}


def _one_slip(value: str, begin: int) -> Iterator[Reading]:
    for at in range(begin, len(value)):
        for sign in _LOOK_ALIKES.get(value[at], ""):
            yield Reading(_put(value, at, sign), Slip.LOOK_ALIKE)
    for at in range(begin, len(value) - 1):
        exchanged = value[at + 1] + value[at]
        yield Reading(value[:at] + exchanged + value[at + 2 :], Slip.EXCHANGED)
    for at in range(begin, len(value)):
        # A digit is mistaken for a digit; what looks like a letter was said above.
        for sign in string.digits if value[at].isdigit() else string.ascii_uppercase:
            yield Reading(_put(value, at, sign), Slip.OTHER)
    for at in range(begin, len(value)):
        yield Reading(value[:at] + value[at + 1 :], Slip.TOO_MANY)
    if value[begin:].isdigit():
        for at, sign in product(range(begin, len(value) + 1), string.digits):
            yield Reading(value[:at] + sign + value[at:], Slip.MISSING)


def _filled(value: str) -> Iterator[Reading]:
    """Every way to fill the signs that could not be read."""
    places = [at for at, sign in enumerate(value) if sign == UNREAD]
    if len(places) > MOST_UNREAD:
        return
    for signs in product(string.digits + string.ascii_uppercase, repeat=len(places)):
        filled = value
        for at, sign in zip(places, signs, strict=True):
            filled = _put(filled, at, sign)
        yield Reading(filled, Slip.UNREAD)


def _with_prefix(value: str) -> Iterator[Reading]:
    """A national number in every country that has telephones, with and without its first 0."""
    if not value.isdigit() or not _SHORTEST_NATIONAL <= len(value) <= _LONGEST_NATIONAL:
        return
    for code in COUNTRY_CODE_TO_REGION_CODE:
        for national in {value, value.removeprefix("0")}:
            yield Reading(f"+{code}{national}", Slip.NO_PREFIX)


def _put(value: str, at: int, sign: str) -> str:
    return value[:at] + sign + value[at + 1 :]


_SHORTEST_NATIONAL, _LONGEST_NATIONAL = 7, 12
