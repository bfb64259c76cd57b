"""Which time of day is meant: "0900Z", "half past three", "COB", "2-4pm", in whose zone."""

import re
from collections.abc import Iterator

from nlp.times import words, zones
from nlp.times.parts import SURE, UNUSUAL, USUAL, Clock, Parts, Piece, Speaker
from nlp.times.patterns import (
    END,
    HOUR,
    LETTER,
    MINUTE_WORD,
    NUMBER_WORD,
    WEEKDAY,
    compiled,
    number,
)
from nlp.times.values import Impossible

HOURS = r"(?:hrs|hours|uhr|uur|heures|heure|horas|h|u)"
SIDE = r"(?:\d{4}|\d{1,2}(?:[:.h]\d{2})?)"
AFTER_WORDS = ("past", "after", "nach", "over")
FRACTIONS = {
    **dict.fromkeys(("quarter", "a quarter", "viertel", "kwart", "quart", "cuarto"), 15),
    **dict.fromkeys(("half", "demi", "demie", "media"), 30),
}
LAST_HALVED = 6  # "3:30" leaves the half of the day open, "7:30" does not

AM_PM = compiled(
    rf"(\d{{1,2}}|{words.any_of(words.ENGLISH_HOURS)})(?:[:.h]?(\d{{2}}))?\s?([ap])\.?m\b\.?{END}"
)
COLON = compiled(
    rf"(\d{{1,2}}):(\d{{2}})(?::(\d{{2}}))?({LETTER})?(?:\s?{HOURS})?{END}(?!\s?[ap]\.?m\b)"
)
FOUR_DIGITS = compiled(rf"(\d{{2}})(\d{{2}})({LETTER})?(?:\s?{HOURS})?{END}")
DOT_CLOCK = compiled(
    rf"([01]?\d|2[0-3])\.([0-5]\d)({LETTER})?(?:\s?{HOURS})?{END}(?!\s?[ap]\.?m\b|\.)"
)
HOURS_CLOCK = compiled(rf"([01]?\d|2[0-3])\s?({HOURS})\s?([0-5]\d)?{END}")
SPOKEN = compiled(
    rf"(?:(?P<early>(?:oh|zero) {words.any_of(words.ENGLISH_HOURS[:9])})"
    rf"|(?P<late>{words.any_of(words.LATE_HOURS)})|(?P<hour>{words.any_of(words.ENGLISH_HOURS)}))"
    rf"[ \-](?:(?P<sharp>hundred)|(?P<minute>{MINUTE_WORD}))"
    rf"(?:\s?{HOURS}|\s(?P<half>[ap])\.?m\b\.?)?{END}"
)
HOUR_IN_WORDS = compiled(
    rf"({words.any_of(words.HOUR_WORDS)}) (?:heures?|uhr|uur|horas?)(?: ({NUMBER_WORD}|\d\d))?{END}"
)
AROUND_HOUR = compiled(
    rf"(?:a las? |las? )?({HOUR})(?:\s?(?:heures?|h))? "
    rf"(?:(?P<after>et|y) |(?P<before>moins|menos) )(?:le )?"
    rf"(?P<minutes>quart|demie?|cuarto|media|\d{{1,2}}|{NUMBER_WORD}){END}(?! (?:heures?|horas?))"
)
NOON_AND_A_HALF = compiled(rf"(?:(midi)|minuit) et demie?{END}")
AROUND_HALF = compiled(
    rf"(?:(?P<minutes>{NUMBER_WORD}|\d{{1,2}}) (?:(?P<after>nach|over)|vor|voor) (?:halb|half)"
    rf"|(?P<quarters>dreiviertel|viertel)) (?P<hour>{HOUR}){END}"
)
PAST_OR_TO = compiled(
    rf"(a quarter|quarter|viertel|kwart|half|\d{{1,2}}|{MINUTE_WORD}|{NUMBER_WORD})"
    r"(?: minutes?| min)? "
    rf"(past|after|nach|over|to|till|vor|voor) ({HOUR})(?:\s?(?:o'clock|uhr|uur))?{END}(?![:.]\d)"
)
HALF_BEFORE = compiled(rf"(?:halb|(half)) ({HOUR}){END}(?![:.]\d)")
O_CLOCK = compiled(
    rf"({HOUR})(?:\s?o'?clock{END}"
    r"|(?= (?:(?:in the|this) (?:morning|afternoon|evening)|at night)\b))"
)
LONE = r"(?![\w:./\-']|\s?[ap]\.?m\b)"
AT_HOUR = compiled(
    rf"(?:(?:at|@|a las?|a|um|om)\s?({HOUR})"
    rf"|(?:by|before|after|until|till|past) (0?[1-9]|1[0-2])){LONE}"
)
LONE_HOUR = compiled(rf"(\d{{1,2}}){LONE}")
NOON = compiled("(?:12 |twelve )?" + words.any_of(words.NOON) + END)
MIDNIGHT = compiled("(?:12 |twelve )?" + words.any_of(words.MIDNIGHT) + END)
SAME_TIME = compiled(rf"(?:at )?(?:this|(?:the )?same) time{END}")
CLOSE = compiled(
    rf"(?:the )?(?:{words.any_of(words.CLOSE)}{END}"
    rf"|end of(?= (?:{words.any_of(words.SOON)}|{WEEKDAY}){END}))"
)
OPEN = compiled(r"(?:the )?" + words.any_of(words.OPEN) + END)
HALF_DAY = compiled(rf"(?:in the )?([ap])\.?m\b\.?{END}")
DAYPART = compiled(
    r"(?:in the |during the |during |over |at |por la |de la |en la |a la |am |in der |am spaten "
    r"|le |du |dans la |en |'s |in de )?"
    rf"({words.any_of(words.PARTS)}){END}"
)
SPAN_ENDS = (
    rf"(?P<begin>{SIDE})\s?(?P<half_begin>[ap])?(?(half_begin)\.?m\.?)(?:\s?{HOURS}(?![a-z]))?"
    rf"(?P<begin_letter>{LETTER}(?=[\s\-]))?"
    r"{between}"
    rf"(?P<end>{SIDE})(?:\s?(?P<half>[ap])\.?m\b\.?|\s?(?P<hours>{HOURS})(?![a-z]))?"
    rf"(?P<letter>{LETTER})?{END}(?!\s?[\-./:]\d)"
)
SPANS = (
    compiled(
        r"(?P<from>(?:from|de|von|van)(?P<las> las?)? )?"
        + SPAN_ENDS.replace(
            "{between}",
            r"(?:(?P<dash>\s?-\s?)|\s(?:to|until|till|bis|tot|(?P<a>a)|hasta)\s(?(las)(?:las? )?))",
        )
    ),
    compiled(
        r"(?P<from>(?:between|entre(?: las?)?|zwischen|tussen) )"
        + SPAN_ENDS.replace("{between}", r"\s(?:and|et|und|y|en)\s(?:las? )?")
    ),
)
UTC_OFFSET = compiled(
    r"(?:(?:UTC|GMT)\s?|(?<=\d)(?=\+\d\d:?\d\d)|(?<=\d )(?=\+\d\d:?\d\d)"
    rf"|(?:(?<=:\d\d:\d\d)|(?<=:\d\d:\d\d ))(?=-\d\d:?\d\d))([+-])(\d{{1,2}})(?::?(\d{{2}}))?{END}"
)
ZONE_LEAD = compiled(r"(?:in|(?:a )?(?:l')?heure de|hora de|nach) ")
ZONE_WORDS = compiled(r"[a-z][a-z_/']*(?:[ \-][a-z_/]+){0,3}")
ZONE_TAIL = compiled(rf" (?:(?:local )?time|zeit|tijd){END}")


