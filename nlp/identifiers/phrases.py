"""Times said in words: days, clocks, stretches and repetitions, found by the kinds of their words.

Each word of a text has a kind, written as one sign; what makes a time is a pattern of signs. So a
page is looked at once, however many ways there are to say when.
"""

import re
import sys
from calendar import monthrange
from collections.abc import Iterator, Sequence
from functools import lru_cache

from nlp.identifiers import abroad
from nlp.identifiers.finders import stretch
from nlp.identifiers.rule import DISTINCT, DOUBTFUL, LABELLED, Found, Rule, Sight
from nlp.identifiers.saying import moment_of
from nlp.spans import Label


class Phrases:
    """Finds what the patterns of signs say is a time."""

    def finditer(
        self, string: str, pos: int = 0, endpos: int = sys.maxsize
    ) -> Iterator[re.Match[str]]:
        endpos = min(endpos, len(string))
        for number in range(pos // _CHUNK, -(-endpos // _CHUNK)):
            for start, end in _times(string, number * _CHUNK):
                if pos <= start < endpos:
                    yield stretch(string, start, end)


@lru_cache(maxsize=8)
def _times(text: str, since: int) -> list[tuple[int, int]]:
    """Where the times stand that begin in a piece of text."""
    begin, end = _piece(text, since)
    words = _WORD.findall(text[begin:end])
    signs = _signs(words)
    if not _TELLS.search(signs):
        return []
    found: list[tuple[int, int]] = []
    times = [match for match in _TIME.finditer(signs) if _tells(signs, match)]
    places = _places(text, begin, words) if times else []
    for match in times:
        start, last = places[match.start()], match.end() - 1
        while signs[last] in _LEADS_ON:
            last -= 1
        end = places[last] + len(words[last])
        # "51S" in "BD51SMR" is no time, nor "12.34.56" in "0470/12.34.56" or what follows "+".
        is_inside = _INSIDE.search(text, max(0, start - 2), start) or text[end : end + 1].isalnum()
        if start < since + _CHUNK and not is_inside and not _is_french(text, start, end):
            found.append((start, end))
    return found


def _tells(signs: str, match: re.Match[str]) -> bool:
    """Whether the words, or the one right before them, tell: "in 1988", "on 5/12"."""
    return _TELLS.search(signs, max(0, match.start() - 1), match.end()) is not None


def _is_french(text: str, start: int, end: int) -> bool:
    """ "mon frère": in French, "mon" is my. In English a Monday has its place in the sentence."""
    if text[start:end] != "mon" or not _MY.match(text, start):
        return False
    return _MONDAY_BEFORE.search(text, max(0, start - _NEAR), start) is None


def _phrase(sight: Sight) -> Found:
    match = _TIME.fullmatch(_signs(_WORD.findall(sight.said)))
    kind = str(match.lastgroup) if match is not None else "day" if "/" in sight.said else "era"
    is_month = match is not None and match.group() == "l"
    if _is_no_day(sight.said):
        why = "there is no such day"
        return Found(None, DOUBTFUL, _SUBTYPES[kind], valid=False, why=why)
    value = None
    # "Every Monday" is no one moment, nor is "for 3 hours".
    is_moment = not is_month and kind != "set" and not _lasts(sight.match)
    if sight.sent_at is not None and is_moment:
        value = moment_of(sight.said, sight.sent_at)
    return Found(value, DISTINCT if value is None else LABELLED, _SUBTYPES[kind])


def _lasts(match: re.Match[str]) -> bool:
    """Whether it is said how long something takes, and not when it is over."""
    if not _LENGTH.fullmatch(match.group()):
        return False
    return _LASTS.search(match.string, max(0, match.start() - _FAR), match.start()) is not None


def _is_no_day(said: str) -> bool:
    """ "31/02/2026", "Nov 31"."""
    figures = _IN_FIGURES.search(said)
    if figures is not None:
        first, second, year = int(figures[1]), int(figures[3]), int(figures[4])
        return not (_is_day(first, second, year) or _is_day(second, first, year))
    worded = _IN_WORDS.search(said)
    if worded is None:
        return False
    day, month = worded[1] or worded[4], worded[2] or worded[3]
    return not _is_day(int(day), _MONTH.split("|").index(month.lower()) + 1, _LEAP_YEAR)


def _is_day(day: int, month: int, year: int) -> bool:
    return 1 <= month <= _MONTHS and 1 <= day <= monthrange(year, month)[1]


def _piece(text: str, since: int) -> tuple[int, int]:
    """From where to where the words are looked at: of a piece of text and a little more."""
    end = min(len(text), since + _CHUNK + _REACH)
    rest = _REST.match(text, since, end) if since and text[since - 1].isalnum() else None
    return (since if rest is None else rest.end()), end


def _places(text: str, begin: int, words: Sequence[str]) -> list[int]:
    """Where each of the words begins: between two of them are gaps alone."""
    places = []
    for word in words:
        begin = text.index(word, begin)
        places.append(begin)
        begin += len(word)
    return places


def _signs(words: Sequence[str]) -> str:
    """A sign for each word."""
    return "".join(
        [
            # In small letters a word is written as it is listed, or is none of them.
            _WRITTEN.get(word) or ("x" if word.islower() and word.isalpha() else _sign(word))
            for word in words
        ]
    )


def _sign(word: str) -> str:
    if not word[0].isdigit():
        return _WRITTEN.get(word.title() if word[0].isupper() else word.lower(), "x")
    if word.isdigit():
        if len(word) <= 2:
            return "N"
        if len(word) == 4:
            if word[:2] in {"18", "19", "20", "21"}:
                return "Y"
            return "V" if word[:2] < "24" and word[2] < "6" else "K"
        return "M" if len(word) == 3 else "K" if len(word) == 6 else "x"
    for sign, form in _FORMS:
        if form.fullmatch(word):
            return sign
    return "x"


_LEADS_ON = frozenset(",.@kBT")  # "tomorrow at the harbour": the words go on without the time
_INSIDE = re.compile(r"[^\W_]$|\d[/.]$|\+$")
_MY = re.compile(
    r"mon (?!(?:at|and|or|to|till|until|then|for|in|with|but|if|we|i|he|she|they|the|is|was)\b)"
    r"[^\W\d_]"
)
_NEAR = 8  # characters in which a word stands that goes before a day
_FAR = 20  # characters in which a word stands that says how long
_LENGTH = re.compile(
    r"(?:\d{1,4}|an?|a few|several|half an) ?(?:sec(?:ond)?s?|min(?:ute)?s?|hours?|hrs?|days?"
    r"|weeks?|months?|years?)",
    re.IGNORECASE,
)
_LASTS = re.compile(
    r"(?<!\w)(?:for|last(?:s|ed|ing)|took|takes)(?: (?:about|around|some|over|at least|only"
    r"|the last))? $",
    re.IGNORECASE,
)
_MONDAY_BEFORE = re.compile(
    r"\b(?:on|by|next|this|last|till?|until|from|since|before|after|every|for|and|or|to) $"
)
_LEAP_YEAR, _MONTHS = 2024, 12
_IN_FIGURES = re.compile(r"(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2((?:19|20)\d\d)(?![\d/.-])")
_MONTH = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_IN_WORDS = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?(?: of)?[ -]({_MONTH})[a-z]{{0,6}}\b"
    rf"|\b({_MONTH})[a-z]{{0,6}}\.? (\d{{1,2}})(?:st|nd|rd|th)?(?![\d:.])",
    re.IGNORECASE,
)
_REST = re.compile(r"[^\W_]*")  # of a word
_CHUNK, _REACH = 1024, 120  # characters; the words of no time reach farther than that

