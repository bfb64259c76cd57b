"""Names known by their shape alone: a title before them, a legal form after them, capitals."""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from nlp.identifiers import scripts
from nlp.identifiers.cues import ways
from nlp.identifiers.finders import At, Finder
from nlp.identifiers.sieve import Sieve, sieve
from nlp.identifiers.windows import windows
from nlp.lexicon import (
    BODIES,
    BODIES_BEFORE,
    BODIES_BEHIND,
    COLOURS,
    COLOURS_BEFORE,
    COLOURS_BEHIND,
    COMMON,
    COUNTRIES,
    LEGAL_FORMS,
    MAKES,
    MODELS,
    ORGANISATION_WORDS,
    PLACE_WORDS,
    TITLES,
)
from nlp.normalise import View
from nlp.spans import Label, Span

MAX_SIGHTS = 2048  # of one text: a page of what looks like names and is none has no names
CUED = 0.6  # a word beside it says so
CAPITALS = 0.4  # nothing but its capitals says so


def shapes(
    view: View, taken: Sequence[Span], *, most: int | None = None, until: int | None = None
) -> list[Span]:
    """The names in the view that touch nothing of what was *taken* before, in reading order.

    No more than *most*, and none that ends behind *until* in the original text.
    """
    room = _Room(taken)
    chosen: list[Span] = []
    sights = 0
    seen_to = [0] * len(_SHAPES)
    for window in windows(view.text):
        if (most is not None and len(chosen) >= most) or sights >= MAX_SIGHTS:
            break
        if until is not None and view.origin(window.start, window.start + 1)[0] >= until:
            break
        for place in _sieve()(window.around):
            shape = _SHAPES[place]
            for match in window.sights(shape.pattern, seen_to[place]):
                seen_to[place] = match.end()
                sights += 1
                named = shape.read(match)
                span = None if named is None else _span(view, *named)
                if span is not None and (until is None or span.end <= until) and room.takes(span):
                    chosen.append(span)
    return sorted(chosen, key=lambda span: span.start)[:most]


class _Room:
    """What is left of a text beside the spans in it."""

    def __init__(self, taken: Sequence[Span]) -> None:
        self._taken = sorted((span.start, span.end) for span in taken)

    def takes(self, span: Span) -> bool:
        """Put the span in, if it touches no other."""
        place = bisect_left(self._taken, (span.end, 0))
        if place and self._taken[place - 1][1] > span.start:
            return False
        self._taken.insert(place, (span.start, span.end))
        return True


_Named = tuple[int, int, Label, float]


@dataclass(frozen=True, slots=True)
class _Shape:
    prefilter: str
    pattern: Finder
    read: Callable[[re.Match[str]], _Named | None]


def _cued(label: Label, confidence: float = CUED) -> Callable[[re.Match[str]], _Named | None]:
    def read(match: re.Match[str]) -> _Named | None:
        said = match.group(1)
        if said.split()[0].lower().strip(".,") in COMMON or (said.isupper() and len(said) < 3):
            return None
        return (*match.span(1), label, confidence)

    return read


def _ship(match: re.Match[str]) -> _Named | None:
    """Ships are called by everyday words, too: then two of them must say so, or a plain prefix."""
    said = match.group(1)
    is_plain = " " in said or not _PLAIN_PREFIXES.isdisjoint(match.group().split())
    if (said.lower() in COMMON and not is_plain) or (said.isupper() and len(said) < 3):
        return None
    return (*match.span(1), Label.VESSEL, CUED)


def _small_ship(match: re.Match[str]) -> _Named | None:
    """As many words as a ship may be called by: one behind a prefix, two behind "vessel", if what
    ships do follows or they are said to be its name."""
    words = []
    for word in _WORD.finditer(match.group("name")):
        said = word.group()
        if said in _NO_SHIPS or (said in COMMON and said not in _ON_SHIPS) or _DOES.search(said):
            break
        words.append(word)
    while words and words[-1].group() in COMMON:
        words.pop()
    is_prefixed, is_called = match["prefix"] is not None, match["called"] is not None
    least = 1 if is_called or (is_prefixed and match["prefix"].lower() != "ss") else 2
    if len(words) < least:
        return None
    start = match.start("name")
    end = start + words[-1].end()
    if not (is_prefixed or is_called or _SAILS.match(match.string, end)):
        return None
    return start, end, Label.VESSEL, CUED


