"""The stores that promises are tried on: each may be opened several times, on either database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage.database import Store, open_store

Open = Callable[..., Store]


@pytest.fixture
def process(tmp_path: Path, migrated_url: str) -> Iterator[Open]:
    """Opens one and the same store, as another process does, or the next after a restart."""
    opened: list[Store] = []

    def open_one(master: bytes = b"k" * 32) -> Store:
        keyring = f"sqlite:///{tmp_path / 'keyring.db'}"
        opened.append(open_store(migrated_url, keyring_url=keyring, master=master))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()
