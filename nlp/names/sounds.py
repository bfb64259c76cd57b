"""How a word sounds, whoever wrote it down."""

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from anyascii import anyascii

from nlp.names.eastern import japanese
from nlp.names.words import Script


@lru_cache(maxsize=1 << 15)
def skeletons(token: str, script: Script = Script.LETTERS, shown: str = "") -> tuple[str, ...]:
    """The consonants as most languages hear them; further readings where the letters have some.

    *shown* is the word as it was written: the marks on its letters, and whose letters they are, say
    what the plain letters of *token* do not.
    """
    readings = [token]
    if not shown.isascii():
        readings += _by_its_marks(shown)
    if script is Script.LETTERS and (hepburn := japanese(token)):
        readings.append(hepburn)
    for written, sound, letters in _FURTHER + _IN_SCRIPT.get(script, ()):
        if (
            len(readings) < _MOST_KEYED
            and written.search(token)
            and (letters is None or letters.search(shown))
        ):
            readings += [written.sub(sound, reading) for reading in readings]
    if script is Script.ABJAD:
        readings += [each for reading in readings for each in _with_some_long_vowels(reading)]
    found = [skeleton for reading in readings for skeleton in _skeletons(reading)]
    return tuple(dict.fromkeys(found))


def sound_alike(a: str, b: str, ear: Script) -> bool:
    """Whether somebody who hears the one may write the other, as most languages hear letters."""
    return _any_long(set(_skeletons(a)) & set(_skeletons(b))) or (
        ear not in _AS_WRITTEN and may_sound_alike(a, b, ear)
    )


def may_sound_alike(a: str, b: str, ear: Script) -> bool:
    """Whether there is a language or standard in which the one is written as the other."""
    return _any_long(_heard(a, ear) & _heard(b, ear))


_AS_WRITTEN = frozenset({Script.LETTERS, Script.GREEK})


def _any_long(skeletons: Collection[str]) -> bool:
    return any(len(skeleton) >= _SHORTEST_SOUND for skeleton in skeletons)


@lru_cache(maxsize=1 << 14)
def plainest(token: str) -> str:
    """The word without what the ways of writing one sound differ in."""
    if _MAY_BE_PLAINER.search(token):  # as half of all words are not
        for written, sound in _PLAINER:
            token = token.replace(written, sound)
    return _TWICE.sub(r"\1", token.translate(_PLAINER_LETTERS))


def transcription_share(a: str, b: str) -> float:
    """How much of a word is left in its transcription into syllables of another language, 0 to 1.

    Such syllables put vowels between consonants, leave out an r or the end of a word, and lack
    some consonants altogether.
    """
    ours, theirs = _consonants(a), _consonants(b)
    longest = max(len(ours), len(theirs))
    if longest < _SHORTEST_SOUND:
        return 0.0
    return max(0.0, 1 - _distance(ours, theirs) / longest)


_PLAINER = (
    ("schtsch", "C"), ("chtch", "C"), ("shch", "C"), ("tsch", "C"), ("tch", "C"), ("sch", "S"),
    ("zh", "S"), ("sh", "S"), ("cz", "C"), ("ch", "C"), ("kh", "h"), ("gh", "g"), ("ph", "f"),
    ("th", "t"), ("dh", "d"), ("ts", "s"), ("tz", "s"), ("dz", "s"), ("ck", "k"), ("oui", "vi"),
    ("oo", "u"), ("ou", "u"), ("oy", "u"), ("ee", "i"), ("ey", "i"), ("ei", "i"), ("iy", "i"),
    ("yi", "i"), ("ij", "i"), ("ya", "ia"), ("yu", "iu"), ("ye", "e"), ("je", "e"),
)  # fmt: skip
_MAY_BE_PLAINER = re.compile("|".join(written for written, _ in _PLAINER))
_PLAINER_LETTERS = str.maketrans("zwyjqcx", "sviikkh")
_TWICE = re.compile(r"(.)\1+")
_SHORTEST_SOUND = 2  # one consonant sounds like too much
_LONGEST_SKELETON = 8
_CLUSTERS = re.compile(
    r"schtsch|shch|szcz|stsch|tsch|tch|sch|cz|sz|sh|zh|ts|tz|dz|ph|th|dh|ck|gh|x"
    r"|c(?=[eiy])"
)
_CLUSTER_SOUNDS = {"ph": "V", "th": "T", "dh": "T", "ck": "K", "gh": "K", "x": "KS"}
_SILENT = "."
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
        **dict.fromkeys("aeiouyjh", _SILENT),
    }
)
_DOUBLED = re.compile(r"([^.])\1+")
_OPEN = frozenset("aeiouyjh")


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
    begins_open = reading[:1] in _OPEN
    sounds = _CLUSTERS.sub(lambda found: _CLUSTER_SOUNDS.get(found[0], "S"), reading)
    sounds = _DOUBLED.sub(r"\1", sounds.translate(_LETTER_SOUNDS)).replace(_SILENT, "")
    return (("A" if begins_open else "") + sounds)[:_LONGEST_SKELETON]


