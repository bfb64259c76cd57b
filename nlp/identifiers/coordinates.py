"""Places given in figures."""

import re

from nlp.identifiers.rule import (
    DISTINCT,
    DOUBTFUL,
    LABELLED,
    Found,
    Rule,
    Sight,
    compact,
    cues,
    exact,
    pattern,
)
from nlp.spans import Label


def _decimal(sight: Sight) -> Found | None:
    parts = sight.match.groupdict()
    latitude = _signed(parts["lat"], parts["ns"])
    longitude = _signed(parts["lon"], parts["ew"])
    has_sign = bool(parts["ns"] or parts["ew"] or "°" in sight.said or sight.is_labelled)
    is_precise = min(len(parts[key].partition(".")[2]) for key in ("lat", "lon")) >= 3
    if not (has_sign or is_precise):
        return None
    return _point(latitude, longitude, "decimal")


def _with_commas(sight: Sight) -> Found:
    parts = sight.match.groupdict()
    latitude = _signed(parts["lat"].replace(",", "."), parts["ns"])
    return _point(latitude, _signed(parts["lon"].replace(",", "."), parts["ew"]), "decimal")


def _sexagesimal(sight: Sight) -> Found | None:
    parts = {"s1": "0", "s2": "0", **sight.match.groupdict(default="0")}
    if float(parts["m1"]) >= _SIXTY or float(parts["m2"]) >= _SIXTY:
        return None
    latitude = float(parts["d1"]) + float(parts["m1"]) / 60 + float(parts["s1"]) / 3600
    longitude = float(parts["d2"]) + float(parts["m2"]) / 60 + float(parts["s2"]) / 3600
    hemispheres = (parts["ns"] + parts["ew"]).upper()
    return _point(
        -latitude if "S" in hemispheres else latitude,
        -longitude if "W" in hemispheres else longitude,
        "dms",
    )


def _compact(sight: Sight) -> Found | None:
    """Degrees, minutes and perhaps seconds without gaps, as seamen and pilots write them."""
    north, ns, east, ew = sight.match.groups()
    latitude, longitude = _together(north.ljust(6, "0")), _together(east.ljust(7, "0"))
    if latitude is None or longitude is None:
        return None
    return _point(
        -latitude if ns in "Ss" else latitude, -longitude if ew in "Ww" else longitude, "dms"
    )


def _mgrs(sight: Sight) -> Found | None:
    easting, northing = sight.match.group("e"), sight.match.group("n") or ""
    figures = easting + northing
    if len(figures) % 2 or (northing and len(easting) != len(northing)):
        return None
    if len(figures) < 4 and not sight.is_labelled:
        return None
    # The columns of squares have eight letters in each zone, and begin again after three zones.
    zone, column = sight.match.group("zone", "column")
    if column not in ("STUVWXYZ", "ABCDEFGH", "JKLMNPQR")[int(zone) % 3]:
        return None
    confident = LABELLED if sight.is_labelled else DISTINCT
    return Found(compact(sight.said), confident, "mgrs")


def _national_grid(sight: Sight) -> Found | None:
    value = compact(sight.said)
    if not sight.is_labelled or len(value) % 2:
        return None
    return Found(value, LABELLED, "osgb")


def _utm(sight: Sight) -> Found | None:
    zone, band, easting, northing = sight.match.groups()
    if not 1 <= int(zone) <= 60 or not 100_000 <= int(easting) < 1_000_000:
        return None
    value = f"{int(zone)}{band.upper()} {easting} {northing}"
    return Found(value, DISTINCT, "utm")


def _geohash(sight: Sight) -> Found | None:
    value = sight.said.lower()
    return Found(value, LABELLED, "geohash") if sight.is_labelled else None


def _three_words(sight: Sight) -> Found | None:
    return Found(sight.said.lower().removeprefix("///"), DISTINCT, "words")


def _plus_code(sight: Sight) -> Found | None:
    """A whole one, or a short one that needs the town beside it."""
    value = sight.said.upper()
    if value.index("+") == _WHOLE:
        return Found(value, DISTINCT, "plus")
    return Found(value, LABELLED, "plus") if sight.is_labelled else None


def _point(latitude: float, longitude: float, subtype: str) -> Found:
    value = f"{latitude:.5f},{longitude:.5f}"
    if abs(latitude) > 90 or abs(longitude) > 180:
        why = "off the globe: latitude ends at 90 degrees, longitude at 180"
        return Found(value, DOUBTFUL, subtype, valid=False, why=why)
    return Found(value, DISTINCT, subtype)


