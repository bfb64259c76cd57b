"""STIX 2.1: what a bundle tells of."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.interchange import identifiers, stix
from adapters.interchange.identifiers import CUES
from adapters.interchange.rows import (
    LINES,
    SCHEMATA,
    Row,
    Unreadable,
    apart,
    category_of,
    clean,
    unique,
)
from bot.casework.entities import SCHEMA_OF, Hard, Known
from bot.governance import markings
from nlp.spans import Label
from storage.models import Category, Tlp

LARGEST = 64 * 1024 * 1024
"""A bundle is one object and is read as a whole; a larger one is refused."""

Object = Mapping[str, Any]

_NAMED: Mapping[str, str] = {
    "threat-actor": "Organization",
    "intrusion-set": "Organization",
    "location": "Address",
}
_CLASSES: Mapping[str, str] = {
    "individual": "Person",
    "group": "Organization",
    "organization": "Organization",
}
# The markings of TLP 1, which many still use. Who wrote TLP:WHITE then writes TLP:CLEAR now.
_BEFORE: Mapping[str, Tlp] = {
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": Tlp.CLEAR,
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": Tlp.GREEN,
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": Tlp.AMBER,
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": Tlp.RED,
}
_TLP: Mapping[str, Tlp] = {**_BEFORE, **{ref: tlp for tlp, ref in stix.MARKINGS.items()}}
_SIMPLE: Mapping[str, tuple[str, Label]] = {
    **{kind: (column, label) for label, (kind, column) in stix.OBSERVABLES.items()},
    "ipv4-addr": ("value", Label.IP),
    "ipv6-addr": ("value", Label.IP),
}
# What holds others together, or says how they are to be read.
_SILENT = frozenset({"marking-definition", "extension-definition", "grouping", "language-content"})


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that can be used: its objects in their order, under their ids."""

    objects: Mapping[str, Object]

    @property
    def marking(self) -> Tlp:
        """The strictest marking in it."""
        return markings.join(
            tlp for each in self.objects.values() for ref in _marked(each)
            if (tlp := _TLP.get(ref)) is not None
        )  # fmt: skip


def is_bundle(path: Path) -> bool:
    """Whether this file is a bundle, and not one object on each line."""
    with path.open("rb") as file:
        first = file.readline(LARGEST)
        found = _parsed(first)
        if found is None:  # No object stands on this line alone: it may go over many.
            if b'"bundle"' in first + file.read(1 << 12):
                return True
            file.seek(0)
            found = _parsed(file.read(LARGEST))
    return isinstance(found, dict) and found.get("type") == "bundle"


def opened(path: Path) -> Bundle:
    """The bundle in this file. Raises `Unreadable` when it is none, or too large."""
    size = path.stat().st_size
    if size > LARGEST:
        raise Unreadable(
            f"a bundle of {size >> 20} MiB, and {LARGEST >> 20} are read at once. Split its "
            "objects, or write Follow the Money, which is read line by line."
        )
    try:
        found = json.loads(path.read_bytes())
    except RecursionError as fault:
        raise Unreadable("not a bundle: nested too deep.") from fault
    except json.JSONDecodeError as fault:
        raise Unreadable(f"not JSON, at line {fault.lineno}, sign {fault.colno}.") from fault
    except ValueError as fault:
        raise Unreadable("not JSON in UTF-8.") from fault
    listed = found.get("objects") if isinstance(found, dict) else None
    if not isinstance(listed, list) or found.get("type") != "bundle":
        raise Unreadable('not a bundle: it needs "type": "bundle" and a list of "objects".')
    return Bundle({_name(each, number): each for number, each in enumerate(listed, 1)})


