"""Reading texts nobody would write, many of them: none may break it, and none may take long."""

import argparse
import json
import random
import string
import time
from pathlib import Path

from nlp.identifiers.scan import scan
from nlp.identifiers.shapes import shapes
from nlp.meaning import meant, relations
from nlp.normalise import plain

FOLDER = Path(__file__).parents[1] / "tests" / "cases"
CASES = (FOLDER / "identifiers.jsonl", FOLDER / "standards.jsonl")
SLOW = 0.01
"""Seconds of processor time that no short text may take; measured anew before it counts."""


def main() -> None:
    """Read so many texts and print what broke or was slow, and how long the slowest took."""
    given = _arguments()
    chance = random.Random(given.seed)
    lines = [line for path in CASES for line in path.read_text("utf-8").splitlines()]
    seeds = [str(json.loads(line)["text"]) for line in lines]
    _read(" ".join(seeds[:40]))
    slowest, slow = 0.0, 0
    for number in range(given.count):
        text = _text(chance, seeds)
        seconds = _seconds(text)
        if seconds > SLOW:
            seconds = min(_seconds(text) for _ in range(3))
        if seconds > SLOW:
            slow += 1
            print(f"slow, {1000 * seconds:.1f} ms: {text!r}")
        slowest = max(slowest, seconds)
        if number % 100_000 == 99_999:
            print(f"{number + 1:,} read, slowest {1000 * slowest:.1f} ms", flush=True)
    print(f"{given.count:,} texts, none broke it, {slow} slow, slowest {1000 * slowest:.1f} ms")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=20270309)
    return parser.parse_args()


def _seconds(text: str) -> float:
    began = time.process_time()
    _read(text)
    return time.process_time() - began


def _read(text: str) -> None:
    """Everything but the Docs. Raises with the text when a promise about offsets does not hold."""
    view = plain(text)
    found = scan(view, region="GB")
    spans = tuple(sorted((*found.spans, *shapes(view, found.spans)), key=lambda span: span.start))
    for span in spans:
        if text[span.start : span.end] != span.text:
            raise AssertionError(f"{span} does not stand in {text!r}")
    relations(text, meant(text, spans))


def _text(chance: random.Random, seeds: list[str]) -> str:
    """A few of the cases run together, with a few characters changed, or no words at all."""
    if chance.random() < _NOISE:
        return "".join(chance.choices(_SIGNS, k=chance.randrange(1, 200)))
    chars = list(chance.choice(" \n.,;").join(chance.choices(seeds, k=chance.randrange(1, 4))))
    for _ in range(chance.randrange(8)):
        place = chance.randrange(len(chars))
        chars[place] = chance.choice(("", chars[place] * 2, chance.choice(_SIGNS)))
    return "".join(chars)


_NOISE = 0.2
_SIGNS = (
    string.printable
    + "0123456789" * 8
    + "\0\u200b\u202e\ufeff\u00a0\u2011\uff11\uff21\u0410\u0412\u0660\U0001d400\ud800é中€£ß"
)

if __name__ == "__main__":
    main()
