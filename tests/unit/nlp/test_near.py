"""What an identifier may have been meant to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban, luhn

from nlp.identifiers.misread import number_like, plate_like
from nlp.identifiers.near import MOST_UNREAD, Slip, readings
from nlp.spans import Label

MOST_READINGS = 3000
plates = st.from_regex(r"[A-Z]{2}[0-9]{2}[A-Z]{3}", fullmatch=True)


@pytest.mark.parametrize(
    ("label", "written", "meant", "slip"),
    [
        (Label.PLATE, "XXO0TST", "XX00TST", Slip.LOOK_ALIKE),
        (Label.VIN, "IM8GDM9AXKP042788", "1M8GDM9AXKP042788", Slip.LOOK_ALIKE),
        (Label.PLATE, "XX00TTS", "XX00TST", Slip.EXCHANGED),
        (Label.PLATE, "XX01TST", "XX00TST", Slip.OTHER),
        (Label.PHONE, "+12025550144", "+12025550143", Slip.OTHER),
        (Label.PHONE, "+120255501433", "+12025550143", Slip.TOO_MANY),
        (Label.PHONE, "+1202555014", "+12025550143", Slip.MISSING),
        (Label.PHONE, "2025550143", "+12025550143", Slip.NO_PREFIX),
        (Label.PHONE, "02025550143", "+12025550143", Slip.NO_PREFIX),
        (Label.IBAN, "GB33BUKB20201555555556", "GB33BUKB20201555555555", Slip.OTHER),
        (Label.PLATE, "XX0??ST", "XX00TST", Slip.UNREAD),
        (Label.PLATE, "XXOOTST", "XX00TST", Slip.LOOK_ALIKES),
        (Label.PLATE, "XXIOTST", "XX10TST", Slip.LOOK_ALIKES),
        (Label.PLATE, "XX00TS", "XX00TST", Slip.MISSING),
        (Label.IBAN, "GB33BUKB2O2O1555555555", "GB33BUKB20201555555555", Slip.LOOK_ALIKES),
        (Label.IBAN, "GB33BUKB2020155555555", "GB33BUKB20201555555555", Slip.MISSING),
        (Label.IBAN, "GB33BUKB202015555555555", "GB33BUKB20201555555555", Slip.TOO_MANY),
        (Label.VIN, "IM8GDM9AXKPO42788", "1M8GDM9AXKP042788", Slip.LOOK_ALIKES),
        (Label.CARD, "4LLL111111111111", "4111111111111111", Slip.LOOK_ALIKES),
        (Label.CARD, "41111111111111111", "4111111111111111", Slip.TOO_MANY),
        (Label.PHONE, "+1202555OL43", "+12025550143", Slip.LOOK_ALIKES),
        (Label.CONTAINER, "C5QU3054383", "CSQU3054383", Slip.LOOK_ALIKE),
        (Label.IMO, "9O74729", "9074729", Slip.LOOK_ALIKE),
        (Label.EMAIL, "jon.sampelton@example.org", "jon.sampleton@example.org", Slip.EXCHANGED),
        (Label.EMAIL, "jon.sampletom@example.org", "jon.sampleton@example.org", Slip.LOOK_ALIKE),
        (Label.EMAIL, "jon.sampeton@example.org", "jon.sampleton@example.org", Slip.MISSING),
        (Label.EMAIL, "jonsampleton@example.org", "jon.sampleton@example.org", Slip.PUNCTUATION),
        (Label.EMAIL, "j.o.n_s@example.org", "jons@example.org", Slip.PUNCTUATION),
        (Label.EMAIL, "jon+news@example.org", "jon@example.org", Slip.TAG),
        (Label.EMAIL, "jon@exarnple.org", "jon@example.org", Slip.LOOK_ALIKE),
        (Label.EMAIL, "jon.sarnpleton@exarnple.org", "jon.sampleton@example.org", Slip.LOOK_ALIKES),
        (Label.EMAIL, "jon@xn--exmple-4nf.org", "jon@example.org", Slip.LOOK_ALIKE),
        (Label.HANDLE, "@jon-sampleton", "@jon_sampleton", Slip.PUNCTUATION),
        (Label.HANDLE, "@jon_samp1eton", "@jon_sampleton", Slip.LOOK_ALIKE),
        (Label.DOMAIN, "examp1e.org", "example.org", Slip.LOOK_ALIKE),
        (Label.DOMAIN, "xn--exmple-4nf.org", "example.org", Slip.LOOK_ALIKE),
        (Label.URL, "https://www.exmaple.org/a", "https://www.example.org/a", Slip.EXCHANGED),
    ],
)
def test_a_slip_is_seen_through_and_named(
    label: Label, written: str, meant: str, slip: Slip
) -> None:
    assert readings(label, written)[meant] is slip


@given(plates, st.data())
def test_whoever_slips_once_may_have_meant_it(plate: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(plate) - 2))
    exchanged = plate[:at] + plate[at + 1] + plate[at] + plate[at + 2 :]
    assert exchanged == plate or plate in readings(Label.PLATE, exchanged)


@given(plates)
def test_what_was_written_is_no_slip(plate: str) -> None:
    assert plate not in readings(Label.PLATE, plate)


@pytest.mark.parametrize(
    ("label", "value"),
    [(Label.IBAN, "GB33BUKB20201555555555"), (Label.CARD, "4111111111111111")],
)
def test_where_check_digits_catch_each_slip_a_valid_value_is_none(label: Label, value: str) -> None:
    check = iban.is_valid if label is Label.IBAN else luhn.is_valid
    assert readings(label, value, is_valid=True) == {}
    slips = readings(label, value)
    assert slips
    assert not any(
        check(each) for each, slip in slips.items() if slip in (Slip.OTHER, Slip.LOOK_ALIKE)
    )


def test_a_valid_telephone_number_is_one_digit_from_others_of_its_length_only() -> None:
    near = readings(Label.PHONE, "+12025550143", is_valid=True)
    assert near["+12025550144"] is Slip.OTHER
    assert near["+12025550134"] is Slip.EXCHANGED
    assert {len(each) for each in near} == {12}


@pytest.mark.parametrize("label", [Label.WALLET, Label.HASH])
def test_what_is_pasted_has_no_slips(label: Label) -> None:
    assert readings(label, "44d88612fea8a8f36de82e1278abb02f") == {}


def test_of_an_address_on_the_web_the_host_alone_is_mistaken() -> None:
    near = readings(Label.URL, "https://www.example.org/path")
    assert all(each.startswith("https://www.") and each.endswith("/path") for each in near)


@given(st.emails().map(str.lower), st.sampled_from([Label.EMAIL, Label.DOMAIN, Label.HANDLE]))
def test_an_address_has_only_so_many_slips(address: str, label: Label) -> None:
    near = readings(label, address)
    assert address not in near
    assert len(near) < MOST_READINGS


@pytest.mark.parametrize(
    ("text", "label", "value"),
    [
        ("IBAN GB33BUKB2O201555555555", Label.IBAN, "GB33BUKB2O201555555555"),
        ("paid GB33 BUKB 2020 1555 5555 5 at noon", Label.IBAN, "GB33BUKB2020155555555"),
        ("to GB33 BUKB 2O2O 1555 5555 55", Label.IBAN, "GB33BUKB2O2O1555555555"),
        ("to GB33BUKB202015555555555", Label.IBAN, "GB33BUKB202015555555555"),
        ("VIN IM8GDM9AXKP042788", Label.VIN, "IM8GDM9AXKP042788"),
        ("box CSQU3O54383", Label.CONTAINER, "CSQU3O54383"),
        ("IMO 9O74729", Label.IMO, "9O74729"),
        ("LEI 5299OOOJ2N45DDNE4Y28", Label.LEI, "5299OOOJ2N45DDNE4Y28"),
        ("call +1 202 555 O143", Label.PHONE, "+1202555O143"),
        ("card 4l11 1111 1111 1111", Label.CARD, "4L11111111111111"),
    ],
)
def test_a_number_that_is_copied_wrongly_is_seen(text: str, label: Label, value: str) -> None:
    span = next(iter(number_like(text)))
    assert (span.label, span.value, span.valid) == (label, value, False)
    assert text[span.start : span.end] == span.text


@pytest.mark.parametrize(
    "text", ["meet at 10 Oslo 5 Bergen 12", "ok 9O", "GB33 seen twice", "ZZ33BUKB2O201555555555"]
)
def test_what_is_nothing_like_a_number_is_left_alone(text: str) -> None:
    assert list(number_like(text)) == []


@pytest.mark.parametrize(
    ("text", "written", "value"),
    [
        ("grey van AB1? ?DE at quay 7", "AB1? ?DE", "AB1??DE"),
        ("plate XX0* TST", "XX0* TST", "XX0?TST"),
        ("it read XX00 T?T, I think", "XX00 T?T", "XX00T?T"),
        ("grey van XX?? TST seen", "XX?? TST", "XX??TST"),
        ("saw ab1? ?de at quay 7", "ab1? ?de", "AB1??DE"),
        ("plate AB1_ CDE", "AB1_ CDE", "AB1?CDE"),
        ("plate AB1# CDE", "AB1# CDE", "AB1?CDE"),
    ],
)
def test_a_plate_read_in_part_is_found(text: str, written: str, value: str) -> None:
    [span] = plate_like(text)
    assert (span.text, span.value, span.valid) == (written, value, False)
    assert text[span.start : span.end] == written


@pytest.mark.parametrize(
    "text",
    ["WHO? ME", "really??", "what? 12", "ok? 12", "X???? TST", "1999?2000", "QUAY", "at quay 7"],
)
def test_what_is_nothing_like_a_plate_is_left_alone(text: str) -> None:
    assert list(plate_like(text)) == []


def test_who_asks_has_read_every_sign() -> None:
    assert [span.value for span in plate_like("is it XX00 TST? I saw it")] == ["XX00TST"]


def test_a_letter_for_a_digit_may_still_be_a_plate() -> None:
    [span] = plate_like("grey van XXO0 TST at quay 7")
    assert (span.value, span.why) == ("XXO0TST", "not as plates are written")


def test_a_plate_may_be_written_with_letters_for_all_its_figures() -> None:
    [span] = plate_like("grey van XXOO TST at quay 7")
    assert (span.text, span.value, span.valid) == ("XXOO TST", "XXOOTST", False)
    assert list(plate_like("grey van at BROWN LANE")) == []


@given(st.text(st.sampled_from("AX01 ?*-T"), max_size=80))
def test_no_plate_is_read_from_too_little(text: str) -> None:
    for span in plate_like(text):
        assert span.value is not None
        assert span.value.count("?") <= MOST_UNREAD
        assert len(span.value.replace("?", "")) >= 3
        assert text[span.start : span.end] == span.text
