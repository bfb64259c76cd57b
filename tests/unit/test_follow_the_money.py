"""What leaves as Follow the Money is Follow the Money, and what comes in joined stays joined."""

import io
import json
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest

from adapters.interchange import follow_the_money, follow_the_money_reading, schemata
from adapters.interchange.follow_the_money import ABSTRACT, OURS, Bound, Named, Tied
from adapters.interchange.rows import SCHEMATA, SOMEBODY, Row
from bot.casework.entities import SCHEMA_OF, Hard, Known
from nlp.meaning import Tie
from nlp.spans import Label
from storage.models import Category

AT = datetime(2027, 3, 9, 9, 0, tzinfo=UTC)
PACKAGE = find_spec("followthemoney")
VALUES = {Label.PHONE: "+12025550143", Label.EMAIL: "jon@example.org", Label.IP: "192.0.2.7"}
IDENTIFIERS = [Hard(label, VALUES.get(label, "X1234567")) for label in SCHEMA_OF]
IBAN = Hard(Label.IBAN, "GB33BUKB20201555555555")
FACTS = {
    "birthDate": "1979-05-02",
    "nationality": "British\nChechen",
    "gender": "M",
    "country": "United Kingdom",
    "spokenLanguage": "Deutsch",
    "flag": "PT",
    "website": "example.org",
    "height": "tall",
    "swiftBic": "BUKBGB22",
    "notes": "seen\nat night",
}
EVERY_KIND = [Known(schema, ["Jon Sampleton", "Johnny"], IDENTIFIERS, FACTS) for schema in SCHEMATA]


def handed_out(known: Known) -> list[dict[str, Any]]:
    named = Named("liaison-1", known, "LARCH", "TLP:AMBER", AT)
    return [json.loads(line) for line in follow_the_money.written(named)]


def read(*records: object) -> list[Row]:
    text = "".join(json.dumps(record) + "\n" for record in records)
    return list(follow_the_money_reading.read(io.BytesIO(text.encode())))


def entity(known_as: str, schema: str, /, **properties: object) -> dict[str, object]:
    said = {word: each if isinstance(each, list) else [each] for word, each in properties.items()}
    return {"id": known_as, "schema": schema, "properties": said}


JON = entity("jon", "Person", name="Jon Sampleton")
ANN = entity("ann", "Person", name="Ann Quill")
FREIGHT = entity("freight", "Company", name="Quillon Freight BV")


@pytest.mark.parametrize("known", EVERY_KIND, ids=list(SCHEMATA))
def test_every_property_that_leaves_is_one_of_its_schema_and_holds_what_it_may(
    known: Known,
) -> None:
    for record in handed_out(known):
        for word, values in record["properties"].items():
            assert word in schemata.properties(record["schema"]), record["schema"]
            if schemata.properties(record["schema"])[word] in ("country", "gender", "language"):
                assert [schemata.written(record["schema"], word, each) for each in values] == values


@pytest.mark.skipif(PACKAGE is None, reason="followthemoney needs PyICU, which pip must compile")
@pytest.mark.parametrize("known", EVERY_KIND, ids=list(SCHEMATA))
def test_follow_the_money_itself_accepts_all_of_it_and_loses_nothing(known: Known) -> None:
    model = import_module("followthemoney").model
    for record in handed_out(known):
        theirs = model.get(record["schema"])
        assert not theirs.abstract
        theirs.validate(record)
        kept = model.get_proxy({k: v for k, v in record.items() if k != OURS}, cleaned=True)
        assert kept.to_dict()["properties"].keys() == record["properties"].keys()


@pytest.mark.skipif(PACKAGE is None, reason="followthemoney needs PyICU, which pip must compile")
def test_the_copy_of_their_schema_is_theirs() -> None:
    model = import_module("followthemoney").model
    for schema in {*SCHEMATA, *schemata.joining()} - {*ABSTRACT}:
        theirs = model.get(schema).properties.values()
        assert schemata.properties(schema) == {
            each.name: each.type.name for each in theirs if not each.stub
        }


