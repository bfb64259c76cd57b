"""What a rule is: where to look, what to look for, and how to judge what was seen."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from nlp.identifiers.cues import Cues, cues, words_of
from nlp.identifiers.finders import Finder
from nlp.identifiers.sieve import EDGE
from nlp.spans import Label

CHECKED = 0.99  # a check digit or a registry's own rule fits
LABELLED = 0.9  # a word beside it says what it is
DISTINCT = 0.7  # a form that little else has
DOUBTFUL = 0.6  # labelled or distinct, and yet something does not fit: kept as not valid
SHAPE = 0.5  # looks like one

__all__ = [
    "CHECKED", "CHECK_FAILS", "DAY", "DISTINCT", "DOUBTFUL", "EDGE", "LABELLED", "SHAPE", "Cues",
    "Found", "Rule", "Sight", "compact", "cues", "digits", "exact", "luhn", "pattern", "wherever",
]  # fmt: skip

CHECK_FAILS = "check digits do not fit"


class Sight:
    """A place where a rule's pattern fits, with what stands around it."""

    # Made for every fit of every pattern: no dataclass is made as quickly.
    __slots__ = ("_cue_distance", "_distances", "_words", "match", "region", "rule", "sent_at")

    def __init__(
        self,
        rule: "Rule",
        match: re.Match[str],
        region: str | None = None,
        sent_at: datetime | None = None,
        words: frozenset[bytes] | None = None,
    ) -> None:
        self.rule = rule
        self.match = match
        self.region = region
        self.sent_at = sent_at
        self._words = words
        self._distances: dict[tuple[int, int, int], int | None] | None = None
        self._cue_distance: int | None = _NOT_LOOKED

    @property
    def said(self) -> str:
        """The stretch itself."""
        return self.match.group(self.rule.group)

    @property
    def cue_distance(self) -> int | None:
        """How far the nearest of the rule's label words stands, if one is near."""
        if self._cue_distance == _NOT_LOOKED:
            words = self.rule.cues
            self._cue_distance = None if words is None else self.distance_to(words)
        return self._cue_distance

    @property
    def is_labelled(self) -> bool:
        return self.cue_distance is not None

    def distance_to(self, words: Cues) -> int | None:
        """How far the nearest of these words stands; one before counts as nearer than one after."""
        return self.distance(*self.match.span(self.rule.group), words)

    def distance(self, start: int, end: int, words: Cues) -> int | None:
        """The same for a stretch that is not the whole of what the pattern fits."""
        if not words.may_be_in(self.words):
            return None
        place = start, end, id(words)
        if self._distances is None:
            self._distances = {}
        if place not in self._distances:
            self._distances[place] = _distance(self.match.string, start, end, words.pattern)
        return self._distances[place]

    @property
    def words(self) -> frozenset[bytes]:
        """The words around."""
        if self._words is None:
            start, end = self.match.span()
            self._words = words_of(self.match.string[max(0, start - _AROUND) : end + _AROUND])
        return self._words


def _distance(text: str, start: int, end: int, words: re.Pattern[str]) -> int | None:
    # One character more: a word that goes on there is no label word.
    since = max(0, start - _BEFORE - 1)
    before, nearest = text[since:start].lower(), None
    for cue in words.finditer(before, start - since > _BEFORE):
        nearest = len(before) - cue.end()
    if nearest is not None:
        return nearest
    line_end = text.find("\n", end, end + _AFTER)
    after = text[max(0, end - 1) : line_end if line_end >= 0 else end + _AFTER].lower()
    cue_after = words.search(after, end > 0)
    return None if cue_after is None else cue_after.start() - (end > 0) + _BEFORE


class Found(NamedTuple):
    """What a rule makes of what it saw."""

    # Made for every reading of every sight: no dataclass is made as quickly.
    value: str | None
    confidence: float = SHAPE
    subtype: str | None = None
    valid: bool = True
    why: str = ""
    extent: tuple[int, int] | None = None  # when not the whole stretch, in the view's offsets
    distance: int | None = None  # of its label word, when the rule did not look for it
    label: Label | None = None  # when not the rule's own
    others: tuple["Found", ...] = ()  # what the same form may mean as well


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to find one kind of thing.

    `prefilter` must match every text in which the rule finds anything: it is short, means the same
    to RE2 and to `re`, and decides whether the pattern is tried at all.
    """

    label: Label
    prefilter: str
    pattern: Finder
    read: Callable[[Sight], Found | None]
    cues: Cues | None = None
    priority: int = 0
    group: int = 0
    effort: int = 200  # what judging one sight costs, in characters looked at for a rule
    needs: Cues | None = None  # words without one of which nothing is found,
    beside: Cues | None = None  # and other words of which one has to be there as well
    figures: bool = True  # whether nothing is found in a text without figures
    says_when: bool = False  # in words, of which the moment is worked out: that takes its time
    also: tuple[Label, ...] = ()  # what else it finds


@lru_cache(maxsize=2048)
def pattern(expression: str) -> re.Pattern[str]:
    """A pattern as the rules write them: ASCII classes, upper and lower case alike."""
    return re.compile(_begun(expression), re.ASCII | re.IGNORECASE)


@lru_cache(maxsize=2048)
def exact(expression: str) -> re.Pattern[str]:
    """A pattern that minds upper and lower case."""
    return re.compile(_begun(expression), re.ASCII)


def wherever(*words: str) -> str:
    """A prefilter for rules that find nothing without one of their label words."""
    return f"(?i:(?:^|[^a-z])(?:{'|'.join(words)})(?:$|[^a-z]))"


def compact(said: str) -> str:
    """Upper-case letters and digits only."""
    return _NOT_ALNUM.sub("", said).upper()


def digits(said: str) -> str:
    return _NOT_DIGIT.sub("", said)


def luhn(number: str) -> bool:
    """Whether a string of digits passes the Luhn check."""
    total = 0
    for place, char in enumerate(reversed(number)):
        digit = int(char)
        if place % 2:
            digit = digit * 2 - 9 if digit > 4 else digit * 2
        total += digit
    return total % 10 == 0


def _begun(expression: str) -> str:
    """The same, beginning with the sign that it looks for and not with what may not stand before
    it: places where no such sign stands are then passed over at once."""
    begins = _BEGINS.match(expression)
    if begins is None:
        return expression
    before, sign, least, most = begins.groups()
    rest = f"{sign}{{{int(least) - 1}{f',{int(most) - 1}' if most else ''}}}" if least else ""
    return rf"{sign}(?<!{before}(?s:.)){rest}{expression[begins.end() :]}"


_BEGINS = re.compile(
    r"\(\?<!(\[(?:[^]\\]|\\.)+\])\)(\\d|\[[^]\\]+\])(?:\{([1-9]\d*)(?:,(\d+))?\}|(?![?*+{]))"
)
# A day of the last century or this, in figures: a date of birth is no number of anything.
DAY = exact(r"(?:0?[1-9]|[12]\d|3[01])([./-])(?:0?[1-9]|[12]\d|3[01])\1(?:19|20)\d\d")
_NOT_LOOKED = -1
_AROUND = 128  # characters in which the words around a sight are looked for
_BEFORE = 40  # how many characters before a stretch a label word may stand,
_AFTER = 32  # and how many after
_NOT_ALNUM = re.compile(r"[^A-Za-z0-9]+")
_NOT_DIGIT = re.compile(r"[^0-9]+")
