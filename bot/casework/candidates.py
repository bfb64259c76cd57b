"""Whom a mention may mean, as values: each with its reasons, and how sure it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.casework import entities
from nlp import names
from nlp.spans import Label, Span
from storage import sealing

ONE_BEARER = frozenset(
    {
        Label.PLATE, Label.VIN, Label.IMO, Label.MMSI, Label.AIRCRAFT, Label.CONTAINER,
        Label.PHONE, Label.EMAIL, Label.IMEI, Label.IMSI, Label.ICCID,
        Label.IBAN, Label.CARD, Label.WALLET, Label.LEI, Label.TAX_ID, Label.NATIONAL_ID,
    }
)  # fmt: skip
"""What is one thing's alone as it is written. A passport's or an account's number says nothing of
who gave it out, a handle nothing of where; an address in a network is another's tomorrow."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of evidence, for or against."""

    text: str
    against: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entity that a mention may mean, in one case."""

    entity_id: int
    case_id: int
    agency_id: int
    score: float
    is_verified: bool
    reasons: tuple[Reason, ...]
    signature: int
    is_common: bool = False
    meant: str | None = None
    """The identifier of it that was written but for one slip, if one was."""

    @property
    def is_near(self) -> bool:
        """Whether what was written is an identifier of it but for one slip."""
        return self.meant is not None


@dataclass(frozen=True, slots=True)
class Linked:
    """One candidate stands out by a verified identifier."""

    to: Candidate


@dataclass(frozen=True, slots=True)
class Unsure:
    """Somebody must look at these."""

    among: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class New:
    """Nothing known is meant."""


Verdict = Linked | Unsure | New


@dataclass(frozen=True, slots=True)
class Finding:
    """A span with what it may mean. `is_known_name` marks a span seen only because it is known."""

    span: Span
    candidates: tuple[Candidate, ...]
    is_known_name: bool = False


def decide(span: Span, candidates: Sequence[Candidate]) -> Verdict:
    """Say what the candidates of one case amount to.

    Linked is only a single one, by a verified identifier of a kind that nobody else bears, read in
    one way and neither denied nor only heard of.
    """
    if not candidates:
        return New()
    is_plain = not (span.negated or span.hearsay or span.alternatives)
    if len(candidates) == 1 and candidates[0].is_verified and is_plain and span.label in ONE_BEARER:
        return Linked(candidates[0])
    return Unsure(tuple(candidates))


def signature(
    session: Session, key_id: str, entity_id: int, span: Span, qualified: str = ""
) -> int:
    """Keyed hash of an entity and the evidence for it: the same again is not asked again.

    What else was said of a name (*qualified*) is part of the evidence, and so is a denial: what is
    none of it where it is denied may be it where it is not. It outlives the words, and so has the
    key of the agency that is asked, and not the index's.
    """
    what = names.fold(span.text) if span.label in entities.NAMED else span.value or span.text
    doubts = (qualified, "negated" if span.negated else "", "hearsay" if span.hearsay else "")
    rest = "".join(f"|{each}" for each in doubts if each)
    said = f"{entity_id}|{span.label}|{what}{rest}"
    return sealing.fingerprint(session, key_id, "signature", said)
