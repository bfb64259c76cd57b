"""What an identifier may have been meant to be: the same but for one slip, or a sign unread."""

import re
import string
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import product

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from nlp.normalise import plain
from nlp.spans import Label


class Slip(StrEnum):
    """In which way what was written differs from what may have been meant."""

    LOOK_ALIKE = "look-alike"  # O for 0
    LOOK_ALIKES = "look-alikes"  # each O for a 0
    TAG = "tag"  # jon+news@ for jon@
    PUNCTUATION = "punctuation"  # jon.hale for jonhale or jon_hale
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
        Label.EMAIL, Label.HANDLE, Label.DOMAIN, Label.URL,
    }
)  # fmt: skip
"""What people read aloud, copy by hand or see from afar, and what is made to be taken for another;
hashes and wallets are pasted."""
_CATCHING = frozenset({Label.IBAN, Label.LEI, Label.CARD, Label.IMEI})
"""ISO 7064 MOD 97-10 and the Luhn formula (ISO/IEC 7812-1) catch every single wrong sign, and the
exchange of neighbours: Luhn, of all but 0 and 9."""
MOST_UNREAD = 2
"""So many signs of a plate may be unread: with more, it is everybody's."""
UNREAD = "?"
ALL_LETTERS = re.compile(r"[A-Z]{1,3}[ -]?[OI]{2,4}[ -]?[A-Z]{2,3}(?![A-Za-z0-9])")
"""A plate whose every figure was written as the letter that looks like it: XXOO TST."""


def readings(label: Label, value: str, *, is_valid: bool = False) -> dict[str, Slip]:
    """Every other value that this one may have been meant to be, with the likeliest slip to it.

    What *is_valid* is not one slip from anything else that is, where check digits catch each slip;
    and a telephone number of the right length is not one digit from another.
    """
    if label not in SLIPPING or (is_valid and label in _CATCHING):
        return {}
    if label in _ADDRESSES:
        return _in_address(label, value)
    if len(value) > _LONGEST:
        return {}
    if UNREAD in value:
        return dict.fromkeys(_filled(value), Slip.UNREAD)
    if label is Label.PHONE and not value.startswith("+"):
        return dict.fromkeys(_with_prefix(value), Slip.NO_PREFIX)
    return _one_slip(label, value, keeps_length=is_valid and label is Label.PHONE)


_ADDRESSES = frozenset({Label.EMAIL, Label.HANDLE, Label.DOMAIN, Label.URL})
_FIGURES_ALONE = frozenset({Label.PHONE, Label.CARD, Label.IMO, Label.IMEI, Label.MMSI})
_MAY_LACK_A_FIGURE = _FIGURES_ALONE | {Label.IBAN, Label.VIN, Label.CONTAINER, Label.LEI}
_SHORTEST, _LONGEST = 5, 34
_LONGEST_ADDRESS = 48
_CONFUSED = ("0O", "0Q", "0D", "1I", "1L", "2Z", "5S", "6G", "8B", "UV", "VY", "MN", "CG")
_LOOK_ALIKES = {
    sign: "".join(pair.replace(sign, "") for pair in _CONFUSED if sign in pair)
    for sign in set("".join(_CONFUSED))
}
_AS_FIGURES = str.maketrans("OQDILZSGB", "000112568")
_IN_NO_VIN = str.maketrans("OQI", "001")
_ALIKE_IN_ADDRESSES = (
    ("rn", "m"), ("nn", "m"), ("vv", "w"), ("cl", "d"), ("0", "o"), ("1", "l"), ("1", "i"),
    ("l", "i"), ("5", "s"), ("8", "b"), ("u", "v"), ("q", "g"), ("m", "n"),
)  # fmt: skip
_PUNCTUATION = "._-"
_HOST_OF_URL = re.compile(r"(?P<before>[a-z]+://(?:www\.)?)(?P<host>[^/?#:]+)(?P<behind>[^\n]*)")


def _one_slip(label: Label, value: str, *, keeps_length: bool) -> dict[str, Slip]:
    sign = 1 if value.startswith("+") else 0
    places = _places(value, sign)
    found: dict[str, Slip] = {}  # the likelier slips come last, and stay
    if not keeps_length:
        may_lack = label in _MAY_LACK_A_FIGURE or value[sign:].isdigit()
        found |= _lacking(value, places, string.digits if may_lack else "")
        if label is Label.PLATE:  # Of any sign, the last is the likeliest not to be read.
            signs = string.digits + string.ascii_uppercase
            found |= dict.fromkeys((value + each for each in signs), Slip.MISSING)
        found |= dict.fromkeys((before + behind for before, _, behind in places), Slip.TOO_MANY)
    found |= dict.fromkeys(
        # A digit is mistaken for a digit; what looks like a letter comes below.
        [
            before + other + behind
            for before, it, behind in places
            for other in (string.digits if it.isdigit() else string.ascii_uppercase)
        ],
        Slip.OTHER,
    )
    found |= _exchanged(places)
    found |= dict.fromkeys(_each_alike(label, value), Slip.LOOK_ALIKES)
    alike = [b + other + behind for b, it, behind in places for other in _LOOK_ALIKES.get(it, "")]
    found |= dict.fromkeys(alike, Slip.LOOK_ALIKE)
    found.pop(value, None)
    if len(value) <= _SHORTEST:
        return {each: slip for each, slip in found.items() if len(each) >= _SHORTEST}
    return found