def left_out(bundle: Bundle) -> Counter[str]:
    """How many objects of each type have no place in a case."""
    told: Counter[str] = Counter()
    borne, _ = _borne(bundle)
    same = _same(bundle)
    for each in bundle.objects.values():
        kind = each.get("type") if isinstance(each, dict) else None
        if isinstance(each, dict) and isinstance(kind, str) and kind not in _SILENT:
            is_joint = kind in ("relationship", "sighting")
            is_kept = _is_told(bundle, each, borne, same) if is_joint else _is_kept(each)
            if not is_kept:
                told[clean(kind)] += 1
    return told


def read(bundle: Bundle, *, region: str | None = None, after: int = 0) -> Iterator[Row]:
    """What each object behind number *after* tells of, good or bad, but for those left out.

    What another bears, as a person their telephone, comes with them.
    """
    borne, joined = _borne(bundle)
    taken = {ref for refs in borne.values() for ref in refs}
    sightings = _sightings(bundle)
    same = _same(bundle)
    duplicates: defaultdict[str, list[str]] = defaultdict(list)
    for one, other in same.items():
        duplicates[other].append(one)
    silent = taken | _makers(bundle, joined | set(sightings)) | set(same)
    for number, (ref, each) in enumerate(bundle.objects.items(), 1):
        if number <= after or ref in silent:
            continue
        if not isinstance(each, dict) or not isinstance(each.get("type"), str):
            yield Row(number, problems=("not an object of STIX",))
        elif _is_kept(each):
            also = duplicates[ref]
            bearing = [bundle.objects[one] for who in (ref, *also) for one in borne[who]]
            seen = [when for who in (ref, *also) for when in sightings[who]]
            row = _row(number, each, bearing, seen, region)
            yield _also_called(row, [bundle.objects[one] for one in also])


def _is_kept(each: Object) -> bool:
    return _is_somebody(each) or _read_as(each) is not None


def _row(
    number: int, each: Object, bearing: Sequence[Object], seen: Sequence[str], region: str | None
) -> Row:
    if not _is_readable(each):
        return Row(number, problems=(_UNKNOWN_MARKING,))
    problems = [f"{_called(one)}: {_UNKNOWN_MARKING}" for one in bearing if not _is_readable(one)]
    bearing = [one for one in bearing if _is_readable(one)]
    if _is_somebody(each):
        known = _somebody(each, problems)
        if known is None:
            return Row(number, problems=tuple(problems))
    else:
        known, bearing = Known("Thing"), [each]
    hard = _hard(bearing, region, problems)
    if not known.names and not hard:
        return Row(number, problems=(*problems, "no name and no identifier"))
    schema = known.schema if _is_somebody(each) else SCHEMA_OF[hard[0].label]
    facts = dict(known.facts)
    if seen:
        notes = [*filter(None, facts.get("notes", "").split(LINES)), *seen]
        facts["notes"] = LINES.join(dict.fromkeys(notes))
    first, *others = apart(replace(known, schema=schema, identifiers=hard, facts=facts))
    first = replace(first, origin=known.origin, originated_at=known.originated_at)
    return Row(number, (first, *others), tuple(problems))


def _somebody(each: Object, problems: list[str]) -> Known | None:
    """Who or what an object with a name tells of."""
    exact = (_of(each, "extensions").get(stix.EXTENSION)) or {}
    exact = exact if isinstance(exact, dict) else {}
    written = str(each.get("id"))
    origin = written if IDENTITY.fullmatch(written) else None
    made_at = _moment(each.get("created"))
    if (schema := str(exact.get("schema"))) in SCHEMATA:
        return Known(
            schema,
            unique(_words(exact.get("names"))),
            facts={
                clean(str(fact)): LINES.join(unique(_words(values)))
                for fact, values in _of(exact, "facts").items()
            },
            category=category_of(str(exact.get("category"))) or Category.OTHER,
            is_assessment=exact.get("is_assessment") is True,
            origin=origin,
            originated_at=made_at,
        )
    if each.get("identity_class") in ("class", "system"):
        problems.append(f"a {each['identity_class']}, and nobody in particular")
        return None
    names = unique([*_words(each.get("name")), *_words(each.get("aliases"))])
    facts = {
        fact: clean(str(each[word]))
        for word, fact in (("description", "summary"), ("country", "country"))
        if isinstance(each.get(word), str)
    }
    schema = _NAMED.get(each["type"]) or _CLASSES.get(
        str(each.get("identity_class")), "LegalEntity"
    )
    return Known(schema, names, facts=facts, origin=origin, originated_at=made_at)


