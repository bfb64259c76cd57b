"""However many share the work, and whoever of them is stopped: nothing is lost or done twice."""

from pathlib import Path

import pytest
from sqlalchemy import URL

from tests.faults import shared

pytestmark = [pytest.mark.postgresql, pytest.mark.timeout(300)]


def test_four_that_are_stopped_and_killed_lose_nothing_and_repeat_nothing(
    tmp_path: Path, postgres_server: URL
) -> None:
    found = shared.survive(tmp_path, postgres_server, workers=4, messages=60, faults=8, seed=1)
    assert found == []


def test_one_that_acknowledges_before_it_keeps_is_found_out_among_several_too(
    tmp_path: Path, postgres_server: URL
) -> None:
    """The control: what is checked above can fail."""
    found = shared.survive(
        tmp_path, postgres_server, workers=2, messages=40, faults=12, seed=1, careless=True
    )
    assert any("was acknowledged and is lost" in each for each in found)


def test_what_is_said_before_during_and_after_a_new_master_key_is_linked_all_the_same(
    tmp_path: Path, postgres_server: URL
) -> None:
    found = shared.survive(
        tmp_path, postgres_server, workers=3, messages=45, faults=2, seed=2, rotates=True
    )
    assert found == []
