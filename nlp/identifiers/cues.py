"""Label words: the words beside a number that say what it is."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

WORD_TABLE = bytes(
    byte + 32 if 65 <= byte <= 90 else byte if 97 <= byte <= 122 else 32 for byte in range(256)
)


class Cues:
    """Label words, in any case, as whole words; written as patterns without repetition.

    Most texts have none of them, which their words tell sooner than a pattern.
    """

    def __init__(self, words: tuple[str, ...]) -> None:
        self.words = words
        self.pattern = re.compile(
            rf"(?<![{_LETTER}])(?:{'|'.join(words)})(?![{_LETTER}])", re.IGNORECASE
        )
        self.keys = frozenset(key for word in words for key in _keys(word))

    def may_be_in(self, words: frozenset[bytes]) -> bool:
        """Whether one of them may stand in a text of these words."""
        return not self.keys.isdisjoint(words)


@lru_cache(maxsize=4)
def words_of(text: str) -> frozenset[bytes]:
    """The words of a text: its runs of the letters from a to z, and that it has others."""
    found = text.encode("utf-8", "replace").translate(WORD_TABLE).split()
    if not text.isascii():
        found.append(_OTHER_LETTERS)
    return frozenset(found)


@lru_cache(maxsize=4096)
def cues(*words: str) -> Cues:
    """The same words are the same cues."""
    return Cues(words)


def _keys(word: str) -> set[bytes]:
    """The longest word, which few texts have, of each way to write what the pattern stands for."""
    found = set()
    for written in _ways(word):
        words = written.encode().translate(WORD_TABLE).split()
        if not written.isascii() and max(map(len, words), default=0) < _TELLING:
            found.add(_OTHER_LETTERS)
        elif words:
            found.add(max(words, key=len))
    return found


def _ways(pattern: str) -> list[str]:
    ways, rest = _choice(pattern)
    assert not rest, f"{pattern!r} is no list of words"
    return ways


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
_OTHER_LETTERS = b"\x80"  # no word is written so: it stands for every letter but a to z
_TELLING = 3  # letters from a to z by which a word with others is known too
