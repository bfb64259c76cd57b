"""What the network is told about a token: numbers that stand for its form and its kinds."""

import string
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from nlp.model.gazetteer import Gazetteer, Kind, fold
from nlp.model.tokens import Token

Ids = NDArray[np.int32]
Bits = NDArray[np.uint32]

# One column each: how many rows its table has, and how wide a row is. `word` is as long as the
# vocabulary, which holds words of open lists alone: what a text was learnt from is not in it.
COLUMNS: tuple[tuple[str, int, int], ...] = (
    ("word", 0, 64),
    ("prefix 2", 1024, 16),
    ("prefix 4", 2048, 24),
    ("suffix 2", 1024, 16),
    ("suffix 3", 2048, 24),
    ("suffix 4", 2048, 24),
    ("shape", 1024, 32),
    ("kinds", 2048, 40),
    ("runs", 64, 16),
    ("place", 64, 8),
)
WORD, KINDS_ROW, RUNS = 0, 7, 8
LETTERS = slice(1, 6)
MOST_WORDS = 6  # of a known name
MOST_LISTED = 20_000  # words that are kept ready
RARE = 0  # the row of every word that the vocabulary does not have


class Featurizer:
    """Turns tokens into numbers with a gazetteer and a vocabulary."""

    def __init__(self, gazetteer: Gazetteer, vocabulary: Mapping[str, int]) -> None:
        self.gazetteer = gazetteer
        self.vocabulary = vocabulary
        # Words of open lists only: what else a text says does not stay behind.
        self._listed: dict[str, _Word] = {}
        self._forms: dict[str, dict[str, _Form]] = {}  # by how the whole text is written
        self._classes: dict[str, _Form] = {}

    def __call__(self, tokens: Sequence[Token]) -> tuple[Ids, Bits]:
        """A row of ids and the bits of kinds for each token."""
        if not tokens:
            return np.empty((0, len(COLUMNS)), np.int32), np.empty(0, np.uint32)
        case = _case(tokens)
        ready = self._forms.setdefault(case, {})
        forms = [
            self._class(token.text)
            if token.is_masked
            else ready.get(token.text) or self._form(token.text, case)
            for token in tokens
        ]
        runs = self.gazetteer.runs([form.word for form in forms])
        ids = np.empty((len(tokens), len(COLUMNS)), np.int32)
        ids[:, :_ALONE] = [form.ids for form in forms]
        ids[:, _ALONE] = runs
        ids[:, _ALONE + 1] = [token.is_spaced + 4 * token.is_masked for token in tokens]
        ids[0, _ALONE + 1] += 2
        return ids, np.array([form.kinds for form in forms], np.uint32)

    def promising(self, tokens: Sequence[Token]) -> list[int]:
        """The places of those that are more than everyday words: elsewhere is nothing to find."""
        found = []
        is_first = True
        for place, token in enumerate(tokens):
            text = token.text
            if text[0] in "@#":
                found.append(place)
                continue
            word = self._listed.get(text)
            if token.is_masked or (word is None and not any(map(str.isalpha, text))):
                is_first = text in _ENDS or (is_first and not text[0].isalnum())
                continue
            word = word or self._word(text)
            is_strange = not word.kinds and len(text) > 2
            is_big = not is_first and text[0].isupper() and len(text) > 1
            if word.is_name or is_strange or is_big or self._is_begun(tokens, place, word):
                found.append(place)
            is_first = False
        return found

    def _is_begun(self, tokens: Sequence[Token], place: int, word: "_Word") -> bool:
        """ "home office": a known name, though every word of it is an everyday one."""
        if not word.is_first:
            return False
        ahead = tokens[place : place + MOST_WORDS]
        return self.gazetteer.begins([fold(token.text) for token in ahead])

    def kind(self, text: str) -> int:
        """The kinds of a word as it is written."""
        return (self._listed.get(text) or self._word(text)).kinds

    def _word(self, text: str) -> "_Word":
        word = fold(text)
        kinds = self.gazetteer.kind(word)
        is_known = bool(kinds & _NAMES and not kinds & _WORDS)
        is_name = is_known or bool(kinds & _FREQUENT_NAMES and not kinds & _COMMON)
        found = _Word(kinds, is_name, word in self.gazetteer.phrases)
        if kinds and len(self._listed) < MOST_LISTED:
            self._listed[text] = found
        return found

    def _class(self, name: str) -> "_Form":
        found = self._classes.get(name)
        if found is None:
            row = self.vocabulary.get(f"<{name}>", RARE)
            found = _Form("", 0, (row, 0, 0, 0, 0, 0, _row("<masked>", 1024), 0))
            self._classes[name] = found
        return found

    def _form(self, text: str, case: str) -> "_Form":
        word = fold(text).lstrip("#") or "#"
        kinds = self.gazetteer.kind(word)
        form = _Form(
            word,
            kinds,
            (
                self.vocabulary.get(word, RARE),
                _row("a" + word[:2], 1024),
                _row("b" + word[:4], 2048),
                _row("c" + word[-2:], 1024),
                _row("d" + word[-3:], 2048),
                _row("e" + word[-4:], 2048),
                _row(case + shape(text), 1024),
                _row(str(kinds), 2048),
            ),
        )
        ready = self._forms.setdefault(case, {})
        if (kinds or text in _SIGNS) and len(ready) < MOST_LISTED:
            ready[text] = form
        return form


class _Word(NamedTuple):
    kinds: int
    is_name: bool  # far more often than anything else
    is_first: bool  # of a known name of several words


class _Form(NamedTuple):
    word: str
    kinds: int
    ids: tuple[int, ...]


def shape(word: str) -> str:
    """The form of a word: X for a capital, x for a small letter, d for a digit, at most three."""
    found = ""
    for char in word[:24]:
        kind = "X" if char.isupper() else "x" if char.isalpha() else "d" if char.isdigit() else char
        if not found.endswith(kind * 3):
            found += kind
    return found


def spread(bits: Bits, kinds: int) -> NDArray[np.float32]:
    """The bits as a row of zeros and ones for each token."""
    return ((bits[:, None] >> np.arange(kinds, dtype=np.uint32)) & 1).astype(np.float32)


def _case(tokens: Sequence[Token]) -> str:
    """How the text as a whole is written: then a capital says more, or nothing."""
    words = [token.text for token in tokens if token.text[:1].isalpha() and not token.is_masked]
    if all(word.islower() for word in words):
        return "l"
    if all(word.isupper() for word in words):
        return "u"
    capital = sum(word[0].isupper() for word in words)
    return "t" if len(words) > 3 and capital > 0.8 * len(words) else "m"


def _row(text: str, rows: int) -> int:
    return crc32(text.encode("utf-8", "replace")) % (rows - 1) + 1


_ALONE = RUNS  # so many columns say what a word is without its neighbours
_ENDS = frozenset(".!?:\n")
_SIGNS = frozenset(string.punctuation)
# As plain numbers: many times quicker to compare with than flags.
_FREQUENT_NAMES = int(Kind.GIVEN | Kind.CITY | Kind.COUNTRY | Kind.ORG)
_NAMES = int(
    Kind.GIVEN | Kind.GIVEN_RARE | Kind.SURNAME | Kind.SURNAME_RARE | Kind.CITY | Kind.TOWN
    | Kind.PLACE_PART | Kind.COUNTRY | Kind.ORG | Kind.ORG_PART | Kind.ORG_WORD
)  # fmt: skip
_COMMON = int(Kind.COMMON)
_WORDS = int(Kind.COMMON | Kind.WORD)
