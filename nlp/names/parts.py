"""The parts of one name: what each word is in it, and what was left aside."""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from nlp.names import lexicon, organisations
from nlp.names.eastern import is_syllable, japanese, readings, syllables
from nlp.names.given import is_east_asian_family, is_given
from nlp.names.renderings import is_rendered, rendered
from nlp.names.words import MAX_CHARS, Script, Word, fold_words, words

MAX_TOKENS = 16
"""So many words of a name are compared."""


class Kind(StrEnum):
    """What a name is the name of."""

    PERSON = "person"
    ORGANISATION = "organisation"
    THING = "thing"  # a vessel, an aircraft, a brand


class Role(StrEnum):
    """What a word is in its name."""

    GIVEN = "given name"
    MIDDLE = "middle name"
    PATRONYMIC = "patronymic"
    FAMILY = "family name"
    PARTICLE = "particle"
    WORD = "word"
    GENERIC = "common word"
    PLACE = "place"
    NUMBER = "number"


class Token(NamedTuple):  # a tuple and not a dataclass: an import makes millions
    """One word of a name: as it is compared, as it was written, and what it is."""

    text: str
    shown: str
    role: Role
    script: Script = Script.LETTERS


class Parts(NamedTuple):
    """A name taken apart."""

    tokens: tuple[Token, ...]
    raw: tuple[str, ...]
    """Every word but titles, folded, in order and untouched: as running text would say it."""
    folded: str = ""
    forms: tuple[tuple[str, str], ...] = ()
    """Legal forms as written, each with its family."""
    has_comma: bool = False
    is_east_asian: bool = False
    signs: str = ""
    """The signs that it begins with, where these are all of it or what follows is in kana."""

    @property
    def core(self) -> tuple[Token, ...]:
        """The words that tell one name from another; all of them when none does."""
        return tuple([t for t in self.tokens if t.role is not _PARTICLE]) or self.tokens


_PARTICLE = Role.PARTICLE


def tokens(name: str, kind: Kind) -> tuple[str, ...]:
    """The words of *name* by which it is compared: no titles, no legal forms, numbers as digits."""
    return tuple([token.text for token in parts(name, kind).tokens])


def read_together(left: Parts, right: Parts) -> tuple[Parts, Parts]:
    """Two names of people; where the one is in Japanese signs, they are read as the other says."""
    if bool(left.signs) is bool(right.signs):
        return left, right
    if left.signs:
        return _read_as_japanese(left, right)
    theirs, ours = _read_as_japanese(right, left)
    return ours, theirs


@lru_cache(maxsize=1 << 13)
def parts(name: str, kind: Kind) -> Parts:
    """Take *name* apart."""
    name = name[:MAX_CHARS]
    heard = list(words(name))
    if kind is Kind.PERSON:
        return _person(name, heard)
    return _organisation(name, heard, is_thing=kind is Kind.THING)


def _person(name: str, heard: Sequence[Word]) -> Parts:
    named = _without_titles(heard)
    raw = tuple([word.folded for word in named[:MAX_TOKENS]])
    if not name.isascii():
        named = _transcribed(name, named)
    named = _read_back(name, named)[:MAX_TOKENS]
    comma = name.find(",")
    has_comma = bool(named) and named[0].start < comma < named[-1].start
    is_east_asian, family_first = _is_east_asian(named), True
    if not is_east_asian and _is_east_asian(named[-1:] + named[:-1]):
        is_east_asian, family_first = True, False
    if is_east_asian:
        named = _in_syllables(named)
    if is_east_asian and not has_comma:
        family = 0 if family_first else len(named) - 1
        roles = [Role.FAMILY if n == family else Role.GIVEN for n in range(len(named))]
    else:
        roles = _roles(name, named, comma if has_comma else None)
    found: list[Token] = []
    for word, role in zip(named, roles, strict=True):
        text = word.folded
        if role is Role.NUMBER:
            text = lexicon.GENERATIONS[text]
        elif word.end - word.start == 1 and _is_initial(name[word.start], word):
            text = text[0]  # an initial, also where its letter is romanised with two
        elif not text.isdigit() and not text.isalpha():
            text = text.translate(_DIGITS_FOR_LETTERS)
        found.append(Token(text, name[word.start : word.end], role, word.script))
    return Parts(
        tuple(found),
        raw,
        fold_words(heard),
        has_comma=has_comma,
        is_east_asian=is_east_asian,
        signs=_only_signs(found),
    )