def _hard(bearing: Sequence[Object], region: str | None, problems: list[str]) -> list[Hard]:
    found: list[Hard] = []
    for each in bearing:
        for label, value in _read_as(each) or ():
            read_as = identifiers.read(label, value, region=region)
            if not isinstance(read_as, Hard):
                problems.append(f"{CUES[label]}: {read_as.why}")
            elif read_as not in found:
                found.append(read_as)
    return found


def _read_as(each: Object) -> list[tuple[Label, str]] | None:
    """Which identifiers an observable states; `None` for what is none."""
    kind = str(each.get("type"))
    if kind == stix.IDENTIFIER:
        label = str(each.get("kind"))
        return [(Label(label), str(each.get("value", "")))] if label in _LABELS else None
    if kind == "file":
        hashes = [str(value) for value in _of(each, "hashes").values()]
        return [(Label.HASH, value) for value in hashes] or None
    if kind not in _SIMPLE:
        return None
    column, label = _SIMPLE[kind]
    value = each.get(column) or each.get("user_id" if kind == "user-account" else column)
    return [(label, str(value or ""))]


def _borne(bundle: Bundle) -> tuple[defaultdict[str, list[str]], set[str]]:
    """Which observables belong to whom; and whom anything is joined to."""
    borne: defaultdict[str, list[str]] = defaultdict(list)
    joined: set[str] = set()
    for each in bundle.objects.values():
        if not isinstance(each, dict):
            continue
        joined |= {*_refs(each, "object_refs")}
        if each.get("type") != "relationship" or not _is_readable(each):
            continue
        ends = [str(each.get("source_ref")), str(each.get("target_ref"))]
        joined |= {*ends}
        source, target = (bundle.objects.get(end) for end in ends)
        if _bears(source, target) and ends[1] not in borne[ends[0]]:
            borne[ends[0]].append(ends[1])
    return borne, joined


def _bears(one: object, other: object) -> bool:
    return (
        isinstance(one, dict)
        and isinstance(other, dict)
        and _is_somebody(one)
        and _read_as(other) is not None
    )


def _is_somebody(each: Object) -> bool:
    return each.get("type") == "identity" or str(each.get("type")) in _NAMED


def _same(bundle: Bundle) -> dict[str, str]:
    """Which objects tell of somebody of whom another in the bundle tells, and which that is."""
    same: dict[str, str] = {}
    told_of: set[str] = set()
    for each in bundle.objects.values():
        if not isinstance(each, dict) or each.get("relationship_type") != stix.DUPLICATE:
            continue
        ends = [str(each.get("source_ref")), str(each.get("target_ref"))]
        told = [bundle.objects.get(end) for end in ends]
        is_usable = all(
            isinstance(one, dict) and _is_somebody(one) and _is_readable(one) for one in told
        )
        # Not of itself, and not in a row or a ring: one of them is left to tell of.
        is_free = ends[0] != ends[1] and ends[1] not in same and ends[0] not in told_of
        if is_usable and _is_readable(each) and is_free:
            same.setdefault(ends[0], ends[1])
            told_of.add(ends[1])
    return same


def _also_called(row: Row, others: Sequence[Object]) -> Row:
    """The same with the names under which others of its bundle tell of it."""
    if not row.known or not others:
        return row
    first, *rest = row.known
    called = [
        name for each in others for word in ("name", "aliases") for name in _words(each.get(word))
    ]
    return replace(row, known=(replace(first, names=unique([*first.names, *called])), *rest))


