"""Putting the pieces together: one sane reading is an answer, two are a question."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from nlp.times import clocks, days, durations, meaning, recurrence, words, zones
from nlp.times.meaning import FARTHEST, Found
from nlp.times.parts import Lapse, Parts, Piece, PieceRule, Speaker
from nlp.times.patterns import END, MONTH, WEEKDAY, compiled
from nlp.times.values import (
    Ambiguous,
    Day,
    Impossible,
    Instant,
    Nothing,
    Range,
    Reading,
    Recurrence,
    Settled,
    Window,
)

LONGEST = 200
MOST_READINGS = 4
MOST_LEADS = 3
LONGEST_UNSAID = timedelta(hours=12)
"""How far an end may lie behind its beginning when it names no day of its own."""


def read(phrase: str, now: datetime, zone: ZoneInfo, *, work: tuple[int, int] = (9, 17)) -> Reading:
    """What moment the phrase means, said at *now* by someone in *zone* with these working hours.

    Every word is understood or the phrase is refused; a phrase with two sane readings is asked
    about. Time spent is linear in the phrase, which may have 200 characters.
    """
    if len(phrase) > LONGEST:
        return Nothing(f"That is too long for a time: {LONGEST} characters at most.")
    speaker = Speaker(now.astimezone(zone), zone, work)
    text = _reordered(words.plain(phrase)[: 4 * LONGEST].strip(" .!?"))
    try:
        return _read(text, speaker)
    except Impossible as why:
        return Nothing(str(why))
    except (OverflowError, ValueError):
        return Nothing("That is too far away.")


def _read(text: str, speaker: Speaker) -> Reading:
    if not text:
        raise Impossible("There is no time in it.")
    if text.lower() in words.NOW:
        return Instant(speaker.now.astimezone(UTC))
    if (days_from_now := words.SOON.get(text.lower())) is not None:
        return Day(speaker.today + timedelta(days=days_from_now))
    for way in (_bounded_rule, _shifted_anchor):
        if (reading := way(text, speaker)) is not None:
            return reading
    try:
        return _settled(_all_readings(text, speaker), speaker)
    except Impossible:
        for way in (_from_one_to_another, _lasting, _no_sooner, _said_twice):
            if (reading := way(text, speaker)) is not None:
                return reading
        raise


def _all_readings(text: str, speaker: Speaker) -> list[Found]:
    found: dict[Settled, Found] = {}
    refused: Impossible | None = None
    for parts in _ways(text, speaker):
        try:
            for one in meaning.meanings(parts, speaker):
                found.setdefault(one.reading, one)
        except Impossible as why:
            refused = refused or why
    if not found and refused:
        raise refused
    return list(found.values())


def _settled(found: list[Found], speaker: Speaker) -> Reading:
    now = speaker.now
    near = [f for f in found if abs(_begin(f.reading, speaker) - now) < FARTHEST]
    if not near:
        raise Impossible("That is too far away.")
    if len(near) == 1:
        return near[0].reading
    if len(near) > MOST_READINGS:
        raise Impossible("That can mean too many things; give the day, the time and the zone.")
    near.sort(key=lambda f: _begin(f.reading, speaker))
    readings = tuple(f.reading for f in near)
    oddity = next((f.oddity for f in near if f.oddity), "")
    return Ambiguous(readings, _question(readings, oddity, speaker))


# --- from text to parts ------------------------------------------------------------------------


def _recurring_pieces(text: str, at: int, speaker: Speaker) -> Iterator[Piece]:
    for end, rule in recurrence.rules(text, at):
        yield Piece(end, Parts(rule=rule))


RULES: tuple[PieceRule, ...] = (
    _recurring_pieces,
    days.soon,
    days.iso,
    days.date_time_group,
    days.month_and_day,
    days.numeric,
    days.day_of_month,
    days.weekday,
    days.week,
    days.period,
    durations.lapse,
    clocks.span,
    clocks.clock,
    clocks.spoken_clock,
    clocks.daypart,
    clocks.zone,
)

LEAD = compiled(words.any_of(words.LEADS) + r"(?=[\s\d(])|@")
COURTESY = compiled(words.any_of(words.COURTESIES) + END)
GAP = compiled(r"(?:[ ,;()/]| - )+")


@dataclass(frozen=True, slots=True)
class _Path:
    """A way through the text so far."""

    at: int
    parts: Parts
    cost: int = 0
    leads: int = 0


def _ways(text: str, speaker: Speaker) -> list[Parts]:
    """The cheapest ways to understand every word. Raises with the first word nobody understood."""
    # Each of the few slots of Parts is filled once, so the paths stay few whatever the length.
    known: dict[int, list[Piece]] = {}
    refused: Impossible | None = None
    done: list[_Path] = []
    farthest = 0
    paths = [_Path(0, Parts())]
    while paths:
        path = paths.pop()
        gap = GAP.match(text, path.at)
        at = gap.end() if gap else path.at
        farthest = max(farthest, at)
        if at >= len(text):
            if not path.leads and path.parts != Parts():
                done.append(path)
            continue
        if at not in known:
            known[at], why = _pieces(text, at, speaker)
            refused = refused or why
        paths += _steps(text, at, path, known[at])
    if not done:
        raise refused or Impossible(_not_understood(text, farthest))
    cheapest = min(path.cost for path in done)
    return [path.parts for path in done if path.cost == cheapest]


def _steps(text: str, at: int, path: _Path, pieces: list[Piece]) -> Iterator[_Path]:
    for piece in pieces:
        if piece.bare and path.leads:
            continue
        joined = path.parts.joined(piece.parts)
        if joined is not None:
            yield _Path(piece.end, joined, path.cost + piece.cost)
    if path.leads < MOST_LEADS and (m := LEAD.match(text, at)):
        yield _Path(m.end(), path.parts, path.cost, path.leads + 1)
    if not path.leads and path.at and (m := COURTESY.match(text, at)):
        yield _Path(m.end(), path.parts, path.cost)


def _pieces(text: str, at: int, speaker: Speaker) -> tuple[list[Piece], Impossible | None]:
    found: list[Piece] = []
    refused: Impossible | None = None
    for rule in RULES:
        try:
            found += rule(text, at, speaker)
        except Impossible as why:
            refused = refused or why
    return found, refused


def _not_understood(text: str, at: int) -> str:
    rest = text[at:].split(" ")[0] if at < len(text) else text
    return f'I do not understand "{rest[:40]}" as a time.'


# --- phrases of phrases --------------------------------------------------------------------------

RULE_END = compiled(r"^(.+?),? (?:until|till|through|jusqu'au|bis|hasta|tot) (.+)$")
RULE_COUNT = compiled(r"^(.+?),? (?:for )?(\d{1,3}) (?:times|x|mal|fois|veces|keer)$")
RULE_START = compiled(
    r"^(.+?),? (?:starting|beginning|from|ab|a partir du|desde|vanaf) (?:on )?(.+)$"
)
LASTING = compiled(r"^(.+?),? (?:for|pendant|durant|fur|lang|durante|gedurende) (.+)$")
FLOOR = compiled(rf"^(?:(.+?),? )?{words.any_of(words.FLOORS)} (.+)$")
TWICE = compiled(r"^(.+?) ?(?:[/=(]|, (?:i\.?e\.? )?) ?([^/=()]+?)\)?$")
BETWEEN_DAYS = compiled(
    r"^(?:between|entre|zwischen|tussen) (?:the |le |el |dem )?(\d\d?)(?:st|nd|rd|th|\.)? "
    rf"(?:and|et|und|y|en) (?:the |le |el |dem )?(\d\d?)(?:st|nd|rd|th|\.)? ((?:de )?{MONTH}\b.*)$"
)
DAY_NAMES = rf"{WEEKDAY}(?:(?:, and |, ?| and | ?& ?){WEEKDAY})*"
DTG_SPAN = compiled(
    rf"^(?:from |dtg )?(\d{{6}}) ?([a-z])? ?(?:-|/|to|until|till) ?(\d{{6}}) ?([a-z])"
    rf" ?((?:{MONTH}) ?(?:\d{{4}}|\d\d)?)?$"
)
LATER = compiled(r"\blater (?=this |tonight\b)")
EACH_WEEK = compiled(rf"^({DAY_NAMES}) (?:every|each) week\b(.*)$")
BUT = compiled(
    r"^((?:every |each )?(?:week ?day|working day|day)s?|daily)( .+?),? "
    rf"(?:except|but not|sauf|ausser|excepto|salvo|behalve) (?:on )?({DAY_NAMES})$"
)
NOW = compiled(rf"(?:now|today){END}")
EXACTLY = compiled(r"\b(?:exactly|precisely|genau|exactement|exactamente|precies) ")
GLUED = compiled(
    rf"\b({words.any_of(w for w in words.WEEKDAYS if len(w) > 3)})"
    r"(vormittag|mittag|nachmittag|abend|morgen|nacht|ochtend|middag|avond)\b"
)
EARLY_OR_LATE = compiled(
    r"\b(early|late|mid) (?!morning|afternoon|evening)(.+?) (morning|afternoon|evening)\b"
)
FIRST_THING = compiled(r"\bfirst thing(?: on)? (?:(.+?) |in the )morning\b")
ANCHOR = compiled(r",? (before|prior to|ahead of|after|from|on|following) (.+)$")
TO = compiled(r"(?: to | until | till | through | bis | tot | hasta | a | - |-)(?:le |la |el )?")
DAYS_OF_MONTH = compiled(
    r"(\d\d?)(?:st|nd|rd|th|\.)?(?: ?- ?| to | bis | tot | a | au | al )"
    rf"(\d\d?)(?:st|nd|rd|th|\.)? ((?:de )?{MONTH}\b.*)$"
)
FROM = compiled(r"(?:from|between|von|van|de|du|desde) ")


def _bounded_rule(text: str, speaker: Speaker) -> Reading | None:
    """ "Every Monday at 10 from 1 December until Easter", "daily 0800, 5 times", "for 6 weeks"."""
    body, count, until, lasting = text, None, None, None
    if m := RULE_COUNT.match(text):
        body, count = m[1], int(m[2])
    elif m := RULE_END.match(text):
        body, until = m[1], m[2]
    elif (m := LASTING.match(text)) and (found := _whole_lapse(m[2])):
        body, lasting = m[1], found
    begins = RULE_START.match(body)
    if body == text and begins is None:
        return None
    rule = _rule_of(body, speaker)
    if rule is None and begins and (rule := _rule_of(begins[1], speaker)):
        start = _read(begins[2], speaker)
        if not isinstance(start, Day):
            return None
        midnight = datetime.combine(start.date, time(), speaker.zone) - timedelta(seconds=1)
        speaker = replace(speaker, now=midnight)
    if rule is None or body == text == (begins[1] if begins else text):
        return None
    end = None
    if until and (end := _end_of(_read(until, speaker), speaker)) is None:
        return None
    reading = _recurring(rule, speaker, until=end, count=count)
    if lasting is not None and isinstance(reading, Recurrence):
        last = _shifted(Instant(reading.first[0]), lasting, speaker)
        if lasting.seconds or not isinstance(last, Instant):
            return None
        return _recurring(rule, speaker, until=last.at - timedelta(seconds=1))
    return reading


def _whole_lapse(text: str) -> Lapse | None:
    found = durations.duration(text, 0)
    return found[1] if found and found[0] == len(text) else None


def _rule_of(text: str, speaker: Speaker) -> Parts | None:
    try:
        found = [parts for parts in _ways(text, speaker) if parts.rule]
    except Impossible:
        return None
    return found[0] if len(found) == 1 else None


def _recurring(
    parts: Parts, speaker: Speaker, *, until: datetime | None = None, count: int | None = None
) -> Reading:
    assert parts.rule is not None  # asked for by _rule_of
    if count == 0:
        raise Impossible("Zero times is never.")
    rule = recurrence.with_end(parts.rule, until=until, count=count)
    return _settled(list(meaning.recurrences(replace(parts, rule=rule), speaker)), speaker)


def _end_of(reading: Reading, speaker: Speaker) -> datetime | None:
    match reading:
        case Instant(at):
            return at
        case Day(day):
            return _start_of(day + timedelta(days=1), speaker) - timedelta(seconds=1)
        case _:
            return None


def _shifted_anchor(text: str, speaker: Speaker) -> Reading | None:
    """ "Two hours before COB", "a week from Friday", "a week on Tuesday"."""
    if not (found := durations.duration(text, 0)):
        return None
    end, lapse = found
    m = ANCHOR.match(text, end)
    if m is None or NOW.match(m[2]) or (m[1].lower() == "on" and lapse.seconds):
        return None
    if m[1].lower() in ("before", "prior to", "ahead of"):
        lapse = lapse.times(-1)
    return _shifted(_read(m[2], speaker), lapse, speaker)


def _shifted(anchor: Reading, lapse: Lapse, speaker: Speaker) -> Reading | None:
    match anchor:
        case Instant(at):
            local = at.astimezone(speaker.zone)
            day = meaning.day_after(local.date(), lapse)
            wall = timedelta(hours=local.hour, minutes=local.minute, seconds=local.second)
            if day == local.date():
                return Instant(at + timedelta(seconds=lapse.seconds))
            found = zones.moments(speaker.place, day, int(wall.total_seconds()))
            stretch = timedelta(seconds=lapse.seconds)
            return _settled([Found(Instant(m.at + stretch), m.oddity) for m in found], speaker)
        case Day(day) if not lapse.seconds:
            return Day(meaning.day_after(day, lapse))
        case Ambiguous(readings):
            shifted = [_shifted(r, lapse, speaker) for r in readings]
            if all(isinstance(r, Instant | Day) for r in shifted):
                settled = [r for r in shifted if isinstance(r, Instant | Day)]
                return _settled([Found(r) for r in settled], speaker)
            return None
        case _:
            return None


def _from_one_to_another(text: str, speaker: Speaker) -> Reading | None:
    whole = FROM.sub("", text, count=1) if FROM.match(text) else text
    if m := DAYS_OF_MONTH.match(whole) or BETWEEN_DAYS.match(text):  # "24-26 Nov"
        return _between(f"{m[1]} {m[3]}", f"{m[2]} {m[3]}", speaker)
    for m in list(TO.finditer(whole))[:3]:
        if found := _between(whole[: m.start()], whole[m.end() :], speaker):
            return found
    return None


def _between(begin: str, end: str, speaker: Speaker) -> Range | None:
    start = _plainly(begin, speaker)
    shared = start is not None and not _say_alike(begin, end, speaker)
    if shared:
        start = _on_the_day_of(end, begin, speaker)
    if start is None:
        return None
    # The end is meant from now on, or else from the beginning on: "Monday to Friday".
    from_start = replace(speaker, now=_begin(start, speaker).astimezone(speaker.zone))
    for listener in (speaker,) if shared else (speaker, from_start):
        match start, _plainly(end, listener):
            case (Instant(first), Instant(last)) if first < last:
                if not _says_a_day(end, speaker) and last - first > LONGEST_UNSAID:
                    raise Impossible("That ends before it begins.")
                return Range(first, last)
            case (Day(first_day), Day(last_day)) if first_day <= last_day:
                after = last_day + timedelta(days=1)
                return Range(_start_of(first_day, speaker), _start_of(after, speaker))
    return None


def _on_the_day_of(end: str, begin: str, speaker: Speaker) -> Instant | None:
    """ "Noon" in "noon to 2pm tomorrow": the day and the zone are said once, for both."""
    try:
        first, last = _ways(begin, speaker)[0], _ways(end, speaker)[0]
    except Impossible:
        return None
    if first != Parts(clock=first.clock) or last.lapse:
        return None
    whole = replace(first, days=last.days, weekday=last.weekday, places=last.places)
    try:
        reading = _settled(list(meaning.meanings(whole, speaker)), speaker)
    except Impossible:
        return None
    return reading if isinstance(reading, Instant) else None


def _says_a_day(text: str, speaker: Speaker) -> bool:
    way = _ways(text, speaker)[0]
    return bool(way.days or way.weekday is not None or way.lapse)


def _say_alike(begin: str, end: str, speaker: Speaker) -> bool:
    """Whether neither side leaves to the other what may belong to both: a zone, or a later day."""
    try:
        first, last = _ways(begin, speaker)[0], _ways(end, speaker)[0]
    except Impossible:
        return False
    days = [bool(way.days or way.weekday is not None or way.lapse) for way in (first, last)]
    return (first.places is None) == (last.places is None) and days != [False, True]


def _lasting(text: str, speaker: Speaker) -> Reading | None:
    """ "Friday 10:00 for 45 minutes"."""
    m = LASTING.match(text)
    lapse = _whole_lapse(m[2]) if m else None
    if m is None or lapse is None or lapse != Lapse(seconds=lapse.seconds):
        return None
    match _read(m[1], speaker):
        case Instant(at):
            return Range(at, at + timedelta(seconds=lapse.seconds))
        case Ambiguous(readings) if all(isinstance(each, Instant) for each in readings):
            stretch = timedelta(seconds=lapse.seconds)
            starts = [each.at for each in readings if isinstance(each, Instant)]
            return _settled([Found(Range(at, at + stretch)) for at in starts], speaker)
        case _:
            return None


def _no_sooner(text: str, speaker: Speaker) -> Reading | None:
    """ "After 3pm tomorrow": from then to the end of that day."""
    m = FLOOR.match(text)
    if m is None:
        return None
    match _read(" ".join(filter(None, m.groups())), speaker):
        case Instant(at):
            following = at.astimezone(speaker.zone).date() + timedelta(days=1)
            return Window(at, _start_of(following, speaker))
        case _:
            return None


def _said_twice(text: str, speaker: Speaker) -> Reading | None:
    """ "10:00 CET (0900Z)": one moment on two clocks, or it is refused."""
    m = TWICE.match(text)
    if m is None:
        return None
    try:
        said, also = _settled(_all_readings(m[1], speaker), speaker), _ways(m[2], speaker)
    except Impossible:
        return None
    if not isinstance(said, Instant) or not also or not also[0].places:
        return None
    local = said.at.astimezone(also[0].places[0].zone)
    if also[0].clock is None:
        first = _ways(m[1], speaker)[0].places or (speaker.place,)
        agree = said.at.astimezone(first[0].zone).utcoffset() == local.utcoffset()
    else:
        agree = local.hour * 3600 + local.minute * 60 in also[0].clock.seconds
    if not agree:
        raise Impossible("Those are two different times.")
    return said


def _reordered(text: str) -> str:
    """The phrase in the order and the pieces in which the rest is read."""
    if m := DTG_SPAN.match(text):
        # The letter and the month are said once, for both.
        text = f"{m[1]}{m[2] or m[4]}{m[5] or ''} to {m[3]}{m[4]}{m[5] or ''}"
    text = GLUED.sub(lambda m: f"{m[1]} {'vormittag' if m[2].lower() == 'morgen' else m[2]}", text)
    text = FIRST_THING.sub(lambda m: f"{m[1] or ''} first thing".strip(), text)
    text = EXACTLY.sub("", LATER.sub("", text))
    text = EACH_WEEK.sub(r"every \1\2", text)
    text = BUT.sub(r"\1 except \3\2", text)
    return EARLY_OR_LATE.sub(r"\2 \1 \3", text)


def _plainly(text: str, speaker: Speaker) -> Instant | Day | None:
    try:
        reading = _settled(_all_readings(text, speaker), speaker)
    except Impossible:
        return None
    return reading if isinstance(reading, Instant | Day) else None


# --- words ---------------------------------------------------------------------------------------


def _question(readings: tuple[Settled, ...], oddity: str, speaker: Speaker) -> str:
    shown = [_written(reading, speaker) for reading in readings]
    which = f"Which do you mean: {', '.join(shown[:-1])} or {shown[-1]}?"
    return f"{oddity}. {which}" if oddity else which


def _written(reading: Settled, speaker: Speaker) -> str:
    match reading:
        case Instant(at):
            return _written_moment(at, speaker)
        case Day(day):
            return f"{words.WEEKDAY_NAMES[day.weekday()]} {meaning.written_day(day)}"
        case Window(start, end) | Range(start, end):
            return f"{_written_moment(start, speaker)} to {_written_moment(end, speaker)}"
        case Recurrence(_, first, _):
            return f"again and again from {_written_moment(first[0], speaker)}"


def _written_moment(at: datetime, speaker: Speaker) -> str:
    local = at.astimezone(speaker.zone)
    day = f"{words.WEEKDAY_NAMES[local.weekday()]} {meaning.written_day(local.date())}"
    return f"{day}, {local:%H:%M} {speaker.place.name} ({at:%H%M}Z)"


def _begin(reading: Settled, speaker: Speaker) -> datetime:
    match reading:
        case Instant(at):
            return at
        case Day(day):
            return _start_of(day, speaker)
        case Window(start, _) | Range(start, _):
            return start
        case Recurrence(_, first, _):
            return first[0]


def _start_of(day: date, speaker: Speaker) -> datetime:
    return datetime.combine(day, time(), speaker.zone).astimezone(UTC)
