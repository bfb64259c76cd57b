"""Claims about what is said of a finding: denied, only heard, in which role, how related."""

import pytest

from nlp.meaning import Relation, Tie
from nlp.pipeline import Reading, Text, load
from nlp.spans import Label, Span

PLATE, PHONE = "XX00 TST", "+1 202 555 0143"
FROM, TO = "BE68539007547034", "NL91ABNA0417164300"
_PIPELINE = load()


def read(text: str) -> Reading:
    return _PIPELINE.read([Text(text, "GB")])[0]


def only(text: str, label: Label) -> Span:
    (span,) = (span for span in read(text).spans if span.label is label)
    return span


def ties(text: str) -> list[tuple[str, Tie, str]]:
    reading = read(text)
    return [
        (reading.spans[each.subject].text, each.tie, reading.spans[each.object].text)
        for each in reading.relations
    ]


@pytest.mark.parametrize(
    "text",
    [
        "it was not Jon Sampleton",
        "Not Jon Sampleton, another one",
        "no trace of Jon Sampleton",
        "Jon Sampleton was ruled out",
        "we can rule it out: Jon Sampleton is not in the country",
        "nothing on Jon Sampleton",
    ],
)
def test_what_is_denied_is_marked_so(text: str) -> None:
    assert only(text, Label.PERSON).negated


@pytest.mark.parametrize(
    "text",
    [
        "the driver claims to be Jon Sampleton",
        "source says Jon Sampleton",
        "allegedly Jon Sampleton",
        "we were told it is Jon Sampleton",
        "gave his name as Jon Sampleton",
        "Jon Sampleton, allegedly",
    ],
)
def test_what_is_only_heard_is_marked_so(text: str) -> None:
    assert only(text, Label.PERSON).hearsay


@pytest.mark.parametrize(
    "text", ["Spoke to Jon Sampleton", f"Jon Sampleton in {PLATE}. He did not stop."]
)
def test_what_is_said_plainly_has_no_mark(text: str) -> None:
    span = only(text, Label.PERSON)
    assert (span.negated, span.hearsay, span.role) == (False, False, None)


def test_a_denial_ends_with_its_sentence() -> None:
    reading = read(f"Not Jon Sampleton. Plate {PLATE} was there.")
    assert [span.negated for span in reading.spans] == [True, False]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("victim Anna Sample was taken home", "victim"),
        ("Anna Sample (witness) stayed", "witness"),
        ("the suspect, Jon Sampleton, left", "suspect"),
        ("driver was Jon Sampleton", "driver"),
        ("Jon Sampleton, the registered keeper", "owner"),
        ("Sgt Doyle is there", "staff"),
        ("solicitor Anna Sample called", "lawyer"),
    ],
)
def test_a_plain_role_is_offered(text: str, role: str) -> None:
    assert only(text, Label.PERSON).role == role


def test_an_officer_of_a_ship_is_no_colleague() -> None:
    assert only("chief officer Jon Sampleton went ashore", Label.PERSON).role is None
    assert only("case officer Jon Sampleton called", Label.PERSON).role == "staff"


@pytest.mark.parametrize(
    ("text", "tie"),
    [
        (f"Jon Sampleton owns plate {PLATE}", ("Jon Sampleton", Tie.OWNS, PLATE)),
        (
            f"{PLATE} is registered to Example Trading Ltd",
            ("Example Trading Ltd", Tie.OWNS, PLATE),
        ),
        (f"Jon Sampleton uses phone {PHONE}", ("Jon Sampleton", Tie.USES, PHONE)),
        (f"grey van, plate {PLATE}", ("grey van", Tie.DESCRIBES, PLATE)),
        (f"{PLATE} is a silver VW Golf", ("silver VW Golf", Tie.DESCRIBES, PLATE)),
        (f"{PLATE} (grey van)", ("grey van", Tie.DESCRIBES, PLATE)),
        ("Anna Sample met Jon Sampleton", ("Anna Sample", Tie.MET, "Jon Sampleton")),
        ("Viktor Sampleton aka Vitya", ("Viktor Sampleton", Tie.ALIAS, "Vitya")),
    ],
)
def test_what_officers_write_all_the_time_is_a_relation(
    text: str, tie: tuple[str, Tie, str]
) -> None:
    assert ties(text) == [tie]


def test_a_payment_takes_its_sum_and_account_along() -> None:
    reading = read("Anna Sample paid Boris Example 4,000 EUR via IBAN DE89 3704 0044 0532 0130 00")
    assert reading.relations == (Relation(Tie.PAID, 0, 1, with_=(2, 3), said="paid"),)


