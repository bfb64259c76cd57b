"""Where somebody can be visited: a street with its number."""

import re

from nlp.identifiers.rule import DISTINCT, SHAPE, Found, Rule, Sight, exact
from nlp.lexicon import COMMON
from nlp.spans import Label


def _address(sight: Sight) -> Found | None:
    said = sight.said.rstrip(" ,.-")
    words = re.findall(r"[^\W\d_]+", said)
    if not words or not any(c.isdigit() for c in said):
        return None
    extent = (sight.match.start(), sight.match.start() + len(said))
    certain = sight.match.groupdict().get("code") is not None
    value = " ".join(said.replace(",", " ").split()).lower()
    return Found(value, DISTINCT if certain else SHAPE, extent=extent)


def _in_small_letters(sight: Sight) -> Found | None:
    """ "44 birch road": a street of words that carry no sentence."""
    if any(word in COMMON for word in sight.match.group(1).split()):
        return None
    return Found(sight.said, SHAPE)


_IN_FULL = "street|road|avenue|lane|drive|close|square|crescent|gardens|terrace|grove|mews"
_NAME = r"[^\W\d_][\w'’.-]{0,24}"
_BIG = "[A-ZÀ-ÖØ-ÞŁŠŽŐŰ]"
_CAPITAL = rf"{_BIG}[\w'’.-]{{0,24}}"
_OF = r"(?:(?i:de|du|des|del|della|la|le|les|los|do|da|dos|di) |[dl]['’]){0,2}"
_KINDS = (
    "Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Close|Way|Court|Ct|Place|Pl|Square|Sq"
    "|Boulevard|Blvd|Terrace|Crescent|Cres|Gardens|Grove|Mews|Row|Walk|Parade|Quay|Highway|Hwy"
    "|Parkway|Pkwy|Circle|Cir|Trail|Rise|Heights|Green|Embankment|Wharf|Broadway|Turnpike|Loop"
)
_BEFORE = (
    "rue|via|viale|corso|piazza|calle|avenida|av|avenue|boulevard|chauss[ée]e|rua|ul|ulica|plac"
    "|aleja|strada|allee|place|quai|plaza|paseo|carrer|travessa|largo"
)
_ENDS = (
    "stra(?:ss|ß)e|str\\.|gasse|platz|allee|weg|ring|straat|laan|plein|gracht|kade|gade|vej|gatan"
    "|v[äa]gen"
)
_WITHIN = r"(?:Flat|Apt|Apartment|Unit|Suite|Room|Floor)\.? ?#?[A-Za-z]?\d{1,4}[A-Za-z]?"
_FLAT = r"(?:(?:,? |\n ?)(?:(?:Flat|Apt|Apartment|Unit|Suite|Room|Floor)\.? ?#?|#)\w{1,6})?"
_CODE = (
    r"(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]{2} \d{5}(?:-\d{4})?|\d{4} ?[A-Z]{2}|\d{2}-\d{3}"
    r"|\d{5}(?:-\d{4})?|[A-Z]\d[A-Z] ?\d[A-Z]\d|\d{4})"
)
_TOWN = (
    rf"(?:,? (?:in )?(?P<town>{_CAPITAL}(?: {_CAPITAL}){{0,2}}))??(?:,? (?P<code>{_CODE})(?!\w)"
    rf"(?: {_CAPITAL}(?: {_CAPITAL})?)?)?"
)

RULES = (
    Rule(
        Label.ADDRESS,
        rf" (?:{_KINDS})(?:$|[^A-Za-z0-9_'])",
        re.compile(
            rf"(?<![\w.,£$€-])(?:{_WITHIN},? )?\d{{1,5}}[A-Za-z]?(?:[-/]\d{{1,4}}[A-Za-z]?)?,? "
            rf"(?:{_CAPITAL} ){{1,4}}(?:{_KINDS})\.?(?![\w'])"
            rf"(?: (?:North|South|East|West|[NSEW]{{1,2}})(?!\w))?{_FLAT}{_TOWN}"
        ),
        _address,
        priority=2,
        effort=300,
    ),
    Rule(
        Label.ADDRESS,
        rf"\d[a-z]? [a-z']{{3,16}} (?:[a-z']{{3,16}} )?(?:{_IN_FULL})",
        exact(
            rf"(?<![\w.,£$€/-])\d{{1,4}}[a-z]? "
            rf"([a-z']{{3,16}}(?: [a-z']{{3,16}})?) (?:{_IN_FULL})(?!\w)"
        ),
        _in_small_letters,
        priority=2,
        effort=300,
    ),
    Rule(
        Label.ADDRESS,
        rf"(?:^|[^A-Za-z])(?i:{_BEFORE})\.? {_OF}{_BIG}",
        re.compile(
            rf"(?<![\w.])(?:\d{{1,4}}(?: ?(?:bis|ter))?,? )?(?i:{_BEFORE})\.? {_OF}{_CAPITAL}"
            rf"(?: {_NAME}){{0,2}},? "
            rf"\d{{1,4}}[A-Za-z]?(?!\w|[.,:/]\d){_FLAT}{_TOWN}"
        ),
        _address,
        priority=2,
        effort=300,
    ),
    Rule(
        Label.ADDRESS,
        rf" (?i:{_BEFORE})\.? {_OF}{_BIG}",
        re.compile(
            rf"(?<![\w.,])\d{{1,4}}(?: ?(?:bis|ter))?,? (?i:{_BEFORE})\.? "
            rf"(?:(?i:de|du|des|la|le|les) |[dl]['’]){{0,2}}"
            rf"{_CAPITAL}(?: {_CAPITAL}){{0,2}}{_FLAT}{_TOWN}"
        ),
        _address,
        priority=2,
        effort=300,
    ),
    Rule(
        Label.ADDRESS,
        r"(?i:stra(?:ss|ß)e|str\.|gasse|platz|allee|weg|ring|straat|laan|plein|gracht|kade|gade"
        r"|vej|gatan|v[äa]gen) \d",
        re.compile(
            rf"(?<!\w)(?:{_CAPITAL} )?[A-ZÀ-ÖØ-Þ][\w-]{{1,24}}(?:{_ENDS}) "
            rf"\d{{1,4}} ?[a-zA-Z]?(?!\w|[.,:/]\d){_FLAT}{_TOWN}"
            rf"|(?<!\w)[A-ZÀ-ÖØ-Þ][\w-]{{1,24}} (?:Stra(?:ss|ß)e|Platz|Allee|Weg) \d{{1,4}}"
            rf"[a-zA-Z]?(?!\w|[.,:/]\d)"
        ),
        _address,
        priority=2,
        effort=300,
    ),
    Rule(
        Label.ADDRESS,
        r"(?i:p\.? ?o\.? ?box|postfach|postbus)",
        re.compile(r"(?<!\w)(?i:p\.? ?o\.? ?box|postfach|postbus) (?=\d)\d[\d ]{0,7}(?!\w)"),
        _address,
        priority=2,
    ),
)
