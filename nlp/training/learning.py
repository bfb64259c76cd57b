"""How the network's weights are learnt: the way back through its arithmetic, and the steps."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from nlp.model.features import COLUMNS, KINDS_ROW, LETTERS, RARE, RUNS, WORD, Bits, Ids, spread
from nlp.model.gazetteer import KINDS
from nlp.model.network import (
    DEPTH,
    EPSILON,
    PIECES,
    Batch,
    Floats,
    neighbours,
    scores,
    widest,
)
from nlp.model.tags import OUTSIDE, TAGS, allowed, lattice, marginals, sweeps

Learnt = dict[str, Floats]
Random = np.random.Generator
Back = Callable[[Floats, Learnt], Floats]


@dataclass(frozen=True, slots=True)
class Settings:
    """What is chosen by hand."""

    width: int = 128
    dropout: float = 0.42
    rare_words: float = 0.15  # words taken for unknown
    rare_names: float = 0.5  # the same for words of names
    rare_letters: float = 0.3  # of these, the ones whose letters are unknown too
    lost_letters: float = 0.05  # beginnings and ends that are taken for unknown
    rare_kinds: float = 0.15  # words taken for ones that no list has
    rate: float = 2e-3
    decay: float = 1e-2
    trust: float = 0.5  # in the teachers, beside what is annotated
    boldness: float = 0.5  # so much more readily is a word taken for a name than it was learnt
    tokens: int = 1500  # in a batch
    epochs: int = 5  # with more it learns the annotators' mistakes
    own: int = 1000  # messages of our own making in each round


def fresh(words: int, settings: Settings, chance: Random) -> Learnt:
    """Weights before anything is learnt."""

    def drawn(rows: int, columns: int, size: float) -> Floats:
        return (chance.standard_normal((rows, columns)) * size).astype(np.float32)

    made: Learnt = {}
    for column, (_, rows, wide) in enumerate(COLUMNS):
        made[f"table {column}"] = drawn(rows or words, wide, 0.1)
    known = sum(wide for _, _, wide in COLUMNS) + KINDS
    width = settings.width
    for name, size in (("mix", known), *((str(layer), 3 * width) for layer in range(DEPTH))):
        made[f"{name} W"] = drawn(size, PIECES * width, size**-0.5)
        made[f"{name} b"] = np.zeros(PIECES * width, np.float32)
        made[f"{name} g"] = np.ones(width, np.float32)
        made[f"{name} c"] = np.zeros(width, np.float32)
    made["tags W"] = drawn(width, len(TAGS), 0.01)
    made["tags b"] = np.zeros(len(TAGS), np.float32)
    made["steps"] = np.where(allowed(), 0, -30).astype(np.float32)
    return made


def gradients(
    weights: Learnt,
    given: Batch,
    tags: Sequence[Sequence[int]],
    settings: Settings,
    chance: Random,
    *,
    taught: Sequence[Floats] | None = None,
) -> tuple[float, Learnt]:
    """The loss on a batch, and how it changes with each weight.

    *taught* is what other networks think of each tag: annotators err, and what several agree on is
    worth more than what one has written.
    """
    keep = 1 - settings.dropout
    rows, width = len(given.is_token), settings.width

    def mask(columns: int, kept: float) -> Floats:
        return (chance.random((rows, columns), np.float32) < kept).astype(np.float32) / kept

    inside = given.is_token[:, None].astype(np.float32)
    tables = [weights[f"table {c}"][given.ids[:, c]] for c in range(len(COLUMNS))]
    known = np.concatenate((*tables, spread(given.bits, KINDS)), axis=1)
    known_mask = mask(known.shape[1], 1 - settings.dropout / 2)
    known = known * known_mask

    raw = known @ weights["mix W"] + weights["mix b"]
    hidden, mix_back = _layer(raw, weights, "mix")
    mixed_mask = mask(width, keep) * inside
    hidden = hidden * mixed_mask
    backs = []
    for layer in range(DEPTH):
        seen = neighbours(hidden)
        added, back = _layer(
            seen @ weights[f"{layer} W"] + weights[f"{layer} b"], weights, str(layer)
        )
        added_mask = mask(width, keep)
        backs.append((seen, back, added_mask))
        hidden = (hidden + added * added_mask) * inside
    scored = hidden @ weights["tags W"] + weights["tags b"]
    wanted = _wanted(given, tags, taught, settings.trust)
    loss, to_scored, to_steps = _crf(weights["steps"], given, scored, tags, wanted)

    found: Learnt = {"steps": to_steps}
    found["tags W"] = hidden.T @ to_scored
    found["tags b"] = to_scored.sum(axis=0)
    to_hidden = to_scored @ weights["tags W"].T
    for layer in reversed(range(DEPTH)):
        seen, back, added_mask = backs[layer]
        to_hidden = to_hidden * inside
        to_raw = back(to_hidden * added_mask, found)
        found[f"{layer} W"] = seen.T @ to_raw
        found[f"{layer} b"] = to_raw.sum(axis=0)
        to_hidden = to_hidden + _back_from_neighbours(to_raw @ weights[f"{layer} W"].T)
    to_raw = mix_back(to_hidden * mixed_mask, found)
    found["mix W"] = known.T @ to_raw
    found["mix b"] = to_raw.sum(axis=0)
    to_known = (to_raw @ weights["mix W"].T) * known_mask
    place = 0
    for column, table in enumerate(tables):
        wide = table.shape[1]
        to_table = np.zeros_like(weights[f"table {column}"])
        _add_rows(to_table, given.ids[:, column], to_known[:, place : place + wide])
        found[f"table {column}"] = to_table
        place += wide
    return loss, found


def opinions(teachers: Sequence[Learnt], given: Batch) -> list[Floats]:
    """How likely networks that have learnt take each tag to be on the whole, text by text."""
    order = np.argsort(-given.lengths, kind="stable")
    lengths = given.lengths[order]
    sure: Floats = np.mean(
        [
            marginals(lattice(given, scores(weights, given), order), weights["steps"], lengths)
            for weights in teachers
        ],
        axis=0,
    )
    found: list[Floats] = [sure[:0, 0]] * len(order)
    for row, text in enumerate(order):
        found[text] = sure[: given.lengths[text], row]
    return found


def bolder(weights: Learnt, settings: Settings) -> Learnt:
    """The same weights, which name more: a network that is rewarded for caution says too little."""
    scored = weights["tags b"].copy()
    scored[OUTSIDE] -= settings.boldness
    return {**weights, "tags b": scored}


def hide(
    texts: Sequence[tuple[Ids, Bits]],
    tags: Sequence[Sequence[int]],
    settings: Settings,
    chance: Random,
) -> list[tuple[Ids, Bits]]:
    """The texts as if some of their words stood in no list: such words will be met."""
    hidden = []
    for (ids, bits), of_text in zip(texts, tags, strict=True):
        ids, bits = ids.copy(), bits.copy()
        named = np.array(of_text) > 0
        share = np.where(named, settings.rare_names, settings.rare_words)
        is_rare = chance.random(len(bits)) < share
        ids[is_rare, WORD] = RARE
        # The letters a word begins and ends with tell as much as the word itself.
        ids[is_rare & (chance.random(len(bits)) < settings.rare_letters), LETTERS] = RARE
        letters = ids[:, LETTERS]
        letters[chance.random(letters.shape) < settings.lost_letters] = RARE
        ids[:, LETTERS] = letters
        unlisted = chance.random(len(bits)) < settings.rare_kinds
        bits[unlisted] = 0
        ids[unlisted, KINDS_ROW : RUNS + 1] = 0
        hidden.append((ids, bits))
    return hidden


class Steps:
    """Adam with weights that decay, and a running mean of where it has been."""

    def __init__(self, weights: Learnt, settings: Settings) -> None:
        self.mean = {name: np.zeros_like(value) for name, value in weights.items()}
        self.square = {name: np.zeros_like(value) for name, value in weights.items()}
        self.average = {name: value.copy() for name, value in weights.items()}
        self.settings = settings
        self.taken = 0

    def take(self, weights: Learnt, found: Learnt, rate: float) -> None:
        self.taken += 1
        size = float(np.sqrt(sum(float((each * each).sum()) for each in found.values())))
        scale = np.float32(min(1.0, 5.0 / (size + 1e-6)))
        forget = np.float32(min(0.998, (1 + self.taken) / (10 + self.taken)))
        for name, each in found.items():
            each = each * scale
            mean, square = self.mean[name], self.square[name]
            mean += (each - mean) * np.float32(0.1)
            square += (each * each - square) * np.float32(0.01)
            step = mean / (1 - 0.9**self.taken)
            step /= np.sqrt(square / (1 - 0.99**self.taken)) + np.float32(1e-6)
            if name.endswith("W"):
                step += np.float32(self.settings.decay) * weights[name]
            weights[name] -= np.float32(rate) * step
            self.average[name] += (weights[name] - self.average[name]) * (1 - forget)


def batches(sizes: Sequence[int], most: int, chance: random.Random) -> Iterator[list[int]]:
    """Places of texts of about one length, in batches of about so many tokens, in any order."""
    places = sorted(range(len(sizes)), key=lambda place: sizes[place] + chance.uniform(0, 4))
    made: list[list[int]] = [[]]
    size = 0
    for place in places:
        if size + sizes[place] > most and made[-1]:
            made.append([])
            size = 0
        made[-1].append(place)
        size += sizes[place]
    chance.shuffle(made)
    yield from made


def _layer(raw: Floats, weights: Learnt, name: str) -> tuple[Floats, Back]:
    """What comes out of a layer, and the way back through it."""
    half = raw.shape[1] // PIECES
    first = raw[:, :half] >= raw[:, half:]
    wide = widest(raw)
    centred = wide - wide.mean(axis=1, keepdims=True)
    size = np.sqrt((centred * centred).mean(axis=1, keepdims=True) + EPSILON)
    even = centred / size

    def back(to_out: Floats, found: Learnt) -> Floats:
        found[f"{name} g"] = (to_out * even).sum(axis=0)
        found[f"{name} c"] = to_out.sum(axis=0)
        to_even = to_out * weights[f"{name} g"]
        to_wide = to_even - to_even.mean(axis=1, keepdims=True)
        to_wide = (to_wide - even * (to_even * even).mean(axis=1, keepdims=True)) / size
        return np.concatenate((to_wide * first, to_wide * ~first), axis=1)

    return even * weights[f"{name} g"] + weights[f"{name} c"], back


def _back_from_neighbours(to_seen: Floats) -> Floats:
    width = to_seen.shape[1] // 3
    found = to_seen[:, width : 2 * width].copy()
    found[:-1] += to_seen[1:, :width]
    found[1:] += to_seen[:-1, 2 * width :]
    return found


def _add_rows(table: Floats, rows: Ids, values: Floats) -> None:
    """Add each of the values to its row of the table."""
    order = np.argsort(rows, kind="stable")
    ordered = rows[order]
    firsts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    table[ordered[firsts]] += np.add.reduceat(values[order], firsts, axis=0)


def _wanted(
    given: Batch,
    tags: Sequence[Sequence[int]],
    taught: Sequence[Floats] | None,
    trust: float,
) -> Floats:
    """How likely each tag should be, in rows as in the batch."""
    wanted = np.zeros((len(given.is_token), len(TAGS)), np.float32)
    for place, (start, of_text) in enumerate(zip(given.starts, tags, strict=True)):
        rows = np.arange(start, start + len(of_text))
        if taught is None:
            wanted[rows, of_text] = 1
        else:
            wanted[rows] = taught[place] * np.float32(trust)
            wanted[rows, of_text] += np.float32(1 - trust)
    return wanted


def _crf(
    steps: Floats, given: Batch, scored: Floats, tags: Sequence[Sequence[int]], wanted: Floats
) -> tuple[float, Floats, Floats]:
    """How unlikely the right tags are, and how that changes with the scores and the steps."""
    order = np.argsort(-given.lengths, kind="stable")
    lengths = given.lengths[order]
    emitted = lattice(given, scored, order)
    forward, backward = sweeps(emitted, steps, lengths)
    likely = forward * backward
    likely /= np.maximum(likely.sum(axis=2, keepdims=True), 1e-30)
    pass_on = np.exp(steps[:-1, :-1])
    raised = np.exp(emitted - emitted.max(axis=2, keepdims=True))

    to_scored = np.zeros_like(scored)
    to_steps = np.zeros_like(steps)
    loss = 0.0
    for place in range(1, len(emitted)):
        live = int((lengths > place).sum())
        ahead = backward[place, :live] * raised[place, :live]
        pairs = forward[place - 1, :live, :, None] * pass_on * ahead[:, None, :]
        pairs /= np.maximum(pairs.sum(axis=(1, 2), keepdims=True), 1e-30)
        to_steps[:-1, :-1] += pairs.sum(axis=0)
    for row, text in enumerate(order):
        start, length = given.starts[text], int(lengths[row])
        of_text = np.asarray(tags[text])
        to_scored[start : start + length] = likely[:length, row]
        to_steps[-1, :-1] += likely[0, row]
        to_steps[:-1, -1] += likely[length - 1, row]
        np.add.at(to_steps, (of_text[:-1], of_text[1:]), -1)
        to_steps[-1, of_text[0]] -= 1
        to_steps[of_text[-1], -1] -= 1
        chosen = likely[np.arange(length), row, of_text]
        loss -= float(np.log(np.maximum(chosen, 1e-9)).sum())
    to_scored -= wanted
    size = np.float32(1 / max(1, int(given.lengths.sum())) ** 0.5)
    to_steps *= allowed()
    return loss, to_scored * size, to_steps * size