def test_a_denied_relation_says_so() -> None:
    (relation,) = read(f"Jon Sampleton does not own {PLATE}").relations
    assert relation.negated


def test_findings_of_two_sentences_have_no_relation() -> None:
    assert ties(f"Jon Sampleton owns a shop. {PLATE} was parked there.") == []


def test_a_page_of_findings_is_related_in_no_time() -> None:
    reading = read(f"Jon Sampleton owns {PLATE}, " * 400)
    assert reading.unread
    assert len(reading.relations) <= len(reading.spans)


@pytest.mark.parametrize(
    "text",
    [
        "das war nicht Peter Müller",
        "kein Treffer zu Peter Müller",
        "aucune trace de Jean Dupont",
        "no era Carlos Ruiz",
        "sin rastro de Carlos Ruiz",
        "geen spoor van Jan de Vries",
    ],
)
def test_what_is_denied_in_other_languages_is_marked_so(text: str) -> None:
    assert only(text, Label.PERSON).negated


@pytest.mark.parametrize("said", ["passport no 123456789", "Passport No. 123456789 seen"])
def test_the_word_for_a_number_denies_nothing(said: str) -> None:
    assert not only(said, Label.PASSPORT).negated


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("laut Quelle war es Peter Müller", "Peter Müller"),
        ("Peter Müller soll in Berlin wohnen", "Peter Müller"),
        ("Jean Dupont serait à Marseille", "Jean Dupont"),
        ("il prétend s'appeler Jean Dupont", "Jean Dupont"),
        ("según la fuente, Carlos Ruiz está en Madrid", "Carlos Ruiz"),
        ("naar verluidt was Jan de Vries erbij", "Jan de Vries"),
        ("we believe Jon Sampleton is the courier", "Jon Sampleton"),
        ("Jon Sampleton, so the landlord says", "Jon Sampleton"),
    ],
)
def test_what_is_only_heard_is_marked_so_in_every_language(text: str, name: str) -> None:
    assert next(span for span in read(text).spans if span.text == name).hearsay


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        ("Zeuge Peter Müller hat angerufen", "Peter Müller", "witness"),
        ("Opfer: Anna Schmidt", "Anna Schmidt", "victim"),
        ("der Beschuldigte Peter Müller schweigt", "Peter Müller", "suspect"),
        ("Rechtsanwältin Anna Schmidt", "Anna Schmidt", "lawyer"),
        ("la victime, Marie Dupont, est à l'hôpital", "Marie Dupont", "victim"),
        ("conducteur: Jean Dupont", "Jean Dupont", "driver"),
        ("el testigo Carlos Ruiz declaró", "Carlos Ruiz", "witness"),
        ("abogada Ana Ruiz", "Ana Ruiz", "lawyer"),
        ("het slachtoffer Anna de Vries", "Anna de Vries", "victim"),
        ("verdachte Jan de Vries aangehouden", "Jan de Vries", "suspect"),
        ("Jon Sampleton was driving the van", "Jon Sampleton", "driver"),
        ("14 year old Lena Sampleton", "Lena Sampleton", "minor"),
        ("Lena Sampleton (14)", "Lena Sampleton", "minor"),
        ("Lena Sampleton (41)", "Lena Sampleton", None),
        ("driving Jon Sampleton home", "Jon Sampleton", None),
    ],
)
def test_a_role_is_told_in_every_language(text: str, name: str, role: str | None) -> None:
    assert next(span for span in read(text).spans if span.text == name).role == role


@pytest.mark.parametrize(
    ("text", "tie"),
    [
        ("Peter Müller fährt B-XX 1234", Tie.DRIVES),
        ("Peter Müller wohnt in Berlin", Tie.LIVES_AT),
        (f"Handy {PHONE} gehört Peter Müller", Tie.USES),
        (f"Jean Dupont utilise le {PHONE}", Tie.USES),
        ("Jean Dupont habite à Lyon", Tie.LIVES_AT),
        (f"Carlos Ruiz usa el {PHONE}", Tie.USES),
        ("Carlos Ruiz vive en Madrid", Tie.LIVES_AT),
        (f"Jan de Vries gebruikt {PHONE}", Tie.USES),
    ],
)
def test_ties_are_told_in_every_language(text: str, tie: Tie) -> None:
    assert tie in [told for _, told, _ in ties(text)]