def second_of_day(hour: int, minute: int, second: int = 0) -> int:
    """Seconds since midnight; 24:00 is the end of the day."""
    if (hour, minute, second) == (24, 0, 0):
        return zones.DAY
    if hour > 23 or minute > 59 or second > 59:
        raise Impossible(f"{hour:02d}:{minute:02d} is not a time of day.")
    return hour * 3600 + minute * 60 + second


def clock(text: str, at: int, speaker: Speaker) -> Iterator[Piece]:
    """Digits: 15:30, 0900Z, 3pm, 15h30, 10.30, 14 Uhr."""
    if m := AM_PM.match(text, at):
        yield Piece(m.end(), Parts(clock=Clock((_am_pm(number(m[1]), int(m[2] or 0), m[3]),))))
    if m := COLON.match(text, at):
        yield Piece(m.end(), _lettered(_of_colon(m), m[4], speaker))
    if m := FOUR_DIGITS.match(text, at):
        said = Clock((second_of_day(int(m[1]), int(m[2])),))
        yield Piece(m.end(), _lettered(said, m[3], speaker))
        if m[3] == "H":  # the letter Hotel, or hours
            yield Piece(m.end(), Parts(clock=said))
    if m := DOT_CLOCK.match(text, at):
        yield Piece(m.end(), _lettered(Clock((_seconds(m[1], m[2]),)), m[3], speaker))
    if m := HOURS_CLOCK.match(text, at):
        unsaid = int(m[1]) < LAST_HALVED and m[2].lower() != "h"
        literal = Clock((_seconds(m[1], m[3]),), soft=True)
        said = halved(int(m[1]), int(m[3] or 0)) if unsaid else literal
        # "2h" is two hours from now before it is two o'clock.
        early = m[2].lower() == "h" and int(m[1]) <= LAST_HALVED and not m[3]
        yield Piece(m.end(), Parts(clock=said), UNUSUAL if early else USUAL)


