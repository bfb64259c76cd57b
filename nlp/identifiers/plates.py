"""Number plates of many countries."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlp.identifiers import whose
from nlp.identifiers.forms import Stretch, written
from nlp.identifiers.near import ALL_LETTERS, UNREAD
from nlp.identifiers.rule import DOUBTFUL, LABELLED, SHAPE, Found, Rule, Sight, cues, exact, pattern
from nlp.lexicon import COLOURS, COMMON, MAKES
from nlp.spans import Label


@dataclass(frozen=True, slots=True)
class Plate:
    """A form of one country's plates. `bare`: written exactly so, it is hardly anything else."""

    country: str
    notation: str
    bare: bool = False
    only: str = ""  # what the letters and digits must fit, without what stands between them

    def fits(self, compact: str) -> bool:
        return not self.only or exact(self.only).fullmatch(compact) is not None

    def is_it(self, stretch: Stretch) -> bool:
        """Whether the stretch has its letters and figures, and is written as they are."""
        return self.fits(stretch.compact) and self.is_written_out(stretch.said)

    def is_written_out(self, said: str) -> bool:
        # The current British form is as often written in small letters, and strokes tell as much.
        is_small = self.notation == _CURRENT or (self.bare and "-" in said and " " not in said)
        upper = said.upper() if is_small and said.islower() else said
        return written(self.notation).fullmatch(upper) is not None


def judge(
    plate: Plate, stretch: Stretch, sight: Sight, told: Sequence[str] = (), *, exact: bool
) -> Found | None:
    """Whether the stretch, which fits it, is such a plate, by what stands beside it; *told* are the
    countries that the words before it name, *exact* says that it is written out as they are."""
    at_home = sight.region == plate.country
    if _are_words(plate, stretch, sight, at_home=at_home):
        return None
    is_long = at_home and plate.bare and len(stretch.compact) >= _WHOLE
    exact = exact or ((is_long or _has_gaps(stretch)) and plate.is_written_out(stretch.upper))
    if plate.country in told:
        return _found(plate, stretch, 1)
    distance = sight.distance(stretch.start, stretch.end, _SAID_PLATE)
    is_figures = stretch.compact.isdigit() and not (exact and distance is not None and distance < 3)
    if distance is not None and (at_home or not is_figures):
        if distance <= _NEAR or (plate.bare and exact):
            return _found(plate, stretch, distance)
        return None
    follows = _follows_a_vehicle(stretch, sight)
    if not follows and _word_with_a_number(stretch):
        return None
    # Small letters that are all of a message may be a word with figures: "abc123".
    is_told = at_home or (plate.bare and plate.is_written_out(stretch.upper))
    is_word = stretch.said.islower() and stretch.said.isalnum() and not is_told
    is_lonely = _is_lonely(stretch) and not is_word
    if plate.bare or at_home:
        if not exact and not is_lonely:
            return None
        distance = sight.distance(stretch.start, stretch.end, _SAID_VEHICLE)
        return _found(plate, stretch, 1 if follows else distance)
    if exact and follows:
        return _found(plate, stretch, 1)
    is_all = is_lonely and plate.is_written_out(stretch.upper)
    return _found(plate, stretch, None) if is_all else None


def as_written(
    plates: Sequence[Plate], stretch: Stretch, region: str | None, told: Sequence[str] = ()
) -> Iterator[tuple[Plate, bool]]:
    """The plates that the stretch fits, each with whether it is written exactly so: those of the
    country that is named first, then of the author's, then those written so, then those that only
    have its letters."""

    def rank(each: tuple[Plate, bool]) -> tuple[int, bool, bool]:
        plate, exact = each
        named = told.index(plate.country) if plate.country in told else len(told)
        return named, plate.country != region, not exact

    # Nothing goes before what is written as at home, and mostly nobody asks for another.
    if plates and not told and plates[0].country == region and plates[0].is_it(stretch):
        yield plates[0], True
        plates = plates[1:]
    fit = [
        (plate, plate.is_written_out(stretch.said))
        for plate in plates
        if plate.fits(stretch.compact)
    ]
    yield from sorted(fit, key=rank)


