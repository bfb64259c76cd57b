"""Numbers on papers, cards and devices that say who somebody is."""

from functools import cache
from importlib import import_module
from types import ModuleType

from nlp.identifiers.forms import is_alone
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
    luhn,
    pattern,
    wherever,
)
from nlp.spans import Label


def _labelled(sight: Sight, *, country: str | None = None) -> Found | None:
    """No check digits, or none that are public: the word beside it must say what it is."""
    value = compact(sight.said)
    if not sight.is_labelled or sum(c.isdigit() for c in value) < 3:
        return None
    return Found(value, LABELLED, country)


def _alone(sight: Sight) -> Found | None:
    """All that a line says, in the form of a paper: which one and whose nobody says."""
    value = compact(sight.said)
    if not is_alone(sight.match.string, *sight.match.span()):
        return None
    found = [
        Found(value, BARE, country, label=label, why="nothing says what it is, only its form")
        for form, label, countries in _PAPERS
        if form.fullmatch(value)
        for country in countries
    ]
    return found[0]._replace(others=tuple(found[1:])) if found else None


def _driver_gb(sight: Sight) -> Found | None:
    value = sight.said.upper()
    month, day = int(value[6:8]), int(value[8:10])
    if not (1 <= month % 50 <= 12 and 1 <= day <= 31):
        return None
    return Found(value, LABELLED if sight.is_labelled else DISTINCT, "GB")


def _imei(sight: Sight) -> Found | None:
    value = digits(sight.said)
    labelled = sight.is_labelled
    if len(value) == 16:  # the software version instead of the check digit
        return Found(value, LABELLED, "imeisv") if labelled else None
    if luhn(value):
        if labelled:
            return Found(value, CHECKED)
        return Found(value, LABELLED) if value[:2] in _REPORTING_BODIES else None
    if labelled:
        return Found(value, DOUBTFUL, valid=False, why=CHECK_FAILS)
    return None


def _imsi(sight: Sight) -> Found | None:
    if not sight.is_labelled:
        return None
    value = digits(sight.said)
    if _check("imsi").is_valid(value):
        return Found(value, LABELLED)
    return Found(value, DOUBTFUL, valid=False, why="no network has a number beginning like this")


def _iccid(sight: Sight) -> Found | None:
    value = digits(sight.said)
    labelled = sight.is_labelled
    if luhn(value):
        return Found(value, CHECKED if labelled else LABELLED)
    if labelled:
        return Found(value, DOUBTFUL, valid=False, why=CHECK_FAILS)
    return None


def _postcode_gb(sight: Sight) -> Found | None:
    value = compact(sight.said)
    return Found(f"{value[:-3]} {value[-3:]}", SHAPE, "GB")


def _postcode(sight: Sight) -> Found | None:
    return Found(compact(sight.said), LABELLED) if sight.is_labelled else None


@cache
def _check(module: str) -> ModuleType:
    return import_module(f"stdnum.{module}")


BARE = 0.4  # as sure as the form alone can make it: enough to be looked up, and for nothing else
_PAPERS = (
    (exact(r"[MSRGD]\d{3}[A-Z]\d{4}"), Label.PASSPORT, ("KR",)),
    (exact(r"[A-Z]{2}\d{7}"), Label.PASSPORT, ("IT", "PL", "GB")),
    (exact(r"[A-Z]{3}\d{6}"), Label.PASSPORT, ("ES",)),
    (exact(r"\d\d[A-Z]{2}\d{5}"), Label.PASSPORT, ("FR",)),
    (exact(r"[A-Z]\d{7}"), Label.PASSPORT, ("IN",)),
    (exact(r"[CFGHJKLMNPRTVWXYZ](?=[A-Z]*\d)[CFGHJ-NPRTV-Z0-9]{8}"), Label.PASSPORT, ("DE",)),
    (exact(r"[A-Z]\d{8}"), Label.PASSPORT, ("US", "KR")),
    (exact(r"[A-Z]{2}\d{7}[A-Z]|U1[A-Z0-9]{7}[A-Z]"), Label.DRIVING_LICENCE, ("IT",)),
    (exact(r"[A-Z]{2}\d{8}[A-Z0-9]"), Label.DRIVING_LICENCE, ("DE",)),
)
_PASSPORT_WORDS = (
    r"passports?", r"pp(?:t|n)?", r"passeport", r"pasaporte", r"reisepass(?:-?nummer|-?nr\.?)?",
    r"pass(?:-?nr\.?|nummer)", r"passaporto", r"paspoort(?:-?nummer)?", r"paszport(?:u)?",
    r"travel doc(?:ument)?", r"여권(?:번호)?", r"паспорт", r"护照",
)  # fmt: skip
_LICENCE_WORDS = (
    r"driv(?:ing|er'?s?) licen[cs]es?", r"licen[cs]e(?: no\.?| number)?", r"dl[ .:#]",
    r"dl (?:no\.?|nr\.?|num|number)",
    r"führerschein(?:-?nummer|-?nr\.?)?", r"fahrerlaubnis", r"patente(?: di guida)?",
    r"rijbewijs(?:-?nummer)?", r"permis(?: de conduire)?", r"permiso de conduc(?:ir|ci[oó]n)",
    r"carn[eé] de conducir", r"licencia de conducir", r"운전면허",
)  # fmt: skip
# Who gives out type allocation codes, or once did, by the first figures of theirs (GSMA TS.06).
_REPORTING_BODIES = frozenset("01 35 44 45 49 50 51 52 53 54 86 91 98 99".split())