def tied(tie: Tie, subject: str, other: str, **said: Any) -> dict[str, Any]:
    ends = (Bound("liaison-1", None, subject), Bound("liaison-2", None, other))
    given = {"more": "", "is_hearsay": False, **said}
    line = Tied("liaison-3", tie, *ends, case="LARCH", marking="TLP:AMBER", made_at=AT, **given)
    record: dict[str, Any] = json.loads(follow_the_money.joined(line))
    return record


@pytest.mark.parametrize(
    ("tie", "subject", "other", "schema"),
    [
        (Tie.OWNS, "Person", "Vehicle", "Ownership"),
        (Tie.OWNS, "Person", "Passport", "UnknownLink"),
        (Tie.PAID, "Person", "Company", "Payment"),
        (Tie.PAID, "Person", "BankAccount", "UnknownLink"),
        (Tie.WORKS_FOR, "Person", "Organization", "Employment"),
        (Tie.RELATED, "Person", "Person", "Family"),
        (Tie.DRIVES, "Person", "Vehicle", "UnknownLink"),
    ],
)
def test_a_tie_leaves_as_what_says_as_much_and_else_as_a_link_with_its_word(
    tie: Tie, subject: str, other: str, schema: str
) -> None:
    record = tied(tie, subject, other)
    assert record["schema"] == schema
    assert record["properties"].keys() <= schemata.properties(schema).keys()
    ends = schemata.ends(schema)
    assert ends is not None
    assert [record["properties"][end] for end in ends] == [["liaison-1"], ["liaison-2"]]
    assert record["properties"].get("role", [tie.value]) == [tie.value]


def test_a_tie_comes_back_in_the_notes_of_both_with_what_else_is_said_of_it() -> None:
    record = tied(Tie.PAID, "Person", "Company", more="4,000 EUR", is_hearsay=True)
    rows = read({**JON, "id": "liaison-1"}, {**FREIGHT, "id": "liaison-2"}, record)
    jon = rows[0].known[0].facts["notes"]
    assert jon.startswith("Payment: beneficiary Quillon Freight BV (")
    assert "4,000 EUR; only reported" in jon


