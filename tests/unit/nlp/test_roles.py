"""Claims about who is told to be what: victims, minors, sources and others who are spared."""

from datetime import UTC, datetime

import pytest

from nlp.pipeline import Reading, Text, load
from nlp.spans import Label

_TODAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
_PIPELINE = load()


def read(text: str) -> Reading:
    return _PIPELINE.read([Text(text, "GB", _TODAY)])[0]


def roles(text: str) -> dict[str, str | None]:
    """Each person by the role that the text says, the last time they are named."""
    return {span.text: span.role for span in read(text).spans if span.label is Label.PERSON}


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("victims are Jon Sampleton and Lena Birch", "victim"),
        ("witnesses Jon Sampleton and Lena Birch", "witness"),
        ("the suspects Jon Sampleton, Lena Birch", "suspect"),
        ("Jon Sampleton and Lena Birch were the victims", "victim"),
        ("victimes: Jon Sampleton et Lena Birch", "victim"),
        ("die Zeugen Jon Sampleton und Lena Birch", "witness"),
        ("los testigos son Jon Sampleton y Lena Birch", "witness"),
        ("slachtoffers zijn Jon Sampleton en Lena Birch", "victim"),
    ],
)
def test_a_role_of_several_is_of_each_in_the_list(text: str, role: str) -> None:
    assert roles(text) == {"Jon Sampleton": role, "Lena Birch": role}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("victim Jon Sampleton and Omar Fane", {"Jon Sampleton": "victim", "Omar Fane": None}),
        (
            "victims Jon Sampleton and Lena Birch, Omar Fane was seen",
            {"Jon Sampleton": "victim", "Lena Birch": "victim", "Omar Fane": None},
        ),
        (
            "victims Jon Sampleton and suspect Omar Fane",
            {"Jon Sampleton": "victim", "Omar Fane": "suspect"},
        ),
        ("Omar Fane, his victim Lena Birch", {"Omar Fane": None, "Lena Birch": "victim"}),
    ],
)
def test_a_role_ends_with_those_whose_it_is(text: str, told: dict[str, str | None]) -> None:
    assert roles(text) == told


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Jon Sampleton (our source) was there", "source"),
        ("Jon Sampleton (the victim)", "victim"),
        ("Jon Sampleton (notre source)", "source"),
        ("Jon Sampleton (das Opfer)", "victim"),
        ("Jon Sampleton (nuestro informante)", "source"),
        ("Jon Sampleton (onze bron)", "source"),
        ("witness Mr. Jon Sampleton", "witness"),
        ("Zeuge Dr. Jon Sampleton", "witness"),
        ("vic Jon Sampleton", "victim"),
        ("V1 Jon Sampleton", "victim"),
        ("W2: Jon Sampleton", "witness"),
        ("AP Jon Sampleton", "victim"),
        ("Jon Sampleton (counsel)", "lawyer"),
        ("Officer Jon Sampleton", "staff"),
        ("spoke to officer Jon Sampleton so", "staff"),
        ("OIC Jon Sampleton", "staff"),
        ("Jon Sampleton (NCA)", "staff"),
        ("source codename Larkspur aka Jon Sampleton", "source"),
        ("compliance officer Jon Sampleton", None),
        ("Jon Sampleton (Example Ltd)", None),
    ],
)
def test_a_role_is_told_as_officers_write_it(text: str, role: str | None) -> None:
    assert roles(text)["Jon Sampleton"] == role


@pytest.mark.parametrize(
    ("text", "is_victim"),
    [
        ("Jon Sampleton was raped by two men", True),
        ("Jon Sampleton was brutally stabbed", True),
        ("two men robbed Jon Sampleton", True),
        ("Jon Sampleton a été poignardé", True),
        ("Jon Sampleton wurde von zwei Männern überfallen", True),
        ("Jon Sampleton fue secuestrado", True),
        ("Jon Sampleton werd door twee mannen beroofd", True),
        ("Jon Sampleton robbed two men", False),
        ("Jon Sampleton was shot by police", False),
    ],
)
def test_whom_harm_was_done_to_is_a_victim(text: str, is_victim: bool) -> None:
    assert roles(text) == {"Jon Sampleton": "victim" if is_victim else None}