@pytest.mark.parametrize(
    "text",
    [
        "suspect Jon Sampleton born 12/08/1974, arrested 3 November 2026 in Gdansk",
        "Jon Sampleton born 12/08/1974, passport stamped 3 Nov 2026",
        "Jon Sampleton (date of birth is 12/08/1974), seen 3 Nov 2026",
    ],
)
def test_a_birth_is_on_the_one_date_that_its_word_stands_at(text: str) -> None:
    assert ties(text) == [("Jon Sampleton", Tie.BORN, "12/08/1974")]


def test_a_report_of_another_name_says_nothing_of_the_first() -> None:
    reading = read("not Jon Sampleton, allegedly called Bob")
    assert [(span.text, span.negated, span.hearsay) for span in reading.spans] == [
        ("Jon Sampleton", True, False),
        ("Bob", False, True),
    ]


@pytest.mark.parametrize(
    ("text", "tie"),
    [
        (f"owner of {PLATE} is Sampleton Jon", ("Sampleton Jon", Tie.OWNS, PLATE)),
        (f"registered keeper of {PLATE}: Jon Sampleton", ("Jon Sampleton", Tie.OWNS, PLATE)),
        (f"driver of the {PLATE} was Jon Sampleton", ("Jon Sampleton", Tie.DRIVES, PLATE)),
        (f"user of {PHONE} is Jon Sampleton", ("Jon Sampleton", Tie.USES, PHONE)),
    ],
)
def test_whose_a_thing_is_may_be_said_before_it(text: str, tie: tuple[str, Tie, str]) -> None:
    assert ties(text) == [tie]


def test_whose_a_thing_is_not_is_denied() -> None:
    [relation] = read(f"owner of {PLATE} is not Jon Sampleton").relations
    assert (relation.tie, relation.negated) == (Tie.OWNS, True)


def test_an_owner_of_something_else_owns_no_plate() -> None:
    assert ties(f"owner of the shop. {PLATE} is Jon Sampleton") == []


@pytest.mark.parametrize(
    "text",
    [
        "isnt Omar Fane",
        "it isn’t Omar Fane",
        "Omar Fane? no.",
        "Omar Fane? Nein, ein anderer",
        "nobody called Omar Fane lives here",
        "personne nommé Omar Fane ici",
        "Omar Fane was absent",
        "Jonas Vermeer came, not Omar Fane",
    ],
)
def test_a_denial_is_read_as_it_is_typed(text: str) -> None:
    assert next(span for span in read(text).spans if span.text == "Omar Fane").negated


@pytest.mark.parametrize(
    ("kind", "value", "label"),
    [
        ("IBAN", "GB33BUKB20201555555555", Label.IBAN),
        ("IMO", "9074729", Label.IMO),
        ("email", "a@example.org", Label.EMAIL),
    ],
)
def test_a_kind_of_identifier_may_stand_between_the_denial_and_it(
    kind: str, value: str, label: Label
) -> None:
    assert only(f"it was not {kind} {value}", label).negated


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        (f"{PLATE} negative", True),
        (f"{PLATE} came back negative", True),
        (f"{PLATE} negative for insurance", False),
        (f"{PLATE}? no idea", False),
    ],
)
def test_a_check_that_is_negative_is_a_denial(text: str, negated: bool) -> None:
    assert only(text, Label.PLATE).negated is negated


def test_the_word_for_a_number_denies_no_number_with_letters() -> None:
    assert not only("Omar Fane, passport no AB1234567", Label.PASSPORT).negated


@pytest.mark.parametrize(
    "said",
    [
        "word is {}",
        "intel suggests {}",
        "unverified: {}",
        "CHIS reporting: {}",
        "I reckon {}",
        "Marlon Tate says {}",
    ],
)
def test_what_somebody_says_is_only_heard_with_its_tie(said: str) -> None:
    reading = read(said.format(f"Omar Fane owns {PLATE}"))
    assert next(span for span in reading.spans if span.text == "Omar Fane").hearsay
    assert [relation.hearsay for relation in reading.relations] == [True]


@pytest.mark.parametrize("text", ["he gave the name Omar Fane", "Paul Reed goes by Omar Fane"])
def test_a_name_that_somebody_gives_is_only_heard(text: str) -> None:
    assert next(span for span in read(text).spans if span.text == "Omar Fane").hearsay


