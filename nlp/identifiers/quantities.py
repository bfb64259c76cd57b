"""Quantities of anything but money: weights, lengths, ages, frequencies."""

import re

from nlp.identifiers.cues import cues
from nlp.identifiers.figures import FIGURE, IN_WORDS, LONE_FIGURE, amount, scaled, written
from nlp.identifiers.rule import DISTINCT, LABELLED, Found, Rule, Sight, pattern
from nlp.spans import Label


def _quantity(sight: Sight) -> Found | None:
    parts = sight.match.groupdict()
    start = sight.match.start("u")
    # The unit may have several words: "miles per hour", "square metres".
    for end in (m.end() for m in reversed(list(_UNIT_END.finditer(parts["u"])))):
        unit = " ".join(parts["u"][:end].lower().strip("([{<>})]").replace("^", "").split())
        known = _unit(unit)
        if known is None or (unit in _ALSO_WORDS and parts["gap"] == " "):
            continue
        if _GOES_ON.match(sight.match.string, start + end):
            return None
        if parts["n"].isdigit() and len(parts["n"]) > _MOST_FIGURES and len(unit) <= _SIGN:
            return None  # "passport 123456789 GB"
        kind, name = known
        number = amount(parts["n"])
        if number is None:
            return None
        if parts.get("f"):
            whole, _, below = parts["f"].partition("/")
            number += int(whole) / int(below) if int(below) else 0
        # A frequency has decimals and no thousands: 145.500 MHz.
        if kind == "frequency" and _DECIMALS.fullmatch(parts["n"]):
            number = float(parts["n"].replace(",", "."))
        value = f"{written(scaled(number, parts['s']))} {name}"
        smaller = _SMALLER.match(sight.match.string, start + end)
        if smaller is not None and name in {"ft", "lb"}:
            value, end = f"{value} {smaller.group(1)}", end + len(smaller.group())
        return Found(value, DISTINCT, kind, extent=(sight.match.start(), start + end))
    return None


def _height(sight: Sight) -> Found:
    """Feet and inches of a person."""
    feet, inches = sight.match.groups()
    return Found(f"{feet} ft {inches}", DISTINCT, "length")


def _from_to(sight: Sight) -> Found | None:
    """Half a kilo, or forty to fifty."""
    parts = sight.match.groupdict()
    known = _unit(parts["u"].lower())
    least, most = amount(parts["n"]), amount(parts["m"])
    is_word = parts["u"].lower() in _ALSO_WORDS and parts["gap"] == " "
    if known is None or least is None or not most or is_word:
        return None
    kind, name = known
    if "/" in sight.said.removesuffix("/h"):
        return Found(f"{written(least / most)} {name}", DISTINCT, kind) if least < most else None
    return (
        Found(f"{written(least)}-{written(most)} {name}", DISTINCT, kind) if least < most else None
    )


def _age(sight: Sight) -> Found | None:
    number = amount(next(part for part in sight.match.groups() if part))
    if number is None or number > _OLDEST:
        return None
    return Found(f"{written(number)} y", LABELLED, "age")


def _unit(said: str) -> tuple[str, str] | None:
    # A sign has no plural: "ha" are hectares, and "has" is a word.
    many = (said.removesuffix("s"), said.removesuffix("es")) if len(said) > _SIGN else ()
    for unit in (said, *many):
        if unit in _UNITS:
            return _UNITS[unit]
    return None


def _table() -> dict[str, tuple[str, str]]:
    found = {}
    for line in _UNIT_LINES.strip().splitlines():
        kind, name, *words = line.split()
        for word in words:
            found[word.replace("_", " ")] = (kind, name)
    return found


