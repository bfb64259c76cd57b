"""What open lists know about a word: whether it is a given name, a town, a rank, a legal form."""

import gzip
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntFlag, auto
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("gazetteer.gz")


class Kind(IntFlag):
    """What a word can be. The order is part of the model's input: append only, and train anew."""

    GIVEN = auto()
    GIVEN_RARE = auto()
    SURNAME = auto()
    SURNAME_RARE = auto()
    CITY = auto()
    TOWN = auto()
    PLACE_PART = auto()  # one word of a place of several
    COUNTRY = auto()
    ORG = auto()
    ORG_PART = auto()
    ORG_WORD = auto()  # police, bank, shipping
    LEGAL = auto()
    TITLE = auto()
    RANK = auto()
    ROLE = auto()
    ALIAS = auto()
    PLACE_WORD = auto()  # street, harbour
    NATIONALITY = auto()
    PARTICLE = auto()
    PRODUCT = auto()
    DATE = auto()
    CUE = auto()  # in, near, heading
    COMMON = auto()  # English words that carry a sentence
    WORD = auto()  # any other English word
    FOREIGN = auto()  # words that carry a sentence in the other languages


KINDS = len(Kind)


@dataclass(frozen=True, slots=True)
class Rests:
    """How known names go on after one first word: what follows, and the longest first."""

    kinds: Mapping[tuple[str, ...], Kind]
    lengths: tuple[int, ...]  # of the whole names


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Words with their kinds, and names of several words. Everything is folded."""

    kinds: Mapping[str, int]
    phrases: Mapping[str, Rests]  # by first word

    def kind(self, word: str) -> int:
        """The kinds of a folded word, as bits."""
        return self.kinds.get(word, 0)

    def begins(self, words: Sequence[str]) -> bool:
        """Whether a known name of several words stands at the beginning of these."""
        rests = self.phrases.get(words[0])
        if rests is None:
            return False
        return any(tuple(words[1:length]) in rests.kinds for length in rests.lengths)

    def runs(self, words: Sequence[str]) -> list[int]:
        """For each word: 0, or its place in a known name of several words, the longest first.

        1 first, 2 inside, 3 last of an organisation; 4, 8 and 12 the same of a place.
        """
        found = [0] * len(words)
        for place, word in enumerate(words):
            if word in self.phrases:
                for kind, times in _TIMES.items():
                    length = self._longest(words, place, kind)
                    if length and not any(at // times % 4 for at in found[place : place + length]):
                        found[place] += times
                        for at in range(place + 1, place + length - 1):
                            found[at] += 2 * times
                        found[place + length - 1] += 3 * times
        return found

    def _longest(self, words: Sequence[str], place: int, kind: Kind) -> int:
        rests = self.phrases[words[place]]
        for length in rests.lengths:
            rest = tuple(words[place + 1 : place + length])
            if len(rest) == length - 1 and rests.kinds.get(rest) is kind:
                return length
        return 0


def fold(word: str) -> str:
    """Small letters without accents and apostrophes: what lists and texts are compared by."""
    lower = word.lower().replace("’", "'").replace("'", "")
    if lower.isascii():
        return lower
    bare = "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))
    return bare.translate(_LETTERS)


def write(file: Path, kinds: Mapping[str, int], phrases: Mapping[Kind, Sequence[str]]) -> None:
    """Keep a gazetteer: a line for each combination of kinds, then one for each kind of phrase."""
    of_kinds: dict[int, list[str]] = {}
    for word, kind in kinds.items():
        of_kinds.setdefault(kind, []).append(word)
    lines = [f"{kind} {' '.join(sorted(words))}" for kind, words in sorted(of_kinds.items())]
    lines.append("")
    lines += [f"{int(kind)} {';'.join(sorted(names))}" for kind, names in phrases.items()]
    # Without a date in the head the same lists make the same file.
    file.write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))


def read(file: Path) -> Gazetteer:
    words, _, names = gzip.decompress(file.read_bytes()).decode().partition("\n\n")
    kinds: dict[str, int] = {}
    for line in words.splitlines():
        kind, *members = line.split(" ")
        kinds.update(dict.fromkeys(members, int(kind)))
    phrases: dict[str, dict[tuple[str, ...], Kind]] = {}
    for line in names.splitlines():
        number, _, of_kind = line.partition(" ")
        for name in of_kind.split(";"):
            first, *rest = name.split(" ")
            phrases.setdefault(first, {})[tuple(rest)] = Kind(int(number))
    rests = {
        first: Rests(of_first, tuple(sorted({len(rest) + 1 for rest in of_first}, reverse=True)))
        for first, of_first in phrases.items()
    }
    return Gazetteer(kinds, rests)


@cache
def shipped() -> Gazetteer:
    """The gazetteer that comes with the product."""
    return read(FILE)


# Letters that do not come apart into one of ours and a mark.
_LETTERS = str.maketrans(
    {"ı": "i", "ł": "l", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th"}
)

_TIMES = {Kind.ORG: 1, Kind.CITY: 4}
