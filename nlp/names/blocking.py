"""Keys that two spellings of one name share, so that candidates are found without reading names."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations, islice, product
from typing import NamedTuple

from nlp.names import eastern
from nlp.names.given import full_names
from nlp.names.lexicon import SERVANTS
from nlp.names.parts import Kind, Parts, Role, Token, parts
from nlp.names.sounds import skeletons
from nlp.names.words import Script


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
    core = known.core
    found = _exact(known, core) | _pairs(_telling_words(core))
    if known.is_east_asian:
        return found | _in_syllables(known) | _read_as_japanese(known)
    if kind is Kind.PERSON:
        return found.union(_joined_words(core), _servants(core))
    return found


def exact_keys(name: str, kind: Kind) -> frozenset[Key]:
    """The keys of the whole name alone: equal for two writings of the same words in any order."""
    known = parts(name, kind)
    return _exact(known, known.core)


def inside_keys(name: str, kind: Kind) -> frozenset[Key]:
    """The keys by which a name is found among few, as inside one case: the whole of it (x), and of
    a person, or where it is the whole, each word (w) and how it sounds (s)."""
    known = parts(name, kind)
    found = []
    if len(known.raw) > 1:
        found = [Key("x", text) for text in _sorted_joins(known, known.core)]
    words = [token for token in known.tokens if len(token.text) >= _SHORTEST_WORD]
    if kind is Kind.PERSON or len(words) == 1:
        found += [Key("w", word.text) for word in words]
    if kind is Kind.PERSON:
        found += [Key("s", sound) for word in words for sound in _telling_sounds(word)]
    return frozenset(found)


_MAX_WORDS = 4
_AFFIX = 3
_MAX_FULL_NAMES = 3
_MOST_READ = 16
_SHORTEST_WORD = 3
_SHORTEST_HEARD = 5
_SHORTEST_SOUND = 3
"""A short word, or one of few consonants, sounds like too many others."""


def _exact(known: Parts, core: Sequence[Token]) -> frozenset[Key]:
    words = dict.fromkeys([token.text for token in core])
    texts = {"".join(words), "".join(known.raw), *_sorted_joins(known, core)}
    return frozenset([Key("x", text) for text in texts if text])


def _sorted_joins(known: Parts, core: Sequence[Token]) -> set[str]:
    """All words as one, in whatever order they came: with those that tell nothing, and without."""
    once = tuple(dict.fromkeys([token.text for token in core]))
    full = tuple([token.text for token in known.tokens])
    return {"".join(sorted(words)) for words in {once, full, known.raw}}


def _telling_sounds(word: Token) -> list[str]:
    if len(word.text) < _SHORTEST_HEARD:
        return []
    shown = "" if word.shown.isascii() else word.shown
    sounds = skeletons(word.text, word.script, shown)
    return [sound for sound in sounds if len(sound) >= _SHORTEST_SOUND]


def _telling_words(core: Sequence[Token]) -> list[Token]:
    """The words worth pairing: rather names than common words, rather long than short."""
    once = {token.text: token for token in core}
    if len(once) <= _MAX_WORDS:
        return list(once.values())
    ranked = sorted(
        once.values(),
        key=lambda token: (token.role is Role.GENERIC, -len(token.text), token.text),
    )
    return ranked[:_MAX_WORDS]


def _pairs(words: list[Token]) -> frozenset[Key]:
    sounds = [
        _sounds(text, script, "" if shown.isascii() else shown, role is Role.FAMILY)
        for text, shown, role, script in words
    ]
    if len(words) == 1:
        return frozenset([Key("s", sound) for sound in sounds[0] if sound])
    found: list[Key] = []
    texts = [word.text for word in words]
    for (a, sounds_a), (b, sounds_b) in combinations(zip(texts, sounds, strict=True), 2):
        if len(a) > 1:
            found.append(Key("e", f"{a}|{b[0]}"))
        if len(b) > 1:
            found.append(Key("e", f"{b}|{a[0]}"))
        if len(a) > 1 and len(b) > 1:
            found += _joined("p", sounds_a, sounds_b)
        if len(a) >= _AFFIX and len(b) >= _AFFIX:
            found += _joined("h", _affixes(a), _affixes(b))
    return frozenset(found)


def _joined_words(core: Sequence[Token]) -> Sequence[Key]:
    """How three words sound if two of them are one: Ali Reza, Alireza."""
    found: list[Key] = []
    if len(core) != _MAX_WORDS - 1:
        return found
    for at in (1, 2):
        halves = ("".join([word.text for word in half]) for half in (core[:at], core[at:]))
        found += _joined("p", *map(skeletons, halves))
    return found


def _servants(core: Sequence[Token]) -> Sequence[Key]:
    """How *servant of* sounds in one with the word after it, whatever article is between."""
    found: list[Key] = []
    for at, word in enumerate(core[:-1]):
        if word.text in SERVANTS:
            whole = skeletons(f"abdul{core[at + 1].text}")
            for place, (text, shown, _, script) in enumerate(core[:_MAX_WORDS]):
                if place not in {at, at + 1}:
                    sounds = skeletons(text, script, "" if shown.isascii() else shown)
                    found += _joined("p", whole, sounds)
    return found


def _in_syllables(known: Parts) -> frozenset[Key]:
    """All syllables of a Chinese or Korean name, by whatever standard each is romanised."""
    syllables = [sorted(eastern.sounds(token.text)) for token in known.tokens]
    return frozenset(
        Key("p", "|".join(sorted(each))) for each in islice(product(*syllables), _MOST_READ)
    )


def _read_as_japanese(known: Parts) -> frozenset[Key]:
    """How signs sound, wherever the family name ends in them, if they are a Japanese name."""
    signs = known.signs
    halves = ((signs[:at], signs[at:]) for at in range(1, len(signs)))
    heard = [(eastern.readings(family), eastern.readings(given)) for family, given in halves]
    if signs and len(known.tokens) > len(signs):  # the given name is in syllable letters
        heard = [(eastern.readings(signs), (known.tokens[-1].text,))]
    found: list[Key] = []
    for family, given in heard:
        for one, other in islice(product(family, given), _MOST_READ):
            found += _joined("p", skeletons(one), skeletons(other))
    return frozenset(found)


@lru_cache(maxsize=1 << 15)
def _sounds(word: str, script: Script, shown: str, is_family: bool) -> tuple[str, ...]:
    """How a word may sound, also where it is a short form: Bob is keyed as Robert too."""
    sounds = list(skeletons(word, script, shown))
    if not is_family:
        for name in full_names(word)[:_MAX_FULL_NAMES]:
            sounds += skeletons(name)
    return tuple(dict.fromkeys(sounds))


def _joined(family: str, ours: tuple[str, ...], theirs: tuple[str, ...]) -> list[Key]:
    return [Key(family, f"{a}|{b}" if a <= b else f"{b}|{a}") for a in ours for b in theirs]


def _affixes(token: str) -> tuple[str, str]:
    return f"{token[:_AFFIX]}^", f"${token[-_AFFIX:]}"