@pytest.mark.parametrize(
    "text",
    [
        "our CHIS Jon Sampleton says XX00 TST. Sampleton wants money",
        "Sampleton is in van XX33 TST; the victim Jon Sampleton is scared",
        "Jon Sampleton was driving XX33 TST. The victim Jon Sampleton is scared",
    ],
)
def test_who_is_spared_is_so_wherever_they_are_named(text: str) -> None:
    people = [span for span in read(text).spans if span.label is Label.PERSON]
    assert len(people) == 2
    assert {span.role for span in people} <= {"source", "victim"}


def test_a_namesake_is_not_spared() -> None:
    told = roles("the victim Lena Birch says Jon Birch hit her")
    assert told == {"Lena Birch": "victim", "Jon Birch": None}


@pytest.mark.parametrize(
    "text",
    [
        "Lena Birch aged 9",
        "Lena Birch (aged 15)",
        "Lena Birch 15 y/o",
        "Lena Birch, who is 15 years old,",
        "Lena Birch, age: 9",
        "his 8 year old daughter Lena Birch",
        "8 month old Lena Birch",
        "Lena Birch dob 12/03/2015",
        "Lena Birch DOB 2008-11-24",
        "Lena Birch born in 2015",
        "Lena Birch, geb. 12.03.2015",
        "baby Lena Birch",
        "a schoolgirl Lena Birch",
        "sa fille de 8 ans Lena Birch",
        "seine 8-jährige Tochter Lena Birch",
        "su hija de 8 años Lena Birch",
        "zijn 8-jarige dochter Lena Birch",
    ],
)
def test_a_minor_is_told_by_age_or_birth(text: str) -> None:
    assert roles(text) == {"Lena Birch": "minor"}


@pytest.mark.parametrize(
    "text",
    [
        "Lena Birch aged 19",
        "Lena Birch dob 12/03/1975",
        "Lena Birch DOB 2008-11-23",
        "Lena Birch born in 1955",
        "Lena Birch aged 15/16 stones of rice",
        "his 80 year old mother Lena Birch",
        "after 10 years Lena Birch is back",
        "Lena Birch 10 years for burglary",
        "Lena Birch, 5 years inside",
    ],
)
def test_who_is_of_age_is_no_minor(text: str) -> None:
    assert roles(text) == {"Lena Birch": None}


@pytest.mark.parametrize(
    "text",
    [
        "Omar Fane (17.03.1990) drove XX00 TST",
        "Omar Fane, 12.03.1975, drives XX00 TST",
        "Omar Fane, 17. 03. 1990, drives XX00 TST",
        "seen Omar Fane, 14.30 at quay 7",
        "seen Omar Fane, 14:30 at quay 7",
        "Omar Fane, 15, rue du Port",
        "Omar Fane, 17, dob 12/03/1975",
        "Omar Fane (17), 12/03/1975, drives XX00 TST",
    ],
)
def test_a_date_a_time_or_a_house_behind_a_name_is_no_age(text: str) -> None:
    assert roles(text) == {"Omar Fane": None}


@pytest.mark.parametrize(
    "text",
    [
        "Lena Birch (15)",
        "Lena Birch, 15.",
        "Lena Birch, 15, lives at 12 Harbour Street",
        "Lena Birch, 15. 12 Harbour Street",
        "Lena Birch (15), 12/03/2011",
    ],
)
def test_a_number_behind_a_name_alone_is_an_age(text: str) -> None:
    assert roles(text) == {"Lena Birch": "minor"}


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("the victim named Omar Fane as her attacker", None),
        ("the witness named Omar Fane as the shooter", None),
        ("the victims named Omar Fane as the driver", "driver"),
        ("source called Omar Fane yesterday", None),
        ("our source called Omar Fane at 9pm", None),
        ("the victim called Omar Fane on +1 202 555 0143", None),
        ("victim called Omar Fane from +1 202 555 0143", None),
        ("the victim called Omar Fane", None),
        ("the victim is called Omar Fane", "victim"),
        ("the victim, named Omar Fane, is scared", "victim"),
        ("the victim named Omar Fane is scared", "victim"),
        ("a witness named Omar Fane saw it", "witness"),
        ("victim called Omar Fane", "victim"),
        ("victim called Omar Fane 12.03.1975", "victim"),
    ],
)
def test_whom_somebody_names_or_calls_is_not_they(text: str, role: str | None) -> None:
    assert roles(text) == {"Omar Fane": role}
    assert not any(s.role for s in read(text).spans if s.label is Label.PHONE)


