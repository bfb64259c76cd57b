"""Promises about time: kept once, in order, each on its own; a failing one stops no other."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from bot.conversation import inbox, outbox, turns
from bot.followup import dues
from bot.governance import ledger
from bot.governance.ledger import Operation
from storage.database import Store, open_store, upgrade
from storage.models import Delivery, Due, DueState, Entry

NOW = datetime(2027, 3, 9, 9, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path, migrated_url: str) -> Iterator[Store]:
    opened = open_store(
        migrated_url,
        keyring_url=f"sqlite:///{tmp_path / 'keys.db'}",
        master=b"k" * 32,
        chance=random.Random(7),
        process="test",
    )
    yield opened
    opened.close()


def promise(session: Session, subject: int = 1, *, minutes: float = 0, kind: str = "bell") -> Due:
    return dues.add(session, kind=kind, subject_id=subject, due_at=NOW + timedelta(minutes=minutes))


def test_what_is_due_is_kept_once_and_what_is_not_waits(store: Store) -> None:
    rung: list[int] = []
    with store.begin() as session:
        promise(session, 1)
        promise(session, 2, minutes=1)
    for _ in range(2):
        with store.begin() as session:
            dues.fire_due(session, NOW, {"bell": lambda _s, due, _n: rung.append(due.subject_id)})
    assert rung == [1]


def test_a_promise_that_fails_is_tried_later_and_stops_no_other(store: Store) -> None:
    def rings(session: Session, due: Due, now: datetime) -> None:
        ledger.record(session, Operation.CLOCK, now=now, subject=f"bell:{due.subject_id}")
        if due.subject_id == 1:
            raise RuntimeError("somebody's words")

    with store.begin() as session:
        promise(session, 1)
        promise(session, 2)
    with store.begin() as session:
        assert dues.fire_due(session, NOW, {"bell": rings}) == 2
    with store.begin() as session:
        assert dues.fire_due(session, NOW, {"bell": rings}) == 0
    with store.reading() as session:
        failed = session.scalars(select(Due).where(Due.subject_id == 1)).one()
        assert (failed.state, failed.attempts, failed.note) == (DueState.WAITING, 1, "RuntimeError")
        assert failed.lease_until is not None
        assert failed.lease_until > NOW
        # What the failed one wanted on record went with it.
        assert session.scalars(select(Entry.subject)).all() == ["bell:2"]
        assert dues.next_due_at(session, NOW) == failed.lease_until


def test_what_one_promise_of_a_batch_did_the_next_one_reads(store: Store) -> None:
    waiting: list[int | None] = []

    def rings(session: Session, _due: Due, _now: datetime) -> None:
        chosen = select(func.count()).where(Due.state == DueState.WAITING)
        waiting.append(session.scalar(chosen))

    with store.begin() as session:
        for number in range(3):
            promise(session, number)
    with store.begin() as session:
        dues.fire_due(session, NOW, {"bell": rings})
    assert waiting == [3, 2, 1]


def test_the_wait_grows_and_nothing_is_ever_given_up(store: Store) -> None:
    def fails(_session: Session, _due: Due, _now: datetime) -> None:
        raise RuntimeError

    now, waits = NOW, []
    with store.begin() as session:
        promise(session)
    for _ in range(15):
        with store.begin() as session:
            assert dues.fire_due(session, now, {"bell": fails}) == 1
        with store.reading() as session:
            again = dues.next_due_at(session, now)
            assert again is not None
            waits.append(again - now)
            now = again
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=1)


def test_what_failed_is_tried_again_though_the_clock_was_set_back(store: Store) -> None:
    def fails(_session: Session, _due: Due, _now: datetime) -> None:
        raise RuntimeError

    earlier = NOW - timedelta(days=1)
    with store.begin() as session:
        promise(session, minutes=-2 * 24 * 60)
        assert dues.fire_due(session, NOW, {"bell": fails}) == 1
    with store.begin() as session:
        assert dues.next_due_at(session, earlier) == NOW - timedelta(days=2)
        assert dues.fire_due(session, earlier, {"bell": fails}) == 1


def test_a_promise_nobody_here_keeps_is_left_alone(store: Store) -> None:
    with store.begin() as session:
        promise(session, kind="unknown")
        assert dues.fire_due(session, NOW, {}) == 0


def test_the_same_promise_made_again_moves(store: Store) -> None:
    with store.begin() as session:
        first = promise(session)
        assert promise(session, minutes=5).id == first.id
        assert dues.next_due_at(session, NOW) == NOW + timedelta(minutes=5)


def test_what_was_taken_back_comes_again_only_for_its_reason(store: Store) -> None:
    with store.begin() as session:
        promise(session)
        dues.supersede(session, "bell", 1, NOW, note="paused")
        assert dues.next_due_at(session, NOW) is None
        assert dues.revive(session, "bell", 1, note="closed") == []
        assert len(dues.revive(session, "bell", 1, note="paused")) == 1
        assert dues.next_due_at(session, NOW) == NOW


@pytest.mark.postgresql
def test_two_processes_share_the_work_and_nobody_waits(tmp_path: Path, postgres_url: str) -> None:
    def opened(name: str) -> Store:
        return open_store(
            postgres_url, keyring_url=f"sqlite:///{tmp_path / 'keys.db'}", master=b"k" * 32,
            process=name,
        )  # fmt: skip

    one, two = opened("one"), opened("two")
    upgrade(one.engine)
    with one.begin() as session:
        for subject in range(10):
            promise(session, subject)
    with one.begin() as first, two.begin() as second:
        mine = dues.claim(first, NOW, kinds=["bell"], limit=6)
        theirs = dues.claim(second, NOW, kinds=["bell"], limit=6)
    assert len(mine) == 6
    assert len(theirs) == 4
    assert {each.id for each in mine}.isdisjoint(each.id for each in theirs)
    one.close()
    two.close()


def test_sqlite_finds_what_waits_without_looking_at_all_that_ever_was(tmp_path: Path) -> None:
    """PostgreSQL needs no such care: it sees a statement's values before it makes its plan."""
    store = open_store(
        f"sqlite:///{tmp_path / 'liaison.db'}",
        keyring_url=f"sqlite:///{tmp_path / 'keys.db'}",
        master=b"k" * 32,
    )
    upgrade(store.engine)
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _d: object, statement: str, values: Any, *_: object) -> None:
        asked.append((statement, values))

    event.listen(store.engine, "before_cursor_execute", note)
    with store.begin() as session:
        dues.claim(session, NOW, kinds=["bell"], limit=10)
        inbox.waiting(session, NOW, 10)
        turns.next_due(session, NOW, "practice", 10)
        session.scalar(select(Delivery.id).where(outbox.under("watch:7:")).limit(1))
        questions = [each for each in asked if each[0].startswith("SELECT") and "LIMIT" in each[0]]
        plans = [
            str(session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", values).all())
            for said, values in questions
        ]
    store.close()
    for index in ("ix_due_waiting", "ix_message_waiting", "ix_delivery_waiting", "key>?"):
        assert any(index in plan for plan in plans), (index, plans)


def test_sqlite_looks_at_the_first_that_waits_and_not_at_all_of_them(tmp_path: Path) -> None:
    store = open_store(
        f"sqlite:///{tmp_path / 'liaison.db'}",
        keyring_url=f"sqlite:///{tmp_path / 'keys.db'}",
        master=b"k" * 32,
    )
    upgrade(store.engine)
    steps: list[int] = []
    with store.begin() as session:
        for known in (10, 1000):
            for subject in range(known):
                due_at = NOW + timedelta(days=known)
                dues.add(session, kind="bell", subject_id=known + subject, due_at=due_at)
            steps.append(_steps(session, lambda: dues.next_due_at(session, NOW)))
    store.close()
    assert steps[1] < 2 * steps[0]


def _steps(session: Session, look: Callable[[], object]) -> int:
    """How many steps SQLite's machine takes for what is asked."""
    connection: Any = session.connection().connection.driver_connection
    taken = 0

    def step() -> int:
        nonlocal taken
        taken += 1
        return 0

    connection.set_progress_handler(step, 1)
    look()
    connection.set_progress_handler(None, 1)
    return taken
