"""Files from elsewhere say the same thing here, and what they say wrong is told."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.interchange import csv, follow_the_money, follow_the_money_reading, identifiers
from adapters.interchange.dates import date_of
from adapters.interchange.follow_the_money import Named
from adapters.interchange.identifiers import CUES, Doubtful
from adapters.interchange.rows import Row, Unreadable, clean
from bot.casework.entities import IDENTIFYING, Hard, Known
from nlp.pipeline import Text
from nlp.spans import Label
from storage.models import Category
from tests.house import pipeline

PHONE = Hard(Label.PHONE, "+12025550143")
IBAN = Hard(Label.IBAN, "GB33BUKB20201555555555")
MADE_AT = datetime(2027, 3, 9, 9, 0, tzinfo=UTC)
PLATE = Hard(Label.PLATE, "XX00TST")


@pytest.mark.parametrize(
    ("label", "in_a_file", "in_a_chat"),
    [
        (Label.PHONE, "001 202-555-0143", "call me on +1 (202) 555-0143 later"),
        (Label.IBAN, "GB33 BUKB 2020 1555 5555 55", "paid to gb33bukb20201555555555"),
        (Label.PLATE, "XX00-TST", "grey van, plate xx00 tst"),
        (Label.EMAIL, "Ann@Example.org", "write to ann@example[.]org"),
        (Label.IMO, "9074729", "IMO 9074729 left"),
        (Label.VIN, "1m8gdm9axkp042788", "VIN 1M8GDM9AXKP042788"),
        (Label.PASSPORT, "p 1234567", "passport no P1234567"),
        (Label.LEI, "5493 001K JTII GC8Y 1R12", "LEI 5493001KJTIIGC8Y1R12"),
        (Label.IP, "192.0.2.7", "from 192[.]0[.]2[.]7"),
    ],
)
def test_what_stands_in_a_file_is_found_when_somebody_says_it(
    label: Label, in_a_file: str, in_a_chat: str
) -> None:
    kept = identifiers.read(label, in_a_file)
    [spans] = pipeline().extract([Text(in_a_chat)])
    heard = [span.value for span in spans if span.label is label and span.valid]
    assert isinstance(kept, Hard)
    assert heard == [kept.value]


@pytest.mark.parametrize(
    ("label", "said", "why"),
    [
        (Label.IBAN, "GB34BUKB20201555555555", "check digits"),
        (Label.IMO, "9074720", "check digits"),
        (Label.PHONE, "3.5E+11", "does not read as a phone"),
        (Label.EMAIL, "ann at home", "does not read as an email"),
        (Label.PHONE, "+1 202 555 0143 or +1 202 555 0144", "only a part"),
    ],
)
def test_what_is_no_identifier_is_said_to_be_none(label: Label, said: str, why: str) -> None:
    read_as = identifiers.read(label, said)
    assert isinstance(read_as, Doubtful)
    assert why in read_as.why


def test_every_identifier_that_can_be_matched_can_be_imported() -> None:
    assert set(CUES) == IDENTIFYING


def test_a_table_is_read_whatever_its_columns_are_called() -> None:
    [row] = _table(
        "Type;Full Name;Date of Birth;Mobile 1;mobile2\n"
        "man;Jon Sampleton;2.5.1979;+1 202 555 0143;\n"
    )
    assert (row.line, row.problems) == (2, ())
    assert [replace(known, origin=None) for known in row.known] == [
        Known("Person", ["Jon Sampleton"], [PHONE], {"birthDate": "1979-05-02"})
    ]


def test_a_name_is_put_together_from_its_parts() -> None:
    [row] = _table("first_name,last_name\nJon,Sampleton\n")
    assert [(known.schema, known.names) for known in row.known] == [("Person", ["Jon Sampleton"])]


def test_a_plate_in_a_persons_row_is_a_vehicle_and_not_the_person() -> None:
    [row] = _table("schema,name,plate\nPerson,Jon Sampleton,XX00 TST\n")
    person, vehicle = row.known
    assert (person.schema, list(person.identifiers)) == ("Person", [])
    assert (vehicle.schema, list(vehicle.identifiers)) == ("Vehicle", [PLATE])


def test_the_good_part_of_a_row_is_kept_and_the_bad_is_told() -> None:
    [row] = _table(
        "schema,name,iban,phone\nPerson,Jon Sampleton,GB34BUKB20201555555555,+12025550143\n"
    )
    assert [list(known.identifiers) for known in row.known] == [[PHONE]]
    assert row.problems == ("iban: check digits do not fit",)


def test_a_number_in_a_form_nobody_checks_is_kept_as_a_fact() -> None:
    [row] = _table("name,national_id\nJon Sampleton,AB123456\n")
    assert row.known[0].facts["idNumber"] == "AB123456"
    assert "kept as a fact" in row.problems[0]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("schema,name\nPersn,Jon Sampleton\n", 'Did you mean "Person"'),
        ("schema,name\n,Jon Sampleton\n", "a name alone may be anybody's"),
        ("schema,name,notes\nPerson,,seen at night\n", "no name and no identifier"),
        ("name,dob\nJon Sampleton,02/05/1979\n", "dob: not a sure date"),
        ("schema,name,category\nPerson,Jon Sampleton,baddie\n", "Known are suspect"),
        ('schema,name\nPerson,"Jon' + "x" * 200_000 + "\n", "quotation mark left open"),
        ("schema,name\nPerson,Jon Sampleton,what is this\n", "the rest is left out"),
    ],
)
def test_what_is_wrong_with_a_row_is_told_with_its_line(text: str, why: str) -> None:
    problems = {row.line: "; ".join(row.problems) for row in _table(text)}
    assert why in problems[2]


@pytest.mark.parametrize(
    "text",
    [
        'schema,name,plate\nPerson,"Open quote,\nPerson,Third Man,\nVehicle,,XX66 TST\n',
        'schema,name,plate\nPerson,"Open quote,\nPerson,Third Man,\nVehicle,"",XX66 TST\n',
        'schema,name,plate\nPerson,"Open" quote",\nPerson,Third Man,\nVehicle,,XX66 TST\n',
    ],
)
def test_a_quotation_mark_left_open_costs_its_own_row_alone(text: str) -> None:
    rows = {row.line: row for row in _table(text)}
    assert [known.caption for line in (3, 4) for known in rows[line].known] == [
        "Third Man", "XX66TST",
    ]  # fmt: skip


def test_a_quoted_cell_may_go_over_several_lines() -> None:
    rows = _table('schema,name,notes\nPerson,A Man,"seen\nat ""night"""\nPerson,Next Man,5" pipe\n')
    assert [(row.line, [each.caption for each in row.known]) for row in rows] == [
        (2, ["A Man"]), (4, ["Next Man"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Victims", Category.VICTIM), ("witness", Category.WITNESS), ("child", Category.MINOR),
        ("informant", Category.WITNESS), ("victm", Category.VICTIM), ("baddie", Category.OTHER),
        ("", Category.UNKNOWN),
    ],
)  # fmt: skip
def test_who_may_have_to_be_protected_is(written: str, meant: Category) -> None:
    [row] = _table(f"schema,name,category\nPerson,Jon Sampleton,{written}\n")
    assert row.known[0].category is meant


def test_one_bad_row_costs_its_neighbours_nothing() -> None:
    rows = _table("schema,name\nPersn,A B\nPerson,Jon Sampleton\n")
    assert [(row.line, len(row.known)) for row in rows] == [(2, 0), (3, 1)]


def test_a_row_over_several_lines_is_told_by_the_first() -> None:
    rows = _table('schema,name,notes\nPerson,Jon Sampleton,"one\ntwo"\nPersn,A B,\n')
    assert [row.line for row in rows] == [2, 4]


def test_a_table_without_a_column_we_know_is_not_read() -> None:
    with pytest.raises(Unreadable, match="must name the columns"):
        _table("a,b,c\n1,2,3\n")


def test_a_column_nobody_knows_is_told_with_the_nearest() -> None:
    assert csv.columns_of("name,nationalty").unknown == (
        'nationalty (did you mean "nationality"?)',
    )


def test_reading_goes_on_behind_a_line() -> None:
    text = "schema,name\n" + "".join(f"Person,Jon Sampleton {n}\n" for n in range(5))
    rows = csv.read(io.StringIO(text), after=4)
    assert [row.line for row in rows] == [5, 6]


def test_text_that_turns_writing_around_is_made_plain() -> None:
    assert clean("Jon\u202e \u0000Samp\u200bleton\u2066\n") == "Jon Sampleton"


@given(st.text())
def test_no_text_keeps_what_cannot_be_seen_or_stored(text: str) -> None:
    kept = clean(text)
    assert clean(kept) == kept
    kept.encode()
    assert not set(kept) & set("\x00\n\u202a\u202b\u202d\u202e\u2066\u2067\u2068")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("1979-05-02", "1979-05-02"),
        ("1979-05", "1979-05"),
        ("1979", "1979"),
        ("1979-05-02T00:00:00Z", "1979-05-02"),
        ("2.5.1979", "1979-05-02"),
        ("31/12/1979", "1979-12-31"),
        ("12/31/1979", "1979-12-31"),
        ("05/05/1979", "1979-05-05"),
        ("02/05/1979", None),
        ("1979-13-02", None),
        ("31.2.1979", None),
        ("long ago", None),
        ("May 1979", "1979-05"),
        ("2 May 1979", "1979-05-02"),
        ("May 2nd, 1979", "1979-05-02"),
        ("2-Mai-1979", "1979-05-02"),
        ("2 de mayo de 1979", "1979-05-02"),
        ("31 April 1979", None),
        ("2 May 2 1979", None),
    ],
)
def test_a_date_is_taken_only_when_it_is_sure(said: str, meant: str | None) -> None:
    assert date_of(said) == meant