def test_what_somebody_bears_leaves_as_an_entity_of_its_own_that_says_whose_it_is() -> None:
    bears = [
        IBAN,
        Hard(Label.WALLET, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
        Hard(Label.PASSPORT, "P1234567"),
        Hard(Label.PLATE, "XX00TST"),
    ]
    suspect = Known("Person", ["Jon Sampleton"], bears, category=Category.SUSPECT)
    person, *beside = handed_out(suspect)
    assert [each for each in beside if "category" in each[OURS]] == []
    assert person[OURS]["category"] == "suspect"
    assert person["properties"] == {"name": ["Jon Sampleton"], "passportNumber": ["P1234567"]}
    by_schema = {each["schema"]: each for each in beside if each["schema"] != "Ownership"}
    assert by_schema["BankAccount"]["properties"] == {"iban": [IBAN.value]}
    assert by_schema["CryptoWallet"]["properties"]["holder"] == ["liaison-1"]
    assert by_schema["Passport"]["properties"]["holder"] == ["liaison-1"]
    owned = [each["properties"] for each in beside if each["schema"] == "Ownership"]
    assert [each["owner"] for each in owned] == [["liaison-1"]] * 2
    assert [each["asset"] for each in owned] == [
        [by_schema["BankAccount"]["id"]], [by_schema["Vehicle"]["id"]],
    ]  # fmt: skip


def test_the_account_of_two_is_one_entity() -> None:
    ids = {
        record["id"]
        for number in ("liaison-1", "liaison-2")
        for line in follow_the_money.written(
            Named(number, Known("Person", ["A B"], [IBAN]), "LARCH", "TLP:AMBER", AT)
        )
        if (record := json.loads(line))["schema"] == "BankAccount"
    }
    assert len(ids) == 1


@pytest.mark.parametrize(
    ("fact", "said", "theirs"),
    [
        ("nationality", "British", ["gb"]),
        ("nationality", "Chechen", None),
        ("country", "United Kingdom", ["gb"]),
        ("country", "Türkiye", ["tr"]),
        ("gender", "M", ["male"]),
        ("gender", "woman", ["female"]),
        ("spokenLanguage", "Deutsch", ["deu"]),
        ("ourOwnWord", "anything", None),
    ],
)
def test_words_leave_as_codes_and_come_back_as_they_were_written(
    fact: str, said: str, theirs: list[str] | None
) -> None:
    [record] = handed_out(Known("Person", ["Jon Sampleton"], facts={fact: said}))
    assert record["properties"].get(fact) == theirs
    [row] = read(record)
    assert row.known[0].facts == {fact: said}


@pytest.mark.parametrize("schema", sorted(SOMEBODY))
def test_everything_somebody_bears_comes_back_to_them(schema: str) -> None:
    bears = [IBAN, Hard(Label.IMEI, "490154203237518"), Hard(Label.PASSPORT, "P1234567")]
    rows = read(*handed_out(Known(schema, ["A B"], bears)))
    assert [row.problems for row in rows] == [()]
    [back] = rows[0].known
    assert {(one.label, one.value) for one in back.identifiers} == {
        (one.label, one.value) for one in bears
    }


@pytest.mark.parametrize("first", [True, False], ids=["before its holder", "behind its holder"])
def test_a_passport_and_an_account_come_in_with_whoever_holds_them(first: bool) -> None:
    borne = [
        entity("p", "Passport", holder="jon", number="P1234567", country="gb"),
        entity("b", "BankAccount", iban=IBAN.value, bankName="Example Bank"),
        entity("o", "Ownership", owner="jon", asset="b"),
    ]
    [row] = read(*borne, JON) if first else read(JON, *borne)
    [jon] = row.known
    assert [one.value for one in jon.identifiers] == ["P1234567", IBAN.value]
    assert jon.facts["notes"].splitlines() == [
        "Passport P1234567: country: gb", f"BankAccount {IBAN.value}: bankName: Example Bank",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("link", "of_jon", "of_the_other"),
    [
        (
            entity("l", "Directorship", director="jon", organization="freight", role="secretary"),
            "Directorship: organization Quillon Freight BV (role: secretary)",
            "Directorship: director Jon Sampleton (role: secretary)",
        ),
        (
            entity("l", "Family", person="jon", relative="ann", relationship="sister"),
            "Family: relative Ann Quill (relationship: sister)",
            "Family: person Jon Sampleton (relationship: sister)",
        ),
        (
            entity("l", "Ownership", owner="jon", asset="freight", percentage="50"),
            "Ownership: asset Quillon Freight BV (percentage: 50)",
            "Ownership: owner Jon Sampleton (percentage: 50)",
        ),
    ],
)
def test_what_joins_two_stands_in_the_notes_of_both(
    link: object, of_jon: str, of_the_other: str
) -> None:
    rows = read(link, JON, ANN, FREIGHT)
    notes = {each.caption: each.facts.get("notes") for row in rows for each in row.known}
    assert notes.pop("Jon Sampleton") == of_jon
    assert of_the_other in notes.values()
    assert not any(row.problems for row in rows)


def test_a_link_to_what_is_not_in_the_file_is_told() -> None:
    [row, _] = read(entity("l", "Family", person="jon", relative="nobody"), JON)
    assert row.problems == ("Family joins two things, and not both stand in this file",)


def test_nobodys_notes_name_a_victim() -> None:
    victim = {**ANN, OURS: {"category": "victim"}}
    rows = read(entity("l", "Family", person="jon", relative="ann"), JON, victim)
    assert "spared" in rows[0].problems[0]
    assert not any("notes" in each.facts for row in rows for each in row.known)


def test_a_property_that_is_no_identifier_of_this_schema_stays_a_fact() -> None:
    [row] = read(entity("v", "Vessel", name="Alder", registrationNumber="H-123"))
    assert row.known[0].facts == {"registrationNumber": "H-123"}
