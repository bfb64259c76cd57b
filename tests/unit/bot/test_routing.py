"""Who is asked: the same one each time, for a reason that can be said in one line."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.followup.routing import Candidate, because, rank

NOW = datetime(2027, 3, 9, 9, tzinfo=UTC)

candidates = st.lists(
    st.builds(
        Candidate,
        slug=st.text("abcdef", min_size=3, max_size=6),
        duty_rank=st.integers(0, 3),
        is_on_duty=st.booleans(),
        is_awake=st.booleans(),
        next_on_duty_at=st.none() | st.just(NOW + timedelta(hours=3)),
        is_of_unit=st.booleans(),
        is_liaison=st.booleans(),
        owns_case=st.booleans(),
        is_of_case_unit=st.booleans(),
        shares_language=st.booleans(),
        last_answered_at=st.none() | st.just(NOW - timedelta(days=1)),
        open_prompts=st.integers(0, 5),
    ),
    max_size=8,
    unique_by=lambda each: each.slug,
)


def first(*those: Candidate) -> str:
    return rank(those)[0].slug


def test_who_is_on_duty_goes_before_who_ranks_higher() -> None:
    assert first(Candidate("deputy", 1, is_on_duty=True), Candidate("chief", 0)) == "deputy"


def test_the_desk_goes_before_the_rest_of_the_agency() -> None:
    here = Candidate("here", 2, is_on_duty=True)
    there = Candidate("there", 0, is_on_duty=True, is_of_unit=False)
    assert first(there, here) == "here"


def test_the_order_of_duty_decides_within_the_desk() -> None:
    assert first(Candidate("b", 1, is_on_duty=True), Candidate("c", 0, is_on_duty=True)) == "c"


def test_the_case_s_owner_goes_before_the_order_of_duty() -> None:
    owner = Candidate("owner", 1, is_on_duty=True, owns_case=True)
    assert first(Candidate("duty", 0, is_on_duty=True), owner) == "owner"


def test_who_answered_last_goes_on_before_who_has_less_to_do() -> None:
    knows = Candidate("knows", is_on_duty=True, last_answered_at=NOW, open_prompts=4)
    assert first(Candidate("idle", is_on_duty=True), knows) == "knows"


def test_who_has_less_to_do_is_asked_among_equals() -> None:
    busy = Candidate("a", is_on_duty=True, open_prompts=3)
    assert first(busy, Candidate("b", is_on_duty=True, open_prompts=1)) == "b"


def test_a_shared_language_decides_among_equals() -> None:
    assert first(Candidate("a", shares_language=False), Candidate("b")) == "b"


def test_whoever_is_awake_goes_first_when_nobody_is_on_duty() -> None:
    assert first(Candidate("a", 0, is_awake=False), Candidate("b", 1)) == "b"


def test_nobody_on_duty_means_the_next_in_rank() -> None:
    assert first(Candidate("a", 1), Candidate("b", 0)) == "b"


@given(candidates, st.randoms())
def test_the_same_people_are_ranked_the_same_whatever_their_order(
    people: list[Candidate], chance: object
) -> None:
    shuffled = list(people)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a Random
    assert rank(shuffled) == rank(people)


@given(candidates)
def test_who_is_on_duty_is_never_behind_who_is_not(people: list[Candidate]) -> None:
    duties = [each.is_on_duty for each in rank(people)]
    assert duties == sorted(duties, reverse=True)


def test_the_reason_names_who_would_be_next() -> None:
    line = because(Candidate("a", is_on_duty=True), "Antwerp harbour", "Alma Reed", who="they")
    assert line == ("because they are on duty for Antwerp harbour; next would be Alma Reed")


def test_the_reason_is_one_line_about_duty_and_the_case() -> None:
    chosen = Candidate("a", is_on_duty=True, owns_case=True)
    assert because(chosen, "Antwerp harbour") == (
        "because you are on duty for Antwerp harbour and the case is yours"
    )


def test_the_reason_says_so_when_nobody_is_on_duty() -> None:
    assert because(Candidate("a", 1), "Lisbon") == (
        "because nobody is on duty for Lisbon and you are next in its order"
    )


def test_who_steps_in_for_another_desk_reads_so() -> None:
    stands_in = Candidate("a", is_on_duty=True, is_of_unit=False)
    assert because(stands_in, "Lisbon") == "because Lisbon has nobody on duty and you are"
