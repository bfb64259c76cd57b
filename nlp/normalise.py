"""One plain view of a text, and the way back from it to the original.

Officers paste what they are given: full-width digits, hyphens of six kinds, invisible characters,
addresses made harmless ("hxxp", "[.]", "(at)"). Rules look at the plain view; spans speak of the
original.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from itertools import compress, islice
from typing import NamedTuple

MAX_DISGUISED = 1024  # words that mix alphabets; more of them are no disguise
MAX_HARMLESS = 4096  # dots in brackets, and the like: many more than the addresses that are kept


class View(NamedTuple):
    """A text made plain. `starts[i]` and `ends[i]` say where its character *i* came from."""

    original: str
    text: str
    starts: tuple[int, ...] | None = None  # None: the view is the original, character by character
    ends: tuple[int, ...] | None = None
    disguised: tuple[tuple[int, int], ...] = ()  # words of the view written with look-alike letters

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Where the stretch `text[start:end]`, which must not be empty, stands in the original."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]

    def is_disguised(self, start: int, end: int) -> bool:
        """Whether the stretch touches a word that mixes alphabets."""
        place = bisect_left(self.disguised, (end, 0))
        return place > 0 and self.disguised[place - 1][1] > start

    def disguise(self, start: int, end: int) -> str:
        """The stretch with its look-alike letters, as it is written but for what else is plain."""
        written = []
        for place in range(start, end):
            since, to = self.origin(place, place + 1)
            char, original = self.text[place], self.original[since:to]
            is_alike = original.translate(_LATIN) == char
            written.append(original if is_alike else char)
        return "".join(written)


def plain(text: str) -> View:
    """The plain view of *text*, in one pass over it for each kind of disguise."""
    if text.isascii() and "\0" not in text and not _may_be_fanged(text.lower()):
        return View(text, text)
    pieces = _Pieces(text)
    if not text.isascii() or "\0" in text:
        pieces = pieces.simplified()
    pieces = pieces.refanged()
    pieces, disguised = pieces.unmasked()
    if pieces.starts is None or pieces.ends is None:
        return View(text, pieces.chars, disguised=tuple(disguised))
    return View(text, pieces.chars, tuple(pieces.starts), tuple(pieces.ends), tuple(disguised))


class _Pieces:
    """Characters with where each came from; without it where each stands in its own place."""

    def __init__(
        self, chars: str, starts: list[int] | None = None, ends: list[int] | None = None
    ) -> None:
        self.chars = chars
        self.starts = starts
        self.ends = ends

    def simplified(self) -> "_Pieces":
        """The first step: each character still stands in its own place."""
        plainer: dict[int, str] = {}
        for char in set(_PLAIN_ALREADY.sub("", self.chars)):
            simple = _changes(ord(char) >> 8).get(char)
            if simple is not None:
                plainer[ord(char)] = simple
        if not plainer:
            return self
        chars = self.chars.translate(plainer)
        if len(chars) == len(self.chars):
            return _Pieces(chars)
        gone = {chr(number) for number, simple in plainer.items() if not simple}
        kept = [char not in gone for char in self.chars]
        places = range(len(kept) + 1)
        return _Pieces(chars, list(compress(places, kept)), list(compress(places[1:], kept)))

    def refanged(self) -> "_Pieces":
        """Addresses made clickable again: `hxxp[:]//a[.]example` is `http://a.example`."""
        pieces, lower = self, self.chars.lower()
        if not _may_be_fanged(lower):
            return pieces
        for marks, pattern, replacement in _FANGS:
            if any(mark in lower for mark in marks):
                pieces = pieces._replaced(pattern, replacement)
        return pieces

    def unmasked(self) -> tuple["_Pieces", list[tuple[int, int]]]:
        """Look-alike letters of other alphabets read as Latin, in words that mix them."""
        if not _GREEK_OR_CYRILLIC.search(self.chars):
            return self, []
        chars = list(self.chars)
        disguised = []
        for word in islice(_MIXED_WORD.finditer(self.chars), MAX_DISGUISED):
            start, end = word.span()
            latin = word.group().translate(_LATIN)
            if latin.isascii():
                chars[start:end] = latin
                disguised.append((start, end))
        return _Pieces("".join(chars), self.starts, self.ends), disguised

    def _places(self) -> tuple[list[int], list[int]]:
        if self.starts is None or self.ends is None:
            return list(range(len(self.chars))), list(range(1, len(self.chars) + 1))
        return self.starts, self.ends

    def _replaced(self, pattern: re.Pattern[str], replacement: str) -> "_Pieces":
        found = list(islice(pattern.finditer(self.chars), MAX_HARMLESS))
        if not found:
            return self
        old_starts, old_ends = self._places()
        chars: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        for since, to, fanged in _stretches(found, len(self.chars)):
            if not fanged:
                chars.append(self.chars[since:to])
                starts += old_starts[since:to]
                ends += old_ends[since:to]
                continue
            chars.append(replacement)
            starts += [old_starts[since]] * len(replacement)
            ends += [old_ends[to - 1]] * len(replacement)
        return _Pieces("".join(chars), starts, ends)


def _stretches(found: list[re.Match[str]], length: int) -> Iterator[tuple[int, int, bool]]:
    since = 0
    for match in found:
        yield since, match.start(), False
        yield match.start(), match.end(), True
        since = match.end()
    yield since, length, False


@cache
def _changes(block: int) -> dict[str, str]:
    """The characters with a plain form among the 256 of a block of Unicode."""
    simple = {char: _simple(char) for char in map(chr, range(block << 8, (block + 1) << 8))}
    return {char: plainer for char, plainer in simple.items() if plainer != char}


def _simple(char: str) -> str:
    """The plain form of one character: at most one character, so that offsets stay cheap."""
    if char in _PLAIN:
        return _PLAIN[char]
    category = unicodedata.category(char)
    if category in {"Cf", "Cs"} or char == "\0" or "\ufe00" <= char <= "\ufe0f":
        return "" if category != "Cs" else "\ufffd"
    if category == "Zs":
        return " "
    if category in {"Zl", "Zp"} or char == "\x85":
        return "\n"
    if category == "Pd":
        return "-"
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if unicodedata.decomposition(char).startswith(("<wide>", "<narrow>", "<small>", "<font>")):
        simple = unicodedata.normalize("NFKC", char)
        return simple if len(simple) == 1 else char
    return char


# ASCII, letters with accents, and what a page of Chinese or Korean is made of.
_PLAIN_ALREADY = re.compile("[\x01-\x7e\u00c0-\u024f\u3400-\ua48c\uac00-\ud7a3]+")
# Minus, middle and ideographic dots, quotes, and the slashes that pass for a slash.
_PLAIN = {
    "\u2212": "-", "\u2043": "-", "\u3002": ".", "\uff61": ".", "\u2024": ".",
    "\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u2032": "'",
    "\u201c": '"', "\u201d": '"', "\u2033": '"',
    "\u2044": "/", "\u2215": "/", "\u2236": ":", "\u00ba": "\u00b0",
}  # fmt: skip

_LOOK_ALIKES = dict(
    zip("АВЕКМНОРСТУХІЈЅаеорсухіјѕԁԛԝ", "ABEKMHOPCTYXIJSaeopcyxijsdqw", strict=True)
) | dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧον", "ABEZHIKMNOPTYXov", strict=True))

_LATIN = str.maketrans(_LOOK_ALIKES)
_GREEK_OR_CYRILLIC = re.compile(r"[\u0370-\u052f]")

_MIXED_WORD = re.compile(
    r"(?<![^\W_])(?=[^\W_]{0,40}[A-Za-z0-9])(?=[^\W_]{0,40}[\u0370-\u052f])[^\W_]{2,40}(?![^\W_])"
)

# Whoever makes an address harmless puts its dots, its @ or its colon into brackets, before them or
# behind them, or writes them out. Spaces belong to the disguise where both brackets are there; a
# bare " dot " counts only before a common end. Patterns begin with what they look for, and not with
# what stands before it: much quicker.
_ENDS = r"(?:com|net|org|info|io|co|uk|de|fr|nl|be|eu|ru|example|test|onion)"
_OPEN = r"[ \[({<](?<=[\w-].)(?:(?<= ) {0,2}[\[({<]|(?<! )) ?(?:[\[({<] ?){0,7} {0,2}"
_STROKE = r"[ \[({\\](?<=[\w-].)(?:(?<= )[\[({\\]|(?<! ))[\[({\\]{0,7}"
_SHUT = r" {0,2}(?: ?[\])}>]){1,8}"
_BRACKETS = ("[", "(", "{", "<", "]", ")", "}", "\\")
_FANGS: tuple[tuple[tuple[str, ...], re.Pattern[str], str], ...] = tuple(
    (marks, re.compile(pattern, re.IGNORECASE | re.ASCII), replacement)
    for marks, pattern, replacement in (
        ((" dot ",), rf"(?<=[a-z0-9_-]) at (?=[a-z0-9-]{{1,63}} dot {_ENDS}\b)", "@"),
        ((" at ",), r"(?<=[a-z0-9_-]) at (?=[a-z0-9-]{1,63} {0,3}[\[({] {0,2}(?:dot|d0t|\.))", "@"),
        ((" @",), r"(?<=[a-z0-9_-]) @ ?(?=[a-z0-9-]{1,63} {0,3}[\[({] {0,2}(?:dot|d0t|\.))", "@"),
        (("@ ",), r"(?<=[a-z0-9_-])@ (?=[a-z0-9-]{1,63} {0,3}[\[({] {0,2}(?:dot|d0t|\.))", "@"),
        ((" @ ",), rf"(?<=[a-z0-9_-]) @ (?=(?:[a-z0-9-]{{1,63}}\.){{1,3}}{_ENDS}\b)", "@"),
        (_BRACKETS, rf"{_OPEN}(?:\.|dot|d0t){_SHUT} {{0,3}}(?=\w)", "."),
        (
            _BRACKETS,
            rf"{_STROKE}\.(?: ?\\)?(?=[a-z0-9])",
            ".",
        ),
        ((".]", ".)", ".}"), r"[ .](?<=[a-z0-9-].)(?:(?<= )\.|(?<! ))[\])}]{1,8}(?=[a-z0-9])", "."),
        ((".] ",), r"(?<=[a-z0-9-])\.\] (?=[a-z0-9])", "."),
        (("dot]", "[dot"), r"(?<=[a-z0-9-])(?:dot\]| ?\[dot) ?(?=[a-z0-9])", "."),
        (("/dot/",), r"(?<=[a-z0-9-])/dot/(?=[a-z0-9])", "."),
        (("/at/",), r"(?<=[a-z0-9_-])/at/(?=[a-z0-9-]{1,63}\.)", "@"),
        ((" dot ",), rf"(?<=[a-z0-9-]) dot (?={_ENDS}\b)", "."),
        (_BRACKETS, rf"{_OPEN}(?:@|at){_SHUT} {{0,3}}(?=\w)", "@"),
        (("(/)", "[/]"), r"(?<=[a-z0-9])[\[(]/[\])](?=[a-z0-9])", "/"),
        (("[:",), r"\[:(?://)?\](?://)?(?=[a-z0-9])", "://"),
        (("__", ":\\\\"), r"(?<=ps)(?::\\\\|:?__)(?=[a-z0-9])", "://"),
        (("__", ":\\\\"), r"(?<=ttp|xxp)(?::\\\\|:?__)(?=[a-z0-9])", "://"),
        (("ps://", "ps[:"), r"(?<![a-z0-9])h(?:xx|\*\*|tx|xt)ps(?=://)", "https"),
        (("p://", "p[:", "meow://"), r"(?<![a-z0-9])(?:h(?:xx|\*\*|tx|xt)p|meow)(?=://)", "http"),
        (("p://", "p[:", "ftx://"), r"(?<![a-z0-9])(?:fxp|fxtp|ftx)(?=://)", "ftp"),
    )
)


def _may_be_fanged(lower: str) -> bool:
    """Whether one of the marks of the patterns above is there. Asked of every text."""
    return (
        "[" in lower
        or "(" in lower
        or ")" in lower
        or "]" in lower
        or "\\" in lower
        or "://" in lower
        or " dot " in lower
        or " @ " in lower
        or "__" in lower
        or "{" in lower
        or "}" in lower
        or "<" in lower
        or ">" in lower
        or "/dot/" in lower
        or "/at/" in lower
    )