def _is_initial(letter: str, word: Word) -> bool:
    return word.script in _ALPHABETS and not is_rendered(letter)


_ALPHABETS = frozenset({Script.LETTERS, Script.GREEK})

# Letters replaced by digits of the same shape, to get past a filter.
_DIGITS_FOR_LETTERS = str.maketrans("0134579", "oieastg")


def _without_titles(heard: Sequence[Word]) -> list[Word]:
    named = [
        word
        for number, word in enumerate(heard)
        if word.folded not in lexicon.TITLES or (number and word.folded in lexicon.GENERATIONS)
    ]
    if len(named) == 1 and any(is_given(word.folded) for word in heard[:1]):
        return list(heard)  # Don is also short for Donald
    return named or list(heard)


def _is_east_asian(named: Sequence[Word]) -> bool:
    """Whether this reads as a Chinese or Korean name: family name first, then short syllables."""
    scripts = {word.script for word in named}
    if Script.SYLLABLE in scripts:
        return True
    return (
        2 <= len(named) <= _LONGEST_EAST_ASIAN
        and is_east_asian_family(named[0].folded)
        and scripts == {Script.LETTERS}
        and all(_is_in_syllables(word.folded) for word in named[1:])
    )


_LONGEST_EAST_ASIAN = 4


def _is_in_syllables(word: str) -> bool:
    if is_syllable(word):
        return True
    return len(syllables(word)) > 1 and not is_given(word)


def _in_syllables(named: Sequence[Word]) -> list[Word]:
    """With given names of two syllables taken apart: Xiaoming is Xiao and Ming."""
    apart: list[Word] = []
    for word in named:
        parts: tuple[str, ...] = (word.folded,)
        if word.script is not Script.SYLLABLE and not is_east_asian_family(word.folded):
            parts = syllables(word.folded)
        middle = word.start + len(parts[0])
        if len(parts) == 1:
            apart.append(word)
        elif word.end - word.start == len(word.folded):
            apart.append(Word(word.start, middle, parts[0], word.script))
            apart.append(Word(middle, word.end, parts[1], word.script))
        else:
            apart += [word._replace(folded=part) for part in parts]
    return apart


def _read_back(name: str, named: Sequence[Word]) -> list[Word]:
    """With given names that are written in another script than theirs as their own writes them."""
    if name.isascii() and not any(map(is_rendered, (word.folded for word in named))):
        return list(named)  # as nearly all are
    found: list[Word] = []
    for word in named:
        given = None
        if word.script is not Script.SYLLABLE:
            given = rendered(name[word.start : word.end])
        found.append(word._replace(folded=given, script=Script.LETTERS) if given else word)
    return found


def _transcribed(name: str, named: Sequence[Word]) -> list[Word]:
    """Foreign names in Chinese or Korean signs: each of their words is one, not each sign."""
    signs = [word for word in named if word.script is Script.SYLLABLE]
    if not signs:
        return list(named)
    groups: list[list[Word]] = []
    for word in named:
        follows = groups and groups[-1][-1].end == word.start
        if follows and word.script is groups[-1][-1].script is Script.SYLLABLE:
            groups[-1].append(word)
        else:
            groups.append([word])
    if len(groups) == 1:
        return list(named)
    if not any(is_rendered(name[group[0].start : group[-1].end]) for group in groups) and (
        len(signs) < _LONGEST_OF_SIGNS or len(groups[0]) == 1
    ):
        return list(named)
    return [
        Word(
            group[0].start,
            group[-1].end,
            "".join(word.folded for word in group),
            Script.TRANSCRIBED if group[0].script is Script.SYLLABLE else group[0].script,
        )
        for group in groups
    ]


