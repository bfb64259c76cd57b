"""Whether two names may be one, and every reason for it and against it."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from nlp.names.alignment import SLIPS_IN_JOINED, Alignment, Pair, align, may_join
from nlp.names.facts import FactEvidence, Facts, compare_facts
from nlp.names.frequency import word_commonness
from nlp.names.lexicon import PARENT_OF
from nlp.names.likeness import Alike, likeness
from nlp.names.parts import Kind, Parts, Role, Token, parts, read_together
from nlp.names.weights import BIAS, THRESHOLD, VERSION, WEIGHTS
from nlp.names.words import Script


class Code(StrEnum):
    """What kind of reason it is. Stable: judgements remember it."""

    IDENTICAL = "identical"
    EXACT = "exact"
    SPELLING = "spelling"
    SOUND = "sound"
    TYPO = "typo"
    SHORT_FORM = "short_form"
    TRANSLATION = "translation"
    INITIAL = "initial"
    BEGINNING = "beginning"
    JOINED = "joined"
    MISSING = "missing"
    DIFFERENT = "different"
    ORDER = "order"
    PATRONYM_ORDER = "patronym_order"
    NUMBER = "number"
    LEGAL_FORM = "legal_form"
    FACT = "fact"


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of evidence: what it is, how much it weighs (in log-odds), and in words."""

    code: Code
    against: bool
    weight: float
    text: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How likely two names are one (0 to 1), and why; the heaviest reason first.

    `log_odds` is the same likelihood, and still tells apart what are both all but sure.
    """

    score: float
    same: bool
    reasons: tuple[Reason, ...]
    version: str = VERSION
    log_odds: float = -math.inf

    def supported_by(self, *facts: FactEvidence) -> "Comparison":
        """The same with what else speaks for it, which neither name nor facts say."""
        if not facts:
            return self
        return _weighed([*self.reasons, *map(_of_fact, facts)], self.log_odds, facts)


def compare(
    left: str,
    right: str,
    kind: Kind,
    *,
    left_facts: Facts | None = None,
    right_facts: Facts | None = None,
) -> Comparison:
    """Compare two names of one kind, and what else is known of their bearers. Symmetric.

    What speaks for it raises the score and what speaks against it lowers it, however well the
    names agree.
    """
    reasons = [
        _reason(evidence) for evidence in evidence_between(left, right, kind) if evidence.features
    ]
    if not reasons:
        return Comparison(0.0, False, (Reason(Code.DIFFERENT, True, 0.0, "Nothing to compare"),))
    facts = compare_facts(left_facts, right_facts)
    total = BIAS + math.fsum(-r.weight if r.against else r.weight for r in reasons)
    if any(fact.weight <= _TELLING_AGAINST for fact in facts):
        total = min(total, _NAME_IN_DOUBT)
    return _weighed([*reasons, *map(_of_fact, facts)], total, facts)


def _weighed(
    reasons: Sequence[Reason], log_odds: float, facts: Iterable[FactEvidence]
) -> Comparison:
    log_odds += math.fsum(fact.weight for fact in facts)
    score = round(_logistic(log_odds), 4)
    ranked = sorted(reasons, key=lambda reason: -reason.weight)
    return Comparison(score, score >= THRESHOLD, tuple(ranked), log_odds=log_odds)


def _of_fact(fact: FactEvidence) -> Reason:
    return Reason(Code.FACT, fact.weight < 0, abs(fact.weight), fact.text)


_TELLING_AGAINST = -0.5
_NAME_IN_DOUBT = 4.0
"""The most log-odds that a name gives where something else contradicts: however well it agrees,
others bear it, and by itself it must not outweigh what is known of them."""


def are_surely_different(left: str, right: str, kind: Kind) -> bool:
    """Whether `compare` would say that these are two names, told in a fraction of its time.

    True only where at most one word can agree and two others contradict each other; False says
    nothing.
    """
    ours, theirs = _outline(left, kind), _outline(right, kind)
    if ours is None or theirs is None or (ours.parts.is_east_asian and theirs.parts.is_east_asian):
        return False
    if len(ours.texts & theirs.texts) > 1:
        return False
    answered: set[int] = set()
    answering: set[int] = set()
    for i, token in enumerate(ours.telling):
        for j, other in enumerate(theirs.telling):
            alike = likeness(token, other)[0]
            if alike is _NOT:
                continue
            if alike in _ALMOST:
                return False  # it contradicts by half only
            answered.add(i)
            answering.add(j)
        if len(answered) > 1 and len(answering) > 1:
            return False
    if ours.may_be_joined(theirs) or theirs.may_be_joined(ours):
        return not may_join(ours.parts, theirs.parts)
    return True


class _Outline(NamedTuple):
    """A name with as many words as a contradiction needs beside an agreement."""

    parts: Parts
    telling: tuple[Token, ...]
    texts: frozenset[str]
    longest: int
    """The letters of its longest word."""
    shortest_join: int
    """The letters of two neighbours written together, at least."""
    has_capitals: bool
    """Whether a word may be the first letters of several."""

    def may_be_joined(self, other: "_Outline") -> bool:
        """Whether it is worth looking if words of this name are one word of the other."""
        return other.has_capitals or self.shortest_join <= other.longest + SLIPS_IN_JOINED


@lru_cache(maxsize=1 << 13)
def _outline(name: str, kind: Kind) -> _Outline | None:
    known = parts(name, kind)
    if any(token.role is Role.NUMBER or token.script in _IN_SIGNS for token in known.tokens):
        return None
    telling = tuple(token for token in known.tokens if token.role is not Role.PARTICLE)
    if len(telling) < _ENOUGH_TO_CONTRADICT:
        return None
    lengths = [len(token.text) for token in known.tokens]
    return _Outline(
        known,
        telling,
        frozenset([token.text for token in telling]),
        longest=max(lengths),
        shortest_join=min(map(sum, pairwise(lengths))),
        has_capitals=any(token.shown.isupper() and len(token.text) > 1 for token in telling),
    )


_IN_SIGNS = frozenset({Script.SYLLABLE, Script.KANA, Script.TRANSCRIBED})
_ENOUGH_TO_CONTRADICT = 2
_NOT = Alike.NOT


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason before it is weighed: its features and their amounts."""

    code: Code
    text: str
    features: Mapping[str, float] = field(default_factory=dict)


