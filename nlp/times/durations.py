"""How long: "2h30m", "an hour and a half", "in 5 working days", "vor 2 Stunden"."""

import re
from collections.abc import Iterator
from datetime import timedelta

from nlp.times import words
from nlp.times.parts import Lapse, Parts, Piece, Speaker
from nlp.times.patterns import END, NUMBER_WORD, compiled, number

SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
DAYS = {"days": 1, "weeks": 7, "fortnights": 14}
MONTHS = {"months": 1, "years": 12}
FIRST_CLOCK = 7  # "7h30" is a time of day, "2h30" may be a stretch

STEP = compiled(
    r"(?:,? ?(?:and |et |und |y |en )|,? ?)"
    rf"(?:(\d{{1,4}}(?:[.,]\d{{1,2}})?)\s?|({NUMBER_WORD})\s)(and a half )?"
    rf"({words.any_of(words.UNITS)})(?![a-z])( and a half)?"
)
WORKING_DAYS = compiled(rf"(\d{{1,3}}|{NUMBER_WORD}) (?:{'|'.join(words.WORKING_DAYS)}){END}")
HOURS_AND_MINUTES = compiled(r"(\d{1,2})(?:h| (?:hours?|hrs?)(?: and)? )([0-5]\d)(?!\w|:| ?[a-z])")
SPOKEN = tuple(
    (compiled(f"(?:{pattern}){END}"), Lapse(seconds=minutes * 60))
    for minutes, pattern in (
        (30, "half an hour|(?:a )?half hour|(?:une )?demi-heure|(?:einer? )?halben? stunde"),
        (30, "media hora|(?:een )?half uur"),
        (45, "(?:three|3) quarters of an hour|drei(?:viertelstunden| viertelstunden)"),
        (45, "(?:drie|3) kwartier|(?:trois|3) quarts d'heure|(?:tres|3) cuartos de hora"),
        (15, "(?:a )?quarter (?:of an )?hour|(?:un )?quart d'heure|(?:einer? )?viertelstunde"),
        (15, "(?:un )?cuarto de hora|(?:een )?kwartier"),
        (90, "(?:an|one|1) hour and a half|anderthalb stunden|(?:una )?hora y media"),
        (90, "(?:une )?heure et demie|anderhalf uur"),
        (75, "an hour and a quarter"),
    )
)
FOUR_DIGITS = compiled(r"\d{4}")
LEAD = compiled(r"(in|within|dans|en|dentro de|binnen|innerhalb von|over|vor|il y a|hace|\+)\s?")
BACKWARDS = ("vor", "il y a", "hace")
AGO = compiled(rf" (?:ago|geleden|earlier){END}")
HENCE = compiled(rf" (?:from now|from today|later|hence|time){END}|'?s?'? time{END}")
DUTCH = compiled(r"minuut|minuten|uur|dag(?:en)?|week|weken|maand(?:en)?|jaar|kwartier")


def duration(text: str, at: int) -> tuple[int, Lapse] | None:
    """The stretch of time that begins at this place, and where it ends."""
    for pattern, lapse in SPOKEN:
        if m := pattern.match(text, at):
            return m.end(), lapse
    if m := HOURS_AND_MINUTES.match(text, at):
        return m.end(), Lapse(seconds=int(m[1]) * 3600 + int(m[2]) * 60)
    if m := WORKING_DAYS.match(text, at):
        return m.end(), Lapse(working_days=number(m[1]))
    total, end = Lapse(), at
    while (m := STEP.match(text, end)) and (step := _step(m)):
        total, end = total.joined(step), m.end()
    if end == at or (end < len(text) and text[end].isalnum()):
        return None
    return end, total


def length(phrase: str) -> timedelta | None:
    """How long a phrase says, a day being 24 hours; nothing for what is no plain length."""
    text = words.plain(phrase).removesuffix(" before")
    found = duration(text, 0)
    if found is None or found[0] != len(text) or found[1].months or found[1].working_days:
        return None
    return timedelta(days=found[1].days, seconds=found[1].seconds)


def lapse(text: str, at: int, speaker: Speaker) -> Iterator[Piece]:
    """From now on or ago: in two hours, 15m, three days ago, il y a deux jours."""
    lead = LEAD.match(text, at)
    begin = lead.end() if lead else at
    if not (found := duration(text, begin)):
        return
    end, stretch = found
    said = lead[1].lower() if lead else ""
    if said == "over" and not DUTCH.search(text, begin, end):
        return
    if not lead and (m := HOURS_AND_MINUTES.match(text, begin)) and int(m[1]) >= FIRST_CLOCK:
        return
    if not lead and FOUR_DIGITS.match(text, begin):
        return  # "1800 hrs" is a time of day
    ago = AGO.match(text, end)
    if ago or said in BACKWARDS:
        stretch = stretch.times(-1)
    after = ago or HENCE.match(text, end)
    yield Piece(after.end() if after else end, Parts(lapse=stretch), bare=not lead)


def _step(m: re.Match[str]) -> Lapse | None:
    amount = float(m[1].replace(",", ".")) if m[1] else float(number(m[2]))
    amount += 0.5 if m[3] or m[5] else 0
    unit = words.UNITS[m[4].lower()]
    if amount == 0:
        return None
    if unit in ("seconds", "minutes", "hours") or (unit == "days" and amount != int(amount)):
        return Lapse(seconds=round(amount * SECONDS[unit]))
    if amount != int(amount):
        return None
    if unit in DAYS:
        return Lapse(days=int(amount) * DAYS[unit])
    return Lapse(months=int(amount) * MONTHS[unit])
