"""What reading a message costs without the model, beside a blank spaCy pipe."""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from typing import Any

import spacy
from rich.console import Console
from rich.table import Table

from benchmarks import base, report, talk
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
    ways: tuple[Callable[[str], Any], ...] = (spacy.blank("en").make_doc, _by_rules, _read)
    table = Table(
        "messages", "blank pipe", "rules alone", "all but the model",
        title="What reading a message costs, in processor time",
    )  # fmt: skip
    for name, texts in _texts(given.messages).items():
        pipe, *others = (1e6 * each for each in _costs(ways, texts))
        costs = (f"{us:.1f} µs, {us / pipe:.2f} x, {1e6 / us:,.0f} a second" for us in others)
        table.add_row(name, f"{pipe:.1f} µs", *costs)
    Console(width=120).print(table)
    if given.write:
        report.write("reading", report.command("benchmarks.reading"), [table])


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
    parser.add_argument("--write", action="store_true", help="write the table into the docs")
    return parser.parse_args()


if __name__ == "__main__":
    main()