_OLDEST = 120
_MOST_FIGURES = 7  # in a row, where something was measured
_DECIMALS = pattern(r"\d{1,5}[.,]\d{1,6}")
_SIGN = 3  # letters of a unit that is no word
_ALSO_WORDS = {"in", "a", "at", "are", "as"}
# Kind, name, and the words for it; a gap is written as a stroke.
_UNIT_LINES = """
mass kg kg kgs kilo kilos kilogram kilogramme kilogramm kilogramo
mass g g gram gramme gm gms gramm gramo
mass mg mg milligram
mass ug µg μg ug mcg microgram microgramme
mass t t ton tonne tonnen tonelada toneladas metric_ton metric_tonne mt
mass lb lb lbs pound pounds
mass oz oz ounce
mass st stone
length m m metre meter mètre metro
length km km kilometre kilometer kms klick kilómetro
length cm cm centimetre centimeter
length mm mm millimetre millimeter
length dm dm decimetre decimeter
length um µm micrometer micron
length nm nanometer nanometre
length mi mile miles mi
length nmi nautical_mile nmi nm seemeilen milles_nautiques millas_náuticas zeemijl
length ft ft foot feet
length in inch inches in "
length yd yd yard yards yds
length ly light_year
area m2 m2 m² sq_m square_metre square_meter sqm
area mm2 mm2 mm² square_millimetre square_millimeter
area km2 km2 km² square_kilometre square_kilometer sq_km
area cm2 cm2 cm² square_centimetre square_centimeter
area mi2 mi2 square_mile sq_mile
area ft2 ft2 square_foot square_feet sq_ft
area yd2 yd2 square_yard
area in2 in2 square_inch square_inches
area acre acre acres
area ha ha hectare
volume l l litre liter litro
volume ml ml millilitre milliliter
volume cl cl centilitre centiliter
volume m3 m3 m³ cubic_metre cubic_meter
volume cm3 cm3 cm³ cubic_centimetre cubic_centimeter
volume ft3 cubic_foot cubic_feet
volume gal gallon gal
volume pt pint
volume qt quart
volume fl_oz fluid_ounce fl_oz
volume bbl barrel
volume tbsp tablespoon
volume tsp teaspoon
volume teu teu
speed km/h km/h kmh kph kmph km/hr kilometre_per_hour kilometres_per_hour
speed km/h kilometer_per_hour kilometers_per_hour
speed mph mph mile_per_hour miles_per_hour miles_an_hour mile_an_hour
speed m/s m/s metres_per_second meters_per_second
speed kn knot knots kn kts
frequency Hz hz hertz
frequency kHz khz kilohertz
frequency MHz mhz megahertz
frequency GHz ghz gigahertz
frequency THz thz terahertz
temperature C °c degrees_celsius celsius degrees_c deg_c centigrade degree_celsius
temperature F °f degrees_fahrenheit fahrenheit degrees_f deg_f degree_fahrenheit
temperature deg degrees degree °
data bit bit
data B byte
data kB kb kilobyte
data MB mb megabyte megabit mbit
data GB gb gigabyte gigabit gbit
data TB tb terabyte
power W watt watts
power kW kw kilowatt
power MW mw megawatt
power hp hp horsepower
energy kWh kwh
voltage V volt
current A amp amps
pressure bar bars_of_pressure
pressure psi psi
pressure Pa pascal
percent % % percent per_cent pct
count round rounds round
count pill pill tablet tab capsule tablette tabletten comprimé pastilla pille pillen
count wrap wrap
count deal deal
count plant plant
count block brick
count pack packet sachet package parcel
count bag baggie
count carton carton
count box box boxes
count cartridge cartridge magazine
"""
_UNITS = _table()
_UNIT_END = re.compile(r"[^\s]+")
_GOES_ON = re.compile(r"[\w/\"^]|-\w|'\w")
# Feet go on in inches, and pounds in ounces.
_SMALLER = pattern(r" (?:and )?(\d{1,2}(?:\.\d)?) ?(?:inch(?:es)?|in|oz|ounces?)(?![\w-])")