def spoken_clock(text: str, at: int, speaker: Speaker) -> Iterator[Piece]:
    """Words: half past three, noon, COB, at 9."""
    yield from _in_words(text, at)
    if m := PAST_OR_TO.match(text, at):
        minutes = _minutes(m[1])
        after = m[2].lower() in AFTER_WORDS
        # "9 to 11" is from an hour to another: nobody says nine minutes to eleven so.
        odd = m[1].isdigit() and minutes % 5 and "min" not in m[0].lower()
        if after or (m[1].lower() != "half" and not odd):
            yield Piece(m.end(), Parts(clock=halved(number(m[3]), minutes if after else -minutes)))
    if m := HALF_BEFORE.match(text, at):
        yield from _half(m)
    if m := O_CLOCK.match(text, at):
        yield Piece(m.end(), Parts(clock=halved(number(m[1]))))
    if m := AT_HOUR.match(text, at):
        yield Piece(m.end(), Parts(clock=halved(number(m[1] or m[2]))))
    elif (m := LONE_HOUR.match(text, at)) and int(m[1]) < 24:
        yield Piece(m.end(), Parts(clock=halved(int(m[1]), lone=True)), bare=True)
    if m := NOON.match(text, at):
        yield Piece(m.end(), Parts(clock=Clock((12 * 3600,))))
    if m := MIDNIGHT.match(text, at):
        yield Piece(m.end(), Parts(clock=Clock((0, zones.DAY), midnight=True)))
    if m := SAME_TIME.match(text, at):
        yield Piece(m.end(), Parts(clock=Clock((_wall(speaker),), lone=True)))
    if m := CLOSE.match(text, at):
        close = Clock((speaker.work[1] * 3600,))
        yield Piece(m.end(), Parts(clock=close, daypart="close"))
    if m := OPEN.match(text, at):
        opening = Clock((speaker.work[0] * 3600,))
        yield Piece(m.end(), Parts(clock=opening, daypart="open"))


