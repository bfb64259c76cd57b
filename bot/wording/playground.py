"""What the playground says about what was read, for people who tune rules."""

from collections.abc import Iterator, Sequence

from bot.wording.kinds import called
from nlp.meaning import Relation
from nlp.spans import Label, Span

_SURE = 0.95
_SAID = 0.8
_LIKELY = 0.65


def label(of: Label) -> str:
    """What people call this kind of thing."""
    return called(of)


def reasons(span: Span) -> Iterator[str]:
    """Why the span was read so, the doubt first."""
    if span.why:
        yield span.why
    if not span.valid:
        yield "kept, and not used"
    elif span.confidence >= _SURE:
        yield "check digits or a registry's rule fit"
    elif span.confidence >= _SAID:
        yield "a word beside it says so, or nothing else is written like this"
    elif span.confidence >= _LIKELY:
        yield "little else is written like this"
    else:
        yield "it looks like one"
    if span.negated:
        yield "denied"
    if span.hearsay:
        yield "only heard"
    if span.role:
        yield f"offered as {span.role}"


def tie(relation: Relation, subject: str, other: str, with_: Sequence[str]) -> str:
    """One tie, as a sentence."""
    sentence = f"{subject} {relation.tie.value} {other}"
    if with_:
        sentence += f" ({', '.join(with_)})"
    said = {"denied": relation.negated, "only heard": relation.hearsay, "asked": relation.asked}
    doubts = [word for word, holds in said.items() if holds]
    return f"{sentence}: {' and '.join(doubts)}." if doubts else f"{sentence}."
