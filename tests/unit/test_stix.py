"""A case as STIX 2.1."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import stix2  # type: ignore[import-untyped]  # ships without types

from adapters.interchange.follow_the_money import Named
from adapters.interchange.stix import EXTENSION, IDENTIFIER, bundle
from bot.casework.entities import Hard, Known
from nlp.spans import Label
from storage.models import Category, Tlp

NOW = datetime(2027, 3, 9, 9, 0, tzinfo=UTC)
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
    ),
    Named("liaison-2", Known("Vehicle", identifiers=[Hard(Label.PLATE, "XX00TST")]), "LARCH", ""),
    Named("liaison-3", Known("Thing", identifiers=[Hard(Label.IP, "192.0.2.7")]), "LARCH", ""),
    Named("liaison-4", Known("LegalEntity", ["X"], [Hard(Label.PHONE, "+12025550143")]), "L", ""),
]


def objects(marking: Tlp = Tlp.AMBER) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(bundle("LARCH", marking, THINGS, now=NOW))["objects"]
    return found


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


def test_the_same_case_has_the_same_ids_again() -> None:
    assert [each["id"] for each in objects()] == [each["id"] for each in objects()]


def test_a_reader_of_stix_accepts_every_object() -> None:
    parsed = stix2.parse(bundle("LARCH", Tlp.AMBER, THINGS, now=NOW), allow_custom=True)
    assert len(parsed.objects) == len(objects())