def span(text: str, at: int, speaker: Speaker) -> Iterator[Piece]:
    """From a clock to a clock: 2-4pm, 1000-1100Z, 9h-11h, 22:00 to 02:00, between 10 and 12."""
    m = next((m for pattern in SPANS if (m := pattern.match(text, at))), None)
    if m is None or not _same_zone(m["begin_letter"], m["letter"]):
        return
    begin, end, half = m["begin"], m["end"], m["half"]
    if m.groupdict().get("a") and not m["from"] and text[m.end("begin")] == " ":
        return  # "vendredi 20 à 14h" is a day and its hour
    digits = all(side.isdigit() and len(side) <= 2 for side in (begin, end))
    lone = digits and bool(m.groupdict().get("dash")) and not (half or m["letter"] or m["hours"])
    lone = lone and not m["from"]
    until = _side(end, half, lone=lone)
    if half and not m["half_begin"] and len(begin) < 4:
        start = _before(begin, half, until)
    else:
        start = _side(begin, m["half_begin"], lone=lone)
    parts = _lettered(start, m["letter"], speaker)
    yield Piece(m.end(), Parts(clock=start, until=until, places=parts.places), bare=lone)


def daypart(text: str, at: int, speaker: Speaker) -> Iterator[Piece]:
    """Morning, afternoon, evening, night, first thing."""
    if m := DAYPART.match(text, at):
        part = Parts(daypart=words.PARTS[m[1].lower()])
        # "Morgen" and "mañana" are tomorrow first, but for "de la mañana".
        also_a_day = m[1].lower() in words.SOON
        is_led = m[0].lower().startswith(("de la ", "por la ", "en la "))
        yield Piece(m.end(), part, SURE if is_led else UNUSUAL if also_a_day else USUAL)
    if m := HALF_DAY.match(text, at):
        part = Parts(daypart="morning" if m[1].lower() == "a" else "afternoon")
        yield Piece(m.end(), part, UNUSUAL)


def zone(text: str, at: int, speaker: Speaker) -> Iterator[Piece]:
    """UTC+3, +0200, CET, Europe/Athens, Lisbon time, in New York, local."""
    if m := UTC_OFFSET.match(text, at):
        place = zones.by_offset(m[1], int(m[2]), int(m[3] or 0))
        if place is None:
            raise Impossible(f'"{m[0]}" is not a time zone.')
        yield Piece(m.end(), Parts(places=(place,)))
        return
    lead = ZONE_LEAD.match(text, at)
    begin = lead.end() if lead else at
    for end in reversed(_word_ends(text, begin)):
        if found := zones.by_words(text[begin:end], speaker.place):
            tail = ZONE_TAIL.match(text, end)
            yield Piece(tail.end() if tail else end, Parts(places=found))
            return


def halved(hour: int, minutes: int = 0, *, lone: bool = False) -> Clock:
    """An hour of which morning or evening was not said, and minutes after or before it."""
    if hour > 12 or hour == 0 or (hour == 12 and minutes == 0):
        second = second_of_day(hour, 0) + minutes * 60
        return Clock((second % zones.DAY,), lone=lone)
    early = (hour % 12 * 3600 + minutes * 60) % (12 * 3600)
    return Clock((early, early + 12 * 3600), halved=True, lone=lone)


def _in_words(text: str, at: int) -> Iterator[Piece]:
    """Fourteen hundred, oh six thirty, ten fifteen; neuf heures et demie, las tres menos cuarto,
    dreiviertel drei, tien voor half drie."""
    if m := SPOKEN.match(text, at):
        yield Piece(m.end(), Parts(clock=_spoken(m)))
    if m := HOUR_IN_WORDS.match(text, at):
        yield Piece(m.end(), Parts(clock=halved(number(m[1]), number(m[2]) if m[2] else 0)))
    if m := AROUND_HOUR.match(text, at):
        minutes = _minutes(m["minutes"])
        said = halved(number(m[1]), minutes if m["after"] else -minutes)
        yield Piece(m.end(), Parts(clock=said))
    if m := NOON_AND_A_HALF.match(text, at):
        yield Piece(m.end(), Parts(clock=Clock(((12 * 60 + 30 if m[1] else 30) * 60,))))
    if m := AROUND_HALF.match(text, at):
        yield Piece(m.end(), Parts(clock=_around_half(m)))


def _spoken(m: re.Match[str]) -> Clock:
    minute = words.MINUTE_WORDS[m["minute"].lower()] if m["minute"] else 0
    if m["early"] or m["late"]:
        hour = words.MINUTE_WORDS[(m["early"] or m["late"]).lower()]
        return Clock((second_of_day(hour, minute),))
    hour = number(m["hour"])
    if m["half"]:
        return Clock((_am_pm(hour, minute, m["half"]),))
    return Clock((second_of_day(hour, minute),)) if m["sharp"] else halved(hour, minute)


