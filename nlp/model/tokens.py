"""A text as the recogniser reads it: its words, in place, and a token for what is no word."""

import re
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

MAX_TOKENS = 1024
"""Of one text; names behind them are left to the rules."""


class Token(NamedTuple):
    """A word, a sign, or one token for all of an address or an identifier."""

    start: int
    end: int
    text: str
    is_masked: bool = False
    is_spaced: bool = True  # white space, or the beginning, is before it


def tokens(text: str, masked: Sequence[tuple[int, int, str]] = ()) -> list[Token]:
    """The tokens of *text*; each of the *masked* stretches, which are in order and apart, is one.

    A masked token has the stretch's class for its text, so nobody learns what was written.
    """
    found: list[Token] = []
    place = 0
    for start, end, name in masked:
        if len(found) >= MAX_TOKENS:
            break
        _words(text, place, start, found)
        found.append(Token(start, end, name, True, _is_spaced(text, start)))
        place = end
    _words(text, place, len(text), found)
    return found[:MAX_TOKENS]


def _words(text: str, start: int, end: int, found: list[Token]) -> None:
    last = start
    is_spaced = _is_spaced(text, start)
    for match in islice(_TOKEN.finditer(text, start, end), max(0, MAX_TOKENS - len(found))):
        since, to = match.span()
        # Whatever is between two tokens is white space.
        is_spaced = is_spaced if since == start else since > last
        name = match.lastgroup
        said = match.group() if name is None else name
        found.append(Token(since, to, said, name is not None, is_spaced))
        last = to


def _is_spaced(text: str, start: int) -> bool:
    return start == 0 or text[start - 1].isspace()


_TOKEN = re.compile(
    r"(?P<URL>(?:https?://|www\.)\S{1,2000})"
    r"|(?P<EMAIL>(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,190})"
    r"|(?P<HANDLE>(?<!\w)@\w{1,64})"
    r"|(?:[^\W\d_]\.){2,12}"  # U.S.
    r"|['’](?:s|t|re|ll|ve|m|d)(?!\w)"
    r"|#?(?:[ONon]['’](?=[^\W\d_]{3}))?\w{1,100}"  # O'Hanlon
    r"|([^\w\s])\1{0,100}"
    r"|\S"
)
