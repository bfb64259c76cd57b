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
    KANA = "kana"  # no l, no v, vowels put between consonants
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
_WORD = re.compile(rf"{_ANY_LETTERS}(?:['’ʼʹʾʿ‘`´]{_ANY_LETTERS})*")
_ASCII_WORD = re.compile(r"[a-z0-9]+(?:['`][a-z0-9]+)*")

_HAN_HANGUL = "\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff"
_KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff\uff66-\uff9f"
_HIRAGANA = "\u3041-\u309f"
_RUN = re.compile(
    rf"(?P<syllable>[{_HAN_HANGUL}])|(?P<kana>[{_KATAKANA}]+|[{_HIRAGANA}]+)"
    rf"|(?P<letters>[^{_HAN_HANGUL}{_KATAKANA}{_HIRAGANA}]+)"
)
_ABJAD = re.compile(r"[\u0590-\u05ff\u0600-\u06ff\u0750-\u077f\ufb1d-\ufdff\ufe70-\ufeff]")
_GREEK = re.compile(r"[\u0370-\u03ff]")
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")

# Where the general romanisation loses a sound that names keep.
_ABJAD_LETTERS = str.maketrans({"ا": "a", "أ": "a", "إ": "i", "آ": "a", "ع": "a", "ב": "b"})
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
        folded = _plain(run[0])
        if folded:
            parts.append((run.start(), run.end(), folded, script))
    return tuple(parts)


def _fold_letters(written: str, start: int) -> Iterator[tuple[int, int, str, Script]]:
    normal = unicodedata.normalize("NFKC", written)
    if _ABJAD.search(normal):
        article = normal.startswith(_ARTICLE)
        if article and len(normal) >= len(_ARTICLE) + _SHORTEST_AFTER_ARTICLE:
            cut = min(len(_ARTICLE), len(written) - 1)
            yield start, start + cut, "al", Script.ABJAD
            normal, written, start = normal[len(_ARTICLE) :], written[cut:], start + cut
        folded, script = _plain(normal.translate(_ABJAD_LETTERS)), Script.ABJAD
    elif _GREEK.search(normal):
        folded, script = _plain(_greek(normal)), Script.LETTERS
    else:
        folded, script = _plain(normal), Script.LETTERS
    if folded:
        yield start, start + len(written), folded, script


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
