"""Runs of words in a message that might be a known name."""

from functools import partial
from itertools import islice
from typing import NamedTuple

from nlp.names.lexicon import STOP_WORDS
from nlp.names.words import Word, words

MAX_WORDS = 400
"""So many words of a message are looked at; a longer one is a document, not a message."""

MAX_CHARS = 65_536
"""So many of its characters: a word without end is still one word."""


class Ngram(NamedTuple):  # a tuple and not a dataclass: a message makes dozens
    """A run of words; `text` is what was written, `key` equals one of its name's exact keys."""

    start: int
    end: int
    text: str
    key: str


def ngrams(text: str, *, longest: int = 4) -> list[Ngram]:
    """Every run of up to *longest* words that could be a name, in reading order.

    A run does not begin or end with a stop word, holds more than digits, and stays in its sentence.
    """
    text = text[:MAX_CHARS]
    heard = list(islice(words(text), MAX_WORDS))
    tokens = [word[2] for word in heard]
    ends = [(number, word[1]) for number, word in enumerate(heard) if word[2] not in STOP_WORDS]
    breaks = _sentence_breaks(text, heard)
    owners = {number for number, end in ends if text[end - 2 : end] in _POSSESSIVES}
    found: list[Ngram] = []
    add = found.append
    for place, (first, _) in enumerate(ends):
        start = heard[first][0]
        beyond = min(first + longest, breaks[first])
        for last, end in ends[place : place + longest]:
            if last >= beyond:
                break
            if key := _key(tokens[first : last + 1]):
                add(_ngram((start, end, text[start:end], key)))
            if last in owners and (key := _key([*tokens[first:last], tokens[last][:-1]])):
                add(_ngram((start, end - 2, text[start : end - 2], key)))
    return found


_ngram = partial(
    tuple.__new__, Ngram
)  # half the time of calling the class, and this is the hot path


def _key(run: list[str]) -> str:
    """The key of these words; empty where it would say nothing."""
    if len(run) > 1:
        key = "".join(sorted(run))
    elif len(run[0]) >= _SHORTEST_KEY:
        key = run[0]
    else:
        return ""
    return "" if key.isdigit() else key


_SHORTEST_KEY = 2
_POSSESSIVES = frozenset({"'s", "’s", "'S", "’S"})
_ENDS = frozenset(".!?;:\n\r\t|…。！？；：")
_ABBREVIATED = frozenset("mr mrs ms dr prof sr jr st mt gen col capt lt sgt gov sen rep".split())
_LONGEST_GAP = 3


def _sentence_breaks(text: str, heard: list[Word]) -> list[int]:
    """For each word, the number of the first word after it that belongs to another sentence."""
    count = len(heard)
    breaks = [count] * count
    following = len(text)
    for number in range(count - 1, -1, -1):
        start, end, folded, _ = heard[number]
        if following - end == 1 and text[end] == " ":
            breaks[number] = breaks[number + 1] if number + 1 < count else count
        elif number + 1 < count:
            broken = _breaks(text[end:following], folded)
            breaks[number] = number + 1 if broken else breaks[number + 1]
        following = start
    return breaks


def _breaks(gap: str, word: str) -> bool:
    if len(gap) > _LONGEST_GAP:
        return True
    if gap.startswith(".") and (len(word) == 1 or word in _ABBREVIATED):
        gap = gap[1:]
    return not _ENDS.isdisjoint(gap)
