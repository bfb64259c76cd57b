"""Whoever asks is answered as if nobody knew what is hidden from them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import true

from bot.casework import spared
from bot.governance import access
from tests.faults import hidden


@pytest.mark.timeout(300)
def test_an_answer_says_and_takes_the_same_as_where_nobody_knows_what_is_hidden(
    tmp_path: Path,
) -> None:
    run = hidden.survive(tmp_path, worlds=400, seed=1)
    assert run.faults == []
    assert run.counts["answers that showed a case"] > 80
    assert run.counts["hid something"] > 300


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("where", "guard", "careless"),
    [
        (access, "seen_among", lambda _session, _officer, cases, _now: list(cases)),
        (spared, "not_from", lambda *_: true()),
    ],
)
def test_where_a_guard_is_gone_it_shows(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: object,
    guard: str,
    careless: Callable[..., Any],
) -> None:
    """The control: what is checked above can fail."""
    monkeypatch.setattr(where, guard, careless)
    assert hidden.survive(tmp_path, worlds=40, seed=1).faults
