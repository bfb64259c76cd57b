"""Tags that spell out names, and the most likely row of them that makes sense."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlp.model.network import Batch, Floats

LABELS = ("PERSON", "ORG", "PLACE")
OUTSIDE = 0
TAGS = ("O", *(f"{place}-{label}" for label in LABELS for place in "BIES"))
NEAR = 3.0  # a score so far behind is never made up for by the steps from tag to tag


class Named(NamedTuple):
    """A run of tokens that names something, and how sure that is."""

    first: int
    behind: int
    label: str
    confidence: float


def tagged(names: Sequence[tuple[int, int, str]], length: int) -> list[int]:
    """The tags of a text of so many tokens with these names in it."""
    tags = [OUTSIDE] * length
    for first, behind, label in names:
        base = 1 + 4 * LABELS.index(label)
        if behind - first == 1:
            tags[first] = base + 3
            continue
        tags[first] = base
        tags[first + 1 : behind - 1] = [base + 1] * (behind - first - 2)
        tags[behind - 1] = base + 2
    return tags


def allowed() -> NDArray[np.bool_]:
    """Which tag may follow which; the last row is the beginning and the last column the end."""
    may = np.zeros((len(TAGS) + 1, len(TAGS) + 1), np.bool_)
    ends = [tag for tag, name in enumerate(TAGS) if name[0] in "OES"]
    begins = [tag for tag, name in enumerate(TAGS) if name[0] in "OBS"]
    may[np.ix_([*ends, len(TAGS)], [*begins, len(TAGS)])] = True
    for base in range(1, len(TAGS), 4):
        may[np.ix_([base, base + 1], [base + 1, base + 2])] = True
    return may


def names(given: Batch, scored: Floats, steps: Floats) -> list[list[Named]]:
    """The names in each text of the batch: the likeliest row of tags, with how sure each is."""
    found: list[list[Named]] = [[] for _ in given.lengths]
    order = _worth_reading(given, scored)
    if not len(order):
        return found
    lengths = given.lengths[order]
    emitted = lattice(given, scored, order)
    best = _best(emitted, steps, lengths)
    sure = marginals(emitted, steps, lengths)
    for row, text in enumerate(order):
        length = int(lengths[row])
        found[text] = _spelt(best[:length, row], sure[:length, row])
    return found


def _worth_reading(given: Batch, scored: Floats) -> NDArray[np.intp]:
    """The texts in which some tag comes near to being chosen, the longest first."""
    near = scored[:, 1:].max(axis=1) > scored[:, OUTSIDE] - NEAR
    near[~given.is_token] = False
    so_many = np.add.reduceat(near, given.starts)
    order = np.argsort(-given.lengths, kind="stable")
    worth: NDArray[np.intp] = order[so_many[order] > 0]
    return worth


def lattice(given: Batch, scored: Floats, order: NDArray[np.intp]) -> Floats:
    """Scores by position, text and tag, the texts in this order; what is behind a text is zero."""
    longest = int(given.lengths[order].max(initial=0))
    emitted = np.zeros((longest, len(order), len(TAGS)), np.float32)
    for row, text in enumerate(order):
        start, length = given.starts[text], given.lengths[text]
        emitted[:length, row] = scored[start : start + length]
    return emitted


def _best(emitted: Floats, steps: Floats, lengths: NDArray[np.intp]) -> NDArray[np.intp]:
    inner, begin, end = steps[:-1, :-1], steps[-1, :-1], steps[:-1, -1]
    longest, texts, _ = emitted.shape
    came = np.zeros((longest, texts, len(TAGS)), np.intp)
    path = np.zeros((longest, texts), np.intp)
    if not longest:
        return path
    score = emitted[0] + begin
    for place in range(1, longest):
        live = int((lengths > place).sum())  # the longest texts come first
        reached = score[:live, :, None] + inner
        came[place, :live] = reached.argmax(axis=1)
        score[:live] = reached.max(axis=1) + emitted[place, :live]
    last = (score + end).argmax(axis=1)
    for row in range(texts):
        tag = last[row]
        for place in range(int(lengths[row]) - 1, -1, -1):
            path[place, row] = tag
            tag = came[place, row, tag]
    return path


def marginals(emitted: Floats, steps: Floats, lengths: NDArray[np.intp]) -> Floats:
    """How likely each tag is at each position, whatever the others are."""
    forward, backward = sweeps(emitted, steps, lengths)
    both = forward * backward
    sums = both.sum(axis=2, keepdims=True)
    likely: Floats = both / np.maximum(sums, np.float32(1e-30))
    return likely


def sweeps(emitted: Floats, steps: Floats, lengths: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """The forward and backward chances, each position scaled to a sum of one."""
    longest, texts, count = emitted.shape
    raised = np.exp(emitted - emitted.max(axis=2, keepdims=True))
    pass_on, begin, end = np.exp(steps[:-1, :-1]), np.exp(steps[-1, :-1]), np.exp(steps[:-1, -1])
    forward = np.zeros((longest, texts, count), np.float32)
    backward = np.zeros((longest, texts, count), np.float32)
    for place in range(longest):
        live = int((lengths > place).sum())
        came = begin if place == 0 else forward[place - 1, :live] @ pass_on
        forward[place, :live] = _scaled(came * raised[place, :live])
    for place in range(longest - 1, -1, -1):
        live = int((lengths > place).sum())
        goes_on = int((lengths > place + 1).sum())
        backward[place, goes_on:live] = _scaled(np.broadcast_to(end, (live - goes_on, count)))
        if goes_on:
            ahead = backward[place + 1, :goes_on] * raised[place + 1, :goes_on]
            backward[place, :goes_on] = _scaled(ahead @ pass_on.T)
    return forward, backward


def _scaled(values: Floats) -> Floats:
    scaled: Floats = values / np.maximum(values.sum(axis=-1, keepdims=True), np.float32(1e-30))
    return scaled


def _spelt(path: NDArray[np.intp], sure: Floats) -> list[Named]:
    found: list[Named] = []
    first = 0
    for place, tag in enumerate(path):
        if tag == OUTSIDE:
            continue
        if TAGS[tag][0] in "BS":
            first = place
        if TAGS[tag][0] in "ES":
            spelt = range(first, place + 1)
            confidence = min(float(sure[at, path[at]]) for at in spelt)
            found.append(Named(first, place + 1, TAGS[tag][2:], confidence))
    return found