RULES = (
    Rule(
        Label.PASSPORT,
        wherever(*_PASSPORT_WORDS),
        pattern(r"(?<![\w-])(?=[a-z0-9]{0,8}\d)[a-z0-9]{6,9}(?![\w-])"),
        _labelled,
        cues(*_PASSPORT_WORDS),
        priority=4,
        needs=cues(*_PASSPORT_WORDS),
    ),
    Rule(
        Label.PASSPORT,
        r"(?:^|[^A-Za-z0-9])(?:[A-Za-z]{1,3}\d|\d\d[A-Za-z]{2}\d)[A-Za-z0-9]{4,9}(?:$|[^A-Za-z0-9])",
        pattern(r"(?<![\w-])(?=[a-z]{1,3}\d|\d\d[a-z]{2}\d)[a-z0-9]{8,11}(?![\w-])"),
        _alone,
        also=(Label.DRIVING_LICENCE,),
    ),
    Rule(
        Label.DRIVING_LICENCE,
        rf"{EDGE}[A-Za-z][A-Za-z9]{{4}}\d{{6}}[A-Za-z]",
        pattern(r"(?<![a-z0-9])[a-z][a-z9]{4}\d{6}[a-z][a-z9]\d[a-z]{2}(?![a-z0-9])"),
        _driver_gb,
        cues(*_LICENCE_WORDS),
        priority=6,
    ),
    Rule(
        Label.DRIVING_LICENCE,
        wherever(*_LICENCE_WORDS),
        pattern(r"(?<![\w-])(?=[a-z0-9-]{0,12}\d)[a-z0-9](?:-?[a-z0-9]){6,15}(?![\w-])"),
        _labelled,
        cues(*_LICENCE_WORDS),
        priority=3,
        needs=cues(*_LICENCE_WORDS),
    ),
    Rule(
        Label.IMEI,
        r"\d(?:[ -]?\d){13}",
        pattern(r"(?<![\w+-])\d\d[ -]?\d{6}[ -]?\d{6}[ -]?\d{1,2}(?![\w-]|[.,]\d)"),
        _imei,
        cues("imei", "handset", "phone", "device"),
        priority=6,
    ),
    Rule(
        Label.IMSI,
        r"(?i:imsi)",
        pattern(r"(?<![\w+-])\d{3}[ -]?\d{2,3}[ -]?\d{9,10}(?![\w-])"),
        _imsi,
        cues("imsi"),
        priority=6,
        needs=cues("imsi"),
    ),
    Rule(
        Label.ICCID,
        r"\d(?:[ -]?\d){17}",
        # On the chip a last half of a byte is filled up with an F.
        pattern(r"(?<![\w+-])89(?:[ -]?\d){16,18}(?=f?(?![\w-]))"),
        _iccid,
        cues("iccid", "sim(?: card)?(?: no\\.?| number)?", "ssn"),
        priority=8,
    ),
    Rule(
        Label.POSTCODE,
        r"(?:\d[A-Z]?|GIR) ?\d[A-Z]{2}",
        exact(
            r"(?<![A-Za-z0-9-])(?:GIR ?0AA|[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]? "
            r"?\d[ABD-HJLNP-UW-Z]{2})(?![A-Za-z0-9-])"
        ),
        _postcode_gb,
        priority=4,
    ),
    Rule(
        Label.POSTCODE,
        r"(?i:plz|zip|post ?code|postal|postleitzahl)",
        pattern(r"(?<![\w-])(?:\d{4} ?[A-Z]{2}|\d{5}(?:-\d{3,4})?|\d{2}-\d{3}|\d{4})(?![\w-])"),
        _postcode,
        cues("plz", "zip(?: ?code)?", "post ?code", "postal(?: code)?", "postleitzahl"),
        priority=2,
        needs=cues("plz", "zip(?: ?code)?", "post ?code", "postal(?: code)?", "postleitzahl"),
    ),
)
