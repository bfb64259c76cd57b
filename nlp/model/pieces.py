"""The whole of a name and no more: its pieces put together, and what somebody is left out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from nlp import tongues
from nlp.names.given import is_given
from nlp.names.words import fold
from nlp.roles import KIN, SAID
from nlp.spans import Label, Span

SURE = 0.7
"""A name of two pieces says more than either of them."""


def joined(text: str, spans: Sequence[Span]) -> list[Span]:
    """The spans of a text with the names whole that were found in pieces, in reading order."""
    found: list[Span] = []
    for span in spans:
        if found and span.start < found[-1].end:
            continue  # it is a piece of the one before
        name = _without_tail(text, _without_role(span))
        if not name.text:
            continue  # "matka ofiary, Ewa Lis": what she is, and not who
        found.append(_with_given_name(text, name, spans))
    return list(_with_nicknames(text, found))


def _without_role(span: Span) -> Span:
    """ "Rechtsanwältin Anna Sample": what she is belongs to her name no more than a title."""
    if span.label is not Label.PERSON or span.value != span.text:
        return span
    whom = _of_whom(span.text)
    if whom:  # "madre della vittima Anna Sample"
        rest = span.text[whom:]
        return replace(span, start=span.end - len(rest), text=rest, value=rest)
    first, gap, rest = span.text.partition(" ")
    # "vic Anna Sample": in small letters before capital ones it is no given name.
    is_small = first.islower() and rest[:1].isupper()
    is_role = first.lower() in _WHO and (is_small or not is_given(fold(first)))
    # "spoor van Jan de Vries": before a given name the particle is of the sentence.
    is_of = first in _OF and is_given(fold(rest.split(" ")[0]))
    if not (gap and (is_role or is_of)):
        return span
    return replace(span, start=span.end - len(rest), text=rest, value=rest)


def _of_whom(said: str) -> int:
    """How far the words in small letters go that say what somebody is."""
    end = at = 0
    for word in said.split(" "):
        at += len(word) + 1
        if word.rstrip(",:") in _WHO:
            end = at
        elif word not in _PARTICLES:
            break
    return end


def _without_tail(text: str, span: Span) -> Span:
    """ "Lena Birch Mob: ...", "Ana Prova mora ...": what is said next is not of the name."""
    rest, gap, last = span.text.rpartition(" ")
    is_next = last.lower() in _LINES and text[span.end : span.end + 1] == ":"
    if span.label is not Label.PERSON or span.value != span.text or not gap:
        return span
    if not (is_next or (last in _LIVES and rest[:1].isupper())):
        return span
    return replace(span, end=span.start + len(rest), text=rest, value=rest)


def _with_given_name(text: str, span: Span, spans: Sequence[Span]) -> Span:
    """ "Sampleton, robert (dob ...": a given name behind the comma, and then no more of a list."""
    if span.label is not Label.PERSON or is_given(fold(span.text).split(" ")[0]):
        return span
    behind = _GIVEN.match(text, span.end)
    if behind is None or not is_given(fold(behind["first"])):
        return span
    end = behind.end("given")
    if any(
        each.start < end and each.end > span.end and each.label is not Label.PERSON
        for each in spans
    ):
        return span
    return _whole(text, span, end, f"{behind['given']} {span.value or span.text}")


def _with_nicknames(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """ "Karim "the Ghost" Haddad": one person, and what they are called."""
    taken = None
    for span, following in pairwise([*spans, None]):
        assert span is not None  # only the one behind the last is none
        if span is taken:
            continue
        if following is None or span.label is not Label.PERSON or following.label is not span.label:
            yield span
        elif _is_nickname(text[span.end : following.start]):
            taken = following
            name = f"{span.value or span.text} {following.value or following.text}"
            yield _whole(text, span, following.end, name)
        else:
            yield span


def _whole(text: str, span: Span, end: int, name: str) -> Span:
    sure = max(span.confidence, SURE)
    return replace(span, end=end, text=text[span.start : end], value=name, confidence=sure)


def _is_nickname(said: str) -> bool:
    """Whether these words call somebody something: what was said is rather a sentence."""
    quoted = _NICKNAME.fullmatch(said)
    words = "".join(filter(None, quoted.groups())) if quoted else ""
    return words != words.lower() and len(words.split()) <= _MOST_WORDS


_WHO = SAID | KIN
_PARTICLES = frozenset(tongues.words("of", "the"))
_LINES = frozenset(tongues.words("line"))
_LIVES = frozenset(tongues.words("home", "drives"))
_OF = frozenset({"van", "von", "de", "di"})
_WORD = r"[^\W\d_]+(?:-[^\W\d_]+)?"
_GIVEN = re.compile(
    rf",[ \t]{{1,2}}(?P<given>(?P<first>{_WORD})(?:[ \t]{_WORD}\.?)?)"
    r"(?=[ \t]*(?:[(\[;|/\n]|$|[,.]?[ \t]*(?:d\.?o\.?b|born|née?|geb|nat\b|\d|\*)))",
    re.IGNORECASE,
)
_QUOTES = (('"', '"'), ("“", "”"), ("„", "“"), ("„", "”"), ("«", "»"), ("'", "'"))
_NICKNAME = re.compile(
    r"[ \t]{1,2}(?:"
    + "|".join(rf"{opens}([^{opens}{closes}\n]{{2,30}}){closes}" for opens, closes in _QUOTES)
    + r")[ \t]{1,2}"
)
_MOST_WORDS = 3
