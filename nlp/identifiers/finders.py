"""Finding stretches by a dictionary of words: sooner than a pattern that is tried everywhere."""

import re
import sys
from collections.abc import Iterable, Iterator
from typing import Protocol


class Finder(Protocol):
    """What finds stretches of a text. A compiled pattern is one."""

    def finditer(
        self, string: str, pos: int = 0, endpos: int = sys.maxsize
    ) -> Iterator[re.Match[str]]: ...


class Terms:
    """Finds terms of one or more words, the longest first; one look-up for each word of a text."""

    def __init__(self, terms: Iterable[str]) -> None:
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for term in set(terms):
            words = tuple(normal(term).split())
            self._by_first.setdefault(words[0], []).append(words)
        for found in self._by_first.values():
            found.sort(key=len, reverse=True)

    @property
    def firsts(self) -> Iterable[str]:
        """The words with which they begin."""
        return self._by_first.keys()

    def finditer(
        self, string: str, pos: int = 0, endpos: int = sys.maxsize
    ) -> Iterator[re.Match[str]]:
        end = pos
        for word in _WORD.finditer(string, pos, endpos):
            terms = self._by_first.get(word.group().lower())
            if terms is None or word.start() < end or not _begins(string, word.start()):
                continue
            for term in terms:
                last = _end(string, word.end(), term)
                if last is not None:
                    end = last
                    yield stretch(string, word.start(), last)
                    break


class At:
    """Finds what a pattern fits, which is tried only where one of certain words begins."""

    def __init__(self, pattern: re.Pattern[str], firsts: Iterable[str]) -> None:
        self._pattern = pattern
        # Of "Citroën" the letters up to the first that is none of a to z.
        runs = (_LETTERS.match(first) for first in firsts)
        self._firsts = frozenset(run.group().lower() for run in runs if run is not None)

    def finditer(
        self, string: str, pos: int = 0, endpos: int = sys.maxsize
    ) -> Iterator[re.Match[str]]:
        end = pos
        for word in _LETTERS.finditer(string, pos, endpos):
            if word.group().lower() not in self._firsts or word.start() < end:
                continue
            match = self._pattern.match(string, word.start(), endpos)
            if match is not None:
                end = match.end()
                yield match


def normal(term: str) -> str:
    """Small letters, and a gap for each stroke."""
    return " ".join(term.lower().replace("-", " ").split())


def stretch(text: str, start: int, end: int) -> re.Match[str]:
    """The stretch as a pattern would have found it."""
    match = _ALL.match(text, start, end)
    assert match is not None, "a stretch is not empty"
    return match


def _begins(text: str, start: int) -> bool:
    return start == 0 or text[start - 1] not in _NO_EDGE


def _end(text: str, end: int, term: tuple[str, ...]) -> int | None:
    """Where the rest of the term ends, if it stands there."""
    for word in term[1:]:
        if text[end : end + 1] not in {" ", "-"}:
            return None
        if text[end + 1 : end + 1 + len(word)].lower() != word:
            return None
        end += 1 + len(word)
    following = text[end : end + 1]
    return None if following.isalnum() or following in {"_", "@"} else end


_WORD = re.compile(r"[A-Za-z0-9À-ÿ][A-Za-z0-9À-ÿ&.]*(?<!\.)|\.[0-9]+")
_LETTERS = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z]+")
_ALL = re.compile(r".+", re.DOTALL)
_NO_EDGE = frozenset("@#/_.")
