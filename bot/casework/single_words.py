"""One word of a name, inside a case: worth a question where it fits one alone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.casework import calibration, entities
from bot.casework.candidates import Candidate, Reason, signature
from bot.casework.standing import Place
from bot.wording import evidence as wording
from nlp import names
from nlp.spans import Span

HEARD_FROM = 0.8
"""So near must one word be to one of a name that it only sounds like."""


def fitting(
    session: Session, span: Span, met: Mapping[int, Sequence[Place]]
) -> tuple[Candidate, ...]:
    """One word of a name, inside a case: worth a question when it fits one. What is written as
    somebody is called goes before what only sounds so."""
    if " " in span.text.strip():
        return ()
    fits = [
        (place, part)
        for found in met.values()
        for place in found
        if (part := _part_said(span.text, place)) is not None
    ]
    exact = {place.case_id for place, part in fits if not part.is_heard}
    fits = [each for each in fits if not (each[1].is_heard and each[0].case_id in exact)]
    # Counted by case: what one case knows must not show in what another one is asked.
    bearers = Counter(place.case_id for place, _ in fits)
    return tuple(
        Candidate(
            place.entity_id,
            place.case_id,
            place.agency_id,
            calibration.ONE_WORD,
            False,
            part.reasons(span.text),
            signature(session, place.key_id, place.entity_id, span),
            True,
        )
        for place, part in fits
        if bearers[place.case_id] == 1
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """The word of somebody's name that was said, or that sounds like what was."""

    word: str
    name: str
    is_heard: bool

    def reasons(self, said: str) -> tuple[Reason, ...]:
        only = Reason(wording.only_part(), against=True)
        if not self.is_heard:
            return Reason(wording.part_of_name(said, self.name)), only
        return (
            Reason(wording.sounds_like_part(said, self.name)),
            only,
            Reason(wording.spelt_otherwise(), against=True),
        )


def _part_said(said: str, place: Place) -> _Part | None:
    kind = entities.kind_of(place.schema)
    parts = [(word, name) for name in place.names for word in names.tokens(name, kind)]
    same = names.tokens(said, kind)
    for word, name in parts:
        if (word,) == same:
            return _Part(word, name, is_heard=False)
    for word, name in parts:
        if names.compare(said, word, kind).score >= HEARD_FROM:
            return _Part(word, name, is_heard=True)
    return None
