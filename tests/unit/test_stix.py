"""A case as STIX 2.1."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import stix2  # type: ignore[import-untyped]  # ships without types
from hypothesis import given
from hypothesis import strategies as st

from adapters.interchange import stix_reading
from adapters.interchange.follow_the_money import Bound, Named, Tied
from adapters.interchange.rows import Row, Unreadable
from adapters.interchange.stix import EXTENSION, IDENTIFIER, MARKINGS, bundle
from adapters.interchange.stix_reading import Bundle
from bot.casework.entities import Hard, Known
from nlp.meaning import Tie
from nlp.spans import Label
from storage.models import Category, Tlp

NOW = datetime(2027, 3, 9, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=9)
THINGS = [
    Named(
        "liaison-1",
        Known(
            "Person",
            ["Jon Sampleton", "Johnny"],
            [Hard(Label.PHONE, "+12025550143"), Hard(Label.EMAIL, "jon@example.org")],
            {"birthDate": "1979-05-02"},
            Category.SUSPECT,
        ),
        "LARCH",
        "TLP:AMBER",
        NOW,
    ),
    *(
        Named(f"liaison-{number}", known, "LARCH", "TLP:AMBER", NOW)
        for number, known in enumerate(
            [
                Known("Vehicle", identifiers=[Hard(Label.PLATE, "XX00TST")]),
                Known("Thing", identifiers=[Hard(Label.IP, "192.0.2.7")]),
                Known("LegalEntity", ["X"], [Hard(Label.PHONE, "+12025550143")]),
                Known("Person", ["Ann Quill"], facts={"notes": "tall\nleft: handed"}),
                Known("Company", ["Quillon Freight"], is_assessment=True),
            ],
            2,
        )
    ),
]


def written(things: Sequence[Named], marking: Tlp = Tlp.AMBER) -> str:
    return bundle("LARCH", marking, things, opened_at=NOW)


def objects(marking: Tlp = Tlp.AMBER) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(written(THINGS, marking))["objects"]
    return found


def bundle_of(folder: Path, listed: Sequence[object]) -> Bundle:
    file = folder / "bundle.json"
    file.write_text(json.dumps({"type": "bundle", "id": "bundle--1", "objects": listed}))
    return stix_reading.opened(file)


def rows(folder: Path, listed: Sequence[object]) -> list[Row]:
    return list(stix_reading.read(bundle_of(folder, listed)))


FOREIGN: list[object] = [
    {
        "type": "identity",
        "id": "identity--1",
        "name": "Jon Sampleton",
        "identity_class": "individual",
        "description": "drives at night",
        "created_by_ref": "identity--9",
    },
    {"type": "email-addr", "id": "email-addr--1", "value": "jon@example.org"},
    {
        "type": "relationship",
        "id": "relationship--1",
        "relationship_type": "related-to",
        "source_ref": "identity--1",
        "target_ref": "email-addr--1",
    },
    "nothing",
    {"type": "identity", "id": "identity--5", "name": "X", "object_marking_refs": ["marking--1"]},
    {"type": "ipv4-addr", "id": "ipv4-addr--1", "value": "not one"},
    {"type": "ipv4-addr", "id": "ipv4-addr--2", "value": "192.0.2.7"},
    {"type": "threat-actor", "id": "threat-actor--1", "name": "Quillon Crew"},
    {"type": "indicator", "id": "indicator--1", "pattern": "[ipv4-addr:value = '192.0.2.7']"},
    {"type": "indicator", "id": "indicator--2"},
    {
        "type": "relationship",
        "id": "relationship--2",
        "relationship_type": "uses",
        "source_ref": "threat-actor--1",
        "target_ref": "identity--1",
    },
    {
        "type": "sighting",
        "id": "sighting--1",
        "sighting_of_ref": "identity--1",
        "first_seen": "2027-03-01T09:00:00Z",
        "last_seen": "2027-03-02T10:00:00.000Z",
        "count": 3,
        "where_sighted_refs": ["identity--8"],
    },
    {"type": "sighting", "id": "sighting--2", "sighting_of_ref": "malware--1"},
    {"type": "identity", "id": "identity--8", "name": "Harbour Police"},
    {"type": "identity", "id": "identity--9", "name": "Somebody's CERT"},
]
WORDS = {
    "type", "id", "identity", "relationship", "sighting", "source_ref", "target_ref", "1", "2",
    "extensions", EXTENSION, "schema", "Person", "names", "facts", "hashes", "file", "aliases",
    "object_marking_refs", "created_by_ref", "sighting_of_ref", "where_sighted_refs", "created",
    "kind", IDENTIFIER, "value", "email-addr", "object_refs", "count", "first_seen", "name",
}  # fmt: skip


def test_every_reference_leads_somewhere_and_no_id_comes_twice() -> None:
    found = objects()
    ids = [each["id"] for each in found]
    assert len(ids) == len(set(ids))
    for each in found:
        for name, value in each.items():
            if name.endswith("_ref"):
                assert value in ids
            if name.endswith("_refs"):
                assert set(value) <= set(ids)


def test_a_tie_is_a_relationship_by_its_word_between_those_it_ties() -> None:
    jon, ann = (
        Named(f"liaison-{number}", Known("Person", [name]), "LARCH", "TLP:AMBER", NOW)
        for number, name in ((1, "Jon Sampleton"), (2, "Ann Quill"))
    )
    ends = (Bound(jon.id, None, "Person"), Bound(ann.id, None, "Person"))
    tie = Tied("liaison-3", Tie.RELATED, *ends, "", True, "LARCH", "TLP:AMBER", NOW)
    text = bundle("LARCH", Tlp.AMBER, [jon, ann], opened_at=NOW, ties=[tie])
    listed = json.loads(text)["objects"]
    names = {each["id"]: each.get("name") for each in listed}
    [found] = [each for each in listed if each.get("relationship_type") == "relative-of"]
    assert (names[found["source_ref"]], names[found["target_ref"]]) == (
        "Jon Sampleton", "Ann Quill",
    )  # fmt: skip
    assert found["description"] == "only reported"
    stix2.parse(text, allow_custom=True)


def test_one_telephone_of_two_is_one_object_that_both_are_related_to() -> None:
    phones = [each for each in objects() if each.get("kind") == "PHONE"]
    assert [each["value"] for each in phones] == ["+12025550143"]
    related = [each for each in objects() if each.get("target_ref") == phones[0]["id"]]
    assert len(related) == 2


@pytest.mark.parametrize("marking", list(Tlp))
def test_everything_bears_the_marking_of_the_case(marking: Tlp) -> None:
    found = objects(marking)
    [definition] = [each for each in found if each["type"] == "marking-definition"]
    assert definition["name"] == f"TLP:{marking.value}"
    for each in found:
        if each["type"] in ("identity", IDENTIFIER, "grouping") and each.get("name") != "Liaison":
            assert each["object_marking_refs"] == [definition["id"]]


def test_what_stix_has_no_object_for_says_by_which_extension_it_comes() -> None:
    found = objects()
    assert EXTENSION in {each["id"] for each in found}
    for each in found:
        if each["type"] == IDENTIFIER:
            assert each["extensions"][EXTENSION] == {"extension_type": "new-sco"}


def test_an_unchanged_case_is_the_same_bundle_again_to_the_last_sign() -> None:
    assert written(THINGS) == written(THINGS)


def test_what_was_handed_out_and_taken_in_is_handed_out_the_same(tmp_path: Path) -> None:
    """Another deployment has other numbers for it, and made it at another time."""
    taken_in = [known for row in rows(tmp_path, objects()) for known in row.known]
    assert [row.problems for row in rows(tmp_path, objects()) if row.problems] == []
    elsewhere = [
        Named(f"liaison-9{number}", known, "LARCH", "", known.originated_at or LATER)
        for number, known in enumerate(taken_in)
    ]
    assert json.loads(written(elsewhere))["objects"] == objects()


@pytest.mark.parametrize("indent", [None, 1])
def test_a_bundle_is_known_from_follow_the_money(tmp_path: Path, indent: int | None) -> None:
    file = tmp_path / "bundle.json"
    turned = {"objects": [{"name": "x" * 9000}], "id": "bundle--1", "type": "bundle"}
    for whole in (json.loads(written(THINGS)), turned):
        file.write_text(json.dumps(whole, indent=indent))
        assert stix_reading.is_bundle(file)
    file.write_text('{"schema": "Person", "properties": {"name": ["A B"]}}\n')
    assert not stix_reading.is_bundle(file)


def test_what_others_write_is_read_as_far_as_a_case_has_a_place_for_it(tmp_path: Path) -> None:
    found = bundle_of(tmp_path, FOREIGN)
    assert stix_reading.left_out(found) == {"indicator": 2, "relationship": 1, "sighting": 1}
    known = {each.caption: each for row in stix_reading.read(found) for each in row.known}
    assert {name: each.schema for name, each in known.items()} == {
        "Jon Sampleton": "Person",
        "Quillon Crew": "Organization",
        "192.0.2.7": "Thing",
    }
    assert [one.value for one in known["Jon Sampleton"].identifiers] == ["jon@example.org"]
    assert known["Jon Sampleton"].facts == {
        "summary": "drives at night",
        "notes": "Seen 2027-03-01 09:00 UTC to 2027-03-02 10:00 UTC 3 times by Harbour Police",
    }
    problems = {row.line: row.problems for row in stix_reading.read(found) if row.problems}
    assert problems == {
        4: ("not an object of STIX",),
        5: ("bears a marking that I do not know",),
        6: ("ip: does not read as an ip", "no name and no identifier"),
    }


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "not JSON, at line 1"),
        ('{"type": "bundle"}', 'a list of "objects"'),
        ('{"type": "bundle", "objects": {}}', 'a list of "objects"'),
        ('{"type": "bundle", "objects": ' + "[" * 100_000, "not"),
    ],
)
def test_what_is_no_bundle_is_refused_as_a_whole(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "bundle.json"
    file.write_text(text)
    with pytest.raises(Unreadable, match=why):
        stix_reading.opened(file)


def test_a_bundle_too_large_to_be_read_at_once_is_refused_with_what_would_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stix_reading, "LARGEST", 1 << 20)
    file = tmp_path / "bundle.json"
    file.write_text(written(THINGS) + " " * (2 << 20))
    with pytest.raises(Unreadable, match="2 MiB, and 1 are read at once"):
        stix_reading.opened(file)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(sorted(WORDS)),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(sorted(WORDS)), inner),
        max_leaves=30,
    )
)
def test_whatever_stands_in_a_bundle_no_object_keeps_another_from_being_read(
    odd: object,
) -> None:
    good = {"type": "identity", "id": "identity--1", "name": "A B", "identity_class": "individual"}
    found = Bundle({"1": odd, "2": good})  # type: ignore[dict-item]  # on purpose
    stix_reading.left_out(found)
    assert any(each.caption == "A B" for row in stix_reading.read(found) for each in row.known)


@pytest.mark.parametrize(
    "odd",
    [
        {"type": "identity", "name": "C D", "extensions": {EXTENSION: {"schema": []}}},
        {"type": IDENTIFIER, "kind": [], "value": "1"},
        {"type": [], "id": "identity--1"},
        {"type": "sighting", "sighting_of_ref": []},
        {"type": "identity", "name": "C D", "created": "0001-01-01T00:00:00+23:59"},
    ],
)
def test_a_list_where_a_word_belongs_and_an_impossible_moment_stop_nothing(
    tmp_path: Path, odd: dict[str, object]
) -> None:
    joined = {"type": "relationship", "source_ref": "identity--1", "target_ref": "identity--1"}
    found = bundle_of(tmp_path, [odd, joined, {"type": "identity", "name": "A B"}])
    stix_reading.left_out(found)
    assert any(each.caption == "A B" for row in stix_reading.read(found) for each in row.known)


RED = MARKINGS[Tlp.RED]


@pytest.mark.parametrize(
    "marked",
    [
        {"object_marking_refs": [RED]},
        {"object_marking_refs": RED},
        {"granular_markings": [{"marking_ref": RED, "selectors": ["name"]}]},
        {"granular_markings": {"marking_ref": RED, "selectors": ["name"]}},
    ],
)
def test_the_strictest_marking_counts_wherever_it_stands(
    tmp_path: Path, marked: dict[str, object]
) -> None:
    assert bundle_of(tmp_path, [{"type": "identity", "name": "A B", **marked}]).marking is Tlp.RED


@pytest.mark.parametrize(
    "marked",
    [
        {"object_marking_refs": ["marking-definition--1"]},
        {"object_marking_refs": [7]},
        {"granular_markings": [{"marking_ref": "marking-definition--1", "selectors": ["name"]}]},
        {"granular_markings": [{"selectors": ["name"]}]},
    ],
)
def test_nothing_under_an_unknown_marking_comes_in_with_what_it_belongs_to(
    tmp_path: Path, marked: dict[str, object]
) -> None:
    somebody = {"type": "identity", "id": "identity--1", "name": "A B"}
    mail = {"type": "email-addr", "id": "email-addr--1", "value": "jon@example.org"}
    bears = {"type": "relationship", "source_ref": "identity--1", "target_ref": "email-addr--1"}
    seen = {"type": "sighting", "sighting_of_ref": "identity--1", "first_seen": f"{NOW:%FT%TZ}"}
    [row, *_] = rows(tmp_path, [somebody, {**mail, **marked}, bears, {**seen, **marked}])
    assert row.problems == ("email: bears a marking that I do not know",)
    assert [(each.names, each.identifiers, each.facts) for each in row.known] == [(["A B"], [], {})]
    apart = bundle_of(tmp_path, [somebody, mail, {**bears, **marked}, {**seen, **marked}])
    assert stix_reading.left_out(apart) == {"relationship": 1, "sighting": 1}
    assert [len(row.known[0].identifiers) for row in stix_reading.read(apart)] == [0, 1]


def test_a_language_of_a_part_is_no_marking(tmp_path: Path) -> None:
    parts = [{"lang": "fr", "selectors": ["name"]}]
    [row] = rows(tmp_path, [{"type": "identity", "name": "A B", "granular_markings": parts}])
    assert row.known


def test_a_moment_of_another_zone_is_told_in_utc(tmp_path: Path) -> None:
    seen = {"type": "sighting", "sighting_of_ref": "1", "first_seen": "2027-03-09T10:00:00+02:00"}
    [row] = rows(tmp_path, [{"type": "identity", "id": "1", "name": "A B"}, seen])
    assert row.known[0].facts == {"notes": "Seen 2027-03-09 08:00 UTC"}


@pytest.mark.parametrize("odd", ["Tobias Krantz", "identity--1\0", "identity--\ud800", ""])
def test_an_id_that_is_none_is_not_kept_since_it_is_kept_unsealed(tmp_path: Path, odd: str) -> None:
    [row] = rows(tmp_path, [{"type": "identity", "id": odd, "name": "A B"}])
    assert row.known[0].origin is None


MERGED = Named(
    "liaison-1",
    Known("Person", ["Ann Quill", "Annie"], [Hard(Label.PHONE, "+12025550143")]),
    "LARCH", "TLP:AMBER", NOW,
    {"liaison-2": Known("Person", ["Annie"])},
)  # fmt: skip


def test_what_was_merged_leaves_with_what_it_was_as_its_duplicate(tmp_path: Path) -> None:
    found = json.loads(written([MERGED]))["objects"]
    [joins] = [each for each in found if each.get("relationship_type") == "duplicate-of"]
    names = {each["id"]: each.get("name") for each in found}
    assert (names[joins["source_ref"]], names[joins["target_ref"]]) == ("Annie", "Ann Quill")
    assert len(stix2.parse(written([MERGED]), allow_custom=True).objects) == len(found)
    [row] = rows(tmp_path, found)
    assert [each.names for each in row.known] == [["Ann Quill", "Annie"]]
    assert not stix_reading.left_out(bundle_of(tmp_path, found))


def test_a_duplicate_of_others_comes_in_with_whom_it_tells_of(tmp_path: Path) -> None:
    ann = {"type": "identity", "id": "identity--1", "name": "Ann Quill"}
    annie = {"type": "identity", "id": "identity--2", "name": "Annie"}
    mail = {"type": "email-addr", "id": "email-addr--1", "value": "ann@example.org"}
    bears = {"type": "relationship", "source_ref": "identity--2", "target_ref": "email-addr--1"}
    same = {
        "type": "relationship", "relationship_type": "duplicate-of",
        "source_ref": "identity--2", "target_ref": "identity--1",
    }  # fmt: skip
    ring = {**same, "source_ref": "identity--1", "target_ref": "identity--2"}
    [row] = rows(tmp_path, [ann, annie, mail, bears, same, ring])
    [known] = row.known
    assert known.names == ["Ann Quill", "Annie"]
    assert [one.value for one in known.identifiers] == ["ann@example.org"]


def test_a_reader_of_stix_accepts_every_object() -> None:
    parsed = stix2.parse(written(THINGS), allow_custom=True)
    assert len(parsed.objects) == len(objects())
