"""Handling markings: which is stricter, what a text says of itself, who lowers one."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import NotAllowed
from bot.governance import markings
from storage.models import Tlp

each = st.sampled_from(Tlp)


@given(st.lists(each, min_size=1))
def test_the_strictest_of_several_wins(several: list[Tlp]) -> None:
    joined = markings.join(several)
    assert joined in several
    assert all(markings.is_within(one, joined) for one in several)


@given(each, each)
def test_of_two_markings_one_is_within_the_other(left: Tlp, right: Tlp) -> None:
    assert markings.is_within(left, right) or markings.is_within(right, left)


def test_strictness_runs_from_clear_to_red() -> None:
    order = [Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER, Tlp.AMBER_STRICT, Tlp.RED]
    for lower, higher in pairwise(order):
        assert markings.is_within(lower, higher)
        assert not markings.is_within(higher, lower)


@pytest.mark.parametrize(
    ("text", "marking"),
    [
        ("TLP:RED grey van", Tlp.RED),
        ("tlp:amber the van", Tlp.AMBER),
        ("TLP: AMBER + STRICT", Tlp.AMBER_STRICT),
        ("TLP:  RED, eyes only", Tlp.RED),
        ("TLP RED", Tlp.RED),
        ("TLP=GREEN", Tlp.GREEN),
        ("TLP-AMBER-STRICT", Tlp.AMBER_STRICT),
        ("(TLP:GREEN)", Tlp.GREEN),
        ("TLP:WHITE press release", Tlp.CLEAR),
        ("ＴＬＰ：ＲＥＤ in full-width letters", Tlp.RED),
        ("T\u200bL\u200bP:R\u200bED with nothing between the letters", Tlp.RED),
        ("TLP:GREEN for this, TLP:RED for the name", Tlp.RED),
        ("TLP:RED + call me", Tlp.RED),
        ("x" * 60_000 + " TLP:RED", Tlp.RED),
    ],
)
def test_a_text_says_how_it_is_marked(text: str, marking: Tlp) -> None:
    assert markings.stated(text) is marking


@pytest.mark.parametrize("text", ["", "a red van", "TLP", "TLP:PURPLE", "TLP:REDACTED", "HTLP:RED"])
def test_a_text_without_a_marking_says_none(text: str) -> None:
    assert markings.stated(text) is None


@given(each)
def test_what_we_write_we_can_read_back(marking: Tlp) -> None:
    assert markings.read(markings.written(marking)) is marking
    assert markings.stated(markings.written(marking)) is marking


@given(st.text())
def test_no_text_breaks_the_reading_of_markings(text: str) -> None:
    assert markings.stated(text) is None or isinstance(markings.stated(text), Tlp)


def test_an_unknown_marking_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r'"PURPLE" is not a marking.*TLP:AMBER\+STRICT'):
        markings.read("PURPLE")


@given(each, each)
def test_anybody_raises_a_marking_and_only_the_originator_lowers_it(
    current: Tlp, wanted: Tlp
) -> None:
    assert markings.remarked(current, wanted, by_originator=True) is wanted
    if markings.is_within(current, wanted):
        assert markings.remarked(current, wanted, by_originator=False) is wanted
    else:
        with pytest.raises(NotAllowed):
            markings.remarked(current, wanted, by_originator=False)
