"""What the lines of a file of Follow the Money say of each other."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from adapters.interchange import schemata
from adapters.interchange.follow_the_money import HELD_BY, IDENTIFYING, NAMES, OURS
from adapters.interchange.rows import SOMEBODY, category_of, clean, unique
from bot.casework import spared

HELD = frozenset({*HELD_BY, "BankAccount"})
"""What is told of with whoever holds it: their accounts and their documents."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line that can be used: an entity, or what joins two."""

    id: str
    schema: str
    said: Mapping[str, list[str]]
    ours: Mapping[str, Any]

    @property
    def caption(self) -> str:
        words = (*NAMES, "full", *(word for word, _, _ in IDENTIFYING))
        return next((self.said[word][0] for word in words if self.said.get(word)), self.schema)

    @property
    def is_spared(self) -> bool:
        category = self.ours.get("category")
        return isinstance(category, str) and category_of(category) in spared.CATEGORIES

    @property
    def is_beside(self) -> bool:
        """Whether Liaison wrote it for what somebody bears."""
        return "beside" in self.ours


@dataclass(frozen=True, slots=True)
class Joins:
    """What comes with an entity from other lines, by its id; the lines of which nothing is left to
    tell, and why others cannot be used."""

    held: dict[str, list[Line]] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)
    problems: dict[int, str] = field(default_factory=dict)


def line_of(raw: bytes) -> Line | str:
    """The line as it can be used, or what is wrong with it."""
    try:
        record = json.loads(raw)
    except (ValueError, RecursionError):
        return "not a line of JSON"
    if not isinstance(record, dict):
        return "not an object"
    schema, properties, ours = (record.get(each) for each in ("schema", "properties", OURS))
    if not isinstance(schema, str) or not isinstance(properties, dict):
        return 'needs "schema" and "properties"'
    said = {str(word): values_of(values) for word, values in properties.items()}
    return Line(str(record.get("id") or ""), schema, said, ours if isinstance(ours, dict) else {})


def values_of(values: object) -> list[str]:
    """What a property holds, each once and readable."""
    listed: Sequence[object] = values if isinstance(values, list) else [values]
    return unique(str(value) for value in listed if isinstance(value, str | int | float))


def joins_of(file: BinaryIO) -> Joins:
    """Look the file over for what joins its lines, and then for what is joined."""
    joining = {
        number: line for number, line in _lines(file, _MAY_JOIN) if _ends_of(line) is not None
    }
    joins = Joins()
    if not joining:
        return joins
    wanted = {end for line in joining.values() for end in _ends_of(line) or ()}
    there = {line.id: (number, line) for number, line in _lines(file) if line.id in wanted}
    for number, line in joining.items():
        _join(joins, number, line, there)
    return joins


def _lines(file: BinaryIO, which: re.Pattern[bytes] | None = None) -> Iterator[tuple[int, Line]]:
    file.seek(0)
    for number, raw in enumerate(file, 1):
        if which is None or which.search(raw):
            line = line_of(raw)
            if isinstance(line, Line):
                yield number, line


def _ends_of(line: Line) -> tuple[str, ...] | None:
    """The ids that a line joins: those of a link, or whoever holds what it tells of."""
    if ends := schemata.ends(line.schema):
        return tuple(one for end in ends for one in line.said.get(end, ()))
    holders = line.said.get(HELD_BY[line.schema], ()) if line.schema in HELD_BY else ()
    return tuple(holders) or None


def _join(joins: Joins, number: int, line: Line, there: Mapping[str, tuple[int, Line]]) -> None:
    ends = schemata.ends(line.schema)
    if ends is None:
        _hold(joins, number, line, [there[one][1] for one in _ends_of(line) or () if one in there])
        return
    ones, others = ([there[one] for one in line.said.get(end, ()) if one in there] for end in ends)
    if not ones or not others:
        joins.problems[number] = f"{line.schema} joins two things, and not both stand in this file"
        return
    joins.taken.add(number)
    for _, one in ones:
        for place, other in others:
            if line.schema == "Ownership" and other.schema in HELD:
                _hold(joins, place, other, [one])
            elif one.is_spared or other.is_spared:
                # A name in somebody else's notes would leave with them.
                joins.taken.discard(number)
                joins.problems[number] = (
                    f"{line.schema} joins somebody who is spared: nothing of it is kept"
                )
            elif not line.is_beside:
                _note(joins, one, _told(line, ends[1], other))
                _note(joins, other, _told(line, ends[0], one))


def _hold(joins: Joins, number: int, line: Line, holders: Sequence[Line]) -> None:
    for holder in holders:
        if holder.schema in SOMEBODY:
            joins.held.setdefault(holder.id, []).append(line)
            joins.taken.add(number)
            if not line.is_beside and (more := _more(line, _BORNE)):
                _note(joins, holder, f"{line.schema} {line.caption}: {more}")


def _note(joins: Joins, of: Line, text: str) -> None:
    notes = joins.notes.setdefault(of.id, [])
    if text not in notes:
        notes.append(text)


def _told(line: Line, end: str, other: Line) -> str:
    more = _more(line, frozenset(schemata.ends(line.schema) or ()))
    return clean(f"{line.schema}: {end} {other.caption}{f' ({more})' if more else ''}")


def _more(line: Line, without: frozenset[str]) -> str:
    return "; ".join(
        f"{word}: {', '.join(values)}"
        for word, values in line.said.items()
        if word not in without and values and schemata.properties(line.schema).get(word) != "entity"
    )


_BORNE = frozenset({*NAMES, *(word for word, _, _ in IDENTIFYING), *HELD_BY.values()})
_MAY_JOIN = re.compile(
    "|".join(
        f'"{word}"' for word in sorted({*HELD_BY.values(), *(each for each in schemata.joining())})
    ).encode()
)
