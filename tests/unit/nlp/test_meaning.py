"""Claims about what is said of a finding: denied, only heard, in which role, how related."""

import pytest

from nlp.meaning import Relation, Tie
from nlp.pipeline import Reading, Text, load
from nlp.spans import Label, Span

PLATE, PHONE = "XX00 TST", "+1 202 555 0143"
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
