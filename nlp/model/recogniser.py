"""The recogniser: finds people, organisations and places in running text with what was learnt."""

import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from nlp.model import gazetteer, tags
from nlp.model.features import Featurizer
from nlp.model.gazetteer import Kind
from nlp.model.network import Floats, Weights, batch, scores
from nlp.model.tokens import Token, tokens

FOLDER = Path(__file__).parent
WEIGHTS, VOCABULARY = "weights.npz", "vocabulary.gz"

AROUND = 6  # tokens read on both sides of what may be a name: what is farther away hardly matters
PIECE = 48  # a longer text is read in pieces, parted from here on at the next end of a sentence
LONGEST_PIECE = 96

Masked = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of text that names something."""

    start: int
    end: int
    label: str
    confidence: float


class Recogniser:
    """Reads texts with one network, or with several that vote. Keeps nothing of what it reads."""

    def __init__(self, members: Sequence[Weights], featurizer: Featurizer) -> None:
        self.members = members
        self.featurizer = featurizer
        self.steps: Floats = np.mean([weights["steps"] for weights in members], axis=0)

    def __call__(
        self, texts: Sequence[str], masked: Sequence[Sequence[Masked]] | None = None
    ) -> list[list[Found]]:
        """The names in each text; the masked stretches, in order and apart, are not looked into."""
        hidden = masked or [()] * len(texts)
        pieces: list[tuple[int, Sequence[Token]]] = []
        features = []
        for place, (text, mask) in enumerate(zip(texts, hidden, strict=True)):
            read = tokens(text, mask)
            promising = self.featurizer.promising(read)
            if not promising:
                continue
            ids, bits = self.featurizer(read)
            for piece in _pieces(read, promising):
                pieces.append((place, read[piece]))
                features.append((ids[piece], bits[piece]))
        found: list[list[Found]] = [[] for _ in texts]
        if not pieces:
            return found
        given = batch(features)
        scored: Floats = np.mean([scores(weights, given) for weights in self.members], axis=0)
        for (place, piece_of), named in zip(
            pieces, tags.names(given, scored, self.steps), strict=True
        ):
            taken = 0
            for name in named:
                first, behind = self._trimmed(piece_of, name)
                if first < taken:  # A surname with its comma has them already.
                    continue
                taken = behind
                start, end = piece_of[first].start, piece_of[behind - 1].end
                found[place].append(Found(start, end, name.label, name.confidence))
        return found

    def _trimmed(self, read: Sequence[Token], name: tags.Named) -> tuple[int, int]:
        """The name without a title before it, and without the sentence behind it."""
        first, behind = name.first, self._with_given_names(read, name)
        for place in range(first + 1, behind - 1):
            if read[place].text in _ENDS and self._is_word(read[place - 1], read[place + 1]):
                behind = place
                break
        while name.label == "PERSON" and first < behind - 1 and self._is_title(read, first):
            first += 2 if read[first + 1].text == "." and first + 2 < behind else 1
        return first, behind

    def _with_given_names(self, read: Sequence[Token], name: tags.Named) -> int:
        """Where the name ends when its capitals and a comma say that given names follow."""
        behind = name.behind
        is_surname = name.label == "PERSON" and all(
            token.text.isupper() for token in read[name.first : behind]
        )
        if not is_surname or len(read) < behind + 2 or read[behind].text != ",":
            return behind
        if read[name.first].text.istitle():  # one letter
            return behind
        for place in (behind + 1, behind + 2):
            if place >= len(read) or not read[place].text.istitle():
                break
            kind = self._kind(read[place])
            if kind & _COMMON or (kind & _DATE and not kind & _GIVEN):
                break
            behind = place + 1
        return behind

    def _is_word(self, before: Token, after: Token) -> bool:
        """Whether a full stop between these ends a sentence, rather than an abbreviation."""
        return len(before.text) > 3 and after.is_spaced and not self._kind(before) & _TITLES

    def _is_title(self, read: Sequence[Token], place: int) -> bool:
        kind = self._kind(read[place])
        is_short = read[place + 1].text == "."
        return bool(kind & _TITLES) and (is_short or not kind & _GIVEN)

    def _kind(self, token: Token) -> int:
        return self.featurizer.kind(token.text)


def write(folder: Path, members: Sequence[Weights], words: Sequence[str]) -> None:
    """Keep what was learnt, at half precision; *words* is the vocabulary, row by row."""
    arrays = {
        f"{number}/{name}": values.astype(np.float16)
        for number, weights in enumerate(members)
        for name, values in weights.items()
    }
    np.savez_compressed(folder / WEIGHTS, **arrays)  # type: ignore[arg-type]  # numpy's stub
    text = "\n".join(words).encode()
    (folder / VOCABULARY).write_bytes(gzip.compress(text, mtime=0))


def read(folder: Path) -> Recogniser:
    """A recogniser that was kept in a folder. Raises `OSError` when there is none."""
    members: dict[str, dict[str, Floats]] = {}
    with np.load(folder / WEIGHTS, allow_pickle=False) as arrays:
        for key in arrays.files:
            number, _, name = key.partition("/")
            members.setdefault(number, {})[name] = arrays[key].astype(np.float32)
    words = gzip.decompress((folder / VOCABULARY).read_bytes()).decode().split("\n")
    rows = {word: row for row, word in enumerate(words, 1)}
    return Recogniser(list(members.values()), Featurizer(gazetteer.shipped(), rows))


@cache
def shipped() -> Recogniser:
    """The recogniser that comes with the product."""
    return read(FOLDER)


def _pieces(read: Sequence[Token], promising: Sequence[int]) -> Iterator[slice]:
    """The stretches around what may be a name; a long one is parted where a sentence ends."""
    first = behind = 0
    for place in promising:
        since = max(behind, place - AROUND)
        if since > behind:
            yield from _parted(read, first, behind)
            first = since
        behind = min(len(read), place + AROUND + 1)
    yield from _parted(read, first, behind)


def _parted(read: Sequence[Token], first: int, behind: int) -> Iterator[slice]:
    for place in range(first, behind):
        length = place + 1 - first
        if length >= LONGEST_PIECE or (length >= PIECE and read[place].text in _ENDS):
            yield slice(first, place + 1)
            first = place + 1
    if first < behind:
        yield slice(first, behind)


_ENDS = frozenset(".!?;")
_TITLES = int(Kind.TITLE | Kind.RANK)
_COMMON, _DATE, _GIVEN = int(Kind.COMMON), int(Kind.DATE), int(Kind.GIVEN)