def _together(figures: str) -> float | None:
    """Degrees of a row of figures: the last two are seconds, the two before minutes."""
    degrees, minutes, seconds = int(figures[:-4]), int(figures[-4:-2]), int(figures[-2:])
    return degrees + minutes / 60 + seconds / 3600 if max(minutes, seconds) < _SIXTY else None


def _signed(figure: str, hemisphere: str | None) -> float:
    value = float(figure.replace(" ", ""))
    return -abs(value) if (hemisphere or "").upper() in {"S", "W"} else value


_SIXTY = 60
_WHOLE = 8  # letters and digits of a plus code before its plus
_GRID = cues(
    "gr", "(?:map |grid )ref(?:erence)?", "grid", "os", "osgb", "ngr", "located at", "os grid"
)
_SEXAGESIMAL = (
    r"(?P<d{n}>\d{{1,3}})(?:°| ?deg | )[ ]?(?P<m{n}>\d{{1,2}}(?:\.\d{{1,6}})?)(?:['`]|[ ](?=\d"
    r"|[NSEWnsew]))[ ]?"
    r"(?:(?P<s{n}>\d{{1,2}}(?:\.\d{{1,4}})?)(?:\"|''|[ ](?=[NSEWnsew])|(?=[NSEW]))[ ]?)?"
)
_SEXAGESIMAL_BEHIND = (
    r"(?P<d{n}>\d{{1,3}})(?:°| ?deg | )[ ]?(?P<m{n}>\d{{1,2}}(?:\.\d{{1,6}})?)"
    r"(?:'?[ ]?(?P<s{n}>\d{{1,2}}(?:\.\d{{1,4}})?)\"|')?"
)

