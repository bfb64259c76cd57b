"""STIX 2.1: a case as one bundle, the same each time as long as nothing in it changed."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from adapters.interchange.follow_the_money import Named, Tied
from adapters.interchange.rows import LINES
from bot.casework.entities import Hard, Known
from nlp.spans import Label
from storage.models import Tlp

NAMESPACE = UUID("5f0c2a7e-6d0b-5c1e-9a57-2b1d3f0e8c44")
"""Ours: the same thing has the same id in every export of one deployment."""
IDENTIFIER = "x-liaison-identifier"
"""What STIX has no object for: plates, telephones, accounts, documents."""
EXTENSION = f"extension-definition--{uuid5(NAMESPACE, IDENTIFIER)}"

DUPLICATE = "duplicate-of"
"""How STIX says that two objects tell of one thing."""

OBSERVABLES: Mapping[Label, tuple[str, str]] = {
    Label.EMAIL: ("email-addr", "value"),
    Label.DOMAIN: ("domain-name", "value"),
    Label.URL: ("url", "value"),
    Label.MAC: ("mac-addr", "value"),
    Label.HANDLE: ("user-account", "account_login"),
}
# The markings of TLP 2.0, as OASIS published them.
_TLP = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
MARKINGS: Mapping[Tlp, str] = {
    Tlp.CLEAR: "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    Tlp.GREEN: "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    Tlp.AMBER: "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    Tlp.AMBER_STRICT: "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    Tlp.RED: "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
_CLASSES = {"Person": "individual", "Organization": "organization", "Company": "organization",
            "PublicBody": "organization"}  # fmt: skip


def bundle(
    code: str,
    marking: Tlp,
    things: Iterable[Named],
    *,
    opened_at: datetime,
    ties: Iterable[Tied] = (),
) -> str:
    """The things of a case with their identifiers and the ties between them, grouped, and marked as
    the case is."""
    objects: dict[str, dict[str, Any]] = {}
    newest = opened_at
    for thing in things:
        newest = max(newest, thing.made_at)
        for each in _objects(thing):
            objects.setdefault(each["id"], each)
    for tied in ties:
        newest = max(newest, tied.made_at)
        objects[_id("relationship", tied.id)] = _joined(tied)
    for each in objects.values():
        each["object_marking_refs"] = [MARKINGS[marking]]
    shared = [_marking(marking)]
    if objects:
        shared += [_maker(), _extension(), _grouping(code, marking, objects, opened_at, newest)]
    listed = [*shared, *objects.values()]
    whole = {
        "type": "bundle",
        "id": f"bundle--{uuid5(NAMESPACE, json.dumps(listed))}",
        "objects": listed,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1)


def is_maker(each: Mapping[str, Any]) -> bool:
    """Whether this is but who made a bundle of ours."""
    return each.get("id") == _id("identity", _MAKER)


def _objects(thing: Named) -> Iterator[dict[str, Any]]:
    """A thing, its identifiers, and what joins them."""
    known, at = thing.known, _written(thing.made_at)
    identity = {
        **_head("identity", thing.id, at),
        "name": known.caption,
        "identity_class": _CLASSES.get(known.schema, "unknown"),
        "labels": [known.schema, known.category.value],
        "extensions": {EXTENSION: {"extension_type": "property-extension", **_exact(known)}},
    }
    if known.origin is not None:
        identity["id"] = known.origin
    said = [f"{fact}: {value}" for fact, value in sorted(known.facts.items())]
    said += [f"also called: {name}" for name in known.names[1:]]
    if said:
        identity["description"] = "\n".join(said)
    yield identity
    for number, former in thing.former.items():
        duplicate = {
            **_head("identity", number, at),
            "name": former.caption,
            "identity_class": identity["identity_class"],
        }
        if former.origin is not None:
            duplicate["id"] = former.origin
        yield duplicate
        yield {
            **_head("relationship", f"{duplicate['id']}|{identity['id']}", at),
            "relationship_type": DUPLICATE,
            "source_ref": duplicate["id"],
            "target_ref": identity["id"],
        }
    for one in known.identifiers:
        observable = _observable(one)
        yield observable
        yield {
            **_head("relationship", f"{identity['id']}|{observable['id']}", at),
            "relationship_type": "related-to",
            "source_ref": identity["id"],
            "target_ref": observable["id"],
        }


def _joined(tied: Tied) -> dict[str, Any]:
    """A tie, by our own word for it, as STIX allows."""
    relationship = {
        **_head("relationship", tied.id, _written(tied.made_at)),
        "relationship_type": tied.tie.value.replace(" ", "-"),
        "source_ref": tied.subject.origin or _id("identity", tied.subject.id),
        "target_ref": tied.object.origin or _id("identity", tied.object.id),
    }
    return {**relationship, "description": tied.said} if tied.said else relationship


def _exact(known: Known) -> dict[str, Any]:
    """What STIX has no words for: so that nothing is lost on the way."""
    return {
        "schema": known.schema,
        "category": known.category.value,
        "names": list(known.names),
        "facts": {fact: value.split(LINES) for fact, value in sorted(known.facts.items())},
        "is_assessment": known.is_assessment,
    }


def _observable(one: Hard) -> dict[str, Any]:
    if one.label is Label.IP:
        kind, column = ("ipv6-addr" if ":" in one.value else "ipv4-addr"), "value"
    elif one.label in OBSERVABLES:
        kind, column = OBSERVABLES[one.label]
    else:
        return {
            "type": IDENTIFIER,
            "spec_version": "2.1",
            "id": _id(IDENTIFIER, f"{one.label}|{one.value}"),
            "kind": one.label.value,
            "value": one.value,
            "extensions": {EXTENSION: {"extension_type": "new-sco"}},
        }
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": _id(kind, one.value),
        column: one.value,
    }


def _marking(marking: Tlp) -> dict[str, Any]:
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": MARKINGS[marking],
        "created": "2022-10-01T00:00:00.000Z",
        "name": f"TLP:{marking.value}",
        "extensions": {
            _TLP: {"extension_type": "property-extension", "tlp_2_0": marking.value.lower()}
        },
    }


def _maker() -> dict[str, Any]:
    return {**_head("identity", _MAKER, _SINCE), "name": "Liaison", "identity_class": "system"}


def _extension() -> dict[str, Any]:
    return {
        "type": "extension-definition",
        "spec_version": "2.1",
        "id": EXTENSION,
        "created": _SINCE,
        "modified": _SINCE,
        "created_by_ref": _id("identity", _MAKER),
        "name": "What STIX has no object and no property for",
        "schema": (
            f"An object {IDENTIFIER} with a kind and a value, both strings. For an identity: its "
            "schema (Follow the Money), category, names, facts, and whether it is an assessment."
        ),
        "version": "1.0",
        "extension_types": ["new-sco", "property-extension"],
    }


def _grouping(
    code: str, marking: Tlp, ids: Iterable[str], opened_at: datetime, newest: datetime
) -> dict[str, Any]:
    return {
        **_head("grouping", code, _written(opened_at)),
        "modified": _written(newest),
        "name": code,
        "context": "unspecified",
        "object_refs": list(ids),
        "object_marking_refs": [MARKINGS[marking]],
    }


def _head(kind: str, what: str, at: str) -> dict[str, Any]:
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": _id(kind, what),
        "created": at,
        "modified": at,
    }


def _id(kind: str, what: str) -> str:
    return f"{kind}--{uuid5(NAMESPACE, f'{kind}|{what}')}"


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_MAKER = "liaison"
_SINCE = "2027-01-01T00:00:00.000Z"