def may_be_said(sight: Sight) -> bool:
    """Whether a word around says that a plate of any form may stand there."""
    return _SAID_ANYHOW.may_be_in(sight.words) or whose.may_be_said(sight)


def may_be(stretch: Stretch) -> bool:
    """Whether it can be a plate of any country."""
    is_parted = "/" in stretch.said or ":" in stretch.said
    return len(stretch.compact) >= _SHORTEST and not is_parted and not _reads_as_words(stretch)


def _found(plate: Plate, stretch: Stretch, distance: int | None) -> Found:
    found = Found(
        stretch.compact,
        SHAPE if distance is None else LABELLED,
        plate.country,
        extent=(stretch.start, stretch.end),
        distance=distance,
        label=Label.PLATE,
    )
    found = _with_unread(found, stretch.text, stretch.start, stretch.end)
    return found if distance is None else _unless_in_part(found, stretch.text, stretch.start)


def _with_unread(found: Found, text: str, start: int, end: int) -> Found:
    """With a sign that nobody could read, and what stands behind it: of "B-MW 12?4" no plate
    "B-MW 12" is read. A question ends its sentence, and so does its mark."""
    rest = _UNREAD_BEHIND.match(text, end)
    if rest is None or len(found.value or "") + len(_SIGN.findall(rest[0])) > _LONGEST:
        goes_on = _GOES_ON.match(text, end) is not None
        return found._replace(why="perhaps not every sign was read") if goes_on else found
    value = (found.value or "") + "".join(_SIGN.findall(rest[0].upper()))
    return found._replace(
        value=_UNREAD.sub(UNREAD, value),
        confidence=DOUBTFUL,
        valid=False,
        subtype=None,
        why="not every sign was read",
        extent=(start, rest.end()),
    )


def _unless_in_part(found: Found, text: str, start: int) -> Found:
    """Of a part of a plate nobody knows the country: "partial plate XX00", "reg ends TST"."""
    if (
        not found.valid
        or len(found.value or "") >= _WHOLE
        or not _IN_PART.search(text[max(0, start - _NEAR) : start])
    ):
        return found
    return found._replace(
        confidence=DOUBTFUL, valid=False, subtype=None, why="only a part of a plate"
    )


def _are_words(plate: Plate, stretch: Stretch, sight: Sight, *, at_home: bool) -> bool:
    """Small letters with gaps between them are words, "quay 7", unless they are all that is said
    or stand right behind what has a plate."""
    if not _has_gaps(stretch) or (_is_lonely(stretch) and _SMALL.fullmatch(stretch.said)):
        return False
    said_plate = sight.distance(stretch.start, stretch.end, _SAID_PLATE)
    if said_plate is not None and said_plate < _RIGHT_BEHIND:
        return False
    if not (plate.bare or at_home) or not plate.is_written_out(stretch.upper):
        return True
    if at_home and plate.bare and "-" in stretch.said:
        return False
    said_vehicle = sight.distance(stretch.start, stretch.end, _SAID_VEHICLE)
    is_beside = said_vehicle is not None and said_vehicle <= _BEHIND
    is_everyday = not COMMON.isdisjoint(_LETTERS.findall(stretch.said.lower()))
    return is_everyday or not (is_beside or _follows_a_vehicle(stretch, sight))


def _has_gaps(stretch: Stretch) -> bool:
    """Whether it is in small letters, with something between them and the figures."""
    return stretch.said != stretch.upper and not stretch.said.isalnum()


def _follows_a_vehicle(stretch: Stretch, sight: Sight) -> bool:
    """ "red Volvo ABC 123"."""
    if not _VEHICLES.may_be_in(sight.words):
        return False
    before = stretch.text[max(0, stretch.start - _BESIDE) : stretch.start]
    return _VEHICLE_BEFORE.search(before) is not None


def _is_lonely(stretch: Stretch) -> bool:
    return len(stretch.compact) > _SHORT and stretch.is_alone


def _emirate(sight: Sight) -> Found | None:
    parts = sight.match.groupdict()
    code = (parts["code"] or "").upper()
    value = code + parts["number"]
    return Found(f"{parts['emirate'].upper().replace(' ', '')}{value}", LABELLED, "AE")


