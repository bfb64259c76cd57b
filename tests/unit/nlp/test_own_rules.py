"""Claims about rules that a deployment brings."""

import pytest

from nlp.identifiers.custom import RuleFault, Wanted, rule_of
from nlp.pipeline import Text, load
from nlp.spans import Label

BAG = Wanted(
    "evidence-bag",
    Label.CASE_REF,
    "EB-[0-9]{4}-[0-9]{5}",
    "luhn",
    (),
    ("EB-2027-00019",),
    ("EB-1",),
)


def test_what_a_deployment_wants_is_found_beside_the_rest() -> None:
    (spans,) = load(own=[BAG]).extract([Text("EB-2027-00019 and plate XX00 TST")])
    assert [(span.label, span.subtype, span.value) for span in spans] == [
        (Label.CASE_REF, "evidence-bag", "EB202700019"),
        (Label.PLATE, "GB", "XX00TST"),
    ]


def test_without_it_nothing_of_the_kind_is_found() -> None:
    (spans,) = load().extract([Text("EB-2027-00019")])
    assert not [span for span in spans if span.subtype == "evidence-bag"]


def test_a_number_that_fails_its_check_is_kept_with_the_reason() -> None:
    (spans,) = load(own=[BAG]).extract([Text("EB-2027-00018")])
    assert [(span.valid, span.why) for span in spans] == [(False, "check digits do not fit")]


def test_a_rule_with_words_needs_one_of_them() -> None:
    wanted = Wanted("locker", Label.CASE_REF, "L[0-9]{3}", words=("locker",), examples=("L123",))
    reader = load(own=[wanted])
    with_word, without = reader.extract([Text("locker L123"), Text("on the L123 to town")])
    assert [span.subtype for span in with_word] == ["locker"]
    assert without == []


def test_a_part_of_a_longer_word_is_not_found() -> None:
    assert load(own=[BAG]).extract([Text("XEB-2027-00019X")]) == [[]]


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (Wanted("x", Label.CASE_REF, "(?=a)b"), "cannot be used"),
        (Wanted("x", Label.CASE_REF, "a*"), "fits nothing at all"),
        (Wanted("x", Label.CASE_REF, "A[0-9]+", "nonsense"), 'asks for the check "nonsense"'),
        (Wanted("x", Label.CASE_REF, "A[0-9]+", None, (), ("B1",)), "does not find its example"),
        (Wanted("x", Label.CASE_REF, "A[0-9]+", None, (), ("A1",), ("A2",)), "which it must not"),
    ],
    ids=["look-around", "empty", "check", "example", "counterexample"],
)
def test_a_rule_that_cannot_be_used_says_why(wanted: Wanted, told: str) -> None:
    with pytest.raises(RuleFault, match=told.replace("(", r"\(")):
        rule_of(wanted)


def test_a_pattern_made_to_take_long_takes_no_time() -> None:
    wanted = Wanted("slow", Label.CASE_REF, "(a|aa)+b", examples=("aab",))
    assert load(own=[wanted]).extract([Text("a" * 20_000)]) == [[]]
