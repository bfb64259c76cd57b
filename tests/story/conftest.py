"""The house that every story is told in, on every database, and the desk for meetings."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk import desk, staffed
from tests.house import House

__all__ = ["any_house", "desk", "house", "staffed"]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The practice world on a fresh database: most stories are told once."""
    house = House(tmp_path)
    yield house
    house.close()


@pytest.fixture
def any_house(tmp_path: Path, unmade_url: str) -> Iterator[House]:
    """As `house`, on SQLite and on PostgreSQL: for what a database may have a say in."""
    house = House(tmp_path, url=unmade_url)
    yield house
    house.close()
