"""Ships, aircraft, and what they carry."""

from stdnum import imo as stdnum_imo

from nlp.identifiers.rule import (
    CHECK_FAILS,
    CHECKED,
    DOUBTFUL,
    EDGE,
    LABELLED,
    SHAPE,
    Found,
    Rule,
    Sight,
    compact,
    cues,
    digits,
    exact,
    pattern,
)
from nlp.spans import Label


def _imo(sight: Sight) -> Found | None:
    value = sight.said
    if stdnum_imo.is_valid(value):
        return Found(value, CHECKED)
    return Found(value, DOUBTFUL, valid=False, why=CHECK_FAILS)


def _mmsi(sight: Sight) -> Found | None:
    value = digits(sight.said)
    if not sight.is_labelled:
        return None
    for starts, kind in _STATIONS:
        if value.startswith(starts):
            return Found(value, LABELLED, kind)
    why = "no ship, coast station or aircraft has a number beginning like this"
    return Found(value, DOUBTFUL, valid=False, why=why)


def _container(sight: Sight) -> Found | None:
    value = compact(sight.said)
    if container_check_digit(value[:10]) == value[10]:
        return Found(value, CHECKED, value[3])
    if sight.is_labelled or value[:4] in sight.said:
        return Found(value, DOUBTFUL, value[3], valid=False, why=CHECK_FAILS)
    return None


def container_check_digit(number: str) -> str:
    """ISO 6346: letters count from ten and leave out the multiples of eleven."""
    total = sum(_LETTERS.get(c, 0) * 2**place for place, c in enumerate(number))
    return str(total % 11 % 10)


def _callsign(sight: Sight) -> Found | None:
    return Found(sight.said, LABELLED)


def _aircraft(sight: Sight) -> Found | None:
    value = sight.said.upper()
    if sight.is_labelled:
        return Found(value, LABELLED, _country(value))
    if "-" not in value or value.split("-")[1] in _WORDS:
        return None
    return Found(value, SHAPE, _country(value))


def _flight(sight: Sight) -> Found | None:
    value = compact(sight.said)
    return Found(value, LABELLED) if sight.is_labelled and not value.isdigit() else None


def _waybill(sight: Sight) -> Found | None:
    value = digits(sight.said)
    written_out = sight.said[3] == "-" and len(sight.said) == 12
    if int(value[3:10]) % 7 == int(value[10]):
        if sight.is_labelled or written_out:
            return Found(f"{value[:3]}-{value[3:]}", CHECKED, "air")
    elif sight.is_labelled:
        return Found(f"{value[:3]}-{value[3:]}", DOUBTFUL, "air", valid=False, why=CHECK_FAILS)
    return None


def _parcel(sight: Sight) -> Found | None:
    value = compact(sight.said)
    # Letters count (place in the alphabet + 2) modulo ten; every second place counts double.
    figures = [int(c) if c.isdigit() else (ord(c) - 63) % 10 for c in value[2:]]
    total = sum(figures[0:15:2]) + 2 * sum(figures[1:15:2])
    if -total % 10 == figures[15]:
        return Found(value, CHECKED, "ups")
    return Found(value, DOUBTFUL, "ups", valid=False, why=CHECK_FAILS)


def _country(registration: str) -> str | None:
    prefix = "N" if registration[1:2].isdigit() else registration.split("-")[0]
    return _NATIONS.get(prefix)


_STATIONS = (
    ("00", "coast"), ("0", "group"), ("111", "sar"), ("970", "sart"), ("972", "mob"),
    ("974", "epirb"), ("98", "craft"), ("99", "aid"),
    ("2", "ship"), ("3", "ship"), ("4", "ship"), ("5", "ship"), ("6", "ship"), ("7", "ship"),
    ("8", "handheld"),
)  # fmt: skip

_LETTERS = {c: int(c) for c in "0123456789"} | dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (n for n in range(10, 39) if n % 11),
        strict=True,
    )
)

_NATIONS = {
    "N": "US", "G": "GB", "D": "DE", "F": "FR", "I": "IT", "C": "CA", "EC": "ES", "EI": "IE",
    "OE": "AT", "HB": "CH", "SP": "PL", "TC": "TR", "LN": "NO", "SE": "SE", "OY": "DK", "PH": "NL",
    "OO": "BE", "UR": "UA", "RA": "RU", "ZS": "ZA", "A6": "AE", "4X": "IL", "CS": "PT", "LX": "LU",
    "YR": "RO", "LZ": "BG", "HA": "HU", "OK": "CZ", "OM": "SK", "SX": "GR", "9A": "HR", "9H": "MT",
    "YL": "LV", "LY": "LT", "ES": "EE", "5B": "CY", "T7": "SM", "VP": "GB", "VH": "AU", "PR": "BR",
    "PP": "BR", "XA": "MX", "HK": "CO", "HC": "EC", "VT": "IN", "AP": "PK", "5Y": "KE", "5N": "NG",
}  # fmt: skip
_PREFIXES = "|".join(sorted((p for p in _NATIONS if len(p) == 2), reverse=True))
_WORDS = frozenset("BAND MAIL BOAT FEST LIST WORD TYPE BOOK ZONE TEAM CARD FILE".split())

