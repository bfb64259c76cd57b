"""Ways in which officers write the same thing otherwise: small letters, capitals, other names."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from nlp.model.tokens import Token, tokens
from nlp.training.made_names import Pools
from nlp.training.texts import Example

Case = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Shares:
    """How often each change is made."""

    small: float = 0.28
    capital: float = 0.10
    bare: float = 0.10  # without punctuation
    swapped: float = 0.15


def changed(example: Example, chance: random.Random, shares: Shares, pools: Pools) -> Example:
    if example.names and chance.random() < shares.swapped:
        example = swapped(example, chance, pools)
    if len(example.tokens) > 4 and chance.random() < shares.bare:
        example = bare(example)
    drawn = chance.random()
    if drawn < shares.small:
        return cased(example, str.lower)
    if drawn < shares.small + shares.capital:
        return cased(example, str.upper)
    return example


def cased(example: Example, change: Case) -> Example:
    return replace(
        example,
        tokens=tuple(t if t.is_masked else t._replace(text=change(t.text)) for t in example.tokens),
    )


def bare(example: Example) -> Example:
    """Without the signs that hasty writers leave out, where they are no part of a name."""
    inside = {row for first, behind, _ in example.names for row in range(first, behind)}
    kept = [
        row
        for row, token in enumerate(example.tokens)
        if row in inside or token.text not in _LEFT_OUT or token.is_masked
    ]
    place = {row: new for new, row in enumerate(kept)}
    return Example(
        tuple(example.tokens[row]._replace(is_spaced=True) for row in kept),
        tuple((place[a], place[b - 1] + 1, label) for a, b, label in example.names),
    )


def swapped(example: Example, chance: random.Random, pools: Pools) -> Example:
    """With other names of the same kind in the same places."""
    read: list[Token] = []
    names: list[tuple[int, int, str]] = []
    place = 0
    for first, behind, label in (*example.names, (len(example.tokens), len(example.tokens), "")):
        read += example.tokens[place:first]
        place = behind
        if not label:
            break
        others = pools.get(label)
        if not others or chance.random() < 0.4:
            new = list(example.tokens[first:behind])
        else:
            new = _written(chance.choice(others))
            if label == "PERSON" and behind - first == 1:
                new = [chance.choice(new)]
            new[0] = new[0]._replace(is_spaced=example.tokens[first].is_spaced)
        names.append((len(read), len(read) + len(new), label))
        read += new
    return Example(tuple(read), tuple(names))


def _written(name: str) -> list[Token]:
    return tokens(name)


_LEFT_OUT = frozenset({".", ",", '"', "'", "!", ";", "?", "“", "”"})