def test_without_a_day_a_birth_date_makes_no_minor() -> None:
    [reading] = _PIPELINE.read([Text("Lena Birch dob 2015-03-12", "GB")])
    assert reading.spans[0].role is None


@pytest.mark.parametrize(
    ("text", "role", "hearsay"),
    [
        ("B2 source: Jon Sampleton carries a Glock", None, True),
        ("source: Jon Sampleton drives XX33 TST", None, True),
        ("Quelle: Jon Sampleton wohnt in Berlin", None, True),
        ("fuente: Jon Sampleton vive en Madrid", None, True),
        ("Source: Jon Sampleton", "source", True),
        ("source Jon Sampleton drives XX33 TST", "source", False),
    ],
)
def test_what_a_source_reports_is_heard_and_not_who_they_are(
    text: str, role: str | None, hearsay: bool
) -> None:
    [person] = (span for span in read(text).spans if span.label is Label.PERSON)
    assert (person.role, person.hearsay) == (role, hearsay)


@pytest.mark.parametrize(
    ("text", "spared"),
    [
        (
            "the victim Jon Sampleton's phone is +1 202 555 0143, lives at 12 Harbour Street",
            {"+1 202 555 0143", "12 Harbour Street"},
        ),
        ("source Jon Sampleton (+1 202 555 0143)", {"+1 202 555 0143"}),
        ("witness Jon Sampleton lives at 12 Harbour Street", {"12 Harbour Street"}),
        ("victim Jon Sampleton aka Jonny, +1 202 555 0143", {"Jonny", "+1 202 555 0143"}),
        ("victim Jon Sampleton got threats on Monday from +1 202 555 0143", set()),
        ("victim Jon Sampleton called by +1 202 555 0143", set()),
        ("the suspect Jon Sampleton's phone is +1 202 555 0143", set()),
    ],
)
def test_where_who_is_spared_lives_and_is_reached_is_spared(text: str, spared: set[str]) -> None:
    said = {s.text for s in read(text).spans if s.role is not None and s.text != "Jon Sampleton"}
    assert said == spared


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("witness Paul Elmstone, IBAN GB33BUKB20201555555555", "witness"),
        ("Zeuge Otto Ulmen, Konto DE89370400440532013000", "witness"),
        ("testemunha Rui Carvalhal, conta PT50000201231234567890154", "witness"),
        ("victim Paul Elmstone, BIC BUKBGB22, IBAN GB33BUKB20201555555555", "victim"),
        ("the victim's account is GB33BUKB20201555555555", "victim"),
        ("victim Paul Elmstone paid 400 EUR to GB33BUKB20201555555555", None),
        ("suspect Paul Elmstone, IBAN GB33BUKB20201555555555", None),
        ("witness Paul Elmstone: suspect Omar Fane, IBAN GB33BUKB20201555555555", None),
    ],
)
def test_the_account_of_who_is_spared_is_spared_and_not_the_one_they_paid(
    text: str, role: str | None
) -> None:
    [account] = [span for span in read(text).spans if span.label is Label.IBAN]
    assert account.role == role


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            (
                "Suspect Omar Fane has phone +1 202 555 0143. "
                "Victim Lena Birch's phone is +1 202 555 0143"
            ),
            [None, "victim"],
        ),
        (
            (
                "Victim Lena Birch's phone is +1 202 555 0143. "
                "Suspect Omar Fane's phone is +1 202 555 0143"
            ),
            ["victim", None],
        ),
        (
            (
                "Victim Lena Birch's phone is +1 202 555 0143. "
                "Suspect Omar Fane called +1 202 555 0143"
            ),
            ["victim", "victim"],
        ),
    ],
)
def test_where_the_suspect_is_reached_too_is_not_spared_as_theirs(
    text: str, told: list[str | None]
) -> None:
    assert [span.role for span in read(text).spans if span.label is Label.PHONE] == told


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("victim Jon says Jon Hale stabbed him", None),
        ("victim Jon says Jon Hale stabbed him. Jon Hale drives XX33 TST", None),
        ("victim Jon is scared. Jon Hale lives at 12 Harbour Street", "victim"),
        ("victim Jon (Jon Hale) is scared", "victim"),
        ("victim Jon, full name Jon Hale, is scared", "victim"),
    ],
)
def test_a_first_name_beside_a_whole_one_is_of_somebody_else(text: str, role: str | None) -> None:
    assert roles(text) == {"Jon": "victim", "Jon Hale": role}


