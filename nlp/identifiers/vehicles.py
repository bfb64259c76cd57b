"""Number plates and what else is stamped on a vehicle."""

import re
from functools import partial

from nlp.identifiers.rule import (
    CHECK_FAILS,
    CHECKED,
    DOUBTFUL,
    LABELLED,
    SHAPE,
    Found,
    Rule,
    Sight,
    compact,
    cues,
    exact,
    pattern,
)
from nlp.spans import Label


def _plate(sight: Sight, *, country: str, bare: bool) -> Found | None:
    """A stretch in the form of one country's plates; *bare*: the form alone is enough."""
    said = sight.said
    if _reads_as_words(said):
        return None
    if sight.is_labelled:
        return Found(compact(said), LABELLED, country)
    if bare or sight.region == country:
        return Found(compact(said), SHAPE, country)
    return None


def _some_plate(sight: Sight) -> Found | None:
    """A word right before it says plate: the form hardly matters then."""
    start, value, end = sight.match.start(1), "", 0
    for part in _PART.finditer(sight.said):
        word = part.group()
        is_part = any(c.isdigit() for c in word) or (word.isupper() and len(word) <= 3)
        if not is_part or word.upper() in _NOT_ON_PLATES or len(value + word) > _LONGEST:
            break
        value, end = value + word.upper(), part.end()
    if len(value) < 4 or value.isdigit() or value.isalpha():
        return None
    return Found(value, LABELLED, extent=(start, start + end))


def _vin(sight: Sight) -> Found | None:
    value = sight.said.upper()
    figures = sum(c.isdigit() for c in value)
    if figures < 3 or figures == 17:
        return None
    if value[8] == vin_check_digit(value):
        return Found(value, CHECKED)
    if not sight.is_labelled:
        return None
    if value[0] in "12345L":  # North America and China fix the check digit by law
        return Found(value, DOUBTFUL, valid=False, why=CHECK_FAILS)
    return Found(value, LABELLED)


def vin_check_digit(vin: str) -> str:
    """The ninth character that ISO 3779 and 49 CFR 565 ask for."""
    rest = sum(_VIN_VALUES[c] * w for c, w in zip(vin, _VIN_WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def _reads_as_words(said: str) -> bool:
    """`in 20 min` has the form of a plate, and is none: nor is `BMW 320D` or `A12 THE`."""
    words = [word for word in re.split(r"[^A-Za-z]+", said) if word]
    if any(word.upper() in _NOT_ON_PLATES for word in words):
        return True
    return said != said.upper() and said != said.lower()


_PART = re.compile(r"[A-Za-z0-9]+")
_LONGEST = 9  # letters and digits of the longest plates

_VIN_VALUES = {c: int(c) for c in "0123456789"} | dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True)
)
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)

_NOT_ON_PLATES = frozenset(
    "THE AND FOR WAS ARE YOU NOT BUT CAR VAN MAN MEN CAN HAS HAD HIS HER ALL ONE TWO OUT NEW NOW "
    "OLD "
    "SEE OFF WHO WHY HOW ANY OUR ITS PER VIA MIN SEC HRS HR KMH MPH KPH KGS LBS PCS PAX EUR USD "
    "GBP "
    "CHF JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC MON TUE WED THU FRI SAT SUN GMT UTC CET "
    "EST PST TLP BMW VW KIA MB GB TB KM KG AM PM ISO REV JPG PNG PDF ETA ETD AFTER FROM WITH AT "
    "ON TO IN OF BY NO SO IF BAG BOX KEY END NTH WEST EAST IMO VIN DOB AKA SIM RIP POB WE IS IT LLC"
    "".split()
)

_PLATE_WORDS = (
    r"(?:number|licen[cs]e|registration)? ?plates?(?: no\.?| number)?",
    r"reg(?:istration|istered)?",
    r"vrm", r"vrn", r"rego", r"index", r"kennzeichen", r"plaques?", r"matr[íi]cula", r"targa",
    r"kenteken", r"nummerplaat", r"plaka(?:sı)?", r"immatriculation", r"licen[cs]e tag", r"tag",
)  # fmt: skip
_VEHICLE_WORDS = (
    "car", "van", "truck", "lorry", "vehicle", "driving", "driver", "hgv", "suv", "motorbike",
    "scooter", "trailer", "coach", "taxi", "estate", "saloon", "hatchback",
)  # fmt: skip
_SAID_PLATE = cues(*_PLATE_WORDS)
_SAID_VEHICLE = cues(*_PLATE_WORDS, *_VEHICLE_WORDS)


