"""Ships, aircraft, and what they carry."""

from stdnum import imo as stdnum_imo

from nlp.identifiers.rule import (
    CHECK_FAILS,
    CHECKED,
    DISTINCT,
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
        return Found(value, CHECKED, distance=0)
    return Found(value, DOUBTFUL, valid=False, why=CHECK_FAILS, distance=0)


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
    country = _country(value)
    if country is None:
        return None
    if sight.is_labelled:
        return Found(value, LABELLED, country)
    prefix, mark, rest = value.partition("-")
    if not mark or rest in _WORDS or prefix not in _TELLING:
        return None
    return Found(value, SHAPE if prefix.isalpha() else DISTINCT, country)


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
    prefix, mark, _ = registration.partition("-")
    if not mark:
        prefix = next(first for first in ("JA", "HL", "N") if registration.startswith(first))
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

# Nationality marks by Annex 7 to the Chicago Convention and its supplement, with their countries.
_MARKS = """
AP PK  A2 BW  A3 TO  A40 OM  A5 BT  A6 AE  A7 QA  A8 LR  A9C BH  B CN  C CA  CC CL  CN MA
CP BO  CS PT  CU CU  CX UY  C2 NR  C3 AD  C5 GM  C6 BS  C9 MZ  D DE  DQ FJ  D2 AO  D4 CV
D6 KM  EC ES  EI IE  EK AM  EP IR  ER MD  ES EE  ET ET  EW BY  EX KG  EY TJ  EZ TM  E3 ER
E5 CK  E7 BA  F FR  G GB  HA HU  HB CH  HC EC  HH HT  HI DO  HK CO  HL KR  HP PA  HR HN
HS TH  HZ SA  H4 SB  I IT  JA JP  JU MN  JY JO  J2 DJ  J3 GD  J5 GW  J6 LC  J7 DM  J8 VC
LN NO  LV AR  LX LU  LY LT  LZ BG  M IM  N US  OB PE  OD LB  OE AT  OH FI  OK CZ  OM SK
OO BE  OY DK  P2 PG  P4 AW  PH NL  PJ CW  PK ID  PP BR  PR BR  PS BR  PT BR  PU BR  PZ SR
RA RU  RP PH  SE SE  SP PL  ST SD  SU EG  SX GR  S2 BD  S5 SI  S7 SC  S9 ST  TC TR  TF IS
TG GT  TI CR  TJ CM  TL CF  TN CG  TR GA  TS TN  TT TD  TU CI  TY BJ  TZ ML  T7 SM  T8A PW
UK UZ  UP KZ  UR UA  VH AU  VN VN  VP GB  VQ GB  VT IN  V2 AG  V3 BZ  V4 KN  V5 NA  V7 MH
V8 BN  XA MX  XB MX  XC MX  XT BF  XU KH  XY MM  YA AF  YI IQ  YJ VU  YK SY  YL LV  YN NI
YR RO  YS SV  YU RS  YV VE  Z ZW  ZA AL  ZJ JE  ZK NZ  ZM NZ  ZP PY  ZS ZA  ZT ZA  ZU ZA
Z3 MK  2 GG  3A MC  3B MU  3C GQ  3DC SZ  3X GN  4K AZ  4L GE  4O ME  4R LK  4X IL  5A LY
5B CY  5H TZ  5N NG  5R MG  5T MR  5U NE  5V TG  5W WS  5X UG  5Y KE  6O SO  6V SN  6Y JM
7O YE  7P LS  7Q MW  7T DZ  8P BB  8Q MV  8R GY  9A HR  9G GH  9H MT  9J ZM  9K KW  9L SL
9M MY  9N NP  9Q CD  9U BI  9V SG  9XR RW  9Y TT
""".split()
_NATIONS = dict(zip(_MARKS[::2], _MARKS[1::2], strict=True))
_LONG_MARKS = "|".join(sorted(prefix for prefix in _NATIONS if len(prefix) > 1))
# Without a word beside it, three letters behind one of these are hardly anything else.
_TELLING = frozenset(
    "N G D F I C EC EI OE HB SP TC LN SE OY PH OO UR RA ZS CS LX YR LZ HA OK OM SX LY ES VP VH PR "
    "PP XA HK HC VT AP M".split()
) | {prefix for prefix in _NATIONS if any(map(str.isdigit, prefix)) and len(prefix) > 1}
_WORDS = frozenset("BAND MAIL BOAT FEST LIST WORD TYPE BOOK ZONE TEAM CARD FILE".split())

_BOARDING = cues(
    "flights?(?: number| no\\.?)?", "flt", "flew(?: in)?(?: on)?", "boarding", "boarded",
    "flug(?:nummer|nr)?", "flog", "vol", "vuelo", "vlucht(?:nummer)?", "volo",
    "arriv(?:ed|es|ing) (?:on|with)", "depart(?:ed|s|ing) on", "fl(?:ies|ying)(?: in| out)? on",
    "ryanair", "easyjet", "wizz(?: ?air)?", "lufthansa", "eurowings", "klm", "transavia", "vueling",
    "iberia", "air france", "air europa", "british airways", "turkish airlines", "pegasus",
    "aer lingus", "brussels airlines", "qatar airways", "etihad", "royal air maroc", "aeroflot",
)  # fmt: skip
_FLYING = cues(
    "aircraft", "plane", "jet", "tail(?: number| no)?", "helicopter", "heli", "cessna",
    "gulfstream",
    "registration", "reg", "airframe", "flight", "landed", "departed", "took off", "pilot",
    "learjet", "piper", "bizjet", "tupolev", "flugzeug", "avion", "avi[oó]n", "avioneta",
    "vliegtuig", "aereo", "h[eé]licopt[eè]re", "helic[oó]ptero", "hubschrauber", "helikopter",
)  # fmt: skip

RULES = (
    Rule(
        Label.IMO,
        r"[iI][mM][oO]|[oO][mM][iI]",
        pattern(
            r"(?<![a-z])(?:imo|omi)[ :#.-]{0,4}(?:(?:no|nr|num|number|nummer)[ :#.-]{0,3})?"
            r"(?:(?:is|est|ist)[ :]{1,2})?(\d{7})(?![\w])"
        ),
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
        r"(?i:call ?sign|c/s|rufzeichen|indicati[fv]|roepnaam|roepletters)",
        exact(
            r"(?<![A-Za-z])(?i:call ?sign|c/s|rufzeichen|indicatif|indicativo|roepnaam|roepletters)"
            r"(?i: is| ist| est)?[ :=]{1,3}\"?([A-Z0-9]{3,8})(?![A-Za-z0-9])"
        ),
        _callsign,
        priority=4,
        figures=False,
        group=1,
    ),
    Rule(
        Label.AIRCRAFT,
        r"[A-Z0-9]-[A-Z]{2}|(?:B|RA|UK)-\d{4}|N\d|(?:JA|HL)\d",
        exact(
            rf"(?<![A-Za-z0-9-])(?:[GDFIM2]-[A-Z]{{4}}|C-[FGHI][A-Z]{{3}}|(?:{_LONG_MARKS}|Z)-[A-Z]{{3}}|EC-[A-Z]{{2}}\d"
            r"|(?:RA|UK)-\d{5}|B-\d{4}|JA\d{3}[A-Z\d]|JA\d\d[A-Z]{2}|HL\d{4}"
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
        needs=_BOARDING,
    ),
    Rule(
        Label.WAYBILL,
        r"\d(?:[ -]?\d){10}",
        pattern(r"(?<![\w+-])\d{3}[ -]?\d{4}[ -]?\d{4}(?![\w]|[.,-]\d)"),
        _waybill,
        cues(
            "awb",
            "(?:air ?)?waybill(?: no\\.?| number)?",
            "mawb",
            "hawb",
            "air cargo",
            "air freight",
            "airfreight",
            "consignment",
            "lta",
            "luftfrachtbrief",
            "lettre de transport",
            "gu[ií]a a[eé]rea",
            "luchtvrachtbrief",
        ),
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