RULES = (
    Rule(
        # Groups of thousands have three figures: four behind a comma are a fraction.
        Label.COORDINATES,
        r"\d,\d{4}",
        re.compile(
            r"(?<![\w.,+-])(?P<lat>[+-]?\d{1,2},\d{4,8}) ?°? ?(?P<ns>[NS])?(?![A-Za-z])"
            r"(?: ?[,;/]\s|[;/]| |\n(?=l[oä]n))(?:l[oä]n(?:g|gitude|ge)?[ :=]{1,3})?"
            r"(?P<lon>[+-]?\d{1,3},\d{4,8})(?!\d| ?%) ?°?(?: ?(?P<ew>[EW]))?(?![A-Za-z0-9])",
            re.IGNORECASE,
        ),
        _with_commas,
        priority=5,
    ),
    Rule(
        Label.COORDINATES,
        r"\d\.\d",
        re.compile(
            r"(?<![\w.+-])(?P<lat>[+-]?\d{1,3}\.\d{1,8}) ?°? ?(?P<ns>[NS])?(?![A-Za-z])"
            r"(?: ?[,;/]\s?| |\n(?=lon))(?:lon(?:g|gitude)?[ :=]{1,3})?"
            r"(?P<lon>[+-]?\d{1,3}\.\d{1,8})(?!\d| ?%)"
            r" ?°?(?: ?(?P<ew>[EW]))?(?![A-Za-z0-9])",
            re.IGNORECASE,
        ),
        _decimal,
        cues(
            "lat(?:itude)?",
            "coord(?:inate)?s?",
            "gps",
            "position",
            "posn?",
            "loc(?:ation)?",
            "grid",
            "koordinaten",
            "coordonn[ée]es",
            "coordenadas",
            "co[oö]rdinaten",
            "ubicaci[oó]n",
            "standort",
            "locatie",
            "lieu",
        ),
        priority=5,
    ),
    Rule(
        Label.COORDINATES,
        r"\d ?(?:°|deg| )[ ]?\d",
        re.compile(
            r"(?<![\w.])"
            + _SEXAGESIMAL.format(n=1)
            + r"(?P<ns>[NS])[,;/ ]{0,3}"
            + _SEXAGESIMAL.format(n=2)
            + r"(?P<ew>[EW])(?![A-Za-z0-9])",
            re.IGNORECASE,
        ),
        _sexagesimal,
        priority=6,
    ),
    Rule(
        Label.COORDINATES,
        r"(?:^|[^A-Za-z0-9])[NSns] ?\d{1,3}(?:°|deg| ) ?\d",
        re.compile(
            r"(?<![A-Za-z0-9])(?P<ns>[NS]) ?"
            + _SEXAGESIMAL_BEHIND.format(n=1)
            + r"[,;/ ]{1,3}(?P<ew>[EW]) ?"
            + _SEXAGESIMAL_BEHIND.format(n=2)
            + r"(?![\w.,]\d)",
            re.IGNORECASE,
        ),
        _sexagesimal,
        priority=6,
    ),
    Rule(
        Label.COORDINATES,
        r"(?:^|[^A-Za-z0-9])[NSns] ?\d{1,2}\.\d",
        re.compile(
            r"(?<![A-Za-z0-9])(?P<ns>[NS]) ?(?P<lat>\d{1,2}\.\d{2,8})°?[,;/ ]{1,3}"
            r"(?P<ew>[EW]) ?(?P<lon>\d{1,3}\.\d{2,8})°?(?![\w.])",
            re.IGNORECASE,
        ),
        _decimal,
        priority=6,
    ),
    Rule(
        Label.COORDINATES,
        r"\d-\d\d(?:\.\d{1,4})?[NSns]",
        re.compile(
            r"(?<![\w.-])(?P<d1>\d{1,2})-(?P<m1>\d\d(?:\.\d{1,4})?)(?P<ns>[NS])[,;/ ]{1,3}"
            r"(?P<d2>\d{1,3})-(?P<m2>\d\d(?:\.\d{1,4})?)(?P<ew>[EW])(?![A-Za-z0-9])",
            re.IGNORECASE,
        ),
        _sexagesimal,
        priority=6,
    ),
    Rule(
        Label.COORDINATES,
        r"\d{4}[NS][ ,/]{0,2}\d{5}",
        exact(r"(?<![A-Za-z0-9.-])(\d{4}|\d{6})([NS])[ ,/]{0,2}(\d{5}|\d{7})([EW])(?![A-Za-z0-9])"),
        _compact,
        priority=6,
    ),
    Rule(
        Label.COORDINATES,
        r"\d[C-HJ-NP-X] ?[A-HJ-NP-Z]{2} ?\d",
        exact(
            r"(?<![A-Za-z0-9-])(?P<zone>[1-9]|[1-5]\d|60)[C-HJ-NP-X] ?"
            r"(?P<column>[A-HJ-NP-Z])[A-HJ-NP-V] ?"
            r"(?P<e>\d{1,5}|\d{6}|\d{8}|\d{10})(?: (?P<n>\d{1,5}))?(?![A-Za-z0-9-])"
        ),
        _mgrs,
        cues("mgrs", "grid(?: ref(?:erence)?)?", "gr", "usng"),
        priority=5,
    ),
    Rule(
        Label.COORDINATES,
        r"[HJNOST][A-HJ-Z] ?\d{2}",
        exact(
            r"(?<![A-Za-z0-9-])[HJNOST][A-HJ-Z] ?(?:\d{4}|\d{6}|\d{8}|\d{10}|\d\d \d\d"
            r"|\d{3} \d{3}|\d{4} \d{4}|\d{5} \d{5})(?![A-Za-z0-9-])"
        ),
        _national_grid,
        _GRID,
        priority=4,
        needs=_GRID,
    ),
    Rule(
        Label.COORDINATES,
        r"[2-9CFGHJMPQRVWX]{4}\+[2-9CFGHJMPQRVWX]{2}",
        exact(
            r"(?<![A-Za-z0-9])(?:[2-9CFGHJMPQRVWX]{4}){1,2}\+[2-9CFGHJMPQRVWX]{2,3}(?![A-Za-z0-9])"
        ),
        _plus_code,
        cues("plus ?codes?", "olc", "open location code"),
        priority=5,
    ),
    Rule(
        Label.COORDINATES,
        r"\d ?[C-HJ-NP-X][ ,]{1,2}(?:E ?)?\d{6}",
        exact(
            r"(?<![A-Za-z0-9])(\d{1,2}) ?([C-HJ-NP-X])[ ,]{1,2}(?:E ?)?(\d{6})"
            r"(?:\.\d{1,3})?(?: ?m)?(?: ?E)?[ ,]{1,2}(?:N ?)?(\d{7})"
            r"(?:\.\d{1,3})?(?: ?m)?(?: ?N)?(?![A-Za-z0-9])"
        ),
        _utm,
        priority=6,
    ),
    Rule(
        Label.COORDINATES,
        r"(?i:geohash)",
        pattern(r"(?<![\w-])(?=[a-z]{0,11}\d)[0-9b-hjkmnp-z]{5,12}(?![\w-])"),
        _geohash,
        cues("geohash(?:es)?", "geo hash"),
        priority=5,
        needs=cues("geohash(?:es)?", "geo hash"),
    ),
    Rule(
        Label.COORDINATES,
        r"///[a-z]",
        exact(r"(?<![\w/:])///[a-z]{2,20}\.[a-z]{2,20}\.[a-z]{2,20}(?![\w.])"),
        _three_words,
        priority=9,
        figures=False,
    ),
)
