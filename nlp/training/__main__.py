"""Learning the recogniser anew from a folder of texts: python -m nlp.training TEXTS.

TEXTS holds the files named in `nlp.training.texts`, which are checked before anything is learnt.
First networks learn from the annotated texts, and the one that ships from them and from those too.
The same texts, seeds and libraries make the same weights on the same machine.
"""

import argparse
import logging
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from nlp.model import features, gazetteer, network, recogniser, tags
from nlp.training import changes, learning, made_names, templates, texts
from nlp.training.changes import Shares
from nlp.training.learning import Learnt, Settings
from nlp.training.texts import Example

LEAST_SEEN = 3  # a listed word that is met so often is worth a row of its own
WARM_UP = 200  # steps until the full rate
TEACHERS, SEED = (1,), 2

log = logging.getLogger("nlp.training")


def main() -> None:
    given = _arguments()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if not given.unchecked:
        texts.check(given.texts)
    examples = texts.examples(given.texts / texts.TRAIN)
    words = vocabulary(examples)
    settings = replace(Settings(), epochs=given.epochs)
    teachers = [learnt(examples, words, settings, seed=seed) for seed in TEACHERS]
    if given.keep_teachers:
        recogniser.write(given.keep_teachers, teachers, words)
    if not given.keep_dev:
        for name in texts.ALSO:
            examples += texts.examples(given.texts / name)
    weights = learnt(examples, words, settings, seed=SEED, teachers=teachers)
    recogniser.write(given.to, [learning.bolder(weights, settings)], words)


def vocabulary(examples: Sequence[Example]) -> list[str]:
    """The words that get a row of their own: of open lists, and signs; no others are kept."""
    known = gazetteer.shipped()
    seen: Counter[str] = Counter()
    for example in examples:
        for token in example.tokens:
            seen[
                f"<{token.text}>" if token.is_masked else gazetteer.fold(token.text).lstrip("#")
            ] += 1
    return [
        word
        for word, times in sorted(seen.items())
        if (word.startswith("<") and len(word) > 1)
        or (times >= LEAST_SEEN and (known.kind(word) or _is_sign(word)))
    ]


def learnt(
    examples: Sequence[Example],
    words: Sequence[str],
    settings: Settings,
    *,
    seed: int,
    teachers: Sequence[Learnt] = (),
) -> Learnt:
    """The weights of one network, which may have others for teachers."""
    chance, draw = random.Random(seed), np.random.default_rng(seed)
    known = gazetteer.shipped()
    featurizer = features.Featurizer(known, {word: row for row, word in enumerate(words, 1)})
    pools = made_names.pools(known, chance)
    weights = learning.fresh(len(words) + 1, settings, draw)
    steps = learning.Steps(weights, settings)
    for epoch in range(settings.epochs):
        began, loss = time.monotonic(), 0.0
        round_of = [*examples, *(templates.message(chance, pools) for _ in range(settings.own))]
        round_of = [changes.changed(each, chance, Shares(), pools) for each in round_of]
        round_of = [each for each in round_of if each.tokens]
        tagged = [tags.tagged(each.names, len(each.tokens)) for each in round_of]
        sizes = [len(each.tokens) for each in round_of]
        last = settings.epochs * sum(sizes) / settings.tokens
        for places in learning.batches(sizes, settings.tokens, chance):
            of_batch = [tagged[place] for place in places]
            seen = [featurizer(round_of[place].tokens) for place in places]
            taught = learning.opinions(teachers, network.batch(seen)) if teachers else None
            given = network.batch(learning.hide(seen, of_batch, settings, draw))
            missed, found = learning.gradients(
                weights, given, of_batch, settings, draw, taught=taught
            )
            rate = settings.rate * min(1, steps.taken / WARM_UP)
            steps.take(weights, found, rate * max(0.02, 1 - steps.taken / last))
            loss += missed
        log.info(
            "seed %d, round %d: loss %.4f a token, %.0f s",
            seed, epoch + 1, loss / sum(sizes), time.monotonic() - began,
        )  # fmt: skip
    return steps.average


def _is_sign(word: str) -> bool:
    return not word[:1].isalnum() and (len(word) == 1 or word.startswith("'"))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m nlp.training",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("texts", type=Path, help="the folder of texts")
    parser.add_argument("--to", type=Path, default=recogniser.FOLDER, help="where to keep it")
    parser.add_argument("--keep-teachers", type=Path, help="where to keep the first networks too")
    parser.add_argument(
        "--keep-dev", action="store_true", help="learn nothing from what the card measures with"
    )
    parser.add_argument("--epochs", type=int, default=Settings().epochs)
    parser.add_argument("--unchecked", action="store_true", help="learn from whatever is there")
    return parser.parse_args()


if __name__ == "__main__":
    main()
