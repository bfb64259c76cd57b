"""Learning from decisions how sure a name must be: slowly, from many people, never from chance."""

import math
import random
from time import process_time

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
        assert theirs <= math.fsum(weighed) / fitting.OFFICERS + 1e-9


def test_one_officer_alone_teaches_nothing_however_much_they_decide() -> None:
    for officers in (1, 2):
        alone = decided(3000, STRICTER, officers=officers)
        assert not fitting.is_enough(alone)
        assert not fitting.trial(alone, THRESHOLD).is_better
    assert not fitting.is_enough(decided(99, STRICTER))
    assert fitting.is_enough(decided(130, STRICTER))


def test_one_among_few_others_is_not_heard_above_them() -> None:
    loud = [Decision(each.score, each.is_same, 9) for each in decided(3000, STRICTER)]
    assert not fitting.is_enough([*loud, *decided(40, Line(), officers=4)])
    assert not fitting.trial([*decided(40, Line()), *loud], THRESHOLD).is_better


def test_tried_again_and_again_chance_is_better_hardly_ever() -> None:
    """People who mean what is shipped, tried after every fifty decisions."""
    promoted = [
        seed
        for seed in range(12)
        for many in range(100, 1000, 50)
        if fitting.trial(decided(950, Line(), seed=seed)[:many], THRESHOLD).is_better
    ]
    assert promoted == []


@given(decisions)
def test_how_far_a_score_tells_apart_is_the_share_of_pairs_it_ranks(made: list[Decision]) -> None:
    weighed = list(zip(made, fitting.weights(made), strict=True))
    pairs = [
        (one.score - other.score, weight * less)
        for one, weight in weighed
        for other, less in weighed
        if one.is_same and not other.is_same
    ]
    ahead = math.fsum((w if by > 0 else -w if by < 0 else 0) for by, w in pairs)
    assert (fitting.told_apart(made) > 1e-9) == (ahead > 1e-9)
    assert (fitting.told_apart(made) < -1e-9) == (ahead < -1e-9)


def test_ten_thousand_decisions_are_learnt_from_in_a_moment() -> None:
    began = process_time()
    fitting.trial(decided(10_000, STRICTER), THRESHOLD)
    assert process_time() - began < 5


def test_without_decisions_the_shipped_line_stands() -> None:
    line = fitting.fit([])
    assert (line.slope, line.offset) == (1.0, 0.0)


def test_a_few_decisions_hardly_move_the_line() -> None:
    few = fitting.fit(decided(10, STRICTER))
    many = fitting.fit(decided(1000, STRICTER))
    assert abs(few.offset) < abs(many.offset)
    assert abs(many.slope - STRICTER.slope) < 0.5
