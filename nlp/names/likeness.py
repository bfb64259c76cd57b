"""How two words of names resemble each other."""

import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA, JaroWinkler

from nlp.names.given import Kinship, kinship, same_family
from nlp.names.parts import Token
from nlp.names.words import Script


class Alike(StrEnum):
    """In which way two words are one."""

    EXACT = "exact"
    SPELLING = "spelling"  # known spellings of one name
    SOUND = "sound"
    TYPO = "typo"
    SHORT_FORM = "short form"
    TRANSLATION = "translation"
    INITIAL = "initial"
    BEGINNING = "beginning"  # one is the beginning of the other
    NEAR = "near"  # resembles it, and is another word
    NOT = "not"


class Likeness(NamedTuple):  # a tuple and not a dataclass: made for every pair of words
    """In which way two words are one, and how much of the one is in the other (0 to 1)."""

    alike: Alike
    share: float


UNLIKE = Likeness(Alike.NOT, 0.0)
_LETTERS = Script.LETTERS
_SAME_SIGN = Likeness(Alike.EXACT, 1.0)
_SAME_READING = Likeness(Alike.SOUND, 0.75)


def likeness(left: Token, right: Token, *, strict: bool = False) -> Likeness:
    """Compare two words; *strict* is for short syllables, where one letter makes another name."""
    a, b = (left, right) if left.text <= right.text else (right, left)
    if a.script is b.script is _LETTERS:
        return _likeness(a.text, b.text, _LETTERS, strict)
    if a.script is b.script is Script.SYLLABLE:
        if a.text != b.text:
            return UNLIKE
        # Signs that are read alike may be one sign in two styles, or two signs.
        return _SAME_SIGN if a.shown == b.shown else _SAME_READING
    scripts = {a.script, b.script}
    ear = next((s for s in (Script.ABJAD, Script.KANA) if s in scripts), Script.LETTERS)
    return _likeness(a.text, b.text, ear, strict)


def skeletons(token: str, script: Script = Script.LETTERS) -> tuple[str, ...]:
    """The consonants as most languages hear them; two readings where a letter has two."""
    readings = _skeletons(token)
    if script is Script.ABJAD and "w" in token[1:]:
        readings += _skeletons(_without_long_vowels(token))
    return readings


_SHORTEST_SOUND = 2  # one consonant sounds like too much
_SHORTEST_BEGINNING = 3
_NEAR = 0.85
_LEAST_SHARE = 0.5
"""How alike the letters must be."""
_LEAST_SHARE_UNVOWELLED = 0.25
"""Vowels that are not written cannot be alike."""


@lru_cache(maxsize=1 << 15)
def _likeness(a: str, b: str, ear: Script, strict: bool) -> Likeness:
    if a == b:
        return Likeness(Alike.EXACT, 1.0)
    if len(a) == 1 or len(b) == 1:
        return Likeness(Alike.INITIAL, 0.8) if a[0] == b[0] else UNLIKE
    if a.isdigit() or b.isdigit():
        return UNLIKE
    known = kinship(a, b)
    if known is not None and known is not Kinship.STRANGERS:
        return _KNOWN[known]
    if same_family(a, b):
        return Likeness(Alike.SPELLING, 0.8)
    if known is Kinship.STRANGERS:
        return Likeness(Alike.NEAR, 0.5) if OSA.distance(a, b) <= 1 else UNLIKE
    if strict:
        return Likeness(Alike.SPELLING, 0.85) if _syllable(a) == _syllable(b) else UNLIKE
    return _unknown_likeness(a, b, ear)


_KNOWN = {
    Kinship.SPELLING: Likeness(Alike.SPELLING, 0.97),
    Kinship.SHORT_FORM: Likeness(Alike.SHORT_FORM, 0.9),
    Kinship.TRANSLATION: Likeness(Alike.TRANSLATION, 0.8),
}


