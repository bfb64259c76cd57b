"""What reading a message costs without the model, beside a blank spaCy pipe."""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from typing import Any

import spacy

from benchmarks import base, talk
from benchmarks.extraction import OWN_CASES
from benchmarks.talk import Kind
from nlp.identifiers.scan import scan
from nlp.identifiers.shapes import shapes
from nlp.meaning import meant, relations
from nlp.normalise import plain

SEED = 20270309
REGION = "GB"
TIMES, TOGETHER = 9, 20
"""How often so many messages are read; the quickest counts: what else runs here matters less."""


def main() -> None:
    """Print microseconds a message, how many times those of the pipe, and messages a second."""
    given = _arguments()
    blank = spacy.blank("en").make_doc
    print(f"{'':<12}{'blank pipe':>12}{'rules alone':>14}{'':>9}{'all but the model':>20}")
    for name, texts in _texts(given.messages).items():
        ways: tuple[Callable[[str], Any], ...] = (blank, _by_rules, _read)
        pipe, rules, whole = (1e6 * each for each in _costs(ways, texts))
        print(
            f"{name:<12}{pipe:>9.1f} us{rules:>11.1f} us{rules / pipe:>7.2f} x"
            f"{whole:>11.1f} us{whole / pipe:>7.2f} x{1e6 / rules:>10,.0f}{1e6 / whole:>10,.0f} /s"
        )


def _texts(count: int) -> dict[str, list[str]]:
    said = talk.mixed(base.population(10_000), 10 * count, SEED)
    texts = {kind.value: [each.text for each in said if each.kind is kind] for kind in Kind}
    texts["mixed"] = [each.text for each in said]
    texts["own cases"] = [
        json.loads(line)["text"] for line in OWN_CASES.read_text("utf-8").splitlines()
    ]
    return {name: some[:count] for name, some in texts.items()}


def _by_rules(text: str) -> None:
    scan(plain(text), region=REGION)


def _read(text: str) -> None:
    """As the pipeline does for a text of which no name is to be recognised."""
    view = plain(text)
    found = scan(view, region=REGION)
    named = shapes(view, found.spans, until=found.read_to)
    spans = meant(text, tuple(sorted((*found.spans, *named), key=lambda span: span.start)))
    relations(text, spans)


def _costs(ways: Sequence[Callable[[str], Any]], texts: Sequence[str]) -> list[float]:
    """Seconds of processor time for one text, each way in turn."""
    total = [0.0] * len(ways)
    for at in range(0, len(texts), TOGETHER):
        some = texts[at : at + TOGETHER]
        least = [float("inf")] * len(ways)
        for _ in range(TIMES):
            for place, way in enumerate(ways):
                least[place] = min(least[place], _seconds(way, some))
        total = [sum(both) for both in zip(total, least, strict=True)]
    return [each / len(texts) for each in total]


def _seconds(way: Callable[[str], Any], texts: Sequence[str]) -> float:
    began = time.process_time()
    for text in texts:
        way(text)
    return time.process_time() - began


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=__doc__)
    parser.add_argument("--messages", type=int, default=500, help="so many of each kind")
    return parser.parse_args()


if __name__ == "__main__":
    main()