def _around_half(m: re.Match[str]) -> Clock:
    """ "Fünf nach halb drei" is 2:35, "dreiviertel drei" a quarter to three."""
    hour = number(m["hour"])
    if m["quarters"]:
        return halved(hour, -15 if m["quarters"].lower() == "dreiviertel" else -45)
    minutes = number(m["minutes"])
    return halved(hour, -30 + (minutes if m["after"] else -minutes))


def _minutes(said: str) -> int:
    word = said.lower()
    return FRACTIONS.get(word) or words.MINUTE_WORDS.get(word) or number(said)


def _wall(speaker: Speaker) -> int:
    return speaker.now.hour * 3600 + speaker.now.minute * 60


def _half(m: re.Match[str]) -> Iterator[Piece]:
    hour = number(m[2])
    if not m[1] or not (m[2].isdigit() or m[2].lower() in words.ENGLISH_HOURS):
        yield Piece(m.end(), Parts(clock=halved(hour, -30)))  # halb drei, half drie
        return
    # "Half three": half past in London, half to for a Dutchman.
    yield Piece(m.end(), Parts(clock=halved(hour, 30)))
    yield Piece(m.end(), Parts(clock=halved(hour, -30)))


def _lettered(said: Clock, letter: str | None, speaker: Speaker) -> Parts:
    places = (zones.by_letter(letter.strip(), speaker.place),) if letter else None
    return Parts(clock=said, places=places)


def _of_colon(m: re.Match[str]) -> Clock:
    hour, minute = int(m[1]), int(m[2])
    if len(m[1]) == 1 and 0 < hour < LAST_HALVED and not m[3] and not m[4]:
        second_of_day(hour, minute)
        return halved(hour, minute)
    soft = len(m[1]) == 1 and not m[4]
    return Clock((second_of_day(hour, minute, int(m[3] or 0)),), soft=soft)


def _am_pm(hour: int, minute: int, half: str) -> int:
    if not 1 <= hour <= 12:
        raise Impossible(f"{hour} {half.lower()}m is not a time of day.")
    return second_of_day(hour % 12 + (12 if half.lower() == "p" else 0), minute)


def _seconds(hour: str, minute: str | None) -> int:
    return second_of_day(int(hour), int(minute or 0))


def _side(side: str, half: str | None, *, lone: bool) -> Clock:
    hour, minute = _hour_and_minute(side)
    if half:
        return Clock((_am_pm(hour, minute, half),))
    if len(side) <= 2 or (len(side) == 4 and side[1] in ":." and 0 < hour < LAST_HALVED):
        second_of_day(hour, minute)
        said = halved(hour, minute)
        return Clock(said.seconds, said.halved, lone)
    return Clock((second_of_day(hour, minute),))


def _before(side: str, half: str, until: Clock) -> Clock:
    """The start of "11-1pm" is in the other half of the day, the start of "2-4pm" in the same."""
    hour, minute = _hour_and_minute(side)
    same = _am_pm(hour, minute, half)
    if same < until.seconds[0]:
        return Clock((same,))
    return Clock((_am_pm(hour, minute, "a" if half.lower() == "p" else "p"),))


def _same_zone(begin: str | None, end: str | None) -> bool:
    return begin is None or (end is not None and begin.strip().upper() == end.strip().upper())


def _hour_and_minute(side: str) -> tuple[int, int]:
    if side.isdigit() and len(side) == 4:
        return int(side[:2]), int(side[2:])
    hour, _, minute = side.lower().replace(".", ":").replace("h", ":").partition(":")
    return int(hour), int(minute or 0)


def _word_ends(text: str, at: int) -> list[int]:
    m = ZONE_WORDS.match(text, at)
    if m is None:
        return []
    return [*(at + gap.start() for gap in re.finditer(" ", m[0])), m.end()]