# Written without IGNORECASE, which takes a word letter by letter.
_WORD = re.compile(
    r"[AaPp]\.[Mm]\.?|[Oo]'[Cc][Ll][Oo][Cc][Kk]|[A-Za-z]+"
    r"|\d{4}-\d\d?-\d\d?|\d{1,2}\.[0-5]\d(?=[ .]?[AaPp][Mm])"
    r"|(?:(?<=20\d\d )|(?<=-\d\d ))\d{1,2}\.[0-5]\d(?![\d.])|\d{1,3}(?:,\d{3})+"
    r"|(?:0[1-9]|1[0-2])/(?:19|20)\d\d(?![\d/])|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}"
    r"|\d{4}/\d{1,2}/\d{1,2}|\d{1,2}/\d{1,2}"
    r"|\d{1,2}:\d\d(?::\d\d)?|\d{2,4}[Ss]|\d{1,2}(?:[Ss][Tt]|[NnRr][Dd]|[Tt][Hh])|\d+"
    r"|[^\sA-Za-z0-9]|\n",
    re.ASCII,
)
_FORMS = (
    ("C", re.compile(r"\d{1,2}[:.]\d\d(?::\d\d)?")),
    ("M", re.compile(r"\d{1,3}(?:,\d{3})+")),
    ("O", re.compile(r"\d{1,2}(?:st|nd|rd|th)", re.IGNORECASE)),
    ("D", re.compile(r"\d{4}-\d\d?-\d\d?|\d{4}/\d{1,2}/\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}")),
    ("d", re.compile(r"\d{1,2}/\d{1,2}")),
    ("l", re.compile(r"\d\d/\d{4}")),
    ("E", re.compile(r"\d{2,4}s", re.IGNORECASE)),
)


