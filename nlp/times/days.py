"""Which day is meant: "tomorrow", "24 Nov", "next Tue", "12/07", "end of the month"."""

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

from nlp.times import words, zones
from nlp.times.clocks import second_of_day
from nlp.times.parts import Clock, Dates, Parts, Piece, Speaker
from nlp.times.patterns import (
    END,
    LETTER,
    MONTH,
    NO_CLOCK,
    PLAUSIBLE_YEAR,
    WEEKDAY,
    YEAR,
    compiled,
    year_of,
)
from nlp.times.values import Impossible

WEEK = timedelta(days=7)
FRIDAY = 4
MIDDLE = 15  # of a month
LEAP_YEAR = 2024

SOON = compiled(rf"({words.any_of(words.SOON)})( week)?{END}")
LATER_TODAY = compiled(rf"later today{END}")
NEXT_WORKING_DAY = compiled(
    rf"(?:the )?(?:next|following) (?:working|business|work) ?day{END}"
    rf"|(?:am )?nachste[rn]? (?:werktag|arbeitstag){END}"
    rf"|(?:le )?(?:prochain )?jour ouvrable suivant{END}"
    rf"|(?:de )?(?:eerst)?volgende werkdag{END}"
    rf"|(?:el )?(?:siguiente|proximo) dia (?:habil|laborable){END}"
)
FEAST = compiled(rf"({words.any_of(words.FEASTS)})(?:,? ({PLAUSIBLE_YEAR}){NO_CLOCK})?{END}")
PART_OF_DAY = compiled(rf"({words.any_of(words.PARTS_OF_DAYS)}){END}")
ISO = compiled(
    rf"({PLAUSIBLE_YEAR})-(\d\d)-(\d\d)"
    r"(?:(?P<t>t| )(\d\d):?(\d\d)(?::?(\d\d)(?P<fraction>[.,]\d{1,9})?)?"
    r"(?:\s?(z|[+-]\d\d:?\d\d))?)?(?!\w|:|-\d)"
)
ISO_COMPACT = compiled(rf"({PLAUSIBLE_YEAR})(\d\d)(\d\d)(?:t(\d\d)(\d\d)(\d\d)?(z)?)?{END}")
YEAR_FIRST = compiled(rf"({PLAUSIBLE_YEAR})[/.](\d\d?)[/.](\d\d?){END}")
DTG = compiled(
    rf"(\d\d) ?(\d\d)(\d\d)(\s?[zlj]|(?-i:[A-Z])|[a-z](?=\s?{MONTH})|)"
    rf"(?:\s?({MONTH})\s?({PLAUSIBLE_YEAR}|\d\d)?)?{END}"
)
DAY_SLASH_CLOCK = compiled(rf"(\d\d?)/(\d\d):?(\d\d)({LETTER})?(?![\w/])")
ORDINAL = r"(?:st|nd|rd|th|er|ter|ten|e|\.)"
DAY_MONTH = compiled(
    rf"(?:the )?(\d\d?|{words.any_of(words.FIRST)}){ORDINAL}?[ \-]?"
    rf"(?:day of |of the |of |de )?({MONTH})\.?(?![a-z])"
)
MONTH_DAY = compiled(rf"({MONTH})\.? (?:the )?(\d\d?)(?:st|nd|rd|th)?{NO_CLOCK}")
YEAR_AFTER = compiled(rf"(?:, ?| |-| del? |)'?{YEAR}")
DOTTED = compiled(
    rf"(\d\d?)\.(0?[1-9]|1[0-2])\.(?:\s?{YEAR})?(?!\w)|(\d\d?)\.(0?[1-9]|1[0-2])(?![\w:.])"
)
SLASHED = compiled(r"(\d\d?)/(\d\d?)(?:/(\d{4}|\d\d))?(?![\w/:])")
DASHED = compiled(r"(\d\d?)-(\d\d?)-(\d{4}|\d\d)(?![\w\-:])")
THE_NTH = compiled(
    rf"(?:the |le |el |den |dem |am |de )?(\d\d?)(?:st|nd|rd|th|er|e|ter|ten){END}"
    rf"|(?:the|le|el) (\d\d?)(?!['/.\-]){NO_CLOCK}|(?:am|den|dem) (\d\d?)\.(?!\d)"
)
LONE_DAY = compiled(r"(\d\d?)(?![\w:./\-']|\s?[ap]\.?m\b| on\b)")
WHICH = words.any_of((*words.NEXT, *words.THIS, *words.COMING, *words.LAST))
LATER = words.any_of(
    (
        *(*words.NEXT_AFTER, *words.LAST_AFTER, *words.WEEKS_AFTER),
        *("of next week", "next week", "of this week", "this week", "after next"),
    )
)
WEEKDAY_ASKED = compiled(rf"(?:({WHICH}) )?({WEEKDAY})\.?(?: ({LATER}))?{END}")
NEXT_WEEK = (
    "(?:(?:the )?next week|(?:la )?semaine prochaine|na?e?chste woche"
    "|(?:la )?proxima semana|(?:la )?semana que viene|volgende week)"
)
NEXT_WEEK_WEEKDAY = compiled(rf"{NEXT_WEEK},?(?: on| le| am| el| op)? ({WEEKDAY}){END}")
THIS_WEEK_WEEKDAY = compiled(
    rf"(?:(?:later )?this week|diese woche|cette semaine|deze week)"
    rf",?(?: on| le| am| op)? ({WEEKDAY}){END}"
)
IN_NEXT_WEEK = compiled(rf"{NEXT_WEEK}{END}")
WEEK_AFTER_NEXT = compiled(rf"(?:in )?(?:the )?week after next{END}")
NEXT_MONTH = compiled(
    r"(?:next month|(?:le )?mois prochain|(?:im )?nachsten monat|(?:el )?proximo mes"
    r"|(?:el )?mes que viene|volgende maand)" + END
)
ORDINAL_WEEKDAY = compiled(
    rf"(?:the |le |el |de |am )?({words.any_of(words.ORDINALS)}) ({WEEKDAY}) "
    rf"(?:of|in|im|de|del|d'|du|en|van) ?"
    rf"(?:({MONTH})(?:(?:,| de| del)? ({PLAUSIBLE_YEAR}){NO_CLOCK})?|"
    rf"(?:the |this |de )?(next )?(?:month|mois|monat|mes|maand)){END}"
)
END_OF_MONTH = compiled(
    r"(?:(?:the )?(?:end|last day) of (?:the |this )?(next )?month|eom|fin du mois"
    r"|(?:a )?fin(?:ales)? de mes"
    r"|ende des monats|monatsende|einde? van de maand)" + END
)
WORKING_DAY_OF = compiled(
    rf"(?:the )?(first|last) (?:working|business|work) ?day (?:of|in) "
    rf"(?:({MONTH})(?:,? ({PLAUSIBLE_YEAR}){NO_CLOCK})?|(?:this|(next)) month){END}"
)
END_OF_WEEK = compiled(
    r"(?:(?:the )?end of (?:the |this )?(?:(next )?week)|eow|fin de semaine|fin de la semaine"
    r"|ende der woche|einde? van de week|(?P<then>ende (?:der )?na?e?chster woche"
    r"|fin de (?:la )?semaine prochaine|finales de (?:la )?(?:proxima semana|semana que viene)"
    r"|einde? (?:van )?volgende week))" + END
)
WEEKEND = compiled(
    r"(?:(?:this(?: coming)?|the|dieses|das|ce|le|dit|het) (?:week-?end|wochenende)"
    rf"|(?:este|el) fin de semana){END}"
)
END_OF_YEAR = compiled(r"(?:(?:the )?end of (?:the |this )?year|eoy|jahresende)" + END)
EDGE_OF_NAMED_MONTH = compiled(
    r"(?:the |a )?(last day|end|ende|fin|fines|finales|eind|first day|start|beginning|debut"
    r"|anfang|principios|begin) "
    rf"(?:of |de )?({MONTH})(?:,? ({PLAUSIBLE_YEAR}){NO_CLOCK})?{END}"
)
ENDS = ("last day", "end", "ende", "fin", "fines", "finales", "eind")
START_OF_NEXT = compiled(rf"(?:the )?(?:(?:start|beginning) of|early) next (week|month){END}")
MIDDLE_OF_NEXT_WEEK = compiled(
    rf"(?:(?:the )?(?:middle of|mid)[ -]next week|mitte (?:der )?na?e?chster woche"
    rf"|milieu de (?:la )?semaine prochaine|mediados de (?:la )?(?:proxima semana|semana que viene)"
    rf"|midden (?:van )?volgende week){END}"
)
MIDDLE_OF_MONTH = compiled(
    rf"(?:(?:the )?middle of |mid[ -]|mi-|mitte |(?:a )?mediados de |half )"
    rf"(?:({MONTH})(?:,? ({PLAUSIBLE_YEAR}){NO_CLOCK})?|(?:the |this )?(next )?month){END}"
)
ISO_WEEK = compiled(rf"({PLAUSIBLE_YEAR})-?w(\d\d)(?:-?([1-7]))?{END}")
WEEK_NUMBER = r"(?:week|wk|kw|kalenderwoche|semaine|semana) (?:no\.? ?)?(\d\d?)"
NUMBERED_WEEK = compiled(
    rf"(?:({WEEKDAY}),? (?:of |in |der |van |de (?:la )?)?)?(?:the )?{WEEK_NUMBER}"
    rf"(?:(?:,? | of |/)({PLAUSIBLE_YEAR}){NO_CLOCK})?"
    rf"(?:,? (?:on |am |le |el |op )?({WEEKDAY}))?{END}"
)