_BOARDING = cues(
    "flights?(?: number| no\\.?)?", "flt", "flew(?: in)?(?: on)?", "boarding", "boarded"
)
_FLYING = cues(
    "aircraft", "plane", "jet", "tail(?: number| no)?", "helicopter", "heli", "cessna",
    "gulfstream",
    "registration", "reg", "airframe", "flight", "landed", "departed", "took off", "pilot",
    "learjet",
)  # fmt: skip

RULES = (
    Rule(
        Label.IMO,
        r"[iI][mM][oO]",
        pattern(r"(?<![a-z])imo[ :#.-]{0,4}(?:(?:no|nr|num|number)[ :#.-]{0,3})?(\d{7})(?![\w])"),
        _imo,
        priority=8,
        group=1,
    ),
    Rule(
        Label.MMSI,
        r"\d{3} ?\d{3} ?\d{3}",
        pattern(r"(?<![\w+-])\d{3} ?\d{3} ?\d{3}(?![\w]|[.,-]\d)"),
        _mmsi,
        cues("mmsi", "ais", "maritime mobile"),
        priority=5,
        needs=cues("mmsi", "ais", "maritime mobile"),
    ),
    Rule(
        Label.CONTAINER,
        rf"{EDGE}[A-Za-z]{{3}}[UJZujz][ -]{{0,2}}\d{{3}}[ -]?\d{{3}}[ -/]{{0,2}}\d",
        pattern(r"(?<![a-z0-9])[a-z]{3}[ujz][ -]{0,2}\d{3}[ -]?\d{3}[ -/]{0,2}\d(?![\w])"),
        _container,
        cues("containers?", "box", "cntr", "ctr", "unit", "reefer", "teu"),
        priority=7,
    ),
    Rule(
        Label.CALLSIGN,
        r"(?i:call ?sign|c/s)",
        exact(
            r"(?<![A-Za-z])(?i:call ?sign|c/s)(?: is)?[ :=]{1,3}\"?([A-Z0-9]{3,8})(?![A-Za-z0-9])"
        ),
        _callsign,
        priority=4,
        figures=False,
        group=1,
    ),
    Rule(
        Label.AIRCRAFT,
        r"[A-Z0-9]-[A-Z]{3}|N\d",
        exact(
            rf"(?<![A-Za-z0-9-])(?:[GDFIC]-[A-Z]{{4}}|(?:{_PREFIXES})-[A-Z]{{3}}|RA-\d{{5}}"
            r"|N[1-9]\d{0,4}[A-HJ-NP-Z]{0,2})(?![A-Za-z0-9]|-[A-Za-z0-9])"
        ),
        _aircraft,
        _FLYING,
        priority=4,
        figures=False,
    ),
    Rule(
        Label.FLIGHT,
        r"[A-Z0-9]{2}[A-Z]? ?\d",
        exact(r"(?<![A-Za-z0-9])(?:[A-Z]{2,3}|[A-Z]\d|\d[A-Z]) ?\d{1,4}(?![A-Za-z0-9]|[.,:]\d)"),
        _flight,
        _BOARDING,
        priority=4,
        needs=cues(
            "flights?(?: number| no\\.?)?", "flt", "flew(?: in)?(?: on)?", "boarding", "boarded"
        ),
    ),
    Rule(
        Label.WAYBILL,
        r"\d(?:[ -]?\d){10}",
        pattern(r"(?<![\w+-])\d{3}[ -]?\d{4}[ -]?\d{4}(?![\w]|[.,-]\d)"),
        _waybill,
        cues("awb", "(?:air ?)?waybill(?: no\\.?| number)?", "mawb", "hawb", "air cargo"),
        priority=5,
    ),
    Rule(
        Label.WAYBILL,
        r"1[zZ][ ]?[0-9a-zA-Z]{3}",
        pattern(r"(?<![a-z0-9])1z ?[0-9a-z]{3} ?[0-9a-z]{3} ?\d\d ?\d{4} ?\d{4}(?![a-z0-9])"),
        _parcel,
        priority=6,
    ),
)