# The sign of a kind, and its words.
_LINES = """
w monday tuesday wednesday thursday friday saturday sunday mon tue tues wed weds thu thur thurs fri
w sat sun mondays tuesdays wednesdays thursdays fridays saturdays sundays
m january february march april may june july august september october november december jan feb mar
m apr jun jul aug sep sept oct nov dec
r today tomorrow yesterday yest yday ystdy tonight tmrw tmr tomo tmw tonite tdy
p morning afternoon evening night mornings afternoons evenings nights daytime
y noon midnight midday lunchtime dawn dusk
u second seconds sec secs minute minutes min mins hour hours hr hrs day days week weeks wk wks month
u months mth mths year years yr yrs decade decades century centuries fortnight fortnights
U weekend weekends quarter quarters
q this next last past coming previous following upcoming current
n one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
n seventeen eighteen nineteen twenty thirty forty fifty sixty ninety hundred several few couple
v a an
W first third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
W fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth
g ago later earlier hence
e every each
s everyday daily weekly monthly yearly annually quarterly nightly hourly biweekly
A am pm a.m. p.m. a.m p.m
H o'clock oclock hrs h hours
Z z utc gmt cet cest bst est edt pst pdt cst ist eet local
f from between
t to until till through thru til
- - ~
& and
@ at
i in
o of
T the
k on
, ,
. .
b before after since
h half
P early late mid end beginning start middle
X now
F within
B around about approximately
S spring summer autumn fall winter christmas easter
G other
J born dob yob birth
R more
L old
"""


def _kinds() -> Iterator[tuple[str, str]]:
    for line in _LINES.strip().splitlines():
        sign, *words = line.split()
        for word in words:
            yield word, sign


_KINDS = dict(_kinds())
# "may", "mar", "sat", "sun" and "second" are also other words.
_ALSO_WORDS = {
    "may": "x", "mar": "x", "march": "x", "sat": "x", "sun": "x", "mon": "w", "wed": "x",
    "fall": "x", "spring": "x", "dec": "m", "second": "u",
}  # fmt: skip
# As most people write them, for one look-up.
_WRITTEN = {
    written: sign
    for word, sign in _KINDS.items()
    for written, sign in ((word, _ALSO_WORDS.get(word, sign)), (word.title(), sign))
}