def _some_plate(sight: Sight) -> Found | None:
    """A word right before it says plate: the form hardly matters then."""
    start, value, small, end = sight.match.start(1), "", "", 0
    letters = ALL_LETTERS.match(sight.match.string, start)
    if letters is not None and COMMON.isdisjoint(_LETTERS.findall(letters[0].lower())):
        return _all_letters(letters[0], start)
    for part in _PART.finditer(sight.said):
        word = part.group()
        if word.upper() in _NOT_ON_PLATES or len(value + small + word) > _LONGEST:
            break
        if word.islower() and word.isalpha() and len(word) <= 3 and word not in COMMON:
            small += word.upper()  # of the plate if figures follow: "plate zh 123456 seen"
            continue
        if word.isalpha() and not (word.isupper() and len(word) <= 3):
            break
        value, small, end = value + small + word.upper(), "", part.end()
    if len(value) < _SHORTEST or value.isdigit() or value.isalpha():
        return None
    found = Found(value, LABELLED, extent=(start, start + end))
    found = _with_unread(found, sight.match.string, start, start + end)
    return _unless_in_part(found, sight.match.string, start)


def _all_letters(said: str, start: int) -> Found:
    """Letters where the figures belong, which is how O and I are misread."""
    value = "".join(_LETTERS.findall(said))
    why = "letters where figures belong"
    return Found(value, DOUBTFUL, valid=False, why=why, extent=(start, start + len(said)))


def _word_with_a_number(stretch: Stretch) -> bool:
    """ "BUS 123", "HWY 401"."""
    letters = stretch.upper.strip("0123456789 -./")
    is_everyday = len(letters) > 2 and letters.lower() in COMMON
    return is_everyday or letters in _BEFORE_NUMBERS


def _reads_as_words(stretch: Stretch) -> bool:
    """`in 20 min` has the form of a plate, and is none: nor is `BMW 320D` or `A12 THE`."""
    if stretch.said not in (stretch.upper, stretch.said.lower()):
        return True
    return not _NOT_ON_PLATES.isdisjoint(_LETTERS.findall(stretch.upper))


_LETTERS = re.compile(r"[A-Za-z]+")
_PART = re.compile(r"[A-Za-z0-9]+")
# In small letters a group of three at the beginning is a word: "yob 1988".
_SMALL = re.compile(r"(?:[a-z]{1,2}|\d+)(?:[ -]?(?:[a-z]{1,3}|\d+))*", re.ASCII)
_UNREAD = re.compile(r"[?*#_]")
_SIGN = re.compile(r"[A-Za-z0-9?*#_]")
_UNREAD_BEHIND = re.compile(r"[ -]?[?*#_]{1,2}(?:[ -][?*#_])?[A-Za-z0-9]{1,4}(?![\w?*])")
_GOES_ON = re.compile(r"[?*#_](?=,? [a-z])")
_SHORTEST, _LONGEST = 4, 9  # letters and digits of a plate
_NEAR = 18  # characters between a plate of any form and the word that makes it one
_RIGHT_BEHIND = 3  # characters between a word for plates and what is one in whatever letters,
_BEHIND = 4  # and between a vehicle and its plate in small letters: "driver of ab 123 cd"
_WHOLE = 7  # letters and digits of what is hardly a part of a plate
_BESIDE = 24  # characters before a plate in which its vehicle may stand
_SHORT = 5  # so many alone on a line prove nothing

_NOT_ON_PLATES = frozenset(
    """
    THE AND FOR WAS ARE YOU NOT BUT CAR VAN MAN MEN CAN HAS HAD HIS HER ALL ONE TWO OUT NEW NOW OLD
    SEE OFF WHO WHY HOW ANY OUR ITS PER VIA MIN SEC HRS HR KMH MPH KPH KGS LBS PCS PAX EUR USD GBP
    CHF JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC MON TUE WED THU FRI SAT SUN GMT UTC CET EST
    PST TLP BMW VW KIA MB GB TB KM KG AM PM ISO REV JPG PNG PDF ETA ETD AFTER FROM WITH AT ON TO IN
    OF BY NO SO IF BAG BOX KEY END NTH WEST EAST IMO VIN DOB AKA SIM RIP POB WE IS IT LLC TIN SSN
    TEL MOB FAX REF ROOM UNIT FLAT GATE BAY PIER DAY DAYS WEEK YEAR HOUR CVE ASN UN EN CC KGB USB
    RFC EXT AED INR MMSI AWB MAC IP ID PIN PO VAT BIC LEI NI NHS PP CASE PAGE STEP ITEM MGRS
    EXP YOB
    """.split()
)

