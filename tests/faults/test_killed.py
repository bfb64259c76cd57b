"""However it is killed, nothing is lost and nothing is done twice."""

from pathlib import Path

import pytest

from tests.faults import killed


@pytest.mark.timeout(300)
def test_a_liaison_that_is_killed_ten_times_loses_nothing_and_repeats_nothing(
    tmp_path: Path,
) -> None:
    assert killed.survive(tmp_path, messages=200, kills=10, seed=1) == []


@pytest.mark.timeout(300)
def test_one_that_acknowledges_before_it_keeps_is_found_out(tmp_path: Path) -> None:
    """The control: what is checked above can fail."""
    found = killed.survive(tmp_path, messages=60, kills=3, seed=1, careless=True)
    assert any("was acknowledged and is lost" in each for each in found)
