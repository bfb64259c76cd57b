"""What happens to a name between two clerks: slips, orders, omissions, other spellings."""

import random
import string
from collections.abc import Callable, Mapping

from anyascii import anyascii

Mutation = Callable[[str, random.Random], str | None]


def one_slip(name: str, chance: random.Random) -> str | None:
    return _slips(name, chance, 1)


def two_slips(name: str, chance: random.Random) -> str | None:
    return _slips(name, chance, 2)


def last_first(name: str, _chance: random.Random) -> str | None:
    first, *rest = name.split(" ")
    return f"{rest[-1]}, {' '.join([first, *rest[:-1]])}" if rest else None


def middle_dropped(name: str, _chance: random.Random) -> str | None:
    words = name.split(" ")
    return f"{words[0]} {words[-1]}" if len(words) > 2 else None


def initial(name: str, _chance: random.Random) -> str | None:
    first, *rest = name.split(" ")
    return " ".join([f"{first[0]}.", *rest]) if rest else None


def other_spelling(name: str, chance: random.Random) -> str | None:
    """Two words as another clerk spells their sounds; in another script, as it is romanised."""
    plain = anyascii(name)
    if any(sign > "\u024f" for sign in name):
        return plain
    words, changed = plain.split(" "), 0
    for at in chance.sample(range(len(words)), len(words)):
        fits = [each for each in _SPELLINGS if each[0] in words[at].lower()]
        if fits and changed < 2:
            words[at] = words[at].lower().replace(*chance.choice(fits), 1)
            changed += 1
    return " ".join(words) if changed else None


def written_together(name: str, _chance: random.Random) -> str | None:
    first, *rest = name.split(" ")
    return " ".join([first + rest[0].lower(), *rest[1:]]) if len(rest) > 1 else None


def plain_letters(name: str, _chance: random.Random) -> str | None:
    plain = anyascii(name)
    return plain if plain != name else None


def hurried(name: str, chance: random.Random) -> str | None:
    """The middle name dropped, a slip, and the family name first."""
    slipped = one_slip(middle_dropped(name, chance) or name, chance)
    return last_first(slipped, chance) if slipped else None


def spelling_and_slip(name: str, chance: random.Random) -> str | None:
    spelt = other_spelling(name, chance)
    return one_slip(spelt, chance) if spelt else None


MUTATIONS: Mapping[str, Mutation] = {
    "as written": lambda name, _: name,
    "one slip": one_slip,
    "a slip in two words": two_slips,
    "family name first": last_first,
    "middle name dropped": middle_dropped,
    "given name as initial": initial,
    "other spelling": other_spelling,
    "written together": written_together,
    "plain letters": plain_letters,
    "middle dropped, slip, order": hurried,
    "other spelling and slip": spelling_and_slip,
}

OF_PEOPLE = frozenset(
    {
        "family name first",
        "middle name dropped",
        "given name as initial",
        "middle dropped, slip, order",
    }
)
"""What happens to people's names only."""

_SPELLINGS = tuple(
    each.split(">")
    for each in (
        "sch>sh sh>sch v>w w>v ph>f f>ph ou>u u>ou i>y y>i k>c c>k ck>k th>t t>th kh>h j>y ks>x "
        "x>ks tz>ts ae>e oe>o ue>u ll>l nn>n l>ll d>dd q>k g>q e>i o>u a>e mo>mu ei>ai ov>off"
    ).split()
)
_ALPHABETS = (
    ("\u0400", "\u0500", "абвгдежзийклмнопрстуфхцчшщыэюя"),
    ("\u0600", "\u0700", "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"),
    ("\u0370", "\u0400", "αβγδεζηθικλμνξοπρστυφχψω"),
)
_LONG_ENOUGH = 3


def _slips(name: str, chance: random.Random, many: int) -> str | None:
    words = name.split(" ")
    places = [at for at, word in enumerate(words) if len(word) > _LONG_ENOUGH]
    if len(places) < many:
        return None
    for at in chance.sample(places, many):
        words[at] = _slip(words[at], chance)
    slipped = " ".join(words)
    return slipped if slipped != name else None


def _slip(word: str, chance: random.Random) -> str:
    at, sign = chance.randrange(len(word)), chance.choice(_alphabet(word))
    match chance.choice(("other", "added", "lost", "exchanged")):
        case "other":
            return word[:at] + sign + word[at + 1 :]
        case "added":
            return word[:at] + sign + word[at:]
        case "lost":
            return word[:at] + word[at + 1 :]
        case _:
            at = chance.randrange(len(word) - 1)
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _alphabet(word: str) -> str:
    for begin, end, letters in _ALPHABETS:
        if begin <= word[0] < end:
            return letters
    return string.ascii_lowercase
