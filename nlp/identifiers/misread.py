"""What nobody reads as an identifier and may be one: written with a slip, or read in part."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from nlp.identifiers import accounts
from nlp.identifiers.near import ALL_LETTERS, MOST_UNREAD, UNREAD
from nlp.spans import Label, Span


def plate_like(text: str) -> Iterator[Span]:
    """What may be a plate: signs marked as unread (AB1? ?DE), or a letter where a digit stands
    (XXO0 TST, XXOO TST)."""
    for found in _PLATE_LIKE.finditer(text):
        written = found[0]
        if written.islower() and not _SMALL_UNREAD.search(written):
            continue
        if written.endswith(UNREAD) and written[-2:-1] not in (UNREAD, "*"):
            written = written[:-1]  # Somebody asks.
        value = _UNREAD_SIGN.sub(UNREAD, _APART.sub("", written)).upper()
        unread = value.count(UNREAD)
        known = value.replace(UNREAD, "")
        # Where all figures are unread, each of them has its sign: "XX?? TST".
        is_mixed = not (known.isalpha() or known.isdigit()) or _FIGURES_UNREAD.fullmatch(written)
        is_letters = ALL_LETTERS.fullmatch(written) is not None
        if (is_mixed or is_letters) and unread <= MOST_UNREAD and len(value) in _PLATE:
            why = "not every sign was read" if unread else "not as plates are written"
            end = found.start() + len(written)
            is_valid = not (unread or is_letters)
            yield Span(found.start(), end, written, Label.PLATE, None, value, is_valid, 0.4, why)


def number_like(text: str) -> Iterator[Span]:
    """What may be a number that is copied by hand: letters stand in it where figures belong (an O
    for a 0), or there is one sign more or less than it has."""
    text = text[:_MOST_TYPED]
    if not _MIXED.search(text):
        return
    taken: list[tuple[int, int]] = []
    for shape in _SHAPES:
        for found in shape.pattern.finditer(text):
            start, end = found.span("number")
            end = shape.ends(text[start:end]) + start
            value = _APART.sub("", text[start:end]).upper()
            figures = sum(map(str.isdigit, value))
            if not shape.fewest_figures <= figures < len(value.lstrip("+")):
                continue
            # A part of a longer one is none; of the same stretch there may be two readings.
            if any(s < end and start < e and (s, e) != (start, end) for s, e in taken):
                continue
            taken.append((start, end))
            yield Span(start, end, text[start:end], shape.label, None, value, False, 0.4, _NOT_AS)


def _whole(written: str) -> int:
    return len(written)


def _end_of_iban(written: str) -> int:
    """Where it ends, which its country says: else one sign earlier or later. 0 when nowhere."""
    length = accounts.iban_length(written[:2].upper())
    ends = [found.end() for found in _SIGN.finditer(written)]
    for many in (length, length - 1, length + 1) if length else ():
        if many <= len(ends) and not written[ends[many - 1] :][:1].isalnum():
            return ends[many - 1]
    return 0


class _Shape(NamedTuple):
    """How one kind of number looks to who does not tell letters from figures."""

    label: Label
    pattern: re.Pattern[str]
    fewest_figures: int
    ends: Callable[[str], int] = _whole


_PLATE = range(5, 9)
_APART = re.compile(r"[ -]")
_SIGN = re.compile(r"[A-Za-z0-9]")
_UNREAD_SIGN = re.compile(r"[*#_]")
_FIGURES_UNREAD = re.compile(r"[A-Z]{2}[?*#_]{2}[ -]?[A-Z]{3}")
# In capitals, as plates are written; in small letters where a sign beside a figure is unread.
_SMALL_UNREAD = re.compile(r"\d[?*#_]|[?*#_]\d")
_PLATE_LIKE = re.compile(
    "|".join(
        rf"(?<![\w?*#]){told}{signs}{{1,7}}(?:-{signs}{{1,5}}){{0,2}}(?: {signs}{{1,5}})?(?![\w])"
        for told, signs in (
            ("", "[A-Z0-9?*#_]"),
            ("(?=[a-z]{0,6}[0-9?*#_])", "[a-z0-9?*#_]"),  # not a word that stands before it
        )
    )
)
_MOST_TYPED = 4096
"""So much of a text is looked at: what is longer was pasted, and is not written by hand."""
_NOT_AS = "not as such a number is written"
_MIXED = re.compile(r"[A-Za-z][ -]?[0-9]|[0-9][ -]?[A-Za-z]")
_FIGURE = "[0-9OoQDIlLZSsBG]"
"""A figure, or a letter that is taken for one."""


def _shape(label: Label, number: str, fewest: int, before: str = r"(?<![A-Za-z0-9+])") -> _Shape:
    return _Shape(label, re.compile(rf"{before}(?P<number>{number})(?![A-Za-z0-9])"), fewest)


_SHAPES = (
    _Shape(
        Label.IBAN,
        re.compile(
            rf"(?<![A-Za-z0-9])(?P<number>[A-Z]{{2}}{_FIGURE}{{2}}(?:[ -]?[A-Za-z0-9]){{10,31}})"
        ),
        8,
        _end_of_iban,
    ),
    _shape(Label.VIN, "[A-Za-z0-9]{16,18}", 5),
    _shape(Label.LEI, "[A-Za-z0-9]{19,21}", 6),
    _shape(Label.CONTAINER, rf"[A-Z0-9]{{3}}[UJZ](?:[ -]?{_FIGURE}){{6,8}}", 4),
    _shape(Label.IMO, rf"{_FIGURE}{{6,8}}", 4, r"(?i:\bIMO)[ :#.]{0,3}"),
    _shape(Label.PHONE, rf"\+{_FIGURE}(?:[ -]?{_FIGURE}){{7,14}}", 6),
    _shape(Label.CARD, rf"{_FIGURE}(?:[ -]?{_FIGURE}){{12,19}}", 10),
    _shape(Label.IMEI, rf"{_FIGURE}(?:[ -]?{_FIGURE}){{13,15}}", 11),
)
