"""Handling markings: which is stricter, and what a text says of itself.

TLP 2.0 (FIRST, August 2022). The strictest wins; only the originator lowers one.
"""

import re
from collections.abc import Iterable

from storage.models import Tlp

_ORDER = tuple(Tlp)
_STATED = re.compile(
    r"\bTLP[:\s]\s?(RED|AMBER\s?\+\s?STRICT|AMBER|GREEN|CLEAR|WHITE)(?![\w+])", re.I
)


def join(markings: Iterable[Tlp]) -> Tlp:
    """The strictest of these; CLEAR when there is none."""
    return max(markings, key=_ORDER.index, default=Tlp.CLEAR)


def is_within(marking: Tlp, ceiling: Tlp) -> bool:
    """Whether *marking* is no stricter than *ceiling*."""
    return _ORDER.index(marking) <= _ORDER.index(ceiling)


def stated(text: str) -> Tlp | None:
    """The marking a text states for itself; the strictest when it states several."""
    found = [_read(match[1]) for match in _STATED.finditer(text[:4096])]
    return join(found) if found else None


def read(word: str) -> Tlp:
    """The marking that *word* names, with or without `TLP:`. Raises `ValueError`."""
    match = re.fullmatch(_STATED, word.strip()) or re.fullmatch(_STATED, f"TLP:{word.strip()}")
    if match is None:
        known = ", ".join(f"TLP:{each}" for each in Tlp)
        raise ValueError(f'"{word}" is not a marking. These are: {known}.')
    return _read(match[1])


def written(marking: Tlp) -> str:
    return f"TLP:{marking}"


def _read(word: str) -> Tlp:
    plain = re.sub(r"\s", "", word).upper()
    return Tlp.CLEAR if plain == "WHITE" else Tlp(plain)