# Roads, rooms, papers, standards, offices and provinces, which have numbers behind them.
_BEFORE_NUMBERS = frozenset(
    """
    ACT APT BAB BLDG BNS BOX BUS CAL CAS CNR CO-OP CRN DIN E-ON FBI FIR FORM FRM GCSE HWY ICE IPC
    ISO NSW NT ORD PO QLD RAF RAL RDW RM RN RTE SAS TAS TGV TRAM URN VIC WOB WVW
    """.split()
)
_IN_PART = pattern(
    r"(?<![a-z])(?:part(?:ial(?:ly)?)?|incomplete|teil(?:weise|kennzeichen)?|partiel(?:le)?"
    r"|parcial(?:e)?|parziale|gedeeltelijk|(?:begin|start|end)(?:s|ning|ing)?(?: with| in)?)"
    r"(?![a-z])\.?[ :]{0,2}(?:[a-z]{2,12}[ .:]{1,3})?$"
)

_PLATE_WORDS = (
    r"(?:number|licen[cs]e|registration)? ?plates?(?: no\.?| number)?",
    r"reg(?:istration|istered)?",
    r"vrm", r"vrn", r"rego", r"index", r"kennzeichen", r"plaques?", r"matr[íi]cula", r"targa",
    r"kenteken", r"nummerplaat", r"plaka(?:sı)?", r"immatriculation", r"licen[cs]e tag", r"tag",
    r"nummernschild", r"tablice", r"rendszám", r"skilt", r"registreringsnummer", r"tablica", r"spz",
)  # fmt: skip
_VEHICLE_WORDS = (
    "car", "van", "truck", "lorry", "vehicle", "driving", "driver", "hgv", "suv", "motorbike",
    "scooter", "trailer", "coach", "taxi", "estate", "saloon", "hatchback",
)  # fmt: skip
_SAID_PLATE = cues(*_PLATE_WORDS)
_SAID_VEHICLE = cues(*_PLATE_WORDS, *_VEHICLE_WORDS)
_VEHICLES = cues(MAKES, "van", "car", "lorry", "truck", "saloon", "estate", "suv", "hatchback")
_SAID_ANYHOW = cues(*_SAID_VEHICLE.words, *_VEHICLES.words)
_VEHICLE_BEFORE = pattern(
    rf"(?<![a-z])(?:(?:{COLOURS}) (?:van|car|lorry|truck|saloon|estate|suv|hatchback)|{MAKES})"
    r"(?: [a-z0-9-]{1,10})?[ ,(]{1,2}$"
)