def _is_told(
    bundle: Bundle, each: Object, borne: Mapping[str, Sequence[str]], same: Mapping[str, str]
) -> bool:
    """Whether a relationship or a sighting is told of with what it joins."""
    if each.get("type") == "sighting":
        return _is_readable(each) and str(each.get("sighting_of_ref")) in bundle.objects
    source, target = str(each.get("source_ref")), str(each.get("target_ref"))
    return target in borne.get(source, ()) or same.get(source) == target


def _sightings(bundle: Bundle) -> defaultdict[str, list[str]]:
    """When each was seen, in words."""
    seen: defaultdict[str, list[str]] = defaultdict(list)
    for each in bundle.objects.values():
        is_sighting = isinstance(each, dict) and each.get("type") == "sighting"
        if is_sighting and _is_readable(each):
            seen[str(each.get("sighting_of_ref"))].append(_sighting(bundle, each))
    return seen


def _sighting(bundle: Bundle, each: Object) -> str:
    moments = [_moment(each.get(word)) for word in ("first_seen", "last_seen")]
    days = unique(f"{at:%Y-%m-%d %H:%M} UTC" for at in moments if at is not None)
    by = [
        clean(str(found.get("name", "")))
        for ref in _refs(each, "where_sighted_refs")
        if isinstance(found := bundle.objects.get(ref), dict)
    ]
    count = each.get("count")
    return " ".join(
        [
            "Seen",
            " to ".join(days) or "at a time that is not told",
            *([f"{count} times"] if isinstance(count, int) and count > 1 else []),
            *([f"by {', '.join(filter(None, by))}"] if any(by) else []),
        ]
    )


def _makers(bundle: Bundle, joined: set[str]) -> set[str]:
    """Who made the objects and is told of for nothing else."""
    objects = [each for each in bundle.objects.values() if isinstance(each, dict)]
    made = {str(each.get("created_by_ref")) for each in objects}
    saw = {ref for each in objects for ref in _refs(each, "where_sighted_refs")}
    ours = {str(each["id"]) for each in objects if stix.is_maker(each)}
    return ((made | saw) - joined) | ours


def _parsed(text: bytes) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _name(each: object, number: int) -> str:
    """Its id. The last version of an object stands for all; one without an id has its place."""
    return str(each.get("id") or number) if isinstance(each, dict) else str(number)


def _refs(each: object, word: str) -> list[str]:
    listed = each.get(word) if isinstance(each, dict) else None
    return [ref for ref in listed if isinstance(ref, str)] if isinstance(listed, list) else []


def _marked(each: object) -> list[str]:
    """By what it is marked, in whole or in part. What nobody can read there is no marking known."""
    if not isinstance(each, dict):
        return []
    whole, parts = (
        found if isinstance(found, list) else [found]
        for found in (each.get(word) or [] for word in ("object_marking_refs", "granular_markings"))
    )
    # A part may be marked by its language alone.
    partly = [
        part.get("marking_ref") if isinstance(part, dict) else part
        for part in parts
        if not (isinstance(part, dict) and "lang" in part and "marking_ref" not in part)
    ]
    return [ref if isinstance(ref, str) else "" for ref in [*whole, *partly]]


def _is_readable(each: Object) -> bool:
    """Whether every marking that it bears is one we can keep to."""
    return all(ref in _TLP for ref in _marked(each))


def _called(observable: Object) -> str:
    return ", ".join(CUES[label] for label, _ in _read_as(observable) or ())


def _of(each: Object, word: str) -> Mapping[str, Any]:
    found = each.get(word)
    return found if isinstance(found, dict) else {}


def _words(values: object) -> list[str]:
    listed = values if isinstance(values, list) else [values]
    return [str(value) for value in listed if isinstance(value, str | int | float)]


def _moment(written: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(written))
        return found.astimezone(UTC) if found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


_UNKNOWN_MARKING = "bears a marking that I do not know"
# It is kept unsealed and goes out again: nothing else can hide in it.
IDENTITY = re.compile(r"identity--[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LABELS = frozenset(label.value for label in CUES)