def test_an_accent_ends_no_word() -> None:
    assert not only("Omar Fane possède AB-123-CD", Label.PERSON).hearsay


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        (f"Hamza isn't the owner of {PLATE}", {"negated"}),
        (f"Hamza isn’t the owner of {PLATE}", {"negated"}),
        (f"Omar Fane used to own {PLATE}", {"negated"}),
        (f"Jonas Vermeer, not Omar Fane, drove {PLATE}", {"negated"}),
        (f"Omar Fane may own {PLATE}", {"hearsay"}),
        (f"does Omar Fane own {PLATE}?", {"asked"}),
        (f"if Omar Fane owns {PLATE} we move", {"asked"}),
        (f"Omar Fane owns {PLATE}, can you check?", set()),
    ],
)
def test_a_tie_is_said_as_firmly_as_it_was(text: str, marks: set[str]) -> None:
    found = [
        {mark for mark in ("negated", "hearsay", "asked") if getattr(relation, mark)}
        for relation in read(text).relations
    ]
    assert found == [marks]


@pytest.mark.parametrize(
    "text",
    [
        "Omar Fane gave Ali Brandt a Glock",
        "Don't confuse Omar Fane with Paul Reed",
        "Omar Fane has a grudge against Nordlicht Handels GmbH",
    ],
)
def test_what_is_not_said_is_no_tie(text: str) -> None:
    assert ties(text) == []


def test_who_is_paid_stands_behind_to_and_not_behind_from() -> None:
    reading = read(f"Omar Fane transferred EUR 4k from {FROM} to {TO}")
    [paid] = reading.relations
    assert (paid.tie, reading.spans[paid.object].text) == (Tie.PAID, TO)
    assert {reading.spans[place].text for place in paid.with_} == {"EUR 4k", FROM}


@pytest.mark.parametrize(
    ("text", "tie"),
    [
        (f"{PLATE} comes back to Omar Fane", ("Omar Fane", Tie.OWNS, PLATE)),
        (f"{PLATE} reg'd to Omar Fane", ("Omar Fane", Tie.OWNS, PLATE)),
        (f"Omar Fane's van {PLATE}", ("Omar Fane", Tie.OWNS, PLATE)),
        (f"Omar Fane has a blue BMW {PLATE}", ("Omar Fane", Tie.OWNS, PLATE)),
        (f"Omar Fane owns XX33 TST and {PLATE}", ("Omar Fane", Tie.OWNS, PLATE)),
        (f"IBAN {FROM} in name of Omar Fane", ("Omar Fane", Tie.OWNS, FROM)),
        (f"Omar Fane ({PHONE})", ("Omar Fane", Tie.USES, PHONE)),
        (f"Omar Fane: {PHONE}", ("Omar Fane", Tie.USES, PHONE)),
        (f"payment of EUR 4k by Omar Fane to IBAN {TO}", ("Omar Fane", Tie.PAID, TO)),
        ("Omar Fane and Paul Reed met", ("Omar Fane", Tie.MET, "Paul Reed")),
        ("Omar Fane und Paul Reed trafen sich", ("Omar Fane", Tie.MET, "Paul Reed")),
        ("Omar Fane is married to Lena Birch", ("Omar Fane", Tie.RELATED, "Lena Birch")),
        ("Omar Fane ist verheiratet mit Lena Birch", ("Omar Fane", Tie.RELATED, "Lena Birch")),
        ("Omar Fane and Paul Reed are brothers", ("Omar Fane", Tie.RELATED, "Paul Reed")),
        ("MV Northern Star IMO 9074729", ("Northern Star", Tie.DESCRIBES, "9074729")),
        ("Omar Fane passport AB1234567", ("Omar Fane", Tie.HOLDS, "AB1234567")),
        ("Omar Fane, Belgian passport no AB1234567", ("Omar Fane", Tie.HOLDS, "AB1234567")),
        ("Omar Fane is director of Nordlicht Handels GmbH",
         ("Omar Fane", Tie.WORKS_FOR, "Nordlicht Handels GmbH")),
    ],
)  # fmt: skip
def test_a_tie_is_read_in_the_forms_that_officers_use(text: str, tie: tuple[str, Tie, str]) -> None:
    assert tie in ties(text)


def test_a_meeting_of_two_with_a_third_is_of_those_who_are_said_to_meet() -> None:
    assert ("Omar Fane", Tie.MET, "Paul Reed") not in ties("Omar Fane and Paul Reed met Ann Loew")


@pytest.mark.parametrize(
    "text",
    [
        "não é João Modelo",
        "João Modelo não está em Lisboa",
        "não era João Modelo",
        "non è Marco Modello",
        "nessuna traccia di Marco Modello",
        "to nie Piotr Wzorek",
        "brak śladu Piotr Wzorek",
    ],
)
def test_what_is_denied_in_portuguese_italian_and_polish_is_marked_so(text: str) -> None:
    assert only(text, Label.PERSON).negated


