"""Which days are public holidays somewhere, and which are working days."""

from datetime import date
from functools import cache

import holidays

from bot.errors import ConfigError

SATURDAY = 5


def is_working_day(day: date, country: str | None) -> bool:
    """Neither a Saturday, a Sunday nor a public holiday there."""
    return day.weekday() < SATURDAY and not is_holiday(day, country)


def is_holiday(day: date, country: str | None) -> bool:
    """Whether all of that country rests. Raises `ConfigError` for a country nobody knows."""
    return country is not None and day in _holidays(country, day.year)


def is_known(country: str) -> bool:
    """Whether the public holidays of this country are known."""
    return country in _countries()


@cache
def _countries() -> frozenset[str]:
    return frozenset(holidays.list_supported_countries())


@cache
def _holidays(country: str, year: int) -> frozenset[date]:
    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        raise ConfigError(
            f'country = "{country}" is not a country whose public holidays are known. '
            'Write its two letters, such as "BE".'
        ) from None
