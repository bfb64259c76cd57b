"""Label words: the words beside a number that say what it is."""

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import product

from nlp.lexicon import COMMON

WORD_TABLE = bytes(
    byte + 32 if 65 <= byte <= 90 else byte if 97 <= byte <= 122 else 32 for byte in range(256)
)


class Cues:
    """Label words, in any case, as whole words; written as patterns without repetition.

    Most texts have none of them, which their words tell sooner than a pattern.
    """

    def __init__(self, words: tuple[str, ...]) -> None:
        self.words = words
        self.keys = frozenset(key for word in words for key in _keys(word))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """For small letters: many times quicker than to take small and capital ones as alike."""
        return re.compile(rf"(?<![{_LETTER}])(?:{'|'.join(self.words).lower()})(?![{_LETTER}])")

    def may_be_in(self, words: frozenset[bytes]) -> bool:
        """Whether one of them may stand in a text of these words."""
        return not self.keys.isdisjoint(words)


@lru_cache(maxsize=4)
def words_of(text: str) -> frozenset[bytes]:
    """The words of a text: its runs of the letters from a to z, and those of other letters."""
    found = text.encode("utf-8", "replace").translate(WORD_TABLE).split()
    if not text.isascii():
        found += [word.encode() for word in _WORD.findall(text.lower())]
        if _WITHOUT_GAPS.search(text):
            found.append(_OTHER_SCRIPT)
    return frozenset(found)


@lru_cache(maxsize=4096)
def cues(*words: str) -> Cues:
    """The same words are the same cues."""
    return Cues(words)


def ways(pattern: str) -> list[str]:
    """All that a list of words stands for that is written as a pattern without repetition."""
    ways, rest = _choice(pattern)
    assert not rest, f"{pattern!r} is no list of words"
    return ways


def _keys(word: str) -> set[bytes]:
    """The word that the fewest texts have, of each way to write what the pattern stands for."""
    found = set()
    for written in ways(word):
        words = _WORD.findall(written.lower())
        if _WITHOUT_GAPS.search(written):
            found.add(_OTHER_SCRIPT)
        elif words:
            found.add(max(words, key=lambda each: (each not in COMMON, len(each))).encode())
    return found


def _choice(rest: str) -> tuple[list[str], str]:
    """All that `a|b|c` stands for, up to a closing bracket."""
    ways: list[str] = []
    while True:
        row, rest = _row(rest)
        ways += row
        if not rest.startswith("|"):
            return ways, rest
        rest = rest[1:]


def _row(rest: str) -> tuple[list[str], str]:
    ways = [""]
    while rest and rest[0] not in "|)":
        piece, rest = _piece(rest)
        if rest.startswith("?"):
            piece, rest = ["", *piece], rest[1:]
        ways = ["".join(both) for both in product(ways, piece)]
    return ways, rest


def _piece(rest: str) -> tuple[list[str], str]:
    if rest.startswith("(?:"):
        ways, rest = _choice(rest[3:])
        return ways, rest[1:]
    if rest[0] == "[":
        end = rest.index("]")
        return list(_letters(rest[1:end])), rest[end + 1 :]
    if rest[0] == "\\":
        return [rest[1]], rest[2:]
    assert rest[0] not in "*+{.^$", f"{rest!r} repeats"
    return [rest[0]], rest[1:]


def _letters(said: str) -> Iterator[str]:
    yield from said


_LETTER = "a-zà-öø-ɏͰ-ԯ"  # of the scripts that have gaps between their words
_WORD = re.compile(f"[{_LETTER}]+")
_WITHOUT_GAPS = re.compile(r"[\u0530-\u1fff\u2c00-\ud7ff\uf900-\U0010ffff]")
_OTHER_SCRIPT = b"\x80"  # no word is written so: it stands for every word of the other scripts
