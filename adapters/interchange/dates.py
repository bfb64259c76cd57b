"""Dates as people write them in files."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import get_month_names

from adapters.interchange.rows import clean, folded


def date_of(text: str, region: str | None = None) -> str | None:
    """A date as Follow the Money writes it: a year, a month or a day; `None` when it is unsure.

    Whether day or month stands first in 02/05/1979 is as people write it in *region*, where they
    write it in one way.
    """
    plain = clean(text)
    if _ISO.fullmatch(plain):
        return plain[:10] if _is_day(plain[:10]) else None
    if match := _DOTTED.fullmatch(plain):
        day, month, year = (int(part) for part in match.groups())
        return _written(year, month, day)
    if match := _SLASHED.fullmatch(plain):
        first, second, year = (int(part) for part in match.groups())
        return _slashed(first, second, year, region)
    if match := _NAMED.fullmatch(plain):
        named = _months().get(folded(match["month"]))
        day_said = match["day"] or match["other"]
        if named and not (match["day"] and match["other"]):
            return _written(int(match["year"]), named, int(day_said) if day_said else None)
    return None


def _slashed(first: int, second: int, year: int, region: str | None) -> str | None:
    if first == second or second > 12:
        return _written(year, first, second)
    if first > 12:
        return _written(year, second, first)
    match _order(region):
        case "dM":
            return _written(year, second, first)
        case "Md":
            return _written(year, first, second)
    return None


@cache
def _order(region: str | None) -> str | None:
    """Which stands first where people live, day or month; `None` where it is the year."""
    try:
        pattern = Locale.parse(f"und_{region}").date_formats["short"].pattern if region else ""
    except (UnknownLocaleError, ValueError):
        return None
    order = "".join(dict.fromkeys(re.findall("[yMd]", pattern)))
    return order.removesuffix("y") if order.endswith("y") else None


@cache
def _months() -> Mapping[str, int]:
    """Months by their names; one that means two means none."""
    named: dict[str, set[int]] = {}
    for language in _LANGUAGES:
        for width in ("wide", "abbreviated"):
            for number, name in get_month_names(width, locale=language).items():
                named.setdefault(folded(name), set()).add(number)
    return {
        name: number for name, numbers in named.items() if len(numbers) == 1 for number in numbers
    }


def _written(year: int, month: int, day: int | None) -> str | None:
    written = f"{year:04}-{month:02}" + (f"-{day:02}" if day is not None else "")
    return written if _is_day(written) else None


def _is_day(written: str) -> bool:
    try:
        date.fromisoformat((written + "-01-01")[:10])
    except ValueError:
        return False
    return True


_LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl")
_ISO = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(?:T[\d:.Z+-]*)?)?)?")
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_NAMED = re.compile(
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?[ -](?:de )?)?(?P<month>[^\W\d_]{3,10})\.?"
    r"(?:[ -](?P<other>\d{1,2})(?:st|nd|rd|th)?,?)?[ -](?:de )?(?P<year>\d{4})"
)
