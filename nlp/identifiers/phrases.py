"""Times said in words: days, clocks, stretches and repetitions, found by the kinds of their words.

Each word of a text has a kind, written as one sign; what makes a time is a pattern of signs. So a
page is looked at once, however many ways there are to say when.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from nlp.identifiers.cues import cues
from nlp.identifiers.rule import DISTINCT, LABELLED, Found, Rule, Sight
from nlp.spans import Label
from nlp.times import Day, read


def _phrase(sight: Sight) -> Found | None:
    """The longest time that begins with the word seen."""
    text, start = sight.match.string, sight.match.start()
    line, kinds, places = _signs(text, _line_start(text, start))
    first = bisect_left(places, (start - line, 0))
    if first >= len(places) or places[first][0] != start - line:
        return None
    match = _TIME.match(kinds, first)
    if match is None or (first and kinds[first - 1] in _JOINED and _TIME.match(kinds, first - 1)):
        return None
    last = match.end() - 1
    end = line + places[last][1]
    said = text[start:end]
    kind = next(name for name, group in match.groupdict().items() if group is not None)
    value = None if sight.sent_at is None else _day(said, sight.sent_at)
    confidence = DISTINCT if value is None else LABELLED
    return Found(value, confidence, _SUBTYPES[kind], extent=(start, end))


def _day(said: str, sent_at: datetime) -> str | None:
    reading = read(said, sent_at, _UTC)
    return reading.date.isoformat() if isinstance(reading, Day) else None


def _line_start(text: str, start: int) -> int:
    """Where the words are read from: no farther back than a time is long."""
    since = max(0, start - _REACH)
    line = text.rfind("\n", since, start) + 1
    if line:
        return line
    gap = text.find(" ", since, start) if since else -1
    return gap + 1 if gap >= 0 else since


@lru_cache(maxsize=8)
def _signs(text: str, since: int) -> tuple[int, str, list[tuple[int, int]]]:
    """The signs of the words from there on, and where each word stands."""
    line_end = text.find("\n", since, since + 2 * _REACH)
    stretch = text[since : line_end if line_end >= 0 else since + 2 * _REACH]
    signs, places = [], []
    for word in _WORD.finditer(stretch):
        signs.append(_sign(word.group()))
        places.append(word.span())
    return since, "".join(signs), places


def _sign(word: str) -> str:
    lower = word.lower()
    if lower in _KINDS:
        sign = _KINDS[lower]
        # "may", "mar", "sat", "sun" and "second" are also other words.
        return sign if lower not in _ALSO_WORDS or word[0].isupper() else _ALSO_WORDS[lower]
    if word.isdigit():
        if len(word) <= 2:
            return "N"
        if len(word) == 4:
            return "Y" if word[:2] in {"18", "19", "20", "21"} else "x"
        return "M" if len(word) == 3 else "x"
    if not word[0].isdigit():
        return "x"
    for sign, form in _FORMS:
        if form.fullmatch(word):
            return sign
    return "x"


_UTC = ZoneInfo("UTC")
_REACH = 120  # characters: the words of no time reach farther

_WORD = re.compile(
    r"\d{4}-\d\d?-\d\d?|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}/\d{1,2}/\d{1,2}|\d{1,2}/\d{1,2}"
    r"|\d{1,2}:\d\d(?::\d\d)?|\d{2,4}s|\d{1,2}(?:st|nd|rd|th)|\d+|(?:[ap]\.m\.?)|o'clock"
    r"|[A-Za-z]+|[^\sA-Za-z0-9]",
    re.ASCII | re.IGNORECASE,
)
_FORMS = (
    ("C", re.compile(r"\d{1,2}:\d\d(?::\d\d)?")),
    ("O", re.compile(r"\d{1,2}(?:st|nd|rd|th)", re.IGNORECASE)),
    ("D", re.compile(r"\d{4}-\d\d?-\d\d?|\d{4}/\d{1,2}/\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}")),
    ("d", re.compile(r"\d{1,2}/\d{1,2}")),
    ("E", re.compile(r"\d{2,4}s", re.IGNORECASE)),
)


def _kinds() -> Iterator[tuple[str, str]]:
    for sign, words in (
        ("w", "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed weds thu "
              "thur thurs fri sat sun mondays tuesdays wednesdays thursdays fridays saturdays "
              "sundays"),
        ("m", "january february march april may june july august september october november "
              "december jan feb mar apr jun jul aug sep sept oct nov dec"),
        ("r", "today tomorrow yesterday tonight tmrw tmr tomo tmw tonite tdy"),
        ("p", "morning afternoon evening night mornings afternoons evenings nights noon midnight "
              "midday lunchtime dawn dusk daytime"),
        ("u", "second seconds sec secs minute minutes min mins hour hours hr hrs day days week "
              "weeks wk wks month months mth mths year years yr yrs decade decades century "
              "centuries fortnight fortnights night_s"),
        ("U", "weekend weekends quarter quarters"),
        ("q", "this next last past coming previous following upcoming current"),
        ("n", "one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
              "fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty ninety "
              "hundred several few couple dozen"),
        ("v", "a an"),
        ("O", "first third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
              "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth "
              "twentieth thirtieth"),
        ("g", "ago later earlier hence"),
        ("e", "every each"),
        ("s", "daily weekly monthly yearly annually quarterly nightly hourly biweekly annual"),
        ("A", "am pm a.m. p.m. a.m p.m"),
        ("H", "o'clock oclock"),
        ("Z", "z utc gmt cet cest bst est edt pst pdt cst ist eet local"),
        ("f", "from between"), ("t", "to until till through thru til"), ("-", "- ~"), ("&", "and"),
        ("@", "at"), ("i", "in"), ("o", "of"), ("T", "the"), ("k", "on"), (",", ","),
        ("b", "before after since"),
        ("h", "half"), ("P", "early late mid end beginning start middle"),
        ("X", "now"), ("F", "within"), (".", "."), ("B", "around about approximately"),
        ("S", "spring summer autumn fall winter christmas easter"),
        ("G", "other"), ("R", "more"), ("l", "for"),
    ):  # fmt: skip
        for word in words.split():
            yield word, sign


_KINDS = dict(_kinds())
_ALSO_WORDS = {
    "may": "x", "mar": "x", "march": "x", "sat": "x", "sun": "x", "mon": "w", "wed": "x",
    "fall": "x", "spring": "x", "dec": "m", "second": "u",
}  # fmt: skip

# Patterns of signs. A comma or a full stop may stand inside a date.
_NUM = r"(?:[NM]|[vn]{1,3}|n&n|v?h)"
_UNIT = r"[uU]"
_LONG = rf"(?:{_NUM}(?:\.N)?R?-?{_UNIT}(?:&vh|&v?{_NUM}{_UNIT}|,?{_NUM}{_UNIT}|&vU)?)"
_CLOCK = r"(?:C(?:,?A)?Z?|NA(?:Z)?|NH(?:A)?|nA|nH|[hU]q[Nn]A?|[Nn]{1,2}q[Nn]A?)"
_DAY_OF = rf"T?[NO]-?o?-?m(?:\.)?(?:(?:,|-|o)?Y)?|m\.?-?T?[NO](?:(?:,|-)?Y(?!{_UNIT}))?"
_DATE = rf"(?:(?:qw|w),?\.?T?k?(?:{_DAY_OF}|D|TO)|{_DAY_OF}|D|m,?o?Y|TO(?!{_UNIT}|[a-z])|q?w|r|qm(?:o?Y)?)"
_PART = r"(?:iTP?p|i?P?p|qP?p|k?p)"
_WHICH = rf"(?:T?q(?:{_UNIT}|p|S|U)|T?q{_NUM}{_UNIT}|Tu(?:[bf]r)|ToUoY)"
_AT = r"(?:,|@|k|kT|B|@B)?"
_POINT = (
    rf"(?:{_DATE}{_AT}(?:{_PART}?{_AT}{_CLOCK}|Pp|{_PART})?|{_CLOCK}(?:{_PART})?(?:,|k|kT)?"
    rf"(?:{_DATE})?|{_WHICH}(?:{_AT}(?:{_CLOCK}|{_DATE}))?|p(?:k?{_DATE})?)"
)
_LOOSE = rf"(?:{_POINT}|[NnO]A?|Y|d|m)"
_TIME = re.compile(
    rf"(?P<set>e(?:G|{_NUM}|O)?(?:{_UNIT}|w|p|m|qw)(?:&w)?(?:{_AT}(?:{_CLOCK}|{_PART}))?|s"
    rf"|w(?=p?k?e))"
    rf"|(?P<range>(?:f(?:{_LOOSE})(?:t|-|&)(?:{_LOOSE}(?:{_POINT})?)"
    rf"|(?:{_POINT}|[NO]o?m|[mY]|m[NO])(?:t|-)(?:{_POINT}|Y|[NO](?![uxU])(?:m)?|[NO]A|X)(?:,?Y)?"
    rf"|[NO](?:t|-)(?:NA|[NO]o?m(?:,?Y)?|NH)|m[NO](?:t|-)[NO](?:,?Y)?)(?:{_PART}|k?{_DATE})?)"
    rf"|(?P<past>{_LONG}(?:g|fX|f{_DATE}|b{_DATE}|bX)|(?:i|F)T?q?{_LONG}(?:(?=[^g])|$)(?:fX)?"
    rf"|b{_POINT}|bY)"
    rf"|(?P<day>{_POINT})"
    rf"|(?P<era>TE|E|P-?(?:o|i|oT)?(?:{_WHICH}|Y|m(?:Y)?|{_UNIT})|qS|SY|mY|q?YU|TUoY)"
    rf"|(?P<length>{_LONG}(?![g]))"
)
# A time that begins with one of these began with the sign before it, if that too makes one.
_JOINED = frozenset("fbeFiTqPNnOvwmk")
_SUBTYPES = {
    "set": "repetition", "range": "range", "past": "shifted", "day": "moment", "era": "period",
    "length": "duration",
}  # fmt: skip

_STARTERS = tuple(sorted(word for word, sign in _KINDS.items() if sign in "wmrpsEe"))
_ANY = tuple(sorted(word for word, sign in _KINDS.items() if sign in "wmrpsuUAHgZeS"))

RULES = (
    Rule(
        Label.TIME,
        r"[A-Za-z]",
        re.compile(
            r"(?<![\w@#/.:-])(?:\d{1,4}|[A-Za-z]{1,12})(?=[ .,:'/-]|\d|[A-Za-z]|$)", re.ASCII
        ),
        _phrase,
        priority=1,
        effort=60,
        figures=False,
        needs=cues(*(re.escape(word) for word in _ANY)),
    ),
)