_CURRENT = "AA99 ?AAA"
_ZA = "GP|WC|EC|NC|KZN|FS|NW|MP|L|ZN"
_CANTONS = "AG|AI|AR|BE|BL|BS|FR|GE|GL|GR|JU|LU|NE|NW|OW|SG|SH|SO|SZ|TG|TI|UR|VD|VS|ZG|ZH"
_EMIRATES = "AUH|DXB|SHJ|AJM|UAQ|RAK|FUJ"
_INDIA = (
    "AP|AR|AS|BR|CG|CH|DD|DL|DN|GA|GJ|HP|HR|JH|JK|KA|KL|LA|LD|MH|ML|MN|MP|MZ|NL|OD|OR|PB|PY|RJ|SK"
    "|TN|TR|TS|UK|UP|WB"
)
_RU, _UA = "[ABEKMHOPCTYX]", "[ABCEHIKMOPTX]"
_NL = (
    "AA-99-99", "99-99-AA", "99-AA-99", "AA-99-AA", "AA-AA-99", "99-AA-AA", "99-AAA-9", "9-AAA-99",
    "AA-999-A", "A-999-AA", "AAA-99-A", "A-99-AAA", "9-AA-999", "999-AA-9",
)  # fmt: skip
_PL = tuple(
    f"{place} {rest}"
    for place, rests in (
        ("AA", "99999 9999A 999AA 9A999 9AA99"),
        ("AAA", "99999 9999A 9999 A999 99AA 9A99 99A9 9AA9 AA99 A99AA 9AA99"),
    )
    for rest in rests.split()
)
# For the same form the first country is meant, unless the text comes from another.
PLATES = (
    # The current British style (XX is nobody's, and stands in examples), then prefix, suffix and
    # Northern Ireland.
    Plate("GB", _CURRENT, True, r"(?:XX\d|[A-HJ-PR-Y][A-Z][0125-7])\d[A-HJ-PR-Z]{3}"),
    Plate("GB", "A9{2,3} ?AAA", True, r"[A-HJ-NPR-TV-Y]\d{2,3}[A-Z]{3}"),
    Plate("GB", "A9 AAA", False, r"[A-HJ-NPR-TV-Y]\d[A-Z]{3}"),
    Plate("GB", "AAA ?9{2,3}A", True, r"[A-Z]{3}\d{2,3}[A-HJ-NPR-TV-Y]"),
    Plate("GB", "AAA ?9A", False, r"[A-Z]{3}\d[A-HJ-NPR-TV-Y]"),
    Plate("GB", "A{2,3} ?9{4}", False, r"[A-Z]{0,2}[IZ][A-Z]?\d{4}"),
    Plate("IE", "99-A{1,2}-9{1,6}", True),
    Plate("IE", "999-A{1,2}-9{1,6}", True),
    Plate("FR", "AA-999-AA", True, r"[A-HJ-NP-TV-Z]{2}\d{3}[A-HJ-NP-TV-Z]{2}"),
    Plate("IT", "AA ?999 ?AA", True, r"[A-HJ-NPR-TV-Z]{2}\d{3}[A-HJ-NPR-TV-Z]{2}"),
    Plate("FR", "9{2,4} A{2,3} 99"),
    Plate("BE", "9-?AAA-?999", True, r"[1-9][A-Z]{3}\d{3}"),
    Plate("BE", "AAA-999"), Plate("BE", "9 AAA 999", False, r"[1-9][A-Z]{3}\d{3}"),
    *(Plate("NL", notation, True) for notation in _NL if notation != "99-99-AA"),
    Plate("DE", "A{1,3}-A{1,2} ?9{1,4}", True, r"(?!UN|ISO|EN)[A-ZÄÖÜ]{2,5}[1-9]\d{0,3}"),
    Plate("DE", "A{1,3}-A{1,2} ?9{1,4}A", True, r"(?!UN|ISO|EN)[A-ZÄÖÜ]{2,5}[1-9]\d{0,3}[EH]"),
    Plate("DE", "A{1,3} A{1,2} 9{1,4}", False, r"[A-ZÄÖÜ]{2,5}[1-9]\d{0,3}"),
    Plate("DE", "A{1,3} A{1,2} 9{1,4}A", False, r"[A-ZÄÖÜ]{2,5}[1-9]\d{0,3}[EH]"),
    Plate("AT", "A{1,2} 9{1,5}A{1,3}"), Plate("AT", "A{1,2} 9{1,5} A{1,3}"),
    Plate("AT", "A{1,2}-9{3,5}A{1,3}", True),
    Plate("CH", "AA ?9{3,6}", False, rf"(?:{_CANTONS})\d+"),
    Plate("CH", "AA-9{3,6}", True, rf"(?:{_CANTONS})\d+"),
    Plate("ES", "9999 ?AAA", False, r"\d{4}[BCDFGHJ-NPRSTV-Z]{3}"),
    Plate("ES", "9999-AAA", False, r"\d{4}[BCDFGHJ-NPRSTV-Z]{3}"),
    Plate("ES", "A-9999-A{1,2}", True),
    Plate("PT", "99-99-AA", True),
    Plate("PT", "AA-99-99", True),
    Plate("PT", "99-AA-99", True),
    Plate("PT", "AA-99-AA", True),
    *(Plate("PL", notation, False, r"[B-GK-LN-PR-TWZ].+") for notation in _PL),
    Plate("CZ", "9A9 ?9999", True, r"\d[ABCEHJKLMPSTUZ]\d{5}"),
    Plate("CZ", "9AA 9999", False, r"\d[ABCEHJKLMPSTUZ][A-Z]\d{4}"),
    Plate("SK", "AA-999AA", True), Plate("SK", "AA 999AA"),
    Plate("HU", "AAA-999"), Plate("HU", "AA AA-999", True), Plate("HU", "AA-AA-999", True),
    Plate("RU", "A999AA ?9{2,3}", True, rf"{_RU}\d{{3}}{_RU}{{2}}\d{{2,3}}"),
    Plate("UA", "AA ?9999 ?AA", True, rf"{_UA}{{2}}\d{{4}}{_UA}{{2}}"),
    Plate("BG", "A{1,2} ?9999 ?AA", False, r"[ABEKMHOPCTYX]{1,2}\d{4}[ABEKMHOPCTYX]{2}"),
    Plate("BY", "9999 AA-9", True),
    Plate("RO", "AA 99 AAA", True),
    Plate("RO", "AA-99-AAA", True),
    Plate("RO", "B 9{2,3} AAA", True, r"B\d{2,3}[A-Z]{3}"),
    Plate("RO", "B-9{2,3}-AAA", True, r"B\d{2,3}[A-Z]{3}"),
    Plate("HR", "AA ?9{3,4}-A{1,2}", True), Plate("HR", "AA-9{3,4}-A{1,2}", True),
    Plate("RS", "AA 9{3,4}-AA"),
    Plate("SI", "AA AA-999", True), Plate("SI", "AA 99-AAA"),
    Plate("GR", "AAA-9999", False, r"[ABEHIKMNOPTXYZ]{3}\d{4}"),
    Plate("GR", "AAA 9999", False, r"[ABEHIKMNOPTXYZ]{3}\d{4}"),
    Plate("SE", "AAA ?999"), Plate("SE", "AAA ?99A"),
    Plate("NO", "AA ?99999"), Plate("DK", "AA ?99 ?999"), Plate("FI", "AAA-9{1,3}"),
    Plate("EE", "999 ?AAA"), Plate("LV", "AA-9{1,4}"), Plate("LT", "AAA ?999"),
    Plate("LU", "AA ?9999"), Plate("MT", "AAA 999"), Plate("CY", "AAA 999"),
    Plate("AL", "AA 999 AA"),
    Plate("TR", "99 ?A{1,3} ?9{2,5}", False, r"(?:0[1-9]|[1-7]\d|8[01])(?:[A-Z]\d{4,5}"
           r"|[A-Z]{2}\d{3,4}|[A-Z]{3}\d{2,4}|[A-Z]{1,2}\d{2,3})"),
    Plate("US", "9AAA999"), Plate("US", "AAA-?9999"), Plate("US", "AAA 9999"),
    Plate("US", "AAA-999"), Plate("US", "999-?AAA"), Plate("US", "999 AAA"),
    Plate("US", "9AA-?A99"), Plate("US", "AA9 ?9999"), Plate("US", "A99-?9AA"),
    Plate("US", "AA-99999"), Plate("US", "AAA-99A"), Plate("US", "9999 AA"),
    Plate("CA", "AAAA-999", True), Plate("CA", "AAAA 999"), Plate("CA", "A99 AAA"),
    Plate("CA", "AA9 99A"), Plate("CA", "AAA-9999"), Plate("CA", "AAA 999"),
    Plate("IN", "AA ?9{1,2} ?A{1,3} ?9{4}", True,
           rf"(?:{_INDIA})\d{{1,2}}[A-Z]{{1,3}}\d{{4}}"),
    Plate("IN", "AA-9{1,2}-A{1,3}-9{4}", True, rf"(?:{_INDIA})\d{{1,2}}[A-Z]{{1,3}}\d{{4}}"),
    Plate("IN", "DL ?9{1,2}A ?A{1,2} ?9999", True, r"DL\d{1,2}[A-Z]{2,3}\d{4}"),
    Plate("IN", "99 ?BH ?9999 ?A{1,2}", True, r"\d\dBH\d{4}[A-Z]{1,2}"),
    Plate("IN", "AAA9999", False, r"[A-Z]{2}[A-Z]\d{4}"),
    Plate("ZA", "AA ?99 ?AA ?AA", True, rf"[A-Z]{{2}}\d\d[A-Z]{{2}}(?:{_ZA})"),
    Plate("ZA", "AAA ?999 ?AA", True, rf"[A-Z]{{3}}\d{{3}}(?:{_ZA})"),
    Plate("ZA", "AA 9{3}-9{3}", False, r"[CN][A-Z]\d{6}"),
    Plate("ZA", "A{2,3} 9{3,6}", False, r"(?:C[A-Z]{1,2}|N[A-Z]{1,2})\d{3,6}"),
    Plate("AU", "9AA-?9AA"), Plate("AU", "9AA 9AA"), Plate("AU", "AAA-99A"),
    Plate("AU", "AA-99-AA"), Plate("AU", "9AAA-?999"), Plate("AU", "S999-AAA"),
    Plate("AU", "999-?AAA"), Plate("AU", "999 AAA"), Plate("AU", "AA 99 AA"),
    Plate("AU", "AAA-999"),
    Plate("AE", "AAA 9{1,2} 9{4,5}", True, rf"(?:{_EMIRATES})\d+"),
    Plate("AE", "AAA A{1,2} 9{4,5}", True, rf"(?:{_EMIRATES})[A-Z]{{1,2}}\d+"),
    Plate("AE", "A 9{4,5}"),
    Plate("NZ", "AAA ?999"),
    Plate("NG", "AAA-?999AA", True), Plate("NG", "AAA 999AA", True),
    Plate("KE", "AAA 999A", False, r"K[A-Z]{2}\d{3}[A-Z]"),
    Plate("BR", "AAA9A99", True), Plate("BR", "AAA-9999"),
    Plate("AR", "AA 999 AA"), Plate("AR", "AAA 999"), Plate("CO", "AAA 999"),
    Plate("MX", "AAA-999-A", True), Plate("MX", "AAA-99-99", True),
    Plate("IL", "99-999-99"), Plate("IL", "999-99-999"),
    Plate("MA", "9{2,5}-A-9{1,2}", True),
    Plate("PK", "AAA-9{3,4}"),
)  # fmt: skip

