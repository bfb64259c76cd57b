"""What comes again: rules as they are said, as RFC 5545 writes them, and the moments they give."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]  # ships without types

from nlp.times import words
from nlp.times.patterns import END, MONTH, NUMBER_WORD, compiled, number
from nlp.times.values import Impossible, Recurrence

DAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WORKDAYS = DAY_CODES[:5]
BY_ELAPSED_TIME = ("MINUTELY", "HOURLY")
UNTIL = re.compile(r";UNTIL=(\d{8}T\d{6})Z")


@dataclass(frozen=True, slots=True)
class Rule:
    """How often, and on which days."""

    freq: str
    interval: int = 1
    days: tuple[str, ...] = ()
    month_days: tuple[int, ...] = ()
    month: int | None = None
    position: int | None = None
    count: int | None = None
    until: datetime | None = None

    def text(self) -> str:
        """The rule as RFC 5545 writes it."""
        parts = [f"FREQ={self.freq}"]
        if self.interval > 1:
            parts.append(f"INTERVAL={self.interval}")
        if self.month:
            parts.append(f"BYMONTH={self.month}")
        if self.month_days:
            parts.append("BYMONTHDAY=" + ",".join(map(str, self.month_days)))
        if self.days:
            parts.append("BYDAY=" + ",".join(self.days))
        if self.position:
            parts.append(f"BYSETPOS={self.position}")
        if self.count:
            parts.append(f"COUNT={self.count}")
        if self.until:
            parts.append(f"UNTIL={self.until:%Y%m%dT%H%M%S}Z")
        return ";".join(parts)


def following(recurrence: Recurrence, after: datetime) -> datetime | None:
    """The first moment later than *after*, in UTC; nothing when the rule has ended."""
    start = recurrence.first[0]
    rule = recurrence.rrule
    found = _moments(rule, start, ZoneInfo(recurrence.zone), after=after)
    return next((moment for moment in found if moment > after), None)


def recurring(rule: Rule, wall: timedelta, zone: ZoneInfo, after: datetime) -> Recurrence:
    """The rule at a wall time in a zone, beginning with its first moment later than *after*."""
    if rule.freq in BY_ELAPSED_TIME:
        start = after.astimezone(UTC).replace(microsecond=0) + _interval(rule)
    else:
        start = _first(rule, wall, zone, after)
    first = tuple(islice(_moments(rule.text(), start, zone, after=start), 3))
    if not first:
        raise Impossible("The end comes before the first time.")
    return Recurrence(rule.text(), first, zone.key)


def rules(text: str, at: int) -> Iterator[tuple[int, Rule]]:
    """The rules that can begin at this place, each with where it ends."""
    if m := EVERY_MINUTES.match(text, at):
        freq = "MINUTELY" if m[2].lower().startswith("m") else "HOURLY"
        yield m.end(), Rule(freq, _interval_said(m[1]))
    if m := EVERY_HALF_HOUR.match(text, at):
        yield m.end(), Rule("MINUTELY", 30)
    if m := HOURLY.match(text, at):
        yield m.end(), Rule("HOURLY")
    if m := EVERY_DAYS.match(text, at):
        yield m.end(), Rule("DAILY", _interval_said(m[1]))
    if m := DAILY.match(text, at):
        yield m.end(), Rule("DAILY")
    if m := WORKING_DAYS.match(text, at):
        yield m.end(), Rule("WEEKLY", days=WORKDAYS)
    if m := WEEKENDS.match(text, at):
        yield m.end(), Rule("WEEKLY", days=DAY_CODES[5:])
    if m := NO_DAY.match(text, at):
        yield m.end(), Rule(FREQUENCIES[(m[2] or m[3]).lower()])
    yield from _weekly(text, at)
    yield from _on_some_days(text, at)
    yield from _monthly(text, at)
    if m := YEARLY.match(text, at):
        day, month = m[1] or m[4], m[2] or m[3]
        yield m.end(), Rule("YEARLY", month_days=(int(day),), month=words.MONTHS[month.lower()])


def with_end(rule: Rule, *, until: datetime | None = None, count: int | None = None) -> Rule:
    """The rule, ending then or after so many times."""
    return replace(rule, until=until or rule.until, count=count or rule.count)


WEEKDAY = words.any_of(words.WEEKDAYS)
PLURAL = words.any_of(words.WEEKDAY_PLURALS)
JOIN = r"(?:, and |, ?| and | et | und | y | en | ?& ?| ?/ ?| ?\+ ?)"
EVERY = r"(?:every|each|chaque|tou(?:te)?s les|jeden|jede|jeder|alle|cada|elke|iedere|om de)"
OTHER = ("other", "second", "2nd", "zweite", "zweiten", "tweede")
TIMES = rf"(?:({words.any_of(OTHER)}|\d{{1,3}}|{NUMBER_WORD}) )?"
PER_MONTH = (
    r"(?:of|in) (?:every|each|the) month|every month|monthly|de chaque mois|de cada mes"
    r"|jede[ns] monats?|van elke maand"
)
OF_THE_MONTH = r"of the month|du mois|del mes|im monat|des monats|van de maand"
ORDINAL = words.any_of(words.ORDINALS)
NTH = r"(?:the )?(\d\d?)(?:st|nd|rd|th)"

EVERY_MINUTES = compiled(
    rf"{EVERY} {TIMES}"
    rf"(minutes?|mins?|minuten|minutos?|hours?|hrs?|heures?|stunden?|horas?|uur){END}"
)
EVERY_HALF_HOUR = compiled(rf"every (?:half hour|half an hour){END}")
HOURLY = compiled(rf"hourly{END}")
EVERY_DAYS = compiled(rf"{EVERY} {TIMES}(?:days?|jours?|tage?|dias?|dag(?:en)?){END}(?! of| in)")
DAILY = compiled(
    r"(?:daily|taglich|taeglich|todos los dias|dagelijks"
    rf"|every(?= (?:morning|afternoon|evening|night|lunchtime)\b)){END}"
)
WORKING_DAYS = compiled(
    rf"(?:(?:(?:on )?{EVERY} |on |all )(?:week ?days?|working days?|workdays?|business days?)"
    rf"|week ?days|working days|workdays|business days"
    rf"|jeden werktag|werktags|(?:chaque|tous les|les) jours? ouvr(?:able|e)s?|en semaine"
    rf"|(?:cada|todos los|los) dias? (?:laborable|habil)(?:es|s)?|elke werkdag)"
    rf"{END}(?! of| in)"
)
WEEKENDS = compiled(rf"(?:every weekend|(?:on )?weekends){END}")
# Said without a day; whoever reads it asks for one.
NO_DAY = compiled(rf"(?:{EVERY} {TIMES}(week|month|year)s?|(week|fortnight|month|year)ly){END}")
FREQUENCIES = {"week": "WEEKLY", "fortnight": "WEEKLY", "month": "MONTHLY", "year": "YEARLY"}
EVERY_WEEKDAYS = compiled(
    rf"(?:on )?{EVERY} (?:({words.any_of(OTHER)}) )?({WEEKDAY}(?:{JOIN}{WEEKDAY})*)"
    rf"{END}(?! (?:of|in) )"
)
FROM_DAY_TO_DAY = compiled(
    rf"(?:on )?{EVERY} ({WEEKDAY}) "
    rf"?(?:to|through|till|until|-|a|bis|tot(?: en met)?) ?({WEEKDAY}){END}"
)
ALL_BUT = compiled(
    rf"(?:{EVERY} (?:(day|jour|tag|dia|dag)|(?:week|working |work|business )day)"
    rf"|(daily)|weekdays),? (?:except|but not|sauf|ausser|excepto|salvo|behalve)"
    rf"(?: on| le| am| el| los| op)? "
    rf"((?:{PLURAL}|{WEEKDAY})(?:{JOIN}(?:{PLURAL}|{WEEKDAY}))*){END}"
)
WEEKS = r"(?:weeks?|semaines?|wochen?|semanas?|weken)"
SECOND_WEEKS = (
    r"fortnightly|bi-?weekly|every fortnight|alle 14 tage|zweiwochentlich|om de (?:andere )?week"
)
EVERY_WEEKS = compiled(
    rf"(?:({SECOND_WEEKS})|{EVERY} {TIMES}{WEEKS}|weekly|once a week)"
    rf"(?:,?(?: on| le| les| am| el| los| op))? "
    rf"((?:{PLURAL}|{WEEKDAY})(?:{JOIN}(?:{PLURAL}|{WEEKDAY}))*){END}"
)
ONE_IN_TWO = compiled(
    rf"un ({WEEKDAY}) sur deux{END}|tous les deux ({PLURAL}){END}|om de andere ({WEEKDAY}){END}"
)
PLURALS = compiled(
    rf"(?:on |tous les |todos los |les |los |immer )?({PLURAL}(?:{JOIN}{PLURAL})*){END}"
)
ORDINAL_WEEKDAY = compiled(
    rf"(?:on )?(?:the |every |le |el |de |am )?({ORDINAL})(?: and (?:the )?({ORDINAL}))? "
    rf"({WEEKDAY}) (?:{PER_MONTH}){END}"
)
EVERY_ORDINAL_WEEKDAY = compiled(rf"{EVERY} ({ORDINAL}) ({WEEKDAY})( (?:{OF_THE_MONTH}))?{END}")
MONTHLY_ORDINAL_WEEKDAY = compiled(
    rf"(?:every {TIMES}months?|monthly|(every quarter|quarterly)),? on the ({ORDINAL}) "
    rf"({WEEKDAY}){END}"
)
MONTH_DAY = compiled(rf"(?:on )?{NTH}(?:(?: and |, ?){NTH})? (?:{PER_MONTH}){END}")
MONTHLY_DAY = compiled(
    rf"(?:every {TIMES}months?|monthly) on {NTH}(?:(?: and |, ?){NTH})?{END}"
    rf"|(?:jeden monat|chaque mois|tous les mois|cada mes|elke maand)"
    rf"(?:,? (?:am|le|el|op|op de|el dia)) (\d\d?)(?:\.|er?)?(?!\w|[:/])"
)
EVERY_NTH = compiled(rf"every (\d\d?)(?:st|nd|rd|th)(?: of the month)?{END}(?! {WEEKDAY}\b)")
LAST_DAY = compiled(
    rf"(?:on )?(?:the )?(?:last day|end) (?:{PER_MONTH}){END}(?<!the month)|every month[- ]end{END}"
)
LAST_WORKING_DAY = compiled(
    rf"(?:on )?(?:the )?(last|first) (?:working|business|week) ?day (?:{PER_MONTH}){END}"
)
YEARLY = compiled(
    rf"(?:every year|yearly|annually|each year) on (?:(?:the )?(\d\d?)(?:st|nd|rd|th)? "
    rf"(?:of )?({MONTH})|({MONTH}) (\d\d?)){END}"
)


def _weekly(text: str, at: int) -> Iterator[tuple[int, Rule]]:
    if m := EVERY_WEEKS.match(text, at):
        interval = 2 if m[1] else _interval_said(m[2])
        yield m.end(), Rule("WEEKLY", interval, days=_days_in(m[3]))
    if m := EVERY_WEEKDAYS.match(text, at):
        yield m.end(), Rule("WEEKLY", 2 if m[1] else 1, days=_days_in(m[2]))
    if m := PLURALS.match(text, at):
        # "lunes" and "martes" are one Monday and every Monday: "los lunes" is every.
        spanish = _same_in_both(m[1])
        if not spanish or m[0].lower().startswith(("todos", "los")):
            yield m.end(), Rule("WEEKLY", days=_days_in(m[1]))


def _on_some_days(text: str, at: int) -> Iterator[tuple[int, Rule]]:
    """Every Monday to Friday; every day except Sunday; un mardi sur deux."""
    if m := FROM_DAY_TO_DAY.match(text, at):
        first, last = (words.WEEKDAYS[day.lower()] for day in m.groups())
        span = (last - first) % 7
        numbers = sorted((first + step) % 7 for step in range(span + 1))
        yield m.end(), Rule("WEEKLY", days=tuple(DAY_CODES[number] for number in numbers))
    if m := ALL_BUT.match(text, at):
        days = DAY_CODES if m[1] or m[2] else WORKDAYS
        left = tuple(day for day in days if day not in _days_in(m[3]))
        if not left:
            raise Impossible("That leaves no day.")
        yield m.end(), Rule("WEEKLY", days=left)
    if m := ONE_IN_TWO.match(text, at):
        yield m.end(), Rule("WEEKLY", 2, days=_days_in(m[1] or m[2] or m[3]))


def _monthly(text: str, at: int) -> Iterator[tuple[int, Rule]]:
    if m := ORDINAL_WEEKDAY.match(text, at):
        numbers = [words.ORDINALS[g.lower()] for g in (m[1], m[2]) if g]
        day = DAY_CODES[words.WEEKDAYS[m[3].lower()]]
        yield m.end(), Rule("MONTHLY", days=tuple(f"{n}{day}" for n in numbers))
    if m := EVERY_ORDINAL_WEEKDAY.match(text, at):
        yield from ((m.end(), rule) for rule in _every_ordinal(m))
    if m := MONTHLY_ORDINAL_WEEKDAY.match(text, at):
        interval = 3 if m[2] else _interval_said(m[1])
        day = DAY_CODES[words.WEEKDAYS[m[4].lower()]]
        yield m.end(), Rule("MONTHLY", interval, days=(f"{words.ORDINALS[m[3].lower()]}{day}",))
    if m := MONTH_DAY.match(text, at):
        yield m.end(), _on_month_days(1, m[1], m[2])
    if m := MONTHLY_DAY.match(text, at):
        yield m.end(), _on_month_days(_interval_said(m[1]), m[2] or m[4], m[3])
    if m := EVERY_NTH.match(text, at):
        yield m.end(), _on_month_days(1, m[1], None)
    if m := LAST_DAY.match(text, at):
        yield m.end(), Rule("MONTHLY", month_days=(-1,))
    if m := LAST_WORKING_DAY.match(text, at):
        position = -1 if m[1].lower() == "last" else 1
        yield m.end(), Rule("MONTHLY", days=WORKDAYS, position=position)


def _every_ordinal(m: re.Match[str]) -> Iterator[Rule]:
    """Of "every third Monday" both are meant: the month's third, and one in three."""
    number, day = words.ORDINALS[m[1].lower()], DAY_CODES[words.WEEKDAYS[m[2].lower()]]
    if number != 2 or m[3]:  # "every second Tuesday" is every other one
        yield Rule("MONTHLY", days=(f"{number}{day}",))
    if number > 2 and not m[3]:
        yield Rule("WEEKLY", number, days=(day,))


