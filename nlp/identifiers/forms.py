"""Looking groups of letters and digits up by their form, however many forms there are.

A form is written as `AA99 ?AAA`: `A` a letter, `9` a digit, `{2,4}` so many of them, anything else
itself, `?` after a mark: with it or without.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from typing import Generic, TypeVar

Kind = TypeVar("Kind")


class Stretch:
    """Some groups in a row. `compact` is what they say without what stands between them."""

    # Made for every few groups of every text: what is asked of it is worked out when it is asked.
    __slots__ = ("_is_alone", "compact", "end", "said", "start", "text", "upper")

    def __init__(self, text: str, start: int, end: int, compact: str) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.said = text[start:end]
        self.upper = self.said.upper()
        self.compact = compact.upper()
        self._is_alone: bool | None = None

    @property
    def is_alone(self) -> bool:
        """Whether it is all that its line says."""
        if self._is_alone is None:
            self._is_alone = is_alone(self.text, self.start, self.end)
        return self._is_alone


def starts(text: str, figures: int) -> Iterator[int]:
    """Where something with its first figure at *figures* may begin: the last place first."""
    start, longest = figures, _LONGEST_WORD
    for _ in range(_MOST_BEFORE):
        before = text[max(0, start - longest - 1) : start]
        length = len(before) - len(before.rstrip(_LETTERS))
        if length > longest:
            return
        word = start - length
        if word == 0 or text[word - 1] not in _NO_START:
            yield word
        if word < 2 or text[word - 1] not in " -" or text[word - 2] not in _LETTERS:
            return
        start, longest = word - 1, _LONGEST_BEFORE


class Forms(Generic[Kind]):
    """Kinds of things by the letters and digits they are made of: one look-up for all."""

    def __init__(self, kinds: Iterable[tuple[str, Kind]]) -> None:
        # Also what they begin with: most of what is looked up begins none of them.
        self._kinds: dict[str, list[Kind]] = {}
        for notation, kind in kinds:
            for shape in shapes(notation):
                for end in range(1, len(shape)):
                    self._kinds.setdefault(shape[:end], [])
                found = self._kinds.setdefault(shape, [])
                if kind not in found:
                    found.append(kind)

    def at(self, text: str, start: int) -> list[tuple[Stretch, list[Kind]]]:
        """What may begin at *start*, where a group does: the longest first."""
        found: list[tuple[Stretch, list[Kind]]] = []
        compact = shape = ""
        group = _FIRST.match(text, start)
        for _ in range(_MOST_GROUPS):
            if group is None:
                break
            said, end = group[1], group.end()
            compact += said
            shape += said.translate(_SHAPES)
            kinds = self._kinds.get(shape)
            if kinds is None:
                break
            if kinds and _END.match(text, end):
                found.append((Stretch(text, start, end, compact), kinds))
            group = _NEXT.match(text, end)
        found.reverse()
        return found


def is_alone(text: str, start: int, end: int) -> bool:
    """Whether the stretch is all that its line says."""
    if text[max(0, start - 2) : start].strip()[-1:].isalnum():
        return False
    since, to = max(0, start - _MARGIN), end + _MARGIN
    since = text.rfind("\n", since, start) + 1 or since
    line_end = text.find("\n", end, to)
    rest = text[since:start] + text[end : to if line_end < 0 else line_end]
    return not any(map(str.isalnum, rest))


def is_short_line(text: str, place: int) -> bool:
    """Whether the line there is so short that something may be all it says."""
    before = text.rfind("\n", max(0, place - _SHORT_LINE), place)
    if before < 0 < place - _SHORT_LINE:
        return False
    after = text.find("\n", place, place + _SHORT_LINE)
    end = after if after >= 0 else len(text)
    return end - max(before, 0) <= _SHORT_LINE


def shape_of(said: str) -> str:
    """What it looks like: each letter an `A`, each digit a `9`, the rest itself."""
    return said.translate(_SHAPES)


def shapes(notation: str) -> list[str]:
    """The shapes of the form, `A` and `9` alone."""
    pieces: list[list[str]] = []
    for sign, least, most in _pieces(notation):
        if sign not in "A9X" and not sign.isalnum():
            continue
        each = {"A": "A", "9": "9", "X": "A9"}.get(sign, "9" if sign.isdigit() else "A")
        pieces.append(
            ["".join(some) for n in range(least, most + 1) for some in product(each, repeat=n)]
        )
    return sorted({"".join(some) for some in product(*pieces)})


@cache
def written(notation: str) -> re.Pattern[str]:
    """The pattern of what is written exactly so, in capitals."""
    classes = {"A": "[A-ZÄÖÜ]", "9": r"\d", "X": "[A-Z0-9]"}
    return re.compile(
        "".join(
            f"{classes.get(sign, re.escape(sign))}{{{least},{most}}}"
            for sign, least, most in _pieces(notation)
        ),
        re.ASCII,
    )


def _pieces(notation: str) -> Iterator[tuple[str, int, int]]:
    place = 0
    while place < len(notation):
        sign = notation[place]
        place += 1
        counted = _COUNT.match(notation, place)
        if counted is None:
            optional = notation[place : place + 1] == "?"
            place += optional
            yield sign, 1 - optional, 1
            continue
        place = counted.end()
        yield sign, int(counted.group(1)), int(counted.group(2) or counted.group(1))


# Something may begin where letters and then figures do, or in a word before: the figures' place is
# the end of the match.
FIGURES = re.compile(r"(?<![A-Za-z0-9ÄÖÜ.@/_&=])[A-Za-zÄÖÜ]{0,8}+(?=\d)", re.ASCII)

# Groups of at most so many letters, or of letters and digits. Only the first may be a longer word.
_WORD = r"[A-Za-zÄÖÜ]{1,3}(?![A-Za-zÄÖÜ])|[A-Za-zÄÖÜ]{0,3}\d[A-Za-z0-9]{0,18}"
_FIRST = re.compile(r"([A-Za-z0-9ÄÖÜ]{1,21})(?![A-Za-z0-9ÄÖÜ])", re.ASCII)
_NEXT = re.compile(rf"[ ./:-]({_WORD})", re.ASCII)
_MOST_GROUPS = 7
_END = re.compile(r"(?![A-Za-z0-9@_]|[-./:=][A-Za-z0-9]|,\d)", re.ASCII)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzÄÖÜ"
_NO_START = frozenset(_LETTERS + "0123456789.@/_&=-")
_MOST_BEFORE = 3  # groups of letters before the first figure
_LONGEST_WORD, _LONGEST_BEFORE = 8, 4  # letters right before the figures, and farther away
_COUNT = re.compile(r"\{(\d+)(?:,(\d+))?\}")
_SHORT_LINE = 40
_MARGIN = 64  # characters of a line looked at beside what may be alone in it
_SHAPES = str.maketrans(_LETTERS + "0123456789", "A" * len(_LETTERS) + "9" * 10)
