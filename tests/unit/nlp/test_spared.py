"""Claims about who is spared in whichever language a desk writes, and what of theirs."""

from pathlib import Path

import pytest

from benchmarks.spared import HELD_BACK, SEEN, told
from nlp.roles import SPARED


@pytest.mark.parametrize(("path", "at_least"), [(SEEN, 0.93), (HELD_BACK, 0.9)])
def test_who_is_spared_is_so_in_every_language(path: Path, at_least: float) -> None:
    spared = [each for each in told(path) if each.expected in SPARED]
    missed = [f"{each.name}: {each.text}" for each in spared if each.is_missed]
    assert len(missed) <= (1 - at_least) * len(spared), missed


@pytest.mark.parametrize("path", [SEEN, HELD_BACK])
def test_nobody_else_is_spared_by_the_same_words(path: Path) -> None:
    assert [f"{each.name}: {each.text}" for each in told(path) if each.is_false_alarm] == []