@pytest.mark.parametrize(
    "text",
    [
        "alegadamente João Modelo",
        "segundo consta João Modelo está no cais",
        "secondo la fonte arriva Marco Modello",
        "podobno Piotr Wzorek",
    ],
)
def test_what_is_heard_in_portuguese_italian_and_polish_is_marked_so(text: str) -> None:
    assert only(text, Label.PERSON).hearsay


@pytest.mark.parametrize(
    "text",
    [
        "João Modelo está no cais",
        "o segundo suspeito João Modelo",
        "la madre di Marco Modello",
        "Piotr Wzorek ma czas",
        "nu Jan de Vries",
    ],
)
def test_what_is_plain_in_other_languages_has_no_mark(text: str) -> None:
    span = only(text, Label.PERSON)
    assert (span.negated, span.hearsay) == (False, False)
    assert span.role in {None, "suspect"}


@pytest.mark.parametrize(
    ("text", "tie"),
    [
        (f"João Modelo conduz a carrinha {PLATE}", ("João Modelo", Tie.DRIVES, PLATE)),
        (f"João Modelo é dono do {PLATE}", ("João Modelo", Tie.OWNS, PLATE)),
        (f"{PLATE} pertence a João Modelo", ("João Modelo", Tie.OWNS, PLATE)),
        (f"{PLATE} intestata a Marco Modello", ("Marco Modello", Tie.OWNS, PLATE)),
        (f"Marco Modello guida {PLATE}", ("Marco Modello", Tie.DRIVES, PLATE)),
        (f"Piotr Wzorek jeździ {PLATE}", ("Piotr Wzorek", Tie.DRIVES, PLATE)),
        ("João Modelo encontrou-se com Rita Modelo", ("João Modelo", Tie.MET, "Rita Modelo")),
        ("Marco Modello ha incontrato Sara Rossi", ("Marco Modello", Tie.MET, "Sara Rossi")),
    ],
)
def test_ties_are_read_in_portuguese_italian_and_polish(
    text: str, tie: tuple[str, Tie, str]
) -> None:
    assert ties(text) == [tie]


def test_a_tie_denied_in_portuguese_says_so() -> None:
    (relation,) = read(f"João Modelo não conduz {PLATE}").relations
    assert relation.negated


@pytest.mark.parametrize(
    "text",
    [
        f"Jon Sampleton does not own {PLATE}",
        f"jon sampleton doesn't drive {PLATE}",
        f"Jon Sampleton denies owning {PLATE}",
        f"Jon Sampleton ne possède pas {PLATE}",
        "Jon Sampleton does not know Ivo Fernsby",
        "Jon Sampleton did not meet Ivo Fernsby",
    ],
)
def test_who_is_said_not_to_have_or_know_another_is_not_denied_nor_is_the_other(text: str) -> None:
    reading = read(text)
    assert [span.negated for span in reading.spans] == [False, False]
    assert all(relation.negated for relation in reading.relations)


@pytest.mark.parametrize(
    "text",
    [
        f"Jon Sampleton does not own a van, not {PLATE}",
        f"we did not know {PLATE}",
        f"Jon Sampleton did not see {PLATE}",
    ],
)
def test_a_plate_that_is_denied_itself_stays_denied(text: str) -> None:
    assert only(text, Label.PLATE).negated


def test_who_works_with_somebody_is_not_said_to_have_met_them() -> None:
    assert ties("Jon Sampleton works with Ivo Fernsby") == [
        ("Jon Sampleton", Tie.WORKS_WITH, "Ivo Fernsby")
    ]
    assert ties("Jon Sampleton trabaja con Ivo Fernsby") == [
        ("Jon Sampleton", Tie.WORKS_WITH, "Ivo Fernsby")
    ]


@pytest.mark.parametrize(
    ("text", "is_heard"),
    [
        (f"not {PLATE}, source says Jon Sampleton has the grey van", False),
        (f"Lena Birch may be a witness, {PLATE}", False),
        (f"{PLATE}, source says", True),
        (f"{PLATE}, source says it is his", True),
        (f"{PLATE}, according to Jon Sampleton", True),
        (f"source says Lena Birch may be a witness, {PLATE}", True),
    ],
)
def test_only_what_its_own_clause_reports_is_hearsay(text: str, is_heard: bool) -> None:
    assert only(text, Label.PLATE).hearsay is is_heard