def evidence_between(left: str, right: str, kind: Kind) -> list[Evidence]:
    """Everything the two names say for and against being one, in no order."""
    ours, theirs = parts(left, kind), parts(right, kind)
    if not ours.tokens or not theirs.tokens:
        return []
    is_identical = ours.folded == theirs.folded and not _differ_in_signs(ours, theirs)
    if kind is Kind.PERSON:
        ours, theirs = read_together(ours, theirs)
    # The same way round whoever comes first, so that the answer is symmetric.
    turned = (theirs.folded, right) < (ours.folded, left)
    if is_identical:
        ours = theirs = theirs if turned else ours
    case = _Case(theirs, ours, kind, turned) if turned else _Case(ours, theirs, kind, turned)
    alignment = align(case.left, case.right)
    found = [*_agreeing(case, alignment), *_disagreeing(case, alignment)]
    found += [*_numbers(case), *_orders(case, alignment), *_forms(case)]
    if kind is Kind.PERSON:
        found += [*_parents(case, alignment), *_lone(case)]
    elif not _agree_in_a_name(case, alignment):
        found.append(Evidence(Code.DIFFERENT, "Only common words agree", {"common_only": 1.0}))
    if is_identical:
        shown = left.strip() if left.strip() == right.strip() else f"{left} / {right}"
        found.append(Evidence(Code.IDENTICAL, f"Written the same: {shown}", {"same": 1.0}))
    return found