def soon(text: str, at: int, speaker: Speaker) -> Iterator[Piece]:
    """Today, tomorrow, übermorgen, tonight."""
    if m := SOON.match(text, at):
        shift = words.SOON[m[1].lower()] + (WEEK.days if m[2] else 0)
        yield Piece(m.end(), Parts(days=_shifted(shift)))
    if m := LATER_TODAY.match(text, at):
        yield Piece(m.end(), Parts(days=_shifted(0), daypart="rest"))
    if m := NEXT_WORKING_DAY.match(text, at):
        yield Piece(m.end(), Parts(days=lambda today: (working_days_after(today, 1),)))
    if m := FEAST.match(text, at):
        month, day = words.FEASTS[m[1].lower()]
        yield Piece(m.end(), Parts(days=_day_and_month(day, month, year_of(m[2]))))
    if m := PART_OF_DAY.match(text, at):
        shift, part = words.PARTS_OF_DAYS[m[1].lower()]
        yield Piece(m.end(), Parts(days=_shifted(shift), daypart=part))


def iso(text: str, at: int, speaker: Speaker) -> Iterator[Piece]:
    """2026-11-24, 2026-11-24T15:30Z, 20261124T1530Z."""
    if m := ISO.match(text, at):
        day = _on(_date(int(m[1]), int(m[2]), int(m[3])))
        if m[5] is None:
            yield Piece(m.end(), Parts(days=day))
            return
        if m["t"] == " " and m[9] and m[9].startswith("-") and not m[7]:
            # "10:00-11:00" behind a day is a stretch of time, not an offset.
            yield Piece(m.end(3), Parts(days=day))
            return
        second = second_of_day(int(m[5]), int(m[6]), int(m[7] or 0))
        places = (zones.by_iso(m[9]),) if m[9] else None
        yield Piece(m.end(), Parts(days=day, clock=Clock((second,)), places=places))
    if m := ISO_COMPACT.match(text, at):
        day = _on(_date(int(m[1]), int(m[2]), int(m[3])))
        if m[4] is None:
            yield Piece(m.end(), Parts(days=day))
            return
        second = second_of_day(int(m[4]), int(m[5]), int(m[6] or 0))
        places = (zones.by_iso("z"),) if m[7] else None
        yield Piece(m.end(), Parts(days=day, clock=Clock((second,)), places=places))


