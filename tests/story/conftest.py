"""The house that every story is told in, on every database, and the desk for meetings."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk import desk, staffed
from tests.house import House

__all__ = ["desk", "house", "staffed"]


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[House]:
    """The practice world on a fresh database: each story holds on SQLite and on PostgreSQL."""
    house = House(tmp_path, url=database_url)
    yield house
    house.close()
