"""How two words of names resemble each other."""

from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA, JaroWinkler

from nlp.names.eastern import japanese, same_syllable
from nlp.names.frequency import is_common
from nlp.names.given import Kinship, is_diminutive, is_other_sex, kinship, same_family
from nlp.names.parts import Token
from nlp.names.sounds import may_sound_alike, plainest, sound_alike, transcription_share
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
_SAME = Likeness(Alike.EXACT, 1.0)
_EARS = (Script.TRANSCRIBED, Script.KANA, Script.ABJAD, Script.ABUGIDA, Script.GREEK)
_SAME_SYLLABLE = Likeness(Alike.SPELLING, 0.85)
_LIKE_READING = Likeness(Alike.SOUND, 0.7)
_SAME_READING = Likeness(Alike.SOUND, 0.75)


def likeness(left: Token, right: Token, *, strict: bool = False) -> Likeness:
    """Compare two words; *strict* is for short syllables, where one letter makes another name."""
    a, b = (left, right) if left.text <= right.text else (right, left)
    if a.script is b.script is _LETTERS:
        return _SAME if a.text == b.text else _likeness(a.text, b.text, _LETTERS, strict)
    if a.script is b.script is Script.SYLLABLE:
        if a.text != b.text:
            return UNLIKE
        # Signs that are read alike may be one sign in two styles, or two signs.
        return _SAME if a.shown == b.shown else _SAME_READING
    if a.script is b.script is Script.ABJAD:
        return _likeness_of_consonants(a.text, b.text)
    scripts = {a.script, b.script}
    ear = next((script for script in _EARS if script in scripts), Script.LETTERS)
    return _likeness(a.text, b.text, ear, strict)


_SHORTEST_BEGINNING = 3
_NEAR = 0.85
_LEAST_HEARD = {Script.TRANSCRIBED: 0.7, Script.KANA: 0.8}
_MOST_HEARD = 0.85
"""What syllables of another language leave of a name is never all of it."""
_LEAST_SHARE_OF_CONSONANTS = 0.83  # one slip in six letters
_LEAST_SHARE_AT_ALL = 0.25  # no two standards of romanisation leave less
_LEAST_SHARE, _LEAST_SHARE_OF_STANDARDS = 0.5, 0.55
"""How alike the letters must be; those that only some standard writes for the same sound."""
_VOWELLED = frozenset({Script.LETTERS, Script.GREEK, Script.KANA})
_SURELY_HEARD, _LONG_ENOUGH = 0.85, 5
_HEARD_ACROSS, _MOST_HEARD_ALIKE = 0.75, 0.95
_LEAST_SHARE_UNVOWELLED = 0.25
"""Vowels that are not written cannot be alike."""


@lru_cache(maxsize=1 << 15)
def _likeness(a: str, b: str, ear: Script, strict: bool) -> Likeness:
    if a == b:
        return _SAME
    if strict and same_syllable(a, b):
        return _SAME_SYLLABLE
    if len(a) == 1 or len(b) == 1:
        return Likeness(Alike.INITIAL, 0.8) if a[0] == b[0] else UNLIKE
    if a.isdigit() or b.isdigit():
        return UNLIKE
    known = kinship(a, b)
    if known is not None and known is not Kinship.STRANGERS:
        return _KNOWN[known]
    if is_diminutive(a, b) or is_diminutive(b, a):
        return _KNOWN[Kinship.SHORT_FORM]
    if same_family(a, b):
        return Likeness(Alike.SPELLING, 0.8)
    if known is Kinship.STRANGERS or is_other_sex(a, b):
        return Likeness(Alike.NEAR, 0.5) if OSA.distance(a, b) <= 1 else UNLIKE
    if strict:
        return UNLIKE
    return _unknown_likeness(a, b, ear)


_KNOWN = {
    Kinship.SPELLING: Likeness(Alike.SPELLING, 0.97),
    Kinship.SHORT_FORM: Likeness(Alike.SHORT_FORM, 0.9),
    Kinship.TRANSLATION: Likeness(Alike.TRANSLATION, 0.8),
}


@lru_cache(maxsize=1 << 13)
def _likeness_of_consonants(a: str, b: str) -> Likeness:
    """Of two words of which little but consonants is written: each letter tells names apart."""
    if a == b:
        return _SAME
    if len(a) == 1 or len(b) == 1:
        return Likeness(Alike.INITIAL, 0.8) if a[0] == b[0] else UNLIKE
    share = OSA.normalized_similarity(a, b)
    if share >= _LEAST_SHARE_OF_CONSONANTS:
        return Likeness(Alike.TYPO, share)
    return Likeness(Alike.NEAR, share) if JaroWinkler.similarity(a, b) >= _NEAR else UNLIKE


def _unknown_likeness(a: str, b: str, ear: Script) -> Likeness:
    if ear in _LEAST_HEARD and (heard := transcription_share(a, b)) >= _LEAST_HEARD[ear]:
        return Likeness(Alike.SOUND, _MOST_HEARD * heard)
    shortest, longest = sorted((len(a), len(b)))
    share = OSA.normalized_similarity(a, b)
    if share >= _LEAST_SHARE_AT_ALL or ear is not _LETTERS:
        found = _likeness_of_sounds(a, b, ear, share)
        if found is not None:
            return found
    if shortest >= _SHORTEST_BEGINNING and b.startswith(a):
        return Likeness(Alike.BEGINNING, shortest / longest)
    if longest > _SHORTEST_BEGINNING and JaroWinkler.similarity(a, b) >= _NEAR:
        return Likeness(Alike.NEAR, share)
    return UNLIKE


def _likeness_of_sounds(a: str, b: str, ear: Script, share: float) -> Likeness | None:
    if (reading := japanese(a)) is not None and reading == japanese(b):
        return Likeness(Alike.SPELLING, 0.95)
    plain, other = plainest(a), plainest(b)
    plain_share = OSA.normalized_similarity(plain, other)
    if max(share, plain_share) >= (_LEAST_SHARE if ear in _VOWELLED else _LEAST_SHARE_UNVOWELLED):
        if (
            plain == other
            or sound_alike(a, b, ear)
            or (plain_share >= _LEAST_SHARE_OF_STANDARDS and may_sound_alike(a, b, ear))
        ):
            heard = max(share, plain_share, 0.0 if ear is _LETTERS else _HEARD_ACROSS)
            return Likeness(Alike.SOUND, min(heard, _MOST_HEARD_ALIKE))
        longest = max(len(a), len(b))
        if share >= _LEAST_SHARE and round((1 - share) * longest) <= _allowed_edits(longest):
            return None if is_common(a) and is_common(b) else Likeness(Alike.TYPO, share)
    is_long = min(len(a), len(b)) >= _LONG_ENOUGH
    if ear is not _LETTERS and is_long and transcription_share(a, b) >= _SURELY_HEARD:
        return _LIKE_READING
    return None


def _allowed_edits(length: int) -> int:
    if length <= 3:
        return 0
    if length <= 6:
        return 1
    return 2 if length <= 12 else 3