_LONGEST_OF_SIGNS = 5  # Chinese and Korean names have four at most


def _only_signs(tokens: Sequence[Token]) -> str:
    signs = [token.shown for token in tokens if token.script is Script.SYLLABLE]
    if not signs:
        return ""
    rest = tokens[len(signs) :]
    return "" if any(token.script is not Script.KANA for token in rest) else "".join(signs)


def _read_as_japanese(signed: Parts, other: Parts) -> tuple[Parts, Parts]:
    signs = signed.signs
    words = [japanese(token.text) for token in other.tokens]
    kana = signed.tokens[len(signs) :]
    if not 0 < len(words) <= _FAMILY_AND_GIVEN or None in words or len(kana) > 1:
        return signed, other

    def heard(part: str) -> str | None:
        return next((word for word in words if word in readings(part)), None)

    places = [len(signs)] if kana else range(1, len(signs) + 1)
    place = max(places, key=lambda k: 2 * k * bool(heard(signs[:k])) + bool(heard(signs[k:])))
    family, given = signs[:place], signs[place:]
    heard_family, heard_given = heard(family), heard(given)
    if heard_family is None or (given and heard_given is None and place < _TELLING_SIGNS):
        return signed, other
    read = [_sign_token(family, heard_family, Role.FAMILY)]
    if given:
        read.append(_sign_token(given, heard_given, Role.GIVEN))
    read += (token._replace(role=Role.GIVEN) for token in kana)
    turned = (
        token._replace(role=Role.FAMILY if word == heard_family else Role.GIVEN)
        for token, word in zip(other.tokens, words, strict=True)
    )
    return (
        signed._replace(tokens=tuple(read), is_east_asian=False),
        other._replace(tokens=tuple(turned), is_east_asian=False),
    )


_FAMILY_AND_GIVEN = 2
_TELLING_SIGNS = 2  # one sign may as well be Chinese


def _sign_token(signs: str, heard: str | None, role: Role) -> Token:
    """Signs as they were heard; else in their commonest reading."""
    text = heard or next(iter(readings(signs)), None) or fold_words(words(signs)).replace(" ", "")
    return Token(text, signs, role, Script.SYLLABLE)


def _roles(name: str, named: Sequence[Word], comma: int | None) -> list[Role]:
    roles: list[Role | None] = [None] * len(named)
    ends = {word.folded for word in (*named[:1], *named[-1:])}
    particles = lexicon.PARTICLES if ends.isdisjoint(lexicon.VIETNAMESE_FAMILIES) else frozenset()
    follows_son_of = False
    for number, word in enumerate(named):
        text = word.folded
        if text in lexicon.GENERATIONS and number > (text in lexicon.MAYBE_GENERATIONS):
            roles[number] = Role.NUMBER
        elif len(text) == 1 and not name[word.start : word.end].islower():
            pass  # an initial, though e, i and y are particles too
        elif text in particles and len(named) > 1 and (number or text != "ben"):
            roles[number] = Role.PARTICLE
        elif follows_son_of or (number and text.endswith(lexicon.PATRONYMICS)):
            roles[number] = Role.PATRONYMIC
        follows_son_of = text in lexicon.SON_OF
    free = [number for number, role in enumerate(roles) if role is None]
    for number, role in _named_roles(named, free, comma):
        roles[number] = role
    return [role or Role.MIDDLE for role in roles]