def test_what_is_said_of_one_and_not_the_other_is_of_the_one() -> None:
    told = roles("Jonas Vermeer, not Omar Fane, was driving")
    assert told == {"Jonas Vermeer": "driver", "Omar Fane": None}


def test_a_question_keeps_nobody_from_being_spared() -> None:
    reading = read("the victim Jon Sampleton's phone is +1 202 555 0143?")
    assert [span.role for span in reading.spans] == ["victim", "victim"]


@pytest.mark.parametrize(
    "between", [", ", " (15), ", " (15) ", ", aged 15, ", ", 15 years old, ", " (dob 01/02/2011), "]
)
def test_whose_age_is_said_is_spared_at_their_telephone_too(between: str) -> None:
    reading = read(f"victim Lena Birch{between}tel 07700 900123")
    [phone] = [span for span in reading.spans if span.label is Label.PHONE]
    assert phone.role == "victim"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("suspect Jon Sampleton (15)", {"Jon Sampleton": "minor"}),
        ("suspect Jon Sampleton dob 12/03/2015", {"Jon Sampleton": "minor"}),
        ("juvenile suspect Jon Sampleton", {"Jon Sampleton": "minor"}),
        ("suspect Jon Sampleton (51)", {"Jon Sampleton": "suspect"}),
        ("victim Jon Sampleton (15)", {"Jon Sampleton": "victim"}),
    ],
)
def test_a_suspect_under_age_is_spared_as_a_minor(text: str, told: dict[str, str]) -> None:
    assert roles(text) == told


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("victim Lena Birch lives with her mother Ana Fane", "relative"),
        ("the victim's mother, Ana Fane", "relative"),
        ("the suspect's mother, Ana Fane", None),
        ("the victim's mother Ana Fane beat her", None),
        ("the victim's mother Ana Fane is the suspect", "suspect"),
        ("the victim's boyfriend, Ana Fane", None),
        ("mother of the victim: Ana Fane", "relative"),
        ("victim Lena Birch was stabbed by her mother Ana Fane", None),
        ("victim Lena Birch and her mother Ana Fane, who stabbed her", None),
        ("suspect Lena Birch lives with her mother Ana Fane", None),
        ("victim Lena Birch lives with her boyfriend Ana Fane", None),
    ],
)
def test_who_cares_for_the_spared_is_spared_unless_they_harm(text: str, role: str | None) -> None:
    assert roles(text)["Ana Fane"] == role


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("the child's phone is +1 202 555 0143", "minor"),
        ("+1 202 555 0143 is the witness's mobile", "witness"),
        ("+1 202 555 0143 (victim)", "victim"),
        ("rang the victim on +1 202 555 0143", "victim"),
        ("it is not the victim's phone +1 202 555 0143", None),
        ("+1 202 555 0143 is the victim's boyfriend", None),
        ("the victim was rung by +1 202 555 0143", None),
        ("the suspect's phone is +1 202 555 0143", None),
    ],
)
def test_what_is_of_somebody_spared_is_so_without_their_name(text: str, role: str | None) -> None:
    [phone] = [span for span in read(text).spans if span.label is Label.PHONE]
    assert phone.role == role


def test_what_the_words_say_of_the_next_is_not_of_whose_they_are() -> None:
    told = roles("the victim is Omar Fane's sister Lena Birch")
    assert told == {"Omar Fane": None, "Lena Birch": "victim"}


def test_who_a_source_names_is_not_the_source() -> None:
    assert roles("according to the source, Omar Fane sells it") == {"Omar Fane": None}


def test_an_informant_called_as_a_town_is_one() -> None:
    spans = read("nasz informator Larkin, nr +1 202 555 0143").spans
    assert {span.role for span in spans} == {"source"}
