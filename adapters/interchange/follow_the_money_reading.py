"""Follow the Money: what a file of it tells of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, BinaryIO

from adapters.interchange import identifiers
from adapters.interchange.dates import date_of
from adapters.interchange.follow_the_money import ABSTRACT, IDENTIFYING, LICENCE, NAMES
from adapters.interchange.follow_the_money_joins import (
    HELD,
    Joins,
    Line,
    joins_of,
    line_of,
    values_of,
)
from adapters.interchange.identifiers import CUES, Doubtful
from adapters.interchange.rows import (
    LINES,
    OPEN_FORMS,
    SCHEMATA,
    Row,
    apart,
    category_of,
    clean,
    country_of,
    full_name,
    nearest_schema,
    unique,
)
from bot.casework.entities import Hard, Known
from nlp.spans import Label
from storage.models import Category

# Schemata that tell of two things, or of what happened between them. Liaison keeps things.
LINKS = frozenset(
    "Associate Call Control CourtCaseParty ContractAward Debt Directorship Documentation "
    "EconomicActivity Employment Family Interest Interval Link Membership Mention Message "
    "Occupancy Ownership Payment ProjectParticipant Representation Risk Sanction Similar "
    "Succession TaxRoll UnknownLink".split()
)
_POINTING = frozenset(
    "addressEntity asset bank director holder operator organization owner parent passport proof "
    "subsidiaries subject".split()
)
_DATES = frozenset({"birthDate", "deathDate"})


def read(file: BinaryIO, *, region: str | None = None, after: int = 0) -> Iterator[Row]:
    """Every line of the file behind line *after*, good or bad.

    What belongs to somebody in another line, as their passport, comes with them; what joins two
    is told in the notes of both.
    """
    joins = joins_of(file)
    file.seek(0)
    for number, raw in enumerate(file, 1):
        if number > after and number not in joins.taken and raw.strip():
            yield _row(number, raw, joins, region)


def _row(number: int, raw: bytes, joins: Joins, region: str | None) -> Row:
    line = line_of(raw)
    if isinstance(line, str):
        return Row(number, problems=(line,))
    if number in joins.problems:
        return Row(number, problems=(joins.problems[number],))
    if line.schema in LINKS:
        return Row(number, problems=(f"{line.schema} joins two things, and things only are kept",))
    exact = line.ours.get("schema")
    if line.schema in ABSTRACT.values() and exact in tuple(ABSTRACT):
        line = replace(line, schema=str(exact))
    if line.schema not in SCHEMATA:
        return Row(number, problems=(f"schema: {nearest_schema(line.schema)}",))
    return _known(number, line, joins, region)


def _known(number: int, line: Line, joins: Joins, region: str | None) -> Row:
    problems: list[str] = []
    hard, kept = _identifiers(line, region, problems)
    for held in joins.held.get(line.id, ()):
        more, _ = _identifiers(held, region, problems)
        hard += [one for one in more if one not in hard]
    whole = [word for name in NAMES for word in line.said.get(name, ())]
    parts = [line.said.get(part, [""])[0] for part in ("firstName", "middleName", "lastName")]
    names = unique(whole or [full_name(parts)]) or values_of(line.ours.get("names"))
    if not names and not hard:
        return Row(number, problems=(*problems, "no name and no identifier"))
    facts = _facts(line, kept, region, problems)
    if notes := joins.notes.get(line.id):
        facts["notes"] = LINES.join([*filter(None, [facts.get("notes")]), *notes])
    category = _category(line.ours.get("category"))
    is_assessment = line.ours.get("is_assessment") is True
    origin = f"line|{line.id}" if line.id else None
    known = Known(line.schema, names, hard, facts, category, is_assessment, origin)
    return Row(number, apart(known), tuple(problems))


def _identifiers(
    line: Line, region: str | None, problems: list[str]
) -> tuple[list[Hard], set[str]]:
    """The identifiers, and the properties that stay facts because nobody can recognise them."""
    found: list[Hard] = []
    kept: set[str] = set()
    region = country_of(line.said) or region
    for word, label in _meanings(line):
        for value in line.said.get(word, ()):
            read_as = _read(label, value, region)
            if isinstance(read_as, Hard):
                found += [read_as] if read_as not in found else []
                continue
            if label in OPEN_FORMS:
                kept.add(word)
                problems.append(f"{word}: {read_as.why}; kept as a fact")
            else:
                problems.append(f"{word}: {read_as.why}")
    return found + [one for one in _our_identifiers(line.ours) if one not in found], kept


def _meanings(line: Line) -> Iterator[tuple[str, Label]]:
    """Which of its properties are identifiers, and of what kind."""
    is_licence = any(LICENCE in word.casefold() for word in line.said.get("type", ()))
    for word, label, meaning in IDENTIFYING:
        if meaning and line.schema not in meaning:
            continue
        if line.schema == "Identification" and word == "number" and is_licence:
            yield word, Label.DRIVING_LICENCE
        else:
            yield word, label


def _read(label: Label, value: str, region: str | None) -> Hard | Doubtful:
    if label is Label.ACCOUNT:
        iban = identifiers.read(Label.IBAN, value)
        if isinstance(iban, Hard):
            return iban
    return identifiers.read(label, value, region=region)


def _facts(line: Line, kept: set[str], region: str | None, problems: list[str]) -> dict[str, str]:
    taken = {word for word, _ in _meanings(line)} - kept
    facts: dict[str, str] = {}
    for word, values in line.said.items():
        if word in NAMES or word in taken:
            continue
        if word in _POINTING:
            if values and line.schema not in HELD:
                problems.append(f"{word}: points at another line; only what joins two is told")
            continue
        if word in _DATES:
            dates = [date_of(value, region) for value in values]
            if None in dates:
                problems.append(f"{word}: not a date such as 1979-05-02")
            values = [day for day in dates if day]
        if values:
            facts[clean(word)] = LINES.join(values)
    exact = line.ours.get("facts")
    for word, values in exact.items() if isinstance(exact, dict) else ():
        if word not in _DATES and (said := values_of(values)):
            facts[clean(word)] = LINES.join(said)
    return facts


def _our_identifiers(ours: Mapping[str, Any]) -> Iterator[Hard]:
    listed = ours.get("identifiers")
    for each in listed if isinstance(listed, list) else ():
        if not isinstance(each, dict) or each.get("label") not in _LABELS:
            continue
        read_as = identifiers.read(Label(each["label"]), str(each.get("value", "")))
        if isinstance(read_as, Hard):
            yield read_as


def _category(word: object) -> Category:
    if not isinstance(word, str) or not word.strip():
        return Category.UNKNOWN
    # Whoever was put under some category may have to be protected: rather too much.
    return category_of(word) or Category.OTHER


_LABELS: Sequence[str] = [label.value for label in CUES]