def _differ_in_signs(ours: Parts, theirs: Parts) -> bool:
    """Whether both are written in signs and not in the same ones: many signs are read alike."""
    signs = [
        [token.shown for token in known.tokens if token.script is Script.SYLLABLE]
        for known in (ours, theirs)
    ]
    return all(signs) and signs[0] != signs[1]


@dataclass(frozen=True, slots=True)
class _Case:
    """Two names in comparing order; *turned* when that is not the order they were given in."""

    left: Parts
    right: Parts
    kind: Kind
    turned: bool

    def words(self, left: str, right: str) -> str:
        return f"{right} / {left}" if self.turned else f"{left} / {right}"


def _lone(case: _Case) -> Iterator[Evidence]:
    """One word against several: many people bear it."""
    ours, theirs = case.left.core, case.right.core
    if min(len(ours), len(theirs)) == 1 < max(len(ours), len(theirs)):
        shown = (ours if len(ours) == 1 else theirs)[0].shown
        yield Evidence(Code.MISSING, f"Only one word on one side: {shown}", {"lone": 1.0})


def _agree_in_a_name(case: _Case, alignment: Alignment) -> bool:
    """Whether the words that agree are more than what many organisations are called by."""
    if not any(token.role is Role.WORD for token in (*case.left.tokens, *case.right.tokens)):
        return True  # neither has anything else
    return any(
        known.tokens[place].role is Role.WORD
        for pair in alignment.pairs
        for known, places in ((case.left, pair.left), (case.right, pair.right))
        for place in places
    )


_AGREE_FEATURE = {
    Alike.EXACT: "exact",
    Alike.SPELLING: "spelling",
    Alike.SOUND: "sound",
    Alike.TYPO: "typo",
    Alike.SHORT_FORM: "short_form",
    Alike.TRANSLATION: "translation",
    Alike.INITIAL: "initial",
    Alike.BEGINNING: "beginning",
}
# Each further word that agrees says a little less than the one before, and much less where another
# contradicts: whole families share all but one word of a long name.
_DISCOUNT, _DISCOUNT_CONTRADICTED = 0.6, 0.35


def _agreeing(case: _Case, alignment: Alignment) -> Iterator[Evidence]:
    ranked = sorted((-_telling(case, pair), pair) for pair in alignment.pairs)
    is_person = case.kind is Kind.PERSON
    agree, typo = ("agree", "typo") if is_person else ("agree_word", "typo_word")
    contradicted = _telling_places(case.left, alignment.left_alone) and _telling_places(
        case.right, alignment.right_alone
    )
    discount = _DISCOUNT_CONTRADICTED if contradicted else _DISCOUNT
    for rank, (telling, pair) in enumerate(ranked):
        alike, share = pair.likeness
        amount = -telling * discount**rank
        features = {agree: amount}
        if alike is not Alike.EXACT:
            feature = _AGREE_FEATURE[alike]
            features[typo if alike is Alike.TYPO else feature] = amount
        if alike is Alike.TYPO or (alike is Alike.SOUND and not _crosses_scripts(case, pair)):
            features[f"{alike.value}_cost"] = 1 - share
        yield Evidence(_agreeing_code(pair), _agreeing_text(case, pair), features)


def _crosses_scripts(case: _Case, pair: Pair) -> bool:
    return case.left.tokens[pair.left[0]].script is not case.right.tokens[pair.right[0]].script


def _agreeing_code(pair: Pair) -> Code:
    if pair.is_joined and pair.likeness.alike is not Alike.INITIAL:
        return Code.JOINED
    return _AGREE_CODE[pair.likeness.alike]


_AGREE_CODE = {alike: Code(feature) for alike, feature in _AGREE_FEATURE.items()}


_SAID = {
    Alike.EXACT: "is the same",
    Alike.SPELLING: "has known spellings",
    Alike.SOUND: "sounds alike",
    Alike.TYPO: "differs by a slip",
    Alike.SHORT_FORM: "has a short form",
    Alike.TRANSLATION: "is the same in another language",
    Alike.INITIAL: "fits the initial",
    Alike.BEGINNING: "begins alike",
}