class _Reading(NamedTuple):
    """What may be heard for what is written, if it is written in these letters."""

    written: re.Pattern[str]
    sound: str
    letters: re.Pattern[str] | None


def _further(*rules: tuple[str, str, str]) -> tuple[_Reading, ...]:
    return tuple(
        _Reading(re.compile(written), sound, re.compile(letters) if letters else None)
        for written, sound, letters in rules
    )


# Further readings for keys: few, for each makes the index larger.
_CYRILLIC, _HEBREW, _ARABIC, _THAI = (
    "[\u0400-\u04ff]", "[\u0590-\u05ff]", "[\u0600-\u06ff]", "[\u0e00-\u0e7f]",
)  # fmt: skip
_FURTHER = _further(
    ("x", "h", ""),
    ("^mp", "b", ""),  # Greek letters one by one
    ("^nt", "d", ""),
    ("^gk", "g", ""),
    (r"^e(?=([nstdrz])\1)", "", ""),  # an Arabic article written onto its word
    ("ngh", "nh", ""),  # Singh and Sinha
    ("jj", "g", ""),  # as in Egypt
    ("(?<=o)w(?![aeiouy])|(?<=ae)w$", "", ""),
    ("r(?=n$)", "", ""),  # Thai for English readers
    ("^(?=.{6})(.*)zh", r"\1j", ""),  # French; what is shorter may be pinyin
    ("g", "h", _CYRILLIC),  # Ukrainian
)
_IN_SCRIPT = {
    Script.TRANSCRIBED: _further(("eo", "er", "")),  # Korean for an English er
    Script.ABJAD: _further(
        ("p", "f", _HEBREW),
        ("b", "v", _HEBREW),
        ("kh", "k", _HEBREW),  # two letters, and not one
        ("dh", "z", _ARABIC),  # as in Turkey and Iran
        ("th", "s", _ARABIC),
    ),
    Script.ABUGIDA: _further(
        ("ph", "p", ""),
        ("[lr]$", "n", _THAI),
        ("s$", "t", _THAI),
        ("(?<=n)d$", "", _THAI),
    ),
}
_MOST_KEYED = 8
_MARKED = {
    "č": "ch", "ć": "ch", "ç": "ch", "š": "sh", "ş": "sh", "ș": "sh", "ś": "sh", "ž": "zh",
    "ź": "z", "ż": "zh", "ǧ": "j", "ǰ": "j", "ṯ": "s", "ḏ": "z", "ṃ": "n", "ā": "a",
    "ī": "i", "ū": "u", "’": "", "ʹ": "",
}  # fmt: skip
_MARKS = re.compile(f"[{''.join(_MARKED)}]")
_C_AS_TS = re.compile("c(?![hk])")


def _by_its_marks(shown: str) -> list[str]:
    """How a word in Latin letters reads by the marks on them; nothing where they say nothing."""
    written = unicodedata.normalize("NFC", shown.lower())
    if not _MARKS.search(written):
        return []
    plain = anyascii("".join([_MARKED.get(letter, letter) for letter in written])).lower()
    high = _C_AS_TS.sub("ts", plain)
    return [plain, high, high.replace("j", "zh")]