@pytest.mark.parametrize(
    ("region", "meant"),
    [("GB", "1979-05-02"), ("PT", "1979-05-02"), ("US", "1979-02-05"), ("SE", None), ("??", None)],
)
def test_day_or_month_first_is_as_the_agencys_country_writes_it(
    region: str, meant: str | None
) -> None:
    table = io.StringIO("name,dob\nJon Sampleton,02/05/1979\n")
    [of_a_table] = csv.read(table, region=region)
    line = {"schema": "Person", "properties": {"name": "A B", "birthDate": "02/05/1979"}}
    file = io.BytesIO(json.dumps(line).encode())
    [of_a_line] = follow_the_money_reading.read(file, region=region)
    for row in (of_a_table, of_a_line):
        assert row.known[0].facts.get("birthDate") == meant
        assert bool(row.problems) is (meant is None)


def test_follow_the_money_is_read_by_its_own_words() -> None:
    [row] = _lines(
        {
            "id": "a",
            "schema": "Person",
            "properties": {
                "name": ["Jon Sampleton"],
                "weakAlias": ["Johnny"],
                "birthDate": ["1979-05-02"],
                "nationality": ["gb", "pt"],
                "phone": ["+1 202 555 0143"],
                "passportNumber": ["P1234567"],
                "passport": ["another-entity"],
            },
        }
    )
    assert row.known == (
        Known(
            "Person",
            ["Jon Sampleton", "Johnny"],
            [PHONE, Hard(Label.PASSPORT, "P1234567")],
            {"birthDate": "1979-05-02", "nationality": "gb\npt"},
            origin="line|a",
        ),
    )