def _form(country: str, prefilter: str, form: re.Pattern[str], *, bare: bool = True) -> Rule:
    read = partial(_plate, country=country, bare=bare)
    words = _SAID_VEHICLE if bare else _SAID_PLATE
    return Rule(Label.PLATE, prefilter, form, read, words, priority=3)


_EDGE, _END = r"(?<![A-Za-z0-9.@/_-])", r"(?![A-Za-z0-9@_]|[-./][A-Za-z0-9])"
_RU = "ABEKMHOPCTYX"
_UA = "ABCEHIKMOPTX"
_INDIA = (
    "AP|AR|AS|BR|CG|CH|DD|DL|DN|GA|GJ|HP|HR|JH|JK|KA|KL|LA|LD|MH|ML|MN|MP|MZ|NL|OD|OR|PB|PY|RJ|SK"
    "|TN|"
    "TR|TS|UK|UP|WB"
)

RULES = (
    # The current British style, and the three before it.
    _form(
        "GB",
        r"[A-Za-z]{2}\d\d ?[A-Za-z]{3}",
        pattern(
            rf"{_EDGE}[a-z]{{2}}\d\d "
            rf"?[a-z]{{3}}{_END}"
        ),
    ),
    _form(
        "GB",
        r"[A-Z]\d{2,3} ?[A-Z]{3}",
        exact(
            rf"{_EDGE}[A-HJ-NPR-TV-Y]\d{{2,3}} "
            rf"?[A-Z]{{3}}{_END}"
        ),
    ),
    _form(
        "GB", r"[A-Z]{3}\d{2,3}[A-Z]", exact(rf"{_EDGE}[A-Z]{{3}}\d{{2,3}}[A-HJ-NPR-TV-Y]{_END}")
    ),
    _form("IE", r"\d{2,3}-[A-Z]{1,2}-\d", exact(rf"{_EDGE}\d{{2,3}}-[A-Z]{{1,2}}-\d{{1,6}}{_END}")),
    _form(
        "FR",
        r"[A-Z]{2}-\d{3}-[A-Z]{2}",
        exact(rf"{_EDGE}[A-HJ-NP-TV-Z]{{2}}-\d{{3}}-[A-HJ-NP-TV-Z]{{2}}{_END}"),
    ),
    _form(
        "IT",
        r"[A-Z]{2} ?\d{3} ?[A-Z]{2}",
        exact(
            rf"{_EDGE}[A-HJ-NPR-TV-Z]{{2}} ?\d{{3}} "
            rf"?[A-HJ-NPR-TV-Z]{{2}}{_END}"
        ),
    ),
    _form("BE", r"\d-?[A-Z]{3}-?\d{3}", exact(rf"{_EDGE}[1-9]-?[A-Z]{{3}}-?\d{{3}}{_END}")),
    _form(
        "NL",
        r"[A-Z0-9]{1,3}-[A-Z0-9]{2,3}-[A-Z0-9]{1,2}",
        exact(
            rf"{_EDGE}(?:[A-Z]{{2}}-\d\d-[A-Z]{{2}}|\d\d-[A-Z]{{2}}-[A-Z]{{2}}"
            rf"|[A-Z]{{2}}-[A-Z]{{2}}-\d\d"
            rf"|\d\d-[A-Z]{{3}}-\d|\d-[A-Z]{{3}}-\d\d|[A-Z]{{2}}-\d{{3}}-[A-Z]"
            rf"|[A-Z]-\d{{3}}-[A-Z]{{2}}"
            rf"|[A-Z]{{3}}-\d\d-[A-Z]|\d-[A-Z]{{2}}-\d{{3}}){_END}"
        ),
    ),
    _form(
        "DE",
        r"[A-Za-zÄÖÜ]{1,3}-[A-Za-z]{1,2}[ -]?\d",
        exact(
            rf"{_EDGE}(?!(?:UN|ISO"
            rf"|EN)-)[A-ZÄÖÜ]{{1,3}}-[A-Z]{{1,2}}[ -]?[1-9]\d{{0,3}}[EH]?{_END}"
        ),
    ),
    _form(
        "DE",
        r"[A-Za-zÄÖÜ]{1,3} [A-Za-z]{1,2} \d",
        pattern(rf"{_EDGE}[A-ZÄÖÜ]{{1,3}} [A-Z]{{1,2}} [1-9]\d{{0,3}}[EH]?{_END}"),
        bare=False,
    ),
    _form(
        "ES",
        r"\d{4}[ -]?[A-Z]{3}",
        exact(rf"{_EDGE}\d{{4}}[ -]?[BCDFGHJ-NPRSTV-Z]{{3}}{_END}"),
        bare=False,
    ),
    _form(
        "PT",
        r"[A-Z0-9]{2}-[A-Z0-9]{2}-[A-Z]{2}|\d\d-\d\d-[A-Z]{2}",
        exact(rf"{_EDGE}\d\d-\d\d-[A-Z]{{2}}{_END}"),
    ),
    _form(
        "RU",
        r"[A-Z]\d{3}[A-Z]{2} ?\d{2}",
        exact(
            rf"{_EDGE}[{_RU}]\d{{3}}[{_RU}]{{2}} "
            rf"?\d{{2,3}}(?: ?RUS)?{_END}"
        ),
    ),
    _form(
        "UA",
        r"[A-Z]{2} ?\d{4} ?[A-Z]{2}",
        exact(
            rf"{_EDGE}[{_UA}]{{2}} ?\d{{4}} "
            rf"?[{_UA}]{{2}}{_END}"
        ),
    ),
    _form(
        "RO",
        r"[A-Z]{1,2}[ -]\d{2,3}[ -][A-Z]{3}",
        exact(
            rf"{_EDGE}(?:B[ -]\d{{2,3}}"
            rf"|[A-Z]{{2}}[ -]\d\d)[ -][A-Z]{{3}}{_END}"
        ),
    ),
    _form("CZ", r"\d[A-Z]\d ?\d{4}", exact(rf"{_EDGE}\d[ABCEHJKLMPSTUZ]\d ?\d{{4}}{_END}")),
    _form(
        "TR",
        r"\d\d ?[A-Za-z]{1,3} ?\d{2}",
        pattern(
            rf"{_EDGE}(?:0[1-9]|[1-7]\d|8[01]) "
            rf"[a-z]{{1,3}} "
            rf"\d{{2,5}}{_END}"
        ),
        bare=False,
    ),
    _form(
        "IN",
        r"[A-Z]{2} ?\d{1,2} ?[A-Z]{1,3} ?\d{4}",
        exact(rf"{_EDGE}(?:{_INDIA})[ -]?\d{{1,2}}[ -]?[A-Z]{{1,3}}[ -]?\d{{4}}{_END}"),
    ),
    _form(
        "NG",
        r"[A-Za-z]{3}-?\d{3}[A-Za-z]{2}",
        pattern(rf"{_EDGE}[a-z]{{3}}-?\d{{3}}[a-z]{{2}}{_END}"),
    ),
    _form(
        "SE",
        r"[A-Z]{3} ?\d\d[A-Z0-9]",
        exact(
            rf"{_EDGE}[A-Z]{{3}} "
            rf"?\d\d[A-Z0-9]{_END}"
        ),
        bare=False,
    ),
    _form(
        "PL",
        r"[A-Z]{2,3} ?[A-Z0-9]{4,5}",
        exact(
            rf"{_EDGE}[A-Z]{{2,3}} "
            rf"?(?=[A-Z]{{0,4}}\d)[A-Z0-9]{{4,5}}{_END}"
        ),
        bare=False,
    ),
    _form("NO", r"[A-Z]{2} ?\d{5}", exact(rf"{_EDGE}[A-Z]{{2}} ?\d{{5}}{_END}"), bare=False),
    _form(
        "CH",
        r"[A-Z]{2}[ -]?\d{1,6}",
        exact(
            rf"{_EDGE}(?:AG|AI|AR|BE|BL|BS|FR|GE|GL|GR|JU|LU|NE"
            rf"|NW|OW|SG|SH|SO|SZ|TG|TI|UR|VD|VS|ZG"
            rf"|ZH)[ -]?\d{{1,6}}{_END}"
        ),
        bare=False,
    ),
    Rule(
        Label.PLATE,
        r"(?i:plate|reg|vr[mn]|kennzeichen|kenteken|matr|immat|targa|index|tag|plak|plaque|plaat)",
        pattern(
            rf"(?<![a-z])(?:{'|'.join(_PLATE_WORDS)})"
            r"(?: is| reads?| are| was| no\.?| nr\.?| mark| partial){0,2}[ :#=-]{1,3}"
            r"([a-z0-9]{1,8}(?:[ -][a-z0-9]{1,5}){0,3})(?![a-z0-9])"
        ),
        _some_plate,
        priority=2,
        group=1,
    ),
    Rule(
        Label.VIN,
        r"[A-HJ-NPR-Za-hj-npr-z0-9]{17}",
        pattern(r"(?<![a-z0-9])[a-hj-npr-z0-9]{17}(?![a-z0-9])"),
        _vin,
        cues("vin", "chassis(?: no\\.?| number)?", "fahrgestellnummer", "frame"),
        priority=6,
    ),
)