def _agreeing_text(case: _Case, pair: Pair) -> str:
    ours = _shown(case.left.tokens, pair.left)
    theirs = _shown(case.right.tokens, pair.right)
    role = _shared_role(case.left.tokens[pair.left[0]], case.right.tokens[pair.right[0]])
    said = _SAID[pair.likeness.alike]
    if role in _TRANSLATED and ours.casefold() != theirs.casefold():
        said = "means the same"
    if pair.is_joined and pair.likeness.alike is not Alike.INITIAL:
        said = f"{said}, written together"
    if ours == theirs:
        return f"{role} {said}: {ours}"
    return f"{role} {said}: {case.words(ours, theirs)}"


_TRANSLATED = frozenset(role.value.capitalize() for role in (Role.GENERIC, Role.PLACE))


def _shown(tokens: Sequence[Token], places: Iterable[int]) -> str:
    return " ".join(tokens[place].shown for place in places)


def _shared_role(one: Token, other: Token) -> str:
    return one.role.value.capitalize() if one.role is other.role else "Name"


def _telling(case: _Case, pair: Pair) -> float:
    """How much it says that these words agree."""
    if len(pair.left) == 1 == len(pair.right):
        one, other = case.left.tokens[pair.left[0]], case.right.tokens[pair.right[0]]
        return min(_information(one, case.kind), _information(other, case.kind))
    ours = min((_information(case.left.tokens[i], case.kind) for i in pair.left), default=0.0)
    theirs = min((_information(case.right.tokens[i], case.kind) for i in pair.right), default=0.0)
    if pair.is_joined:
        return max(ours, theirs)
    return min(ours, theirs)


_BASE, _PER_LETTER, _MOST_LETTERS = 0.5, 0.0625, 8
_COMMON_LOSS = 0.4
_ROLE_INFORMATION = {Role.PARTICLE: 0.1, Role.NUMBER: 0.4}


def _information(token: Token, kind: Kind) -> float:
    fixed = _ROLE_INFORMATION.get(token.role)
    return _word_information(token.text, kind) if fixed is None else fixed


@lru_cache(maxsize=1 << 15)
def _word_information(text: str, kind: Kind) -> float:
    if len(text) == 1:
        return 0.4
    letters = min(len(text), _MOST_LETTERS)
    return (_BASE + _PER_LETTER * letters) * (1 - _COMMON_LOSS * word_commonness(text, kind))


def _disagreeing(case: _Case, alignment: Alignment) -> Iterator[Evidence]:
    """Words that contradict each other, then words that one side leaves out."""
    ours = _telling_places(case.left, alignment.left_alone)
    theirs = _telling_places(case.right, alignment.right_alone)
    for mine, yours in _opposed(case, ours, theirs):
        ours.remove(mine)
        theirs.remove(yours)
        yield _contradiction(case, case.left.tokens[mine], case.right.tokens[yours])
    for known, alone in ((case.left, ours), (case.right, theirs)):
        for place in alone:
            if not _is_repeated(known, place):
                yield _omission(case, known, place)


def _is_repeated(known: Parts, place: int) -> bool:
    return sum(token.text == known.tokens[place].text for token in known.tokens) > 1


def _telling_places(known: Parts, alone: Iterable[int]) -> list[int]:
    untelling = {Role.PARTICLE, Role.NUMBER}
    return [place for place in alone if known.tokens[place].role not in untelling]


