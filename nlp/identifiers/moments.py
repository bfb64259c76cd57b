"""Moments written so plainly that one pattern says when."""

from datetime import UTC, date, datetime, time, timedelta

from nlp.identifiers.rule import DISTINCT, LABELLED, SHAPE, Found, Rule, Sight, pattern
from nlp.spans import Label
from nlp.times.patterns import year_of


def _iso(sight: Sight) -> Found | None:
    parts = sight.match.groupdict()
    day = _date(parts["y"], parts["mo"], parts["d"])
    if day is None:
        return None
    if parts["h"] is None:
        return Found(day.isoformat(), LABELLED, "date")
    moment = _at(day, parts["h"], parts["mi"], parts["s"])
    if moment is None:
        return None
    zone = (parts["z"] or "").upper()
    if not zone:
        return Found(moment.isoformat(timespec=_precision(parts["s"])), LABELLED, "instant")
    aware = datetime.fromisoformat(moment.isoformat() + ("+00:00" if zone == "Z" else zone))
    return Found(_utc(aware), LABELLED, "instant")


def _date_time_group(sight: Sight) -> Found | None:
    parts = sight.match.groupdict()
    day = _date(parts["y"] or _year(sight), _MONTHS[parts["mo"].lower()[:3]], parts["d"])
    moment = None if day is None else _at(day, parts["h"], parts["mi"], None)
    offset = _ZONES.get(parts["z"].upper())
    if moment is None or offset is None:
        return None
    return Found(_utc(moment.replace(tzinfo=UTC) - timedelta(hours=offset)), LABELLED, "instant")


def _numeric(sight: Sight) -> Found | None:
    first, second, year = sight.match.group("a", "b", "y")
    in_order = (second, first) if sight.region == "US" else (first, second)
    for day_of_month, month in (in_order, in_order[::-1]):
        day = _date(year, month, day_of_month)
        if day is not None:
            certain = int(first) > 12 or int(second) > 12 or first == second
            why = "" if certain or sight.region == "US" else "read as day before month"
            return Found(day.isoformat(), DISTINCT if certain else SHAPE, "date", why=why)
    return None


def _worded(sight: Sight) -> Found | None:
    parts = sight.match.groupdict()
    month = parts["m1"] or parts["m2"] or ""
    year = parts["y1"] or parts["y2"]
    day = _date(year or _year(sight), _MONTHS[month.lower()[:3]], parts["d1"] or parts["d2"])
    if day is None:
        return None
    return Found(day.isoformat(), LABELLED if year else SHAPE, "date")


def _clock(sight: Sight) -> Found | None:
    hour, minute = int(sight.match.group("h")), int(sight.match.group("mi"))
    zone = sight.match.group("z").upper()
    if hour > 23 or minute > 59:
        return None
    if zone == "L":  # the local time of whoever says so: 0430L
        return Found(f"{hour:02}:{minute:02}", DISTINCT, "time")
    if zone not in {"Z", "UTC", "GMT"}:
        return Found(f"{hour:02}:{minute:02}", SHAPE, "time")
    if sight.sent_at is None or sight.sent_at.tzinfo is None:
        return Found(f"{hour:02}:{minute:02}Z", DISTINCT, "time")
    sent_at = sight.sent_at.astimezone(UTC)
    moment = sent_at.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return Found(_utc(moment), DISTINCT, "time", why="on the day of the message")


def _date(year: str | int | None, month: str | int, day: str | None) -> date | None:
    if year is None or day is None:
        return None
    number = year if isinstance(year, int) else year_of(year)
    try:
        return date(number or 0, int(month), int(day))
    except ValueError:
        return None


def _at(day: date, hour: str, minute: str, second: str | None) -> datetime | None:
    try:
        return datetime.combine(day, time(int(hour), int(minute), int(second or 0)))
    except ValueError:
        return None


def _year(sight: Sight) -> int | None:
    return None if sight.sent_at is None else sight.sent_at.year


def _utc(moment: datetime) -> str:
    try:
        return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    except OverflowError:  # the first and the last day of the calendar
        return moment.isoformat()


def _precision(second: str | None) -> str:
    return "minutes" if second is None else "seconds"


_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
        start=1,
    )
}
_ZONES = (
    {"Z": 0}
    | {c: n for n, c in enumerate("ABCDEFGHIKLM", start=1)}
    | {c: -n for n, c in enumerate("NOPQRSTUVWXY", start=1)}
)

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_MONTH_STARTS = r"(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"

RULES = (
    Rule(
        Label.TIME,
        r"\d{4}-\d\d-\d\d",
        pattern(
            r"(?<![\w-])(?P<y>[12]\d{3})-(?P<mo>\d\d)-(?P<d>\d\d)"
            r"(?:[T ](?P<h>\d\d):?(?P<mi>\d\d)(?::?(?P<s>\d\d)(?:[.,]\d{1,9})?)?"
            r" ?(?P<z>z|[+-]\d\d:?\d\d)?)?(?![\w]|-\d)"
        ),
        _iso,
        priority=8,
    ),
    Rule(
        Label.TIME,
        rf"\d{{4}}[/ ]?[A-Za-z][*/ ]?{_MONTH_STARTS}",
        pattern(
            r"(?<![\w])(?P<d>\d\d)[/ ]?(?P<h>\d\d)(?P<mi>\d\d)[/ ]?(?P<z>[a-z])[*/ ]?"
            rf"(?P<mo>{_MONTH})(?:[/ ]?(?P<y>(?:\d\d){{1,2}}))?(?!\w)"
        ),
        _date_time_group,
        priority=9,
    ),
    Rule(
        Label.TIME,
        r"\d[/.-]\d{1,2}[/.-]\d\d",
        pattern(
            r"(?<![\w/.-])(?P<a>\d{1,2})(?P<gap>[/.-])(?P<b>\d{1,2})(?P=gap)(?P<y>(?:19"
            r"|20)\d\d|\d\d)(?![\w/\\\[\]-]|\.\d)"
        ),
        _numeric,
        priority=2,
    ),
    Rule(
        Label.TIME,
        rf"\d[a-zA-Z]{{0,2}}[ -]?(?i:of )?{_MONTH_STARTS}|{_MONTH_STARTS}[a-zA-Z]{{0,6}}\.? ?\d",
        pattern(
            rf"(?<![\w])(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?: of)?[ -]?(?P<m1>{_MONTH})\.?(?:,? "
            rf"?-?(?P<y1>(?:19|20)\d\d))?"
            rf"|(?P<m2>{_MONTH})\.? (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<y2>(?:19"
            rf"|20)\d\d))?)(?![\w]|[:.]\d)"
        ),
        _worded,
        priority=5,
    ),
    Rule(
        Label.TIME,
        r"\d\d:?\d\d ?(?i:z|h|utc|gmt|local)|0\d[0-5]\dL",
        pattern(
            r"(?<![\w:.+-])(?P<h>[012]\d):?(?P<mi>[0-5]\d) ?(?P<z>z|hrs?|h|utc|gmt"
            r"|local|(?-i:(?<=0\d\d\d)L))(?!\w)"
        ),
        _clock,
        priority=4,
    ),
)
