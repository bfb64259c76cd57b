"""What an identifier may have been meant to be: the same but for one slip, or a sign unread."""

import re
import string
from collections.abc import Iterator
from enum import StrEnum
from itertools import product

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


SLIPPING = frozenset(
    {
        Label.PLATE, Label.PHONE, Label.IBAN, Label.ACCOUNT, Label.CARD, Label.VIN, Label.IMEI,
        Label.IMO, Label.MMSI, Label.CONTAINER, Label.PASSPORT, Label.NATIONAL_ID, Label.TAX_ID,
        Label.COMPANY_NO, Label.DRIVING_LICENCE, Label.AIRCRAFT, Label.CALLSIGN, Label.LEI,
    }
)  # fmt: skip
"""What people read aloud, copy by hand or see from afar; addresses and hashes are pasted."""
_CATCHING = frozenset({Label.IBAN, Label.LEI, Label.CARD, Label.IMEI})
"""ISO 7064 MOD 97-10 and the Luhn formula (ISO/IEC 7812-1) catch every single wrong sign, and the
exchange of neighbours: Luhn, of all but 0 and 9."""
MOST_UNREAD = 2
"""So many signs of a plate may be unread: with more, it is everybody's."""
UNREAD = "?"


def readings(label: Label, value: str, *, is_valid: bool = False) -> dict[str, Slip]:
    """Every other value that this one may have been meant to be, with the likeliest slip to it.

    What *is_valid* is not one slip from anything else that is, where check digits catch each slip;
    and a telephone number of the right length is not one digit from another.
    """
    if label not in SLIPPING or len(value) > _LONGEST or (is_valid and label in _CATCHING):
        return {}
    if UNREAD in value:
        return dict.fromkeys(_filled(value), Slip.UNREAD)
    if label is Label.PHONE and not value.startswith("+"):
        return dict.fromkeys(_with_prefix(value), Slip.NO_PREFIX)
    return _one_slip(value, keeps_length=is_valid and label is Label.PHONE)


def plate_like(text: str) -> Iterator[Span]:
    """What nobody reads as a plate and may be one: signs marked as unread (AB1? ?DE), or a letter
    where a digit stands (XXO0 TST)."""
    for found in _PLATE_LIKE.finditer(text):
        written = found[0]
        if written.islower() and not _SMALL_UNREAD.search(written):
            continue
        if written.endswith(UNREAD) and written[-2:-1] not in (UNREAD, "*"):
            written = written[:-1]  # Somebody asks.
        value = _UNREAD_SIGN.sub(UNREAD, _APART.sub("", written)).upper()
        unread = value.count(UNREAD)
        known = value.replace(UNREAD, "")
        # Where all figures are unread, each of them has its sign: "XX?? TST".
        is_mixed = not (known.isalpha() or known.isdigit()) or _FIGURES_UNREAD.fullmatch(written)
        if is_mixed and unread <= MOST_UNREAD and len(value) in _PLATE:
            why = "not every sign was read" if unread else "not as plates are written"
            end = found.start() + len(written)
            yield Span(found.start(), end, written, Label.PLATE, None, value, not unread, 0.4, why)


_SHORTEST, _LONGEST = 5, 34
_PLATE = range(5, 9)
_APART = re.compile(r"[ -]")
_UNREAD_SIGN = re.compile(r"[*#_]")
_FIGURES_UNREAD = re.compile(r"[A-Z]{2}[?*#_]{2}[ -]?[A-Z]{3}")
# In capitals, as plates are written; in small letters where a sign beside a figure is unread.
_SMALL_UNREAD = re.compile(r"\d[?*#_]|[?*#_]\d")
_PLATE_LIKE = re.compile(
    "|".join(
        rf"(?<![\w?*#]){told}{signs}{{1,7}}(?:-{signs}{{1,5}}){{0,2}}(?: {signs}{{1,5}})?(?![\w])"
        for told, signs in (
            ("", "[A-Z0-9?*#_]"),
            ("(?=[a-z]{0,6}[0-9?*#_])", "[a-z0-9?*#_]"),  # not a word that stands before it
        )
    )
)
_CONFUSED = ("0O", "0Q", "0D", "1I", "1L", "2Z", "5S", "6G", "8B", "UV", "VY", "MN", "CG")
_LOOK_ALIKES = {
    sign: "".join(pair.replace(sign, "") for pair in _CONFUSED if sign in pair)
    for sign in set("".join(_CONFUSED))
}


def _one_slip(value: str, *, keeps_length: bool) -> dict[str, Slip]:
    sign = 1 if value.startswith("+") else 0
    # Each place with what is before and behind it: an identifier has hundreds of neighbours.
    places = [(value[:at], value[at], value[at + 1 :]) for at in range(sign, len(value))]
    shorter = [] if keeps_length else [before + behind for before, _, behind in places]
    longer: list[str] = []
    if value[sign:].isdigit() and not keeps_length:
        ends = [*((before, it + behind) for before, it, behind in places), (value, "")]
        longer = [before + more + behind for before, behind in ends for more in string.digits]
    found = dict.fromkeys(longer, Slip.MISSING)  # the likelier slips come last, and stay
    found.update(dict.fromkeys(shorter, Slip.TOO_MANY))
    found.update(
        dict.fromkeys(
            # A digit is mistaken for a digit; what looks like a letter comes below.
            [
                before + other + behind
                for before, it, behind in places
                for other in (string.digits if it.isdigit() else string.ascii_uppercase)
            ],
            Slip.OTHER,
        )
    )
    exchanged = [b + behind[0] + it + behind[1:] for b, it, behind in places if behind]
    found.update(dict.fromkeys(exchanged, Slip.EXCHANGED))
    alike = [b + other + behind for b, it, behind in places for other in _LOOK_ALIKES.get(it, "")]
    found.update(dict.fromkeys(alike, Slip.LOOK_ALIKE))
    found.pop(value, None)
    if len(value) <= _SHORTEST:
        return {each: slip for each, slip in found.items() if len(each) >= _SHORTEST}
    return found


def _filled(value: str) -> Iterator[str]:
    """Every way to fill the signs that could not be read."""
    if value.count(UNREAD) > MOST_UNREAD:
        return
    known = value.split(UNREAD)
    for signs in product(string.digits + string.ascii_uppercase, repeat=len(known) - 1):
        yield known[0] + "".join(map("".join, zip(signs, known[1:], strict=True)))


def _with_prefix(value: str) -> Iterator[str]:
    """A national number in every country that has telephones, with and without its first 0."""
    if not value.isdigit() or not _SHORTEST_NATIONAL <= len(value) <= _LONGEST_NATIONAL:
        return
    for code in COUNTRY_CODE_TO_REGION_CODE:
        for national in {value, value.removeprefix("0")}:
            yield f"+{code}{national}"


_SHORTEST_NATIONAL, _LONGEST_NATIONAL = 7, 12
