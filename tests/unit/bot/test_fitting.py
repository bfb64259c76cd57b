"""Learning from decisions how sure a name must be: slowly, from many people, never from chance."""

import math
import random

from hypothesis import given
from hypothesis import strategies as st

from bot.casework import fitting
from bot.casework.fitting import Decision, Line

THRESHOLD = 0.5
scores = st.floats(0.3, 0.999).map(lambda score: round(score, 4))
decisions = st.lists(
    st.builds(Decision, scores, st.booleans(), st.integers(1, 5)), min_size=1, max_size=120
)


def decided(
    many: int, line: Line, *, seed: int = 1, officers: int = 5, from_score: float = THRESHOLD
) -> list[Decision]:
    """Decisions of people to whom a score means what *line* says."""
    chance = random.Random(seed)
    found = []
    for _ in range(many):
        score = round(chance.uniform(from_score, 0.995), 4)
        is_same = chance.random() < line.sure(score)
        found.append(Decision(score, is_same, chance.randrange(officers)))
    return found


STRICTER = Line(2.0, -2.0)
"""To these people a score of .5 means .12, and one of .73 means .5."""


@given(st.integers(), st.integers(100, 400), st.floats(0.02, 0.98), st.integers(1, 8))
def test_chance_promotes_nothing(seed: int, many: int, share: float, officers: int) -> None:
    chance = random.Random(seed)
    thrown = [
        Decision(chance.uniform(0.5, 0.999), chance.random() < share, chance.randrange(officers))
        for _ in range(many)
    ]
    assert not fitting.trial(thrown, THRESHOLD).is_better


def test_people_to_whom_a_score_means_less_are_asked_from_a_higher_one() -> None:
    trial = fitting.trial(decided(600, STRICTER), THRESHOLD)
    assert trial.is_better
    assert THRESHOLD < trial.asked_from <= STRICTER.score_for(THRESHOLD) + 0.05
    assert trial.vain_after < trial.vain_before
    assert trial.loss_after < trial.loss_before


def test_people_who_agree_with_the_shipped_model_change_nothing() -> None:
    trials = [fitting.trial(decided(300, Line(), seed=seed), THRESHOLD) for seed in range(20)]
    assert not any(trial.is_better for trial in trials)


@given(decisions, scores, scores)
def test_a_higher_score_never_means_less(made: list[Decision], one: float, other: float) -> None:
    line = fitting.fit(made)
    low, high = sorted((one, other))
    assert line.sure(low) <= line.sure(high)


@given(decisions)
def test_the_asking_begins_within_bounds_and_next_to_nothing_is_lost(made: list[Decision]) -> None:
    begins = fitting.asked_from(fitting.fit(made), THRESHOLD, made)
    assert fitting.LOWEST <= begins <= fitting.HIGHEST
    weighed = fitting.weights(made)
    same = math.fsum(w for each, w in zip(made, weighed, strict=True) if each.is_same)
    lost = math.fsum(
        w
        for each, w in zip(made, weighed, strict=True)
        if each.is_same and THRESHOLD <= each.score < begins
    )
    assert lost <= fitting.MOST_LOST * same + 1e-9


@given(decisions, st.randoms(use_true_random=False))
def test_who_decided_first_does_not_matter_to_a_fit(
    made: list[Decision], chance: random.Random
) -> None:
    shuffled = list(made)
    chance.shuffle(shuffled)
    one, other = fitting.fit(made), fitting.fit(shuffled)
    assert math.isclose(one.slope, other.slope, abs_tol=1e-6)
    assert math.isclose(one.offset, other.offset, abs_tol=1e-6)


@given(decisions)
def test_no_officer_counts_for_more_than_their_share(made: list[Decision]) -> None:
    weighed = fitting.weights(made)
    for officer in {each.officer_id for each in made}:
        theirs = math.fsum(
            w for each, w in zip(made, weighed, strict=True) if each.officer_id == officer
        )
        assert theirs <= len(made) * fitting.SHARE_OF_ONE + 1e-9


def test_one_officer_alone_teaches_nothing_however_much_they_decide() -> None:
    assert not fitting.is_enough(decided(299, STRICTER, officers=1))
    assert not fitting.is_enough(decided(99, STRICTER))
    assert fitting.is_enough(decided(130, STRICTER))


def test_without_decisions_the_shipped_line_stands() -> None:
    line = fitting.fit([])
    assert (line.slope, line.offset) == (1.0, 0.0)


def test_a_few_decisions_hardly_move_the_line() -> None:
    few = fitting.fit(decided(10, STRICTER))
    many = fitting.fit(decided(1000, STRICTER))
    assert abs(few.offset) < abs(many.offset)
    assert abs(many.slope - STRICTER.slope) < 0.5