def _on_month_days(interval: int, *said: str | None) -> Rule:
    days = tuple(sorted(int(day) for day in said if day))
    if not all(1 <= day <= 31 for day in days):
        raise Impossible(f"No month has a day {days[-1]}.")
    return Rule("MONTHLY", interval, month_days=days)


def _days_in(said: str) -> tuple[str, ...]:
    known = words.WEEKDAYS | words.WEEKDAY_PLURALS
    found = {known[word] for word in re.findall(r"[a-z]+", said.lower()) if word in known}
    return tuple(DAY_CODES[day] for day in sorted(found))


def _same_in_both(said: str) -> bool:
    named = [w for w in re.findall(r"[a-z]+", said.lower()) if w in words.WEEKDAY_PLURALS]
    return all(word in words.WEEKDAYS for word in named)


def _interval_said(said: str | None) -> int:
    if said is None:
        return 1
    interval = 2 if said.lower() in OTHER else number(said)
    if interval == 0:
        raise Impossible("Every zero is never.")
    return interval


def _interval(rule: Rule) -> timedelta:
    minutes = rule.interval * (60 if rule.freq == "HOURLY" else 1)
    return timedelta(minutes=minutes)


def _first(rule: Rule, wall: timedelta, zone: ZoneInfo, after: datetime) -> datetime:
    # The nearest day that fits begins the count of every second week, not the week of today.
    local = after.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    yearly = rule.freq == "YEARLY"
    each = replace(rule, interval=1 if not yearly else rule.interval, count=None, until=None)
    for day in islice(rrulestr(each.text(), dtstart=local), 400):
        moment = _on_the_clock(day + wall, zone)
        if moment > after:
            return moment
    raise Impossible("There is no such day.")


def _moments(rule: str, start: datetime, zone: ZoneInfo, *, after: datetime) -> Iterator[datetime]:
    end = UNTIL.search(rule)
    until = datetime.strptime(end[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC) if end else None
    bare = UNTIL.sub("", rule)
    elapsed = any(f"FREQ={freq}" in rule for freq in BY_ELAPSED_TIME)
    frame = UTC if elapsed else zone
    begin = start.astimezone(frame).replace(tzinfo=None)
    moments = rrulestr(bare, dtstart=begin)
    # A day early: the wall clock of *after* may be ambiguous.
    since = max(begin, after.astimezone(frame).replace(tzinfo=None) - timedelta(days=1))
    for wall in moments.xafter(since, inc=True):
        moment = wall.replace(tzinfo=UTC) if elapsed else _on_the_clock(wall, zone)
        if until and moment > until:
            return
        yield moment


def _on_the_clock(wall: datetime, zone: ZoneInfo) -> datetime:
    """The wall time as a moment: the first of two, and an hour on where it is skipped."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