def _each_alike(label: Label, value: str) -> Iterator[str]:
    """With a sign taken for its look-alike wherever it stands: who writes O for 0 does it again."""
    for pair in _CONFUSED:
        yield value.replace(pair[0], pair[1])
        yield value.replace(pair[1], pair[0])
    if label in _FIGURES_ALONE:
        yield value.translate(_AS_FIGURES)
    if label is Label.PLATE:
        for run in re.finditer("[OI]{2,4}", value):
            yield value[: run.start()] + run[0].translate(_AS_FIGURES) + value[run.end() :]
    if label is Label.VIN:  # in which these letters never stand (ISO 3779)
        yield value.translate(_IN_NO_VIN)


def _in_address(label: Label, value: str) -> dict[str, Slip]:
    """As `_one_slip`, of what is written in small letters and may be made to look like another."""
    before, name, behind = _apart(label, value)
    if not _SHORTEST <= len(name) <= _LONGEST_ADDRESS:
        return {}
    # A host in another alphabet is meant to be read as this; what follows is for the rest of them.
    read = _as_it_looks(name)
    found = _slips_in(name) if read == name else {}
    found |= dict.fromkeys(_punctuated(label, name), Slip.PUNCTUATION)
    found |= dict.fromkeys(_untagged(label, name), Slip.TAG)
    found |= dict.fromkeys([read], Slip.LOOK_ALIKE)
    found.pop(name, None)
    return {before + each + behind: slip for each, slip in found.items()}


def _slips_in(name: str) -> dict[str, Slip]:
    places = _places(name, 0)
    found = _lacking(name, places, string.ascii_lowercase)
    found |= dict.fromkeys((before + behind for before, _, behind in places), Slip.TOO_MANY)
    found |= dict.fromkeys(
        [
            before + other + behind
            for before, it, behind in places
            if it.isalnum()
            for other in (string.digits if it.isdigit() else string.ascii_lowercase)
        ],
        Slip.OTHER,
    )
    found |= _exchanged(places)
    for one, other in (*_ALIKE_IN_ADDRESSES, *((b, a) for a, b in _ALIKE_IN_ADDRESSES)):
        found[name.replace(one, other)] = Slip.LOOK_ALIKES
        for at in (each.start() for each in re.finditer(re.escape(one), name)):
            found[name[:at] + other + name[at + len(one) :]] = Slip.LOOK_ALIKE
    return found


def _punctuated(label: Label, name: str) -> Iterator[str]:
    """With one dot, hyphen or underscore more, less or of another kind; or with none."""
    of_person, at, host = name.partition("@")
    if label is not Label.DOMAIN and label is not Label.URL:
        yield re.sub("[._-]", "", of_person) + at + host
    for before, it, behind in _places(name, 0):
        others = ["", *_PUNCTUATION] if it in _PUNCTUATION else [it + each for each in _PUNCTUATION]
        yield from (before + other + behind for other in others)


def _untagged(label: Label, name: str) -> Iterator[str]:
    """Without what follows the + of an e-mail address: it comes to the same person."""
    of_person, at, host = name.partition("@")
    if label is Label.EMAIL and "+" in of_person:
        yield of_person.partition("+")[0] + at + host


def _as_it_looks(name: str) -> str:
    """How somebody reads it who takes its letters for Latin ones."""
    if "xn--" not in name:
        return name
    of_person, at, host = name.rpartition("@")
    try:
        return of_person + at + plain(host.encode().decode("idna")).text.lower()
    except UnicodeError:
        return name


def _apart(label: Label, value: str) -> tuple[str, str, str]:
    """What is before the part in which somebody slips, it, and what is behind it."""
    if label is Label.HANDLE:
        name = value.removeprefix("@")
        return value[: len(value) - len(name)], name, ""
    if label is Label.URL:
        found = _HOST_OF_URL.fullmatch(value)
        return (found["before"], found["host"], found["behind"]) if found else (value, "", "")
    return "", value, ""


Place = tuple[str, str, str]
"""A sign of an identifier, with what is before and behind it: there are hundreds of neighbours."""


def _places(value: str, begin: int) -> list[Place]:
    return [(value[:at], value[at], value[at + 1 :]) for at in range(begin, len(value))]


def _lacking(value: str, places: Iterable[Place], signs: str) -> dict[str, Slip]:
    ends = [*((before, it + behind) for before, it, behind in places), (value, "")]
    return dict.fromkeys(
        [before + more + behind for before, behind in ends for more in signs], Slip.MISSING
    )


def _exchanged(places: Iterable[Place]) -> dict[str, Slip]:
    swapped = [b + behind[0] + it + behind[1:] for b, it, behind in places if behind]
    return dict.fromkeys(swapped, Slip.EXCHANGED)


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