def _opposed(case: _Case, ours: Sequence[int], theirs: Sequence[int]) -> list[tuple[int, int]]:
    """The words without an answer, each with the one that stands in its place."""
    count_left, count_right = len(case.left.tokens), len(case.right.tokens)

    def misfit(pair: tuple[int, int]) -> tuple[float, ...]:
        one, other = case.left.tokens[pair[0]], case.right.tokens[pair[1]]
        place = abs(pair[0] / count_left - pair[1] / count_right)
        near = likeness(one, other).share
        return (one.role is not other.role, -near, place, *pair)

    left_free, right_free = set(ours), set(theirs)
    chosen: list[tuple[int, int]] = []
    for mine, yours in sorted(((i, j) for i in ours for j in theirs), key=misfit):
        if mine in left_free and yours in right_free:
            chosen.append((mine, yours))
            left_free.remove(mine)
            right_free.remove(yours)
    return chosen


_DIFFERENT_FEATURE = {
    Role.GIVEN: "different_given",
    Role.FAMILY: "different_family",
    Role.MIDDLE: "different_middle",
    Role.PATRONYMIC: "different_middle",
    Role.GENERIC: "different_generic",
    Role.PLACE: "different_place",
    Role.WORD: "different_word",
}
_ROLES_IN_TEXT = {
    Role.GIVEN: "Given names differ",
    Role.FAMILY: "Family names differ",
    Role.MIDDLE: "Middle names differ",
    Role.PATRONYMIC: "Patronymics differ",
}


_ALMOST = frozenset({Alike.NEAR, Alike.BEGINNING})


def _contradiction(case: _Case, one: Token, other: Token) -> Evidence:
    near = likeness(one, other)
    amount = 1 - near.share / 2 if near.alike in _ALMOST else 1.0
    if one.role is other.role:
        feature = _DIFFERENT_FEATURE[one.role]
        said = _ROLES_IN_TEXT.get(one.role, "Words differ")
    else:
        roles = {_DIFFERENT_FEATURE[one.role], _DIFFERENT_FEATURE[other.role]}
        feature = min(roles)
        said = "Names differ" if case.kind is Kind.PERSON else "Words differ"
    return Evidence(
        Code.DIFFERENT, f"{said}: {case.words(one.shown, other.shown)}", {feature: amount}
    )


_MISSING_FEATURE = {
    Role.GIVEN: "missing_given",
    Role.FAMILY: "missing_family",
    Role.MIDDLE: "missing_middle",
    Role.PATRONYMIC: "missing_middle",
    Role.GENERIC: "missing_generic",
    Role.PLACE: "missing_place",
    Role.WORD: "missing_word",
}


def _omission(case: _Case, known: Parts, place: int) -> Evidence:
    token = known.tokens[place]
    said = f"{token.role.value.capitalize()} missing on one side: {token.shown}"
    return Evidence(
        Code.MISSING, said, {_MISSING_FEATURE[token.role]: _information_of(case, token)}
    )


def _information_of(case: _Case, token: Token) -> float:
    return max(_information(token, case.kind), _BASE)


def _numbers(case: _Case) -> Iterator[Evidence]:
    ours, theirs = _numbers_of(case.left), _numbers_of(case.right)
    if ours.keys() == theirs.keys():
        return
    shown = case.words(
        " ".join(ours.values()) or "none",
        " ".join(theirs.values()) or "none",
    )
    if ours and theirs:
        yield Evidence(Code.NUMBER, f"Numbers differ: {shown}", {"different_number": 1.0})
    else:
        amount = _UNSAID_GENERATION if case.kind is Kind.PERSON else 1.0
        yield Evidence(Code.NUMBER, f"Number on one side only: {shown}", {"missing_number": amount})


_UNSAID_GENERATION = 0.8  # people drop the Junior now and then; organisations do not drop the II


def _numbers_of(known: Parts) -> dict[str, str]:
    return {token.text: token.shown for token in known.tokens if token.role is Role.NUMBER}


