"""Reading a long text window by window, so that a reader may stop between two.

A window ends where a line does, or a word if the line is long. What begins in a window is read to
its end, also where that lies a little beyond.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from nlp.identifiers.finders import Finder

WINDOW = 512  # characters, and up to MAX_UNBROKEN more where no word ends
MAX_UNBROKEN = 2048


class Window(NamedTuple):
    """One stretch of a text."""

    # Made for every text: no dataclass is made as quickly.
    text: str  # the whole of it
    start: int
    end: int

    @property
    def around(self) -> str:
        """All that anything beginning in the window may depend on."""
        if self.end - self.start == len(self.text):
            return self.text
        return self.text[max(0, self.start - _BEFORE) : self._limit]

    def sights(self, pattern: Finder, since: int = 0) -> Iterator[re.Match[str]]:
        """Where the pattern fits beginning in this window, and not before *since*."""
        if self.end - self.start == len(self.text):
            return pattern.finditer(self.text, since)
        return self._sights(pattern, since)

    def _sights(self, pattern: Finder, since: int) -> Iterator[re.Match[str]]:
        for match in pattern.finditer(self.text, max(self.start, since), self._limit):
            if match.start() >= self.end:
                return
            yield match

    @property
    def _limit(self) -> int:
        # What is looked for stays in its line.
        is_line_end = self.end > 0 and self.text[self.end - 1] == "\n"
        return self.end if is_line_end else self.end + _BEYOND


def windows(text: str) -> Iterable[Window]:
    """The text in windows, in order. A message is one."""
    if len(text) <= WINDOW:
        return (Window(text, 0, len(text)),) if text else ()
    return _cut(text)


def _cut(text: str) -> Iterator[Window]:
    start = 0
    while start < len(text):
        end = _end(text, start)
        yield Window(text, start, end)
        start = end


def _end(text: str, start: int) -> int:
    least = start + WINDOW
    if least >= len(text):
        return len(text)
    line_end = text.rfind("\n", start + WINDOW // 2, least)
    if line_end >= 0:
        return line_end + 1
    word_end = _GAP.search(text, least, least + MAX_UNBROKEN)
    return min(least + MAX_UNBROKEN, len(text)) if word_end is None else word_end.end()


_GAP = re.compile(r"\s")
_BEFORE = 64  # more than a label word may stand before what it labels
_BEYOND = 192  # more than anything has that goes over a space