def _named_roles(
    named: Sequence[Word], free: Sequence[int], comma: int | None
) -> Iterable[tuple[int, Role]]:
    """Given, middle and family name for the words that are neither particle nor patronymic."""
    if comma is not None:
        before = [number for number in free if named[number].start < comma]
        after = [number for number in free if named[number].start > comma]
        return [(n, Role.FAMILY) for n in before] + [(n, Role.GIVEN) for n in after[:1]]
    if not free:
        return []
    if len(free) == 1:
        return [(free[0], Role.GIVEN if free[0] == 0 else Role.FAMILY)]
    if named[free[0]].folded in lexicon.VIETNAMESE_FAMILIES:
        return [(free[0], Role.FAMILY), (free[-1], Role.GIVEN)]
    return [(free[0], Role.GIVEN), (free[-1], Role.FAMILY)]


def _organisation(name: str, heard: Sequence[Word], *, is_thing: bool) -> Parts:
    dotted = _join_dotted(name, heard)
    written = _spelt_out(dotted if name.isascii() else _join_signs(dotted))
    forms: list[tuple[str, str]] = []
    if is_thing:
        rest = list(written)
        if len(rest) > 1 and rest[0][0] in lexicon.SHIP_PREFIXES:
            del rest[0]
    else:
        rest, forms = _without_forms(_split_forms(written))
    found: list[Token] = []
    for number, (text, shown, script) in enumerate(rest[:MAX_TOKENS]):
        text = lexicon.SAME_WORD.get(text, text)
        common, place = organisations.common(text), organisations.place(text)
        numeral = _numeral(text, is_last=number == len(rest) - 1, is_first=number == 0)
        if numeral is not None:
            _add_number(found, numeral, shown)
        elif text in lexicon.ORGANISATION_PARTICLES and len(rest) > 1:
            found.append(Token(text, shown, Role.PARTICLE, script))
        elif place is not None:
            found.append(Token(place, shown, Role.PLACE, Script.LETTERS))
        elif common is not None or text in lexicon.GENERIC:
            found.append(Token(common or text, shown, Role.GENERIC, Script.LETTERS))
        else:
            found.append(Token(text, shown, Role.WORD, script))
    raw = tuple(word.folded for word in heard[:MAX_TOKENS])
    return Parts(tuple(found), raw, fold_words(heard), forms=tuple(forms))


_Written = tuple[str, str, Script]


def _join_dotted(name: str, heard: Sequence[Word]) -> list[_Written]:
    """Single letters with dots between them are one word: S.p.A., L.X.C."""
    joined: list[_Written] = []
    start, last = 0, None
    for word in heard:
        text = word.folded
        gap = name[last.end : word.start] if last else " "
        if last and joined and len(text) == 1 == len(last.folded) and gap in {".", ". ", "/"}:
            joined[-1] = (joined[-1][0] + text, name[start : word.end], word.script)
        else:
            start = word.start
            joined.append((text, name[word.start : word.end], word.script))
        last = word
    return joined


def _join_signs(written: Sequence[_Written]) -> list[_Written]:
    """Words of several signs that stand for a common word or a legal form."""
    joined: list[_Written] = []
    number = 0
    while number < len(written):
        length = _signs_at(written, number)
        shown = "".join(word[1] for word in written[number : number + length])
        if length > 1:
            text = organisations.IN_SIGNS[shown]
            joined += ((part, shown, Script.LETTERS) for part in text.split())
        else:
            joined.append(written[number])
        number += max(length, 1)
    return joined


def _signs_at(written: Sequence[_Written], number: int) -> int:
    """How many signs from here on are one word."""
    if written[number][2] not in _SIGNS:
        return 0
    for length in range(min(organisations.LONGEST_IN_SIGNS, len(written) - number), 1, -1):
        signs = "".join(word[1] for word in written[number : number + length])
        if signs in organisations.IN_SIGNS:
            return length
    return 0


_SIGNS = frozenset({Script.SYLLABLE, Script.KANA})


def _spelt_out(written: Sequence[_Written]) -> list[_Written]:
    """With one word that is several as these, and letters that stand for words: US, DPRK."""
    spelt: list[_Written] = []
    for text, shown, script in written:
        words = organisations.COMPOUNDS.get(text)
        if words is None and shown.isupper():
            words = organisations.ACRONYMS.get(text)
        spelt += [(word, shown, script) for word in words] if words else [(text, shown, script)]
    return spelt


