"""How well people, organisations and places are recognised, and how fast.

python -m benchmarks.recognition [FILE ...] [--pipeline NAME | --recogniser FOLDER]

A FILE holds JSON lines with "text" and "ents" or "spans": [[start, end, label]]. Labels are PERSON,
ORG and PLACE or LOC; others are left out. A name counts when its label and both its ends are right.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import base, talk
from nlp.identifiers.scan import scan
from nlp.model import recogniser
from nlp.model.recogniser import Recogniser
from nlp.normalise import plain
from nlp.pipeline import Pipeline, Text, load

CHAT = Path("tests/cases/chat_names.jsonl")
KINDS = ("PERSON", "ORG", "PLACE")
LABEL_OF = {"LOC": "PLACE"} | {kind: kind for kind in KINDS}
CASES: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("as written", str),
    ("small letters", str.lower),
    ("CAPITALS", str.upper),
)

Name = tuple[int, int, str]
Find = Callable[[Sequence[str]], Sequence[Set[Name]]]


@dataclass(frozen=True, slots=True)
class Case:
    """A text and the names in it."""

    text: str
    names: frozenset[Name]


@dataclass(frozen=True, slots=True)
class Score:
    """How many names were found, made up and missed."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)


def main() -> None:
    given = _arguments()
    pipeline = load(given.pipeline)
    finders: list[tuple[str, Find]] = []
    if given.recogniser is None:
        finders.append(("whole pipeline", by_pipeline(pipeline)))
    if given.pipeline is None:
        ours = recogniser.read(given.recogniser or recogniser.FOLDER)
        finders.append(("recogniser alone", by_recogniser(ours)))
    table = Table("texts", "by", "written", "all", *KINDS, "precision", "recall")
    for file in given.files:
        for name, find in finders:
            for case, change in CASES:
                scores = score(cases(file), find, change, without_handles=given.no_handles)
                every = scores[""]
                figures = (every.f1, *(scores[kind].f1 for kind in KINDS))
                figures += (every.precision, every.recall)
                table.add_row(file.name, name, case, *(f"{100 * each:.1f}" for each in figures))
    Console(width=120).print(table)
    if given.misses:
        for file in given.files:
            _print_misses(cases(file), given.misses, pipeline)
    if given.speed:
        _print_speeds(pipeline)


def cases(file: Path) -> list[Case]:
    found = []
    for line in file.read_text("utf-8").splitlines():
        record = json.loads(line)
        text = record["text"]
        names = (
            (start, end, LABEL_OF[label])
            for start, end, label in record.get("ents") or record.get("spans") or ()
            if label in LABEL_OF and not text.startswith("@", start)
        )
        found.append(Case(text, frozenset(names)))
    return found


def score(
    cases: Sequence[Case],
    find: Find,
    change: Callable[[str], str] = str,
    *,
    without_handles: bool = False,
) -> dict[str, Score]:
    """The scores of each kind, and of all of them under the empty name."""
    texts = []
    for case in cases:
        changed = change(case.text)
        # A letter that grows when it changes would move every name behind it.
        texts.append(changed if len(changed) == len(case.text) else case.text)
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    for case, found in zip(cases, find(texts), strict=True):
        wanted: Set[Name] = case.names
        if without_handles:
            wanted, found = _without_handles(case, wanted), _without_handles(case, found)
        right.update(label for *_, label in found & wanted)
        wrong.update(label for *_, label in found - wanted)
        missed.update(label for *_, label in wanted - found)
    scores = {kind: Score(right[kind], wrong[kind], missed[kind]) for kind in KINDS}
    return {"": Score(right.total(), wrong.total(), missed.total()), **scores}


def by_pipeline(pipeline: Pipeline) -> Find:
    def find(texts: Sequence[str]) -> list[set[Name]]:
        return [
            {(s.start, s.end, s.label.value) for s in spans if s.label.value in KINDS}
            for spans in pipeline.extract([Text(text) for text in texts])
        ]

    return find


def by_recogniser(ours: Recogniser) -> Find:
    def find(texts: Sequence[str]) -> list[set[Name]]:
        found: list[set[Name]] = []
        for first in range(0, len(texts), 256):
            for names in ours(texts[first : first + 256]):
                found.append({(name.start, name.end, name.label) for name in names})
        return found

    return find


def _print_misses(cases: Iterable[Case], kind: str, pipeline: Pipeline) -> None:
    find = by_pipeline(pipeline)
    for case in cases:
        (found,) = find([case.text])
        missed = [case.text[a:b] for a, b, label in case.names - found if label == kind]
        wrong = [case.text[a:b] for a, b, label in found - case.names if label == kind]
        if missed or wrong:
            print(f"{case.text}\n    missed {missed}, made up {wrong}")


def _print_speeds(pipeline: Pipeline) -> None:
    people = base.population(2000)
    texts = [Text(said.text) for said in talk.mixed(people, 4000, base.SEED)]
    pipeline.extract(texts[:256])
    rules = _seconds(lambda: [scan(plain(text.text)) for text in texts])
    together = _seconds(lambda: pipeline.extract(texts))
    alone = _seconds(lambda: [pipeline.extract([text]) for text in texts[:500]])
    words = sum(len(text.text.split()) for text in texts) / len(texts)
    print("of processor time, on one core:")
    print(f"{len(texts) / rules:,.0f} messages a second by the rules, {words:.1f} words each")
    print(f"{len(texts) / together:,.0f} messages a second by the whole pipeline")
    print(f"{1000 * alone / 500:.2f} ms for one alone")


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _without_handles(case: Case, names: Set[Name]) -> Set[Name]:
    return {name for name in names if not case.text[: name[0]].rstrip().endswith("@")}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.recognition",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="*", type=Path, default=[CHAT], metavar="FILE")
    parser.add_argument("--pipeline", help="an installed spaCy pipeline to read with")
    parser.add_argument("--recogniser", type=Path, help="a folder with another recogniser of ours")
    parser.add_argument("--misses", metavar="KIND", help="show what was missed or made up")
    parser.add_argument("--no-handles", action="store_true", help='leave out names after an "@"')
    parser.add_argument("--no-speed", dest="speed", action="store_false")
    return parser.parse_args()


if __name__ == "__main__":
    main()
