"""The weights of the reasons by which names are told apart, fitted anew.

python -m benchmarks.weights [--write]

Fits a logistic model in which each weight may only point one way, to pairs that people judged
(three fifths of them; MIT licence, see benchmarks/pairs) and to pairs made by rule. Prints for each
set of pairs F1 at the threshold and average precision: of weights fitted to the other four fifths
of the pairs, and of the weights as they are now. `--write` puts the new ones in their place.
"""

import argparse
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA
from rich.console import Console
from rich.table import Table

from benchmarks import judged, names
from benchmarks.mutations import MUTATIONS
from benchmarks.writings import writings
from nlp.names import THRESHOLD, Kind, weights
from nlp.names.comparison import evidence_between

SEED = 20261123
FOLDS = 5
OF_EACH = 900
"""So many pairs of each made set."""


class Example(NamedTuple):
    """Two names, whether they are one, and which set they are from."""

    group: str
    left: str
    right: str
    kind: Kind
    same: bool


# The least and the most each weight may be. Looser agreements cost, contradictions cost more than
# omissions, and a weight with few examples is at least as heavy as the field asks for.
_ANY = 9.0
BOUNDS: Mapping[str, tuple[float, float]] = {
    "agree": (0.5, _ANY),
    "agree_word": (0.5, _ANY),
    "same": (0.3, _ANY),
    "spelling": (-_ANY, -0.1),
    "sound": (-_ANY, -0.1),
    "sound_cost": (-_ANY, -0.1),
    "typo": (-_ANY, -0.1),
    "typo_cost": (-_ANY, -0.5),
    "typo_word": (-_ANY, -0.1),
    "short_form": (-_ANY, -0.1),
    "translation": (-2.0, -0.1),
    "initial": (-_ANY, -0.1),
    "beginning": (-2.5, -0.3),
    "different_given": (-_ANY, -2.5),
    "different_family": (-_ANY, -2.5),
    "different_middle": (-_ANY, -2.5),
    "different_word": (-_ANY, -2.5),
    "different_generic": (-4.0, -2.0),
    "different_place": (-_ANY, -2.5),
    "different_number": (-_ANY, -4.0),
    "common_only": (-_ANY, -1.0),
    "different_form": (-4.0, -1.0),
    "patronym_order": (-_ANY, -5.0),
    "patronym_clash": (-_ANY, -2.0),
    "order": (-_ANY, -0.3),
    "other_order": (-_ANY, -4.2),
    "lone": (-4.0, -1.5),
    "missing_given": (-2.4, -0.8),
    "missing_family": (-2.4, -0.8),
    "missing_middle": (-2.4, -0.3),
    "missing_word": (-3.0, -0.3),
    "missing_generic": (-3.0, -0.3),
    "missing_place": (-4.0, -0.8),
    "missing_number": (-3.5, -2.0),
    "form": (0.0, 0.0),
}
BIAS_BOUNDS = (-4.0, -1.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the new weights in place")
    given = parser.parse_args()
    found = examples()
    amounts = _amounts(found)
    same = np.array([each.same for each in found], float)
    shares = _shares(found)
    crossed = np.zeros(len(found))
    fold = np.array([_fold(each) for each in found])
    for number in range(FOLDS):
        rest = fold != number
        fitted = _fitted(amounts[rest], same[rest], shares[rest])
        crossed[~rest] = _scores(amounts[~rest], fitted)
    Console().print(_table(found, {"cross-validated": crossed, "now": _scores(amounts, _now())}))
    if given.write:
        _write(_fitted(amounts, same, shares))


def examples() -> list[Example]:
    """Every pair that weights are fitted to, the same ones every time."""
    return [*_judged(), *_written(), *_people(), *_strangers(), *_organisations()]


def _judged() -> Iterator[Example]:
    for file in sorted(judged.PAIRS.glob("*.jsonl")):
        for pair in judged.read(file):
            if not pair.is_held_back:
                yield Example(file.stem, pair.left, pair.right, pair.kind, pair.same)


def _written() -> Iterator[Example]:
    for each in writings():
        if not each.is_held_back:
            yield Example("writings", each.left, each.right, Kind.PERSON, each.same)


def _people() -> Iterator[Example]:
    """People whose names were mutated, and people who resemble them."""
    chance = random.Random(SEED)
    pool = [names.person(chance) for _ in range(_POOL)]
    people = chance.sample(pool, OF_EACH)
    ways = [way for name, way in MUTATIONS.items() if name != "as written"]
    for number, name in enumerate(people):
        if number % 2:
            written = chance.choice(ways)(name, chance)
            if written is not None:
                yield Example("slips", name, written, Kind.PERSON, True)
        else:
            near = process.extract(name, pool, scorer=OSA.normalized_similarity, limit=_NEAREST)
            others = [other for other, _, _ in near if other != name]
            yield Example("slips", name, others[0], Kind.PERSON, False)


_POOL, _NEAREST = 4000, 3


def _strangers() -> Iterator[Example]:
    """People who share all but one word of their names, and people who leave one out."""
    chance = random.Random(SEED + 1)
    for number in range(OF_EACH):
        given, second, family = chance.choice(_GIVEN), chance.choice(_GIVEN), chance.choice(_FAMILY)
        other_given, other_family = chance.choice(_GIVEN), chance.choice(_FAMILY)
        father, other_father = chance.choice(_FATHERS), chance.choice(_FATHERS)
        first, nearly = f"{given} {second} {family}", f"{given} {father} {family}"
        name, other, same = (
            (f"{given} {family}", f"{other_given} {family}", given == other_given),
            (f"{given} {family}", f"{given} {other_family}", family == other_family),
            (first, f"{given} {other_given} {family}", second == other_given),
            (nearly, f"{given} {other_father} {family}", father == other_father),
            (nearly, f"{given} {family}", True),
            (first, f"{given} {family}", True),
            (first, f"{given} {second[0]}. {family}", True),
            (f"{given} {family}", f"{family.upper()}, {given}", True),
            (f"{given} {family} {other_family}", f"{given} {family}", True),
            (first, f"{other_given} {second} {family}", given == other_given),
        )[number % 10]  # fmt: skip
        yield Example("strangers", name, other, Kind.PERSON, same)


_GIVEN = tuple(
    "Adrian Beatriz Cyril Dagmar Emre Farah Goran Hanneke Idris Jolana Kofi Lucinda Mateja Nadim "
    "Oriol Priya Quirin Rania Sixto Tatiana Ugo Valeria Wassim Yolanda Zoran Ahmed Maria John "
    "David Olga Sergei Elena Fatima Hassan Ivan Anna".split()
)
_FAMILY = tuple(
    "Aldermann Brzozowski Calloway Draganov Eskelinen Faroukh Gallardo Halvorsen Ilyushin Jankovic "
    "Kartashov Lamontagne Mazurenko Nakhimov Oyelaran Pettersen Quintana Rosenthal Sadikov "
    "Tchernov Ulvestad Vasquez Westerhout Yakunin Zambrano Smith Garcia Khan Ivanov Kumar "
    "Johnson Muller".split()
)
_FATHERS = tuple(
    "Alexandrovich Borisovich Dmitrievich Fyodorovich Grigorievich Igorevich Konstantinovich "
    "Leonidovich Mikhailovich Nikolaevich Olegovich Pavlovich Sergeevich Timurovich".split()
)


def _organisations() -> Iterator[Example]:
    """Organisations as others write them, and organisations that share a word with them."""
    chance = random.Random(SEED + 2)
    for number in range(OF_EACH):
        core, other = chance.choice(_CORES), chance.choice(_CORES)
        trade, other_trade = chance.choice(_TRADES), chance.choice(_TRADES)
        place, other_place = chance.choice(_LANDS), chance.choice(_LANDS)
        form, kin, stranger = chance.choice(_FORMS)
        number_, other_number = chance.sample("II III IV V 6 7 8 9 10 12".split(), 2)
        slipped = MUTATIONS["one slip"](core, chance) or core
        short = f"{core} {trade[0]}"
        name = f"{short} {form}"
        left, right, same = (
            (name, f"{core} {trade[0]}", True),
            (name, f"{core} {trade[0]} {kin}", True),
            (name, f"{core} {trade[1]} {kin}", True),
            (name, f"{slipped} {trade[0]} {form}", True),
            (name.upper(), f"{form} {core} {trade[1]}", True),
            (f"{trade[1]} {core}", f"{core} {trade[0]} {form}", True),
            (name, f"{core} {trade[0]} ({place}) {form}", False),
            (name, f"{other} {trade[0]} {form}", core == other),
            (name, f"{core} {other_trade[0]} {form}", trade == other_trade),
            (name, f"{core} {trade[0]} {stranger}", False),
            (f"{short} {number_}", f"{short} {other_number}", False),
            (f"{short} {place}", f"{short} {other_place}", place == other_place),
            (f"{trade[0]} of {place}", f"{trade[0]} of {other_place}", place == other_place),
            (f"{core} {form}", f"{core} {trade[0]} {form}", False),
        )[number % 14]  # fmt: skip
        if not (same and left == right):
            yield Example("organisations", left, right, Kind.ORGANISATION, same)


_CORES = tuple(
    "Brightwater Larkfield Quantara Velmont Helvion Tarkus Zephyra Orbis Castor Oakhaven Calder "
    "Silverbrook Stonebridge Redstone Kestrel Mirnov Baltair Corvane Dunmore Elvarin Fenwick "
    "Galdera Hestia Ironvale Jorvik Kallisto Lumera Marden Nordkap Ostara Pellworm Rigel".split()
)
_TRADES = (
    ("Trading", "Handels"), ("Bank", "Banka"), ("Steel", "Stahl"), ("Shipping", "Reederei"),
    ("Chemicals", "Khimiya"), ("Construction", "Insaat"), ("Industries", "Sanayi"),
    ("Energy", "Energie"), ("Foods", "Gida"), ("Transport", "Transportes"), ("Oil", "Neft"),
    ("Insurance", "Seguros"), ("Textile", "Tekstil"), ("Research", "Forschung"),
    ("Technology", "Tecnologia"), ("Mining", "Bergbau"),
)  # fmt: skip
_FORMS = (
    ("Ltd", "Limited", "PLC"), ("GmbH", "G.m.b.H.", "AG"), ("OOO", "LLC", "PAO"),
    ("AG", "Aktiengesellschaft", "GmbH"), ("S.A.", "SA", "SARL"), ("JSC", "AO", "Ltd"),
    ("S.p.A.", "SpA", "S.r.l."), ("Oy", "Ltd", "Oyj"), ("Inc", "Incorporated", "LLC"),
    ("B.V.", "BV", "N.V."), ("Sp. z o.o.", "Ltd", "S.A."), ("LLC", "Limited", "LLP"),
)  # fmt: skip
_LANDS = "France Germany Mexico Panama Turkey Poland Chile Brazil India Cyprus Malta Spain".split()

Array = np.ndarray[Any, np.dtype[np.float64]]


def _amounts(found: Sequence[Example]) -> Array:
    place = {name: number for number, name in enumerate(BOUNDS, 1)}
    amounts = np.zeros((len(found), len(BOUNDS) + 1))
    amounts[:, 0] = 1
    for row, each in enumerate(found):
        for evidence in evidence_between(each.left, each.right, each.kind):
            for name, amount in evidence.features.items():
                amounts[row, place[name]] += amount
    return amounts


def _shares(found: Sequence[Example]) -> Array:
    """What each example counts: those that people judged more, and each set as much as the next."""
    groups = [each.group for each in found]
    return np.array([_SHARES.get(each, 1.0) / groups.count(each) for each in groups])


_SHARES = {"name_cases": 5.0, "entity_checks": 2.5, "writings": 0.7, "slips": 1.0, "strangers": 0.7}


def _fold(each: Example) -> int:
    return sum(map(ord, min(each.left, each.right))) % FOLDS


def _scores(amounts: Array, fitted: Array) -> Array:
    scores: Array = 1 / (1 + np.exp(-np.clip(amounts @ fitted, -30, 30)))
    return scores


_STEPS, _PACE, _HOLD = 1500, 0.02, 0.0005


def _fitted(amounts: Array, same: Array, shares: Array) -> Array:
    """Weights within their bounds, by gradient descent (Adam), not far from those of now."""
    low, high = np.array([BIAS_BOUNDS, *BOUNDS.values()]).T
    held = np.clip(_now(), low, high)
    fitted, mean, spread = held.copy(), 0.0, 0.0
    for step in range(1, _STEPS + 1):
        slope = amounts.T @ ((_scores(amounts, fitted) - same) * shares) / shares.sum()
        slope += _HOLD * (fitted - held)
        mean, spread = 0.9 * mean + 0.1 * slope, 0.999 * spread + 0.001 * slope**2
        pace = _PACE * mean / (1 - 0.9**step)
        fitted = np.clip(fitted - pace / (np.sqrt(spread / (1 - 0.999**step)) + 1e-8), low, high)
    return fitted


def _now() -> Array:
    return np.array([weights.BIAS, *(weights.WEIGHTS.get(name, 0.0) for name in BOUNDS)])


def _table(found: Sequence[Example], scored: Mapping[str, Array]) -> Table:
    table = Table("pairs", "many", title="F1 / average precision")
    for called in scored:
        table.add_column(called)
    for group in dict.fromkeys(each.group for each in found):
        rows = [row for row, each in enumerate(found) if each.group == group]
        some = [
            judged.Pair(e.left, e.right, e.kind, "", e.same) for e in map(found.__getitem__, rows)
        ]
        cells = []
        for scores in scored.values():
            of_group = [float(scores[row]) for row in rows]
            f = judged.f1(some, of_group, THRESHOLD)
            cells.append(f"{f:.3f} / {judged.average_precision(some, of_group):.3f}")
        table.add_row(group, str(len(rows)), *cells)
    return table


def _write(fitted: Array) -> None:
    file = Path(weights.__file__)
    head, _, _ = file.read_text("utf-8").partition("BIAS =")
    lines = [f"BIAS = {fitted[0]:.2f}", "WEIGHTS: Mapping[str, float] = {"]
    lines += [
        f'    "{name}": {weight:.2f},' for name, weight in zip(BOUNDS, fitted[1:], strict=True)
    ]
    file.write_text(head + "\n".join([*lines, "}", ""]), "utf-8")


if __name__ == "__main__":
    main()
