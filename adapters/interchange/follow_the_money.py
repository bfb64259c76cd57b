"""Follow the Money: one entity a line, as JSON."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adapters.interchange import schemata
from adapters.interchange.rows import LINES, SOMEBODY, unique
from bot.casework import spared
from bot.casework.entities import Hard, Known
from nlp.meaning import Tie
from nlp.spans import Label

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
    ("taxNumber", Label.TAX_ID, ()),
    ("vatCode", Label.TAX_ID, ()),
    ("number", Label.PASSPORT, ("Passport",)),
    ("passportNumber", Label.PASSPORT, ()),
    ("number", Label.NATIONAL_ID, ("Identification",)),
    ("number", Label.PHONE, ("UserAccount",)),
    ("idNumber", Label.NATIONAL_ID, ("Person", "Identification")),
    ("socialSecurityNumber", Label.NATIONAL_ID, ()),
    ("registrationNumber", Label.PLATE, ("Vehicle",)),
    ("registrationNumber", Label.AIRCRAFT, ("Airplane",)),
    ("registrationNumber", Label.COMPANY_NO, _COMPANIES),
    ("idNumber", Label.COMPANY_NO, _COMPANIES),
    ("vin", Label.VIN, ()),
    ("imoNumber", Label.IMO, ("Vessel",)),
    ("mmsi", Label.MMSI, ()),
    ("callSign", Label.CALLSIGN, ()),
    ("username", Label.HANDLE, ()),
    ("contentHash", Label.HASH, ()),
)
# What somebody has is an entity of its own there, and the property that says whose it is; where
# there is none, an ownership joins the two.
_BESIDE: Mapping[Label, str] = {
    Label.IBAN: "BankAccount",
    Label.ACCOUNT: "BankAccount",
    Label.WALLET: "CryptoWallet",
    Label.HANDLE: "UserAccount",
    Label.PASSPORT: "Passport",
    Label.DRIVING_LICENCE: "Identification",
    Label.PLATE: "Vehicle",
    Label.IMO: "Vessel",
    Label.MMSI: "Vessel",
    Label.CALLSIGN: "Vessel",
    Label.AIRCRAFT: "Airplane",
}
HELD_BY: Mapping[str, str] = {
    "CryptoWallet": "holder",
    "UserAccount": "owner",
    "Passport": "holder",
    "Identification": "holder",
}
LICENCE = "driving licence"
# Theirs has no objects of no kind: what is just a thing to us is an asset there.
ABSTRACT: Mapping[str, str] = {"Thing": "Asset"}


@dataclass(frozen=True, slots=True)
class Named:
    """A thing as it is handed out: with its number, and what a reader must know about it."""

    id: str
    known: Known
    case: str
    marking: str
    made_at: datetime
    former: Mapping[str, Known] = field(default_factory=dict)
    """What turned out to be the same, as it was, by its numbers."""


@dataclass(frozen=True, slots=True)
class Bound:
    """One of two that are tied: its number, the id it has elsewhere if any, and its schema."""

    id: str
    origin: str | None
    schema: str


@dataclass(frozen=True, slots=True)
class Tied:
    """A tie as it is handed out. None that is denied: neither format can say so."""

    id: str
    tie: Tie
    subject: Bound
    object: Bound
    more: str
    is_hearsay: bool
    case: str
    marking: str
    made_at: datetime

    @property
    def said(self) -> str:
        """What else is said of it."""
        return "; ".join(filter(None, [self.more, _HEARD if self.is_hearsay else ""]))


def joined(tied: Tied) -> str:
    """The line of a tie: of a schema that says as much if both fit it, else of a link."""
    schema, ends = _joining(tied)
    properties = {ends[0]: [tied.subject.id], ends[1]: [tied.object.id]}
    properties["retrievedAt"] = [f"{tied.made_at:%Y-%m-%d}"]
    if schema == _LINK:
        properties["role"] = [tied.tie.value]
    if tied.said:
        properties["summary"] = [tied.said]
    ours = {"case": tied.case, "marking": tied.marking, "tie": tied.tie.value}
    record = {"id": tied.id, "schema": schema, "properties": properties, OURS: ours}
    return json.dumps(record, ensure_ascii=False)


def _joining(tied: Tied) -> tuple[str, tuple[str, str]]:
    schema, subjects, objects = _JOINS.get(tied.tie, (_LINK, frozenset(), frozenset()))
    if tied.subject.schema not in subjects or tied.object.schema not in objects:
        schema = _LINK
    ends = schemata.ends(schema)
    assert ends is not None, "all of these join two things"
    return schema, ends


def written(named: Named) -> list[str]:
    """Its lines, without their ends: the thing, then what it bears, joined to it.

    A thing is no suspect: only what is spared says so of what it bears.
    """
    known = named.known
    place = {"case": named.case, "marking": named.marking}
    role = {**place, "category": known.category.value}
    is_spared = known.category in spared.CATEGORIES
    about = role if is_spared or known.schema in SOMEBODY else place
    borne = role if is_spared else place
    beside = [one for one in known.identifiers if _is_beside(one, known.schema)]
    records = [
        _own(named, about),
        *(each for one in beside for each in _beside(named.id, one, borne)),
    ]
    return [json.dumps(each, ensure_ascii=False) for each in records]


def _own(named: Named, about: Mapping[str, str]) -> dict[str, Any]:
    """The thing itself; what theirs has no word for stands under a key of ours."""
    known = named.known
    schema = ABSTRACT.get(known.schema, known.schema)
    ours: dict[str, Any] = dict(about)
    properties: dict[str, list[str]] = {}
    if known.is_assessment:
        ours["is_assessment"] = True
    if schema != known.schema:
        ours["schema"] = known.schema
    if any(not schemata.holds(schema, "name", name) for name in known.names):
        ours["names"] = list(known.names)
    elif known.names:
        properties["name"] = list(known.names[:1])
        if len(known.names) > 1:
            properties["alias"] = list(known.names[1:])
    for fact, value in known.facts.items():
        said = value.split(LINES)
        theirs = [schemata.written(schema, fact, each) for each in said]
        if theirs != said:
            ours.setdefault("facts", {})[fact] = said
        if values := unique(filter(None, theirs)):
            properties.setdefault(fact, []).extend(values)
    for one in known.identifiers:
        if word := _property(one, schema):
            properties[word] = unique([*properties.get(word, ()), one.value])
        elif not _is_beside(one, known.schema):
            ours.setdefault("identifiers", []).append(_exactly(one))
    record = {"id": named.id, "schema": schema, "properties": properties, OURS: ours}
    return {**record, "referents": list(named.former)} if named.former else record


def _is_beside(one: Hard, schema: str) -> bool:
    """Whether this goes out as an entity of its own, joined to whoever bears it."""
    theirs = _BESIDE.get(one.label)
    return schema in SOMEBODY and theirs is not None and _property(one, theirs) is not None


def _beside(bearer: str, one: Hard, about: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """What somebody bears, and what joins it to them."""
    schema, ours = _BESIDE[one.label], {**about, "beside": bearer}
    word = _property(one, schema)
    assert word is not None, "asked before"
    # The same account of two is the same entity.
    number = hashlib.sha256(f"{one.label}|{one.value}".encode()).hexdigest()[:16]
    properties = {word: [one.value]}
    if one.label is Label.DRIVING_LICENCE:
        properties["type"] = [LICENCE]
    if schema in HELD_BY:
        properties[HELD_BY[schema]] = [bearer]
    thing = f"liaison-{number}"
    yield {"id": thing, "schema": schema, "properties": properties, OURS: ours}
    if schema not in HELD_BY:
        yield {
            "id": f"{bearer}-{number}",
            "schema": "Ownership",
            "properties": {"owner": [bearer], "asset": [thing], "summary": [_ON_RECORD]},
            OURS: ours,
        }


def _exactly(one: Hard) -> dict[str, str]:
    return {"label": one.label.value, "value": one.value}


def _property(one: Hard, schema: str) -> str | None:
    """The property that holds this identifier in an entity of this schema."""
    if one.label is Label.DRIVING_LICENCE:
        return "number" if schema == "Identification" else None
    for word, meant, meaning in IDENTIFYING:
        is_meant = meant is one.label and (not meaning or schema in meaning)
        if is_meant and schemata.holds(schema, word, one.value):
            return word
    return None


_LINK = "UnknownLink"
_PEOPLE = frozenset({"Person"})
_BODIES = frozenset({"Organization", "Company", "PublicBody"})
_ASSETS = frozenset({"Vehicle", "Vessel", "Airplane", "BankAccount", "RealEstate", "Company"})
_JOINS: Mapping[Tie, tuple[str, frozenset[str], frozenset[str]]] = {
    Tie.OWNS: ("Ownership", SOMEBODY, _ASSETS),
    Tie.PAID: ("Payment", SOMEBODY, SOMEBODY),
    Tie.WORKS_FOR: ("Employment", _PEOPLE, _BODIES),
    Tie.RELATED: ("Family", _PEOPLE, _PEOPLE),
}
"""What says as much as a tie, and of what it may be said."""
_HEARD = "only reported"
_ON_RECORD = "On record with them; that it is theirs was not asked."
