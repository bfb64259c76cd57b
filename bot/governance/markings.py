"""Handling markings: which is stricter, and what a text says of itself.

TLP 2.0 (FIRST, August 2022). The strictest wins; only the originator lowers one.
"""

import re
import unicodedata
from collections.abc import Iterable

from bot.errors import NotAllowed
from bot.wording import governance as wording
from storage.models import Tlp

_ORDER = tuple(Tlp)
_STATED = re.compile(
    r"\bTLP\s{0,3}[:=\s-]\s{0,3}"
    r"(RED|AMBER\s{0,3}[+_-]\s{0,3}STRICT|AMBER|GREEN|CLEAR|WHITE)(?!\w)",
    re.IGNORECASE,
)
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


def join(markings: Iterable[Tlp]) -> Tlp:
    """The strictest of these; CLEAR when there is none."""
    return max(markings, key=_ORDER.index, default=Tlp.CLEAR)


def is_within(marking: Tlp, ceiling: Tlp) -> bool:
    """Whether *marking* is no stricter than *ceiling*."""
    return _ORDER.index(marking) <= _ORDER.index(ceiling)


def stated(text: str) -> Tlp | None:
    """The marking a text states for itself; the strictest when it states several."""
    found = [_read(match[1]) for match in _STATED.finditer(_plain(text))]
    return join(found) if found else None


def read(word: str) -> Tlp:
    """The marking that *word* names, with or without `TLP:`. Raises `ValueError`."""
    plain = _plain(word).strip()
    match = _STATED.fullmatch(plain) or _STATED.fullmatch(f"TLP:{plain}")
    if match is None:
        known = ", ".join(f"TLP:{each}" for each in Tlp)
        raise ValueError(f'"{word[:40]}" is not a marking. These are: {known}.')
    return _read(match[1])


def remarked(current: Tlp, wanted: Tlp, *, by_originator: bool) -> Tlp:
    """What *current* becomes when somebody wants it *wanted*.

    Anybody who handles it may raise it. Raises `NotAllowed` when another than the originator
    lowers it.
    """
    if not by_originator and not is_within(current, wanted):
        raise NotAllowed(wording.only_originator_lowers(current))
    return wanted


def written(marking: Tlp) -> str:
    return f"TLP:{marking}"


def _plain(text: str) -> str:
    """Full-width and invisible writing must not hide a marking from us."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))


def _read(word: str) -> Tlp:
    plain = re.sub(r"[\s+_-]+", "+", word).upper()
    return Tlp.CLEAR if plain == "WHITE" else Tlp(plain)