# Letters that one standard or language reads otherwise than the next.
_ANY = (
    (re.compile("x"), "h"),  # GOST 7.79 and the scholarly way write so what others write kh
    (re.compile("j"), "zh"),  # French, Portuguese, Romanian
    (re.compile("j"), "g"),  # as in Egypt
    (re.compile("gg"), "ng"),  # Greek letters one by one
    (re.compile("g(?![hg])(?=.{3})"), "h"),  # Ukrainian, by way of Russian
    (re.compile("ch(?=[rl])|(?<=[aeiou])ch(?=[ae])"), "k"),
    (re.compile("c(?![hkeiy])"), "ts"),  # Slavic languages in Latin letters
    (re.compile("(?<=[aeou])w(?![aeiouy])"), ""),  # English ow; ISO 9985 for one vowel
    (re.compile("^nt"), "d"),
    (re.compile("ou(?=[aeiy])"), "w"),  # French
    (re.compile(r"^e(?=([nstdrz])\1)"), ""),  # an Arabic article written onto its word
    (re.compile("^mp"), "b"),
    (re.compile("^gk"), "g"),
)
_GREEK = (
    (re.compile("nt"), "d"),
    (re.compile("b"), "mb"),
    (re.compile("th$"), "s"),
    (re.compile("ey|eu"), "ev"),
)
_ABJAD = (
    (re.compile("th"), "s"),  # as in Turkey and Iran
    (re.compile("dh"), "z"),
)
_ABUGIDA = (
    (re.compile("r(?=n$)"), ""),
    (re.compile("[lr]$"), "n"),  # as Thai ends
    (re.compile("a$"), ""),  # the vowel every letter has
)
_MOST_READINGS = 32
_LONG_VOWEL = re.compile("(?<!^)w")
_MOST_LONG_VOWELS = 3


@lru_cache(maxsize=1 << 15)
def _heard(token: str, ear: Script) -> frozenset[str]:
    readings = [token]
    rules: tuple[tuple[re.Pattern[str], str], ...] = _ANY
    if ear is Script.ABJAD:
        rules += _ABJAD
        readings += _with_some_long_vowels(token)
    elif ear is Script.GREEK:
        rules += _GREEK
    elif ear is Script.ABUGIDA:
        rules += _ABUGIDA
    for pattern, sound in rules:
        if len(readings) < _MOST_READINGS and pattern.search(token):
            readings += [pattern.sub(sound, reading) for reading in readings]
    found = frozenset(skeleton for reading in readings for skeleton in _skeletons(reading))
    if ear is Script.ABJAD:
        return found | {skeleton.replace("V", "B") for skeleton in found}
    return found


def _with_some_long_vowels(token: str) -> list[str]:
    """The letter for w is also the one for o and u."""
    places = [found.start() for found in _LONG_VOWEL.finditer(token)][:_MOST_LONG_VOWELS]
    return [
        "".join(sign for place, sign in enumerate(token) if place not in vowels)
        for size in range(1, len(places) + 1)
        for vowels in combinations(places, size)
    ]


# Consonants as syllables of other languages can tell them apart; the vowel that begins a word.
_HEARD_AS = (
    (re.compile("schtsch|shch|tsch|tch|sch|[scz]h|[cs]z|t[sz]|d[jz]|[cq](?=[eiy])|[jszx]"), "S"),
    (re.compile("ph|[fv]"), "F"),
    (re.compile("[bp]"), "P"),
    (re.compile("th|[dt]"), "T"),
    (re.compile("kh|gh|ck|[kgqc]"), "K"),
    (re.compile("[lr]"), "L"),
    (re.compile("ng|n"), "N"),
    (re.compile("m"), "M"),
    (re.compile("[wh]"), "H"),
    (re.compile("^[aeiouy]"), "A"),
    (re.compile("[a-z0-9]"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)  # fmt: skip
_LEFT_OUT = {"H": 0.15, "A": 0.3, "L": 0.4, "N": 0.6, "T": 0.6, "F": 0.7, "K": 0.8}
_CONFUSED = {
    frozenset(pair): cost
    for pair, cost in {
        "PF": 0.2, "FH": 0.25, "TS": 0.5, "KS": 0.7, "KH": 0.3, "NM": 0.4, "SH": 0.4, "AH": 0.1,
        "PH": 0.5, "LN": 0.6,
    }.items()
}  # fmt: skip


@lru_cache(maxsize=1 << 14)
def _consonants(token: str) -> str:
    for pattern, sound in _HEARD_AS:
        token = pattern.sub(sound, token)
    return token


def _distance(ours: str, theirs: str) -> float:
    """What it takes to hear the one in the other."""
    above = [0.0]
    for sound in theirs:
        above.append(above[-1] + _LEFT_OUT.get(sound, 1.0))
    for mine in ours:
        left_out = _LEFT_OUT.get(mine, 1.0)
        row = [above[0] + left_out]
        for place, yours in enumerate(theirs, 1):
            confused = 0.0 if mine == yours else _CONFUSED.get(frozenset((mine, yours)), 1.2)
            row.append(
                min(
                    above[place] + left_out,
                    row[-1] + _LEFT_OUT.get(yours, 1.0),
                    above[place - 1] + confused,
                )
            )
        above = row
    return above[-1]
