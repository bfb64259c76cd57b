"""Claims about numbers of countries, plates and machine-readable lines."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.identifiers.forms import shapes, written
from nlp.identifiers.numbers import (
    NUMBERS,
    is_foreigner_kr,
    is_hetu,
    is_insurance_gb,
    is_kvnr,
    is_medicare_au,
    is_nric,
    is_pension,
)
from nlp.identifiers.plates import PLATES
from nlp.identifiers.scan import scan
from nlp.identifiers.zones import check_digit
from nlp.normalise import plain
from nlp.spans import Label, Span

figures = st.text("0123456789", min_size=9, max_size=9)


def read(text: str, region: str | None = None) -> list[Span]:
    return list(scan(plain(text), region=region).spans)


def test_plates_of_more_than_twenty_countries_are_known() -> None:
    assert len({plate.country for plate in PLATES}) > 40


def test_numbers_of_more_than_thirty_countries_are_known() -> None:
    assert len({number.country for number in NUMBERS}) > 60


@pytest.mark.parametrize("number", [n for n in NUMBERS if n.check], ids=lambda n: n.check)
def test_every_check_can_be_asked(number: object) -> None:
    assert number.fits("0") in (False, True)  # type: ignore[attr-defined]  # a Number


@pytest.mark.parametrize("plate", PLATES, ids=lambda p: f"{p.country}-{p.notation}")
def test_every_form_is_one_of_its_own_shapes(plate: object) -> None:
    notation = plate.notation  # type: ignore[attr-defined]  # a Plate
    for shape in shapes(notation)[:50]:
        assert set(shape) <= {"A", "9"}
    assert written(notation).pattern


@given(st.text("0123456789", min_size=12, max_size=12))
def test_a_wrong_digit_in_a_machine_readable_number_is_noticed(number: str) -> None:
    good = check_digit(number)
    for place, char in enumerate(number):
        other = str((int(char) + 1) % 10)
        assert check_digit(number[:place] + other + number[place + 1 :]) != good


def test_a_passport_line_is_read_and_a_changed_one_doubted() -> None:
    line = "L898902C36UTO7408122F1204159ZE184226B<<<<<10"
    assert [(span.value, span.valid) for span in read(line)] == [("L898902C3", True)]
    changed = line.replace("740812", "740813")
    assert [(span.value, span.valid) for span in read(changed)] == [("L898902C3", False)]


CHECKS = {
    "hetu": (is_hetu, "131052-308T"),
    "nric": (is_nric, "S1234567D"),
    "kvnr": (is_kvnr, "A123456780"),
    "pension": (is_pension, "15070649C103"),
    "frn": (is_foreigner_kr, "911124-5678906"),
    "medicare": (is_medicare_au, "2123456701"),
}


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_knows_a_good_number_from_most_with_one_digit_changed(name: str) -> None:
    check, good = CHECKS[name]
    assert check(good)
    tried = passed = 0
    for place, char in enumerate(good):
        for other in "0123456789".replace(char, "") if char.isdigit() else "":
            tried += 1
            passed += check(good[:place] + other + good[place + 1 :])
    # Weights that share a factor with the modulus, and digits not covered by it, let some by.
    assert passed <= tried // 5, (passed, tried)


def test_a_number_of_a_region_that_the_library_knows_by_half_breaks_nothing() -> None:
    assert scan(plain("110019199001010013")).spans == ()


@given(st.text(string.printable, max_size=20))
def test_no_check_minds_what_it_is_given(said: str) -> None:
    for check, _ in CHECKS.values():
        assert check(said) in (False, True)
    assert is_insurance_gb(said) in (False, True)


@given(figures)
def test_a_number_among_words_needs_its_word(number: str) -> None:
    found = [span.label for span in read(f"seen {number} again")]
    assert not {Label.NATIONAL_ID, Label.TAX_ID, Label.COMPANY_NO} & set(found)


def test_the_country_of_the_author_decides_between_equal_forms() -> None:
    assert [span.subtype for span in read("reg AB 123 CD", "FR")] == ["FR"]
    assert [span.subtype for span in read("reg AB 123 CD", "IT")] == ["IT"]


def test_words_with_figures_are_no_plates() -> None:
    assert not [
        span
        for span in read("plate XX00 TST on quay 7, gate 12 and room 34", "GB")
        if span.label is Label.PLATE and span.text != "XX00 TST"
    ]
