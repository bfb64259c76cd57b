"""The recogniser: finds people, organisations and places in running text with what was learnt."""

import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from nlp.model import gazetteer, tags
from nlp.model.features import Featurizer
from nlp.model.network import Floats, Weights, batch, scores
from nlp.model.tokens import Token, tokens

FOLDER = Path(__file__).parent
WEIGHTS, VOCABULARY = "weights.npz", "vocabulary.gz"

MAX_TOKENS = 1024  # of one text; names behind them are left to the rules
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
            read = tokens(text, mask)[:MAX_TOKENS]
            ids, bits = self.featurizer(read)
            for piece in _pieces(read):
                pieces.append((place, read[piece]))
                features.append((ids[piece], bits[piece]))
        found: list[list[Found]] = [[] for _ in texts]
        if not pieces:
            return found
        given = batch(features)
        scored: Floats = np.mean([scores(weights, given) for weights in self.members], axis=0)
        for (place, read), named in zip(
            pieces, tags.names(given, scored, self.steps), strict=True
        ):
            for name in named:
                start, end = read[name.first].start, read[name.behind - 1].end
                found[place].append(Found(start, end, name.label, name.confidence))
        return found


def write(folder: Path, members: Sequence[Weights], words: Sequence[str]) -> None:
    """Keep what was learnt, at half precision; *words* is the vocabulary in the order of its rows."""
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


def _pieces(read: Sequence[Token]) -> Iterator[slice]:
    first = 0
    for place, token in enumerate(read, 1):
        length = place - first
        if length >= LONGEST_PIECE or (length >= PIECE and token.text in _ENDS):
            yield slice(first, place)
            first = place
    if first < len(read):
        yield slice(first, len(read))


_ENDS = frozenset(".!?;")