RULES = (
    Rule(
        Label.QUANTITY,
        r"\d(?: ?(?i:ft|foot) ?|')\d",
        pattern(
            r"(?<![\w.,'])([3-8])(?:'| ?(?:ft|foot) ?)(1[01]|\d)"
            r"(?:\"|''| ?in(?:ch(?:es)?)?)?(?![\w'\"])"
        ),
        _height,
        priority=4,
    ),
    Rule(
        Label.QUANTITY,
        r"\d ?(?:-|/|(?i:to|bis|[àa]|tot)) ?\d{1,15}(?:[ ,.']\d{1,8})* ?[A-Za-zµμ]",
        re.compile(
            rf"(?P<n>{LONE_FIGURE}) ?(?:-|/|to|bis|à|a|tot) ?(?P<m>{FIGURE})"
            r"(?P<gap> ?)(?P<u>[^\W\d_]{1,9}(?:/h)?)(?![\w/])",
            re.IGNORECASE,
        ),
        _from_to,
        priority=3,
        effort=500,
    ),
    Rule(
        Label.QUANTITY,
        r"\d[ -]{0,2}[A-Za-z(\[{<%\"]|\d[ -]{0,2}[^\x00-\x7f]",
        re.compile(
            rf"(?P<n>{LONE_FIGURE})(?: (?P<f>\d{{1,2}}/\d{{1,2}}))?"
            r"(?: ?(?P<s>thousand|million|billion|hundred|k(?=[ -]))(?![a-z]))?"
            r"(?P<gap>[ -]{0,2})"
            r"(?P<u>[(\[{<]?[^\W\d_]{1,14}(?:/[a-z]{1,6})?[23²³]?(?:\^[23])?[)\]}>]?"
            r"(?: [^\W\d_]{1,12}){0,2}|[%°\"](?:[cf](?![a-z]))?)",
            re.IGNORECASE,
        ),
        _quantity,
        priority=2,
        effort=500,
    ),
    Rule(
        Label.QUANTITY,
        r"[A-Za-z][ -][A-Za-z]",
        re.compile(
            rf"(?<![a-z-])(?P<n>{IN_WORDS})(?P<f>(?!))?(?P<s>(?!))?(?P<gap>[ -])"
            r"(?P<u>(?:kilo(?:gram(?:me)?|met(?:re|er))?|gram(?:me)?|(?:metric )?tonne|(?:metric "
            r")?ton|(?:square |nautical )?mile|met(?:re|er)|foot|feet|inch(?:es)?|ounce"
            r"|lit(?:re|er)|gallon|acre|yard|pill|tablet|wrap|round|brick|packet|plant)s?)(?![\w-])",
            re.IGNORECASE,
        ),
        _quantity,
        priority=2,
        effort=500,
        figures=False,
        needs=cues(
            "kilo(?:gram(?:me)?|met(?:re|er))?s?", "gram(?:me)?s?", "metric", "ton(?:ne)?s?",
            "square", "nautical", "miles?", "met(?:re|er)s?", "foot", "feet", "inch(?:es)?",
            "ounces?", "lit(?:re|er)s?", "gallons?", "acres?", "yards?", "pills?", "tablets?",
            "wraps?", "rounds?", "bricks?", "packets?", "plants?",
        ),
    ),
    Rule(
        Label.QUANTITY,
        r"(?i:(?:year|month|week|yr)s?[ -](?:old|of age)|\d[ -]?y[/.]?o|(?:^|[^a-z])aged?[ :]"
        r"|jahre alt|jaar oud|\d ?(?:ans|a[nñ]os)|\d[ -]?j[äa][hr])",
        pattern(
            r"(?<![\w.,])(\d{1,3}(?:[.,]\d)?)[ -]?(?:years?|yrs?|months?|weeks?)[ -](?:old|of "
            r"age)(?![a-z])"
            r"|(?<![\w.,])(\d{1,3})[ -]?y[./]?o\.?(?![a-z])"
            r"|(?<![\w.,])(\d{1,3})(?: ?(?:jahre alt|jaar oud|a[nñ]os de edad)"
            r"|[ -]?(?:j[äa]hrig|jarig)(?:e[mnrs]?)?)(?![a-zä-ü])"
            r"|(?:(?<=[âa]g[ée] de )|(?<=[âa]g[ée]e de )|(?<= a )|(?<= avait ))(\d{1,3}) ?ans"
            r"(?!\w| d[e'’])|(?:(?<=tiene )|(?<=ten[íi]a ))(\d{1,3}) ?a[nñ]os(?!\w| de [^e])"
            r"|(?<![a-z])(?:aged?|age:)(?: of)?:? (\d{1,3})(?![\w.,:/-])"
            r"|(?<![a-z-])((?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir"
            r"|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty"
            r"(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?))[ -](?:years?|months?"
            r"|weeks?)[ -](?:old|of age)(?![a-z])"
        ),
        _age,
        priority=4,
        effort=500,
        figures=False,
    ),
)  # fmt: skip