def date_time_group(text: str, at: int, speaker: Speaker) -> Iterator[Piece]:
    """241530ZNOV26, 241530Z, 21/2230Z, 21/22:30: day, hour, minute."""
    if (m := DTG.match(text, at)) and (m[4] or m[5]):
        clock = Clock((second_of_day(int(m[2]), int(m[3])),))
        letter = m[4].strip()
        places = (zones.by_letter(letter, speaker.place),) if letter else None
        day = int(m[1])
        if m[5]:
            days = _day_and_month(day, words.MONTHS[m[5].lower()], year_of(m[6]))
        else:
            days = _day_of_month(day)
        yield Piece(m.end(), Parts(days=days, clock=clock, places=places))
    if m := DAY_SLASH_CLOCK.match(text, at):
        clock = Clock((second_of_day(int(m[2]), int(m[3])),))
        places = (zones.by_letter(m[4].strip(), speaker.place),) if m[4] else None
        yield Piece(m.end(), Parts(days=_day_of_month(int(m[1])), clock=clock, places=places))


def month_and_day(text: str, at: int, speaker: Speaker) -> Iterator[Piece]:
    """24 Nov, Nov 24th, 24 de noviembre de 2026, 24NOV26."""
    if m := DAY_MONTH.match(text, at):
        yield from _with_year(text, m.end(), _day_said(m[1]), words.MONTHS[m[2].lower()], speaker)
    if m := MONTH_DAY.match(text, at):
        yield from _with_year(text, m.end(), int(m[2]), words.MONTHS[m[1].lower()], speaker)


