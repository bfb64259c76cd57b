"""One process at a time, for as long as it says so."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.governance import leases
from storage.database import Store, open_store, upgrade

NOW = datetime(2027, 3, 9, 9, 0, tzinfo=UTC)
LENGTH = timedelta(seconds=30)


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """Two processes on one database."""
    first, second = (
        open_store(
            f"sqlite:///{tmp_path}/liaison.db",
            keyring_url=f"sqlite:///{tmp_path}/keyring.db",
            master=b"k" * 32,
            process=name,
        )
        for name in ("first", "second")
    )
    upgrade(first.engine)
    yield first, second
    first.close()
    second.close()


def test_a_second_process_is_refused_while_the_first_holds_on(pair: tuple[Store, Store]) -> None:
    first, second = pair
    _take(first, NOW)
    with pytest.raises(leases.Taken, match="wait 21 seconds"):
        _take(second, NOW + timedelta(seconds=10))


def test_the_one_who_holds_it_may_go_on(pair: tuple[Store, Store]) -> None:
    first, second = pair
    _take(first, NOW)
    _take(first, NOW + timedelta(seconds=20))
    with pytest.raises(leases.Taken):
        _take(second, NOW + timedelta(seconds=40))


def test_what_nobody_renewed_is_anybodys(pair: tuple[Store, Store]) -> None:
    first, second = pair
    _take(first, NOW)
    _take(second, NOW + LENGTH)
    with pytest.raises(leases.Taken):
        _take(first, NOW + LENGTH)


def test_what_was_given_back_is_anybodys_at_once(pair: tuple[Store, Store]) -> None:
    first, second = pair
    _take(first, NOW)
    with first.begin() as session:
        leases.give_back(session, "run")
    _take(second, NOW)


def test_nobody_gives_back_what_is_anothers(pair: tuple[Store, Store]) -> None:
    first, second = pair
    _take(first, NOW)
    with second.begin() as session:
        leases.give_back(session, "run")
    with pytest.raises(leases.Taken):
        _take(second, NOW)


def test_a_clock_that_was_set_back_locks_nobody_out(pair: tuple[Store, Store]) -> None:
    first, second = pair
    _take(first, NOW)
    _take(second, NOW - timedelta(hours=1))


def test_several_may_be_at_it_together(pair: tuple[Store, Store]) -> None:
    for each in pair:
        _join(each, NOW)


def test_nobody_joins_while_one_has_it_alone(pair: tuple[Store, Store]) -> None:
    first, second = pair
    _take(first, NOW)
    with pytest.raises(leases.Taken, match="wait 31 seconds"):
        _join(second, NOW)
    _join(second, NOW + LENGTH)


def test_who_is_there_is_known_until_they_leave_or_fall_silent(pair: tuple[Store, Store]) -> None:
    first, second = pair
    _join(first, NOW)
    assert _are_there(second, NOW + LENGTH / 2)
    assert not _are_there(second, NOW + LENGTH)
    _join(first, NOW)
    with first.begin() as session:
        leases.leave(session, "run")
    assert not _are_there(second, NOW)


def _join(store: Store, now: datetime) -> None:
    with store.begin() as session:
        leases.join(session, "run", now=now)


def _are_there(store: Store, now: datetime) -> bool:
    with store.reading() as session:
        return leases.are_there(session, "run", now=now)


def _take(store: Store, now: datetime) -> None:
    with store.begin() as session:
        leases.take(session, "run", LENGTH, now=now)
