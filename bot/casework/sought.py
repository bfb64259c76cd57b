"""What of a message is looked up: the hashes under which what it says would be known."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import entities, spared
from nlp import names, qualifiers
from nlp.meaning import Relation
from nlp.spans import Label, Span
from storage import indexing
from storage.indexing import Index
from storage.models import Agency, Case, Room

CUT_BY_GUESS = frozenset({Label.PERSON, Label.ORG})
"""Whose spans somebody who recognises a name may have cut too short."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One message's text with the spans found in it, how they belong together, and its runs of
    words, each of which may be a known name that nobody recognised as one."""

    text: str
    spans: Sequence[Span]
    room: Room | None
    runs: Sequence[names.Ngram] = ()
    inside: Collection[int] = ()
    """Cases inside which names are looked up too, beside those that the room carries."""
    relations: Sequence[Relation] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    hard: Mapping[int, int]
    """Index of span → hash of its identifier."""
    named: Mapping[int, frozenset[int]]
    """Index of span → hashes of its name."""
    running: Mapping[int, list[names.Ngram]]
    """Hash → words of running text that may be a known name."""
    inside: Mapping[int, int]
    """Hash → the case inside which alone it leads to anybody."""
    here: Collection[int]
    """The cases in question: that the room carries, or in which somebody looks."""


@dataclass(frozen=True, slots=True)
class Told:
    """A passage with what is known of the identifiers in it, and the cases its room carries."""

    passage: Passage
    plan: Plan
    by_hard: Mapping[int, Mapping[int, bool]]
    carried: Mapping[int, Sequence[int]]

    def facts_of(self, span: Span) -> names.Facts:
        """What it says of whom it names."""
        said = self.passage
        return qualifiers.said_of(span, said.text, said.spans, said.relations)

    def shared_with(self, entity_id: int) -> list[Span]:
        """The identifiers in it that this entity holds, one of each."""
        shared = {
            hashed: self.passage.spans[index]
            for index, hashed in self.plan.hard.items()
            if entity_id in self.by_hard.get(hashed, ())
        }
        return [span for span in shared.values() if span.valid and not span.negated]

    def is_about(self, case_id: int) -> bool:
        room = self.passage.room
        return room is not None and case_id in self.carried[room.id]


def plan(session: Session, passage: Passage, carried: Mapping[int, Sequence[int]]) -> Plan:
    index = indexing.of(session)
    hard: dict[int, int] = {}
    named: dict[int, frozenset[int]] = {}
    here = {*passage.inside, *(carried[passage.room.id] if passage.room is not None else ())}
    hashed_inside = entities.inside_hasher(index)
    running, inside = _running(index, passage, here)
    for at, span in enumerate(passage.spans):
        if span.role in spared.ROLES:
            continue
        if span.label in entities.IDENTIFYING and span.value:
            hard[at] = entities.identifier_hash(index, span.label, span.value)
        elif span.label in entities.NAMED:
            kind = entities.kind_of(entities.SCHEMA_OF[span.label])
            called = span.value or span.text
            keys = names.inside_keys(called, kind) if here else ()
            found = {hashed_inside(case, key): case for case in here for key in keys}
            inside |= found
            named[at] = frozenset([*entities.name_hashes(index, called, kind), *found])
    return Plan(hard, named, running, inside, here)


def carried_by(session: Session, rooms: Sequence[Room]) -> dict[int, list[int]]:
    """The cases each room carries: one word of a name may be known there."""
    codes = {each.rpartition("/")[2] for room in rooms for each in room.carries}
    if not codes:
        return {room.id: [] for room in rooms}
    by_name: dict[str, list[int]] = defaultdict(list)
    for case_id, code, agency in session.execute(
        select(Case.id, Case.code, Agency.slug)
        .join(Agency, Agency.id == Case.agency_id)
        .where(Case.code.in_(codes))
    ):
        by_name[code].append(case_id)
        by_name[f"{agency}/{code}"].append(case_id)
    return {
        room.id: sorted({case_id for each in room.carries for case_id in by_name.get(each, ())})
        for room in rooms
    }


def _running(
    index: Index, passage: Passage, here: Collection[int]
) -> tuple[dict[int, list[names.Ngram]], dict[int, int]]:
    """Names in running text, by the hash of what they would be known under; and the case of each
    hash under which something is known inside a case alone."""
    whole, hashed_inside = index.hasher("n:x"), entities.inside_hasher(index)
    # One word of a longer name is not who bears that word alone: Jon Hale is not every Jon.
    whole_names = [(s.start, s.end) for s in passage.spans if _has_several_words(s)]
    running: dict[int, list[names.Ngram]] = defaultdict(list)
    inside: dict[int, int] = {}
    for gram in _runs(passage):
        if " " in gram.text:
            running[whole(gram.key)].append(gram)
        elif _lies_in(whole_names, gram.start, gram.end):
            continue
        for key in _inside_keys(gram) if here else ():
            for case_id in here:
                hashed = hashed_inside(case_id, key)
                running[hashed].append(gram)
                inside[hashed] = case_id
    return running, inside


def _runs(passage: Passage) -> list[names.Ngram]:
    """Those runs of words in which nothing else was recognised."""
    # Who recognises a name may cut it short, or know only a part: what is known goes before.
    taken = [
        (span.start, span.end)
        for span in passage.spans
        if span.label not in CUT_BY_GUESS or span.role in spared.ROLES
    ]
    return [
        gram
        for gram in passage.runs
        if not any(gram.start < until and begin < gram.end for begin, until in taken)
    ]


def _inside_keys(gram: names.Ngram) -> Collection[names.Key]:
    """By what a run of words may be known inside a case: a word also by its sound, if it is written
    as a name is."""
    if " " in gram.text:
        return [names.Key("x", gram.key)]
    if gram.text[:1].islower():
        return [names.Key("w", gram.key)]
    return names.inside_keys(gram.text, names.Kind.PERSON)


def _has_several_words(span: Span) -> bool:
    return span.label in CUT_BY_GUESS and len(names.tokens(span.text, names.Kind.PERSON)) > 1


def _lies_in(stretches: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    return any(begin <= start and end <= until for begin, until in stretches)
