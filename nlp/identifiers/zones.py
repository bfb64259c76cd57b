"""The lines a machine reads on passports and identity cards (ICAO 9303)."""

from nlp.identifiers.rule import CHECK_FAILS, CHECKED, DOUBTFUL, Found, Rule, Sight, exact
from nlp.spans import Label


def check_digit(said: str) -> str:
    """Weights 7, 3, 1; letters count from ten, the filler nothing."""
    return str(sum(_VALUES.get(c, 0) * (7, 3, 1)[place % 3] for place, c in enumerate(said)) % 10)


def _document(sight: Sight) -> Found | None:
    parts = sight.match.groupdict()
    number = parts["number"]
    value, country = number.rstrip("<"), parts["country"].rstrip("<")
    fits = check_digit(number) == parts["check"]
    for stretch, check in (("born", "c2"), ("ends", "c3")):
        if parts.get(stretch):
            fits = fits and check_digit(parts[stretch]) == parts[check]
    if not fits:
        return Found(value, DOUBTFUL, country, valid=False, why=CHECK_FAILS)
    return Found(value, CHECKED, country)


def _name(sight: Sight) -> Found | None:
    surname, _, given = sight.match.group("name").rstrip("<").partition("<<")
    if not surname:
        return None
    said = ", ".join(part.replace("<", " ").strip() for part in (surname, given) if part)
    return Found(said, CHECKED)


_VALUES = {c: n for n, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
_EDGE, _END = r"(?<![A-Z0-9<])", r"(?![A-Z0-9<])"
_DATES = r"(?P<born>\d{6})(?P<c2>\d)[MFX<](?P<ends>\d{6})(?P<c3>\d)"

RULES = (
    Rule(
        Label.PASSPORT,
        r"\d{7}[MFX<]\d{7}",
        exact(
            rf"{_EDGE}(?P<number>[A-Z0-9<]{{9}})(?P<check>\d)(?P<country>[A-Z<]{{3}}){_DATES}"
            rf"[A-Z0-9<]{{7,16}}{_END}"
        ),
        _document,
        priority=9,
    ),
    Rule(
        Label.NATIONAL_ID,
        r"[A-Z0-9<]{30}",
        exact(
            rf"{_EDGE}[ACI][A-Z0-9<](?P<country>[A-Z<]{{3}})(?P<number>[A-Z0-9<]{{9}})(?P<check>\d)"
            rf"[A-Z0-9<]{{15}}{_END}"
        ),
        _document,
        priority=9,
    ),
    Rule(
        Label.PERSON,
        r"P[A-Z<][A-Z<]{3}[A-Z]+<",
        exact(rf"{_EDGE}P[A-Z<][A-Z<]{{3}}(?P<name>[A-Z]{{1,30}}<[A-Z<]{{5,38}}){_END}"),
        _name,
        priority=9,
        figures=False,
    ),
    Rule(  # the last of the three lines of a card
        Label.PERSON,
        r"[A-Z]<<[A-Z][A-Z<]{2}",
        exact(rf"{_EDGE}(?=[A-Z<]{{30}}{_END})(?P<name>[A-Z]{{1,27}}<<[A-Z][A-Z<]{{1,27}})"),
        _name,
        priority=9,
        figures=False,
    ),
)