_OF_EMIRATES = "dubai|abu dhabi|sharjah|ajman|fujairah|ras al khaimah|umm al quwain"

RULES = (
    Rule(
        Label.PLATE,
        rf"(?i:{_OF_EMIRATES})[^0-9A-Za-z]",
        pattern(
            rf"(?<![a-z])(?P<emirate>{_OF_EMIRATES})"
            r"(?:[ ,-]{1,2}(?:plate|code|reg|registration|private))?[ ,:-]{1,2}"
            r"(?:(?P<code>[a-z]{1,2}|\d{1,2})[ /-])?(?P<number>\d{4,5})(?![\w-])"
        ),
        _emirate,
        priority=4,
    ),
    Rule(
        Label.PLATE,
        rf"[0-9]{{4,5}}[ ,(]{{1,2}}(?i:{_OF_EMIRATES})",
        pattern(
            r"(?<![a-z])(?:plate|reg)(?: no\.?| is)?[ :#]{1,2}"
            r"((?:(?P<code>[a-z]{1,2}|\d{1,2})[ /-])?(?P<number>\d{4,5}))[ ,(]{1,2}"
            rf"(?P<emirate>{_OF_EMIRATES})(?![a-z])"
        ),
        _emirate,
        priority=4,
        group=1,
    ),
    Rule(
        Label.PLATE,
        r"(?i:plate|reg|vr[mn]|kennzeichen|kenteken|matr|immat|targa|index|tag|plak|plaque|plaat"
        r"|schild|tablic|rendsz|skilt|spz)",
        pattern(
            rf"(?<![a-z])(?:{'|'.join(_PLATE_WORDS)})"
            r"(?: is| reads?| are| was| no\.?| nr\.?| mark| partial){0,2}[ :#=-]{1,3}"
            r"([a-z0-9]{1,8}(?:[ -][a-z0-9]{1,5}){0,3})(?![a-z0-9])"
        ),
        _some_plate,
        priority=2,
        group=1,
        figures=False,
    ),
)
