"""The network's arithmetic: from features to a score for each tag of each token."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.model.features import COLUMNS, Bits, Ids, spread
from nlp.model.gazetteer import KINDS

Floats = NDArray[np.float32]
Weights = Mapping[str, Floats]

DEPTH = 4
PIECES = 2


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts one after the other with an empty row before, between and behind them."""

    ids: Ids
    bits: Bits
    is_token: NDArray[np.bool_]
    starts: NDArray[np.intp]  # the first row of each text
    lengths: NDArray[np.intp]


def batch(texts: Sequence[tuple[Ids, Bits]]) -> Batch:
    lengths = np.array([len(bits) for _, bits in texts], np.intp)
    starts = 1 + np.concatenate(([0], np.cumsum(lengths[:-1] + 1))).astype(np.intp)
    rows = int(lengths.sum()) + len(texts) + 1
    ids = np.zeros((rows, len(COLUMNS)), np.int32)
    bits = np.zeros(rows, np.uint32)
    is_token = np.zeros(rows, np.bool_)
    for start, (of_text, bits_of_text) in zip(starts, texts, strict=True):
        end = start + len(bits_of_text)
        ids[start:end] = of_text
        bits[start:end] = bits_of_text
        is_token[start:end] = True
    return Batch(ids, bits, is_token, starts, lengths)


def scores(weights: Weights, given: Batch) -> Floats:
    """A score for each tag, in rows as in the batch."""
    looked_up = [weights[f"table {c}"][given.ids[:, c]] for c in range(len(COLUMNS))]
    known = np.concatenate((*looked_up, spread(given.bits, KINDS)), axis=1)
    inside = given.is_token[:, None].astype(np.float32)
    hidden = normal(widest(known @ weights["mix W"] + weights["mix b"]))
    hidden = (hidden * weights["mix g"] + weights["mix c"]) * inside
    for layer in range(DEPTH):
        seen = neighbours(hidden) @ weights[f"{layer} W"] + weights[f"{layer} b"]
        seen = normal(widest(seen)) * weights[f"{layer} g"] + weights[f"{layer} c"]
        hidden = (hidden + seen) * inside
    scored: Floats = hidden @ weights["tags W"] + weights["tags b"]
    return scored


def neighbours(hidden: Floats) -> Floats:
    """Each row with the one before and the one behind it."""
    rows, width = hidden.shape
    seen = np.zeros((rows, 3 * width), np.float32)
    seen[1:, :width] = hidden[:-1]
    seen[:, width : 2 * width] = hidden
    seen[:-1, 2 * width :] = hidden[1:]
    return seen


def widest(values: Floats) -> Floats:
    """The larger of the two halves, place by place."""
    half = values.shape[1] // PIECES
    larger: Floats = np.maximum(values[:, :half], values[:, half:])
    return larger


def normal(values: Floats) -> Floats:
    """Each row with mean nothing and variance one."""
    centred = values - values.mean(axis=1, keepdims=True)
    spread_of = np.sqrt(np.einsum("ij,ij->i", centred, centred) / values.shape[1] + EPSILON)
    even: Floats = centred / spread_of[:, None]
    return even


EPSILON = np.float32(1e-5)