# Patterns of signs. A comma or a full stop may stand inside a date.
_NUM = r"(?:[NM](?:\.N)?|[vn]{1,3}|n&n|v?hv?|[YKV])"
_UNIT = r"[uU]"
_LONG = rf"(?:{_NUM}R?-?{_UNIT}(?!-?L)(?:&vh|,?&?v?{_NUM}{_UNIT}|&vU){{0,2}}|{_NUM}&vh{_UNIT})"
_CLOCK = (
    r"(?:C(?:[,.]?A|H)?Z?|N?y|NAZ?|NHA?|nA|nH|[hU]q[Nn]{1,2}[AH]?|[Nn]{1,2}q[Nn]{1,2}[AH]?|UtN[AH]?|NtN(?=A)A"
    r"|[YKV][HAZ]Z?|[hU][qt]n)"
)
_YEAR = rf"Y(?!{_UNIT})"
_DAY_OF = rf"(?:T?[NOW]-?o?-?m\.?(?:[,o-]?{_YEAR}|N(?![:A/]))?|m\.?-?T?[NOW](?:[,-]?{_YEAR})?)"
_DATE = (
    rf"(?:(?:qw|w),?\.?T?k?(?:{_DAY_OF}|D|d|TO|O(?!{_UNIT}|[a-zW]))|{_DAY_OF}|D|m\.?(?:,?o?|-)Y"
    rf"|TO(?!{_UNIT}|[a-zW])|m(?=(?:oT)?qu)|qm(?:o?Y)?|T?P(?:o|oT)?(?:r|q?w|q{_UNIT})|q?w|r)"
)
_PART = r"(?:iTP?p|i?P?p|qP?p|k?p)"
_WHICH = rf"(?:T?q(?:{_UNIT}|p|S|U)|T?q{_NUM}{_UNIT}(?!-?L)|Tu(?:[bf]r)|ToUoY)"
_AT = r"(?:,|@|k|kT|B|@B)?"
# "from 7 to 8pm", "8-9am", "between 9 and 11am", "after 1pm"
_HOURS = (
    rf"(?:f?(?:{_CLOCK}|[NV])(?:t|-)(?:{_CLOCK}|V)|f(?:{_CLOCK}|[NV])&(?:{_CLOCK}|V)|b{_CLOCK})"
)
_BARE = rf"(?:V(?!{_UNIT})|Y(?!{_UNIT}|[mwx]))"  # "tomorrow 0900"
_POINT = (
    rf"(?:{_DATE}{_AT}(?:{_PART}?{_AT}(?:{_HOURS}|{_CLOCK}|{_BARE}|(?<=@)[Nn](?!{_UNIT}))|Pp|{_PART}|A"
    rf"|(?:oT?)?{_WHICH})?"
    rf"|{_CLOCK}(?:{_PART})?(?:(?:,|k|kT)?(?:{_DATE}|d))?|(?:V[,k]?(?:r|q?w|qp)|Yk?(?:r|qp))(?:{_PART})?"
    rf"|{_WHICH}(?:{_AT}(?:{_CLOCK}|{_DATE}))?|(?:[i@]T?|T)p(?:k?{_DATE}|{_CLOCK})?|p(?:k?{_DATE}))"
)
_LOOSE = rf"(?:{_POINT}|V|[NnO]A?|Y|d|m(?:Y)?|X|T?P(?:o|oT)?(?:m|{_UNIT}|Y))"
_TIME = re.compile(
    # What a time never begins with is passed over at once.
    r"(?![x,.&ot@HAZgkRLXGJ-])(?:"
    rf"(?P<set>e(?:G|{_NUM}|[OW])?(?:{_UNIT}|w|p|m|qw)(?:&w)?(?:{_AT}(?:{_CLOCK}|{_PART}))?"
    r"(?:(?:-|t)C)?|s)"
    rf"|(?P<range>(?:f(?:{_LOOSE})(?:t|-|&)(?:{_LOOSE}(?:{_POINT})?)"
    rf"|(?:{_POINT}|[NO]o?m|[mY]|m[NO])(?:t|-)(?:{_POINT}|(?<!m-)Y|[NO](?![uxU])m?|[NO]A|X)(?:,?Y)?"
    rf"|V(?:t|-)V(?=k?(?:r|q?w))|[NO](?:t|-)(?:NA|[NO]o?m(?:,?Y)?|NH)|m[NO](?:t|-)[NO](?:,?Y)?)(?:{_PART}|k?{_DATE})?)"
    rf"|(?P<past>{_NUM}pg|FTu|{_LONG}(?:g|fX|f{_DATE}|b(?:{_DATE}|X|S|qS)(?:k?{_DATE})?)"
    rf"|(?:i|F)T?q?{_LONG}(?:(?=[^g])|$)(?:fX)?|b(?!D){_LOOSE})"
    rf"|(?P<day>{_POINT}|(?<=k)d(?![ouU]))"
    rf"|(?P<era>TE|E|T?P-?(?:o|i|oT)?(?:{_WHICH}|Y|mY?|{_UNIT})|q?S|SY|mY|q?YU|T[OW]Uo?Y|T[OW]UoY"
    rf"|(?<=i)Y(?!{_UNIT})|(?<=J)Y|l|[qT]?Uo?Y)"
    rf"|(?P<length>{_LONG}(?![gL]|-L)))"
)
_SUBTYPES = {
    "set": "repetition", "range": "range", "past": "shifted", "day": "moment", "era": "period",
    "length": "duration",
}  # fmt: skip

# The signs of which one is in every time, but for a word such as "since" before a number.
_STRONG = "wmrpyuUAHsSCDEOl"
_STRONG_WORDS = "|".join(sorted(w for w, sign in _KINDS.items() if sign in _STRONG)).replace(
    ".", "[.]"
)
_TELLS = re.compile(rf"[{_STRONG}]|[fbi@PYKVNM]T?[NYMKVd]|kd|JY|[NYKV]Z|h[qt]n")

RULES = (
    Rule(
        Label.TIME,
        rf"(?i:(?:^|[^A-Za-z])(?:{_STRONG_WORDS})(?:$|[^A-Za-z]))|\d[:/.-]\d"
        r"|\d(?i:s|st|nd|rd|th|\s?z|\s?local|\s?[a-z]{2,3}t|\s?utc)"
        r"|\d\s*(?i:-|~|to|till?|until|through|thru)\s*\d{1,4}\s+\d"
        r"|(?i:from|between|before|after|since|in|within|at|yob|dob|born|birth|early|late|mid|end|beginning|start"
        r"|middle)\s+(?i:the\s+)?\d|(?i:half\s+(?:past|to))",
        Phrases(),
        _phrase,
        priority=1,
        effort=300,
        figures=False,
        says_when=True,
    ),
    *abroad.RULES,
)