def _surname_first(match: re.Match[str]) -> _Named | None:
    if match.group(1).lower() in COMMON or match.group(2).split()[0].lower() in COMMON:
        return None
    return (*match.span(), Label.PERSON, CUED)


def _lower_case(match: re.Match[str]) -> _Named | None:
    """As many words after "named" as are no everyday words: two make a name, one may."""
    end = match.start(1)
    for word in _WORD.finditer(match.group(1)):
        if word.group().lower() in COMMON or len(word.group()) < 2:
            break
        end = match.start(1) + word.end()
    return None if end == match.start(1) else (match.start(1), end, Label.PERSON, CUED)


def _in_another_script(match: re.Match[str]) -> _Named | None:
    extent = scripts.person(match)
    return None if extent is None else (*extent, Label.PERSON, CUED)


def _alias(match: re.Match[str]) -> _Named | None:
    return (*match.span(1), Label.PERSON, CUED)


def _organisation(match: re.Match[str]) -> _Named | None:
    """Up to the legal form, from the first word that can begin a name."""
    start = match.start()
    for word in _WORD.finditer(match.group(1)):
        if word.group().lower() not in COMMON:
            start = match.start(1) + word.start()
            break
    else:
        return None
    return start, match.end(), Label.ORG, CUED


def _capitals(match: re.Match[str]) -> _Named | None:
    """Two to four capitalised words in a row."""
    words = list(_WORD.finditer(match.group().removesuffix("'s")))
    while words and words[0].group().lower().partition("'")[0] in COMMON:
        words = words[1:]
    last = words[-1].group().lower() if words else ""
    if len(words) < 2:
        return None
    start, end = match.start() + words[0].start(), match.start() + words[-1].end()
    if last in ORGANISATION_WORDS:
        # "International Trading Company", "Alder Growth Fund VI"
        wide = _WIDE_BEFORE.search(match.group(), 0, words[0].start())
        number = _NUMERAL.match(match.string, end)
        since = match.start() + wide.start() if wide else start
        return since, number.end() if number else end, Label.ORG, CUED
    if last in PLACE_WORDS or last.endswith(_STREET_ENDS):
        return start, end, Label.PLACE, CUED
    everyday = any(word.group().lower() in COMMON for word in words)
    if everyday or match.group().isupper() or match.group().lower() in COUNTRIES:
        return None
    return start, end, Label.PERSON, CAPITALS


def _vehicle(match: re.Match[str]) -> _Named | None:
    if "man" in match.group().split():  # in small letters a "white man in car"
        return None
    return (*match.span(), Label.VEHICLE, CUED)


def _span(view: View, start: int, end: int, label: Label, confidence: float) -> Span:
    since, to = view.origin(start, end)
    said = " ".join(view.text[start:end].split())
    value = said.lower() if label in {Label.VEHICLE, Label.VESSEL} else said
    return Span(since, to, view.original[since:to], label, value=value, confidence=confidence)


def _at_colour_or_make(expression: str) -> At:
    return At(
        re.compile(expression, re.IGNORECASE | re.ASCII),
        (
            first
            for words in (COLOURS, COLOURS_BEFORE, BODIES_BEHIND, MAKES)
            for first in ways(words)
        ),
    )


@cache
def _sieve() -> Sieve:
    return sieve([shape.prefilter for shape in _SHAPES])


