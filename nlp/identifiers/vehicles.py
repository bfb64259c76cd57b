"""What is stamped on a vehicle."""

from nlp.identifiers.rule import (
    CHECK_FAILS,
    CHECKED,
    DOUBTFUL,
    LABELLED,
    Found,
    Rule,
    Sight,
    cues,
    pattern,
)
from nlp.spans import Label


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


_VIN_VALUES = {c: int(c) for c in "0123456789"} | dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True)
)
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)

RULES = (
    Rule(
        Label.VIN,
        r"[A-HJ-NPR-Za-hj-npr-z0-9]{17}",
        pattern(r"(?<![a-z0-9])[a-hj-npr-z0-9]{17}(?![a-z0-9])"),
        _vin,
        cues("vin", "chassis(?: no\\.?| number)?", "fahrgestellnummer", "frame"),
        priority=6,
    ),
)
