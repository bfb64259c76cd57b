"""Deciding in one look which of many patterns are worth trying on a text."""

import re
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

# The places, in the order given, of the patterns that occur in a text.
Sieve = Callable[[str], list[int]]

# Begins the pattern of what stands where no word goes on. An automaton that may begin anywhere in a
# word has to keep every place in mind where it may have begun.
EDGE = "(?:^|[^A-Za-z0-9])"


def sieve(patterns: Sequence[str]) -> Sieve:
    """By RE2 where it is installed, else by the standard library: the same answers, later."""
    try:
        return re2_sieve(patterns)
    except ImportError:
        return plain_sieve(patterns)


def re2_sieve(patterns: Sequence[str]) -> Sieve:
    re2 = import_module("re2")
    # RE2 builds its automaton from what it reads. That of many patterns together grows like the
    # product of theirs, unless they keep the same things in mind: those go together. To ask one
    # costs as much as a line of chat is long, so a few go together whatever they are.
    alike: dict[str, list[int]] = {}
    for place, pattern in enumerate(patterns):
        kind = "few" if len(patterns) <= _FEW else _kind(pattern)
        alike.setdefault(kind, []).append(place)
    sets = [
        (some, _together(re2, [patterns[place] for place in some]))
        for those in alike.values()
        for some in (those[at : at + _AT_ONCE] for at in range(0, len(those), _AT_ONCE))
    ]

    def places(text: str) -> list[int]:
        found: list[int] = []
        # Half a character, which UTF-8 does not know, is none of what is looked for.
        data = text.encode("utf-8", "replace")
        for numbers, match in sets:
            if hits := match(data):
                found += [numbers[hit] for hit in hits]
        found.sort()
        return found

    return places


def plain_sieve(patterns: Sequence[str]) -> Sieve:
    searches = [(place, re.compile(pattern).search) for place, pattern in enumerate(patterns)]
    return lambda text: [place for place, search in searches if search(text)]


def _together(re2: Any, patterns: Sequence[str]) -> Callable[[bytes], Sequence[int] | None]:
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    together = re2.Set.SearchSet(options)
    for pattern in patterns:
        together.Add(pattern)
    together.Compile()
    match: Callable[[bytes], Sequence[int] | None] = together.Match
    return match


def _kind(pattern: str) -> str:
    """What an automaton for it counts: the signs since a word began, letters, or figures."""
    if pattern.startswith(EDGE):
        return "edge"
    return "words" if _WORD.search(_CLASS.sub("", pattern)) else "figures"


_CLASS = re.compile(r"\[[^]]*\]")
_WORD = re.compile(r"\(\?i:|[A-Za-z]{4}")


_FEW = 32
_AT_ONCE = 64  # measured: all at once cost twenty times as much as those that are alike together
_MEMORY = 16 << 20  # for each set
