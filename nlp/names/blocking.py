"""Keys that two spellings of one name share, so that candidates are found without reading names."""

from itertools import combinations, product
from typing import NamedTuple

from nlp.names.likeness import skeletons
from nlp.names.parts import Kind, Parts, Role, parts


class Key(NamedTuple):  # a tuple and not a dataclass: one name has a dozen
    """One key of a name.

    Families: `x` the whole name; `p` how two words sound; `e` one word and the other's initial;
    `h` the ends of two words; `s` how the only word sounds, to be scoped to a case by the caller.
    """

    family: str
    text: str


def keys(name: str, kind: Kind) -> frozenset[Key]:
    """Every key of *name*. Names that share none are not compared."""
    known = parts(name, kind)
    return _exact(known) | _pairs(_telling_words(known))


def exact_keys(name: str, kind: Kind) -> frozenset[Key]:
    """The keys of the whole name alone: equal for two writings of the same words in any order."""
    return _exact(parts(name, kind))


_MAX_WORDS = 4
_AFFIX = 3


def _exact(known: Parts) -> frozenset[Key]:
    core = list(dict.fromkeys(token.text for token in known.core))
    full = [token.text for token in known.tokens]
    texts = {
        "".join(sorted(core)),
        "".join(core),
        "".join(sorted(full)),
        "".join(sorted(known.raw)),
        "".join(known.raw),
    }
    return frozenset(Key("x", text) for text in texts if text)


def _telling_words(known: Parts) -> list[str]:
    """The words worth pairing: rather names than common words, rather long than short."""
    ranked = sorted(known.core, key=lambda token: (token.role is Role.GENERIC, -len(token.text)))
    return list(dict.fromkeys(token.text for token in ranked))[:_MAX_WORDS]


def _pairs(tokens: list[str]) -> frozenset[Key]:
    if len(tokens) == 1:
        return frozenset(Key("s", skeleton) for skeleton in skeletons(tokens[0]) if skeleton)
    found: set[Key] = set()
    for one, other in combinations(tokens, 2):
        for token, partner in ((one, other), (other, one)):
            if len(token) > 1:
                found.add(Key("e", f"{token}|{partner[0]}"))
        if len(one) > 1 and len(other) > 1:
            found.update(_joined("p", skeletons(one), skeletons(other)))
        if len(one) >= _AFFIX and len(other) >= _AFFIX:
            found.update(_joined("h", _affixes(one), _affixes(other)))
    return frozenset(found)


def _joined(family: str, ours: tuple[str, ...], theirs: tuple[str, ...]) -> set[Key]:
    return {Key(family, "|".join(sorted(pair))) for pair in product(ours, theirs)}


def _affixes(token: str) -> tuple[str, str]:
    return f"{token[:_AFFIX]}^", f"${token[-_AFFIX:]}"