def numeric(text: str, at: int, speaker: Speaker) -> Iterator[Piece]:
    """24.11.2026, 24.11., 12/07, 24-11-2026, 2026/11/24."""
    if m := YEAR_FIRST.match(text, at):
        yield Piece(m.end(), Parts(days=_on(_date(int(m[1]), int(m[2]), int(m[3])))))
    if m := DOTTED.match(text, at):
        days = _day_and_month(int(m[1] or m[4]), int(m[2] or m[5]), year_of(m[3]))
        yield Piece(m.end(), Parts(days=days))
    if m := SLASHED.match(text, at) or DASHED.match(text, at):
        yield Piece(m.end(), Parts(days=_either_order(int(m[1]), int(m[2]), year_of(m[3]))))


def day_of_month(text: str, at: int, speaker: Speaker) -> Iterator[Piece]:
    """The 24th, le 24, am 24."""
    if m := THE_NTH.match(text, at):
        yield Piece(m.end(), Parts(days=_day_of_month(int(m[1] or m[2] or m[3]))))
    elif (m := LONE_DAY.match(text, at)) and 1 <= int(m[1]) <= 31:
        # "Friday 20" is the twentieth, if that is a Friday.
        parts = Parts(days=_day_of_month(int(m[1])), needs_weekday=True)
        yield Piece(m.end(), parts, bare=True)


def weekday(text: str, at: int, speaker: Speaker) -> Iterator[Piece]:
    """Friday, next Tue, vendredi prochain, Monday week, first Monday of December."""
    if m := WEEKDAY_ASKED.match(text, at):
        which, later = (m[1] or "").lower(), (m[3] or "").lower()
        yield Piece(m.end(), _which_weekday(words.WEEKDAYS[m[2].lower()], which, later))
    if m := THIS_WEEK_WEEKDAY.match(text, at):
        yield Piece(m.end(), Parts(days=_of_this_week(words.WEEKDAYS[m[1].lower()])))
    if m := NEXT_WEEK_WEEKDAY.match(text, at):
        yield Piece(m.end(), Parts(days=_in_next_week(words.WEEKDAYS[m[1].lower()])))
    if m := ORDINAL_WEEKDAY.match(text, at):
        number, day = words.ORDINALS[m[1].lower()], words.WEEKDAYS[m[2].lower()]
        if m[3]:
            days = _ordinal_in(number, day, words.MONTHS[m[3].lower()], year_of(m[4]))
        else:
            days = _ordinal_this_month(number, day, months=1 if m[5] else 0)
        yield Piece(m.end(), Parts(days=days))