def _split_forms(written: Sequence[_Written]) -> list[_Written]:
    """A legal form written onto the name, told by its capitals: SiemensAG."""
    split: list[_Written] = []
    for text, shown, script in written:
        hump = _HUMP.search(shown) if shown.isascii() else None
        at = hump.start() if hump else 0
        tail = text[at:]
        if at and text == shown.lower() and (tail,) in lexicon.LEGAL_FORMS:
            split += [(text[:at], shown[:at], script), (tail, shown[at:], script)]
        else:
            split.append((text, shown, script))
    return split


_HUMP = re.compile("(?<=[a-z])[A-Z]")


def _without_forms(written: Sequence[_Written]) -> tuple[list[_Written], list[tuple[str, str]]]:
    rest: list[_Written] = []
    forms: list[tuple[str, str]] = []
    heard = [_undoubled(word[0]) for word in written]
    number = 0
    while number < len(written):
        length = _form_at(heard, number)
        if length:
            shown = " ".join([word[1] for word in written[number : number + length]])
            forms.append((shown, _forms()[tuple(heard[number : number + length])]))
            number += length
        else:
            rest.append(written[number])
            number += 1
    if not rest:
        return list(written), []
    return rest, forms


_SHORT_FORM = 3


def _form_at(heard: Sequence[str], number: int) -> int:
    """How many words from here on are a legal form."""
    longest = _longest_forms().get(heard[number], 0)
    for length in range(min(longest, len(heard) - number), 0, -1):
        form = tuple(heard[number : number + length])
        if form not in _forms():
            continue
        # A short one inside a name ("as", "co") is a word of it.
        at_an_edge = number == 0 or _form_at_end(heard, number + length)
        if length > 1 or len(form[0]) > _SHORT_FORM or at_an_edge:
            return length
    return 0


def _form_at_end(heard: Sequence[str], number: int) -> bool:
    return number >= len(heard) or bool(_form_at(heard, number))


@lru_cache(maxsize=1)
def _forms() -> dict[tuple[str, ...], str]:
    return {
        tuple(_undoubled(word) for word in form): family
        for form, family in lexicon.LEGAL_FORMS.items()
    }


@lru_cache(maxsize=1)
def _longest_forms() -> dict[str, int]:
    """The words that legal forms begin with, and of how many words the longest of each is."""
    longest: dict[str, int] = {}
    for form in _forms():
        longest[form[0]] = max(len(form), longest.get(form[0], 0))
    return longest


def _undoubled(word: str) -> str:
    """Without doubled letters, where long foreign words are most often misspelt."""
    return word if len(word) <= _SHORT_FORM else _DOUBLED.sub(r"\1", word)


_DOUBLED = re.compile(r"(.)\1+", re.DOTALL)


def _numeral(text: str, *, is_first: bool, is_last: bool) -> int | None:
    if text.isdigit():
        return int(text[:9])
    if text[:-2].isdigit() and text[-2:] in {"st", "nd", "rd", "th"}:
        return int(text[:9][:-2] or 0) if len(text) <= 9 else None
    for numbers in (lexicon.UNITS, lexicon.TENS, lexicon.ORDINALS):
        if text in numbers:
            return numbers[text]
    if text in lexicon.ROMANS and not is_first and (len(text) > 1 or is_last):
        return lexicon.ROMANS[text]
    return None


def _add_number(found: list[Token], numeral: int, shown: str) -> None:
    """Add a number; after a number of tens, a unit joins it: forty-four."""
    last = found[-1] if found else None
    if (
        last is not None
        and last.role is Role.NUMBER
        and last.shown.lower() in lexicon.TENS
        and shown.lower() in lexicon.UNITS
    ):
        total = int(last.text) + numeral
        found[-1] = Token(str(total), f"{last.shown}-{shown}", Role.NUMBER)
        return
    found.append(Token(str(numeral), shown, Role.NUMBER))