_CAP = r"[A-ZÀ-ÖØ-ÞŁŠŽŐŰĀ-ŽА-ЯΑ-Ω](?:[^\W\d_]|['-](?=[^\W\d_])){1,30}+"
_NAME = r"[^\W\d_](?:[^\W\d_]|['-](?=[^\W\d_])){1,30}"
_PARTICLE = (
    r"(?:(?:de|da|di|du|del|della|van|von|der|den|ter|al|el|bin|ibn|bint|la|le|dos|y) ){0,2}"
)
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['.&-](?=[^\W\d_])){0,40}")

_MODEL = r"[A-Z0-9][\w-]{0,11}"
_COLOUR = rf"(?:(?:{COLOURS})[ -]){{1,2}}(?:(?:19|20)\d\d )?"
_WIDE_BEFORE = re.compile(r"\b(?:International|National|European|American|United|Central) $")
_NUMERAL = re.compile(r" [IVX]{1,5}(?!\w)")
_STREET_ENDS = ("strasse", "straße", "gasse", "straat", "laan")

_SHIP = "(?:M/?V|M\\.V\\.|M/?T|MS|SS|MY|S/?Y|HMS|RFA)"
_PLAIN_PREFIXES = frozenset({"MV", "M/V", "M.V.", "M/T", "S/Y", "HMS", "RFA"})
_OF_SHIPS = "(?:IMO|MMSI|ENI|ETA|ETD|Flag|Master|Captain|Call|Port)"
"""Words that say more of a ship, and are not of its name."""
# Words of every day that ships are called by as well, if another follows.
_ON_SHIPS = frozenset(
    "northern southern eastern western central upper lower black blue brown silver gold orange "
    "pink purple yellow green grey red white good great happy high long new old bright dear "
    "bravo".split()
)
_NO_SHIPS = frozenset(
    "sails sail arrives departs docks berths moors anchors carries due eta etd imo mmsi eni flag "
    "flags alongside off aboard en bound heading inbound outbound underway adrift master crew for "
    "sank sunk".split()
)
_DOES = re.compile(r".{3}(?:ing|ed)$")
_SAILS = re.compile(
    r",? (?:has |had |is |was |will )?(?:left|leaves|sail(?:s|ed|ing)?|dock(?:s|ed|ing)?"
    r"|berth(?:s|ed)?|moor(?:s|ed)|anchor(?:s|ed)|arriv(?:es|ed|ing)|depart(?:s|ed|ing)?|due|seen"
    r"|board(?:ed|s)|intercepted|bound|en route|flagged|imo|mmsi|eta)(?!\w)"
)
# A capital, or a letter that only Unicode could tell: what the prefilters take for one.
_BIG = r"[^\x00-@\[-\x7f]"

_SHAPES = (
    _Shape(r"[^\x00-\x7f]", scripts.PATTERN, _in_another_script),
    _Shape(
        r"(?i:MV|M/V|M\.V\.|MT|M/T|MS|SS|MY|SY|S/Y|HMS|RFA|vessel|tanker|trawler|ferry|yacht) "
        rf"\"?{_BIG}",
        re.compile(
            rf"\b(?:(?ai:(?:motor )?vessel|tanker|trawler|ferry|yacht)(?: {_SHIP})?|{_SHIP}) \"?"
            rf"({_CAP}(?: (?:(?!{_OF_SHIPS}\b){_CAP}|[IVX]{{1,4}}\b|\d{{1,2}}\b)){{0,2}})"
        ),
        _ship,
    ),
    _Shape(
        r"(?:^|[^A-Za-z0-9_./-])(?i:mv|m/v|m\.v\.|m/t|s/y|ss|hms|rfa|vessel|ship) \"?[a-z]",
        re.compile(
            r"(?<![\w./-])(?ai:(?P<prefix>mv|m/v|m\.v\.|m/t|s/y|ss|hms|rfa)|vessel|ship)"
            r"(?P<called> (?:named|called))? \"?"
            r"(?P<name>[a-z]{2,20}(?: [a-z]{2,20}){0,2})(?![\w/_-]|\.\w)"
        ),
        _small_ship,
    ),
    _Shape(
        rf"(?:^|[^A-Za-z0-9_])(?i:{COLOURS}|{COLOURS_BEFORE}|{BODIES_BEHIND}|{MAKES})[ -]",
        _at_colour_or_make(
            rf"(?:{_COLOUR}(?:(?:{MAKES}) (?:{_MODEL} )?)?(?:{BODIES})"
            rf"|{_COLOUR}(?:{MAKES})(?: "
            rf"(?-i:(?![A-Z]{{2}}\d\d)[A-Z0-9][a-z0-9-]{{0,11}}))?"
            rf"|{_COLOUR}(?:{MODELS})(?: (?:{BODIES}))?"
            rf"|(?:{MAKES}) (?:{_MODEL} )?(?:{BODIES})"
            rf"|(?:{MAKES}) (?:{MODELS})(?: (?:{BODIES}))?"
            rf"(?:,? (?:in )?(?:{COLOURS}|{COLOURS_BEHIND}))?"
            rf"|(?:{COLOURS_BEFORE}) (?:(?:{MAKES})(?: (?:{MODELS}))?(?: (?:{BODIES_BEFORE}))?"
            rf"|(?:{MODELS})|(?:{BODIES_BEFORE})(?: (?:{MAKES}))?)"
            rf"|(?:{BODIES_BEHIND})(?: (?:{MAKES})(?: (?:{MODELS}))?)? (?:{COLOURS_BEHIND})"
            rf"(?: (?:{MAKES})(?: (?:{MODELS}))?)?"
            rf"|(?:{MAKES})(?: {_MODEL})? (?:{COLOURS_BEHIND}))(?![^\W_])"
        ),
        _vehicle,
    ),
    _Shape(
        rf" (?:{LEGAL_FORMS})",
        re.compile(
            rf"\b((?:{_CAP}|&|and)(?: (?:{_CAP}|&|and)){{0,4}}),? (?:{LEGAL_FORMS})(?![\w-])\.?"
            rf"(?: (?:{LEGAL_FORMS})(?!\w))?"
        ),
        _organisation,
    ),
    _Shape(
        rf"(?:{TITLES})\.? {_BIG}",
        re.compile(
            rf"\b(?:{TITLES})\.? ((?:{_CAP}|[A-Z]\.?)(?: {_PARTICLE}(?:{_CAP}"
            rf"|[A-Z]\.)){{0,3}})(?!\w)"
        ),
        _cued(Label.PERSON),
    ),
    _Shape(
        rf", {_BIG}",
        re.compile(
            r"\b([A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ'-]{2,24}), "
            r"([A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]{1,20}(?: [A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]{1,20})?)\b"
        ),
        _surname_first,
    ),
    _Shape(
        r"(?i:aka|a\.k\.a|alias|nick ?name|street name|known as|goes by|self|called)"
        r"[ .:a-z]{0,16}\"",
        re.compile(
            r"\b(?ai:aka|a\.k\.a\.?|alias(?:es)?|nick ?name[ds]?|street name|known as|goes by"
            r"|(?:him|her|them)self|called):?(?: is| of| the name| as)? ?"
            r"\"([^\W\d_][^\"\n]{1,30})\""
        ),
        _alias,
    ),
    _Shape(
        r"(?i:aka|alias|known as|goes by) ",
        re.compile(
            rf"\b(?ai:aka|alias|known as|goes by) ({_CAP}(?: {_CAP})? the {_CAP}|[Tt]he {_CAP})"
            r"(?!\w| (?:Ltd|LLC|GmbH))"
        ),
        _alias,
    ),
    _Shape(
        r"(?i:named|aka|a\.k\.a\.|alias|goes by|known as|name is|name of|called|surname|nominal) ",
        re.compile(
            r"\b(?ai:named|aka|a\.k\.a\.|alias|goes by|known as|(?:my|his|her|the|real|full"
            r"|their) name is"
            r"|by the name of|(?:man|woman|male|female|guy|someone|somebody|person|subject|one"
            r"|suspect"
            r"|driver|is|was) called|surname|nominal)"
            rf" \"?({_NAME}(?: {_PARTICLE}{_NAME}){{0,2}})"
        ),
        _lower_case,
    ),
    _Shape(
        rf"(?:of|for|to|in|at|near) {_BIG}",
        re.compile(
            r"\b(?:[Pp]orts? of|[Cc]ity of|[Tt]own of|[Aa]irport of|[Ll]eft for|[Bb]ound for"
            r"|[Hh]eading (?:to|for)|[Ff]lew to|[Dd]rove to|[Dd]ocked (?:in|at)|[Ll]anded (?:in|at)"
            r"|[Aa]rriv(?:ed|ing|es) (?:in|at)|[Ll]ives in|[Bb]ased in|[Oo]ut of|in|near)"
            rf" ({_CAP}(?: {_CAP}){{0,2}})(?!\w)"
        ),
        _cued(Label.PLACE, 0.5),
    ),
    _Shape(
        rf"{_BIG}[^ ]* {_PARTICLE}{_BIG}",
        re.compile(rf"\b{_CAP}(?: {_PARTICLE}(?:{_CAP}|[A-Z]\.(?= [A-Z]))){{1,4}}(?!\w)"),
        _capitals,
    ),
)
