"""Which word of one name answers to which word of the other."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rapidfuzz.distance import OSA

from nlp.names.eastern import same_given
from nlp.names.given import is_given
from nlp.names.likeness import Alike, Likeness, likeness
from nlp.names.parts import Parts, Role, Token
from nlp.names.words import Script


class Pair(NamedTuple):  # a tuple and not a dataclass: made by the hundred in one look-up
    """Words of the left name that answer to words of the right one; one side may be several."""

    left: tuple[int, ...]
    right: tuple[int, ...]
    likeness: Likeness

    @property
    def is_joined(self) -> bool:
        return len(self.left) != len(self.right)


class Alignment(NamedTuple):
    """The pairs, and the words that nothing answers to."""

    pairs: tuple[Pair, ...]
    left_alone: tuple[int, ...]
    right_alone: tuple[int, ...]


def align(left: Parts, right: Parts) -> Alignment:
    """Pair the words of two names, best first, each word once."""
    ours, theirs = left.tokens, right.tokens
    strict = left.is_east_asian and right.is_east_asian
    free_left, free_right = set(range(len(ours))), set(range(len(theirs)))
    pairs: list[Pair] = []

    def take(candidates: Iterable[Pair]) -> bool:
        for pair in candidates:
            if free_left.issuperset(pair.left) and free_right.issuperset(pair.right):
                pairs.append(pair)
                free_left.difference_update(pair.left)
                free_right.difference_update(pair.right)
        return not free_left or not free_right

    def rank(candidates: Iterator[Pair]) -> list[Pair]:
        possible = (
            pair
            for pair in candidates
            if free_left.issuperset(pair.left) and free_right.issuperset(pair.right)
        )
        return _ranked(possible, ours, theirs)

    # Each step looks only at what the steps before it left.
    (
        take(_same(ours, theirs))
        or (strict and take(_same_given(ours, theirs, free_left, free_right)))
        or take(rank(_initials(left, right)))
        or take(rank(_joined(ours, theirs, strict=strict)))
        or take(rank(_alike(ours, theirs, free_left, free_right, strict=strict)))
    )
    return Alignment(tuple(pairs), tuple(sorted(free_left)), tuple(sorted(free_right)))


def may_join(left: Parts, right: Parts) -> bool:
    """Whether several words of one name may answer to one of the other."""
    strict = left.is_east_asian and right.is_east_asian
    joined = _joined(left.tokens, right.tokens, strict=strict)
    return any(True for _ in joined) or any(True for _ in _initials(left, right))


_ONE_BY_LETTERS = Likeness(Alike.INITIAL, 0.7)
_MOST_JOINED = 3
_LEAST_JOINED = 5  # shorter ones join by chance
_LEAST_SHARE_JOINED = 0.7
SLIPS_IN_JOINED = 2
"""So many letters more or less may a word have than what it joins."""
_LONGEST_INITIALS = 5


def _same(ours: Sequence[Token], theirs: Sequence[Token]) -> Iterator[Pair]:
    for i, token in enumerate(ours):
        if token.role is Role.PARTICLE:
            continue
        for j, other in enumerate(theirs):
            if token.text == other.text and other.role is not Role.PARTICLE:
                yield Pair((i,), (j,), likeness(token, other))


def _same_given(
    ours: Sequence[Token], theirs: Sequence[Token], free_left: set[int], free_right: set[int]
) -> Iterator[Pair]:
    """Given names of two syllables that are one, wherever each of them is cut."""
    left, right = (
        tuple(place for place in sorted(free) if tokens[place].role is Role.GIVEN)
        for tokens, free in ((ours, free_left), (theirs, free_right))
    )
    if left and right and len(left) + len(right) > len("ab"):
        one, other = (
            "".join(t[place].text for place in places)
            for t, places in ((ours, left), (theirs, right))
        )
        if same_given(one, other):
            yield Pair(left, right, _SAME_GIVEN)


_SAME_GIVEN = Likeness(Alike.SPELLING, 0.85)


def _alike(
    ours: Sequence[Token],
    theirs: Sequence[Token],
    free_left: set[int],
    free_right: set[int],
    *,
    strict: bool,
) -> Iterator[Pair]:
    for i in sorted(free_left):
        token = ours[i]
        for j in sorted(free_right):
            other = theirs[j]
            if (token.role is Role.PARTICLE) != (other.role is Role.PARTICLE):
                continue
            if token.role is Role.NUMBER or other.role is Role.NUMBER:
                continue
            if _are_known_apart(token, other):
                continue
            found = likeness(token, other, strict=strict)
            if found.alike is Alike.BEGINNING and not _may_be_cut_short(token, other, found):
                continue
            if found.alike not in _NO_PAIR:
                yield Pair((i,), (j,), found)


def _are_known_apart(token: Token, other: Token) -> bool:
    """Whether each is a word known here, and they are two: Austria and Australia."""
    if token.role is not other.role or token.role not in _KNOWN_WORDS:
        return False
    return token.text.rstrip("s") != other.text.rstrip("s")


def _may_be_cut_short(token: Token, other: Token, found: Likeness) -> bool:
    """Whether the shorter word may stand for the longer: a Petrov is no Petrovsky."""
    if token.role is Role.FAMILY and other.role is Role.FAMILY:
        return False
    if token.role is Role.WORD:
        return found.share >= _LEAST_BEGINNING
    return not is_given(min(token.text, other.text, key=len))  # Ali is not short for Alireza


_LEAST_BEGINNING = 0.55
_KNOWN_WORDS = frozenset({Role.GENERIC, Role.PLACE})


_NO_PAIR = frozenset({Alike.NOT, Alike.NEAR})


def _joined(ours: Sequence[Token], theirs: Sequence[Token], *, strict: bool) -> Iterator[Pair]:
    """Words written together on one side: Abdul Rahman and Abdulrahman."""
    for left, right, found in _joins(ours, theirs, strict=strict):
        yield Pair(left, right, found)
    for right, left, found in _joins(theirs, ours, strict=strict):
        yield Pair(left, right, found)


def _joins(
    apart: Sequence[Token], together: Sequence[Token], *, strict: bool
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...], Likeness]]:
    longest = max((len(token.text) for token in together), default=0) + SLIPS_IN_JOINED
    for start in range(len(apart) - 1):
        if len(apart[start].text) + len(apart[start + 1].text) > longest:
            continue
        text = apart[start].text
        for end in range(start + 1, min(start + _MOST_JOINED, len(apart))):
            text += apart[end].text
            if len(text) > longest:
                break
            if len(text) < _LEAST_JOINED or apart[end].role is Role.PARTICLE:
                continue
            whole = Token(text, text, apart[start].role, apart[start].script)
            for number, token in enumerate(together):
                if abs(len(token.text) - len(text)) > SLIPS_IN_JOINED:
                    continue
                found = likeness(whole, token, strict=strict)
                if found.alike is Alike.SOUND and not _is_whole(text, token):
                    continue
                if found.share >= _LEAST_SHARE_JOINED and found.alike in _JOINABLE:
                    yield tuple(range(start, end + 1)), (number,), found


def _is_whole(joined: str, token: Token) -> bool:
    """Whether the letters bear out what sounds alike, so that no word is lost in the joining."""
    is_unvowelled = token.script in {Script.ABJAD, Script.ABUGIDA}
    least = _LEAST_LETTERS_UNVOWELLED if is_unvowelled else _LEAST_LETTERS
    return OSA.normalized_similarity(joined, token.text) >= least


_LEAST_LETTERS, _LEAST_LETTERS_UNVOWELLED = 0.7, 0.5
_JOINABLE = frozenset({Alike.EXACT, Alike.SPELLING, Alike.SOUND, Alike.TYPO})


def _initials(left: Parts, right: Parts) -> Iterator[Pair]:
    """Letters that stand for words: JC for Jean-Claude, HTO for a three-word organisation."""
    for mine, theirs in _letters(left, right):
        yield Pair(mine, theirs, _ONE_BY_LETTERS)
    for theirs, mine in _letters(right, left):
        yield Pair(mine, theirs, _ONE_BY_LETTERS)


def _letters(short: Parts, full: Parts) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    if not any(
        token.shown.isupper() and 2 <= len(token.text) <= _LONGEST_INITIALS
        for token in short.tokens
    ):
        return
    places = [i for i, token in enumerate(full.tokens) if token.role is not Role.PARTICLE]
    letters = "".join(full.tokens[i].text[:1] for i in places)
    if len(short.tokens) > 1 and all(token.shown.isupper() for token in short.tokens):
        return  # where everything is in capitals, they say nothing
    for number, token in enumerate(short.tokens):
        size = len(token.text)
        if not 2 <= size <= _LONGEST_INITIALS or not token.shown.isupper():
            continue
        if token.role is Role.WORD and (size < 3 or letters != token.text):
            continue
        at = letters.find(token.text)
        if at >= 0:
            yield (number,), tuple(places[at : at + size])


def _ranked(
    candidates: Iterator[Pair], ours: Sequence[Token], theirs: Sequence[Token]
) -> list[Pair]:
    def worth(pair: Pair) -> tuple[float, ...]:
        i, j = pair.left[0], pair.right[0]
        length = sum(len(ours[number].text) for number in pair.left)
        same_role = ours[i].role is theirs[j].role
        return (-pair.likeness.share, not same_role, -length, abs(i - j), i + j, i)

    return sorted(candidates, key=worth)
