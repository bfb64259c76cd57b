"""Follow the Money: one entity a line, as JSON."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from adapters.interchange import identifiers
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
    date_of,
    full_name,
    nearest_schema,
    unique,
)
from bot.casework.entities import Hard, Known
from nlp.spans import Label
from storage.models import Category

NAMES = ("name", "alias", "weakAlias", "previousName", "abbreviation")
OURS = "liaison"
"""The key under which stands what Follow the Money has no word for."""

# Property, the label it is read with, and the schemata for which it means that; none means all.
Meaning = tuple[str, Label, tuple[str, ...]]
_COMPANIES = ("Organization", "Company", "PublicBody", "LegalEntity")
IDENTIFYING: tuple[Meaning, ...] = (
    ("phone", Label.PHONE, ()),
    ("email", Label.EMAIL, ()),
    ("iban", Label.IBAN, ()),
    ("accountNumber", Label.ACCOUNT, ()),
    ("publicKey", Label.WALLET, ()),
    ("leiCode", Label.LEI, ()),
    ("vatCode", Label.TAX_ID, ()),
    ("taxNumber", Label.TAX_ID, ()),
    ("passportNumber", Label.PASSPORT, ()),
    ("number", Label.PASSPORT, ("Passport",)),
    ("number", Label.NATIONAL_ID, ("Identification",)),
    ("number", Label.PHONE, ("UserAccount",)),
    ("idNumber", Label.NATIONAL_ID, ("Person", "Identification")),
    ("idNumber", Label.COMPANY_NO, _COMPANIES),
    ("socialSecurityNumber", Label.NATIONAL_ID, ()),
    ("registrationNumber", Label.PLATE, ("Vehicle",)),
    ("registrationNumber", Label.AIRCRAFT, ("Airplane",)),
    ("registrationNumber", Label.COMPANY_NO, _COMPANIES),
    ("vin", Label.VIN, ()),
    ("imoNumber", Label.IMO, ()),
    ("mmsi", Label.MMSI, ()),
    ("callSign", Label.CALLSIGN, ()),
    ("username", Label.HANDLE, ()),
    ("contentHash", Label.HASH, ()),
)
# What we read, since people write it, and Follow the Money itself has no word for.
_NOT_THEIRS = frozenset({"vin"})
# Theirs has no objects of no kind: what is just a thing to us is an asset there.
_ABSTRACT: Mapping[str, str] = {"Thing": "Asset"}
# Schemata that join two things. Liaison keeps things.
LINKS = frozenset(
    "Associate Call CourtCaseParty ContractAward Debt Directorship Documentation EconomicActivity "
    "Employment Family Interest Interval Link Membership Mention Message Occupancy Ownership "
    "Payment ProjectParticipant Representation Sanction Similar Succession TaxRoll "
    "UnknownLink".split()
)
_POINTING = frozenset(
    "asset bank director holder operator organization owner parent passport proof subsidiaries "
    "subject".split()
)
_DATES = frozenset({"birthDate", "deathDate"})


@dataclass(frozen=True, slots=True)
class Named:
    """A thing as it is handed out: with its number, and what a reader must know about it."""

    id: str
    known: Known
    case: str
    marking: str
    made_at: datetime


def read(file: BinaryIO, *, region: str | None = None, after: int = 0) -> Iterator[Row]:
    """Every line of the file behind line *after*, good or bad."""
    for number, raw in enumerate(file, 1):
        if number > after and raw.strip():
            yield _row(number, raw, region)


def written(named: Named) -> str:
    """One line, without its end."""
    known = named.known
    properties: dict[str, list[str]] = {}
    if known.names:
        properties["name"] = list(known.names[:1])
    if len(known.names) > 1:
        properties["alias"] = list(known.names[1:])
    for fact, value in known.facts.items():
        properties.setdefault(fact, []).extend(value.split(LINES))
    rest = []
    for one in known.identifiers:
        word = _property(one.label, known.schema)
        if word is None:
            rest.append({"label": one.label.value, "value": one.value})
        elif one.value not in properties.setdefault(word, []):
            properties[word].append(one.value)
    ours: dict[str, Any] = {
        "case": named.case,
        "marking": named.marking,
        "category": known.category.value,
    }
    if known.is_assessment:
        ours["is_assessment"] = True
    if rest:
        ours["identifiers"] = rest
    schema = _ABSTRACT.get(known.schema, known.schema)
    if schema != known.schema:
        ours["schema"] = known.schema
    record = {
        "id": named.id, "schema": schema, "properties": properties, OURS: ours,
    }  # fmt: skip
    return json.dumps(record, ensure_ascii=False)


def _row(number: int, raw: bytes, region: str | None) -> Row:
    try:
        record = json.loads(raw)
    except (ValueError, RecursionError):
        return Row(number, problems=("not a line of JSON",))
    if not isinstance(record, dict):
        return Row(number, problems=("not an object",))
    schema, properties, ours = (record.get(each) for each in ("schema", "properties", OURS))
    ours = ours if isinstance(ours, dict) else {}
    if schema in _ABSTRACT.values() and ours.get("schema") in tuple(_ABSTRACT):
        schema = ours["schema"]
    if not isinstance(schema, str) or not isinstance(properties, dict):
        return Row(number, problems=('needs "schema" and "properties"',))
    if schema in LINKS:
        return Row(number, problems=(f"{schema} joins two things, and things only are kept",))
    if schema not in SCHEMATA:
        return Row(number, problems=(f"schema: {nearest_schema(schema)}",))
    said = {str(word): _values(values) for word, values in properties.items()}
    return _known(number, schema, said, ours, region)


def _known(
    number: int,
    schema: str,
    said: Mapping[str, list[str]],
    ours: Mapping[str, Any],
    region: str | None,
) -> Row:
    problems: list[str] = []
    hard, kept = _identifiers(schema, said, country_of(said) or region, problems)
    hard += [one for one in _our_identifiers(ours) if one not in hard]
    whole = [word for name in NAMES for word in said.get(name, ())]
    parts = [said.get(part, [""])[0] for part in ("firstName", "middleName", "lastName")]
    names = unique(whole or [full_name(parts)])
    if not names and not hard:
        return Row(number, problems=(*problems, "no name and no identifier"))
    facts = _facts(said, kept, problems)
    category = _category(ours.get("category"))
    known = Known(schema, names, hard, facts, category, ours.get("is_assessment") is True)
    return Row(number, apart(known), tuple(problems))


def _identifiers(
    schema: str, said: Mapping[str, list[str]], region: str | None, problems: list[str]
) -> tuple[list[Hard], set[str]]:
    """The identifiers, and the properties that stay facts because nobody can recognise them."""
    found: list[Hard] = []
    kept: set[str] = set()
    for word, label, schemata in IDENTIFYING:
        if schemata and schema not in schemata:
            continue
        for value in said.get(word, ()):
            read_as = _read(label, value, region)
            if isinstance(read_as, Hard):
                found += [read_as] if read_as not in found else []
                continue
            if label in OPEN_FORMS:
                kept.add(word)
                problems.append(f"{word}: {read_as.why}; kept as a fact")
            else:
                problems.append(f"{word}: {read_as.why}")
    return found, kept


def _read(label: Label, value: str, region: str | None) -> Hard | Doubtful:
    if label is Label.ACCOUNT:
        iban = identifiers.read(Label.IBAN, value)
        if isinstance(iban, Hard):
            return iban
    return identifiers.read(label, value, region=region)


def _facts(said: Mapping[str, list[str]], kept: set[str], problems: list[str]) -> dict[str, str]:
    taken = {word for word, _, _ in IDENTIFYING} - kept
    facts: dict[str, str] = {}
    for word, values in said.items():
        if word in NAMES or word in taken or word in _POINTING:
            continue
        if word in _DATES:
            dates = [date_of(value) for value in values]
            if None in dates:
                problems.append(f"{word}: not a date such as 1979-05-02")
            values = [day for day in dates if day]
        if values:
            facts[clean(word)] = LINES.join(values)
    return facts


def _our_identifiers(ours: Mapping[str, Any]) -> Iterator[Hard]:
    listed = ours.get("identifiers")
    for each in listed if isinstance(listed, list) else ():
        if not isinstance(each, dict) or each.get("label") not in _LABELS:
            continue
        read_as = identifiers.read(Label(each["label"]), str(each.get("value", "")))
        if isinstance(read_as, Hard):
            yield read_as


def _values(values: object) -> list[str]:
    listed: Sequence[object] = values if isinstance(values, list) else [values]
    return unique(str(value) for value in listed if isinstance(value, str | int | float))


def _category(word: object) -> Category:
    if not isinstance(word, str) or not word.strip():
        return Category.UNKNOWN
    # Whoever was put under some category may have to be protected: rather too much.
    return category_of(word) or Category.OTHER


def _property(label: Label, schema: str) -> str | None:
    for word, meant, schemata in IDENTIFYING:
        is_theirs = word not in _NOT_THEIRS
        if is_theirs and meant is label and (not schemata or schema in schemata):
            return word
    return None


_LABELS = frozenset(label.value for label in CUES)