@pytest.mark.parametrize(
    ("schema", "word", "value", "hard"),
    [
        ("Vehicle", "registrationNumber", "XX00 TST", PLATE),
        ("Airplane", "registrationNumber", "G-ABCD", Hard(Label.AIRCRAFT, "G-ABCD")),
        ("Company", "registrationNumber", "01234567", Hard(Label.COMPANY_NO, "01234567")),
        ("BankAccount", "accountNumber", "GB33 BUKB 2020 1555 5555 55", IBAN),
        ("BankAccount", "accountNumber", "12345678", Hard(Label.ACCOUNT, "12345678")),
        ("Vessel", "imoNumber", "IMO 9074729", Hard(Label.IMO, "9074729")),
        ("UserAccount", "username", "night_owl", Hard(Label.HANDLE, "@night_owl")),
        (
            "CryptoWallet", "publicKey", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
            Hard(Label.WALLET, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
        ),
    ],
)  # fmt: skip
def test_a_property_means_what_its_schema_makes_it_mean(
    schema: str, word: str, value: str, hard: Hard
) -> None:
    [row] = _lines({"id": "a", "schema": schema, "properties": {word: [value]}})
    assert [list(known.identifiers) for known in row.known] == [[hard]]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "not a line of JSON"),
        ("[]", "not an object"),
        ('{"schema": "Person"}', 'needs "schema" and "properties"'),
        ('{"schema": "Persn", "properties": {}}', 'Did you mean "Person"'),
        ('{"schema": "Ownership", "properties": {}}', "joins two things"),
        ('{"schema": "Person", "properties": {"name": [null, {}]}}', "no name and no identifier"),
        ("[" * 100_000, "not a line of JSON"),
    ],
)
def test_a_line_that_cannot_be_used_is_told_by_its_reason(line: str, why: str) -> None:
    [row] = follow_the_money_reading.read(io.BytesIO(line.encode()))
    assert not row.known
    assert why in row.problems[0]