def week(text: str, at: int, speaker: Speaker) -> Iterator[Piece]:
    """A day named by its week: next week, the end of it, week 48, the weekend."""
    if m := WEEKEND.match(text, at):
        yield Piece(m.end(), Parts(days=_saturday, daypart="weekend"))
    if m := IN_NEXT_WEEK.match(text, at):
        yield Piece(m.end(), Parts(days=_in_next_week(0)))
    if m := WEEK_AFTER_NEXT.match(text, at):
        yield Piece(m.end(), Parts(days=lambda today: (_monday(today) + 2 * WEEK,)))
    if m := MIDDLE_OF_NEXT_WEEK.match(text, at):
        yield Piece(m.end(), Parts(days=_in_next_week(2)))
    if m := END_OF_WEEK.match(text, at):
        is_next = m[1] or m["then"]
        yield Piece(m.end(), Parts(days=_in_next_week(FRIDAY) if is_next else _coming(FRIDAY)))
    if m := ISO_WEEK.match(text, at):
        day = _of_week(int(m[1]), int(m[2]), int(m[3] or 1))
        yield Piece(m.end(), Parts(days=_on(day)))
    if (m := NUMBERED_WEEK.match(text, at)) and not (m[1] and m[4]):
        weekday = words.WEEKDAYS[(m[1] or m[4]).lower()] if m[1] or m[4] else 0
        yield Piece(m.end(), Parts(days=_in_week(int(m[2]), year_of(m[3]), weekday)))


def period(text: str, at: int, speaker: Speaker) -> Iterator[Piece]:
    """A day named by its month or year: end of the month, start of December, mid-January."""
    if m := NEXT_MONTH.match(text, at):
        yield Piece(m.end(), Parts(days=_first_of_next_month))
    if m := START_OF_NEXT.match(text, at):
        days = _in_next_week(0) if m[1].lower() == "week" else _first_of_next_month
        yield Piece(m.end(), Parts(days=days))
    if m := END_OF_MONTH.match(text, at):
        yield Piece(m.end(), Parts(days=_last_of_month(1 if m[1] else 0)))
    if m := MIDDLE_OF_MONTH.match(text, at):
        yield Piece(m.end(), Parts(days=_middle(m)))
    if m := WORKING_DAY_OF.match(text, at):
        yield Piece(m.end(), Parts(days=_working_day_of(m)))
    if m := END_OF_YEAR.match(text, at):
        yield Piece(m.end(), Parts(days=lambda today: (date(today.year, 12, 31),)))
    if m := EDGE_OF_NAMED_MONTH.match(text, at):
        month, year = words.MONTHS[m[2].lower()], year_of(m[3])
        yield Piece(m.end(), Parts(days=_edge(month, year, last=m[1].lower() in ENDS)))


