"""However often it is killed and however long it is away: each reminder once, or taken back."""

from pathlib import Path

import pytest

from tests.faults import reminded


@pytest.mark.timeout(300)
def test_reminders_are_rung_once_or_recorded_as_taken_back_over_kills_and_downtimes(
    tmp_path: Path,
) -> None:
    assert reminded.survive(tmp_path, reminders=400, kills=5, seed=1) == []
    ended = reminded.counted(tmp_path)
    assert ended["fired"] + ended["superseded"] == 400
    assert ended["superseded"] > 0


@pytest.mark.timeout(300)
def test_one_that_notes_a_reminder_before_it_rings_is_found_out(tmp_path: Path) -> None:
    """The control: what is checked above can fail. Killed often: only some kills come between."""
    found = reminded.survive(tmp_path, reminders=400, kills=30, seed=1, careless=True)
    assert any(each.endswith("was rung 0 times") for each in found)