known_things = st.builds(
    Known,
    st.just("Person"),
    st.lists(
        st.sampled_from(["Jon Sampleton", "Ann Quill", "Żofia Łąka"]), min_size=1, unique=True
    ),
    st.lists(
        st.sampled_from(
            [
                PHONE,
                IBAN,
                Hard(Label.IMEI, "490154203237518"),
                Hard(Label.PASSPORT, "P1234567"),
                Hard(Label.HANDLE, "@night_owl"),
            ]
        ),
        unique=True,
    ),
    st.dictionaries(
        st.sampled_from(["birthPlace", "position", "notes", "nationality", "ourOwnWord"]),
        st.sampled_from(["Lisbon", "one\ntwo", "=cmd|' /C calc'!A0", 'a "quoted", word']),
    ),
    st.sampled_from(Category),
)


@given(known_things)
def test_what_we_hand_out_as_follow_the_money_we_read_back(known: Known) -> None:
    [row] = _lines(*_handed_out(known))
    [back] = row.known
    assert (back.schema, list(back.names), back.category) == (
        known.schema, list(known.names), known.category,
    )  # fmt: skip
    assert set(back.identifiers) == set(known.identifiers)
    assert back.facts == known.facts


@given(known_things)
def test_what_we_write_as_a_table_we_read_back(known: Known) -> None:
    table = io.StringIO()
    csv.write([known], table)
    [row] = csv.read(io.StringIO(table.getvalue()))
    [back] = row.known
    assert list(back.names) == list(known.names)
    assert (set(back.identifiers), back.category) == (set(known.identifiers), known.category)


def test_no_cell_we_write_is_a_formula_to_a_spreadsheet() -> None:
    table = io.StringIO()
    csv.write([Known("Person", ["=cmd|' /C calc'!A0"], [PHONE])], table)
    cells = table.getvalue().splitlines()[1].split(",")
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


def test_marking_and_case_go_with_every_line() -> None:
    named = Named("liaison-1", Known("Person", ["A B"], [IBAN]), "LARCH", "TLP:RED", MADE_AT)
    whose, *borne = map(json.loads, follow_the_money.written(named))
    place = {"case": "LARCH", "marking": "TLP:RED"}
    assert whose["liaison"].items() >= {**place, "category": "unknown"}.items()
    assert [line["liaison"].items() & place.items() for line in borne] == [place.items()] * 2


def _table(text: str) -> list[Row]:
    return list(csv.read(io.StringIO(text, newline="")))


def _handed_out(known: Known) -> list[dict[str, Any]]:
    named = Named("liaison-1", known, "LARCH", "TLP:AMBER", MADE_AT)
    return [json.loads(line) for line in follow_the_money.written(named)]


def _lines(*records: object) -> list[Row]:
    text = "".join(json.dumps(record) + "\n" for record in records)
    return list(follow_the_money_reading.read(io.BytesIO(text.encode())))


def test_a_thing_of_no_kind_leaves_as_an_asset_and_comes_back_as_it_was() -> None:
    known = Known("Thing", identifiers=[Hard(Label.IP, "192.0.2.7")])
    [record] = _handed_out(known)
    assert record["schema"] == "Asset"
    [row] = _lines(record)
    assert [each.schema for each in row.known] == ["Thing"]
    assert row.known[0].identifiers == [Hard(Label.IP, "192.0.2.7")]