def add_months(day: date, months: int) -> date:
    """The same day so many months on, or the month's last where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise Impossible("That is too far away.")
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def working_days_after(day: date, days: int) -> date:
    """So many days from Monday to Friday after *day*, or before it. Holidays are not known here."""
    step = 1 if days > 0 else -1
    while days:
        day += timedelta(days=step)
        if day.weekday() <= FRIDAY:
            days -= step
    return day


def _with_year(text: str, end: int, day: int, month: int, speaker: Speaker) -> Iterator[Piece]:
    m = YEAR_AFTER.match(text, end)
    year = year_of(m[1]) if m else None
    if m and year and (len(m[1]) == 4 or -1 <= year - speaker.now.year <= 30):
        yield Piece(m.end(), Parts(days=_day_and_month(day, month, year)))
        # "24 Nov 2030" may be half past eight in the evening.
        if len(m[1]) == 4 and int(m[1][2:]) < 60 and year > speaker.now.year + 2:
            clock = Clock((second_of_day(int(m[1][:2]), int(m[1][2:])),))
            yield Piece(m.end(), Parts(days=_day_and_month(day, month, None), clock=clock))
    yield Piece(end, Parts(days=_day_and_month(day, month, None)))


def _day_said(said: str) -> int:
    return 1 if said.lower() in words.FIRST else int(said)


def _which_weekday(weekday: int, which: str, later: str) -> Parts:
    if which in words.LAST or later in words.LAST_AFTER:
        return Parts(days=_gone(weekday))
    if later in ("next week", "of next week"):
        return Parts(days=_in_next_week(weekday))
    if later in ("this week", "of this week"):
        return Parts(days=_of_this_week(weekday))
    if later == "after next":
        return Parts(days=_after_next(weekday))
    if later in words.WEEKS_AFTER:
        return Parts(days=_weeks_after(weekday, words.WEEKS_AFTER[later]))
    if which in words.NEXT or later in words.NEXT_AFTER:
        return Parts(days=_next(weekday))
    if which in words.THIS:
        return Parts(days=_of_this_week(weekday))
    if which:
        return Parts(days=_coming(weekday))
    return Parts(weekday=weekday)


def _date(year: int, month: int, day: int) -> date:
    if not 1 <= month <= 12:
        raise Impossible(f"There is no month {month}.")
    try:
        return date(year, month, day)
    except ValueError:
        name = words.MONTH_NAMES[month - 1]
        raise Impossible(f"There is no {day} {name} {year}.") from None


def _on(day: date) -> Dates:
    return lambda today: (day,)


def _shifted(days: int) -> Dates:
    return lambda today: (today + timedelta(days=days),)


def _coming(weekday: int) -> Dates:
    return lambda today: (_from(today, weekday),)


def _weeks_after(weekday: int, weeks: int) -> Dates:
    return lambda today: (_from(today, weekday) + weeks * WEEK,)


def _saturday(today: date) -> tuple[date, ...]:
    """Of the coming weekend, or of the one that is on."""
    return (_monday(today) + timedelta(days=FRIDAY + 1),)


def _gone(weekday: int) -> Dates:
    """The one just past, or the one in last week: two readings unless they are one day."""

    def days(today: date) -> tuple[date, ...]:
        past = today - timedelta(1 + (today.weekday() - weekday - 1) % 7)
        return tuple(dict.fromkeys((_monday(today) - WEEK + timedelta(days=weekday), past)))

    return days


def _of_this_week(weekday: int) -> Dates:
    """This week's; and the coming one, where this week's has passed."""

    def days(today: date) -> tuple[date, ...]:
        this_week = _monday(today) + timedelta(days=weekday)
        return tuple(dict.fromkeys((this_week, _from(today, weekday))))

    return days


def _in_next_week(weekday: int) -> Dates:
    return lambda today: (_monday(today) + WEEK + timedelta(days=weekday),)


def _next(weekday: int) -> Dates:
    """The coming one, or the one in next week: two readings unless they are one day."""

    def days(today: date) -> tuple[date, ...]:
        coming, in_next_week = _from(today, weekday), _in_next_week(weekday)(today)[0]
        if coming in (today, in_next_week):
            return (in_next_week,)
        return (coming, in_next_week)

    return days


def _after_next(weekday: int) -> Dates:
    """A week after whichever is the next one."""
    return lambda today: tuple(day + WEEK for day in _next(weekday)(today))


def _first_of_next_month(today: date) -> tuple[date, ...]:
    return (add_months(today.replace(day=1), 1),)


def _last_of_month(months: int) -> Dates:
    return lambda today: (_last_day(add_months(today.replace(day=1), months)),)


def _edge(month: int, year: int | None, *, last: bool) -> Dates:
    def days(today: date) -> tuple[date, ...]:
        for y in (year,) if year else (today.year, today.year + 1):
            day = _last_day(date(y, month, 1)) if last else date(y, month, 1)
            if year or day >= today:
                return (day,)
        raise AssertionError("next year's month is to come")

    return days


def _middle(m: re.Match[str]) -> Dates:
    """The fifteenth of the month that is named, else of the coming one that is not over yet."""
    if m[1]:
        return _day_and_month(MIDDLE, words.MONTHS[m[1].lower()], year_of(m[2]))
    if m[3]:
        return lambda today: (add_months(today.replace(day=1), 1).replace(day=MIDDLE),)
    return _day_of_month(MIDDLE)


def _working_day_of(m: re.Match[str]) -> Dates:
    """The first or the last working day of a month."""
    is_last = m[1].lower() == "last"
    if m[2]:
        edge = _edge(words.MONTHS[m[2].lower()], year_of(m[3]), last=is_last)
    elif is_last:
        edge = _last_of_month(1 if m[4] else 0)
    else:
        edge = _first_of_next_month if m[4] else lambda today: (today.replace(day=1),)

    def days(today: date) -> tuple[date, ...]:
        outside = WEEK / 7 if is_last else -WEEK / 7
        return tuple(working_days_after(day + outside, -1 if is_last else 1) for day in edge(today))

    return days


def _of_week(year: int, week: int, day: int) -> date:
    try:
        return date.fromisocalendar(year, week, day)
    except ValueError:
        raise Impossible(f"{year} has no week {week}.") from None


def _in_week(week: int, year: int | None, weekday: int) -> Dates:
    """That day of a week of the calendar; of the coming one where no year is said."""

    def days(today: date) -> tuple[date, ...]:
        if year:
            return (_of_week(year, week, weekday + 1),)
        this_year = today.isocalendar().year
        coming = _of_week(this_year, week, weekday + 1)
        return (coming if coming >= today else _of_week(this_year + 1, week, weekday + 1),)

    return days


def _day_and_month(day: int, month: int, year: int | None) -> Dates:
    if year:
        return _on(_date(year, month, day))
    if not 1 <= day <= calendar.monthrange(LEAP_YEAR, month)[1]:
        raise Impossible(f"{words.MONTH_NAMES[month - 1]} has no day {day}.")

    def days(today: date) -> tuple[date, ...]:
        for y in range(today.year, today.year + 9):
            if day <= calendar.monthrange(y, month)[1] and date(y, month, day) >= today:
                return (date(y, month, day),)
        raise Impossible("That is too far away.")

    return days


def _either_order(first: int, second: int, year: int | None) -> Dates:
    """12/07 is a day in July or in December: both, unless only one exists."""
    found: list[Dates] = []
    refused: Impossible | None = None
    for day, month in ((first, second), (second, first)):
        try:
            if 1 <= month <= 12:
                found.append(_day_and_month(day, month, year))
        except Impossible as why:
            refused = why
    if not found:
        raise refused or Impossible(f"{first}/{second} is not a date.")
    return lambda today: tuple(dict.fromkeys(day for days in found for day in days(today)))


def _day_of_month(day: int) -> Dates:
    """The coming day of this number."""
    if not 1 <= day <= 31:
        raise Impossible(f"No month has a day {day}.")

    def days(today: date) -> tuple[date, ...]:
        for months in count():
            first = add_months(today.replace(day=1), months)
            if day <= _last_day(first).day and first.replace(day=day) >= today:
                return (first.replace(day=day),)
        raise AssertionError("some month has the day")

    return days


def _ordinal_in(number: int, weekday: int, month: int, year: int | None) -> Dates:
    def days(today: date) -> tuple[date, ...]:
        for y in (year,) if year else (today.year, today.year + 1):
            day = ordinal_weekday(y, month, number, weekday)
            if year or day >= today:
                return (day,)
        raise AssertionError("next year's is to come")

    return days


def _ordinal_this_month(number: int, weekday: int, *, months: int) -> Dates:
    def days(today: date) -> tuple[date, ...]:
        month = add_months(today.replace(day=1), months)
        return (ordinal_weekday(month.year, month.month, number, weekday),)

    return days


def ordinal_weekday(year: int, month: int, number: int, weekday: int) -> date:
    """The first, second... or last (-1) of a weekday in a month."""
    last = _last_day(date(year, month, 1))
    days = [last.replace(day=d) for d in range(1, last.day + 1)]
    fitting = [day for day in days if day.weekday() == weekday]
    return fitting[number - 1 if number > 0 else number]


def _from(today: date, weekday: int) -> date:
    return today + timedelta(days=(weekday - today.weekday()) % 7)


def _monday(today: date) -> date:
    return today - timedelta(days=today.weekday())


def _last_day(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
