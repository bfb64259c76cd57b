"""Names written in any script, as plain Latin words with their places in the text."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import lru_cache, partial
from typing import NamedTuple

from anyascii import anyascii

MAX_CHARS = 200
"""A name longer than this is cut: nobody's is, and a hostile one costs no more."""


class Script(StrEnum):
    """How a word was written, as far as it changes how its sound may be compared."""

    LETTERS = "letters"  # vowels are written
    ABJAD = "abjad"  # short vowels are not written
    GREEK = "greek"  # two letters for one sound
    ABUGIDA = "abugida"  # each letter has a vowel, which may be silent
    KANA = "kana"  # no l, no v, vowels put between consonants
    TRANSCRIBED = "transcribed"  # a foreign word, in signs that are one syllable each
    SYLLABLE = "syllable"  # one sign is one syllable


class Word(
    NamedTuple
):  # a tuple and not a dataclass: running text makes tens of thousands a second
    """One word of a text; `text[start:end]` is what was written, `folded` how it is compared."""

    start: int
    end: int
    folded: str
    script: Script


def fold(name: str) -> str:
    """The name as plain lower-case Latin words; folding again changes nothing."""
    return fold_words(words(name[:MAX_CHARS]))


def fold_words(heard: Iterable[Word]) -> str:
    """As `fold`, of the words of a name."""
    return " ".join([word.folded for word in heard])[:MAX_CHARS].rstrip()


def words(text: str) -> Iterator[Word]:
    """The words of *text*, in order. Signs that are written without spaces come one by one."""
    if text.isascii():  # the same answer as below, in half the time
        for found in _ASCII_WORD.finditer(text.lower()):
            folded = found[0]
            start, end = found.span()
            yield _word((start, end, folded if folded.isalnum() else _joined(folded), _LETTERS))
        return
    for found in _WORD.finditer(text):
        written = found[0]
        start, end = found.span()
        if written.isascii():
            yield _word((start, end, _joined(written.lower()), _LETTERS))
            continue
        for begin, until, folded, script in _fold_word(written):
            yield _word((start + begin, start + until, folded, script))


def _joined(word: str) -> str:
    return word.replace("'", "").replace("`", "")


_LETTERS = Script.LETTERS
_word = partial(tuple.__new__, Word)  # half the time of calling the class, and this is the hot path

# Marks that `\w` leaves out, though words are written with them: accents on their own, Hebrew
# points, Arabic vowel signs, the vowel signs of India and its neighbours; and the invisible
# controls, so that a zero-width sign inside a name does not hide it.
_MARKS = (
    "\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u06df-\u06ed\u0900-\u0963\u0966-\u0dff\u0e31-\u0e4e\u0eb1-\u0ecd\u0f71-\u0f84\u102b-\u103e"
    "\u17b4-\u17d3\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
)
_ANY_LETTERS = rf"[^\W_]+(?:[{_MARKS}]+[^\W_]*)*"
_WORD = re.compile(rf"{_ANY_LETTERS}(?:['’ʼʹʾʿ‘`´′″ʺ”]{_ANY_LETTERS})*")
_ASCII_WORD = re.compile(r"[a-z0-9]+(?:['`][a-z0-9]+)*")

_HAN_HANGUL = "\u3005\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff"
_KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff\uff66-\uff9f"
_HIRAGANA = "\u3041-\u309f"
_RUN = re.compile(
    rf"(?P<syllable>[{_HAN_HANGUL}])|(?P<kana>[{_KATAKANA}]+|[{_HIRAGANA}]+)"
    rf"|(?P<letters>[^{_HAN_HANGUL}{_KATAKANA}{_HIRAGANA}]+)"
)
_HEBREW = re.compile(r"[\u0590-\u05ff\ufb1d-\ufb4f]")
_ABUGIDA = re.compile(r"[\u0900-\u0dff\u0e80-\u109f\u1780-\u17ff]")
_THAI = re.compile(r"[\u0e00-\u0e7f]")
_ABJAD = re.compile(r"[\u0590-\u05ff\u0600-\u06ff\u0750-\u077f\ufb1d-\ufdff\ufe70-\ufeff]")
_GREEK = re.compile(r"[\u0370-\u03ff]")
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")

# Where the general romanisation loses a sound that names keep.
_ARABIC_LETTERS = str.maketrans({"ا": "a", "أ": "a", "إ": "i", "آ": "a", "ع": "a", "ض": "dh"})
_HEBREW_PAIRS = (("ג'", "j"), ("ז'", "zh"), ("צ'", "ch"), ("ץ'", "ch"), ("וו", "w"), ("כה", "k"))
_HEBREW_LETTERS = str.maketrans(
    dict(zip("אבגדהוזחטיכךלמםנןסעפףצץקרשת", "a b g d h w z h t y k k l m m n n s a p p ts ts "
    "k r sh t".split(), strict=True))
)  # fmt: skip
_GERESH = str.maketrans("׳’ʼ‘`´", "''''''")
_GREEK_SOUNDS = (("μπ", "b"), ("ντ", "nt"), ("γκ", "g"), ("γγ", "ng"), ("ου", "u"), ("ευ", "ev"))
_GREEK_AT_THE_START = (("ντ", "d"), ("τζ", "tz"))
_ARTICLE = "ال"
_SHORTEST_AFTER_ARTICLE = 2