def _orders(case: _Case, alignment: Alignment) -> Iterator[Evidence]:
    if case.kind is not Kind.PERSON or (case.left.is_east_asian and case.right.is_east_asian):
        return
    roles = {
        (case.left.tokens[pair.left[0]].role, case.right.tokens[pair.right[0]].role)
        for pair in alignment.pairs
    }
    exchanged = {(Role.GIVEN, Role.FAMILY), (Role.FAMILY, Role.GIVEN)}
    child_is_father = (Role.GIVEN, Role.PATRONYMIC) in roles
    father_is_child = (Role.PATRONYMIC, Role.GIVEN) in roles
    if child_is_father and father_is_child:
        text = "Father and child are exchanged"
        yield Evidence(Code.PATRONYM_ORDER, text, {"patronym_order": 1.0})
    elif (
        (child_is_father or father_is_child) and _has_father(case.left) and _has_father(case.right)
    ):
        text = "One's own name is the other's father's"
        yield Evidence(Code.PATRONYM_ORDER, text, {"patronym_clash": 1.0})
    elif exchanged <= roles and case.left.has_comma == case.right.has_comma:
        yield Evidence(Code.ORDER, "Given and family name are exchanged", {"order": 1.0})
    if _is_another_order(case, alignment):
        text = "The same words are in another order"
        yield Evidence(Code.ORDER, text, {"other_order": 1.0})


def _parents(case: _Case, alignment: Alignment) -> Iterator[Evidence]:
    """Who is called after a child does not bear the child's name: Abu Omar, Omar."""
    for pair in alignment.pairs:
        ours, theirs = _parent(case.left, pair.left), _parent(case.right, pair.right)
        if bool(ours) is not bool(theirs):
            left, right = (
                " ".join([*filter(None, [parent]), _shown(known.tokens, places)])
                for parent, known, places in (
                    (ours, case.left, pair.left),
                    (theirs, case.right, pair.right),
                )
            )
            text = f"One is called after a child of the other's name: {case.words(left, right)}"
            yield Evidence(Code.PATRONYM_ORDER, text, {"patronym_clash": _AFTER_A_CHILD})


def _is_another_order(case: _Case, alignment: Alignment) -> bool:
    """Whether the first two of several words changed places: Maria José is not José Maria."""
    left_out = {Role.PARTICLE, Role.NUMBER, Role.PATRONYMIC}
    places = [
        pair.right[0]
        for pair in sorted(alignment.pairs)
        if case.left.tokens[pair.left[0]].role not in left_out
        and case.right.tokens[pair.right[0]].role not in left_out
    ]
    return len(places) >= _SEVERAL and [*places[1::-1], *places[2:]] == sorted(places)


_SEVERAL = 3


def _parent(known: Parts, places: Sequence[int]) -> str | None:
    """The word before a given name by which somebody is called after a child: Abu Omar."""
    first = places[0]
    if not first or known.tokens[first].role is not Role.GIVEN:
        return None
    before = known.tokens[first - 1]
    return before.shown if before.text in PARENT_OF else None


_AFTER_A_CHILD = 1.7


def _has_father(known: Parts) -> bool:
    return any(token.role is Role.PATRONYMIC for token in known.tokens)


def _forms(case: _Case) -> Iterator[Evidence]:
    """Legal forms are left aside, and said."""
    ours, theirs = case.left.forms, case.right.forms
    if not ours and not theirs:
        return
    shown = case.words(
        " ".join(form for form, _ in ours) or "none", " ".join(form for form, _ in theirs) or "none"
    )
    mine = {family for _, family in ours} - {"company"}
    yours = {family for _, family in theirs} - {"company"}
    if mine and yours and mine.isdisjoint(yours):
        yield Evidence(Code.LEGAL_FORM, f"Legal forms differ: {shown}", {"different_form": 1.0})
    elif shown.casefold() != case.words("", "").casefold():
        yield Evidence(Code.LEGAL_FORM, f"Legal form not weighed: {shown}", {"form": 0.0})


def _reason(evidence: Evidence) -> Reason:
    weight = math.fsum(WEIGHTS[name] * amount for name, amount in evidence.features.items())
    return Reason(evidence.code, weight < 0, round(abs(weight), 4), evidence.text)


def _logistic(total: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
