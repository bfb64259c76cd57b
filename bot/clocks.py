"""How a moment is written for its reader: in their zone, with the zone named."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

UNITS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


def written(
    at: datetime, zone: ZoneInfo, *, now: datetime | None = None, locale: str = "en"
) -> str:
    """ "Thu 19 Nov, 10:00 (Brussels)"; with the year, unless it is the year of *now*."""
    local = at.astimezone(zone)
    return f"{_day(local, zone, now, locale)}, {local:%H:%M} ({place(local, zone)})"


def both(at: datetime, zone: ZoneInfo, now: datetime, *, locale: str = "en") -> str:
    """ "Thu 19 Nov, 10:00 Brussels (0900Z, in 22 h)": the reader's clock, the common one, how far.

    The common clock names its day where that is another one.
    """
    local, common = at.astimezone(zone), at.astimezone(UTC)
    day = _day(local, zone, now, locale)
    other_day = "" if common.date() == local.date() else f"{_pattern(common, 'd MMM', locale)} "
    zulu = f"{other_day}{common:%H%M}Z"
    return f"{day}, {local:%H:%M} {place(local, zone)} ({zulu}, {_distance(at - now)})"


def day(on: date) -> str:
    """ "Mon 22 Nov 2027": a date with its year, for what is far off."""
    return format_date(on, "EEE d MMM y", locale="en")


def clock(at: datetime, zone: ZoneInfo) -> str:
    """ "22:55 (Lisbon)": for a moment whose day is plain."""
    local = at.astimezone(zone)
    return f"{local:%H:%M} ({place(local, zone)})"


def by(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """The clock alone while it is today there, else the day too."""
    if at.astimezone(zone).date() == now.astimezone(zone).date():
        return clock(at, zone)
    return written(at, zone, now=now)


def waited(length: timedelta) -> str:
    """How long somebody has waited, in whole minutes from the first minute on."""
    whole = timedelta(minutes=length // timedelta(minutes=1))
    return span_of(whole or length)


def span_of(length: timedelta) -> str:
    """ "3 minutes", "1 hour 30 minutes": the two largest units, rounded down."""
    left = int(abs(length).total_seconds())
    parts = []
    for name, seconds in UNITS:
        count, left = divmod(left, seconds)
        if count:
            parts.append(f"{count} {name}" if count == 1 else f"{count} {name}s")
        elif parts:
            break
    return " ".join(parts[:2]) or "0 seconds"


def city(zone: ZoneInfo) -> str:
    """The zone's city, as people write it: "Europe/Brussels" is Brussels."""
    return zone.key.rsplit("/", 1)[-1].replace("_", " ")


def place(local: datetime, zone: ZoneInfo) -> str:
    """The city; with the offset in the hour that the clocks show twice."""
    # Told apart in UTC: two moments of one zone with one wall time compare equal.
    first, second = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return city(zone)
    hours = (local.utcoffset() or timedelta()) / timedelta(hours=1)
    return f"{city(zone)}, UTC{hours:+g}"


def _day(local: datetime, zone: ZoneInfo, now: datetime | None, locale: str) -> str:
    same_year = now is not None and now.astimezone(zone).year == local.year
    return _pattern(local, "EEE d MMM" if same_year else "EEE d MMM y", locale)


def _pattern(local: datetime, pattern: str, locale: str) -> str:
    return format_datetime(local.replace(tzinfo=None), pattern, locale=locale)


def _distance(away: timedelta) -> str:
    seconds = round(abs(away).total_seconds())
    if seconds < 60:
        return "now"
    if seconds < 3600:
        length = f"{seconds // 60} min"
    elif seconds < 48 * 3600:
        length = f"{seconds // 3600} h"
    else:
        length = f"{seconds // 86400} d"
    return f"in {length}" if away > timedelta() else f"{length} ago"