@lru_cache(maxsize=1 << 14)
def _fold_word(written: str) -> tuple[tuple[int, int, str, Script], ...]:
    """The parts of one written word: where they are in it, how they fold, how they are written."""
    parts: list[tuple[int, int, str, Script]] = []
    for run in _RUN.finditer(written):
        if run.lastgroup == "letters":
            parts.extend(_fold_letters(run[0], run.start()))
            continue
        script = Script.SYLLABLE if run.lastgroup == "syllable" else Script.KANA
        repeats = run[0] == _REPEAT and parts
        folded = parts[-1][2] if repeats else _plain(_spoken(run[0]))
        if folded:
            parts.append((run.start(), run.end(), folded, script))
    return tuple(parts)


_REPEAT = "々"
_HIRAGANA_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_SMALL = re.compile("([ア-ヴ])([ァィゥェォャュョ])")
_DOUBLES = re.compile("ッ([カ-ヴ])")
_SMALL_SOUNDS = dict(zip("ァィゥェォャュョ", "a i u e o ya yu yo".split(), strict=True))
_BEFORE_SMALL = {"ウ": "w", "ヴ": "v", "ト": "t", "テ": "t", "ド": "d", "デ": "d", "フ": "f"}
_HISSED = ("sh", "ch", "j")


def _spoken(signs: str) -> str:
    """Kana whose small signs change the one before are written as they sound: ショ is sho."""
    kana = unicodedata.normalize("NFKC", signs).translate(_HIRAGANA_TO_KATAKANA)
    kana = _DOUBLES.sub(lambda found: anyascii(found[1])[:1] + found[1], kana)
    return _SMALL.sub(_small_sound, kana)


def _small_sound(pair: re.Match[str]) -> str:
    before = _BEFORE_SMALL.get(pair[1]) or anyascii(pair[1]).lower()[:-1]
    sound = _SMALL_SOUNDS[pair[2]]
    return before + (sound[1:] if before in _HISSED and len(sound) > 1 else sound)


def _fold_letters(written: str, start: int) -> Iterator[tuple[int, int, str, Script]]:
    normal = unicodedata.normalize("NFKC", written)
    if _ABJAD.search(normal):
        article = normal.startswith(_ARTICLE)
        if article and len(normal) >= len(_ARTICLE) + _SHORTEST_AFTER_ARTICLE:
            cut = min(len(_ARTICLE), len(written) - 1)
            yield start, start + cut, "al", Script.ABJAD
            normal, written, start = normal[len(_ARTICLE) :], written[cut:], start + cut
        folded, script = _plain(_abjad(normal)), Script.ABJAD
    elif _GREEK.search(normal):
        folded, script = _plain(_greek(normal)), Script.GREEK
    elif _THAI.search(normal):
        folded, script = _plain(_thai(normal)).replace("kh", "k"), Script.ABUGIDA
    elif _ABUGIDA.search(normal):
        folded, script = _indian(normal), Script.ABUGIDA
    else:
        folded, script = _plain(normal), Script.LETTERS
    if folded:
        yield start, start + len(written), folded, script


def _abjad(word: str) -> str:
    if not _HEBREW.search(word):
        return word.translate(_ARABIC_LETTERS)
    word = "".join(s for s in unicodedata.normalize("NFD", word) if not unicodedata.combining(s))
    word = word.translate(_GERESH)
    for letters, sound in _HEBREW_PAIRS:
        word = word.replace(letters, sound)
    return word.translate(_HEBREW_LETTERS)


_THAI_SILENT = re.compile("(?!ส)[\u0e01-\u0e2e][\u0e34-\u0e3a]?\u0e4c")
_THAI_VOWEL_FIRST = re.compile("([\u0e40-\u0e44])([\u0e01-\u0e2e])")


def _thai(word: str) -> str:
    """As it is spoken: silent letters left out, and a vowel after its consonant."""
    return _THAI_VOWEL_FIRST.sub(r"\2\1", _THAI_SILENT.sub("", word)).replace("รร", "a")


_ANUSVARA = re.compile("[\u0902\u0982\u0a02\u0a70\u0a82\u0b02\u0c02\u0c82\u0d02]")
_INDIAN_C = re.compile("c(?!h)")
_LIPS = ("b", "f", "m", "p", "v")


def _indian(word: str) -> str:
    """The sign for the nose sounds as the consonant after it wants; c is said as in cello."""
    first, *others = map(_plain, _ANUSVARA.split(word))
    nasal = (f"{'n' if each and not each.startswith(_LIPS) else 'm'}{each}" for each in others)
    return _INDIAN_C.sub("ch", "".join([first, *nasal]))


def _greek(word: str) -> str:
    lower = "".join(
        sign
        for sign in unicodedata.normalize("NFD", word.lower())
        if not unicodedata.combining(sign)
    )
    for letters, sound in _GREEK_AT_THE_START:
        if lower.startswith(letters):
            lower = sound + lower[len(letters) :]
    for letters, sound in _GREEK_SOUNDS:
        lower = lower.replace(letters, sound)
    return lower


def _plain(text: str) -> str:
    return _NOT_PLAIN.sub("", anyascii(unicodedata.normalize("NFKC", text)).lower())