def _unknown_likeness(a: str, b: str, ear: Script) -> Likeness:
    shortest, longest = sorted((len(a), len(b)))
    edits = OSA.distance(a, b)
    share = 1 - edits / longest
    if share >= (_LEAST_SHARE if ear is _LETTERS else _LEAST_SHARE_UNVOWELLED):
        if _sound_alike(a, b, ear):
            return Likeness(Alike.SOUND, max(share, 0.75))
        if edits <= _allowed_edits(longest):
            return Likeness(Alike.TYPO, share)
    if shortest >= _SHORTEST_BEGINNING and b.startswith(a):
        return Likeness(Alike.BEGINNING, shortest / longest)
    if longest > _SHORTEST_BEGINNING and JaroWinkler.similarity(a, b) >= _NEAR:
        return Likeness(Alike.NEAR, share)
    return UNLIKE


def _syllable(text: str) -> str:
    """A Korean syllable without what the ways of romanising it disagree about."""
    for letters, sound in _VOWELS:
        text = text.replace(letters, sound)
    return text.translate(_CONSONANTS).replace("h", "")


_VOWELS = (("eo", "o"), ("eu", "u"), ("oo", "u"), ("ou", "o"), ("ee", "i"), ("ch", "j"))
_CONSONANTS = str.maketrans("kptrv", "gbdlb")


def _allowed_edits(length: int) -> int:
    if length <= 3:
        return 0
    if length <= 6:
        return 1
    return 2 if length <= 12 else 3


def _sound_alike(a: str, b: str, ear: Script) -> bool:
    heard = set(_heard(a, ear))
    return any(
        len(skeleton) >= _SHORTEST_SOUND and skeleton in heard for skeleton in _heard(b, ear)
    )


def _heard(token: str, ear: Script) -> tuple[str, ...]:
    readings = _skeletons(token)
    if ear is Script.ABJAD:
        # The letter for w is also the one for o and u; the one for g or j reads as either.
        without = _skeletons(_without_long_vowels(token))
        readings += without + tuple(r.replace("S", "K") for r in readings + without)
        return readings + tuple(r.replace("V", "B") for r in readings)
    if ear is Script.KANA:
        as_kana = (r.replace("L", "R").replace("V", "B") for r in readings)
        return tuple(_DOUBLED.sub(r"\1", reading) for reading in as_kana)
    return readings


def _without_long_vowels(token: str) -> str:
    return token[0] + token[1:].replace("w", "")


_LONGEST_SKELETON = 8
_CLUSTERS = re.compile(
    r"schtsch|shch|szcz|stsch|tsch|tch|sch|cz|sz|sh|zh|ts|tz|ph|th|dh|ck|gh|x"
    r"|c(?=[eiy])"
)
_CLUSTER_SOUNDS = {"ph": "V", "th": "T", "dh": "T", "ck": "K", "gh": "K", "x": "KS"}
_LETTER_SOUNDS = str.maketrans(
    {
        **dict.fromkeys("sz", "S"),
        **dict.fromkeys("kgqc", "K"),
        **dict.fromkeys("fvw", "V"),
        **dict.fromkeys("bp", "B"),
        **dict.fromkeys("dt", "T"),
        "l": "L",
        "m": "M",
        "n": "N",
        "r": "R",
        **dict.fromkeys("aeiouyjh", ""),
    }
)
_DOUBLED = re.compile(r"(.)\1+")


@lru_cache(maxsize=1 << 15)
def _skeletons(token: str) -> tuple[str, ...]:
    if token.isdigit():
        return (token,)
    token = token.replace("kh", "h")
    for written in ("dzh", "dsch", "dj"):
        token = token.replace(written, "j")
    readings = [token]
    if "ch" in token:
        others = token.replace("tsch", "S").replace("tch", "S").replace("sch", "S")
        if "ch" in others:
            readings = [others.replace("ch", "S"), others.replace("ch", "h")]
    return tuple(dict.fromkeys(_skeleton(reading) for reading in readings))


def _skeleton(reading: str) -> str:
    begins_open = reading[:1] in set("aeiouyjh")
    sounds = _CLUSTERS.sub(lambda found: _CLUSTER_SOUNDS.get(found[0], "S"), reading)
    sounds = _DOUBLED.sub(r"\1", sounds.translate(_LETTER_SOUNDS))
    return (("A" if begins_open else "") + sounds)[:_LONGEST_SKELETON]
